//! The weights, and how a text is scored with them.
//!
//! A table of rows, one per n-gram that was worth keeping: 80 small integers and by how much they are shifted. A text's score is the sum
//! of its rows, each family of n-grams brought to the same length, plus the dense numbers times their own weights.

use gehoor_domain::mention::Channel;
use gehoor_text::evidence::{self, Evidence};
use gehoor_text::language::Language;

use crate::calibrate::Calibration;
use crate::cues;
use crate::dense::{self, DENSE, Value};
use crate::features::{self, FAMILIES, Family};
use crate::index::Index;
use crate::known::Known;
use crate::labels::COLUMNS;
use crate::lexicon::{Lexicon, Match};
use crate::prepare::{Item, Prepared, mix};

/// Scores, one per column.
pub(crate) type Scores = [f32; COLUMNS];

/// A trained model with its lexicon.
#[derive(Debug)]
pub struct Model {
    pub(crate) lexicon: Lexicon,
    pub(crate) index: Index,
    /// Sorted; row numbers are positions here.
    pub(crate) hashes: Vec<u32>,
    /// Weights are `FINEST` times the small integer, doubled this often.
    pub(crate) shifts: Vec<u8>,
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
    /// The other word that carries it; the same one if there is none.
    pub(crate) other: u32,
}

/// Everything that is filled anew for each text, kept to save allocations.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) prepared: Prepared,
    pub(crate) matches: Vec<Match>,
    /// By item.
    pub(crate) cues: Vec<u64>,
    pub(crate) hits: Vec<Hit>,
    /// What the letters add, by item, in steps of [`FINEST`].
    pub(crate) letters: Vec<[i16; COLUMNS]>,
    known: Known,
    pub(crate) values: Vec<Value>,
    pub(crate) evidence: Vec<Evidence>,
    /// One over the root of the number of features of each family.
    pub(crate) norms: [f32; FAMILIES],
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
        let Scratch { prepared, matches, cues, hits, letters, known, values, evidence, norms } = scratch;
        prepared.read(text, |word| self.lexicon.knows(word));
        matches.clear();
        self.lexicon.find(context.nearest, &prepared.items, matches);
        let mut counts = [0_u32; FAMILIES];
        let mut sums = [Sum::default(); FAMILIES];
        {
            let [_, sum, _] = &mut sums;
            let [_, count, _] = &mut counts;
            letters.clear();
            cues.clear();
            let known = known.of(self.index.number());
            let of = |item: &Item| {
                let tongue = (context.nearest as u64) << 1 | u64::from(features::has_letters(item));
                mix(item.hash ^ tongue)
            };
            for item in &prepared.items {
                let word = known.word(of(item), |word| {
                    let key = prepared.key(item);
                    word.cues = cues::of(context.nearest, item, key);
                    if features::has_letters(item) {
                        features::letters(key.as_bytes(), |hash| {
                            word.ngrams += 1;
                            self.add(hash, &mut word.sums);
                        });
                    }
                });
                let Some(word) = word else { continue };
                *count += word.ngrams;
                cues.push(word.cues);
                letters.push(word.sums);
                sum.whole.iter_mut().zip(&word.sums).for_each(|(s, w)| *s += i32::from(*w));
            }
        }
        hits.clear();
        let mut see = |family: Family, hash: u32, item: usize, other: usize| {
            if let Some(count) = counts.get_mut(family as usize) {
                *count += 1;
            }
            let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            hits.push(Hit { row: hash, family, item: place(item), other: place(other) });
        };
        features::words(prepared, &self.lexicon, |h, at, other| see(Family::Words, h, at, other));
        features::signs(prepared, &self.lexicon, matches, cues, |h, at, other| {
            see(Family::Signs, h, at, other);
        });
        self.find_rows(hits);
        for hit in hits.iter() {
            if let (Some(shift), Some(weights), Some(sum)) = (
                self.shifts.get(hit.row as usize),
                self.weights.get(hit.row as usize),
                sums.get_mut(hit.family as usize),
            ) {
                sum.add(*shift, weights);
            }
        }
        *norms = counts.map(norm);
        values.clear();
        dense::lexical(prepared, matches, cues, None, values);
        dense::outward(prepared, context.language, context.stars, context.channel, values);
        *evidence = evidence::find(text);
        dense::hard(evidence, values);
        let mut scores = [0.0_f32; COLUMNS];
        for (sum, norm) in sums.iter_mut().zip(norms.iter()) {
            sum.settle();
            for (score, s) in scores.iter_mut().zip(&sum.whole) {
                *score += *s as f32 * (FINEST * norm);
            }
        }
        self.add_dense(values, &mut scores);
        debug_assert!(values.iter().all(|v| usize::from(v.0) < DENSE));
        scores
    }

    /// Puts rows in the place of hashes; what has none is left out.
    ///
    /// All at once instead of one by one: the index does not fit into the nearest memory, and looks that do not wait
    /// for each other take a fraction of the time.
    fn find_rows(&self, hits: &mut Vec<Hit>) {
        let mut kept = 0;
        for at in 0..hits.len() {
            let Some(hit) = hits.get(at).copied() else { break };
            if let Some(place) = hits.get_mut(kept) {
                *place = hit;
            }
            // Not a branch: whether there is a row cannot be foretold.
            kept += usize::from(self.index.may_have(hit.row));
        }
        hits.truncate(kept);
        // Both ends of each row are read once for nothing: that brings the rows near while the next one is looked for.
        let mut all = 0_i8;
        hits.retain_mut(|hit| {
            let Some(row) = self.index.search(hit.row) else { return false };
            hit.row = row;
            if let (Some([first, .., last]), Some(shift)) =
                (self.weights.get(row as usize), self.shifts.get(row as usize))
            {
                all ^= first ^ last ^ shift.cast_signed();
            }
            true
        });
        std::hint::black_box(all);
    }

    /// Adds the row of an n-gram, if there is one.
    fn add(&self, hash: u32, sums: &mut [i16; COLUMNS]) {
        let Some(row) = self.index.row(hash) else { return };
        if let (Some(shift), Some(weights)) = (self.shifts.get(row as usize), self.weights.get(row as usize))
        {
            add_row(sums, *shift, weights);
        }
    }

    fn add_dense(&self, values: &[Value], scores: &mut Scores) {
        for (at, value) in values {
            if let Some(weights) = self.dense.get(usize::from(*at)) {
                scores.iter_mut().zip(weights).for_each(|(score, w)| *score += value * w);
            }
        }
    }
}

