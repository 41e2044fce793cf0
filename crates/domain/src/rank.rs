//! Which case first: a sum of visible parts, each with the words or the fact it rests on.
//!
//! The clock part grows with time. [`crate::case::Case::priority`] holds the sum as of the last decision; a reader
//! who wants it as of now calls [`priority`] again, which costs microseconds and changes nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Intent, Signal};
use crate::case::{Case, CaseState};
use crate::clock;
use crate::context::Context;
use crate::facts::Facts;
use crate::ids::UserId;
use crate::policy::Weights;

/// A clock gives at most so many times its points.
const MAX_CLOCK: f64 = 2.0;
/// Coming back counts at most so many times.
const MAX_REGRESSED: u32 = 3;
/// Reach counts at most so many tenfolds above ten: ten million people.
const MAX_TENFOLDS: f32 = 6.0;

/// A part of the rank: how many points, and the words or facts it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which part, such as `severity`, `safety`, `clock`, `promise_missed`; a locale key.
    pub kind: String,
    /// Points, may be negative.
    pub points: f32,
    /// The words of the text, or the fact, that it rests on.
    pub because: String,
}

/// Which case first: a sum of visible parts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// The sum, or the overruled value.
    pub total: f32,
    /// What it is made of, most points first.
    pub parts: Vec<Part>,
    /// A person set the total, with a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<Overrule>,
}

/// A person's own rank for a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overrule {
    /// The points set.
    pub points: f32,
    /// By whom.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The rank of a case as of `cx.now`, with its parts.
#[must_use]
pub fn priority(case: &Case, cx: &Context<'_>) -> Priority {
    let weights = &cx.policy.weights;
    let mut parts = Vec::new();
    text_parts(&case.facts, weights, 1.0, &mut parts);
    circumstances(&case.facts, weights, &mut parts);

    let missed: Vec<String> =
        case.promises.iter().filter(|p| p.is_missed()).map(|p| format!("#{}", p.id)).collect();
    if !missed.is_empty() {
        // The fact outweighs the customer's words about it: it counts once.
        parts.retain(|p| p.kind != "promise_missed");
        push(&mut parts, "promise_missed", weights.promise_missed, missed.join(" "));
    }
    if case.regressed > 0 {
        let times = case.regressed.min(MAX_REGRESSED);
        push(&mut parts, "regressed", weights.regressed * small(times), format!("{}×", case.regressed));
    }
    if case.state == CaseState::Open
        && let Some((share, kind)) = most_pressing(case, cx)
    {
        let words = format!("{kind} {:.0} %", share * 100.0);
        push(&mut parts, "clock", weights.clock * narrow(share), words);
    }
    sum(parts, case.priority.overruled.clone())
}

/// The points that the text alone gives: what `gehoor assess` shows, and what a case of this text begins with.
#[must_use]
pub fn text_points(assessment: &Assessment, weights: &Weights) -> f32 {
    text_priority(assessment, weights).total
}

/// As [`text_points`], with the parts.
#[must_use]
pub fn text_priority(assessment: &Assessment, weights: &Weights) -> Priority {
    let facts = Facts::of_text(assessment);
    // What nobody complains of or asks weighs as much as it may still be one or the other.
    let share = if assessment.wants_case() {
        1.0
    } else {
        let question = Intent::ALL.iter().position(|i| *i == Intent::Question);
        let question = question.and_then(|at| assessment.intent_p.get(at)).copied().unwrap_or(0.0);
        (facts.complaint_p + question).clamp(0.0, 1.0)
    };
    let mut parts = Vec::new();
    text_parts(&facts, weights, share, &mut parts);
    sum(parts, None)
}

