//! Clocks with their calculation and promises with their proof, in words.

use gehoor_domain::case::{Ticket, TicketState};
use gehoor_domain::clock::ClockState;
use gehoor_domain::promise::PromiseState;
use gehoor_engine::views::{ClockView as EngineClock, Light, PromiseView as EnginePromise};
use jiff::{SignedDuration, Timestamp};

use super::row::light_of;
use crate::html::Html;
use crate::locale::Arg;
use crate::ui::{Ui, light_class, ring_ended};

/// A line of a clock's sum.
pub(crate) struct SumLine {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) counted: String,
}

/// A clock.
pub(crate) struct ClockLine {
    pub(crate) name: String,
    pub(crate) light: &'static str,
    pub(crate) ring: Html,
    pub(crate) left: String,
    pub(crate) says: String,
    pub(crate) sum: Vec<SumLine>,
    pub(crate) norm: String,
    pub(crate) total: String,
}

/// A promise.
pub(crate) struct PromiseLine {
    pub(crate) id: u64,
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) light: &'static str,
    pub(crate) state: String,
    pub(crate) says: String,
    pub(crate) open: bool,
    /// What may show that it was kept: a ticket that the helpdesk solved since. A person says whether it does.
    pub(crate) proof: Option<String>,
}

/// The ticket that was solved last since a promise was made.
fn solved_since(made: Timestamp, tickets: &[Ticket]) -> Option<&Ticket> {
    let solved = tickets.iter().filter(|t| t.state == TicketState::Resolved && t.at >= made);
    solved.max_by_key(|t| t.at)
}

/// Makes a clock.
pub(super) fn clock(ui: &Ui, view: &EngineClock) -> ClockLine {
    let (light, ring, left) = light_of(ui, Some(view));
    let counted: SignedDuration =
        view.sum.iter().map(|(_, _, d)| *d).fold(SignedDuration::ZERO, |a, b| a.checked_add(b).unwrap_or(a));
    let in_time = |at: Timestamp| at <= view.clock.red_at;
    let at = |at: Timestamp| ui.moment(at);
    let (left, says, ring) = match view.clock.state {
        ClockState::Running => (left, ui.tv("clock-due", &at(view.clock.red_at)), ring),
        ClockState::Paused(since) => (ui.t("clock-paused"), ui.tv("clock-paused-since", &at(since)), ring),
        ClockState::Done(end) if in_time(end) => (ui.t("clock-met"), at(end), ring_ended(true)),
        ClockState::Done(end) => (ui.t("clock-missed"), at(end), ring_ended(false)),
        ClockState::Dropped(end) => (ui.t("clock-dropped"), at(end), ring),
    };
    let light = match view.clock.state {
        ClockState::Done(end) if in_time(end) => light_class(Light::Calm),
        ClockState::Done(_) => light_class(Light::Late),
        _ => light,
    };
    ClockLine {
        name: ui.label("clock", view.clock.kind.as_str()),
        light,
        ring,
        left,
        says,
        sum: view
            .sum
            .iter()
            .map(|(from, until, counted)| SumLine {
                from: ui.moment(*from),
                until: ui.moment(*until),
                counted: ui.span(*counted),
            })
            .collect(),
        norm: ui.span(view.clock.norm),
        total: ui.span(counted),
    }
}

/// Makes a promise.
pub(super) fn promise(ui: &Ui, view: &EnginePromise, tickets: &[Ticket]) -> PromiseLine {
    let promise = &view.promise;
    let by = ui.person(&promise.by);
    let (state, light, open) = match &promise.state {
        PromiseState::Open => (ui.relative(promise.due), light_class(view.light), true),
        PromiseState::Missed { .. } => (ui.t("promise-missed"), light_class(Light::Late), true),
        PromiseState::Kept { .. } if promise.kept_late.is_some() => {
            (ui.t("promise-kept-late"), light_class(Light::Still), false)
        }
        PromiseState::Kept { .. } => (ui.t("promise-kept"), light_class(Light::Calm), false),
        PromiseState::Withdrawn { .. } => (ui.t("promise-withdrawn"), light_class(Light::Still), false),
    };
    let tail = match &promise.state {
        PromiseState::Kept { proof, .. } => proof.clone(),
        PromiseState::Withdrawn { reason, .. } => reason.clone(),
        _ => String::new(),
    };
    let says = ui.tx("promise-says", &[("by", Arg::S(&by)), ("v", Arg::S(&ui.exact(promise.due)))]);
    PromiseLine {
        id: promise.id.0,
        kind: ui.label("promise", promise.kind.as_str()),
        what: promise.what.clone(),
        light,
        state,
        proof: solved_since(promise.made, tickets).filter(|_| open).map(|ticket| {
            let name = format!("{} {}", ui.outlet_name(&ticket.outlet), ticket.id);
            ui.tx("promise-proof-ticket", &[("v", Arg::S(&name)), ("at", Arg::S(&ui.exact(ticket.at)))])
        }),
        says: if tail.is_empty() { says } else { format!("{says} · {tail}") },
        open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_that_was_solved_after_the_promise_may_show_that_it_was_kept() {
        let ticket = |id: &str, state, at: &str| Ticket {
            outlet: gehoor_domain::ids::OutletId::parse("desk").unwrap(),
            id: id.into(),
            url: None,
            state,
            at: at.parse().unwrap(),
            pushed: None,
            pushes: 0,
        };
        let tickets = [
            ticket("1", TicketState::Resolved, "2026-11-27T09:00:00Z"),
            ticket("2", TicketState::Resolved, "2026-11-27T12:00:00Z"),
            ticket("3", TicketState::Open, "2026-11-27T13:00:00Z"),
        ];
        let since = |at: &str| solved_since(at.parse().unwrap(), &tickets).map(|t| t.id.as_str());
        assert_eq!(since("2026-11-27T10:00:00Z"), Some("2"));
        assert_eq!(since("2026-11-27T12:30:00Z"), None, "what was solved before proves nothing");
    }
}
