use super::*;
use crate::assessment::{Judged, Reason};
use crate::decide::{Command, open};
use crate::ids::CaseId;
use crate::mention::Stars;
use crate::testing::{
    POLICY, answered, assessment, complaint, cx, done, mention, opened, question, thanks, user,
};

fn points(case: &Case, kind: &str, now: &str) -> Option<f32> {
    priority(case, &cx(now)).parts.iter().find(|p| p.kind == kind).map(|p| p.points)
}

fn with(mut a: Assessment, signal: Signal, p: f32, words: &str) -> Assessment {
    a.signals.push(Judged { label: signal, p });
    let (start, end) = (0, words.len());
    let speaks_for = format!("signal.{}", signal.as_str());
    a.reasons.push(Reason { text: words.to_owned(), start, end, speaks_for });
    a
}

#[test]
fn every_part_says_what_it_rests_on_and_the_parts_add_up() {
    let a = with(complaint(3, "product.safety"), Signal::Safety, 1.0, "er kwam rook uit");
    let mut m = mention("m1", "anna", "2026-06-05 10:00");
    m.stars = Some(Stars { value: 1.0, best: 5.0, worst: 1.0 });
    m.reach.followers = 1_000;
    let case = open(CaseId(1), &m, &a, &[], &cx("2026-06-05 12:00")).case;
    let rank = priority(&case, &cx("2026-06-05 12:00"));
    let listed: Vec<_> = rank.parts.iter().map(|p| (p.kind.as_str(), p.points, p.because.as_str())).collect();
    assert_eq!(
        listed,
        [
            ("severity", 45.0, "3"),
            ("safety", 40.0, "er kwam rook uit"),
            ("complaint", 10.8, "90 %"),
            ("clock", 6.0, "first_response 50 %"),
            ("reach", 6.0, "1000"),
            ("stars", 4.0, "1/5"),
        ]
    );
    assert!((rank.total - 111.8).abs() < 1e-4);
    assert_eq!(rank, case.priority);
}

#[test]
fn the_clock_part_grows_with_the_time_and_ends_at_twice_the_norm() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    assert_eq!(points(&case, "clock", "2026-06-05 10:00"), None);
    assert_eq!(points(&case, "clock", "2026-06-05 14:00"), Some(12.0));
    assert_eq!(points(&case, "clock", "2026-06-05 16:00"), Some(18.0));
    assert_eq!(points(&case, "clock", "2027-06-05 16:00"), Some(24.0));
}

#[test]
fn nobody_presses_while_the_customer_is_to_move() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let case = answered(&case, "x", "2026-06-05 11:00");
    let case = done(&case, &Command::WaitForCustomer, "2026-06-05 11:00");
    assert_eq!(points(&case, "clock", "2026-06-05 15:00"), None);
}

#[test]
fn an_almost_acute_complaint_ranks_above_one_that_hardly_is() {
    let mut sure = complaint(2, "delivery.late");
    sure.severity_p = vec![0.0, 0.1, 0.9, 0.0];
    let mut almost = sure.clone();
    almost.severity_p = vec![0.0, 0.0, 0.55, 0.45];
    let weights = &POLICY.weights;
    assert!(text_points(&almost, weights) > text_points(&sure, weights) + 5.0);
}

#[test]
fn an_unsure_signal_weighs_less() {
    let weights = &POLICY.weights;
    let points = |p| text_points(&with(complaint(1, "x.y"), Signal::Safety, p, "rook"), weights);
    assert!((points(1.0) - points(0.5) - 20.0).abs() < 0.2);
}

#[test]
fn what_is_no_complaint_hardly_ranks_whatever_words_it_holds() {
    let mut praise = with(thanks(), Signal::Vulnerable, 1.0, "mijn baby");
    praise.intent_p = vec![0.02, 0.03, 0.9, 0.05, 0.0];
    assert!(text_points(&praise, &POLICY.weights) < 2.0);
    // A question of safety is one of safety.
    let asked = with(question("product.safety"), Signal::Safety, 1.0, "gaslucht");
    assert!(text_points(&asked, &POLICY.weights) > 40.0);
}

#[test]
fn the_text_alone_gives_what_a_case_of_it_begins_with() {
    let a = with(complaint(2, "delivery.late"), Signal::LongWait, 0.8, "al weken");
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let case = open(CaseId(1), &m, &a, &[], &cx("2026-06-05 10:00")).case;
    assert!((case.priority.total - text_points(&a, &POLICY.weights)).abs() < 1e-4);
}

#[test]
fn solved_lowers_and_odd_numbers_do_no_harm() {
    let weights = &POLICY.weights;
    let plain = text_points(&complaint(1, "x.y"), weights);
    let solved = text_points(&with(complaint(1, "x.y"), Signal::Solved, 1.0, "opgelost"), weights);
    assert!((plain - solved - 20.0).abs() < 1e-3);
    let mut odd = with(assessment(Intent::Complaint), Signal::Churn, f32::NAN, "weg");
    odd.severity_p = vec![f32::NAN, f32::INFINITY, 0.0, 0.0];
    odd.intent_p = vec![f32::NAN; 5];
    assert!(text_points(&odd, weights).is_finite());
}

#[test]
fn an_overruled_rank_stays_and_still_shows_its_parts() {
    let case = done(
        &opened("2026-06-05 10:00", "2026-06-05 10:01").case,
        &Command::Overrule { points: Some(99.0), reason: "known customer".into() },
        "2026-06-05 10:05",
    );
    let later = priority(&case, &cx("2026-06-05 15:00"));
    assert!((later.total - 99.0).abs() < f32::EPSILON);
    assert!(!later.parts.is_empty());
    assert_eq!(later.overruled.unwrap().by, user("bo"));
}
