//! What a mention, or a whole case, says: the fold that keeps the gravest of it.

use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Intent, Lang, Sentiment, Severity, Signal, Topic};
use crate::mention::Mention;

/// Words kept with a signal are cut to so many letters: they explain a rank, they do not copy the text.
const MAX_WORDS: usize = 120;

/// What is known of the problem: the gravest of what its mentions say. Input of [`crate::rank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Complaint before question before the rest.
    pub intent: Intent,
    /// The latest feeling of the customer.
    pub sentiment: Sentiment,
    /// The highest severity seen.
    pub severity: Severity,
    /// Probability of each severity, 0 to 3, of the gravest mention; empty when unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severity_p: Vec<f32>,
    /// Probability that it is a complaint, highest seen.
    pub complaint_p: f32,
    /// Language of the latest mention.
    pub lang: Lang,
    /// All topics seen, first seen first.
    pub topics: Vec<Topic>,
    /// All signals seen, each with the words of the text that show it (empty when the model alone says so).
    pub signals: Vec<(Signal, String)>,
    /// Probability of each of `signals`, in the same order; 1 where one is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signal_p: Vec<f32>,
    /// Lowest rating out of five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<f64>,
    /// Followers, likes and shares together, highest seen.
    pub reach: u64,
}

impl Facts {
    /// What one mention says.
    #[must_use]
    pub fn of(mention: &Mention, assessment: &Assessment) -> Self {
        Self {
            stars: mention.stars.and_then(crate::mention::Stars::out_of_five),
            reach: mention.reach.total(),
            ..Self::of_text(assessment)
        }
    }

    /// What the text alone says, without stars and reach.
    #[must_use]
    pub fn of_text(assessment: &Assessment) -> Self {
        let complaint = Intent::ALL.iter().position(|i| *i == Intent::Complaint);
        let judged = assessment.intent;
        let alone = if judged.label == Intent::Complaint { judged.p } else { 0.0 };
        let p = complaint.and_then(|at| assessment.intent_p.get(at)).copied().unwrap_or(alone);
        Self {
            intent: assessment.intent.label,
            sentiment: assessment.sentiment.label,
            severity: assessment.severity.label,
            severity_p: assessment.severity_p.clone(),
            complaint_p: probability(p),
            lang: assessment.lang.label,
            topics: assessment.topics.iter().map(|t| t.label.clone()).collect(),
            signals: assessment.signals.iter().map(|s| (s.label, words(assessment, s.label))).collect(),
            signal_p: assessment.signals.iter().map(|s| probability(s.p)).collect(),
            stars: None,
            reach: 0,
        }
    }

    /// Adds what a later mention of the customer says.
    pub fn absorb(&mut self, later: &Facts) {
        if gravity(later.intent) > gravity(self.intent) {
            self.intent = later.intent;
        }
        let graver = later.severity > self.severity
            || (later.severity == self.severity && expected(&later.severity_p) > expected(&self.severity_p));
        if graver {
            self.severity = later.severity;
            self.severity_p.clone_from(&later.severity_p);
        }
        self.sentiment = later.sentiment;
        self.lang = later.lang;
        self.complaint_p = self.complaint_p.max(later.complaint_p);
        for topic in &later.topics {
            if !self.topics.contains(topic) {
                self.topics.push(topic.clone());
            }
        }
        // "It is solved" no longer holds once the customer complains again without saying so.
        let complains = matches!(later.intent, Intent::Complaint | Intent::Question);
        if complains && !later.has(Signal::Solved) {
            self.drop_signal(Signal::Solved);
        }
        for (at, (signal, words)) in later.signals.iter().enumerate() {
            self.add_signal(*signal, words, later.signal_p.get(at).copied().unwrap_or(1.0));
        }
        self.stars = match (self.stars, later.stars) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.reach = self.reach.max(later.reach);
    }

    /// Whether this signal was seen.
    #[must_use]
    pub fn has(&self, signal: Signal) -> bool {
        self.signals.iter().any(|(s, _)| *s == signal)
    }

