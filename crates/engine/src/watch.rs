//! The way back: asks helpdesks about the tickets that stand for open cases, and looks for spikes.

use std::collections::BTreeMap;

use gehoor_domain::alert::{Alert, Finding, Level, Silence, Subject, finding_now, needs_look, silence_ended};
use gehoor_domain::case::{Actor, TicketState};
use gehoor_domain::decide::{self, Command};
use gehoor_domain::ids::{CaseId, OutletId};
use gehoor_domain::policy::Trigger;
use gehoor_domain::scope::Scope;
use gehoor_domain::spike::spike;
use gehoor_domain::user::Role;
use gehoor_fetch::Outcome;
use gehoor_outlets::{Context, TicketNews, Watch};
use gehoor_search::{Bucket, Filter};
use gehoor_store::Table;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::Engine;
use crate::batch::read_prefix;
use crate::error::EngineError;

/// Tickets asked about at a time.
const ASK: usize = 50;
/// Alerts looked at in one round.
const MANY: usize = 10_000;
/// Hours of history that a spike is measured against.
const HISTORY: i64 = 7 * 24;

impl Engine {
    /// Asks one helpdesk about its open tickets; returns how many had news.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails; a helpdesk that fails is only logged and asked again later.
    pub async fn watch_outlet(&self, id: &OutletId) -> Result<usize, EngineError> {
        let Some(outlet) = self.outlet_setup(id).filter(|o| o.takes_tickets()) else { return Ok(0) };
        let tickets = self.open_tickets(id)?;
        let names: Vec<String> = tickets.keys().cloned().collect();
        let mut changed = 0;
        for chunk in names.chunks(outlet.plug.batch().clamp(1, ASK)) {
            let now = self.now();
            let access = match self.access_to(outlet, now).await {
                Ok(access) => access,
                Err(why) => {
                    tracing::warn!(outlet.id = %id, reason = why, "helpdesk cannot be asked");
                    return Ok(changed);
                }
            };
            let cx = Context { now, credential: access.as_ref() };
            let Watch::Ask(request) = outlet.plug.watch(chunk, &cx) else { return Ok(changed) };
            let news = match self.inner.parts.transport.send(*request, None, now).await {
                Outcome::Permanent { response: Some(response), .. }
                    if self.outlet_access_ended(outlet, &response).await =>
                {
                    // Asked again in the next round, with a new token.
                    return Ok(changed);
                }
                // A ticket that is gone is news too: the plug knows what a refusal means.
                Outcome::Body { response, .. } | Outcome::Permanent { response: Some(response), .. } => {
                    match outlet.plug.read_news(chunk, &response) {
                        Ok(news) => news,
                        Err(refusal) => {
                            tracing::warn!(outlet.id = %id, reason = refusal.reason, "ticket states cannot be read");
                            return Ok(changed);
                        }
                    }
                }
                other => {
                    tracing::warn!(outlet.id = %id, outcome = ?std::mem::discriminant(&other), "helpdesk did not answer");
                    return Ok(changed);
                }
            };
            changed += self.take_over_news(id, &tickets, news).await?;
        }
        Ok(changed)
    }

    /// Takes over what a helpdesk says of its tickets on its own; returns how many had news.
    pub(crate) async fn tickets_changed(
        &self,
        id: &OutletId,
        news: Vec<TicketNews>,
    ) -> Result<usize, EngineError> {
        let tickets = self.open_tickets(id)?;
        self.take_over_news(id, &tickets, news).await
    }

    async fn take_over_news(
        &self,
        id: &OutletId,
        tickets: &BTreeMap<String, (CaseId, TicketState)>,
        news: Vec<TicketNews>,
    ) -> Result<usize, EngineError> {
        let mut changed = 0;
        for TicketNews { id: ticket, state } in news {
            let Some((case, _)) = tickets.get(&ticket).filter(|(_, known)| *known != state) else { continue };
            self.ticket_changed(*case, id, ticket, state).await?;
            changed += 1;
        }
        Ok(changed)
    }

    /// The tickets of open cases at one helpdesk.
    fn open_tickets(&self, id: &OutletId) -> Result<BTreeMap<String, (CaseId, TicketState)>, EngineError> {
        let mut tickets = BTreeMap::new();
        for case in self.inner.board.pick(|card| (card.is_open() && card.tickets).then_some(card.id)) {
            let Some(case) = self.case_record(case)? else { continue };
            for ticket in case.tickets.iter().filter(|t| t.outlet == *id && t.state != TicketState::Gone) {
                tickets.insert(ticket.id.clone(), (case.id, ticket.state));
            }
        }
        Ok(tickets)
    }

