//! A model that has also learnt from the corrections of a team: whether it may take the place of the one that judges.
//!
//! Two questions, each answered on texts that the candidate was not trained on. On the corrections held back: is it
//! right at least as often as the model that judges now? That alone would flatter it, because people correct what the
//! live model got wrong. So also on the corpus, across files: has it forgotten nothing?

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::BuiltIn;
use crate::classifier::Doc;
use crate::eval::Metrics;
use crate::labelled::Labelled;

/// Every fifth correction is held back, told by its words, so that the same text is always on the same side.
const HELD: u8 = 5;
/// With fewer held back, chance decides.
pub const FEWEST_HELD: usize = 20;
/// What a figure on the corpus may fall: the bootstrap interval of the shipped model is about as wide on each side.
pub const LEEWAY: f64 = 0.01;

/// Figures measured across files, by name; higher is better for each.
pub type Across = BTreeMap<String, f64>;

/// Corrections to learn from, and those held back to measure on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Split {
    /// To learn from.
    pub learn: Vec<Labelled>,
    /// Never trained on.
    pub held: Vec<Labelled>,
}

/// Deals corrections into those to learn from and those held back. It depends on the words only: a correction that was
/// held back once is held back for every later candidate.
#[must_use]
pub fn split(corrections: Vec<Labelled>) -> Split {
    let held = |row: &Labelled| {
        let words = row.text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        Sha256::digest(words.as_bytes()).first().is_some_and(|byte| byte % HELD == 0)
    };
    let (held, learn) = corrections.into_iter().partition(held);
    Split { learn, held }
}

/// How often one model says what people say, over all that they corrected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Answers compared: one text may have several.
    pub answers: usize,
    /// Of these, the same as the person's.
    pub right: usize,
}

/// One figure of both models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Its name.
    pub figure: String,
    /// Of the model that judges now.
    pub live: f64,
    /// Of the candidate.
    pub candidate: f64,
}

/// What speaks for a candidate and what against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The candidate.
    pub candidate: String,
    /// The model that judged when it was measured.
    pub live: String,
    /// Corrections learnt from.
    pub learnt: usize,
    /// Corrections held back.
    pub held: usize,
    /// On those held back: the model that judges now, and the candidate.
    pub agreement: [Agreement; 2],
    /// On the corpus, across files.
    pub corpus: Vec<Compared>,
    /// Why it does not go live; empty when it does.
    pub against: Vec<String>,
}

impl Report {
    /// Whether it may take the place of the live model.
    #[must_use]
    pub fn not_worse(&self) -> bool {
        self.against.is_empty()
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        let [live, candidate] = self.agreement;
        let mut lines = vec![
            format!("candidate {} beside {}", self.candidate, self.live),
            format!("corrections: {} learnt from, {} held back", self.learnt, self.held),
            format!(
                "right on those held back: {} of {} now, {} of {} the candidate",
                live.right, live.answers, candidate.right, candidate.answers
            ),
        ];
        for one in &self.corpus {
            lines.push(format!("{}: {:.3} now, {:.3} the candidate", one.figure, one.live, one.candidate));
        }
        if self.not_worse() {
            lines.push("It is not worse: it goes live.".to_owned());
        } else {
            lines.push("It does not go live:".to_owned());
            lines.extend(self.against.iter().map(|why| format!("- {why}")));
        }
        lines.join("\n") + "\n"
    }
}

/// The figures that a candidate may not lose.
#[must_use]
pub fn across(metrics: &Metrics) -> Across {
    let mut out = Across::new();
    let dutch = metrics.languages.get("nl");
    for (part, of) in [(Some(&metrics.all), ""), (dutch, " (nl)")] {
        let Some(part) = part else { continue };
        let mut put = |name: &str, figure: Option<f64>| {
            if let Some(figure) = figure {
                out.insert(format!("{name}{of}"), figure);
            }
        };
        put("complaint AUC", part.complaint.as_ref().and_then(|c| c.auc));
        put("intent macro-F1", part.choices.get("intent").and_then(|c| c.macro_f1));
        put("severity 3 in the first tenth", part.acute.as_ref().map(|a| a.first_tenth));
        put("topics micro-F1", part.lists.get("topics").map(|l| l.micro_f1));
    }
    out
}

