//! Figures of merit for lists of answers. A figure that nothing could be measured of is `None`, never a made-up number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Yes or no, gold against said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Texts that carry the label.
    pub texts: usize,
    /// Of those said, how many are right; 0 when none was said.
    pub precision: f64,
    /// Of those there, how many were said; 0 when none is there.
    pub recall: f64,
    /// Harmonic mean of both; 0 when nothing was right.
    pub f1: f64,
}

impl Counts {
    /// From how many carry the label, how many were said to, and how many of these do.
    #[must_use]
    pub fn new(gold: usize, said: usize, hit: usize) -> Self {
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        Self {
            texts: gold,
            precision: share(hit, said),
            recall: share(hit, gold),
            f1: share(2 * hit, said + gold),
        }
    }
}

/// A task with one right answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean F1 of the labels that occur or were said; `None` when only one occurs.
    #[serde(default)]
    pub macro_f1: Option<f64>,
    /// By label.
    pub labels: BTreeMap<String, Counts>,
    /// Texts by right label, then by the label said.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Choice {
    /// Measures how often each answer of `names` was right (first index) and said (second); `None` when none was.
    #[must_use]
    pub fn of(names: &[&str], table: &[Vec<usize>]) -> Option<Self> {
        let cell =
            |right: usize, said: usize| table.get(right).and_then(|row| row.get(said)).copied().unwrap_or(0);
        let all = || 0..names.len();
        let texts: usize = all().flat_map(|r| all().map(move |s| cell(r, s))).sum();
        if texts == 0 {
            return None;
        }
        let mut out = Self::default();
        let mut occur = 0;
        for (at, name) in names.iter().enumerate() {
            let gold: usize = all().map(|said| cell(at, said)).sum();
            let said: usize = all().map(|right| cell(right, at)).sum();
            if gold + said > 0 {
                out.labels.insert((*name).to_owned(), Counts::new(gold, said, cell(at, at)));
            }
            if gold > 0 {
                occur += 1;
                let row = names.iter().enumerate().map(|(said, name)| ((*name).to_owned(), cell(at, said)));
                out.confusion.insert((*name).to_owned(), row.filter(|(_, n)| *n > 0).collect());
            }
        }
        out.accuracy = all().map(|at| cell(at, at)).sum::<usize>() as f64 / texts as f64;
        let mean = out.labels.values().map(|c| c.f1).sum::<f64>() / out.labels.len().max(1) as f64;
        out.macro_f1 = (occur > 1).then_some(mean);
        Some(out)
    }
}

/// The texts of one score: how many are a yes, and how many a no.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tie {
    /// Texts that are a yes.
    pub yes: f64,
    /// Texts that are none.
    pub no: f64,
}

/// Puts scored answers in falling order, those of equal score together.
#[must_use]
pub fn ties(scored: &[(f32, bool)]) -> Vec<Tie> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let tie = |group: &[(f32, bool)]| {
        let yes = group.iter().filter(|one| one.1).count() as f64;
        Tie { yes, no: group.len() as f64 - yes }
    };
    sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()).map(tie).collect()
}

/// Area under the ROC curve: the chance that a yes scores above a no; ties count half. `None` when there is only one
/// kind.
#[must_use]
pub fn auc(falling: &[Tie]) -> Option<f64> {
    let (yes_all, no_all) = sums(falling);
    let (mut below, mut area) = (no_all, 0.0);
    for tie in falling {
        below -= tie.no;
        area += tie.yes * (below + tie.no / 2.0);
    }
    (yes_all > 0.0 && no_all > 0.0).then(|| area / (yes_all * no_all))
}

/// Mean of the precision at each yes, in falling order of score; all of one score stand at the end of their group, so
/// that the order of the file plays no part. `None` without a yes.
#[must_use]
pub fn average_precision(falling: &[Tie]) -> Option<f64> {
    let (yes_all, _) = sums(falling);
    let (mut hits, mut seen, mut sum) = (0.0, 0.0, 0.0);
    for tie in falling {
        hits += tie.yes;
        seen += tie.yes + tie.no;
        if tie.yes > 0.0 {
            sum += tie.yes * hits / seen;
        }
    }
    (yes_all > 0.0).then(|| sum / yes_all)
}

