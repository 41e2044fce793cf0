//! Figures of merit for lists of answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Yes or no, gold against said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Texts that carry the label.
    pub texts: usize,
    /// Of those said, how many are right.
    pub precision: f64,
    /// Of those there, how many were said.
    pub recall: f64,
    /// Harmonic mean of both; 0 when nothing was right.
    pub f1: f64,
}

impl Counts {
    /// Counts pairs of (gold, said).
    pub fn of(pairs: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut hit, mut said_all, mut gold_all) = (0_usize, 0_usize, 0_usize);
        for (gold, said) in pairs {
            hit += usize::from(gold && said);
            said_all += usize::from(said);
            gold_all += usize::from(gold);
        }
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        Self {
            texts: gold_all,
            precision: share(hit, said_all),
            recall: share(hit, gold_all),
            f1: share(2 * hit, said_all + gold_all),
        }
    }
}

/// A task with one right answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean F1 of the labels that occur.
    pub macro_f1: f64,
    /// By label.
    pub labels: BTreeMap<String, Counts>,
    /// Texts by right label, then by the label said.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Choice {
    /// Measures pairs of (gold, said).
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let mut confusion: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for (gold, said) in pairs {
            *confusion.entry((*gold).to_owned()).or_default().entry((*said).to_owned()).or_default() += 1;
        }
        let labels: BTreeMap<String, Counts> = confusion
            .keys()
            .map(|label| (label.clone(), Counts::of(pairs.iter().map(|(g, s)| (g == label, s == label)))))
            .collect();
        let n = pairs.len().max(1) as f64;
        Self {
            accuracy: pairs.iter().filter(|(g, s)| g == s).count() as f64 / n,
            macro_f1: labels.values().map(|c| c.f1).sum::<f64>() / labels.len().max(1) as f64,
            labels,
            confusion,
        }
    }
}

/// Area under the ROC curve: the chance that a yes scores above a no; ties count half. 0.5 when there is only one kind.
#[must_use]
pub fn auc(scored: &[(f32, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut area, mut yes_all) = (0.0, 0.0, 0.0);
    for group in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let yes = group.iter().filter(|g| g.1).count() as f64;
        let no = group.len() as f64 - yes;
        area += yes * (below + no / 2.0);
        below += no;
        yes_all += yes;
    }
    if yes_all == 0.0 || below == 0.0 { 0.5 } else { area / (yes_all * below) }
}

/// Mean of the precision at each yes, in falling order of score.
#[must_use]
pub fn average_precision(scored: &[(f32, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut sum) = (0.0, 0.0);
    for (n, (_, yes)) in sorted.iter().enumerate() {
        if *yes {
            hits += 1.0;
            sum += hits / (n as f64 + 1.0);
        }
    }
    if hits == 0.0 { 0.0 } else { sum / hits }
}

/// Expected calibration error: how far probability and frequency lie apart, over ten bins of equal width.
#[must_use]
pub fn calibration_error(scored: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64, 0.0_f64); 10];
    for (p, yes) in scored {
        let at = ((p * 10.0) as usize).min(9);
        if let Some(bin) = bins.get_mut(at) {
            bin.0 += 1.0;
            bin.1 += f64::from(*p);
            bin.2 += f64::from(u8::from(*yes));
        }
    }
    bins.iter().map(|(_, p, yes)| (p - yes).abs()).sum::<f64>() / scored.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_counts_ties_half() {
        assert_eq!(auc(&[(0.9, true), (0.1, false)]), 1.0);
        assert_eq!(auc(&[(0.5, true), (0.5, false)]), 0.5);
        assert_eq!(auc(&[(0.1, true), (0.9, false)]), 0.0);
        assert_eq!(auc(&[(0.1, true)]), 0.5);
    }

    #[test]
    fn average_precision_rewards_an_early_yes() {
        assert_eq!(average_precision(&[(0.9, true), (0.8, false), (0.7, true)]), (1.0 + 2.0 / 3.0) / 2.0);
        assert_eq!(average_precision(&[(0.9, false)]), 0.0);
    }

    #[test]
    fn calibration_error_is_the_gap_between_said_and_seen() {
        let rows = [(0.25, true), (0.25, false), (0.25, false), (0.25, false)];
        assert!(calibration_error(&rows) < 1e-6);
        assert!((calibration_error(&[(0.95, false)]) - 0.95).abs() < 1e-6);
    }

    #[test]
    fn macro_f1_is_the_mean_over_the_labels_that_occur() {
        let choice = Choice::of(&[("a", "a"), ("a", "b"), ("b", "b")]);
        assert!((choice.macro_f1 - 2.0 / 3.0).abs() < 1e-9 && (choice.accuracy - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(choice.confusion["a"]["b"], 1);
    }
}
