use super::answers::{clock, customer, reply, take};
use crate::case::{Case, CaseState, Outcome, QueueReason};
use crate::clock::{ClockKind, ClockState};
use crate::decide::{Command, Refused};
use crate::testing::{act, complaint, done, opened, t, thanks, user};

fn close(outcome: Outcome) -> Command {
    Command::Close { outcome, note: String::new() }
}

fn elsewhere(note: &str) -> Command {
    Command::CloseAnsweredElsewhere { outcome: Outcome::Solved, note: note.into() }
}

fn answered() -> Case {
    reply(&take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"), "2026-06-05 10:20")
}

#[test]
fn an_agreed_solution_ends_the_resolution_clock() {
    for outcome in [Outcome::Solved, Outcome::Compensated, Outcome::Explained] {
        let case = done(&answered(), &close(outcome), "2026-06-05 12:00");
        assert_eq!(clock(&case, ClockKind::Resolution).state, ClockState::Done(t("2026-06-05 12:00")));
        assert_eq!((case.state, case.next_due, case.queued), (CaseState::Closed, None, None));
    }
}

#[test]
fn any_other_end_is_no_solution() {
    for outcome in [Outcome::NotOurs, Outcome::Abuse] {
        let case = done(&answered(), &close(outcome), "2026-06-05 12:00");
        assert_eq!(clock(&case, ClockKind::Resolution).state, ClockState::Dropped(t("2026-06-05 12:00")));
    }
}

#[test]
fn a_case_that_is_closed_without_an_answer_never_got_one() {
    for how in [close(Outcome::NotOurs), elsewhere("gebeld")] {
        let case = done(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, &how, "2026-06-05 12:00");
        assert_eq!(clock(&case, ClockKind::FirstResponse).met(t("2026-06-05 13:00")), Some(false));
    }
}

#[test]
fn nothing_is_solved_by_silence() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    for outcome in [Outcome::Solved, Outcome::Compensated, Outcome::Explained] {
        assert_eq!(act(&case, &close(outcome), "2026-06-05 12:00"), Err(Refused::Unanswered));
    }
    // What asks for no answer needs none.
    for outcome in [Outcome::NotOurs, Outcome::Abuse] {
        assert!(act(&case, &close(outcome), "2026-06-05 12:00").is_ok(), "{outcome:?}");
    }
    // Who asks again after our answer waits again.
    let again =
        customer(&answered(), "m2", "2026-06-05 11:00", &complaint(1, "delivery.late"), "2026-06-05 11:01");
    assert_eq!(act(&again, &close(Outcome::Solved), "2026-06-05 12:00"), Err(Refused::Unanswered));
}

#[test]
fn what_was_answered_elsewhere_is_closed_with_a_remark_on_how() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    assert!(matches!(act(&case, &elsewhere(" "), "2026-06-05 12:00"), Err(Refused::Empty(_))));
    let closed = done(&case, &elsewhere("gebeld om elf uur"), "2026-06-05 12:00");
    assert_eq!((closed.state, closed.outcome), (CaseState::Closed, Some(Outcome::Solved)));
}

#[test]
fn a_customer_who_took_every_post_away_waits_for_no_answer() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let gone = crate::decide::withdraw(&case, &case.mentions[0].id, &crate::testing::cx("2026-06-05 11:00"));
    assert!(act(&gone.case, &close(Outcome::Explained), "2026-06-05 12:00").is_ok());
}

#[test]
fn no_reaction_takes_as_many_unanswered_replies_as_the_policy_says() {
    let case = answered();
    let refused = act(&case, &close(Outcome::NoReaction), "2026-06-05 12:00");
    assert_eq!(refused, Err(Refused::TooFewTries { tries: 1, needed: 2 }));
    let case = reply(&case, "2026-06-05 13:00");
    let closed = done(&case, &close(Outcome::NoReaction), "2026-06-05 14:00");
    assert!(matches!(clock(&closed, ClockKind::Resolution).state, ClockState::Dropped(_)));
    // A customer who was heard in between starts the count anew.
    let heard = customer(&case, "m2", "2026-06-05 13:30", &thanks(), "2026-06-05 13:31");
    assert!(matches!(
        act(&heard, &close(Outcome::NoReaction), "2026-06-05 14:00"),
        Err(Refused::TooFewTries { tries: 0, .. })
    ));
}

