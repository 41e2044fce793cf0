//! What people do. Each takes a [`Viewer`]: the scope decides whether the case is there, the role whether it may be done.

use std::sync::Arc;

use gehoor_domain::alert::{self, Alert, Silence, Until};
use gehoor_domain::assessment::Assessment;
use gehoor_domain::case::{Actor, Case};
use gehoor_domain::decide::{self, Command};
use gehoor_domain::effect::{EffectState, OutboxRow};
use gehoor_domain::ids::{AlertId, CaseId, EffectKey, LocationId, MentionId, SourceId};
use gehoor_domain::mention::Mention;
use gehoor_store::Table;
use serde::Serialize;

use crate::Engine;
use crate::batch::Batch;
use crate::deliver::due_key;
use crate::error::{EngineError, Unusable};
use crate::live::Changed;
use crate::shelf::time_key;
use crate::views::Viewer;

/// A silence as asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSilence {
    /// Only this rule.
    pub rule: Option<String>,
    /// Only what this alert is about.
    pub alert: Option<AlertId>,
    /// Only this location.
    pub location: Option<LocationId>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Until,
}

/// A line of the audit log: who did what to which thing. Never the text of a customer.
#[derive(Debug, Serialize)]
struct Audited<'a> {
    by: &'a str,
    did: &'a str,
    to: String,
}

impl Engine {
    /// Carries out one command on a case. `version` is the one the page was made from; none to skip that check.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Refused`], [`EngineError::Conflict`].
    pub async fn execute(
        &self,
        viewer: &Viewer,
        id: CaseId,
        command: Command,
        version: Option<u64>,
    ) -> Result<(), EngineError> {
        let (corrected, seq) = self
            .work(|batch| {
                let case = self.case_for(viewer, batch, id, version)?;
                let actor = Actor::User(viewer.user.clone());
                if let Command::Assign { to: Some(to) } | Command::AssignBeyond { to } = &command {
                    self.context(batch.at())
                        .may_get(&case, &command, self.open_cases_of(to), viewer.role)
                        .map_err(|refused| EngineError::Refused(refused.to_string()))?;
                }
                let decision =
                    decide::command(&case, &command, &actor, viewer.role, &self.context(batch.at()))
                        .map_err(|refused| EngineError::Refused(refused.to_string()))?;
                if let Some(location) = decision.case.location().filter(|l| !viewer.scope.allows(Some(l))) {
                    return Err(EngineError::Refused(format!("location {location} is not yours")));
                }
                let corrected = self.correct(batch, &case, &command)?;
                self.stage(batch, Some(&case), decision)?;
                audit(batch, viewer, command.name(), format!("case {id}"))?;
                Ok(corrected)
            })
            .await?;
        if let Some((mention, assessment)) = corrected {
            // Whoever corrected it reads it on the next page, not once the index has it.
            self.inner.tail.judged(seq, 0, mention, assessment);
        }
        let ends_writing = matches!(
            command,
            Command::Close { .. }
                | Command::CloseAnsweredElsewhere { .. }
                | Command::HandOver { .. }
                | Command::Snooze { .. }
        );
        if ends_writing {
            self.stop_writing(viewer, id);
        }
        Ok(())
    }

    pub(crate) fn case_for(
        &self,
        viewer: &Viewer,
        batch: &mut Batch<'_>,
        id: CaseId,
        version: Option<u64>,
    ) -> Result<Arc<Case>, EngineError> {
        let missing = || EngineError::NotFound(format!("case {id}"));
        let case = self.case_in(batch, id)?.ok_or_else(missing)?;
        if !viewer.scope.allows(case.location()) {
            return Err(missing());
        }
        if !viewer.role.works_cases() {
            return Err(EngineError::Forbidden("your role reads cases and does not change them".into()));
        }
        let known = batch.version(Table::Case, &id.key())?;
        if version.is_some_and(|expected| known != Some(expected)) {
            return Err(EngineError::Conflict(id));
        }
        Ok(case)
    }