    /// Adds a signal, or makes one that is there surer and gives it words.
    pub fn add_signal(&mut self, signal: Signal, words: &str, p: f32) {
        self.signal_p.resize(self.signals.len(), 1.0);
        let Some(at) = self.signals.iter().position(|(s, _)| *s == signal) else {
            self.signals.push((signal, words.to_owned()));
            self.signal_p.push(p);
            return;
        };
        if let Some((_, known)) = self.signals.get_mut(at)
            && known.is_empty()
        {
            words.clone_into(known);
        }
        if let Some(known) = self.signal_p.get_mut(at) {
            *known = known.max(p);
        }
    }

    /// Takes a signal out.
    pub fn drop_signal(&mut self, signal: Signal) {
        self.signal_p.resize(self.signals.len(), 1.0);
        while let Some(at) = self.signals.iter().position(|(s, _)| *s == signal) {
            self.signals.remove(at);
            self.signal_p.remove(at);
        }
    }
}

/// The fold over what the customer said, oldest first; `None` when nothing is known.
#[must_use]
pub fn fold<'a>(all: impl IntoIterator<Item = &'a Facts>) -> Option<Facts> {
    let mut all = all.into_iter();
    let mut facts = all.next()?.clone();
    for later in all {
        facts.absorb(later);
    }
    Some(facts)
}

fn gravity(intent: Intent) -> u8 {
    match intent {
        Intent::Complaint => 2,
        Intent::Question => 1,
        Intent::Praise | Intent::Remark | Intent::Irrelevant => 0,
    }
}

fn expected(severity_p: &[f32]) -> f32 {
    severity_p.iter().zip([0.0, 1.0, 2.0, 3.0]).map(|(p, level)| probability(*p) * level).sum()
}

/// A number from outside as a probability; what is no number counts as nothing.
fn probability(p: f32) -> f32 {
    if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 }
}

fn words(assessment: &Assessment, signal: Signal) -> String {
    let wanted = format!("signal.{}", signal.as_str());
    let found = assessment.reasons.iter().find(|r| r.speaks_for == wanted);
    found.map(|r| r.text.chars().take(MAX_WORDS).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assessment, complaint, question, thanks};

    fn facts(a: &Assessment) -> Facts {
        Facts::of_text(a)
    }

    #[test]
    fn the_gravest_of_all_mentions_counts() {
        let folded = fold(&[
            facts(&question("delivery.late")),
            facts(&complaint(3, "product.damaged")),
            facts(&complaint(1, "delivery.late")),
        ])
        .unwrap();
        assert_eq!(folded.intent, Intent::Complaint);
        assert_eq!(folded.severity.level(), 3);
        assert_eq!(folded.topics.len(), 2);
    }

    #[test]
    fn a_later_complaint_takes_back_that_it_is_solved() {
        let mut solved = thanks();
        solved.signals.push(crate::assessment::Judged { label: Signal::Solved, p: 0.9 });
        let first = facts(&complaint(2, "delivery.late"));
        let mut folded = fold(&[first.clone(), facts(&solved)]).unwrap();
        assert!(folded.has(Signal::Solved));
        folded.absorb(&first);
        assert!(!folded.has(Signal::Solved));
        assert_eq!(folded.signals.len(), folded.signal_p.len());
    }

    #[test]
    fn the_words_of_a_signal_come_with_it_and_are_cut() {
        let mut a = assessment(Intent::Complaint);
        a.signals.push(crate::assessment::Judged { label: Signal::Safety, p: f32::NAN });
        a.reasons.push(crate::assessment::Reason {
            text: "é".repeat(500),
            start: 0,
            end: 1000,
            speaks_for: "signal.safety".into(),
        });
        let f = facts(&a);
        assert_eq!(f.signals[0].1.chars().count(), MAX_WORDS);
        assert!((f.signal_p[0]).abs() < f32::EPSILON);
    }
}