/// The smallest step of an n-gram's weight; finer ones change no judgement.
pub(crate) const FINEST: f32 = 0.01;
/// The most that a row is shifted: weights of up to ten.
pub(crate) const MAX_SHIFT: u8 = 3;
/// The step of a row that is shifted so often.
pub(crate) fn step(shift: u8) -> f32 {
    FINEST * f32::from(1_u16 << shift.min(MAX_SHIFT))
}
/// Rows that are summed in 16 bits before 32 are needed: 32 times 127 times 8 fits.
const SETTLE: u32 = 32;

/// A sum of rows. Whole numbers: the order of the rows does not matter.
#[derive(Clone, Copy)]
struct Sum {
    now: [i16; COLUMNS],
    rows: u32,
    whole: [i32; COLUMNS],
}

impl Default for Sum {
    fn default() -> Self {
        Self { now: [0; COLUMNS], rows: 0, whole: [0; COLUMNS] }
    }
}

impl Sum {
    fn add(&mut self, shift: u8, weights: &[i8; COLUMNS]) {
        if self.rows == SETTLE {
            self.settle();
        }
        add_row(&mut self.now, shift, weights);
        self.rows += 1;
    }
    fn settle(&mut self) {
        self.whole.iter_mut().zip(&self.now).for_each(|(w, n)| *w += i32::from(*n));
        self.now = [0; COLUMNS];
        self.rows = 0;
    }
}

#[inline]
fn add_row(sum: &mut [i16; COLUMNS], shift: u8, weights: &[i8; COLUMNS]) {
    let shift = u32::from(shift.min(MAX_SHIFT));
    for (s, w) in sum.iter_mut().zip(weights) {
        *s = s.saturating_add(i16::from(*w) << shift);
    }
}
