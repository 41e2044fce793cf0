//! The trainer: one pass structure for all tasks, by stochastic gradients with AdaGrad.
//!
//! The corpus is small and written by hand, so everything here works against learning it by heart: n-grams must
//! occur in several texts, a share of them is dropped at every step, stars and channel are dropped at random (they
//! are often missing, and their base rates differ from the world's), and weights shrink. The same seed and the same
//! texts give the same model.

use std::collections::HashMap;

use crate::calibrate::{Calibration, sigmoid, softmax};
use crate::dense::{self, CONTEXT, DENSE, LEXICAL, Value};
use crate::features::{self, Family};
use crate::labelled::Labelled;
use crate::labels::{CHOICES, COLUMNS, SIGNAL, TOPIC, Target};
use crate::language;
use crate::lexicon::Lexicon;
use crate::model::{Index, Model, Scores, norm};
use crate::prepare::{Prepared, mix};

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
    /// Shrinking of n-gram weights at each touch.
    pub shrink: f32,
    /// Texts in which an n-gram must occur.
    pub min_texts: u32,
    /// Most n-grams kept.
    pub max_rows: usize,
    /// What an expression of the lexicon counts as a text of its own.
    pub lexicon_weight: f32,
    /// What a further text counts beside one of the corpus.
    pub more_weight: f32,
    /// Start of the random numbers.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            epochs: 10,
            rate: 0.25,
            dense_rate: 0.3,
            dropout: 0.35,
            blind: 0.15,
            deaf: 0.1,
            first_square: 0.02,
            shrink: 2e-4,
            min_texts: 3,
            max_rows: 110_000,
            lexicon_weight: 0.2,
            more_weight: 1.0,
            seed: 7,
        }
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

struct Example {
    rows: [Vec<u32>; 2],
    norms: [f32; 2],
    values: Vec<Value>,
    target: Target,
    weight: f32,
}

/// SplitMix64.
struct Random(u64);
impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// 0 to 1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }
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
    let examples: Vec<Example> = texts.iter().map(|t| example(t, &lexicon, &index)).collect();
    let mut learner = Learner {
        rows: Layer::new(hashes.len(), options.first_square),
        dense: Layer::new(DENSE, options.first_square),
        random: Random(options.seed),
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
        progress(Progress { epoch: epoch + 1, epochs: options.epochs, loss: loss / examples.len() as f32 });
    }
    let Learner { rows, dense, .. } = learner;
    Ok(quantise(hashes, &rows.weights, dense.weights, lexicon))
}

