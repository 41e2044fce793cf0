use super::answers::{customer, reply, take};
use crate::advance::advance;
use crate::case::{Case, CaseState, QueueReason};
use crate::decide::{Command, Refused};
use crate::event::What;
use crate::ids::PromiseId;
use crate::promise::{PromiseKind, PromiseState};
use crate::testing::{act, cx, done, opened, t, thanks};

const ONE: PromiseId = PromiseId(1);

fn promise(due: &str) -> Command {
    Command::Promise { kind: PromiseKind::CallBack, what: "we call you".into(), due: t(due) }
}

fn keep() -> Command {
    Command::KeepPromise { promise: ONE, proof: "call of 14:02, six minutes".into() }
}

/// Owned, answered, with a call promised until Friday 16:00.
fn promised() -> Case {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    done(&reply(&case, "2026-06-05 10:20"), &promise("2026-06-05 16:00"), "2026-06-05 10:25")
}

#[test]
fn thanks_do_not_end_a_promise() {
    let case = customer(&promised(), "m2", "2026-06-05 11:00", &thanks(), "2026-06-05 11:01");
    assert!(case.promise(ONE).unwrap().is_open());
    let missed = advance(&case, &cx("2026-06-05 16:00")).unwrap().case;
    assert!(missed.promise(ONE).unwrap().is_missed());
}

#[test]
fn its_owner_is_reminded_once_before_it_is_due() {
    let case = promised();
    assert_eq!(case.promise(ONE).unwrap().remind_at, Some(t("2026-06-05 14:00")));
    let decision = advance(&case, &cx("2026-06-05 14:00")).unwrap();
    let reminders = |d: &crate::decide::Decision| {
        d.events.iter().filter(|e| matches!(e.what, What::PromiseDue { .. })).count()
    };
    assert_eq!(reminders(&decision), 1);
    assert!(advance(&decision.case, &cx("2026-06-05 14:30")).is_none());
}

#[test]
fn a_reminder_comes_in_opening_hours() {
    // Due on Monday at 10:00: two working hours before is Friday 16:30, not Monday 08:00.
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let case = done(&case, &promise("2026-06-08 10:00"), "2026-06-05 10:25");
    assert_eq!(case.promise(ONE).unwrap().remind_at, Some(t("2026-06-05 16:30")));
}

#[test]
fn a_missed_promise_brings_the_case_back_on_top_of_the_queue() {
    let before = promised();
    let decision = advance(&before, &cx("2026-06-05 16:05")).unwrap();
    let case = &decision.case;
    assert_eq!(case.promise(ONE).unwrap().state, PromiseState::Missed { at: t("2026-06-05 16:00") });
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::PromiseMissed);
    assert!(case.priority.parts.iter().any(|p| p.kind == "promise_missed"));
    assert!(case.priority.total > before.priority.total);
    assert!(case.owner.is_some());
}

#[test]
fn a_missed_promise_is_not_settled_by_another_reply() {
    let missed = advance(&promised(), &cx("2026-06-05 16:05")).unwrap().case;
    let case = reply(&missed, "2026-06-05 16:10");
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::PromiseMissed);
    let case = done(&case, &promise("2026-06-06 12:00"), "2026-06-05 16:11");
    assert!(case.queued.is_none());
    // The first one stays missed until it is made good.
    assert!(case.promise(ONE).unwrap().is_missed());
}

#[test]
fn a_promise_is_kept_with_proof_only() {
    let case = promised();
    let bare = Command::KeepPromise { promise: ONE, proof: "  ".into() };
    assert_eq!(act(&case, &bare, "2026-06-05 14:10"), Err(Refused::Empty("the proof")));
    let kept = done(&case, &keep(), "2026-06-05 14:10");
    assert_eq!(kept.promise(ONE).unwrap().kept_in_time(), Some(true));
    assert_eq!(act(&kept, &keep(), "2026-06-05 14:11"), Err(Refused::PromiseEnded(ONE)));
}

#[test]
fn a_promise_that_is_kept_late_is_on_record_as_late() {
    let missed = advance(&promised(), &cx("2026-06-05 16:05")).unwrap().case;
    let case = done(&missed, &keep(), "2026-06-05 17:00");
    let promise = case.promise(ONE).unwrap();
    assert_eq!((promise.kept_late, promise.kept_in_time()), (Some(t("2026-06-05 17:00")), Some(false)));
    assert!(case.queued.is_none());
    assert!(case.priority.parts.iter().all(|p| p.kind != "promise_missed"));
}

#[test]
fn a_command_that_comes_after_the_time_finds_the_promise_missed() {
    // Nobody looked in between: the miss comes first all the same.
    let case = done(&promised(), &keep(), "2026-06-05 17:00");
    assert!(case.promise(ONE).unwrap().kept_late.is_some());
}

#[test]
fn a_promise_is_withdrawn_with_a_reason_and_a_missed_one_never() {
    let withdraw = |reason: &str| Command::WithdrawPromise { promise: ONE, reason: reason.into() };
    let case = promised();
    assert_eq!(act(&case, &withdraw(""), "2026-06-05 12:00"), Err(Refused::Empty("the reason")));
    let gone = done(&case, &withdraw("she called us herself"), "2026-06-05 12:00");
    assert_eq!(gone.promise(ONE).unwrap().kept_in_time(), None);
    let missed = advance(&case, &cx("2026-06-05 16:05")).unwrap().case;
    assert_eq!(act(&missed, &withdraw("x"), "2026-06-05 16:10"), Err(Refused::PromiseEnded(ONE)));
}

#[test]
fn a_promise_lies_ahead() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    assert_eq!(act(&case, &promise("2026-06-05 10:02"), "2026-06-05 10:02"), Err(Refused::PromiseInPast));
    assert_eq!(act(&case, &keep(), "2026-06-05 10:02"), Err(Refused::NoPromise(ONE)));
}

#[test]
fn a_promise_that_is_missed_while_the_customer_was_to_move_is_ours_to_solve() {
    let case = done(&promised(), &Command::WaitForCustomer, "2026-06-05 11:00");
    let case = advance(&case, &cx("2026-06-05 16:05")).unwrap().case;
    assert_eq!(case.state, CaseState::Open);
    assert!(case.clocks.iter().any(|c| c.state == crate::clock::ClockState::Running));
}
