//! Working on a case: take it, note something, talk in private, wait for the customer.

use super::Refused;
use super::command::{PrivateStep, person};
use super::refused::text;
use super::work::Work;
use crate::case::{CaseState, QueueReason};
use crate::event::{Actor, What};
use crate::ids::UserId;

/// Somebody gets it, or it is let go of.
pub(super) fn assign(work: &mut Work<'_>, to: Option<&UserId>, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    if work.case.owner.as_ref() == to && (work.case.queued.is_none() || to.is_none()) {
        return Ok(());
    }
    work.case.owner = to.cloned();
    work.note(work.cx.now, by, What::Assigned { to: to.cloned() });
    match to {
        Some(_) => work.unqueue(),
        None => work.queue(QueueReason::Released, work.cx.now),
    }
    Ok(())
}

pub(super) fn note(work: &mut Work<'_>, note: &str, by: &Actor) -> Result<(), Refused> {
    let text = text("the note", note)?;
    work.note(work.cx.now, by, What::Noted { text });
    Ok(())
}

/// A reply of ours stands in public: it ends "response", never "resolution" (rule 4), and counts as a try until the
/// customer is heard again.
pub(super) fn answered_here(work: &mut Work<'_>) {
    let now = work.cx.now;
    work.case.unseen_replies += 1;
    work.last_line(now);
    if work.case.is_open() {
        work.case.tries += 1;
        work.answered(now);
        work.dealt_with(false);
    }
}

pub(super) fn ask_private(work: &mut Work<'_>, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    person(by, "ask the customer to talk in private")?;
    let now = work.cx.now;
    let due = work.cx.after(&work.case.team, now, work.cx.policy.private_talk.come);
    work.case.private_talk =
        crate::case::PrivateTalk { asked: Some(now), due: Some(due), ..Default::default() };
    work.note(now, by, What::PrivateTalk { step: "asked".to_owned() });
    work.dealt_with(false);
    Ok(())
}

pub(super) fn private_step(work: &mut Work<'_>, step: PrivateStep, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    if work.case.private_talk.asked.is_none() {
        return Err(Refused::NotAsked);
    }
    let now = work.cx.now;
    let open = work.case.is_open();
    let solve_by = work.cx.after(&work.case.team, now, work.cx.policy.private_talk.solve);
    let talk = &mut work.case.private_talk;
    let before = talk.clone();
    match step {
        PrivateStep::Came => {
            talk.came.get_or_insert(now);
        }
        PrivateStep::Solved => {
            // Who was helped there has come there.
            talk.came.get_or_insert(now);
            talk.solved.get_or_insert(now);
        }
        PrivateStep::ClosedInPublic => {
            talk.closed_in_public.get_or_insert(now);
        }
    }
    if *talk == before {
        // Noted twice it happened once.
        return Ok(());
    }
    talk.due = match step {
        PrivateStep::Came if talk.solved.is_none() && open => Some(solve_by),
        PrivateStep::Came => talk.due,
        PrivateStep::Solved | PrivateStep::ClosedInPublic => None,
    };
    work.note(now, by, What::PrivateTalk { step: step.as_str().to_owned() });
    if !open {
        return Ok(());
    }
    match step {
        PrivateStep::Came => {
            work.case.tries = 0;
            work.go_on(now);
        }
        PrivateStep::Solved => {
            work.go_on(now);
            if work.case.private_talk.closed_in_public.is_none() {
                work.owe_word(now);
            }
        }
        PrivateStep::ClosedInPublic => work.told(now),
    }
    work.dealt_with(false);
    Ok(())
}

/// The customer is to move. Refused while the customer waits for our answer: a clock is stopped by answering.
pub(super) fn wait(work: &mut Work<'_>, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    if work.case.owes_answer() {
        return Err(Refused::AnswerOwed);
    }
    let now = work.cx.now;
    if work.case.state != CaseState::Waiting {
        work.stand_still(now);
    }
    work.note(now, by, What::WaitingForCustomer);
    work.dealt_with(false);
    // Counted from the latest time that we asked.
    work.case.follow_up = None;
    Ok(())
}
