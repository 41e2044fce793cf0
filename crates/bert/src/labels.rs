//! What the labels of a checkpoint mean here: `[labels]` of `model.toml`.

use std::collections::BTreeMap;

use gehoor_classify::Opinion;
use gehoor_domain::assessment::{Intent, Sentiment};
use serde::Deserialize;

/// What one label means; what is left out it says nothing about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// The feeling.
    pub sentiment: Option<Sentiment>,
    /// The intent.
    pub intent: Option<Intent>,
    /// Complaint or not, where the checkpoint does not tell the intents apart.
    pub complaint: Option<bool>,
    /// 0 to 3.
    pub severity: Option<u8>,
}

/// How the numbers of a checkpoint become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Exactly one label is right (softmax).
    One,
    /// Each label is right or not by itself (sigmoid; `problem_type = multi_label_classification`).
    Each,
}

/// The meanings of all labels, in the order of the checkpoint's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMap {
    meanings: Vec<Meaning>,
    answers: Answers,
}

impl LabelMap {
    /// Puts the meanings in the order of the checkpoint's labels.
    ///
    /// # Errors
    /// Everything that is wrong with them, one line each.
    pub fn new(
        labels: &[String],
        meanings: &BTreeMap<String, Meaning>,
        answers: Answers,
    ) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let known = labels.join("`, `");
        for label in meanings.keys().filter(|label| !labels.contains(label)) {
            wrong.push(format!("`{label}` is no label of the checkpoint: it has `{known}`"));
        }
        for label in labels.iter().filter(|label| !meanings.contains_key(*label)) {
            wrong.push(format!("label `{label}` is missing: add `\"{label}\" = {{ … }}` under [labels]"));
        }
        for (label, meaning) in meanings {
            wrong.extend(of_one(meaning).map(|why| format!("label `{label}`: {why}")));
        }
        let meanings: Vec<Meaning> = labels.iter().filter_map(|l| meanings.get(l).copied()).collect();
        if wrong.is_empty() {
            wrong.extend(of_all(&meanings, answers));
        }
        if wrong.is_empty() { Ok(Self { meanings, answers }) } else { Err(wrong) }
    }

    /// How many labels the checkpoint has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.meanings.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.meanings.is_empty()
    }

    /// What the checkpoint's numbers for one text say, probabilities in steps of a thousandth: sums of the same numbers
    /// in another order differ in the last digits, and the size of a batch must not show.
    ///
    /// `None` when a number is none (weights that overflow).
    #[must_use]
    pub fn opinion(&self, logits: &[f32]) -> Option<Opinion> {
        if logits.len() != self.meanings.len() || logits.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let p = match self.answers {
            Answers::One => softmax(logits),
            Answers::Each => logits.iter().map(|x| 1.0 / (1.0 + (-x).exp())).collect(),
        };
        let complaint = || {
            let of = |wanted| {
                let all = self.meanings.iter().zip(&p);
                all.filter(move |(m, _)| m.complaint == Some(wanted)).map(|(_, p)| *p)
            };
            match self.answers {
                Answers::One => of(true).sum::<f32>(),
                Answers::Each => of(true).fold(0.0, f32::max),
            }
        };
        let asked = self.meanings.iter().any(|m| m.complaint.is_some());
        Some(Opinion {
            sentiment_p: self.shares(&p, Sentiment::ALL, |m| m.sentiment),
            intent_p: self.shares(&p, Intent::ALL, |m| m.intent),
            complaint: asked.then(|| rounded(complaint())),
            severity_p: self.shares(&p, &[0, 1, 2, 3], |m| m.severity),
        })
    }

    fn shares<T: PartialEq + Copy>(
        &self,
        p: &[f32],
        all: &[T],
        of: impl Fn(&Meaning) -> Option<T>,
    ) -> Option<Vec<f32>> {
        if self.meanings.iter().all(|m| of(m).is_none()) {
            return None;
        }
        let sum = |value: &T| {
            let mine = self.meanings.iter().zip(p).filter(|(m, _)| of(m).as_ref() == Some(value));
            mine.map(|(_, p)| *p).sum::<f32>()
        };
        Some(normed(&all.iter().map(sum).collect::<Vec<f32>>()))
    }
}

/// What is wrong with the meaning of one label.
fn of_one(meaning: &Meaning) -> Option<String> {
    if meaning.severity.is_some_and(|level| level > 3) {
        return Some("severity is 0 to 3".to_owned());
    }
    if meaning.intent.is_some() && meaning.complaint.is_some() {
        return Some("say `intent` or `complaint`, not both".to_owned());
    }
    let complains = match meaning.intent {
        Some(intent) => Some(intent == Intent::Complaint),
        None => meaning.complaint,
    };
    match (complains, meaning.severity) {
        (Some(true), Some(0)) => Some("a complaint has a severity of 1, 2 or 3".to_owned()),
        (Some(false), Some(1 | 2)) => Some("severity 1 and 2 are for complaints".to_owned()),
        _ => None,
    }
}

