//! Where cases are kept: the record, its history, and the indexes by due time, mention, author and conversation,
//! all changed in the same commit.

use gehoor_domain::assessment::Assessment;
use gehoor_domain::case::Case;
use gehoor_domain::decide::Decision;
use gehoor_domain::effect::{Effect, EffectState, OutboxRow};
use gehoor_domain::group::thread_keys;
use gehoor_domain::ids::{AuthorKey, CaseId, MentionId};
use gehoor_domain::mention::Mention;
use gehoor_domain::scope::Scope;
use gehoor_domain::{alert, effect};
use gehoor_search::MentionDoc;
use gehoor_store::{StoreError, Table};
use jiff::Timestamp;
use std::sync::Arc;

use crate::Engine;
use crate::batch::{Batch, read};
use crate::deliver::due_key;
use crate::error::EngineError;
use crate::live::Changed;
use crate::reply_check::note_opening;

/// Cases of one author or conversation that are looked at when a mention comes in: the latest ones.
const CANDIDATES: usize = 20;

/// A time as a key: milliseconds since 1970, zero-padded, so that text order is time order.
pub(crate) fn time_key(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}

/// The key of a line of a case's history.
pub(crate) fn event_key(case: CaseId, number: u32) -> String {
    format!("{}/{number:06}", case.key())
}

impl Engine {
    /// The case as it stands.
    pub(crate) fn case_record(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        read(self.store(), Table::Case, &id.key())
    }

    /// The case within a unit of work.
    pub(crate) fn case_in(&self, batch: &mut Batch<'_>, id: CaseId) -> Result<Option<Arc<Case>>, StoreError> {
        batch.case(id)
    }

    /// The mention with what was thought of it, wherever it is by now.
    ///
    /// Without a scope: only for the engine's own work, and for cases that are within the reader's scope.
    pub(crate) fn mention_doc(&self, id: &MentionId) -> Result<Option<MentionDoc>, EngineError> {
        if let Some(kept) = self.inner.tail.get(id) {
            return Ok(Some(MentionDoc::clone(&kept.doc)));
        }
        self.inner.parts.index.get(&Scope::All, id).map_err(|e| EngineError::Index(e.to_string()))
    }

    /// Writes a decided case with everything that hangs on it, and what people are to be told.
    pub(crate) fn stage(
        &self,
        batch: &mut Batch<'_>,
        before: Option<&Case>,
        decision: Decision,
    ) -> Result<(), EngineError> {
        self.stage_as(batch, before, decision, false)
    }

    /// As [`Engine::stage`]; when `quiet` it raises no alert.
    pub(crate) fn stage_as(
        &self,
        batch: &mut Batch<'_>,
        before: Option<&Case>,
        decision: Decision,
        quiet: bool,
    ) -> Result<(), EngineError> {
        // A post that travelled further changes what is known, and nothing has happened.
        if before.is_some_and(|before| decision.is_empty() && before.facts == decision.case.facts) {
            return Ok(());
        }
        let decision = crate::promised::with_replies(decision, &self.context(batch.at()));
        let id = decision.case.id;
        for (number, event) in decision.numbered() {
            batch.append(Table::CaseEvent, event_key(id, number), event)?;
            note_opening(batch, id, number, event)?;
        }
        let Decision { case, events, effects } = decision;
        let due_before = before.and_then(|b| b.next_due);
        if due_before != case.next_due {
            if let Some(due) = due_before {
                batch.remove(Table::CaseDue, format!("{}/{}", time_key(due), id.key()));
            }
            if let Some(due) = case.next_due {
                batch.mark(Table::CaseDue, format!("{}/{}", time_key(due), id.key()))?;
            }
        }
        for mention in &case.mentions {
            let known = before.is_some_and(|b| b.mentions.iter().any(|m| m.id == mention.id));
            if !known {
                batch.put(Table::CaseOfMention, mention.id.as_str(), &id)?;
            }
        }
        for account in case.accounts() {
            if !before.is_some_and(|b| b.is_of(account)) {
                batch.mark(Table::CaseOfAuthor, format!("{account}/{}", id.key()))?;
            }
        }
        for thread in &case.threads {
            if !before.is_some_and(|b| b.threads.contains(thread)) {
                batch.mark(Table::CaseOfThread, format!("{thread}/{}", id.key()))?;
            }
        }
        for effect in effects {
            self.queue_effect(batch, effect)?;
        }
        if !quiet {
            for finding in alert::findings_of(before, &case, &events, &self.inner.setup.policy) {
                self.raise(batch, &finding)?;
            }
        }
        self.end_alerts_of(batch, before, &case)?;
        let fresh = before.is_none_or(|b| !b.is_open()) && case.is_open();
        batch.tell(Changed::Case(id), case.location().cloned(), fresh);
        batch.put_case(case)?;
        Ok(())
    }

    /// Puts an effect into the outbox, unless it stands there already (EF-1).
    pub(crate) fn queue_effect(&self, batch: &mut Batch<'_>, effect: Effect) -> Result<(), StoreError> {
        let key = effect.key.clone();
        if batch.get::<OutboxRow>(Table::Outbox, key.as_str())?.is_some() {
            return Ok(());
        }
        let at = effect.created;
        let row = effect::OutboxRow {
            effect,
            state: EffectState::Due { at },
            tries: 0,
            last_error: None,
            receipt: None,
        };
        batch.mark(Table::OutboxDue, due_key(at, &key))?;
        batch.put(Table::Outbox, key.as_str(), &row)?;
        batch.tell(Changed::Outbox, None, false);
        Ok(())
    }

    /// Cases that a mention might belong to: of the text that it is a copy of, of the post that it answers, of the same
    /// conversation, of the same author; the latest first.
    pub(crate) fn candidates(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
        assessment: &Assessment,
    ) -> Result<Vec<Arc<Case>>, StoreError> {
        let mut ids: Vec<CaseId> = Vec::new();
        if let Some(copy) = &assessment.copy_of {
            ids.extend(batch.get::<CaseId>(Table::CaseOfMention, copy.original.as_str())?);
        }
        if let Some(answered) = &mention.in_reply_to {
            let answered = MentionId::derive(mention.space(), answered);
            ids.extend(batch.get::<CaseId>(Table::CaseOfMention, answered.as_str())?);
        }
        for thread in thread_keys(mention) {
            ids_under(batch, Table::CaseOfThread, &thread, &mut ids)?;
        }
        ids_under(batch, Table::CaseOfAuthor, &mention.author.key.0, &mut ids)?;
        let mut cases = Vec::new();
        for id in ids {
            cases.extend(batch.case(id)?);
        }
        Ok(cases)
    }

    /// The latest cases of an author.
    pub(crate) fn cases_of_author(&self, author: &AuthorKey) -> Result<Vec<CaseId>, StoreError> {
        let mut ids = Vec::new();
        let batch = Batch::new(self.store(), self.now());
        ids_under(&batch, Table::CaseOfAuthor, &author.0, &mut ids)?;
        Ok(ids)
    }
}

fn ids_under(batch: &Batch<'_>, table: Table, name: &str, ids: &mut Vec<CaseId>) -> Result<(), StoreError> {
    for key in batch.latest_marks(table, &format!("{name}/"), CANDIDATES)? {
        let id = key.rsplit('/').next().and_then(|n| n.parse().ok());
        if let Some(id) = id.filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
    }
    Ok(())
}
