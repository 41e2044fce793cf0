//! How far the figures would move with other texts of the same kind: the bootstrap.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Part, Sheet};
use crate::prepare::mix;

/// Draws of the bootstrap: enough for the bounds of 95 %.
const DRAWS: u64 = 200;
/// From so many texts on the bounds are so narrow that fewer draws do.
const MANY: usize = 100_000;
/// Draws then.
const FEWER: u64 = 50;

/// Between these bounds lies the figure in 95 of 100 draws of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The figures of a part that are worth an interval, by name.
fn headline(part: &Part) -> Vec<(&'static str, f64)> {
    let complaint = part.complaint.iter().flat_map(|c| {
        [
            ("complaint.auc", c.auc),
            ("complaint.f1", c.f1),
            ("complaint.macro_f1", c.macro_f1),
            ("complaint.average_precision", c.average_precision),
            ("complaint.false_alarms_per_1000", c.false_alarms_per_1000),
        ]
    });
    let choice = |task| part.choices.get(task).and_then(|c| c.macro_f1);
    let list = |task| part.lists.get(task).map(|l| l.micro_f1);
    let others = [
        ("polarity_f1", part.polarity_f1),
        ("sentiment.macro_f1", choice("sentiment")),
        ("intent.macro_f1", choice("intent")),
        ("severity.macro_f1", choice("severity")),
        ("responsible.macro_f1", choice("responsible")),
        ("topics.micro_f1", list("topics")),
        ("topics_upper.micro_f1", list("topics_upper")),
        ("signals.micro_f1", list("signals")),
        ("acute.first_tenth", part.acute.as_ref().map(|a| a.first_tenth)),
    ];
    complaint.chain(others).filter_map(|(name, x)| Some((name, x?))).collect()
}

/// How often so many texts are drawn.
pub(crate) fn draws(texts: usize) -> u64 {
    if texts > MANY { FEWER } else { DRAWS }
}

/// Bootstrap intervals of the main figures: the same texts drawn with replacement, again and again. The same texts give
/// the same intervals. A draw in which a figure cannot be measured does not count for it.
pub(crate) fn intervals(sheet: &Sheet) -> BTreeMap<String, Interval> {
    let n = sheet.len() as u64;
    let one = |draw: u64| {
        let mut weights = vec![0; sheet.len()];
        for i in 0..n {
            let picked = weights.get_mut((mix(draw << 32 | i) % n) as usize);
            picked.into_iter().for_each(|times| *times += 1);
        }
        headline(&sheet.part(Some(&weights)))
    };
    let figures: Vec<Vec<(&'static str, f64)>> = (0..draws(sheet.len())).into_par_iter().map(one).collect();
    let mut drawn: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for (name, value) in figures.into_iter().flatten() {
        drawn.entry(name).or_default().push(value);
    }
    let bound = |sorted: &[f64], share: f64| {
        sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or_default()
    };
    drawn
        .into_iter()
        .map(|(name, mut values)| {
            values.sort_by(f64::total_cmp);
            (name.to_owned(), Interval { low: bound(&values, 0.025), high: bound(&values, 0.975) })
        })
        .collect()
}
