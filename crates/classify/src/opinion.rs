//! What another model says of a text, put into the assessment of the built-in one.
//!
//! A fine-tuned checkpoint knows one or two things (the feeling, or whether it is a complaint) and nothing of stars,
//! topics, signals and places: those stay as the built-in model found them. Of what both know, both are asked: they err
//! in different texts, and their mean was right more often than either (figures in `models/stronger/README.md`).

use gehoor_domain::assessment::{Assessment, Intent, Judged, Sentiment, Severity};

use crate::judge;

/// From this probability on an opinion says that a text is acute.
const IS_ACUTE: f32 = 0.5;
/// From this probability on a text complains.
const IS_COMPLAINT: f32 = 0.5;
/// What the built-in model or a rule found acute stays so, unless an opinion gives it less than this.
const STAYS_ACUTE: f32 = 0.1;
/// Nobody is surer than this in a mean: a single model must not decide by being sure without bounds.
const SUREST: f32 = 1e-4;

/// What a model says of one text: as much as it knows. Every list sums to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opinion {
    /// In the order of [`Sentiment::ALL`].
    pub sentiment_p: Option<Vec<f32>>,
    /// In the order of [`Intent::ALL`].
    pub intent_p: Option<Vec<f32>>,
    /// Probability of a complaint, where the other intents are not told apart.
    pub complaint: Option<f32>,
    /// Of the severities 0 to 3.
    pub severity_p: Option<Vec<f32>>,
}

impl Opinion {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How probable a complaint is, from whatever it knows.
    #[must_use]
    pub fn complaint_p(&self) -> Option<f32> {
        let intents = self.intent_p.as_ref().and_then(|p| p.get(complaint_at()).copied());
        let severities = self.severity_p.as_ref().and_then(|p| p.first().map(|none| 1.0 - none));
        intents.or(self.complaint).or(severities)
    }

    /// The severity that is to be expected, 0 to 3.
    #[must_use]
    pub fn expected_severity(&self) -> Option<f32> {
        let levels = [0.0, 1.0, 2.0, 3.0];
        self.severity_p.as_ref().map(|p| p.iter().zip(levels).map(|(p, level)| p * level).sum())
    }

    /// Puts it beside what the assessment says of the same thing: the probabilities become the geometric mean of both,
    /// in which the opinion counts `weight` (1: it alone, 0: nothing). Topics, signals, language, responsible party
    /// and the probabilities of what it does not know stay; danger that was found stays unless it knows of severity
    /// and finds hardly any.
    pub fn put_into(&self, assessment: &mut Assessment, weight: f32) {
        if let Some(said) = &self.sentiment_p {
            assessment.sentiment_p = mean(&assessment.sentiment_p, said, weight);
            assessment.sentiment = likeliest(Sentiment::ALL, &assessment.sentiment_p, Sentiment::Neutral);
        }
        let Some(complaint) = self.complaint_p() else { return };
        let before = assessment.intent.label;
        let was_acute = assessment.severity.label == Severity::ACUTE;
        let found = assessment.intent_p.clone();
        assessment.intent_p = match &self.intent_p {
            Some(said) => mean(&found, said, weight),
            None => with_complaint(&found, mean_of_one(at(&found, complaint_at()), complaint, weight)),
        };
        let complaint = at(&assessment.intent_p, complaint_at());
        assessment.intent = if complaint >= IS_COMPLAINT {
            Judged { label: Intent::Complaint, p: complaint }
        } else {
            likeliest(Intent::ALL, &others(&assessment.intent_p), Intent::Remark)
        };
        let found = at(&assessment.severity_p, 3);
        let said = self.severity_p.as_ref().map(|p| at(p, 3));
        assessment.severity_p = match &self.severity_p {
            Some(said) => mean(&assessment.severity_p, said, weight),
            None => graded(&assessment.severity_p, complaint, found),
        };
        let now = at(&assessment.severity_p, 3);
        let acute = said.map_or(was_acute, |p| now >= IS_ACUTE || (was_acute && p >= STAYS_ACUTE));
        assessment.severity = judge::severity(assessment.intent.label, acute, &assessment.severity_p);
        if acute {
            judge::make_acute(assessment, now.max(IS_ACUTE));
        }
        forget_reasons(assessment, before);
    }
}

fn at(p: &[f32], place: usize) -> f32 {
    p.get(place).copied().unwrap_or_default()
}

