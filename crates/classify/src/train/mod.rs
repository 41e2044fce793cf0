//! The trainer: one pass structure for all tasks, by stochastic gradients with AdaGrad.
//!
//! The corpus is small and written by hand, so everything here works against learning it by heart: n-grams must
//! occur in several texts, a share of them is dropped at every step, stars and channel are dropped at random (they
//! are often missing, and their base rates differ from the world's), and weights shrink. The same seed and the same
//! texts give the same model.

mod learner;

use std::collections::HashMap;

use gehoor_text::language::Guess;

use crate::calibrate::Calibration;
use crate::cues;
use crate::dense::{self, DENSE};
use crate::features::{self, FAMILIES, Family};
use crate::index::Index;
use crate::labelled::Labelled;
use crate::labels::{COLUMNS, SIGNAL, TOPIC, Target};
use crate::language;
use crate::lexicon::{Lexicon, Match};
use crate::model::{MAX_SHIFT, Model, Scores, norm, step};
use crate::prepare::Prepared;

use learner::{Example, Layer, Learner, Mean, Random};

/// How the model is trained. The defaults made the shipped model.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Passes over the texts.
    pub epochs: usize,
    /// First step size.
    pub rate: f32,
    /// Steps of the dense weights beside those of the n-grams.
    pub dense_rate: f32,
    /// Share of n-grams left out at each step.
    pub dropout: f32,
    /// Share of the steps at which all n-grams are left out, so that the lexicon learns to stand alone.
    pub blind: f32,
    /// Share of the steps at which the lexicon is left out.
    pub deaf: f32,
    /// Squared gradients are taken to start here: the larger, the smaller the steps of rare n-grams.
    pub first_square: f32,
    /// The same for topics and signals, whose gradients are small because each is rare.
    pub first_square_lists: f32,
    /// Shrinking of n-gram weights at each touch.
    pub shrink: f32,
    /// Texts in which an n-gram must occur.
    pub min_texts: u32,
    /// Most n-grams kept.
    pub max_rows: usize,
    /// What an expression of the lexicon counts as a text of its own; 0 leaves them to the features.
    pub lexicon_weight: f32,
    /// What a further text counts beside one of the corpus.
    pub more_weight: f32,
    /// The weights are the mean of those after each of this many last passes: calmer than those of the last alone.
    pub averaged: usize,
    /// Trainings from other random numbers; the weights are the mean of all. For a linear model that is a vote.
    pub runs: usize,
    /// Whether word n-grams are looked at.
    pub words: bool,
    /// Whether n-grams of letters are looked at.
    pub letters: bool,
    /// Whether lexicon and cues are looked at.
    pub lexical: bool,
    /// Start of the random numbers.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            epochs: 14,
            rate: 0.25,
            dense_rate: 0.3,
            dropout: 0.45,
            blind: 0.1,
            deaf: 0.15,
            first_square: 0.05,
            first_square_lists: 0.08,
            shrink: 2e-4,
            min_texts: 2,
            max_rows: 130_000,
            lexicon_weight: 0.0,
            more_weight: 2.0,
            averaged: 5,
            runs: 2,
            words: true,
            letters: true,
            lexical: true,
            seed: 7,
        }
    }
}

/// The numbers of lexicon and cues are few and seen often: their steps begin larger than those of n-grams.
const DENSE_SQUARE: f32 = 0.1;

impl Options {
    fn wants(&self, family: Family) -> bool {
        match family {
            Family::Words => self.words,
            Family::Letters => self.letters,
            Family::Signs => self.lexical,
        }
    }
    fn first_squares(&self) -> Scores {
        let mut squares = [self.first_square; COLUMNS];
        for range in [TOPIC, SIGNAL] {
            squares.get_mut(range).unwrap_or_default().fill(self.first_square_lists);
        }
        squares
    }
}

/// How far the training is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Passes done.
    pub epoch: usize,
    /// Passes in all.
    pub epochs: usize,
    /// Mean loss of the last pass.
    pub loss: f32,
}

/// Why nothing was trained.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Too little to learn from.
    #[error("{0} labelled texts are too few to train on: give at least 50")]
    TooFew(usize),
}

/// Trains a model. `progress` is told after each pass. The calibration is the default one until
/// [`Model::set_calibration`] gives it one fitted on texts that were not trained on.
///
/// # Errors
/// [`TrainError::TooFew`] below 50 texts.
pub fn train(
    texts: &[&Labelled],
    lexicon: Lexicon,
    options: &Options,
    mut progress: impl FnMut(Progress),
) -> Result<Model, TrainError> {
    if texts.len() < 50 {
        return Err(TrainError::TooFew(texts.len()));
    }
    let hashes = vocabulary(texts, &lexicon, options);
    let index = Index::new(&hashes);
    let examples: Vec<Example> = texts.iter().map(|t| example(t, &lexicon, &index, options)).collect();
    let (mut rows_mean, mut dense_mean) = (Mean::new(hashes.len()), Mean::new(DENSE));
    let passes = options.epochs * options.runs.max(1);
    for run in 0..options.runs.max(1) {
        let mut learner = Learner {
            rows: Layer::new(hashes.len(), options.first_squares()),
            dense: Layer::new(DENSE, options.first_squares().map(|q| q * DENSE_SQUARE)),
            random: Random(options.seed + run as u64),
            options,
            active: Vec::new(),
        };
        let mut order: Vec<usize> = (0..examples.len()).collect();
        for epoch in 0..options.epochs {
            for i in (1..order.len()).rev() {
                let j = (learner.random.next() % (i as u64 + 1)) as usize;
                order.swap(i, j);
            }
            let rate = options.rate * (1.0 - epoch as f32 / options.epochs as f32).max(0.1);
            let mut loss = 0.0;
            for example in order.iter().filter_map(|i| examples.get(*i)) {
                loss += learner.step(example, rate);
            }
            if epoch + options.averaged.max(1) >= options.epochs {
                rows_mean.add(&learner.rows);
                dense_mean.add(&learner.dense);
            }
            let done = run * options.epochs + epoch + 1;
            progress(Progress { epoch: done, epochs: passes, loss: loss / examples.len() as f32 });
        }
    }
    Ok(quantise(hashes, &rows_mean.of(), dense_mean.of(), lexicon))
}

