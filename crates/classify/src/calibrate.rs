//! From scores to probabilities that can be believed.
//!
//! Each choice gets a sharpness and an offset per answer, each topic and signal a line of its own (Platt), drawn
//! towards that of all topics where there is little to see. Fitted on texts of files that the scores were not learnt
//! from.

use gehoor_text::language::Language;
use serde::{Deserialize, Serialize};

use crate::fit::{best_threshold, line_of, offset_of, offsets, vector};
use crate::labels::{ACUTE, CHOICES, COLUMNS, INTENT, SIGNAL, TOPIC, Target};
use crate::model::Scores;

/// Texts below which a language gets no offsets of its own.
const FEW: usize = 60;
/// Languages that are told apart, the last one standing for all others.
const LANGUAGES: usize = 5;

/// A text that was not learnt from: its scores, its labels, its language.
pub(crate) type Row = (Scores, Target, Language);

/// A slope and an offset.
pub(crate) type Line = (f32, f32);

/// How scores become probabilities, and from which probability on an answer is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Scores of a choice are multiplied by this, in the order sentiment, intent, severity, responsible.
    pub sharpness: [f32; 4],
    /// Then this is added, by answer.
    pub offsets: [Vec<f32>; 4],
    /// Added to the scores of the intents, by language: the further sets of one language have other base rates than
    /// those of another.
    pub languages: Vec<Vec<f32>>,
    /// Slope and offset by topic.
    pub topics: Vec<Line>,
    /// Slope and offset by signal.
    pub signals: Vec<Line>,
    /// Slope and offset of "acute".
    pub acute: Line,
    /// A topic is named from this probability on.
    pub topic_threshold: f32,
    /// Where no topic reaches that, a complaint's likeliest one is named from this probability on: nearly every complaint
    /// has one.
    #[serde(default = "never")]
    pub first_topic_threshold: f32,
    /// A signal is named from this probability on.
    pub signal_threshold: f32,
    /// The severity is 3 from this probability on.
    pub acute_threshold: f32,
    /// A text is called a complaint from this probability on.
    pub complaint_threshold: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            sharpness: [1.0; 4],
            offsets: CHOICES.map(|range| vec![0.0; range.len()]),
            languages: vec![vec![0.0; INTENT.len()]; LANGUAGES],
            topics: vec![(1.0, 0.0); TOPIC.len()],
            signals: vec![(1.0, 0.0); SIGNAL.len()],
            acute: (1.0, 0.0),
            topic_threshold: 0.4,
            first_topic_threshold: 0.4,
            signal_threshold: 0.4,
            acute_threshold: 0.4,
            complaint_threshold: 0.45,
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
    pub(crate) fn probabilities(&self, scores: &Scores, language: Language) -> Scores {
        let mut p = *scores;
        let own = self.languages.get(language as usize);
        for ((range, sharpness), offsets) in CHOICES.into_iter().zip(self.sharpness).zip(&self.offsets) {
            let start = range.start;
            if let Some(part) = p.get_mut(range) {
                part.iter_mut().zip(offsets).for_each(|(s, offset)| *s = *s * sharpness + offset);
                if start == INTENT.start {
                    part.iter_mut().zip(own.into_iter().flatten()).for_each(|(s, offset)| *s += offset);
                }
                softmax(part);
            }
        }
        let acute = std::slice::from_ref(&self.acute);
        for (range, lines) in [(TOPIC, self.topics.as_slice()), (SIGNAL, &self.signals), (ACUTE, acute)] {
            for (s, (slope, offset)) in p.get_mut(range).unwrap_or_default().iter_mut().zip(lines) {
                *s = sigmoid(slope * *s + offset);
            }
        }
        p
    }

    /// Fits everything to scores of texts that were not learnt from.
    pub(crate) fn fit(rows: &[Row]) -> Self {
        let mut fitted = Self::default();
        for (task, range) in CHOICES.into_iter().enumerate() {
            let known: Vec<(&[f32], u8)> = rows
                .iter()
                .filter_map(|(scores, t, _)| Some((scores.get(range.clone())?, *t.choices.get(task)?)))
                .filter(|(_, allowed)| *allowed != 0)
                .collect();
            let (sharpness, offsets) = vector(&known, range.len());
            if let (Some(s), Some(o)) = (fitted.sharpness.get_mut(task), fitted.offsets.get_mut(task)) {
                (*s, *o) = (sharpness, offsets);
            }
        }
        fitted.languages = (0..LANGUAGES).map(|language| fitted.own(rows, language)).collect();
        let topics = yes_no(rows, TOPIC, |t| t.topics);
        let signals = yes_no(rows, SIGNAL, |t| t.signals.map(u64::from));
        let acute = yes_no(rows, ACUTE, |t| t.acute.map(u64::from));
        fitted.topics = lines(&topics);
        fitted.signals = lines(&signals);
        fitted.acute = acute.first().map_or((1.0, 0.0), |rows| line_of(rows));
        let judged: Vec<(Scores, &Target)> =
            rows.iter().map(|(s, t, l)| (fitted.probabilities(s, *l), t)).collect();
        let said = |range: std::ops::Range<usize>, bits: fn(&Target) -> Option<u64>| {
            let mut out: Vec<(f32, bool)> = Vec::new();
            for (p, target) in &judged {
                let Some(set) = bits(target) else { continue };
                let part = p.get(range.clone()).unwrap_or_default();
                out.extend(part.iter().enumerate().map(|(i, p)| (*p, set >> i & 1 == 1)));
            }
            out
        };
        fitted.topic_threshold = best_threshold(&said(TOPIC, |t| t.topics), false);
        fitted.signal_threshold = best_threshold(&said(SIGNAL, |t| t.signals.map(u64::from)), false);
        let acute: Vec<(f32, bool)> =
            judged.iter().filter_map(|(p, t)| Some((acute_p(p), t.acute?))).collect();
        fitted.acute_threshold = best_threshold(&acute, false);
        let complaints: Vec<(f32, bool)> = judged
            .iter()
            .filter_map(|(p, t)| {
                let [_, intent, ..] = t.choices;
                Some((p.get(INTENT.start).copied()?, intent == 1)).filter(|_| intent != 0)
            })
            .collect();
        fitted.complaint_threshold = best_threshold(&complaints, true);
        (fitted.topic_threshold, fitted.first_topic_threshold) = fitted.topic_thresholds(&judged);
        fitted
    }
}

