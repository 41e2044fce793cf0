//! The steps of the trainer: weights, their gradients, their means.

use crate::calibrate::{sigmoid, softmax};
use crate::dense::{CONTEXT, LEXICAL, Value};
use crate::features::{FAMILIES, Family};
use crate::labels::{ACUTE, CHOICES, COLUMNS, SIGNAL, TOPIC, Target};
use crate::model::Scores;
use crate::prepare::mix;

use super::Options;

/// One text as the trainer sees it.
pub(super) struct Example {
    pub(super) rows: [Vec<u32>; FAMILIES],
    pub(super) norms: [f32; FAMILIES],
    pub(super) values: Vec<Value>,
    pub(super) target: Target,
    pub(super) weight: f32,
}

/// SplitMix64.
pub(super) struct Random(pub(super) u64);
impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// 0 to 1.
    pub(super) fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }
}

/// Weights and their accumulated squared gradients.
pub(super) struct Layer {
    pub(super) weights: Vec<Scores>,
    squares: Vec<Scores>,
}

impl Layer {
    pub(super) fn new(rows: usize, first_square: Scores) -> Self {
        Self { weights: vec![[0.0; COLUMNS]; rows], squares: vec![first_square; rows] }
    }
    pub(super) fn add(&self, row: usize, x: f32, scores: &mut Scores) {
        if let Some(weights) = self.weights.get(row) {
            for (s, w) in scores.iter_mut().zip(weights) {
                *s += x * w;
            }
        }
    }
    pub(super) fn update(&mut self, row: usize, x: f32, gradient: &Scores, rate: f32, shrink: f32) {
        if let (Some(weights), Some(squares)) = (self.weights.get_mut(row), self.squares.get_mut(row)) {
            for ((w, q), g) in weights.iter_mut().zip(squares).zip(gradient) {
                let g = g * x;
                *q += g * g;
                *w -= rate * (g / q.sqrt() + shrink * *w);
            }
        }
    }
}

/// The mean of weights over several passes.
pub(super) struct Mean {
    sums: Vec<Scores>,
    times: f32,
}

impl Mean {
    pub(super) fn new(rows: usize) -> Self {
        Self { sums: vec![[0.0; COLUMNS]; rows], times: 0.0 }
    }
    pub(super) fn add(&mut self, layer: &Layer) {
        self.times += 1.0;
        for (sum, weights) in self.sums.iter_mut().zip(&layer.weights) {
            sum.iter_mut().zip(weights).for_each(|(s, w)| *s += w);
        }
    }
    pub(super) fn of(mut self) -> Vec<Scores> {
        let times = self.times.max(1.0);
        self.sums.iter_mut().flatten().for_each(|s| *s /= times);
        self.sums
    }
}

pub(super) struct Learner<'a> {
    pub(super) rows: Layer,
    pub(super) dense: Layer,
    pub(super) random: Random,
    pub(super) options: &'a Options,
    pub(super) active: Vec<(u32, f32)>,
}

impl Learner<'_> {
    pub(super) fn step(&mut self, example: &Example, rate: f32) -> f32 {
        let options = self.options;
        let chance = self.random.share();
        let blind = chance < options.blind;
        let deaf = !blind && chance < options.blind + options.deaf;
        let (no_stars, no_channel) = (self.random.share() < 0.6, self.random.share() < 0.5);
        let keeps = 1.0 - options.dropout;
        self.active.clear();
        if !blind {
            for (family, (rows, norm)) in example.rows.iter().zip(example.norms).enumerate() {
                if deaf && family == Family::Signs as usize {
                    continue;
                }
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

pub(super) fn gradient(scores: &Scores, target: &Target, weight: f32) -> (Scores, f32) {
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
    let yes_or_no = [
        (TOPIC, target.topics),
        (SIGNAL, target.signals.map(u64::from)),
        (ACUTE, target.acute.map(u64::from)),
    ];
    for (range, bits) in yes_or_no {
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
}