/// What is wrong with all of them together.
fn of_all(meanings: &[Meaning], answers: Answers) -> Vec<String> {
    let count = |says: fn(&Meaning) -> bool| meanings.iter().filter(|m| says(m)).count();
    let tasks = [
        ("sentiment", count(|m| m.sentiment.is_some())),
        ("intent", count(|m| m.intent.is_some())),
        ("complaint", count(|m| m.complaint.is_some())),
        ("severity", count(|m| m.severity.is_some())),
    ];
    let mut wrong = Vec::new();
    if tasks.iter().all(|(_, said)| *said == 0) {
        wrong.push(
            "no label means anything: give `sentiment`, `intent`, `complaint` or `severity`".to_owned(),
        );
    }
    if count(|m| m.intent.is_some()) > 0 && count(|m| m.complaint.is_some()) > 0 {
        wrong.push("some labels say `intent` and others `complaint`: use one of them".to_owned());
    }
    for (task, said) in tasks {
        if answers == Answers::One && said > 0 && said < meanings.len() {
            wrong.push(format!(
                "exactly one label is right, so {task} must be told by every label or by none ({said} of {} do)",
                meanings.len()
            ));
        }
    }
    if count(|m| m.complaint == Some(false)) > 0 && count(|m| m.complaint == Some(true)) == 0 {
        wrong.push("no label says `complaint = true`".to_owned());
    }
    wrong
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f32> = logits.iter().map(|x| (x - top).exp()).collect();
    let sum: f32 = e.iter().sum();
    e.iter().map(|x| x / sum).collect()
}

fn rounded(p: f32) -> f32 {
    (p * 1000.0).round() / 1000.0
}

/// Brought to a sum of 1; even where nothing is said.
pub(crate) fn normed(p: &[f32]) -> Vec<f32> {
    let sum: f32 = p.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of labels")]
    let even = 1.0 / p.len().max(1) as f32;
    let p: Vec<f32> = p.iter().map(|x| rounded(if sum > 1e-6 { x / sum } else { even })).collect();
    let sum: f32 = p.iter().sum();
    p.iter().map(|x| x / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str, labels: &[&str], answers: Answers) -> Result<LabelMap, Vec<String>> {
        let labels: Vec<String> = labels.iter().map(|l| (*l).to_owned()).collect();
        LabelMap::new(&labels, &toml::from_str(text).unwrap(), answers)
    }

    #[test]
    fn labels_of_the_same_meaning_are_added_up() {
        let text =
            "a = { sentiment = 'negative' }\nb = { sentiment = 'negative' }\nc = { sentiment = 'positive' }";
        let map = map(text, &["c", "a", "b"], Answers::One).unwrap();
        let opinion = map.opinion(&[1.0, 1.0, 1.0]).unwrap();
        let p = opinion.sentiment_p.unwrap();
        assert!((p[0] - 0.667).abs() < 1e-3 && (p[2] - 0.333).abs() < 1e-3 && p[1] + p[3] == 0.0, "{p:?}");
        assert_eq!((opinion.intent_p, opinion.complaint, opinion.severity_p), (None, None, None));
    }

    #[test]
    fn labels_that_stand_alone_are_taken_one_by_one() {
        let text = "klacht = { complaint = true }\nblij = { sentiment = 'positive' }\nboos = { sentiment = 'negative' }";
        let map = map(text, &["klacht", "blij", "boos"], Answers::Each).unwrap();
        let opinion = map.opinion(&[2.0, -8.0, 8.0]).unwrap();
        assert!((opinion.complaint.unwrap() - 0.881).abs() < 1e-3);
        assert!(opinion.sentiment_p.unwrap()[0] > 0.99);
    }

    #[test]
    fn numbers_that_are_none_are_no_opinion() {
        let map =
            map("a = { complaint = true }\nb = { complaint = false }", &["a", "b"], Answers::One).unwrap();
        assert_eq!(map.opinion(&[f32::NAN, 0.0]), None);
        assert_eq!(map.opinion(&[0.0]), None);
        assert_eq!(map.opinion(&[0.0, 0.0]).unwrap().complaint, Some(0.5));
    }

    #[test]
    fn what_is_wrong_with_the_meanings_is_told_with_the_label() {
        let wrong = |text: &str| map(text, &["a", "b"], Answers::One).unwrap_err().join("\n");
        assert!(wrong("a = { complaint = true }").contains("label `b` is missing"));
        assert!(wrong("a = {}\nb = {}").contains("no label means anything"));
        assert!(wrong("a = { complaint = true }\nb = {}").contains("every label or by none (1 of 2 do)"));
        assert!(
            wrong("a = { severity = 7 }\nb = { severity = 0 }").contains("label `a`: severity is 0 to 3")
        );
        assert!(
            wrong("a = {}\nb = {}\nc = {}").contains("`c` is no label of the checkpoint: it has `a`, `b`")
        );
        assert!(
            wrong("a = { complaint = true, intent = 'praise' }\nb = {}")
                .contains("say `intent` or `complaint`, not both")
        );
        assert!(wrong("a = { complaint = true }\nb = { intent = 'praise' }").contains("use one of them"));
        assert!(
            wrong("a = { intent = 'complaint', severity = 0 }\nb = { intent = 'praise', severity = 1 }")
                .contains("1, 2 or 3\nlabel `b`")
        );
    }
}