/// No probability is as high.
fn never() -> f32 {
    2.0
}

impl Calibration {
    /// The two thresholds under which topics are named best (micro-F1).
    fn topic_thresholds(&self, judged: &[(Scores, &Target)]) -> (f32, f32) {
        let steps = |from: u8, to: u8| (from..=to).map(|n| f32::from(n) * 0.02);
        let mut best = (0.0_f32, (self.topic_threshold, never()));
        for all in steps(10, 28) {
            for first in steps(3, 20).filter(|first| *first <= all) {
                let (mut hit, mut said, mut there) = (0_u32, 0_u32, 0_u32);
                for (p, set) in judged.iter().filter_map(|(p, t)| Some((p, t.topics?))) {
                    let named = self.named_topics(p, all, first);
                    hit += (named & set).count_ones();
                    said += named.count_ones();
                    there += set.count_ones();
                }
                let f1 = 2.0 * hit as f32 / (said + there).max(1) as f32;
                if f1 > best.0 {
                    best = (f1, (all, first));
                }
            }
        }
        best.1
    }

    /// The topics that are named, as bits.
    fn named_topics(&self, p: &Scores, all: f32, first: f32) -> u64 {
        let topics = p.get(TOPIC).unwrap_or_default();
        let over =
            topics.iter().enumerate().filter(|(_, p)| **p >= all).fold(0, |bits, (i, _)| bits | 1_u64 << i);
        if over != 0 || p.get(INTENT.start).is_none_or(|complaint| *complaint < self.complaint_threshold) {
            return over;
        }
        let likeliest = topics.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        likeliest.filter(|(_, p)| **p >= first).map_or(0, |(i, _)| 1_u64 << i)
    }

