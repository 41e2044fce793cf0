//! Handing a case to the party that has to act, until a return date; and giving it back.

use super::Refused;
use super::command::person;
use super::refused::{optional, text};
use super::work::Work;
use crate::assessment::Located;
use crate::case::{HandOver, QueueReason};
use crate::event::{Actor, What};
use crate::ids::{LocationId, TeamId};
use crate::rank;

pub(super) fn hand_over(
    work: &mut Work<'_>,
    to: &TeamId,
    location: Option<&LocationId>,
    note: &str,
    urgent: Option<bool>,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_be_open()?;
    person(by, "hand a case over")?;
    let note = text("the note on what is asked", note)?;
    if work.cx.team(to).is_none() {
        return Err(Refused::NoTeam(to.clone()));
    }
    if let Some(shop) = location.filter(|l| work.cx.locations.get(l).is_none()) {
        return Err(Refused::NoLocation(shop.clone()));
    }
    if work.case.team == *to && (location.is_none() || location == work.case.location()) {
        return Err(Refused::SameTeam(to.clone()));
    }
    let (now, policy) = (work.cx.now, work.cx.policy);
    let user = person(by, "hand a case over")?;
    let urgent = urgent.unwrap_or_else(|| rank::priority(&work.case, work.cx).total >= policy.urgent_points);
    let span = if urgent { policy.hand_over_urgent } else { policy.hand_over };
    let due = work.cx.after(to, now, span);
    // Handed on by somebody who has it from others: it still returns to those who own the problem.
    let (from, owner_before) = match work.case.hand_over.take() {
        Some(before) => (before.from, before.owner_before),
        None => (work.case.team.clone(), work.case.owner.clone()),
    };
    work.go_on(now);
    work.note(now, by, What::HandedOver { to: to.clone(), due, note: note.clone() });
    if let Some(shop) = location.filter(|l| work.case.location() != Some(l)) {
        // They have to see it: what they may see goes by its location.
        let by_hand = Located { location: shop.clone(), p: 1.0, by: "manual".to_owned(), words: None };
        work.case.located = Some(by_hand);
        work.note(now, by, What::Located { location: Some(shop.clone()) });
    }
    work.case.hand_over = Some(HandOver {
        to: to.clone(),
        location: location.cloned(),
        from,
        owner_before,
        by: user,
        at: now,
        due,
        note,
        paused_left: None,
    });
    work.case.hand_overs += 1;
    work.case.owner = None;
    work.move_to_team(to, now);
    work.queue_elsewhere(QueueReason::Unowned, now);
    Ok(())
}

/// They have acted, or say why they do not: it is with those who handed it over again.
pub(super) fn give_back(work: &mut Work<'_>, note: &str, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    let text = optional("the note", note)?;
    let Some(over) = work.case.hand_over.take() else { return Err(Refused::NotHandedOver) };
    let now = work.cx.now;
    let from = work.case.team.clone();
    work.note(now, by, What::Returned { from, late: false });
    if !text.is_empty() {
        work.note(now, by, What::Noted { text });
    }
    work.move_to_team(&over.from, now);
    work.case.owner = over.owner_before;
    if work.case.owner.is_some() {
        work.dealt_with(false);
    } else {
        work.queue_back(QueueReason::Unowned, now);
    }
    work.stop_ping_pong(now);
    Ok(())
}

impl Work<'_> {
    /// A case that came back after the number of hand-overs in the policy stops at the lead of its team.
    pub(crate) fn stop_ping_pong(&mut self, at: jiff::Timestamp) {
        if self.case.hand_overs < self.cx.policy.ping_pong_after {
            return;
        }
        let of_queue = self.cx.queue_of(&self.case).and_then(|queue| queue.lead.clone());
        let lead = of_queue.or_else(|| self.cx.team(&self.case.team).map(|team| team.lead.clone()));
        if lead.is_some() && self.case.owner != lead {
            self.case.owner.clone_from(&lead);
            self.note_stage(at, 0, What::Assigned { to: lead });
        }
        self.queue(QueueReason::PingPong, at);
    }
}