/// Compares a candidate with the model that judges now. `across` are the figures of each on the corpus, the live one's
/// as they were measured when it was made.
#[must_use]
pub fn compare(live: &BuiltIn, candidate: &BuiltIn, split: &Split, figures: [&Across; 2]) -> Report {
    let agreement = [agreement(live, &split.held), agreement(candidate, &split.held)];
    let [of_live, of_candidate] = figures;
    let corpus: Vec<Compared> = of_live
        .iter()
        .filter_map(|(figure, live)| {
            let candidate = *of_candidate.get(figure)?;
            Some(Compared { figure: figure.clone(), live: *live, candidate })
        })
        .collect();
    let mut against = Vec::new();
    if split.held.len() < FEWEST_HELD {
        against.push(format!(
            "only {} corrections are held back, and {FEWEST_HELD} are needed to tell: correct more and try again",
            split.held.len()
        ));
    }
    let [now, then] = agreement;
    if then.right < now.right {
        against.push(format!(
            "it is right less often on the corrections held back: {} instead of {}",
            then.right, now.right
        ));
    }
    if corpus.is_empty() {
        against.push(
            "the live model has no figures to compare with: its model.toml lacks [across_files]".to_owned(),
        );
    }
    for one in corpus.iter().filter(|one| one.candidate < one.live - LEEWAY) {
        against.push(format!("{} fell from {:.3} to {:.3}", one.figure, one.live, one.candidate));
    }
    Report {
        candidate: candidate.model().id().to_owned(),
        live: live.model().id().to_owned(),
        learnt: split.learn.len(),
        held: split.held.len(),
        agreement,
        corpus,
        against,
    }
}

fn agreement(model: &BuiltIn, held: &[Labelled]) -> Agreement {
    let mut sum = Agreement::default();
    for row in held {
        let said = model.assess(&Doc {
            text: &row.text,
            lang: row.lang.as_deref(),
            stars: row.stars,
            channel: row.channel,
        });
        let labels = &row.labels;
        let one = |right: Option<bool>| Agreement {
            answers: usize::from(right.is_some()),
            right: usize::from(right == Some(true)),
        };
        let topics = said.topics.iter().map(|t| t.label.as_str());
        let signals = said.signals.iter().map(|s| s.label.as_str());
        for more in [
            one(labels.intent.map(|right| right == said.intent.label)),
            one(labels.severity.map(|right| right == said.severity.label.level())),
            one(labels.sentiment.map(|right| right == said.sentiment.label)),
            labels.topics.as_ref().map_or_else(Agreement::default, |right| {
                shared(&right.iter().map(String::as_str).collect(), &topics.collect())
            }),
            labels.signals.as_ref().map_or_else(Agreement::default, |right| {
                shared(&right.iter().map(|s| s.as_str()).collect(), &signals.collect())
            }),
        ] {
            sum.answers += more.answers;
            sum.right += more.right;
        }
    }
    sum
}

/// Of all that either names, what both name.
fn shared(right: &BTreeSet<&str>, said: &BTreeSet<&str>) -> Agreement {
    Agreement { answers: right.union(said).count(), right: right.intersection(said).count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Labels;
    use gehoor_domain::assessment::Intent;

    fn corrected(n: usize) -> Labelled {
        let labels = Labels { intent: Some(Intent::Complaint), ..Labels::default() };
        let text = format!("Nummer {n}: ik wacht al zes weken op mijn bank, schandalig");
        Labelled { text, lang: Some("nl".into()), labels, weight: 1.0, ..Labelled::default() }
    }

    fn figures(auc: f64) -> Across {
        Across::from([("complaint AUC".to_owned(), auc)])
    }

    #[test]
    fn what_was_held_back_once_is_held_back_for_ever_whatever_its_capitals_and_spaces() {
        let few = split((0..100).map(corrected).collect());
        assert!((10..=35).contains(&few.held.len()), "{}", few.held.len());
        assert_eq!(few.held.len() + few.learn.len(), 100);
        let shouted =
            |row: &Labelled| Labelled { text: row.text.to_uppercase().replace(' ', "  "), ..row.clone() };
        let again = split(few.held.iter().map(shouted).chain((100..200).map(corrected)).collect());
        assert!(again.held.len() >= few.held.len());
        let lost = again.learn.iter().filter(|row| row.text == row.text.to_uppercase()).count();
        assert_eq!(lost, 0);
    }

    #[test]
    fn a_candidate_that_forgot_something_or_was_hardly_measured_does_not_go_live() {
        let model = BuiltIn::load().unwrap();
        let many = split((0..400).map(corrected).collect());
        let of = |split: &Split, now, then| compare(&model, &model, split, [&figures(now), &figures(then)]);
        assert!(of(&many, 0.9, 0.895).not_worse(), "within the leeway");
        let forgot = of(&many, 0.9, 0.88);
        assert!(forgot.text().contains("complaint AUC fell from 0.900 to 0.880"), "{}", forgot.text());
        let few = split((0..20).map(corrected).collect());
        assert!(!of(&few, 0.9, 0.9).not_worse());
        let none = compare(&model, &model, &many, [&Across::new(), &figures(0.9)]);
        assert!(!none.not_worse(), "without figures nothing can be compared");
    }
}