    /// The topics that a text is about, as bits of [`crate::labels::TOPICS`].
    pub(crate) fn topics_of(&self, p: &Scores) -> u64 {
        self.named_topics(p, self.topic_threshold, self.first_topic_threshold)
    }

    /// What one language adds to the scores of the intents.
    fn own(&self, rows: &[Row], language: usize) -> Vec<f32> {
        let ready: Vec<(Vec<f32>, u8)> = rows
            .iter()
            .filter(|(_, _, l)| *l as usize == language)
            .filter_map(|(scores, target, _)| {
                let ([_, sharpness, ..], [_, offsets, ..]) = (self.sharpness, &self.offsets);
                let [_, allowed, ..] = target.choices;
                let part = scores.get(INTENT)?.iter().zip(offsets).map(|(s, o)| s * sharpness + o).collect();
                Some((part, allowed)).filter(|_| allowed != 0)
            })
            .collect();
        let rows: Vec<(&[f32], u8)> = ready.iter().map(|(s, allowed)| (s.as_slice(), *allowed)).collect();
        if rows.len() < FEW { vec![0.0; INTENT.len()] } else { offsets(&rows, INTENT.len()) }
    }
}

/// The probability of severity 3: mostly from "acute" alone, which no intent can hide, the rest from "a complaint, and
/// acute as complaints go".
pub(crate) fn acute_p(p: &Scores) -> f32 {
    let at = |column: usize| p.get(column).copied().unwrap_or_default();
    0.75 * at(ACUTE.start) + 0.25 * at(INTENT.start) * at(crate::labels::SEVERITY.start + 2)
}

/// The scores and answers of each column of a range.
fn yes_no(
    rows: &[Row],
    range: std::ops::Range<usize>,
    bits: impl Fn(&Target) -> Option<u64>,
) -> Vec<Vec<(f32, bool)>> {
    let mut out = vec![Vec::new(); range.len()];
    for (scores, target, _) in rows {
        if let Some(set) = bits(target) {
            let part = scores.get(range.clone()).unwrap_or_default();
            for (i, (s, rows)) in part.iter().zip(&mut out).enumerate() {
                rows.push((*s, set >> i & 1 == 1));
            }
        }
    }
    out
}

/// One slope for all, and an offset for each.
fn lines(columns: &[Vec<(f32, bool)>]) -> Vec<Line> {
    let all: Vec<(f32, bool)> = columns.iter().flatten().copied().collect();
    let common = line_of(&all);
    columns.iter().map(|rows| (common.0, offset_of(rows, common))).collect()
}

const _: () = assert!(COLUMNS >= ACUTE.end);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Labels;

    #[test]
    fn probabilities_of_a_choice_sum_to_one_and_keep_their_order() {
        let mut scores = [0.0; COLUMNS];
        scores[0] = 80.0;
        scores[5] = -3.0;
        let p = Calibration::default().probabilities(&scores, Language::Nl);
        for range in CHOICES {
            assert!((p[range].iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert!(p[0] > 0.99 && p[5] < p[4]);
    }

    #[test]
    fn a_topic_that_is_rarer_than_its_scores_say_gets_an_offset_of_its_own() {
        let row = |topics: &[&str]| {
            let topics = topics.iter().map(|t| (*t).to_owned()).collect();
            ([0.0; COLUMNS], Target::of(&Labels { topics: Some(topics), ..Labels::default() }), Language::Nl)
        };
        let mut rows = vec![row(&["payment"]); 300];
        rows.extend(vec![row(&[]); 700]);
        let p = Calibration::fit(&rows).probabilities(&[0.0; COLUMNS], Language::Nl);
        let at = |topic: &str| TOPIC.start + crate::labels::TOPICS.iter().position(|t| *t == topic).unwrap();
        assert!((p[at("payment")] - 0.3).abs() < 0.05, "{}", p[at("payment")]);
        assert!(p[at("warranty")] < 0.02, "{}", p[at("warranty")]);
    }
}
