use super::answers::{clock, customer, reply, take};
use crate::case::{Case, CaseState, Outcome, Voice};
use crate::clock::{ClockKind, ClockState};
use crate::decide::{Command, Refused, add_mention, merge, open, split};
use crate::event::{Actor, What};
use crate::group::Because;
use crate::ids::{CaseId, MentionId};
use crate::invariant::{check_case, check_cases};
use crate::promise::PromiseKind;
use crate::testing::{POLICY, agent, complaint, cx, done, mention, opened, source, t};

fn id(name: &str) -> MentionId {
    MentionId::derive(&source(), name)
}

fn other(number: u64, mention_id: &str, author: &str, at: &str) -> Case {
    let mut m = mention(mention_id, author, at);
    m.thread = Some(format!("thread-of-{mention_id}"));
    open(CaseId(number), &m, &complaint(2, "product.damaged"), &[], &cx(at)).case
}

fn whole(cases: &[&Case]) {
    for case in cases {
        assert_eq!(check_case(case, &POLICY), []);
    }
    assert_eq!(check_cases(cases.iter().copied()), []);
}

#[test]
fn a_post_about_something_else_becomes_a_case_of_its_own() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let case = customer(&case, "m2", "2026-06-05 10:30", &complaint(3, "product.safety"), "2026-06-05 10:31");
    let (old, new) = split(&case, &[id("m2")], CaseId(2), &agent(), &cx("2026-06-05 11:00")).unwrap();
    assert_eq!((old.case.mentions.len(), new.case.mentions.len()), (1, 1));
    // Each says only what its own posts say.
    assert_eq!((old.case.facts.severity.level(), new.case.facts.severity.level()), (1, 3));
    assert_eq!((old.case.linked.clone(), new.case.linked.clone()), (vec![CaseId(2)], vec![CaseId(1)]));
    assert_eq!(clock(&new.case, ClockKind::FirstResponse).started, t("2026-06-05 10:30"));
    assert_eq!(new.case.owner, case.owner);
    assert!(matches!(old.events[0].what, What::SplitOff { into: CaseId(2), .. }));
    assert!(matches!(new.events[0].what, What::SplitFrom { from: CaseId(1) }));
}

#[test]
fn an_answer_that_was_given_counts_for_both() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let case =
        customer(&case, "m2", "2026-06-05 10:30", &complaint(1, "product.damaged"), "2026-06-05 10:31");
    let case = reply(&case, "2026-06-05 10:40");
    let (old, new) = split(&case, &[id("m2")], CaseId(2), &agent(), &cx("2026-06-06 11:00")).unwrap();
    assert_eq!(clock(&new.case, ClockKind::FirstResponse).state, ClockState::Done(t("2026-06-05 10:40")));
    whole(&[&old.case, &new.case]);
}

#[test]
fn a_bystander_who_complains_is_the_customer_of_the_new_case() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let theirs = mention("b1", "carl", "2026-06-05 10:10");
    let a = complaint(2, "delivery.late");
    let case =
        add_mention(&case, &theirs, &a, Voice::Bystander, Because::Reply, &cx("2026-06-05 10:11")).case;
    let (old, new) = split(&case, &[id("b1")], CaseId(2), &agent(), &cx("2026-06-05 11:00")).unwrap();
    assert_eq!(new.case.author.0, "town:carl");
    assert_eq!(new.case.mentions[0].voice, Voice::Customer);
    whole(&[&old.case, &new.case]);
}

#[test]
fn what_is_taken_out_of_a_case_that_is_with_a_shop_belongs_to_those_who_handed_it_over() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let case =
        customer(&case, "m2", "2026-06-05 10:30", &complaint(1, "product.damaged"), "2026-06-05 10:31");
    let shop = crate::ids::TeamId::parse("shop").unwrap();
    let over = Command::HandOver { to: shop, location: None, note: "please".into(), urgent: Some(true) };
    let case = done(&case, &over, "2026-06-05 10:40");
    let (old, new) = split(&case, &[id("m2")], CaseId(2), &agent(), &cx("2026-06-05 11:00")).unwrap();
    assert_eq!((old.case.team.as_str(), new.case.team.as_str()), ("shop", "webcare"));
    assert_eq!(new.case.owner, Some(crate::testing::user("bo")));
    whole(&[&old.case, &new.case]);
}

#[test]
fn neither_case_is_left_without_its_customer() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let cx = cx("2026-06-05 11:00");
    assert_eq!(split(&case, &[id("m1")], CaseId(2), &agent(), &cx), Err(Refused::NobodyLeft));
    assert_eq!(split(&case, &[], CaseId(2), &agent(), &cx), Err(Refused::NobodyLeft));
    assert_eq!(split(&case, &[id("zz")], CaseId(2), &agent(), &cx), Err(Refused::NoMention(id("zz"))));
    assert!(matches!(
        split(&case, &[id("m1")], CaseId(2), &Actor::Gehoor, &cx),
        Err(Refused::NeedsPerson(_))
    ));
}