/// How many yeses stand in the first `places`; of a group that is cut, as many as are expected by chance.
#[must_use]
pub fn hits(falling: &[Tie], places: usize) -> f64 {
    let (mut left, mut found) = (places as f64, 0.0);
    for tie in falling {
        let texts = tie.yes + tie.no;
        if texts > left {
            return found + tie.yes * left / texts;
        }
        found += tie.yes;
        left -= texts;
    }
    found
}

fn sums(falling: &[Tie]) -> (f64, f64) {
    falling.iter().fold((0.0, 0.0), |(yes, no), tie| (yes + tie.yes, no + tie.no))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(figure: fn(&[Tie]) -> Option<f64>, scored: &[(f32, bool)]) -> Option<f64> {
        figure(&ties(scored))
    }

    #[test]
    fn auc_counts_ties_half_and_needs_both_kinds() {
        assert_eq!(of(auc, &[(0.9, true), (0.1, false)]), Some(1.0));
        assert_eq!(of(auc, &[(0.5, true), (0.5, false)]), Some(0.5));
        assert_eq!(of(auc, &[(0.1, true), (0.9, false)]), Some(0.0));
        assert_eq!(of(auc, &[(0.1, true)]), None);
    }

    #[test]
    fn average_precision_rewards_an_early_yes_and_needs_one() {
        let early = of(average_precision, &[(0.9, true), (0.8, false), (0.7, true)]);
        assert_eq!(early, Some((1.0 + 2.0 / 3.0) / 2.0));
        assert_eq!(of(average_precision, &[(0.9, false)]), None);
    }

    #[test]
    fn texts_of_one_score_give_the_same_figures_in_any_order() {
        let first: Vec<(f32, bool)> = (0..100).map(|i| (0.3, i < 5)).collect();
        let last: Vec<(f32, bool)> = first.iter().rev().copied().collect();
        assert_eq!(of(average_precision, &first), Some(0.05));
        assert_eq!(of(average_precision, &last), Some(0.05));
        assert_eq!(hits(&ties(&last), 10), 0.5);
        assert_eq!(hits(&ties(&[(0.9, true), (0.5, true), (0.5, false)]), 2), 1.5);
        assert_eq!(hits(&ties(&last), 1000), 5.0);
    }

    #[test]
    fn macro_f1_is_the_mean_over_the_labels_that_occur_or_were_said() {
        let choice = Choice::of(&["a", "b", "c"], &[vec![1, 1, 0], vec![0, 1, 0], vec![0, 0, 0]]).unwrap();
        assert!(
            (choice.macro_f1.unwrap() - 2.0 / 3.0).abs() < 1e-9 && (choice.accuracy - 2.0 / 3.0).abs() < 1e-9
        );
        assert_eq!((choice.confusion["a"]["b"], choice.confusion.len()), (1, 2));
        let said = Choice::of(&["a", "b", "c"], &[vec![1, 0, 1], vec![0, 1, 0], vec![0, 0, 0]]).unwrap();
        assert!((said.macro_f1.unwrap() - (2.0 / 3.0 + 1.0 + 0.0) / 3.0).abs() < 1e-9);
    }

    #[test]
    fn one_label_alone_gives_no_macro_f1_and_no_label_gives_no_figures() {
        let choice = Choice::of(&["a", "b"], &[vec![3, 1], vec![0, 0]]).unwrap();
        assert_eq!((choice.macro_f1, choice.accuracy), (None, 0.75));
        assert_eq!(Choice::of(&["a", "b"], &[vec![0, 0], vec![0, 0]]), None);
    }

    #[test]
    fn figures_written_before_some_could_be_missing_are_still_read() {
        let old = r#"{"accuracy":0.5,"macro_f1":0.4,"labels":{},"confusion":{}}"#;
        assert_eq!(serde_json::from_str::<Choice>(old).unwrap().macro_f1, Some(0.4));
        let none = r#"{"accuracy":0.5,"macro_f1":null,"labels":{},"confusion":{}}"#;
        assert_eq!(serde_json::from_str::<Choice>(none).unwrap().macro_f1, None);
    }
}