/// The geometric mean of two lists of probabilities, brought to a sum of 1.
fn mean(found: &[f32], said: &[f32], weight: f32) -> Vec<f32> {
    if weight >= 1.0 || found.len() != said.len() {
        return said.to_vec();
    }
    let bounded = |p: f32| p.max(SUREST).ln();
    let both: Vec<f32> = found
        .iter()
        .zip(said)
        .map(|(found, said)| ((1.0 - weight) * bounded(*found) + weight * bounded(*said)).exp())
        .collect();
    let sum: f32 = both.iter().sum();
    both.into_iter().map(|p| p / sum).collect()
}

/// The same of a yes that leaves the rest to the no.
fn mean_of_one(found: f32, said: f32, weight: f32) -> f32 {
    at(&mean(&[found, 1.0 - found], &[said, 1.0 - said], weight), 0)
}

fn complaint_at() -> usize {
    Intent::ALL.iter().position(|i| *i == Intent::Complaint).unwrap_or_default()
}

/// The other intents share what a complaint leaves, as they did before.
fn with_complaint(p: &[f32], complaint: f32) -> Vec<f32> {
    let place = complaint_at();
    let left: f32 = p.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, p)| p).sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of intents")]
    let even = 1.0 / (p.len().saturating_sub(1).max(1)) as f32;
    let share = |p: f32| if left > 1e-6 { p / left } else { even };
    p.iter()
        .enumerate()
        .map(|(i, p)| if i == place { complaint } else { (1.0 - complaint) * share(*p) })
        .collect()
}

fn others(p: &[f32]) -> Vec<f32> {
    let place = complaint_at();
    p.iter().enumerate().map(|(i, p)| if i == place { -1.0 } else { *p }).collect()
}

/// The levels for a complaint of this probability: 1 and 2 in the proportion found before, 3 as found.
fn graded(p: &[f32], complaint: f32, acute: f32) -> Vec<f32> {
    let both = at(p, 1) + at(p, 2);
    let second = if both > 1e-6 { at(p, 2) / both } else { 0.5 };
    [1.0 - complaint, complaint * (1.0 - second), complaint * second]
        .into_iter()
        .map(|q| q * (1.0 - acute))
        .chain([acute])
        .collect()
}

/// Words that spoke for what is no longer said.
fn forget_reasons(assessment: &mut Assessment, before: Intent) {
    let (now, level) = (assessment.intent.label, assessment.severity.label.level());
    assessment.reasons.retain(|reason| match reason.speaks_for.split_once('.') {
        Some(("intent", name)) => before == now || name == now.as_str(),
        Some(("severity", name)) => name == level.to_string(),
        _ => true,
    });
}

