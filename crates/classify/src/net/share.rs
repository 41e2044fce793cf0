//! What the net says, mixed into the probabilities of the linear model before anything is decided.

use crate::labels::{ACUTE, INTENT, SENTIMENT, SEVERITY};
use crate::model::Scores;

use super::Said;

/// How much the two count: the probability becomes the one to this power times the other to that.
#[derive(Debug, Clone, Copy)]
struct Shares {
    linear: f32,
    net: f32,
}

/// Measured on texts that neither had learnt from: `models/words/README.md`.
const INTENTS: Shares = Shares { linear: 0.7, net: 0.3 };
const FEELINGS: Shares = Shares { linear: 0.7, net: 0.3 };
const LEVELS: Shares = Shares { linear: 0.7, net: 0.3 };
const DANGER: Shares = Shares { linear: 0.8, net: 0.2 };
/// Nobody is surer than this: one of the two must not decide by being sure without bounds.
const SUREST: f32 = 1e-4;

/// Mixes it in. Topics, signals and the responsible party stay.
pub(crate) fn mix_in(p: &mut Scores, said: &Said) {
    let [_, first, second, third] = said.severity;
    if let Some(p) = p.get_mut(INTENT) {
        mix(p, &said.intent, INTENTS);
    }
    if let Some(p) = p.get_mut(SENTIMENT) {
        mix(p, &said.sentiment, FEELINGS);
    }
    if let Some([p @ .., _]) = p.get_mut(SEVERITY) {
        // How the two lower levels share what they hold; the third is told by danger.
        let held: f32 = p.iter().sum();
        let both = (first + second).max(SUREST);
        let mut parts = [p.first().copied().unwrap_or_default(), p.get(1).copied().unwrap_or_default()];
        parts.iter_mut().for_each(|part| *part /= held.max(SUREST));
        mix(&mut parts, &[first / both, second / both], LEVELS);
        p.iter_mut().zip(parts).for_each(|(p, part)| *p = part * held);
    }
    if let Some([p]) = p.get_mut(ACUTE) {
        let mut both = [*p, 1.0 - *p];
        mix(&mut both, &[third, 1.0 - third], DANGER);
        [*p, _] = both;
    }
}

/// The product of both to their powers, brought to the sum of 1.
fn mix(p: &mut [f32], said: &[f32], shares: Shares) {
    let mut sum = 0.0;
    for (p, said) in p.iter_mut().zip(said) {
        *p = p.max(SUREST).powf(shares.linear) * said.max(SUREST).powf(shares.net);
        sum += *p;
    }
    p.iter_mut().for_each(|p| *p /= sum);
}
