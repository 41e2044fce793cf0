use crate::assessment::Intent;
use crate::case::{Case, CaseState, QueueReason, Voice};
use crate::clock::{Clock, ClockKind, ClockState};
use crate::decide::{Command, PrivateStep, Refused, ReplyCommand, add_mention};
use crate::event::{Actor, What};
use crate::group::Because;
use crate::testing::{
    act, agent, answered, assessment, complaint, cx, done, mention, mins, opened, t, thanks, user,
};
use crate::user::Role;

pub(super) fn clock(case: &Case, kind: ClockKind) -> &Clock {
    case.clocks.iter().rfind(|c| c.kind == kind).unwrap()
}

pub(super) fn reply(case: &Case, now: &str) -> Case {
    answered(case, "Sorry Anna. ^BO", now)
}

pub(super) fn take(case: &Case, now: &str) -> Case {
    done(case, &Command::Assign { to: Some(user("bo")) }, now)
}

pub(super) fn customer(
    case: &Case,
    id: &str,
    at: &str,
    a: &crate::assessment::Assessment,
    now: &str,
) -> Case {
    add_mention(case, &mention(id, "anna", at), a, Voice::Customer, Because::Thread, &cx(now)).case
}

#[test]
fn the_first_response_clock_starts_when_the_post_was_published() {
    let decision = opened("2026-06-05 10:00", "2026-06-05 10:30");
    let first = clock(&decision.case, ClockKind::FirstResponse);
    assert_eq!((first.started, first.red_at), (t("2026-06-05 10:00"), t("2026-06-05 14:00")));
    let resolution = clock(&decision.case, ClockKind::Resolution);
    assert_eq!(resolution.red_at, t("2026-06-08 10:00"));
    let delay = decision.events.iter().find_map(|e| match &e.what {
        What::Opened { detection_delay, .. } => Some(*detection_delay),
        _ => None,
    });
    // Seen a minute after it was published.
    assert_eq!(delay, Some(mins(1)));
}

#[test]
fn a_new_case_stands_unowned_in_the_queue_of_its_team() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::Unowned);
    assert_eq!((case.team.as_str(), case.queue_count), ("webcare", 1));
    assert_eq!(case.next_due, Some(t("2026-06-05 13:12")));
}

#[test]
fn our_reply_ends_the_response_and_not_the_resolution() {
    let case = reply(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:20");
    assert_eq!(clock(&case, ClockKind::FirstResponse).state, ClockState::Done(t("2026-06-05 10:20")));
    assert_eq!(clock(&case, ClockKind::Resolution).state, ClockState::Running);
    assert!(!case.owes_answer());
}

#[test]
fn a_reply_found_at_the_source_counts_from_when_it_was_published() {
    // The clock would have run out at 14:00; we answered at 13:50 and see it at 15:00 only.
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let ours = mention("r1", "us", "2026-06-05 13:50");
    let decision = add_mention(
        &case,
        &ours,
        &assessment(Intent::Remark),
        Voice::Us,
        Because::Thread,
        &cx("2026-06-05 15:00"),
    );
    let first = clock(&decision.case, ClockKind::FirstResponse);
    assert_eq!(first.state, ClockState::Done(t("2026-06-05 13:50")));
    assert_eq!((first.red_fired, first.met(t("2026-06-06 10:00"))), (None, Some(true)));
    assert!(decision.case.queued.is_none());
}

#[test]
fn a_case_that_was_queued_leaves_the_queue_when_the_answer_turns_out_to_have_been_in_time() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let late = crate::advance::advance(&case, &cx("2026-06-05 14:05")).unwrap().case;
    assert_eq!(late.queued.as_ref().unwrap().reason, QueueReason::ClockRanOut);
    let ours = mention("r1", "us", "2026-06-05 13:50");
    let case = add_mention(
        &late,
        &ours,
        &assessment(Intent::Remark),
        Voice::Us,
        Because::Thread,
        &cx("2026-06-05 15:00"),
    )
    .case;
    assert!(case.queued.is_none());
    assert_eq!(clock(&case, ClockKind::FirstResponse).met(t("2026-06-06 10:00")), Some(true));
}

