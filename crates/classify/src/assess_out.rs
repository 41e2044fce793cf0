//! What `gehoor assess` reads and writes, one JSON object a line. Other programs rely on it: fields are only added.

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Assessment, Intent, Reason, Responsible, Sentiment, Signal};
use gehoor_domain::mention::Channel;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::classifier::Doc;

/// One line in.
#[derive(Debug, Deserialize)]
pub struct AssessIn {
    /// Given back as it came: a string or a number.
    #[serde(default)]
    pub id: Option<Box<RawValue>>,
    /// The text to judge.
    pub text: String,
    /// Declared language, a hint.
    #[serde(default)]
    pub lang: Option<String>,
    /// Rating out of five.
    #[serde(default)]
    pub stars: Option<f64>,
    /// Where it stands; judged as unknown when absent.
    #[serde(default)]
    pub channel: Option<Channel>,
}

impl AssessIn {
    /// The same as the classifier wants it.
    #[must_use]
    pub fn doc(&self) -> Doc<'_> {
        Doc { text: &self.text, lang: self.lang.as_deref(), stars: self.stars, channel: self.channel }
    }
}

/// A label with the probability of every label of its task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceOut {
    /// The most likely.
    pub label: String,
    /// By label.
    pub p: BTreeMap<&'static str, f32>,
}

/// The severity with the probability of each level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeverityOut {
    /// 0 to 3.
    pub label: u8,
    /// Of level 0, 1, 2 and 3.
    pub p: Vec<f32>,
}

/// A topic with its probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicOut {
    /// Such as `delivery.late`.
    pub topic: String,
    /// 0 to 1.
    pub p: f32,
}

/// A signal with its probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalOut {
    /// Such as `long_wait`.
    pub signal: &'static str,
    /// 0 to 1.
    pub p: f32,
}

/// One line out.
#[derive(Debug, Serialize)]
pub struct AssessOut {
    /// As given; `null` when none was.
    pub id: Option<Box<RawValue>>,
    /// `nl`, `en`, `de`, `fr` or `other`.
    pub lang: &'static str,
    /// The feeling.
    pub sentiment: ChoiceOut,
    /// The intent.
    pub intent: ChoiceOut,
    /// The severity.
    pub severity: SeverityOut,
    /// Topics, most likely first.
    pub topics: Vec<TopicOut>,
    /// Signals, most likely first.
    pub signals: Vec<SignalOut>,
    /// Who has to act.
    pub responsible: ChoiceOut,
    /// The tasks whose answer is only a guess, by [`crate::sure::unsure`].
    pub unsure: Vec<&'static str>,
    /// The part of the rank that the text alone gives, in points.
    pub priority: f32,
    /// The words that led to it; `start` and `end` are bytes of the text in UTF-8.
    pub reasons: Vec<Reason>,
    /// Which model judged.
    pub model: String,
}

impl AssessOut {
    /// Writes an assessment in the stable form. `priority` is the rank part that the text alone gives.
    #[must_use]
    pub fn new(id: Option<Box<RawValue>>, assessment: &Assessment, priority: f32) -> Self {
        let a = assessment;
        let sentiment = Sentiment::ALL.iter().map(|l| l.as_str());
        let intent = Intent::ALL.iter().map(|l| l.as_str());
        let responsible = Responsible::ALL.iter().map(|l| l.as_str());
        let signal = |label: Signal, p: f32| SignalOut { signal: label.as_str(), p: round(p) };
        Self {
            id,
            lang: a.lang.label.as_str(),
            sentiment: choice(a.sentiment.label.as_str(), sentiment, &a.sentiment_p),
            intent: choice(a.intent.label.as_str(), intent, &a.intent_p),
            severity: SeverityOut {
                label: a.severity.label.level(),
                p: a.severity_p.iter().map(|p| round(*p)).collect(),
            },
            topics: a.topics.iter().map(|t| TopicOut { topic: t.label.0.clone(), p: round(t.p) }).collect(),
            signals: a.signals.iter().map(|s| signal(s.label, s.p)).collect(),
            responsible: choice(a.responsible.label.as_str(), responsible, &a.responsible_p),
            unsure: crate::sure::unsure(a),
            priority,
            reasons: a.reasons.clone(),
            model: a.model.clone(),
        }
    }
}

fn choice(label: &str, labels: impl Iterator<Item = &'static str>, p: &[f32]) -> ChoiceOut {
    ChoiceOut { label: label.to_owned(), p: labels.zip(p.iter().map(|p| round(*p))).collect() }
}

/// Four digits behind the point: more would be noise.
fn round(p: f32) -> f32 {
    (p * 10_000.0).round() / 10_000.0
}