/// The clock that has used most of its norm, with the share used.
fn most_pressing(case: &Case, cx: &Context<'_>) -> Option<(f64, &'static str)> {
    let running = case.clocks.iter().filter(|c| c.state == clock::ClockState::Running);
    running
        .map(|c| (clock::share_used(c, cx.calendar(&c.calendar), cx.now, MAX_CLOCK), c.kind.as_str()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
}

fn text_parts(facts: &Facts, weights: &Weights, share: f32, parts: &mut Vec<Part>) {
    let (points, words) = severity(facts, weights);
    push(parts, "severity", points * share, words);
    push(
        parts,
        "complaint",
        weights.complaint * facts.complaint_p,
        format!("{:.0} %", facts.complaint_p * 100.0),
    );
    if facts.intent == Intent::Question {
        push(parts, "question", weights.question, String::new());
    }
    for (at, (signal, words)) in facts.signals.iter().enumerate() {
        let Some((kind, weight)) = weight_of(*signal, weights) else { continue };
        let p = facts.signal_p.get(at).copied().unwrap_or(1.0);
        push(parts, kind, weight * p * share, words.clone());
    }
}

fn circumstances(facts: &Facts, weights: &Weights, parts: &mut Vec<Part>) {
    if let Some(stars) = facts.stars {
        let below = narrow((5.0 - stars) / 4.0).clamp(0.0, 1.0);
        push(parts, "stars", weights.stars * below, format!("{}/5", (stars * 10.0).round() / 10.0));
    }
    if facts.reach > 10 {
        let tenfolds = narrow((facts.reach as f64 / 10.0).log10()).min(MAX_TENFOLDS);
        push(parts, "reach", weights.reach * tenfolds, facts.reach.to_string());
    }
}

/// The expected points over all severities, so that "almost acute" ranks above "hardly"; those of the most likely one
/// where no probabilities are known.
fn severity(facts: &Facts, weights: &Weights) -> (f32, String) {
    let level = facts.severity.level();
    let of_label = weights.severity.get(usize::from(level)).copied().unwrap_or(0.0);
    let total: f32 = facts.severity_p.iter().filter(|p| p.is_finite()).sum();
    if facts.severity_p.len() != weights.severity.len() || total <= 0.0 {
        return (of_label, level.to_string());
    }
    let points: f32 = facts.severity_p.iter().zip(weights.severity).map(|(p, w)| p / total * w).sum();
    let p = facts.severity_p.get(usize::from(level)).copied().unwrap_or(0.0) / total;
    (points, format!("{level} ({:.0} %)", p * 100.0))
}

fn weight_of(signal: Signal, weights: &Weights) -> Option<(&'static str, f32)> {
    Some(match signal {
        Signal::Safety => ("safety", weights.safety),
        Signal::Privacy => ("privacy", weights.privacy),
        Signal::Discrimination => ("discrimination", weights.discrimination),
        Signal::HighValue => ("high_value", weights.high_value),
        Signal::PromiseBroken => ("promise_missed", weights.promise_missed),
        Signal::RepeatContact => ("repeat_contact", weights.repeat_contact),
        Signal::LongWait => ("long_wait", weights.long_wait),
        Signal::Unreachable => ("unreachable", weights.unreachable),
        Signal::Vulnerable => ("vulnerable", weights.vulnerable),
        Signal::LegalThreat => ("legal_threat", weights.legal_threat),
        Signal::MediaThreat => ("media_threat", weights.media_threat),
        Signal::Churn => ("churn", weights.churn),
        Signal::Solved => ("solved", weights.solved),
        Signal::Sarcasm | Signal::CompetitorNamed | Signal::ThanksStaff => return None,
    })
}

/// Adds a part in tenths of a point, so that what is shown adds up; nothing that rounds to nothing.
fn push(parts: &mut Vec<Part>, kind: &str, points: f32, because: String) {
    let points = (points * 10.0).round() / 10.0;
    if points.is_finite() && points != 0.0 {
        parts.push(Part { kind: kind.to_owned(), points, because });
    }
}

fn sum(mut parts: Vec<Part>, overruled: Option<Overrule>) -> Priority {
    parts.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| a.kind.cmp(&b.kind)));
    let tenths: f32 = parts.iter().map(|p| (p.points * 10.0).round()).sum();
    let total = overruled.as_ref().map_or(tenths / 10.0, |o| o.points);
    Priority { total, parts, overruled }
}

/// Points and shares are small: nothing is lost that anybody sees.
fn narrow(value: f64) -> f32 {
    value as f32
}

fn small(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::{Judged, Reason};
    use crate::decide::{Command, open};
    use crate::ids::CaseId;
    use crate::mention::Stars;
    use crate::testing::{POLICY, assessment, complaint, cx, done, mention, opened, question, thanks, user};

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
        let listed: Vec<_> =
            rank.parts.iter().map(|p| (p.kind.as_str(), p.points, p.because.as_str())).collect();
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
        let case = done(&case, &Command::Reply { text: "x".into(), sent: true }, "2026-06-05 11:00");
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
}
