//! The points of the rank, by name.

use serde::{Deserialize, Serialize};

/// Points of the rank. Defaults are argued in `config/policies/ranking.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// For severity 0 to 3.
    pub severity: [f32; 4],
    /// Somebody may come to harm.
    pub safety: f32,
    /// Personal data went astray.
    pub privacy: f32,
    /// Discrimination.
    pub discrimination: f32,
    /// 500 euro or more.
    pub high_value: f32,
    /// A promise was missed by us (fact), or broken (customer's words).
    pub promise_missed: f32,
    /// Has asked before.
    pub repeat_contact: f32,
    /// Weeks or more.
    pub long_wait: f32,
    /// Nobody can be reached.
    pub unreachable: f32,
    /// Elderly, ill, disabled, baby, poor.
    pub vulnerable: f32,
    /// Lawyer, court, police.
    pub legal_threat: f32,
    /// Press, viral.
    pub media_threat: f32,
    /// Leaves after loyalty.
    pub churn: f32,
    /// Came back after closing, per time.
    pub regressed: f32,
    /// Per tenfold of followers, likes and shares above ten.
    pub reach: f32,
    /// For one star out of five, less for more.
    pub stars: f32,
    /// When the most pressing clock has used its whole norm; grows with the share used, twice this at most.
    pub clock: f32,
    /// A question instead of a complaint.
    pub question: f32,
    /// Times the probability that it is a complaint.
    pub complaint: f32,
    /// The writer says that it is solved.
    pub solved: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            severity: [0.0, 8.0, 22.0, 45.0],
            safety: 40.0,
            privacy: 25.0,
            discrimination: 25.0,
            high_value: 8.0,
            promise_missed: 18.0,
            repeat_contact: 10.0,
            long_wait: 6.0,
            unreachable: 6.0,
            vulnerable: 15.0,
            legal_threat: 15.0,
            media_threat: 12.0,
            churn: 6.0,
            regressed: 12.0,
            reach: 3.0,
            stars: 4.0,
            clock: 12.0,
            question: 4.0,
            complaint: 12.0,
            solved: -20.0,
        }
    }
}

impl Weights {
    /// Every weight with its name, in the order of `config/policies/ranking.toml`; those of severity as `severity_0` to
    /// `severity_3`.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, f32)> {
        let mut copy = self.clone();
        copy.slots().into_iter().map(|(name, points)| (name, *points)).collect()
    }

    /// Sets a weight by the name of [`Weights::named`]; `false` when there is none of that name.
    pub fn set(&mut self, name: &str, points: f32) -> bool {
        let slot = self.slots().into_iter().find(|(known, _)| *known == name);
        slot.map(|(_, slot)| *slot = points).is_some()
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut f32)> {
        let [none, low, middle, acute] = &mut self.severity;
        vec![
            ("severity_0", none),
            ("severity_1", low),
            ("severity_2", middle),
            ("severity_3", acute),
            ("safety", &mut self.safety),
            ("privacy", &mut self.privacy),
            ("discrimination", &mut self.discrimination),
            ("high_value", &mut self.high_value),
            ("promise_missed", &mut self.promise_missed),
            ("repeat_contact", &mut self.repeat_contact),
            ("regressed", &mut self.regressed),
            ("long_wait", &mut self.long_wait),
            ("unreachable", &mut self.unreachable),
            ("vulnerable", &mut self.vulnerable),
            ("legal_threat", &mut self.legal_threat),
            ("media_threat", &mut self.media_threat),
            ("churn", &mut self.churn),
            ("reach", &mut self.reach),
            ("stars", &mut self.stars),
            ("clock", &mut self.clock),
            ("complaint", &mut self.complaint),
            ("question", &mut self.question),
            ("solved", &mut self.solved),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_has_a_name_by_which_it_is_set() {
        let mut weights = Weights::default();
        let fields = serde_json::to_value(&weights).unwrap().as_object().unwrap().len();
        assert_eq!(weights.named().len(), fields - 1 + weights.severity.len());
        for (name, points) in Weights::default().named() {
            assert!(weights.set(name, points + 1.0));
        }
        assert!(Weights::default().named().iter().zip(weights.named()).all(|(a, b)| a.1 + 1.0 == b.1));
        assert!(!weights.set("volume", 1.0));
    }
}
