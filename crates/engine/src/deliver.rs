//! Carries out what stands in the outbox. Nothing is sent that was not committed first (EF-2).

use gehoor_domain::case::Actor;
use gehoor_domain::decide::{self, Command, News};
use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow, Receipt};
use gehoor_domain::ids::EffectKey;
use gehoor_domain::user::Role;
use gehoor_fetch::Outcome;
use gehoor_outlets::{Context, Progress, Refusal, Retry, Step};
use gehoor_store::Table;
use gehoor_wire::{Outgoing, Response};
use jiff::{SignedDuration, Timestamp};

use crate::all_clear::Heard;
use crate::batch::{Batch, read, read_prefix};
use crate::error::EngineError;
use crate::live::Changed;
use crate::outcomes::Delivered;
use crate::setup::OutletSetup;
use crate::shelf::time_key;
use crate::{Engine, alerting};

/// A conversation with an outlet that takes longer is going in circles.
const STEPS: usize = 12;
/// Rows looked at in one round.
const ROUND: usize = 50;
/// First and longest pause between tries.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// A row that could not be delivered for so long becomes a dead letter.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);

/// How one try ended.
enum Tried {
    Done(Receipt),
    Later { at: Timestamp, why: String, counts: bool },
    Never(String),
}

impl Engine {
    /// Delivers what is due. `true` when there may be more.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails; an outlet that fails is written down in its row.
    pub async fn deliver_due(&self) -> Result<bool, EngineError> {
        let now = self.now();
        let until = format!("{}\u{10ffff}", time_key(now));
        let due = self.store().scan(Table::OutboxDue, "", Some(&until), ROUND)?;
        let mut tasks = tokio::task::JoinSet::new();
        let mut by_outlet: std::collections::BTreeMap<String, Vec<EffectKey>> =
            std::collections::BTreeMap::new();
        for (key, _) in &due {
            let Some((_, effect)) = key.split_once('/') else { continue };
            let outlet = effect.rsplit(':').next().unwrap_or_default().to_owned();
            by_outlet.entry(outlet).or_default().push(EffectKey(effect.to_owned()));
        }
        // One after the other at each outlet, all outlets side by side: a slow helpdesk holds up no alert.
        for (_, keys) in by_outlet {
            let this = self.clone();
            tasks.spawn(async move {
                for key in keys {
                    this.deliver_one(&key).await?;
                }
                Ok::<(), EngineError>(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.map_err(|e| EngineError::Index(format!("a delivery stopped unexpectedly: {e}")))??;
        }
        Ok(due.len() == ROUND)
    }

    /// Delivers one row, if it is due.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn deliver_one(&self, key: &EffectKey) -> Result<Delivered, EngineError> {
        let now = self.now();
        let Some(row) = read::<OutboxRow>(self.store(), Table::Outbox, key.as_str())? else {
            return Ok(Delivered::Nothing);
        };
        if !matches!(row.state, EffectState::Due { at } if at <= now) {
            return Ok(Delivered::Nothing);
        }
        let tried = self.try_row(&row, now).await?;
        let outcome = match &tried {
            Tried::Done(_) => Delivered::Done,
            Tried::Later { .. } => Delivered::Later,
            Tried::Never(_) => Delivered::Dead,
        };
        metrics::counter!("gehoor_deliveries_total", "outcome" => outcome.as_str()).increment(1);
        self.work(|batch| self.write_down(batch, key, &tried)).await?;
        Ok(outcome)
    }

    async fn try_row(&self, row: &OutboxRow, now: Timestamp) -> Result<Tried, EngineError> {
        let Some(outlet) = self.outlet_setup(&row.effect.outlet) else {
            let why = format!(
                "outlet {} is not configured any more: add it, then send this again",
                row.effect.outlet
            );
            return Ok(Tried::Never(why));
        };
        if let EffectKind::AlertOver { alert } = &row.effect.kind {
            match self.heard_of(*alert, &outlet.id)? {
                Heard::Yes => {}
                // It is first told, and then that it is over.
                Heard::NotYet => {
                    let at = now.saturating_add(FIRST_PAUSE).unwrap_or(now);
                    let why = "what it ends has not arrived there yet".to_owned();
                    return Ok(Tried::Later { at, why, counts: false });
                }
                Heard::Never => return Ok(Tried::Done(Receipt { id: None, url: None })),
            }
        }
        let Some(delivery) = self.compose(row)? else {
            return Ok(Tried::Done(Receipt { id: None, url: None }));
        };
        let mut access = match self.access_to(outlet, now).await {
            Ok(access) => access,
            Err(why) => return Ok(later(row, why, now)),
        };
        let mut renewed = false;
        let mut progress = Progress::default();
        let mut answer: Option<Response> = None;
        for _ in 0..STEPS {
            // Each call at its own time: a slow answer to the one before would else look as if it lay ahead, and the
            // pause that the host is owed would never seem to be over.
            let now = self.now();
            let cx = Context { now, credential: access.as_ref() };
            match outlet.plug.step(&delivery, &progress, answer.as_ref(), &cx) {
                Step::Done(receipt) => return Ok(Tried::Done(receipt)),
                Step::Refused(refusal) => return Ok(refused(row, &refusal, now)),
                Step::Send(outgoing, next) => {
                    let outcome = match outgoing {
                        Outgoing::Http(request) => self.inner.parts.transport.send(request, None, now).await,
                        Outgoing::Mail(mail) => self.inner.parts.transport.mail(mail, now).await,
                    };
                    match outcome {
                        Outcome::Body { response, .. } => answer = Some(*response),
                        Outcome::NotModified { .. } => {
                            return Ok(later(row, "the answer was empty (304)".to_owned(), now));
                        }
                        Outcome::Wait { until, why, .. } => {
                            return Ok(Tried::Later { at: until, why, counts: false });
                        }
                        Outcome::Blocked { why } => return Ok(Tried::Never(why)),
                        // The plug knows best what a refusal means.
                        Outcome::Transient { response: Some(response), .. }
                        | Outcome::Permanent { response: Some(response), .. } => {
                            // A token that ended in the meantime: the conversation begins anew with a new one.
                            if !renewed && self.outlet_access_ended(outlet, &response).await {
                                renewed = true;
                                access = match self.access_to(outlet, now).await {
                                    Ok(access) => access,
                                    Err(why) => return Ok(later(row, why, now)),
                                };
                                (progress, answer) = (Progress::default(), None);
                                continue;
                            }
                            answer = Some(*response);
                        }
                        Outcome::Transient { why, .. } => return Ok(later(row, why, now)),
                        Outcome::Permanent { why, .. } => return Ok(Tried::Never(why)),
                    }
                    progress = next;
                }
            }
        }
        Ok(Tried::Never(format!("outlet {} did not come to an end in {STEPS} steps", outlet.id)))
    }

    fn write_down(&self, batch: &mut Batch<'_>, key: &EffectKey, tried: &Tried) -> Result<(), EngineError> {
        let Some(mut row) = batch.get::<OutboxRow>(Table::Outbox, key.as_str())? else { return Ok(()) };
        let EffectState::Due { at: was_due } = row.state else { return Ok(()) };
        let now = batch.at();
        batch.remove(Table::OutboxDue, due_key(was_due, key));
        match tried {
            Tried::Done(receipt) => {
                row.state = EffectState::Done { at: now };
                row.tries += 1;
                row.last_error = None;
                row.receipt = Some(receipt.clone());
                self.note_ticket(batch, &row, receipt)?;
                let (id, url) = (receipt.id.clone(), receipt.url.clone());
                self.note_reply(batch, &row, &News::Sent { id, url })?;
            }
            Tried::Later { at, why, counts } => {
                row.state = EffectState::Due { at: *at };
                row.tries += u32::from(*counts);
                row.last_error = Some(why.clone());
                batch.mark(Table::OutboxDue, due_key(*at, key))?;
            }
            Tried::Never(why) => {
                row.state = EffectState::Dead { at: now };
                row.tries += 1;
                row.last_error = Some(why.clone());
                tracing::warn!(effect.key = %key, reason = why, "an effect became a dead letter");
                self.raise(batch, &alerting::dead_letter(&row))?;
                self.note_reply(batch, &row, &News::Refused { why: why.clone() })?;
            }
        }
        batch.put(Table::Outbox, key.as_str(), &row)?;
        batch.tell(Changed::Outbox, None, false);
        Ok(())
    }

    /// A ticket that was opened is written into its case, in the same commit.
    fn note_ticket(
        &self,
        batch: &mut Batch<'_>,
        row: &OutboxRow,
        receipt: &Receipt,
    ) -> Result<(), EngineError> {
        let (EffectKind::Ticket { case, .. }, Some(ticket)) = (&row.effect.kind, &receipt.id) else {
            return Ok(());
        };
        let Some(before) = self.case_in(batch, *case)? else { return Ok(()) };
        let outlet = row.effect.outlet.clone();
        let command = Command::TicketOpened {
            outlet: outlet.clone(),
            ticket: ticket.clone(),
            url: receipt.url.clone(),
        };
        let cx = self.context(batch.at());
        match decide::command(&before, &command, &Actor::Outlet(outlet), Role::Admin, &cx) {
            Ok(decision) => self.stage(batch, Some(&before), decision),
            Err(refused) => {
                tracing::warn!(case.id = %case, reason = %refused, "a ticket could not be written into its case");
                Ok(())
            }
        }
    }

    /// Rows of the outbox, newest first.
    pub(crate) fn outbox_rows(&self, limit: usize) -> Result<Vec<OutboxRow>, EngineError> {
        let found = read_prefix::<OutboxRow>(self.store(), Table::Outbox, "", limit)?;
        let mut rows: Vec<OutboxRow> = found.into_iter().map(|(_, row)| row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.effect.created));
        Ok(rows)
    }
}

/// The key in the due index.
pub(crate) fn due_key(at: Timestamp, key: &EffectKey) -> String {
    format!("{}/{key}", time_key(at))
}

fn refused(row: &OutboxRow, refusal: &Refusal, now: Timestamp) -> Tried {
    match refusal.retry {
        Retry::No => Tried::Never(refusal.reason.clone()),
        Retry::BackOff => later(row, refusal.reason.clone(), now),
        Retry::After(span) => {
            let at = now.saturating_add(span).unwrap_or(now);
            Tried::Later { at, why: refusal.reason.clone(), counts: true }
        }
    }
}

fn later(row: &OutboxRow, why: String, now: Timestamp) -> Tried {
    if now.duration_since(row.effect.created) > GIVE_UP {
        return Tried::Never(format!("given up after {} tries in three days: {why}", row.tries + 1));
    }
    let pause = gehoor_fetch::backoff::delay(row.effect.key.as_str(), row.tries, FIRST_PAUSE, LONGEST_PAUSE);
    Tried::Later { at: now.saturating_add(pause).unwrap_or(now), why, counts: true }
}

impl OutletSetup {
    /// Whether it takes tickets.
    #[must_use]
    pub fn takes_tickets(&self) -> bool {
        self.kind.tickets
    }
}