/// The n-grams worth a row: those in enough texts, the most frequent first when there are too many.
fn vocabulary(texts: &[&Labelled], lexicon: &Lexicon, options: &Options) -> Vec<u32> {
    // Texts with hints only count for less: their words must occur more often.
    let mut counts: HashMap<u32, (u32, u32)> = HashMap::new();
    let mut prepared = Prepared::default();
    for (number, text) in texts.iter().enumerate() {
        prepared.read(&text.text, |w| lexicon.knows(w));
        let stamp = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let worth = if text.weight >= 1.0 { 3 } else { 1 };
        features::each(&prepared, lexicon, |_, hash, _, _| {
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

fn example(text: &Labelled, lexicon: &Lexicon, index: &Index) -> Example {
    let mut prepared = Prepared::default();
    prepared.read(&text.text, |w| lexicon.knows(w));
    let guess = language::of(&text.text, text.lang.as_deref());
    let mut rows = [Vec::new(), Vec::new()];
    let mut counts = [0_u32; 2];
    features::each(&prepared, lexicon, |family: Family, hash, _, _| {
        if let (Some(count), Some(rows)) = (counts.get_mut(family as usize), rows.get_mut(family as usize)) {
            *count += 1;
            rows.extend(index.row(hash));
        }
    });
    let mut matches = Vec::new();
    lexicon.find(guess.nearest, &prepared.items, &mut matches);
    let mut values = Vec::new();
    dense::lexical(&prepared, &matches, None, &mut values);
    dense::outward(&prepared, guess.language, text.stars, text.channel, &mut values);
    Example { rows, norms: counts.map(norm), values, target: Target::of(&text.labels), weight: text.weight }
}

/// Weights and their accumulated squared gradients.
struct Layer {
    weights: Vec<Scores>,
    squares: Vec<Scores>,
}

impl Layer {
    fn new(rows: usize, first_square: f32) -> Self {
        Self { weights: vec![[0.0; COLUMNS]; rows], squares: vec![[first_square; COLUMNS]; rows] }
    }
    fn add(&self, row: usize, x: f32, scores: &mut Scores) {
        if let Some(weights) = self.weights.get(row) {
            for (s, w) in scores.iter_mut().zip(weights) {
                *s += x * w;
            }
        }
    }
    fn update(&mut self, row: usize, x: f32, gradient: &Scores, rate: f32, shrink: f32) {
        if let (Some(weights), Some(squares)) = (self.weights.get_mut(row), self.squares.get_mut(row)) {
            for ((w, q), g) in weights.iter_mut().zip(squares).zip(gradient) {
                let g = g * x;
                *q += g * g;
                *w -= rate * (g / q.sqrt() + shrink * *w);
            }
        }
    }
}

struct Learner<'a> {
    rows: Layer,
    dense: Layer,
    random: Random,
    options: &'a Options,
    active: Vec<(u32, f32)>,
}

impl Learner<'_> {
    fn step(&mut self, example: &Example, rate: f32) -> f32 {
        let options = self.options;
        let chance = self.random.share();
        let blind = chance < options.blind;
        let deaf = !blind && chance < options.blind + options.deaf;
        let (no_stars, no_channel) = (self.random.share() < 0.6, self.random.share() < 0.5);
        let keeps = 1.0 - options.dropout;
        self.active.clear();
        if !blind {
            for (rows, norm) in example.rows.iter().zip(example.norms) {
                for row in rows {
                    if self.random.share() < keeps {
                        self.active.push((*row, norm / keeps));
                    }
                }
            }
        }
        let dropped = |at: usize| {
            (deaf && LEXICAL.contains(&at))
                || (no_stars && (CONTEXT..CONTEXT + 6).contains(&at))
                || (no_channel && at >= CONTEXT + 6)
        };
        let mut scores = [0.0; COLUMNS];
        for (row, x) in &self.active {
            self.rows.add(*row as usize, *x, &mut scores);
        }
        for (at, value) in example.values.iter().filter(|v| !dropped(usize::from(v.0))) {
            self.dense.add(usize::from(*at), *value, &mut scores);
        }
        let (gradient, loss) = gradient(&scores, &example.target, example.weight);
        for (row, x) in &self.active {
            self.rows.update(*row as usize, *x, &gradient, rate, options.shrink);
        }
        for (at, value) in example.values.iter().filter(|v| !dropped(usize::from(v.0))) {
            self.dense.update(
                usize::from(*at),
                *value,
                &gradient,
                rate * options.dense_rate,
                options.shrink * 0.1,
            );
        }
        loss
    }
}

/// How much each choice counts beside the yes-or-no tasks.
const TASK_WEIGHTS: [f32; 4] = [1.0, 1.0, 0.7, 0.7];

fn gradient(scores: &Scores, target: &Target, weight: f32) -> (Scores, f32) {
    let mut gradient = [0.0; COLUMNS];
    let mut loss = 0.0;
    for ((range, allowed), task) in CHOICES.into_iter().zip(target.choices).zip(TASK_WEIGHTS) {
        if allowed == 0 {
            continue;
        }
        let mut p = [0.0_f32; 8];
        let n = range.len();
        let part = p.get_mut(..n).unwrap_or_default();
        part.copy_from_slice(scores.get(range.clone()).unwrap_or_default());
        softmax(part);
        // Where several answers are allowed, each gets its share by its own probability.
        let right: f32 = part.iter().enumerate().filter(|(i, _)| allowed >> i & 1 == 1).map(|(_, p)| p).sum();
        let right = right.max(1e-6);
        loss -= task * right.ln();
        for (i, (g, p)) in gradient.get_mut(range).unwrap_or_default().iter_mut().zip(part.iter()).enumerate()
        {
            let wanted = if allowed >> i & 1 == 1 { p / right } else { 0.0 };
            *g = weight * task * (p - wanted);
        }
    }
    for (range, bits) in [(TOPIC, target.topics), (SIGNAL, target.signals.map(u64::from))] {
        let Some(bits) = bits else { continue };
        let part = scores.get(range.clone()).unwrap_or_default();
        for (i, (g, s)) in gradient.get_mut(range).unwrap_or_default().iter_mut().zip(part).enumerate() {
            let p = sigmoid(*s);
            let y = if bits >> i & 1 == 1 { 1.0 } else { 0.0 };
            *g = weight * (p - y);
            loss -= (if y > 0.5 { p } else { 1.0 - p }).max(1e-6).ln();
        }
    }
    (gradient, loss * weight)
}

/// Rows become small integers with a scale each; rows that say nothing are left out.
fn quantise(hashes: Vec<u32>, weights: &[Scores], dense: Vec<Scores>, lexicon: Lexicon) -> Model {
    let (mut kept, mut scales, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (hash, weights) in hashes.into_iter().zip(weights) {
        let max = weights.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
        if max < 0.02 {
            continue;
        }
        let scale = max / 127.0;
        let mut row = [0_i8; COLUMNS];
        for (to, w) in row.iter_mut().zip(weights) {
            *to = (w / scale).round().clamp(-127.0, 127.0) as i8;
        }
        kept.push(hash);
        scales.push(scale);
        rows.push(row);
    }
    Model {
        lexicon,
        index: Index::new(&kept),
        hashes: kept,
        scales,
        weights: rows,
        dense,
        calibration: Calibration::default(),
        id: "gehoor-builtin (untitled)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Labels;

    #[test]
    fn an_allowed_set_pulls_only_against_what_is_not_allowed() {
        let target = Target::of(&Labels { complaint: Some(false), ..Labels::default() });
        let (g, loss) = gradient(&[0.0; COLUMNS], &target, 1.0);
        assert!(g[4] > 0.19 && g[5..9].iter().all(|x| *x < 0.0), "{:?}", &g[4..9]);
        assert!((g[4..9].iter().sum::<f32>()).abs() < 1e-6);
        assert!((loss - (-(0.8_f32).ln())).abs() < 1e-6);
        assert!(g[9..].iter().all(|x| *x == 0.0));
    }

    #[test]
    fn too_few_texts_are_refused() {
        let lexicon = Lexicon::parse(["", "", "", ""]).unwrap();
        assert!(train(&[], lexicon, &Options::default(), |_| {}).is_err());
    }
}