#[test]
fn two_accounts_of_one_customer_become_one_case() {
    let into = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let from = other(2, "x1", "anna2", "2026-06-05 11:00");
    let (into, from) = merge(&into, &from, &agent(), &cx("2026-06-05 12:00")).unwrap();
    assert_eq!(into.case.mentions.len(), 2);
    assert_eq!(into.case.facts.severity.level(), 2);
    assert!(into.case.is_of(&crate::AuthorKey("town:anna2".into())));
    assert!(into.case.threads.iter().any(|thread| thread.ends_with("thread-of-x1")));
    assert_eq!((from.case.outcome, from.case.merged_into), (Some(Outcome::Merged), Some(CaseId(1))));
    whole(&[&into.case, &from.case]);
}

#[test]
fn an_answer_that_is_owed_stays_owed_since_it_was() {
    let into = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let from = other(2, "x1", "anna2", "2026-06-05 11:00");
    let into = merge(&into, &from, &agent(), &cx("2026-06-05 12:00")).unwrap().0.case;
    let owed = clock(&into, ClockKind::NextResponse);
    assert_eq!((owed.started, owed.state), (t("2026-06-05 11:00"), ClockState::Running));
}

#[test]
fn what_was_announced_once_is_not_announced_again_after_a_merge() {
    let into = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let from = other(2, "x1", "anna2", "2026-06-05 11:00");
    let from = crate::advance::advance(&from, &cx("2026-06-05 16:00")).unwrap().case;
    let into = merge(&into, &from, &agent(), &cx("2026-06-05 16:10")).unwrap().0;
    assert!(into.events.iter().all(|e| !matches!(e.what, What::ClockRed { .. })));
    assert!(clock(&into.case, ClockKind::NextResponse).red_fired.is_some());
}

#[test]
fn merging_an_open_case_into_a_closed_one_opens_it() {
    let into = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let into =
        done(&into, &Command::Close { outcome: Outcome::Solved, note: String::new() }, "2026-06-05 10:30");
    let from = other(2, "x1", "anna2", "2026-06-05 11:00");
    let (into, from) = merge(&into, &from, &agent(), &cx("2026-06-05 12:00")).unwrap();
    assert_eq!(into.case.state, CaseState::Open);
    assert!(into.case.owes_answer());
    whole(&[&into.case, &from.case]);
}

#[test]
fn promises_go_along_with_their_times() {
    let promise = |what: &str, due: &str| Command::Promise {
        kind: PromiseKind::Deliver,
        what: what.into(),
        due: t(due),
    };
    let into = done(
        &opened("2026-06-05 10:00", "2026-06-05 10:01").case,
        &promise("a", "2026-06-09 12:00"),
        "2026-06-05 10:05",
    );
    let from = done(
        &other(2, "x1", "anna2", "2026-06-05 11:00"),
        &promise("b", "2026-06-08 12:00"),
        "2026-06-05 11:05",
    );
    let (into, from) = merge(&into, &from, &agent(), &cx("2026-06-05 12:00")).unwrap();
    let all: Vec<_> = into.case.promises.iter().map(|p| (p.id.0, p.what.as_str())).collect();
    assert_eq!(all, [(1, "a"), (2, "b")]);
    whole(&[&into.case, &from.case]);
}

#[test]
fn a_case_is_merged_once_and_never_with_itself() {
    let a = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let b = other(2, "x1", "anna2", "2026-06-05 11:00");
    assert_eq!(merge(&a, &a, &agent(), &cx("2026-06-05 12:00")), Err(Refused::SameCase));
    let gone = merge(&a, &b, &agent(), &cx("2026-06-05 12:00")).unwrap().1.case;
    assert_eq!(merge(&a, &gone, &agent(), &cx("2026-06-05 12:01")), Err(Refused::Merged(CaseId(1))));
    let reopen = Command::Reopen { note: String::new() };
    assert_eq!(crate::testing::act(&gone, &reopen, "2026-06-05 12:01"), Err(Refused::Merged(CaseId(1))));
}

#[test]
fn what_was_merged_can_be_taken_out_again() {
    let a = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let b = other(2, "x1", "anna2", "2026-06-05 11:00");
    let both = merge(&a, &b, &agent(), &cx("2026-06-05 12:00")).unwrap().0.case;
    let (left, out) = split(&both, &[id("x1")], CaseId(3), &agent(), &cx("2026-06-05 12:10")).unwrap();
    assert_eq!((left.case.facts, out.case.facts.clone()), (a.facts, b.facts));
    assert_eq!((out.case.author.0.as_str(), out.case.threads), ("town:anna2", b.threads));
}