#[test]
fn a_customer_who_asks_again_starts_the_next_response() {
    let case = reply(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:20");
    let case = customer(&case, "m2", "2026-06-05 11:00", &complaint(1, "delivery.late"), "2026-06-05 11:02");
    let next = clock(&case, ClockKind::NextResponse);
    assert_eq!((next.started, next.state), (t("2026-06-05 11:00"), ClockState::Running));
    let case = reply(&case, "2026-06-05 11:30");
    assert_eq!(clock(&case, ClockKind::NextResponse).state, ClockState::Done(t("2026-06-05 11:30")));
}

#[test]
fn whoever_asks_again_before_an_answer_does_not_lose_the_place() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let case = customer(&case, "m2", "2026-06-05 11:00", &complaint(1, "delivery.late"), "2026-06-05 11:02");
    assert!(case.clocks.iter().all(|c| c.kind != ClockKind::NextResponse));
    let case = reply(&case, "2026-06-05 11:30");
    let case = customer(&case, "m3", "2026-06-05 12:00", &complaint(1, "delivery.late"), "2026-06-05 12:01");
    let case = customer(&case, "m4", "2026-06-05 13:00", &complaint(1, "delivery.late"), "2026-06-05 13:01");
    assert_eq!(clock(&case, ClockKind::NextResponse).started, t("2026-06-05 12:00"));
}

#[test]
fn thanks_ask_for_no_answer() {
    let case = reply(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:20");
    let case = customer(&case, "m2", "2026-06-05 11:00", &thanks(), "2026-06-05 11:02");
    assert!(!case.owes_answer());
}

#[test]
fn while_the_customer_is_to_move_all_clocks_stand_still() {
    let case = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let case = done(&case, &Command::WaitForCustomer, "2026-06-05 11:00");
    assert_eq!(case.state, CaseState::Waiting);
    assert_eq!(clock(&case, ClockKind::Resolution).state, ClockState::Paused(t("2026-06-05 11:00")));
    // Three working days later it comes back by itself.
    assert_eq!(case.next_due, Some(t("2026-06-10 11:00")));

    let back = customer(&case, "m2", "2026-06-08 09:00", &thanks(), "2026-06-08 09:10");
    assert_eq!((back.state, back.follow_up), (CaseState::Open, None));
    // One hour (of 8:30) was used; 7:30 are left from Monday 09:00.
    assert_eq!(clock(&back, ClockKind::Resolution).red_at, t("2026-06-08 16:30"));
}

#[test]
fn a_customer_who_does_not_come_back_brings_the_case_back_to_be_asked_again() {
    let case = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let case = done(&case, &Command::WaitForCustomer, "2026-06-05 11:00");
    let case = crate::advance::advance(&case, &cx("2026-06-10 11:00")).unwrap().case;
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::CustomerSilent);
    assert_eq!((case.state, case.next_due), (CaseState::Waiting, None));
    // Asked again: it waits again, as long.
    let case = done(&reply(&case, "2026-06-10 12:00"), &Command::WaitForCustomer, "2026-06-10 12:01");
    assert!(case.queued.is_none() && case.next_due.is_some());
    assert_eq!(case.tries, 2);
}

#[test]
fn a_clock_is_not_stopped_by_waiting_instead_of_answering() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    assert_eq!(act(&case, &Command::WaitForCustomer, "2026-06-05 10:05"), Err(Refused::AnswerOwed));
}