    /// Writes the state of a ticket into its case.
    async fn ticket_changed(
        &self,
        case: CaseId,
        outlet: &OutletId,
        ticket: String,
        state: TicketState,
    ) -> Result<(), EngineError> {
        let command = Command::TicketChanged { outlet: outlet.clone(), ticket, state };
        self.work(|batch| {
            let Some(before) = self.case_in(batch, case)? else { return Ok(()) };
            let cx = self.context(batch.at());
            match decide::command(&before, &command, &Actor::Outlet(outlet.clone()), Role::Admin, &cx) {
                Ok(decision) => self.stage(batch, Some(&before), decision),
                Err(refused) => {
                    tracing::warn!(case.id = %case, reason = %refused, "a ticket's state could not be taken over");
                    Ok(())
                }
            }
        })
        .await?;
        Ok(())
    }

    /// Are there many more complaints in the last hour than the hours before give reason to expect?
    ///
    /// # Errors
    /// [`EngineError`] when the store or the index fails.
    pub async fn watch_volume(&self) -> Result<(), EngineError> {
        let rules: Vec<_> = self.rules(|t| matches!(t, Trigger::Spike { .. })).cloned().collect();
        if rules.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let from = now.saturating_sub(SignedDuration::from_hours(HISTORY)).unwrap_or(now);
        let filter = Filter { from: Some(from), until: Some(now), own: Some(false), ..Filter::default() };
        let bins = self
            .inner
            .parts
            .index
            .histogram(&Scope::All, None, &filter, Bucket::Hour, &TimeZone::UTC)
            .map_err(|e| EngineError::Index(e.to_string()))?;
        let hours: Vec<u32> =
            bins.iter().map(|bin| u32::try_from(bin.tally.complaints).unwrap_or(u32::MAX)).collect();
        let Some((current, history)) = hours.split_last() else { return Ok(()) };
        for rule in rules {
            let Trigger::Spike { at_least, deviations } = rule.when else { continue };
            let found = spike(history, *current, at_least, f64::from(deviations));
            let finding = Finding {
                rule: rule.name.clone(),
                subject: Subject::Volume("*".into()),
                location: None,
                level: Level::Urgent,
                size: f64::from(*current),
                facts: vec![
                    ("complaints in the last hour".into(), current.to_string()),
                    ("deviations above the mean".into(), format!("{:.1}", found.unwrap_or(0.0))),
                ],
            };
            self.raise_or_lower(&finding, found.is_some()).await?;
        }
        Ok(())
    }

    /// Looks again at alerts about cases whose repeat interval has passed, and ends silences whose end has come.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn watch_alerts(&self) -> Result<(), EngineError> {
        let now = self.now();
        let alerts: Vec<Alert> = read_prefix::<Alert>(self.store(), Table::Alert, "", MANY)?
            .into_iter()
            .map(|(_, alert)| alert)
            .collect();
        for alert in alerts.iter().filter(|alert| alert.ended.is_none()) {
            let Subject::Case(id) = &alert.finding.subject else { continue };
            let Some(rule) = self.rule(&alert.finding.rule).filter(|rule| needs_look(alert, rule, now))
            else {
                continue;
            };
            self.work(|batch| match self.case_in(batch, *id)?.and_then(|case| finding_now(&case, rule)) {
                Some(finding) => self.raise(batch, &finding),
                None => self.lower(batch, &alert.finding.rule, &alert.finding.subject),
            })
            .await?;
        }
        for silence in self.running_silences()? {
            let Some(at) = silence_ended(&silence, &alerts, now) else { continue };
            let ended = Silence { ended: Some(at), ..silence };
            let key = format!("{:012}", ended.id);
            self.work(|batch| batch.put(Table::Silence, &key, &ended).map_err(EngineError::from)).await?;
        }
        Ok(())
    }

    pub(crate) async fn raise_or_lower(&self, finding: &Finding, holds: bool) -> Result<(), EngineError> {
        self.work(|batch| {
            if holds {
                self.raise(batch, finding)
            } else {
                self.lower(batch, &finding.rule, &finding.subject)
            }
        })
        .await?;
        Ok(())
    }
}
