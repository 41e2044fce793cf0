//! The end of a case, which needs an outcome (rule 7), and its return by hand.

use super::Refused;
use super::refused::{optional, text};
use super::work::Work;
use crate::case::{CaseState, Outcome, QueueReason};
use crate::clock::ClockKind;
use crate::event::{Actor, What};

/// `elsewhere`: the customer got the answer where Gehoor does not see it, by telephone say; the remark tells how.
pub(super) fn close(
    work: &mut Work<'_>,
    outcome: Outcome,
    note: &str,
    elsewhere: bool,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_be_open()?;
    let note = if elsewhere {
        text("the remark on how it was answered", note)?
    } else {
        optional("the remark", note)?
    };
    if outcome == Outcome::Merged {
        return Err(Refused::NotAChoice);
    }
    let needed = work.cx.policy.no_reaction_tries;
    if outcome == Outcome::NoReaction && work.case.tries < needed {
        return Err(Refused::TooFewTries { tries: work.case.tries, needed });
    }
    if let Some(stands) = work.case.promises.iter().find(|p| p.is_open()) {
        return Err(Refused::PromiseStands(stands.id));
    }
    // Whoever reads the thread sees an unanswered complaint: nothing counts as solved by silence (rule 5).
    if outcome.is_solution() && work.case.private_talk.lacks_last_line() {
        return Err(Refused::NoLastLine);
    }
    if outcome.is_solution() && !elsewhere && work.case.waits_in_vain() {
        return Err(Refused::Unanswered);
    }
    let now = work.cx.now;
    work.note(now, by, What::Closed { outcome, note });
    work.end(outcome);
    Ok(())
}

/// A person opens it again. That the customer came back is another thing, and counted (see [`super::add_mention`]).
pub(super) fn reopen(work: &mut Work<'_>, note: &str, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    if work.case.is_open() {
        return Err(Refused::NotClosed);
    }
    let text = optional("the note", note)?;
    let now = work.cx.now;
    work.note(now, by, What::Reopened { mention: None });
    if !text.is_empty() {
        work.note(now, by, What::Noted { text });
    }
    work.begin_again(now);
    if work.case.owner.is_none() {
        work.queue(QueueReason::Unowned, now);
    }
    Ok(())
}

impl Work<'_> {
    /// Ends it. The owner stays: a customer who comes back comes back to the same person.
    pub(super) fn end(&mut self, outcome: Outcome) {
        let now = self.cx.now;
        self.stop_clocks(now, outcome.is_solution());
        let case = &mut self.case;
        case.state = CaseState::Closed;
        case.outcome = Some(outcome);
        case.closed = Some(now);
        case.hand_over = None;
        case.follow_up = None;
        self.unqueue();
    }

    /// Opens it again: the solution counts anew from then.
    pub(super) fn begin_again(&mut self, since: jiff::Timestamp) {
        let case = &mut self.case;
        case.state = CaseState::Open;
        case.outcome = None;
        case.closed = None;
        case.tries = 0;
        if !self.has_resolution() {
            self.start_clock(ClockKind::Resolution, since);
        }
    }
}