    /// A correction stays with its mention, or the one that the customer wrote last, and teaches.
    fn correct(
        &self,
        batch: &mut Batch<'_>,
        case: &Case,
        command: &Command,
    ) -> Result<Option<(Mention, Assessment)>, EngineError> {
        let Some(correction) = command.correction() else { return Ok(None) };
        let meant = match &correction.mention {
            Some(id) => case.mention(id),
            None => case.mentions.iter().rev().find(|m| m.voice == gehoor_domain::case::Voice::Customer),
        };
        let Some(mention) = meant else { return Ok(None) };
        let Some(doc) = self.mention_doc(&mention.id)? else { return Ok(None) };
        let Some(assessment) = doc.assessment else { return Ok(None) };
        let corrected = decide::correct(assessment, &correction);
        let key = mention.id.as_str();
        batch.put(Table::Correction, key, &corrected)?;
        batch.append(Table::Assessment, key.to_owned(), &corrected)?;
        Ok(Some((doc.mention, corrected)))
    }

    /// Takes mentions out into a case of their own; returns its number.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn split(
        &self,
        viewer: &Viewer,
        id: CaseId,
        mentions: &[MentionId],
    ) -> Result<CaseId, EngineError> {
        let (new, _) = self
            .work(|batch| {
                let case = self.case_for(viewer, batch, id, None)?;
                decide::may_regroup(viewer.role)
                    .map_err(|refused| EngineError::Forbidden(refused.to_string()))?;
                let new = CaseId(batch.next_number("case")?);
                let actor = Actor::User(viewer.user.clone());
                let (left, off) = decide::split(&case, mentions, new, &actor, &self.context(batch.at()))
                    .map_err(|refused| EngineError::Refused(refused.to_string()))?;
                for mention in mentions {
                    batch.put(Table::CaseOfMention, mention.as_str(), &new)?;
                }
                self.stage(batch, Some(&case), left)?;
                self.stage(batch, None, off)?;
                audit(batch, viewer, "split", format!("case {id} into {new}"))?;
                Ok(new)
            })
            .await?;
        Ok(new)
    }

    /// Makes `from` part of `into`.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn merge(&self, viewer: &Viewer, into: CaseId, from: CaseId) -> Result<(), EngineError> {
        self.work(|batch| {
            decide::may_regroup(viewer.role)
                .map_err(|refused| EngineError::Forbidden(refused.to_string()))?;
            let kept = self.case_for(viewer, batch, into, None)?;
            let gone = self.case_for(viewer, batch, from, None)?;
            let actor = Actor::User(viewer.user.clone());
            let (kept_after, gone_after) = decide::merge(&kept, &gone, &actor, &self.context(batch.at()))
                .map_err(|refused| EngineError::Refused(refused.to_string()))?;
            for mention in &gone.mentions {
                batch.put(Table::CaseOfMention, mention.id.as_str(), &into)?;
            }
            self.stage(batch, Some(&kept), kept_after)?;
            self.stage(batch, Some(&gone), gone_after)?;
            audit(batch, viewer, "merge", format!("case {from} into {into}"))
        })
        .await?;
        Ok(())
    }

    /// Somebody has seen the alert and takes care.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn acknowledge(&self, viewer: &Viewer, alert: AlertId) -> Result<(), EngineError> {
        self.alert(viewer, alert)?;
        self.work(|batch| {
            let key = alert.key();
            let Some(mut known) = batch.get::<Alert>(Table::Alert, &key)? else {
                return Err(EngineError::NotFound(format!("alert {alert}")));
            };
            known = alert::acknowledge(&known, viewer.user.clone(), batch.at());
            batch.tell(Changed::Alert(alert), known.finding.location.clone(), false);
            batch.put(Table::Alert, &key, &known)?;
            audit(batch, viewer, "acknowledge", format!("alert {alert}"))
        })
        .await?;
        Ok(())
    }

    /// Asks for quiet.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] unless the reader leads; [`EngineError::Unusable`] without reason, with an end in the past, or
    /// over every alert without a date.
    pub async fn silence(&self, viewer: &Viewer, silence: NewSilence) -> Result<u64, EngineError> {
        leads(viewer)?;
        if silence.reason.trim().is_empty() {
            return Err(Unusable::SilenceWithoutReason.into());
        }
        let now = self.now();
        let about = silence.alert.map(|id| self.alert(viewer, id)).transpose()?;
        // What holds until it is solved holds until no alert at all is left.
        let all = about.is_none() && silence.rule.is_none();
        if all && !matches!(silence.until, Until::Date { .. }) {
            return Err(Unusable::SilenceOfEverything.into());
        }
        let until = match silence.until {
            Until::Date { at } if at <= now => {
                return Err(Unusable::SilenceInThePast.into());
            }
            Until::Doubles { .. } => {
                let size = about.as_ref().map(|row| row.alert.finding.size);
                Until::Doubles { size: size.ok_or(Unusable::NothingToDouble)? }
            }
            other => other,
        };
        let (id, _) = self
            .work(|batch| {
                let id = batch.next_number("silence")?;
                let record = Silence {
                    id,
                    rule: silence
                        .rule
                        .clone()
                        .or_else(|| about.as_ref().map(|row| row.alert.finding.rule.clone())),
                    subject: about.as_ref().map(|row| row.alert.finding.subject.clone()),
                    location: silence.location.clone(),
                    owner: viewer.user.clone(),
                    reason: silence.reason.trim().to_owned(),
                    since: batch.at(),
                    until,
                    ended: None,
                };
                batch.put(Table::Silence, &format!("{id:012}"), &record)?;
                audit(batch, viewer, "silence", format!("silence {id}"))?;
                Ok(id)
            })
            .await?;
        Ok(id)
    }

    /// Ends a silence by hand.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn end_silence(&self, viewer: &Viewer, id: u64) -> Result<(), EngineError> {
        leads(viewer)?;
        self.work(|batch| {
            let key = format!("{id:012}");
            let Some(mut silence) = batch.get::<Silence>(Table::Silence, &key)? else {
                return Err(EngineError::NotFound(format!("silence {id}")));
            };
            silence.ended = silence.ended.or(Some(batch.at()));
            batch.put(Table::Silence, &key, &silence)?;
            audit(batch, viewer, "end silence", format!("silence {id}"))
        })
        .await?;
        Ok(())
    }

    /// Sends a dead letter again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn resend(&self, viewer: &Viewer, key: &EffectKey) -> Result<(), EngineError> {
        leads(viewer)?;
        self.work(|batch| {
            let Some(mut row) = batch.get::<OutboxRow>(Table::Outbox, key.as_str())? else {
                return Err(EngineError::NotFound(format!("outbox row {key}")));
            };
            if !matches!(row.state, EffectState::Dead { .. }) {
                return Err(EngineError::Refused("only a dead letter can be sent again".into()));
            }
            let now = batch.at();
            row.state = EffectState::Due { at: now };
            batch.mark(Table::OutboxDue, due_key(now, key))?;
            batch.put(Table::Outbox, key.as_str(), &row)?;
            batch.tell(Changed::Outbox, None, false);
            audit(batch, viewer, "resend", key.to_string())
        })
        .await?;
        Ok(())
    }

    /// Asks a source now instead of at its next time (limits still hold).
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn poll_now(&self, viewer: &Viewer, source: &SourceId) -> Result<(), EngineError> {
        if !viewer.role.sees_operations() || !viewer.scope.is_all() {
            return Err(EngineError::Forbidden("sources are for head office".into()));
        }
        if self.source_setup(source).is_none_or(|s| !s.polled) {
            return Err(EngineError::NotFound(format!("polled source {source}")));
        }
        let now = self.now();
        self.change_source(source, |state| {
            state.poll.next = Some(now);
            state.stopped = None;
        })
        .await?;
        self.inner.wake.collect.notify_one();
        Ok(())
    }
}

fn leads(viewer: &Viewer) -> Result<(), EngineError> {
    if viewer.role.leads() && viewer.scope.is_all() {
        return Ok(());
    }
    Err(EngineError::Forbidden("only a lead or an administrator may do this".into()))
}

pub(crate) fn audit(
    batch: &mut Batch<'_>,
    viewer: &Viewer,
    did: &str,
    to: String,
) -> Result<(), EngineError> {
    let number = batch.next_number("audit")?;
    let key = format!("{}/{number:012}", time_key(batch.at()));
    batch.append(Table::Audit, key, &Audited { by: viewer.user.as_str(), did, to })?;
    Ok(())
}
