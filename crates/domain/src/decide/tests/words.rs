//! Promises found in our words, calls as proof, putting aside, and hand-overs to and fro.

use super::answers::{customer, reply, take};
use crate::advance::advance;
use crate::case::{Case, PromiseState, QueueReason};
use crate::decide::{Command, Refused, command, propose};
use crate::ids::{PromiseId, TeamId};
use crate::invariant::check_case;
use crate::policy::{AgentRule, NotForYou, ServiceQueue};
use crate::promise::PromiseKind;
use crate::promised::{Answer, Day, Found, Named};
use crate::testing::{LOCATIONS, POLICY, act, agent, cx, done, opened, policy, t, user};
use crate::user::Role;

fn owned() -> Case {
    take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05")
}

fn found(words: &str, day: Option<Day>) -> Found {
    let named = day.map(|day| Named { day, until: None });
    Found { kind: PromiseKind::CallBack, words: words.into(), named }
}

fn proposed(case: &Case, words: &str, day: Option<Day>, now: &str) -> Case {
    propose(case, &[found(words, day)], t(now), None, &cx(now)).case
}

fn accept(due: Option<&str>) -> Command {
    Command::AcceptProposal { proposal: 1, promise: None, what: String::new(), due: due.map(t) }
}

#[test]
fn a_promise_in_our_words_is_proposed_with_its_time_and_one_click_makes_it_one() {
    let case = proposed(&owned(), "we bellen u morgen", Some(Day::In(3)), "2026-06-05 10:10");
    assert_eq!(case.proposed[0].due, Some(t("2026-06-08 17:30")));
    assert_eq!(case.promises, []);
    let case = done(&case, &accept(None), "2026-06-05 10:12");
    assert_eq!(case.promises[0].due, t("2026-06-08 17:30"));
    assert_eq!(case.promises[0].what, "we bellen u morgen");
    assert_eq!(case.proposed[0].answer, Some(Answer::Accepted { promise: PromiseId(1) }));
    assert_eq!(act(&case, &accept(None), "2026-06-05 10:13").unwrap_err(), Refused::NoProposal(1));
}

#[test]
fn the_same_words_found_again_at_the_source_are_proposed_once() {
    let case = proposed(&owned(), "We bellen u morgen", Some(Day::In(3)), "2026-06-05 10:10");
    let case = proposed(&case, "we bellen u morgen!", Some(Day::In(3)), "2026-06-05 11:00");
    assert_eq!(case.proposed.len(), 1);
    let case = done(&case, &Command::DismissProposal { proposal: 1 }, "2026-06-05 11:10");
    assert_eq!(proposed(&case, "we bellen u morgen", None, "2026-06-05 12:00").proposed.len(), 1);
}

#[test]
fn a_promise_without_a_time_needs_one_before_it_counts() {
    let case = proposed(&owned(), "wij bellen u", None, "2026-06-05 10:10");
    assert_eq!(act(&case, &accept(None), "2026-06-05 10:12").unwrap_err(), Refused::PromiseNeedsTime);
    let case = done(&case, &accept(Some("2026-06-09 12:00")), "2026-06-05 10:12");
    assert_eq!(case.promises[0].due, t("2026-06-09 12:00"));
}

#[test]
fn a_time_that_has_passed_is_not_proposed() {
    let old = propose(
        &owned(),
        &[found("we bellen u vandaag", Some(Day::In(0)))],
        t("2026-06-01 10:00"),
        None,
        &cx("2026-06-05 10:10"),
    );
    assert_eq!(old.case.proposed, []);
    assert!(old.is_empty());
}

#[test]
fn a_call_that_was_answered_keeps_the_promise_to_call_and_one_that_was_not_does_not() {
    let case = proposed(&owned(), "we bellen u", Some(Day::In(3)), "2026-06-05 10:10");
    let case = done(&case, &accept(None), "2026-06-05 10:12");
    let call =
        |answered| Command::RecordCall { answered, seconds: 90, reference: "pbx-17".into(), promise: None };
    let case = done(&case, &call(false), "2026-06-05 11:00");
    assert_eq!(case.promises[0].state, PromiseState::Open);
    let case = done(&case, &call(true), "2026-06-05 12:00");
    let PromiseState::Kept { proof, .. } = &case.promises[0].state else { panic!("{:?}", case.promises) };
    assert_eq!(proof, "call pbx-17, 90 s");
}

fn snooze(until: &str) -> Command {
    Command::Snooze { until: t(until), reason: "onderdeel komt maandag".into() }
}