#[test]
fn a_reply_that_is_found_again_at_the_source_is_one_try() {
    let case = reply(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:20");
    let ours = mention("r1", "us", "2026-06-05 10:20");
    let case = add_mention(
        &case,
        &ours,
        &assessment(Intent::Remark),
        Voice::Us,
        Because::Thread,
        &cx("2026-06-05 10:25"),
    )
    .case;
    assert_eq!((case.tries, case.unseen_replies), (1, 0));
}

#[test]
fn a_talk_in_private_is_followed_to_its_last_public_line() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let step = |case: &Case, step, now| done(case, &Command::PrivateStep { step }, now);
    assert_eq!(
        act(&case, &Command::PrivateStep { step: PrivateStep::Came }, "2026-06-05 10:05"),
        Err(Refused::NotAsked)
    );
    let case = done(&case, &Command::AskPrivate, "2026-06-05 10:10");
    let case = done(&reply(&case, "2026-06-05 10:11"), &Command::WaitForCustomer, "2026-06-05 10:12");
    let case = step(&case, PrivateStep::Came, "2026-06-05 12:00");
    assert_eq!(case.state, CaseState::Open);
    let case = step(&case, PrivateStep::Solved, "2026-06-05 13:00");
    let ours = mention("r2", "us", "2026-06-05 13:30");
    let case = add_mention(
        &case,
        &ours,
        &assessment(Intent::Remark),
        Voice::Us,
        Because::Thread,
        &cx("2026-06-05 13:31"),
    )
    .case;
    assert_eq!(case.private_talk.closed_in_public, Some(t("2026-06-05 13:30")));
}

#[test]
fn who_only_reads_changes_nothing() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let note = Command::Note { text: "x".into() };
    let refused = super::super::command(&case, &note, &agent(), Role::Marketing, &cx("2026-06-05 10:02"));
    assert!(matches!(refused, Err(Refused::RoleMayNot { role: Role::Marketing, .. })));
    let locate = Command::SetLocation { location: None };
    let refused = super::super::command(&case, &locate, &agent(), Role::Franchisee, &cx("2026-06-05 10:02"));
    assert!(matches!(refused, Err(Refused::RoleMayNot { role: Role::Franchisee, .. })));
}

#[test]
fn whoever_sees_only_some_cases_does_not_regroup_them() {
    assert!(crate::decide::may_regroup(Role::Agent).is_ok());
    assert!(crate::decide::may_regroup(Role::Franchisee).is_err());
    assert!(crate::decide::may_regroup(Role::Marketing).is_err());
}

#[test]
fn the_rank_of_a_colleagues_case_is_left_to_the_colleague_and_the_lead() {
    let case = done(
        &opened("2026-06-05 10:00", "2026-06-05 10:01").case,
        &Command::Assign { to: Some(user("eva")) },
        "2026-06-05 10:02",
    );
    let overrule = Command::Overrule { points: Some(90.0), reason: "press is here".into() };
    assert_eq!(act(&case, &overrule, "2026-06-05 10:03"), Err(Refused::NotYours));
    let lead = Actor::User(user("lead"));
    let case =
        super::super::command(&case, &overrule, &lead, Role::Lead, &cx("2026-06-05 10:03")).unwrap().case;
    assert!((case.priority.total - 90.0).abs() < f32::EPSILON);
    let undone = Command::Overrule { points: None, reason: String::new() };
    let case =
        super::super::command(&case, &undone, &lead, Role::Lead, &cx("2026-06-05 10:04")).unwrap().case;
    assert!(case.priority.overruled.is_none() && case.priority.total < 90.0);
    let nan = Command::Overrule { points: Some(f32::NAN), reason: "x".into() };
    assert_eq!(
        super::super::command(&case, &nan, &lead, Role::Lead, &cx("2026-06-05 10:05")),
        Err(Refused::BadPoints)
    );
}

#[test]
fn an_empty_or_endless_text_is_refused() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let reply = |text: String| {
        let offer = ReplyCommand::Offer { instead: None, to: None, text, outlet: None, ticked: Vec::new() };
        crate::decide::reply(&case, &offer, &agent(), Role::Agent, &cx("2026-06-05 10:02"))
    };
    assert_eq!(reply(" \n".into()), Err(Refused::Empty("the reply")));
    assert!(matches!(reply("é".repeat(10_001)), Err(Refused::TooLong { .. })));
    assert!(reply("é".repeat(10_000)).is_ok());
}
