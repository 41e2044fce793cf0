use super::answers::{clock, customer, reply, take};
use crate::assessment::{Intent, Severity, Signal};
use crate::case::{Outcome, Voice};
use crate::clock::ClockKind;
use crate::decide::{Command, add_mention, correct, keep_corrections, open, revise, withdraw};
use crate::event::What;
use crate::group::Because;
use crate::ids::{CaseId, LocationId};
use crate::testing::{act, assessment, at_shop, complaint, cx, done, mention, opened, question, thanks};

#[test]
fn the_same_mention_twice_is_one_mention() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let again = mention("m1", "anna", "2026-06-05 10:00");
    let decision = add_mention(
        &case,
        &again,
        &complaint(3, "x.y"),
        Voice::Customer,
        Because::Thread,
        &cx("2026-06-05 10:05"),
    );
    assert!(decision.is_empty());
    assert_eq!(decision.case.mentions.len(), 1);
}

#[test]
fn mentions_stand_in_the_order_in_which_they_were_published() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let case = customer(&case, "m3", "2026-06-05 10:20", &thanks(), "2026-06-05 10:21");
    let case = customer(&case, "m2", "2026-06-05 10:10", &thanks(), "2026-06-05 10:22");
    let order: Vec<_> = case.mentions.iter().map(|m| m.at).collect();
    assert!(order.is_sorted());
}

#[test]
fn what_a_bystander_says_is_kept_and_does_not_count() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let other = mention("b1", "carl", "2026-06-05 10:10");
    let after = add_mention(
        &case,
        &other,
        &complaint(3, "product.safety"),
        Voice::Bystander,
        Because::Reply,
        &cx("2026-06-05 10:11"),
    )
    .case;
    assert_eq!(after.mentions.len(), 2);
    assert_eq!(after.facts, case.facts);
    assert_eq!(after.mentions[1].author.as_ref().unwrap().0, "town:carl");
}

#[test]
fn a_review_that_turns_for_the_worse_counts_as_speaking_again() {
    let case = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let mut edited = mention("m1", "anna", "2026-06-05 10:00");
    edited.revision = 2;
    let worse = revise(&case, &edited, &complaint(3, "delivery.late"), &cx("2026-06-05 12:00")).case;
    assert_eq!(worse.facts.severity, Severity::ACUTE);
    assert!(worse.owes_answer());
    let better = revise(&case, &edited, &thanks(), &cx("2026-06-05 12:00"));
    assert!(!better.case.owes_answer() && !better.case.mentions[0].wants_answer);
    assert!(matches!(better.events[0].what, What::Revised { .. }));
}

#[test]
fn a_closed_case_opens_again_when_the_review_turns_for_the_worse() {
    let case = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    let closed =
        done(&case, &Command::Close { outcome: Outcome::Solved, note: String::new() }, "2026-06-05 11:00");
    let edited = mention("m1", "anna", "2026-06-05 10:00");
    let same = revise(&closed, &edited, &complaint(1, "delivery.late"), &cx("2026-06-06 12:00")).case;
    assert!(!same.is_open());
    let worse = revise(&closed, &edited, &complaint(2, "delivery.late"), &cx("2026-06-06 12:00")).case;
    assert!(worse.is_open() && worse.regressed == 1);
}

#[test]
fn a_withdrawn_post_keeps_the_case_with_the_post_struck_out() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let id = case.mentions[0].id.clone();
    let gone = withdraw(&case, &id, &cx("2026-06-05 11:00"));
    assert!(gone.case.is_open() && gone.case.mentions[0].withdrawn.is_some());
    assert_eq!(gone.case.facts, case.facts);
    assert!(withdraw(&gone.case, &id, &cx("2026-06-05 12:00")).is_empty());
}

#[test]
fn a_later_mention_tells_the_shop_and_the_case_goes_to_its_team() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let told = at_shop(question("delivery.late"), "breda");
    let after = customer(&case, "m2", "2026-06-05 10:10", &told, "2026-06-05 10:11");
    assert_eq!((after.location().unwrap().as_str(), after.team.as_str()), ("breda", "shop"));
    // Once somebody works on it, it stays where it is.
    let owned = take(&case, "2026-06-05 10:05");
    let after = customer(&owned, "m2", "2026-06-05 10:10", &told, "2026-06-05 10:11");
    assert_eq!((after.location().unwrap().as_str(), after.team.as_str()), ("breda", "webcare"));
}

#[test]
fn what_the_carrier_has_to_solve_goes_to_head_office_also_when_it_happened_at_a_shop() {
    let mut a = at_shop(complaint(1, "delivery.late"), "breda");
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let at_the_shop = open(CaseId(1), &m, &a, &[], &cx("2026-06-05 10:01")).case;
    assert_eq!(at_the_shop.team.as_str(), "shop");
    a.responsible.label = crate::assessment::Responsible::Carrier;
    let at_head_office = open(CaseId(1), &m, &a, &[], &cx("2026-06-05 10:01")).case;
    assert_eq!(at_head_office.team.as_str(), "webcare");
}

