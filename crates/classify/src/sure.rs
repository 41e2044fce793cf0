//! Where the model says "not sure": below a stated confidence an answer is shown as a guess.

use gehoor_domain::assessment::{Assessment, Intent};

use crate::rules::p_of;

/// An intent, a feeling or a severity below this probability is a guess.
pub const SURE: f32 = 0.5;
/// Who has to act is harder to tell: below this it is a guess.
pub const SURE_RESPONSIBLE: f32 = 0.4;
/// Between these two probabilities it is not sure whether a text complains at all.
pub const COMPLAINT_DOUBT: (f32, f32) = (0.35, 0.6);

/// The tasks whose answer is a guess: `complaint`, `intent`, `sentiment`, `severity`, `responsible`.
#[must_use]
pub fn unsure(assessment: &Assessment) -> Vec<&'static str> {
    let a = assessment;
    let complaint = p_of(a, Intent::Complaint);
    let (low, high) = COMPLAINT_DOUBT;
    let tasks = [
        ("complaint", complaint >= low && complaint < high),
        ("intent", a.intent.p < SURE),
        ("sentiment", a.sentiment.p < SURE),
        ("severity", a.severity.p < SURE),
        ("responsible", a.responsible.p < SURE_RESPONSIBLE),
    ];
    tasks.into_iter().filter(|(_, guess)| *guess).map(|(task, _)| task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BuiltIn;
    use crate::classifier::Doc;
    use gehoor_domain::mention::Channel;

    #[test]
    fn a_clear_case_is_sure_and_one_with_two_readings_is_not() {
        let model = BuiltIn::load().unwrap();
        let text = "Mijn bank is kapot geleverd en niemand belt terug, belachelijk slechte service!";
        let mut judged =
            model.assess(&Doc { text, lang: Some("nl"), stars: None, channel: Some(Channel::Microblog) });
        let clear = unsure(&judged);
        assert!(!clear.contains(&"intent") && !clear.contains(&"complaint"), "{clear:?}");
        // A guess by construction: what the model makes of a word without meaning changes with each training.
        judged.intent_p = vec![0.45, 0.05, 0.1, 0.35, 0.05];
        judged.intent.p = 0.45;
        let guess = unsure(&judged);
        assert!(guess.contains(&"intent") && guess.contains(&"complaint"), "{guess:?}");
    }
}
