//! What the helpdesk says about the tickets that stand for a case.

use super::Refused;
use super::work::Work;
use crate::case::{Ticket, TicketState};
use crate::event::{Actor, What};
use crate::ids::OutletId;

/// A ticket was opened. Told again about the same one, nothing happens.
pub(super) fn opened(work: &mut Work<'_>, outlet: &OutletId, id: &str, url: Option<&str>, by: &Actor) {
    let now = work.cx.now;
    if let Some(known) = work.case.tickets.iter_mut().find(|t| t.outlet == *outlet && t.id == id) {
        // The outlet reopened it: it is no longer as it was heard last.
        if known.state != TicketState::Open {
            known.state = TicketState::Open;
            known.at = now;
            let (outlet, ticket, state) = (outlet.clone(), id.to_owned(), TicketState::Open);
            work.note(now, by, What::TicketChanged { outlet, ticket, state });
        }
        return;
    }
    work.case.tickets.push(Ticket {
        outlet: outlet.clone(),
        id: id.to_owned(),
        url: url.map(str::to_owned),
        state: TicketState::Open,
        at: now,
        pushed: None,
        pushes: 0,
    });
    work.note(now, by, What::TicketOpened { outlet: outlet.clone(), ticket: id.to_owned() });
}

/// A ticket changed. "Resolved" there is not yet an answer to the customer here: we have to tell him, in public, and
/// for that a clock of its own runs until our answer is there.
pub(super) fn changed(
    work: &mut Work<'_>,
    outlet: &OutletId,
    id: &str,
    state: TicketState,
    by: &Actor,
) -> Result<(), Refused> {
    let now = work.cx.now;
    let known = work.case.tickets.iter_mut().find(|t| t.outlet == *outlet && t.id == id);
    let Some(known) = known else {
        return Err(Refused::NoTicket { outlet: outlet.clone(), ticket: id.to_owned() });
    };
    if known.state == state {
        return Ok(());
    }
    known.state = state;
    known.at = now;
    let ticket = id.to_owned();
    work.note(now, by, What::TicketChanged { outlet: outlet.clone(), ticket, state });
    if state == TicketState::Resolved && work.case.is_open() {
        work.go_on(now);
        work.owe_word(now);
    }
    Ok(())
}
