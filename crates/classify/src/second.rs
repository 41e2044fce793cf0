//! Which mentions a stronger model looks at a second time: what is urgent, and what the quick one is not sure of.

use gehoor_domain::assessment::{Assessment, Signal};

use crate::sure;

/// From this severity on a mistake costs something: somebody waits who should not.
const URGENT: u8 = 2;
/// What has to be right whatever the severity.
const GRAVE: &[Signal] = &[
    Signal::Safety,
    Signal::Privacy,
    Signal::Discrimination,
    Signal::LegalThreat,
    Signal::MediaThreat,
    Signal::Vulnerable,
];
/// The guesses that change the rank or whether there is a case at all.
const DECISIVE: &[&str] = &["complaint", "intent", "severity"];

/// Why a second look is worth it, most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Second {
    /// It stands, or would stand, high in the rank.
    Urgent,
    /// The quick model guesses.
    Unsure,
}

/// Whether a second look is worth it, and why. Not where a person has set what it would be about.
#[must_use]
pub fn wanted(assessment: &Assessment) -> Option<Second> {
    let set = |field: &str| assessment.corrected.iter().any(|f| f == field);
    if set("intent") && set("severity") {
        return None;
    }
    if assessment.severity.label.level() >= URGENT || GRAVE.iter().any(|signal| assessment.has(*signal)) {
        return Some(Second::Urgent);
    }
    sure::unsure(assessment).iter().any(|task| DECISIVE.contains(task)).then_some(Second::Unsure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BuiltIn, Doc};
    use gehoor_domain::mention::Channel;

    #[test]
    fn danger_is_looked_at_first_then_what_is_a_guess_and_clear_praise_not_at_all() {
        let model = BuiltIn::load().unwrap();
        let judged = |text| {
            model.assess(&Doc { text, lang: Some("nl"), stars: None, channel: Some(Channel::Microblog) })
        };
        let why = |text| wanted(&judged(text));
        assert_eq!(
            why("Ik ruik gas bij het fornuis dat jullie hebben geplaatst en niemand neemt op!"),
            Some(Second::Urgent)
        );
        let mut guess = judged("tja");
        guess.intent_p = vec![0.45, 0.05, 0.1, 0.35, 0.05];
        assert_eq!(wanted(&guess), Some(Second::Unsure));
        assert_eq!(why("Geweldig geholpen door een vriendelijke medewerker, super tevreden, dank!"), None);
    }

    #[test]
    fn what_a_person_set_is_looked_at_no_more() {
        let model = BuiltIn::load().unwrap();
        let mut a = model.assess(&Doc {
            text: "tja",
            lang: Some("nl"),
            stars: None,
            channel: Some(Channel::Microblog),
        });
        a.corrected = vec!["intent".into(), "severity".into()];
        assert_eq!(wanted(&a), None);
    }
}