/// The n-grams worth a row: those in enough texts, the most frequent first when there are too many.
fn vocabulary(texts: &[&Labelled], lexicon: &Lexicon, options: &Options) -> Vec<u32> {
    // Texts with hints only count for less: their words must occur more often.
    let mut counts: HashMap<u32, (u32, u32)> = HashMap::new();
    for (number, text) in texts.iter().enumerate() {
        let read = Read::of(text, lexicon);
        let stamp = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let worth = if text.counts_in_full() { 3 } else { 1 };
        read.each(lexicon, |family, hash| {
            if !options.wants(family) {
                return;
            }
            let seen = counts.entry(hash).or_default();
            if seen.1 != stamp {
                *seen = (seen.0 + worth, stamp);
            }
        });
    }
    let mut kept: Vec<(u32, u32)> =
        counts.into_iter().filter(|(_, n)| n.0 >= 3 * options.min_texts).map(|(h, n)| (n.0, h)).collect();
    kept.sort_unstable_by(|a, b| b.cmp(a));
    kept.truncate(options.max_rows);
    let mut hashes: Vec<u32> = kept.into_iter().map(|(_, h)| h).collect();
    hashes.sort_unstable();
    hashes
}

/// A text with everything that is found in it.
struct Read {
    prepared: Prepared,
    guess: Guess,
    matches: Vec<Match>,
    cues: Vec<u64>,
}

impl Read {
    fn of(text: &Labelled, lexicon: &Lexicon) -> Self {
        let mut prepared = Prepared::default();
        prepared.read(&text.text, |w| lexicon.knows(w));
        let guess = language::of(&text.text, text.lang.as_deref());
        let (mut matches, mut cues) = (Vec::new(), Vec::new());
        lexicon.find(guess.nearest, &prepared.items, &mut matches);
        cues::find(guess.nearest, &prepared, &mut cues);
        Self { prepared, guess, matches, cues }
    }

    /// Calls `see` for every n-gram and every pair of signs.
    fn each(&self, lexicon: &Lexicon, mut see: impl FnMut(Family, u32)) {
        features::words(&self.prepared, lexicon, |hash, _, _| see(Family::Words, hash));
        for item in self.prepared.items.iter().filter(|item| features::has_letters(item)) {
            features::letters(self.prepared.key(item).as_bytes(), |hash| see(Family::Letters, hash));
        }
        features::signs(&self.prepared, lexicon, &self.matches, &self.cues, |hash, _, _| {
            see(Family::Signs, hash);
        });
    }
}

fn example(text: &Labelled, lexicon: &Lexicon, index: &Index, options: &Options) -> Example {
    let read = Read::of(text, lexicon);
    let mut rows: [Vec<u32>; FAMILIES] = Default::default();
    let mut counts = [0_u32; FAMILIES];
    read.each(lexicon, |family, hash| {
        if let (Some(count), Some(rows)) = (counts.get_mut(family as usize), rows.get_mut(family as usize)) {
            *count += 1;
            rows.extend(index.row(hash));
        }
    });
    let mut values = Vec::new();
    dense::lexical(&read.prepared, &read.matches, &read.cues, None, &mut values);
    dense::outward(&read.prepared, read.guess.language, text.stars, text.channel, &mut values);
    dense::hard(&gehoor_text::evidence::find(&text.text), &mut values);
    if !options.lexical {
        values.retain(|(at, _)| !dense::is_worded(usize::from(*at)));
    }
    Example { rows, norms: counts.map(norm), values, target: Target::of(&text.labels), weight: text.weight }
}

/// Rows become small integers with a scale each; rows that say nothing are left out.
fn quantise(hashes: Vec<u32>, weights: &[Scores], dense: Vec<Scores>, lexicon: Lexicon) -> Model {
    let (mut kept, mut shifts, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (hash, weights) in hashes.into_iter().zip(weights) {
        let max = weights.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
        if max < 0.02 {
            continue;
        }
        let shift = (0..MAX_SHIFT).find(|s| max <= 127.0 * step(*s)).unwrap_or(MAX_SHIFT);
        let mut row = [0_i8; COLUMNS];
        for (to, w) in row.iter_mut().zip(weights) {
            *to = (w / step(shift)).round().clamp(-127.0, 127.0) as i8;
        }
        kept.push(hash);
        shifts.push(shift);
        rows.push(row);
    }
    Model {
        lexicon,
        index: Index::new(&kept),
        hashes: kept,
        shifts,
        weights: rows,
        dense,
        calibration: Calibration::default(),
        id: "gehoor-builtin (untitled)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_texts_are_refused() {
        let lexicon = Lexicon::parse(["", "", "", ""]).unwrap();
        assert!(train(&[], lexicon, &Options::default(), |_| {}).is_err());
    }
}
