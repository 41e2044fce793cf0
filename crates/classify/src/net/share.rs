//! What the net says, mixed into the probabilities of the linear model before anything is decided.

use crate::labels::{INTENT, SENTIMENT, SEVERITY};
use crate::mean::mean_into;
use crate::model::Scores;

use super::Said;

/// How much the net counts. Chosen on texts that neither had learnt from: `models/words/README.md`.
const WEIGHT: f32 = 0.3;
/// Less than this is nothing to share out.
const LEAST: f32 = 1e-4;

/// Mixes it in. Topics, signals, the responsible party and danger stay: the net knows little of danger.
pub(crate) fn mix_in(p: &mut Scores, said: &Said) {
    for (range, said) in [(INTENT, said.intent.as_slice()), (SENTIMENT, &said.sentiment)] {
        mean_into(p.get_mut(range).unwrap_or_default(), said, WEIGHT);
    }
    let [_, one, two, _] = said.severity;
    if let Some([first, second, _]) = p.get_mut(SEVERITY) {
        // How the two lower levels share what they hold; the third has to do with danger.
        let held = *first + *second;
        let both = (one + two).max(LEAST);
        let mut parts = [*first / held.max(LEAST), *second / held.max(LEAST)];
        mean_into(&mut parts, &[one / both, two / both], WEIGHT);
        [*first, *second] = parts.map(|part| part * held);
    }
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