#[test]
fn a_case_is_not_closed_over_a_promise() {
    let promise = Command::Promise {
        kind: crate::promise::PromiseKind::Refund,
        what: "money back".into(),
        due: t("2026-06-12 12:00"),
    };
    let case = done(&answered(), &promise, "2026-06-05 11:00");
    let refused = act(&case, &close(Outcome::Solved), "2026-06-05 12:00");
    assert_eq!(refused, Err(Refused::PromiseStands(crate::PromiseId(1))));
}

#[test]
fn nobody_chooses_merged_or_closes_twice() {
    assert_eq!(act(&answered(), &close(Outcome::Merged), "2026-06-05 12:00"), Err(Refused::NotAChoice));
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    assert_eq!(act(&closed, &close(Outcome::Solved), "2026-06-05 12:01"), Err(Refused::Closed));
}

#[test]
fn a_customer_who_comes_back_opens_it_again_for_the_same_owner_with_a_higher_rank() {
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    let case =
        customer(&closed, "m2", "2026-06-08 10:00", &complaint(1, "delivery.late"), "2026-06-08 10:02");
    assert_eq!((case.state, case.owner.as_ref(), case.regressed), (CaseState::Open, Some(&user("bo")), 1));
    assert_eq!((case.outcome, case.closed), (None, None));
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::Regressed);
    assert!(case.priority.parts.iter().any(|p| p.kind == "regressed"));
    assert_eq!(clock(&case, ClockKind::NextResponse).started, t("2026-06-08 10:00"));
    // The first solution stays on record; a new clock counts from the return.
    let resolutions: Vec<_> =
        case.clocks.iter().filter(|c| c.kind == ClockKind::Resolution).map(|c| c.state).collect();
    assert_eq!(resolutions, [ClockState::Done(t("2026-06-05 12:00")), ClockState::Running]);
}

#[test]
fn a_post_from_before_the_end_that_is_seen_after_it_opens_the_case_and_is_no_return() {
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    let case =
        customer(&closed, "m2", "2026-06-05 11:50", &complaint(1, "delivery.late"), "2026-06-05 12:10");
    assert!(case.is_open() && case.owes_answer());
    assert_eq!(case.regressed, 0);
}

#[test]
fn thanks_after_the_end_do_not_open_it_again() {
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    let case = customer(&closed, "m2", "2026-06-05 13:00", &thanks(), "2026-06-05 13:02");
    assert_eq!((case.state, case.mentions.len(), case.regressed), (CaseState::Closed, 2, 0));
}

#[test]
fn a_person_opens_it_again_and_that_is_no_return_of_the_customer() {
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    let case = done(&closed, &Command::Reopen { note: "wrong case".into() }, "2026-06-05 12:10");
    assert_eq!((case.state, case.regressed, case.queued.as_ref()), (CaseState::Open, 0, None));
    assert!(case.next_due.is_some());
    assert_eq!(
        act(&case, &Command::Reopen { note: String::new() }, "2026-06-05 12:11"),
        Err(Refused::NotClosed)
    );
}

#[test]
fn a_closed_case_takes_notes_and_a_last_line_and_nothing_that_needs_an_open_one() {
    let closed = done(&answered(), &close(Outcome::Solved), "2026-06-05 12:00");
    for allowed in [Command::Note { text: "x".into() }, Command::SetLocation { location: None }] {
        let case = done(&closed, &allowed, "2026-06-05 12:05");
        assert_eq!(case.state, CaseState::Closed);
    }
    let last_line = crate::testing::answered(&closed, "glad it is solved", "2026-06-05 12:05");
    assert_eq!(last_line.state, CaseState::Closed);
    for refused in [
        Command::Assign { to: None },
        Command::WaitForCustomer,
        Command::AskPrivate,
        Command::GiveBack { note: String::new() },
        Command::Overrule { points: None, reason: String::new() },
    ] {
        assert_eq!(act(&closed, &refused, "2026-06-05 12:05"), Err(Refused::Closed), "{refused:?}");
    }
}
