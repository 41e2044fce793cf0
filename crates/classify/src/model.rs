//! The weights, and how a text is scored with them.
//!
//! A table of rows, one per n-gram that was worth keeping: 80 small integers and a scale. A text's score is the sum
//! of its rows, each family of n-grams brought to the same length, plus the dense numbers times their own weights.

use gehoor_domain::mention::Channel;
use gehoor_text::language::Language;

use crate::calibrate::Calibration;
use crate::cues;
use crate::dense::{self, DENSE, Value};
use crate::features::{self, Family};
use crate::labels::COLUMNS;
use crate::lexicon::{Lexicon, Match};
use crate::prepare::Prepared;

/// Scores, one per column.
pub(crate) type Scores = [f32; COLUMNS];

/// The rows by hash: open addressing, at most half full.
#[derive(Debug, Default)]
pub(crate) struct Index {
    slots: Vec<(u32, u32)>,
}

const EMPTY: u32 = u32::MAX;

impl Index {
    pub(crate) fn new(hashes: &[u32]) -> Self {
        let size = (hashes.len() * 2).next_power_of_two().max(16);
        let mut index = Self { slots: vec![(0, EMPTY); size] };
        for (row, hash) in hashes.iter().enumerate() {
            let mut at = index.home(*hash);
            while let Some(slot) = index.slots.get_mut(at) {
                if slot.1 == EMPTY {
                    *slot = (*hash, u32::try_from(row).unwrap_or(EMPTY));
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        index
    }
    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len().wrapping_sub(1))
    }
    pub(crate) fn row(&self, hash: u32) -> Option<u32> {
        let mut at = self.home(hash);
        loop {
            let (key, row) = *self.slots.get(at)?;
            if row == EMPTY {
                return None;
            }
            if key == hash {
                return Some(row);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// A trained model with its lexicon.
#[derive(Debug)]
pub struct Model {
    pub(crate) lexicon: Lexicon,
    pub(crate) index: Index,
    /// Sorted; row numbers are positions here.
    pub(crate) hashes: Vec<u32>,
    pub(crate) scales: Vec<f32>,
    pub(crate) weights: Vec<[i8; COLUMNS]>,
    pub(crate) dense: Vec<Scores>,
    pub(crate) calibration: Calibration,
    /// Short name with the beginning of the hash of the weights, such as `gehoor-builtin-1 (3f2a90c1)`.
    pub(crate) id: String,
}

/// A row that a text hits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) row: u32,
    pub(crate) family: Family,
    pub(crate) item: u32,
    pub(crate) items: u8,
}

/// Everything that is filled anew for each text, kept to save allocations.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) prepared: Prepared,
    pub(crate) matches: Vec<Match>,
    /// By item.
    pub(crate) cues: Vec<u64>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) values: Vec<Value>,
    /// One over the root of the number of features of each family.
    pub(crate) norms: [f32; 2],
}

/// What is known of a text beside its words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) language: Language,
    pub(crate) nearest: Language,
    pub(crate) stars: Option<f64>,
    pub(crate) channel: Option<Channel>,
}

/// The weight of a family whose features are `n`.
pub(crate) fn norm(n: u32) -> f32 {
    1.0 / (n.max(1) as f32).sqrt()
}

impl Model {
    /// Names the model and its version.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gives it a calibration that was fitted on texts it has not seen.
    pub fn set_calibration(&mut self, calibration: Calibration) {
        self.calibration = calibration;
    }

    /// How many n-grams it knows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.hashes.len()
    }

    /// Reads a text and scores it; `scratch` then holds what the scores rest on.
    pub(crate) fn score(&self, text: &str, context: Context, scratch: &mut Scratch) -> Scores {
        let Scratch { prepared, matches, cues, hits, values, norms } = scratch;
        prepared.read(text, |word| self.lexicon.knows(word));
        matches.clear();
        self.lexicon.find(context.nearest, &prepared.items, matches);
        hits.clear();
        let mut counts = [0_u32; 2];
        let mut sums = [[0.0_f32; COLUMNS]; 2];
        features::each(prepared, &self.lexicon, |family, hash, item, items| {
            if let Some(count) = counts.get_mut(family as usize) {
                *count += 1;
            }
            if let Some(row) = self.index.row(hash) {
                let item = u32::try_from(item).unwrap_or(u32::MAX);
                hits.push(Hit { row, family, item, items: if items == 2 { 2 } else { 1 } });
            }
        });
        for hit in hits.iter() {
            if let (Some(scale), Some(weights), Some(sum)) = (
                self.scales.get(hit.row as usize),
                self.weights.get(hit.row as usize),
                sums.get_mut(hit.family as usize),
            ) {
                add_row(sum, *scale, weights);
            }
        }
        *norms = counts.map(norm);
        values.clear();
        cues::find(context.nearest, prepared, cues);
        dense::lexical(prepared, matches, cues, None, values);
        dense::outward(prepared, context.language, context.stars, context.channel, values);
        let mut scores = [0.0_f32; COLUMNS];
        for (sum, norm) in sums.iter().zip(norms.iter()) {
            for (score, s) in scores.iter_mut().zip(sum) {
                *score += s * norm;
            }
        }
        for (at, value) in values.iter() {
            if let Some(weights) = self.dense.get(usize::from(*at)) {
                for (score, w) in scores.iter_mut().zip(weights) {
                    *score += value * w;
                }
            }
        }
        debug_assert!(values.iter().all(|v| usize::from(v.0) < DENSE));
        scores
    }

    /// What one row adds to one column, before the family's norm.
    pub(crate) fn weight(&self, row: u32, column: usize) -> f32 {
        let weight = self.weights.get(row as usize).and_then(|w| w.get(column)).copied().unwrap_or_default();
        self.scales.get(row as usize).copied().unwrap_or_default() * f32::from(weight)
    }

    /// What the dense numbers add to one column.
    pub(crate) fn dense_score(&self, values: &[Value], column: usize) -> f32 {
        let weight = |at: u16| {
            self.dense.get(usize::from(at)).and_then(|w| w.get(column)).copied().unwrap_or_default()
        };
        values.iter().map(|(at, value)| value * weight(*at)).sum()
    }
}

#[inline]
fn add_row(sum: &mut [f32; COLUMNS], scale: f32, weights: &[i8; COLUMNS]) {
    for (s, w) in sum.iter_mut().zip(weights) {
        *s += scale * f32::from(*w);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_finds_what_was_put_in_and_nothing_else() {
        let hashes: Vec<u32> = (0..1000_u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
        let index = Index::new(&hashes);
        for (row, hash) in hashes.iter().enumerate() {
            assert_eq!(index.row(*hash), Some(u32::try_from(row).unwrap()));
        }
        assert_eq!(index.row(1), None);
        assert_eq!(Index::default().row(5), None);
    }
}
