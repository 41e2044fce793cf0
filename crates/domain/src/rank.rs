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
pub const MAX_CLOCK: f64 = 2.0;
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
    let mut parts = standing_parts(case, cx);
    if case.state == CaseState::Open
        && !case.backlog
        && let Some((share, kind)) = most_pressing(case, cx)
    {
        let words = format!("{kind} {:.0} %", share * 100.0);
        push(&mut parts, "clock", cx.policy.weights.clock * narrow(share), words);
    }
    sum(parts, case.priority.overruled.clone())
}

/// The points of a case without its clock and without what a person set: what stays the same while time passes.
#[must_use]
pub fn without_clock(case: &Case, cx: &Context<'_>) -> f32 {
    sum(standing_parts(case, cx), None).total
}

/// The points of a clock of which this share is used: with [`without_clock`] the whole rank.
#[must_use]
pub fn clock_points(share: f64, weights: &Weights) -> f32 {
    tenths(weights.clock * narrow(share))
}

fn standing_parts(case: &Case, cx: &Context<'_>) -> Vec<Part> {
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
    parts
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
    let points = tenths(points);
    if points != 0.0 {
        parts.push(Part { kind: kind.to_owned(), points, because });
    }
}

/// Rounded to what is shown; nothing for what is no number.
fn tenths(points: f32) -> f32 {
    let rounded = (points * 10.0).round() / 10.0;
    if rounded.is_finite() { rounded } else { 0.0 }
}

fn sum(mut parts: Vec<Part>, overruled: Option<Overrule>) -> Priority {
    parts.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| a.kind.cmp(&b.kind)));
    let all: f32 = parts.iter().map(|p| (p.points * 10.0).round()).sum();
    let total = overruled.as_ref().map_or(all / 10.0, |o| o.points);
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
mod tests;