fn likeliest<T: Copy>(labels: &[T], p: &[f32], otherwise: T) -> Judged<T> {
    let best = labels.iter().zip(p).max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(Judged { label: otherwise, p: 0.0 }, |(label, p)| Judged { label: *label, p: *p })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sound;
    use crate::{BuiltIn, Doc};
    use gehoor_domain::mention::Channel;

    fn judged(text: &str) -> Assessment {
        let doc = Doc { text, lang: Some("nl"), stars: None, channel: Some(Channel::Microblog) };
        BuiltIn::load().unwrap().assess(&doc)
    }

    const LATE: &str = "Mijn bank is al drie weken te laat en niemand belt terug, wat een waardeloze winkel!";
    const GAS: &str = "Ik ruik gas bij het fornuis dat jullie hebben geplaatst en niemand neemt op!";

    /// What becomes of an assessment when the opinion counts alone.
    const ALONE: f32 = 1.0;

    #[test]
    fn what_an_opinion_does_not_know_stays() {
        let (before, mut after) = (judged(LATE), judged(LATE));
        Opinion::default().put_into(&mut after, 0.5);
        assert_eq!(before, after);
        let feeling = Opinion { sentiment_p: Some(vec![0.1, 0.2, 0.7, 0.0]), ..Opinion::default() };
        feeling.put_into(&mut after, ALONE);
        assert_eq!(after.sentiment, Judged { label: Sentiment::Positive, p: 0.7 });
        assert_eq!((&after.intent_p, &after.topics), (&before.intent_p, &before.topics));
    }

    #[test]
    fn two_that_disagree_meet_in_the_middle_and_two_that_agree_stay_sure() {
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-4, "{a} {b}");
        close(mean_of_one(0.9, 0.1, 0.5), 0.5);
        close(mean_of_one(0.9, 0.9, 0.5), 0.9);
        close(mean_of_one(0.9, 0.3, 0.0), 0.9);
        close(mean_of_one(0.9, 0.3, 1.0), 0.3);
        // Being sure beyond all bounds decides nothing: 0 counts as one in ten thousand.
        let bounded = mean_of_one(0.99, 0.0, 0.5);
        assert!(bounded > 0.05 && bounded < 0.15, "{bounded}");
        assert_eq!(mean(&[0.2, 0.8], &[0.6, 0.4], 0.5).iter().sum::<f32>(), 1.0);
    }

    #[test]
    fn a_sure_judgement_with_stars_is_not_overturned_by_a_lukewarm_opinion() {
        let mut a = judged(LATE);
        assert!(a.intent.p > 0.9, "{:?}", a.intent);
        Opinion { complaint: Some(0.4), ..Opinion::default() }.put_into(&mut a, 0.5);
        assert_eq!(a.intent.label, Intent::Complaint);
        sound(LATE, &a).unwrap();
    }

    #[test]
    fn no_complaint_has_no_severity_and_no_words_that_speak_for_one() {
        let mut a = judged(LATE);
        let blames = |r: &gehoor_domain::assessment::Reason| {
            r.speaks_for == "intent.complaint" || r.speaks_for.starts_with("severity.")
        };
        assert!(a.reasons.iter().any(blames), "{:?}", a.reasons);
        Opinion { complaint: Some(0.02), ..Opinion::default() }.put_into(&mut a, ALONE);
        assert_ne!(a.intent.label, Intent::Complaint);
        assert_eq!(a.severity.label, Severity::NONE);
        assert!(!a.reasons.iter().any(blames), "{:?}", a.reasons);
        sound(LATE, &a).unwrap();
    }

    #[test]
    fn a_complaint_that_was_not_seen_gets_a_severity() {
        let mut a = judged("fijne dag allemaal");
        assert_ne!(a.intent.label, Intent::Complaint);
        Opinion { complaint: Some(0.95), ..Opinion::default() }.put_into(&mut a, ALONE);
        assert_eq!((a.intent.label, a.intent.p), (Intent::Complaint, 0.95));
        assert!((1..=2).contains(&a.severity.label.level()));
        sound("fijne dag allemaal", &a).unwrap();
    }

    #[test]
    fn danger_is_not_talked_away_by_who_knows_nothing_of_it() {
        assert_eq!(judged(GAS).severity.label, Severity::ACUTE);
        let mut a = judged(GAS);
        Opinion { complaint: Some(0.01), ..Opinion::default() }.put_into(&mut a, ALONE);
        assert_eq!(a.severity.label, Severity::ACUTE);
        assert!(a.wants_case(), "{:?}", a.intent);
        sound(GAS, &a).unwrap();
        let mut a = judged(GAS);
        Opinion { severity_p: Some(vec![0.03, 0.9, 0.05, 0.02]), ..Opinion::default() }
            .put_into(&mut a, ALONE);
        assert_eq!(a.severity.label.level(), 1);
        sound(GAS, &a).unwrap();
    }

    #[test]
    fn whatever_is_said_with_whatever_weight_leaves_a_sound_assessment() {
        let sure = |n: usize, of: usize| (0..of).map(|i| f32::from(u8::from(i == n))).collect::<Vec<_>>();
        for text in [LATE, GAS, "fijne dag allemaal", "tja"] {
            let before = judged(text);
            for weight in [0.1, 0.5, 0.9, 1.0] {
                for said in 0..4 {
                    for opinion in [
                        Opinion { sentiment_p: Some(sure(said, 4)), ..Opinion::default() },
                        Opinion { intent_p: Some(sure(said, 5)), ..Opinion::default() },
                        Opinion { severity_p: Some(sure(said, 4)), ..Opinion::default() },
                        Opinion { complaint: Some(said as f32 / 3.0), ..Opinion::default() },
                        Opinion {
                            intent_p: Some(sure(said, 5)),
                            severity_p: Some(sure(3 - said, 4)),
                            ..Opinion::default()
                        },
                    ] {
                        let mut after = before.clone();
                        opinion.put_into(&mut after, weight);
                        sound(text, &after).unwrap_or_else(|why| panic!("{opinion:?} {weight}: {why}"));
                    }
                }
            }
        }
    }

    #[test]
    fn who_knows_severity_may_raise_it() {
        let mut a = judged(LATE);
        Opinion { severity_p: Some(vec![0.1, 0.1, 0.1, 0.7]), ..Opinion::default() }.put_into(&mut a, ALONE);
        assert_eq!((a.severity.label, a.severity.p), (Severity::ACUTE, 0.7));
        sound(LATE, &a).unwrap();
    }
}