#[test]
fn a_location_set_by_hand_must_exist_and_moves_what_nobody_owns() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let set = |shop: &str| Command::SetLocation { location: Some(LocationId::parse(shop).unwrap()) };
    assert!(act(&case, &set("mars"), "2026-06-05 10:05").is_err());
    let case = done(&case, &set("ede"), "2026-06-05 10:05");
    assert_eq!((case.team.as_str(), case.located.unwrap().by.as_str()), ("shop", "manual"));
}

#[test]
fn a_correction_stays_when_the_machine_judges_again_and_a_later_post_can_still_raise_it() {
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let case = open(CaseId(1), &m, &complaint(3, "product.safety"), &[], &cx("2026-06-05 10:01")).case;
    let calm = Command::Correct {
        mention: None,
        intent: None,
        severity: Severity::new(1),
        sentiment: None,
        topics: None,
        signals: Some(vec![Signal::LongWait]),
    };
    let case = done(&case, &calm, "2026-06-05 10:05");
    assert_eq!(case.facts.severity.level(), 1);
    assert!(case.facts.has(Signal::LongWait));
    let judged_again = revise(&case, &m, &complaint(3, "product.safety"), &cx("2026-06-05 10:10")).case;
    assert_eq!(judged_again.facts.severity.level(), 1);
    let later =
        customer(&case, "m2", "2026-06-05 10:20", &complaint(2, "product.safety"), "2026-06-05 10:21");
    assert_eq!(later.facts.severity.level(), 2);
    let nothing = Command::Correct {
        mention: None,
        intent: None,
        severity: None,
        sentiment: None,
        topics: None,
        signals: None,
    };
    assert!(act(&case, &nothing, "2026-06-05 10:06").is_err());
}

#[test]
fn a_correction_of_one_post_leaves_the_others_as_they_are() {
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let case = open(CaseId(1), &m, &complaint(3, "product.safety"), &[], &cx("2026-06-05 10:01")).case;
    let case = customer(&case, "m2", "2026-06-05 10:20", &complaint(2, "delivery.late"), "2026-06-05 10:21");
    let calm = |id: &crate::ids::MentionId| Command::Correct {
        mention: Some(id.clone()),
        intent: None,
        severity: Severity::new(1),
        sentiment: None,
        topics: None,
        signals: None,
    };
    let (first, second) = (case.mentions[0].id.clone(), case.mentions[1].id.clone());
    let right = done(&case, &calm(&first), "2026-06-05 10:30");
    assert_eq!(right.facts.severity.level(), 2, "the other post still says so");
    assert!(right.mention(&second).unwrap().corrected.is_empty());
    assert_eq!(right.mention(&first).unwrap().corrected, ["severity"]);
    let other = crate::ids::MentionId::derive(&crate::ids::SourceId::parse("town").unwrap(), "elsewhere");
    assert_eq!(act(&case, &calm(&other), "2026-06-05 10:30"), Err(crate::decide::Refused::NoMention(other)));
}

#[test]
fn a_corrected_judgement_is_certain_and_survives_the_next_one() {
    let right = crate::decide::Correction {
        mention: None,
        intent: Some(Intent::Question),
        severity: Severity::new(0),
        ..Default::default()
    };
    let corrected = correct(complaint(3, "delivery.late"), &right);
    assert_eq!((corrected.intent.label, corrected.intent.p.to_bits()), (Intent::Question, 1.0_f32.to_bits()));
    assert_eq!(corrected.severity_p, [1.0, 0.0, 0.0, 0.0]);
    let next = keep_corrections(complaint(2, "product.damaged"), &corrected);
    assert_eq!((next.intent.label, next.severity.label.level()), (Intent::Question, 0));
    assert_eq!(next.topics[0].label.as_str(), "product.damaged");
    assert_eq!(next.corrected, ["intent", "severity"]);
}

#[test]
fn a_post_from_long_ago_opens_with_the_clock_run_out_and_one_ticket_for_the_gravest() {
    let case = opened("2026-06-01 10:00", "2026-06-05 10:01").case;
    assert!(clock(&case, ClockKind::FirstResponse).red_fired.is_some());
    assert_eq!(case.queued.as_ref().unwrap().reason, crate::case::QueueReason::ClockRanOut);
    assert_eq!(case.queue_count, 2);
    // Not even the record says that we told anybody before we knew.
    assert!(clock(&case, ClockKind::FirstResponse).red_fired >= Some(case.opened));
}

#[test]
fn our_own_words_are_not_what_the_customer_says() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let ours = mention("r1", "us", "2026-06-05 10:20");
    let after = add_mention(
        &case,
        &ours,
        &assessment(Intent::Praise),
        Voice::Us,
        Because::Thread,
        &cx("2026-06-05 10:21"),
    )
    .case;
    assert_eq!(after.facts, case.facts);
}
