//! What the net says, mixed into the probabilities of the linear model before anything is decided.

use crate::labels::{INTENT, SENTIMENT, SEVERITY};
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
/// Nobody is surer than this: one of the two must not decide by being sure without bounds.
const SUREST: f32 = 1e-4;

/// Mixes it in. Topics, signals, the responsible party and danger stay: the net knows little of danger.
pub(crate) fn mix_in(p: &mut Scores, said: &Said) {
    let [_, first, second, _] = said.severity;
    if let Some(p) = p.get_mut(INTENT) {
        mix(p, &said.intent, INTENTS);
    }
    if let Some(p) = p.get_mut(SENTIMENT) {
        mix(p, &said.sentiment, FEELINGS);
    }
    if let Some([p @ .., _]) = p.get_mut(SEVERITY) {
        // How the two lower levels share what they hold; the third has to do with danger.
        let held: f32 = p.iter().sum();
        let both = (first + second).max(SUREST);
        let mut parts = [p.first().copied().unwrap_or_default(), p.get(1).copied().unwrap_or_default()];
        parts.iter_mut().for_each(|part| *part /= held.max(SUREST));
        mix(&mut parts, &[first / both, second / both], LEVELS);
        p.iter_mut().zip(parts).for_each(|(p, part)| *p = part * held);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::{COLUMNS, TOPIC};

    const SAID: Said = Said {
        intent: [0.6, 0.1, 0.1, 0.1, 0.1],
        severity: [0.2, 0.6, 0.1, 0.1],
        sentiment: [0.7, 0.1, 0.1, 0.1],
    };

    fn found() -> Scores {
        let mut p = [0.3; COLUMNS];
        for (range, parts) in
            [(INTENT, vec![0.2; 5]), (SENTIMENT, vec![0.25; 4]), (SEVERITY, vec![0.3, 0.5, 0.2])]
        {
            p[range].copy_from_slice(&parts);
        }
        p
    }

    #[test]
    fn probabilities_stay_probabilities_and_lean_to_what_was_said() {
        let (before, mut p) = (found(), found());
        mix_in(&mut p, &SAID);
        for range in [INTENT, SENTIMENT, SEVERITY] {
            assert!((p[range].iter().sum::<f32>() - 1.0).abs() < 1e-5, "{p:?}");
        }
        assert!(p[INTENT.start] > 0.2 && p[INTENT.start] < 0.6);
        assert!(p[SEVERITY.start] > before[SEVERITY.start]);
        assert_eq!((p[SEVERITY.start + 2], &p[TOPIC]), (before[SEVERITY.start + 2], &before[TOPIC]));
    }

    #[test]
    fn one_who_is_sure_beyond_all_bounds_does_not_decide_alone() {
        let mut p = found();
        p[INTENT].copy_from_slice(&[0.9, 0.025, 0.025, 0.025, 0.025]);
        mix_in(&mut p, &Said { intent: [0.0, 1.0, 0.0, 0.0, 0.0], ..SAID });
        assert!(p[INTENT.start] > 0.2, "{p:?}");
        assert!(p[INTENT].iter().all(|p| p.is_finite()));
    }
}