#[test]
fn what_is_put_aside_survives_thanks_and_wakes_for_a_new_complaint() {
    let case = reply(&owned(), "2026-06-05 10:10");
    let case = done(&case, &snooze("2026-06-05 12:00"), "2026-06-05 10:20");
    let thanked = customer(&case, "m2", "2026-06-05 10:29", &crate::testing::thanks(), "2026-06-05 10:30");
    assert!(thanked.snoozed.is_some());
    let complained = customer(
        &thanked,
        "m3",
        "2026-06-05 10:39",
        &crate::testing::complaint(2, "delivery.late"),
        "2026-06-05 10:40",
    );
    assert_eq!(complained.snoozed, None);
    assert_eq!(check_case(&thanked, &POLICY), []);
    let woken = advance(&thanked, &cx("2026-06-05 12:00")).unwrap().case;
    assert_eq!((woken.snoozed, woken.queued.unwrap().reason), (None, QueueReason::Woken));
}

#[test]
fn clocks_go_on_while_a_case_is_put_aside_and_one_that_runs_out_brings_it_back() {
    let case = done(&owned(), &snooze("2026-06-15 12:00"), "2026-06-05 10:20");
    let late = advance(&case, &cx("2026-06-05 14:00")).unwrap().case;
    assert_eq!((late.snoozed, late.queued.unwrap().reason), (None, QueueReason::ClockRanOut));
}

#[test]
fn who_puts_a_case_aside_owns_it_and_a_date_that_is_too_far_is_refused() {
    let new = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let case = done(&new, &snooze("2026-06-08 12:00"), "2026-06-05 10:20");
    assert_eq!((case.owner.is_some(), case.queued), (true, None));
    assert_eq!(
        act(&new, &snooze("2027-06-05 12:00"), "2026-06-05 10:20").unwrap_err(),
        Refused::BadSnooze { most_days: 92 }
    );
    assert_eq!(act(&new, &Command::Wake, "2026-06-05 10:20").unwrap_err(), Refused::NotSnoozed);
}

#[test]
fn a_case_that_goes_to_and_fro_stops_at_the_lead() {
    let over = |to: &str| Command::HandOver {
        to: TeamId::parse(to).unwrap(),
        location: None,
        note: "kijk eens".into(),
        urgent: None,
    };
    let back = Command::GiveBack { note: String::new() };
    let mut case = owned();
    for (n, hour) in [(1, 10), (2, 11), (3, 12)] {
        case = done(&case, &over("shop"), &format!("2026-06-05 {hour}:10"));
        case = done(&case, &back, &format!("2026-06-05 {hour}:20"));
        assert_eq!(case.queued.as_ref().is_some_and(|q| q.reason == QueueReason::PingPong), n == 3);
    }
    assert_eq!(case.owner, Some(user("lead")));
    assert_eq!(act(&case, &over("shop"), "2026-06-05 13:40").unwrap_err(), Refused::PingPong(3));
    let by_lead = command(&case, &over("shop"), &agent(), Role::Lead, &cx("2026-06-05 13:40"));
    assert!(by_lead.is_ok());
}

#[test]
fn a_case_is_taken_only_by_those_with_the_queue_and_the_skill() {
    let mut rules = policy();
    rules.queues.push(ServiceQueue {
        id: "duits".into(),
        name: "Duits".into(),
        teams: Vec::new(),
        locations: Vec::new(),
        langs: Vec::new(),
        channels: Vec::new(),
        topics: vec!["delivery".into()],
        skills: vec!["de".into()],
        calendar: Some("office".into()),
        lead: None,
    });
    let knows = |skills: &[&str], queues: &[&str]| AgentRule {
        user: user("bo"),
        queues: queues.iter().map(ToString::to_string).collect(),
        skills: skills.iter().map(ToString::to_string).collect(),
        most: None,
    };
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let mut ask = |agent: AgentRule, team: &str, now: &str| {
        rules.agents = vec![agent];
        let cx = crate::context::Context { policy: &rules, locations: &LOCATIONS, now: t(now) };
        cx.may_take(&case, &user("bo"), Some(&TeamId::parse(team).unwrap()))
    };
    assert_eq!(ask(knows(&[], &[]), "webcare", "2026-06-05 10:05"), Err(NotForYou::Skill));
    assert_eq!(ask(knows(&["de"], &[]), "shop", "2026-06-05 10:05"), Err(NotForYou::OtherQueue));
    assert_eq!(ask(knows(&["de"], &["duits"]), "shop", "2026-06-05 10:05"), Ok(()));
    assert_eq!(ask(knows(&["de"], &[]), "webcare", "2026-06-05 20:05"), Err(NotForYou::Closed));
}
