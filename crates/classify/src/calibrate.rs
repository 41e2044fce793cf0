//! From scores to probabilities that can be believed.
//!
//! Each choice gets a temperature, the topics and the signals each a line (Platt), fitted on texts of files that the
//! scores were not learnt from.

use serde::{Deserialize, Serialize};

use crate::labels::{CHOICES, COLUMNS, SIGNAL, TOPIC, Target};
use crate::model::Scores;

/// How scores become probabilities, and from which probability on a topic or signal is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Scores of a choice are multiplied by this, in the order sentiment, intent, severity, responsible.
    pub sharpness: [f32; 4],
    /// Slope and offset for topics.
    pub topics: (f32, f32),
    /// Slope and offset for signals.
    pub signals: (f32, f32),
    /// A topic is named from this probability on.
    pub topic_threshold: f32,
    /// A signal is named from this probability on.
    pub signal_threshold: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            sharpness: [1.0; 4],
            topics: (1.0, 0.0),
            signals: (1.0, 0.0),
            topic_threshold: 0.4,
            signal_threshold: 0.4,
        }
    }
}

/// Turns scores of one choice into probabilities, in place.
pub(crate) fn softmax(scores: &mut [f32]) {
    let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = (*s - max).exp();
        sum += *s;
    }
    for s in scores.iter_mut() {
        *s /= sum;
    }
}

pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

impl Calibration {
    /// The probabilities of all columns.
    #[must_use]
    pub(crate) fn probabilities(&self, scores: &Scores) -> Scores {
        let mut p = *scores;
        for (range, sharpness) in CHOICES.into_iter().zip(self.sharpness) {
            if let Some(part) = p.get_mut(range) {
                part.iter_mut().for_each(|s| *s *= sharpness);
                softmax(part);
            }
        }
        for (range, (slope, offset)) in [(TOPIC, self.topics), (SIGNAL, self.signals)] {
            for s in p.get_mut(range).unwrap_or_default() {
                *s = sigmoid(slope * *s + offset);
            }
        }
        p
    }

    /// Fits everything to scores of texts that were not learnt from.
    pub(crate) fn fit(rows: &[(Scores, Target)]) -> Self {
        let mut fitted = Self::default();
        for (task, range) in CHOICES.into_iter().enumerate() {
            let loss = |sharpness: f32| choice_loss(rows, task, range.clone(), sharpness);
            let best = (4..=60).map(|n| n as f32 * 0.05).min_by(|a, b| loss(*a).total_cmp(&loss(*b)));
            if let (Some(slot), Some(best)) = (fitted.sharpness.get_mut(task), best) {
                *slot = best;
            }
        }
        let topics = yes_no(rows, TOPIC, |t| t.topics);
        let signals = yes_no(rows, SIGNAL, |t| t.signals.map(u64::from));
        fitted.topics = platt(&topics);
        fitted.signals = platt(&signals);
        fitted.topic_threshold = best_threshold(&topics, fitted.topics);
        fitted.signal_threshold = best_threshold(&signals, fitted.signals);
        fitted
    }
}

fn choice_loss(rows: &[(Scores, Target)], task: usize, range: std::ops::Range<usize>, sharpness: f32) -> f32 {
    let mut sum = 0.0;
    for (scores, target) in rows {
        let allowed = target.choices.get(task).copied().unwrap_or_default();
        if allowed == 0 {
            continue;
        }
        let mut p: Vec<f32> =
            scores.get(range.clone()).unwrap_or_default().iter().map(|s| s * sharpness).collect();
        softmax(&mut p);
        let right: f32 = p.iter().enumerate().filter(|(i, _)| allowed >> i & 1 == 1).map(|(_, p)| p).sum();
        sum -= right.max(1e-6).ln();
    }
    sum
}

fn yes_no(
    rows: &[(Scores, Target)],
    range: std::ops::Range<usize>,
    bits: impl Fn(&Target) -> Option<u64>,
) -> Vec<(f32, bool)> {
    let mut out = Vec::new();
    for (scores, target) in rows {
        if let Some(set) = bits(target) {
            let part = scores.get(range.clone()).unwrap_or_default();
            out.extend(part.iter().enumerate().map(|(i, s)| (*s, set >> i & 1 == 1)));
        }
    }
    out
}

/// Logistic regression of one number, by Newton's method.
fn platt(rows: &[(f32, bool)]) -> (f32, f32) {
    let (mut a, mut b) = (1.0_f64, 0.0_f64);
    if !rows.iter().any(|r| r.1) {
        return (1.0, 0.0);
    }
    for _ in 0..25 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-3, 0.0, 1e-3);
        for (s, y) in rows {
            let s = f64::from(*s);
            let p = 1.0 / (1.0 + (-(a * s + b)).exp());
            let e = p - f64::from(u8::from(*y));
            let w = p * (1.0 - p);
            ga += e * s;
            gb += e;
            haa += w * s * s;
            hab += w * s;
            hbb += w;
        }
        let det = haa * hbb - hab * hab;
        if det.abs() < 1e-9 {
            break;
        }
        a -= (hbb * ga - hab * gb) / det;
        b -= (haa * gb - hab * ga) / det;
    }
    if a.is_finite() && b.is_finite() && a > 0.0 { (a as f32, b as f32) } else { (1.0, 0.0) }
}

/// The probability at which micro-F1 is best, kept within bounds that a reader would accept.
fn best_threshold(rows: &[(f32, bool)], (slope, offset): (f32, f32)) -> f32 {
    let f1 = |t: f32| {
        let (mut hit, mut said, mut there) = (0.0, 0.0, 0.0_f32);
        for (s, y) in rows {
            let yes = sigmoid(slope * s + offset) >= t;
            hit += f32::from(u8::from(yes && *y));
            said += f32::from(u8::from(yes));
            there += f32::from(u8::from(*y));
        }
        2.0 * hit / (said + there).max(1.0)
    };
    (4..=12).map(|n| n as f32 * 0.05).max_by(|a, b| f1(*a).total_cmp(&f1(*b))).unwrap_or(0.4)
}

const _: () = assert!(COLUMNS >= SIGNAL.end);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_a_choice_sum_to_one_and_keep_their_order() {
        let mut scores = [0.0; COLUMNS];
        scores[0] = 80.0;
        scores[5] = -3.0;
        let p = Calibration::default().probabilities(&scores);
        for range in CHOICES {
            assert!((p[range].iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert!(p[0] > 0.99 && p[5] < p[4]);
    }

    #[test]
    fn a_line_is_found_again() {
        // Scores twice as sure as they should be: the slope comes back as about a half.
        let mut rows = Vec::new();
        for i in -40..=40 {
            let s = i as f32 / 5.0;
            let n = (sigmoid(s / 2.0) * 100.0).round() as usize;
            rows.extend((0..100).map(|k| (s, k < n)));
        }
        let (a, b) = platt(&rows);
        assert!((a - 0.5).abs() < 0.05 && b.abs() < 0.05, "{a} {b}");
    }
}
