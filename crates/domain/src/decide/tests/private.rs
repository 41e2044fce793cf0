//! A talk in private, followed to its last public line.

use super::answers::{clock, reply, take};
use crate::advance::advance;
use crate::case::{Case, CaseState, Outcome, QueueReason};
use crate::clock::{ClockKind, ClockState};
use crate::decide::{Command, PrivateStep, Refused};
use crate::testing::{act, cx, done, opened, t};

fn step(case: &Case, step: PrivateStep, now: &str) -> Case {
    done(case, &Command::PrivateStep { step }, now)
}

/// Owned, answered, and asked to talk in private on a Friday at 10:10.
fn asked() -> Case {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    done(&reply(&case, "2026-06-05 10:09"), &Command::AskPrivate, "2026-06-05 10:10")
}

fn reason(case: &Case) -> Option<QueueReason> {
    case.queued.as_ref().map(|q| q.reason)
}

#[test]
fn each_step_has_its_date_and_one_that_does_not_come_brings_the_case_back() {
    let case = done(&asked(), &Command::WaitForCustomer, "2026-06-05 10:11");
    // A working day to come.
    assert_eq!(case.private_talk.due, Some(t("2026-06-08 10:10")));
    let silent = advance(&case, &cx("2026-06-08 10:10")).unwrap().case;
    assert_eq!(reason(&silent), Some(QueueReason::PrivateSilent));
    assert_eq!((silent.private_talk.due, silent.private_talk.came), (None, None));
    assert!(silent.outcome.is_none(), "silence solves nothing");

    // Asked again, it has a date again, and the case is with its owner.
    let again = done(&silent, &Command::AskPrivate, "2026-06-08 10:30");
    assert_eq!(reason(&again), None);
    assert_eq!(again.private_talk.due, Some(t("2026-06-09 10:30")));

    // Came, and two working days later there is no solution.
    let came = step(&again, PrivateStep::Came, "2026-06-08 11:00");
    assert_eq!((came.state, came.private_talk.due), (CaseState::Open, Some(t("2026-06-10 11:00"))));
    let stuck = advance(&came, &cx("2026-06-10 11:00")).unwrap().case;
    assert!(stuck.private_talk.due.is_none() && stuck.queued.is_some());
}

#[test]
fn what_was_solved_in_private_is_told_in_public_within_its_own_clock() {
    let case = step(&asked(), PrivateStep::Solved, "2026-06-05 11:00");
    let tell = case.running(ClockKind::TellCustomer).unwrap();
    assert_eq!((tell.started, tell.red_at), (t("2026-06-05 11:00"), t("2026-06-05 15:00")));
    // Noted twice it is one task.
    let twice = step(&case, PrivateStep::Solved, "2026-06-05 11:05");
    assert_eq!(twice.clocks.len(), case.clocks.len());
    assert_eq!(twice.events, case.events);

    let late = advance(&case, &cx("2026-06-05 15:00")).unwrap().case;
    assert_eq!(reason(&late), Some(QueueReason::NotTold));
    let told = reply(&late, "2026-06-05 15:30");
    assert_eq!(told.private_talk.closed_in_public, Some(t("2026-06-05 15:30")));
    assert_eq!(clock(&told, ClockKind::TellCustomer).state, ClockState::Done(t("2026-06-05 15:30")));
    assert_eq!(reason(&told), None);
}

#[test]
fn a_solution_that_only_the_customer_knows_of_closes_nothing() {
    let close = |outcome| Command::Close { outcome, note: String::new() };
    let came = step(&asked(), PrivateStep::Came, "2026-06-05 11:00");
    for outcome in [Outcome::Solved, Outcome::Compensated, Outcome::Explained] {
        assert_eq!(act(&came, &close(outcome), "2026-06-05 12:00"), Err(Refused::NoLastLine));
    }
    // Abuse needs no answer.
    assert!(act(&came, &close(Outcome::Abuse), "2026-06-05 12:00").is_ok());
    let solved = step(&came, PrivateStep::Solved, "2026-06-05 12:30");
    let told = step(&solved, PrivateStep::ClosedInPublic, "2026-06-05 12:45");
    assert_eq!(clock(&told, ClockKind::TellCustomer).state, ClockState::Done(t("2026-06-05 12:45")));
    assert!(act(&told, &close(Outcome::Solved), "2026-06-05 12:50").is_ok());
    // Who never came has no secret to tell.
    assert!(act(&asked(), &close(Outcome::Explained), "2026-06-05 12:00").is_ok());
}
