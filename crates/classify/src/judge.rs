//! From probabilities to an assessment.

use gehoor_domain::assessment::{
    Assessment, Intent, Judged, Lang, Responsible, Sentiment, Severity, Signal, Topic,
};
use gehoor_text::language::{Guess, Language};

use crate::calibrate::Calibration;
use crate::labels::{INTENT, RESPONSIBLE, SENTIMENT, SEVERITY, SIGNAL, TOPIC, TOPICS, intent_column};
use crate::model::Scores;
use crate::reasons::Spoken;

/// Most topics named for one text.
const MAX_TOPICS: usize = 4;

/// The assessment without its reasons.
pub(crate) fn assessment(p: &Scores, calibration: &Calibration, language: Guess, model: &str) -> Assessment {
    let part = |range: std::ops::Range<usize>| p.get(range).unwrap_or_default().to_vec();
    let sentiment_p = part(SENTIMENT);
    let intent_p = part(INTENT);
    let responsible_p = part(RESPONSIBLE);
    let intent = best(Intent::ALL, &intent_p, Intent::Remark);
    let complaint = p.get(intent_column(Intent::Complaint)).copied().unwrap_or_default();
    let mut severity_p = vec![1.0 - complaint];
    severity_p.extend(p.get(SEVERITY).unwrap_or_default().iter().map(|q| q * complaint));
    Assessment {
        lang: Judged { label: lang(language.language), p: language.p },
        sentiment: best(Sentiment::ALL, &sentiment_p, Sentiment::Neutral),
        sentiment_p,
        intent,
        intent_p,
        severity: severity(intent.label, &severity_p),
        severity_p,
        topics: topics(p, calibration.topic_threshold),
        signals: signals(p, calibration.signal_threshold),
        responsible: best(Responsible::ALL, &responsible_p, Responsible::Unknown),
        responsible_p,
        located: None,
        reasons: Vec::new(),
        model: model.to_owned(),
        corrected: Vec::new(),
    }
}

fn best<T: Copy>(labels: &[T], p: &[f32], otherwise: T) -> Judged<T> {
    let first = Judged { label: otherwise, p: f32::NEG_INFINITY };
    let best = labels
        .iter()
        .zip(p)
        .fold(first, |best, (label, p)| if *p > best.p { Judged { label: *label, p: *p } } else { best });
    Judged { p: best.p.max(0.0), ..best }
}

/// 0 unless it is a complaint; then the most likely of 1 to 3.
fn severity(intent: Intent, p: &[f32]) -> Judged<Severity> {
    let level = if intent == Intent::Complaint {
        let most =
            p.iter().enumerate().skip(1).fold((1, f32::NEG_INFINITY), |best, (level, p)| {
                if *p > best.1 { (level, *p) } else { best }
            });
        u8::try_from(most.0).unwrap_or(1)
    } else {
        0
    };
    let p = p.get(usize::from(level)).copied().unwrap_or_default();
    Judged { label: Severity::new(level).unwrap_or(Severity::NONE), p }
}

fn topics(p: &Scores, threshold: f32) -> Vec<Judged<Topic>> {
    let all = TOPICS.iter().zip(p.get(TOPIC).unwrap_or_default());
    let mut named: Vec<(&str, f32)> = all.map(|(t, p)| (*t, *p)).filter(|(_, p)| *p >= threshold).collect();
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    named.truncate(MAX_TOPICS);
    named.into_iter().map(|(t, p)| Judged { label: Topic(t.to_owned()), p }).collect()
}

fn signals(p: &Scores, threshold: f32) -> Vec<Judged<Signal>> {
    let all = Signal::ALL.iter().zip(p.get(SIGNAL).unwrap_or_default());
    let mut named: Vec<Judged<Signal>> =
        all.map(|(s, p)| Judged { label: *s, p: *p }).filter(|j| j.p >= threshold).collect();
    named.sort_by(|a, b| b.p.total_cmp(&a.p));
    named
}

/// The answers whose words are shown: the intent (unless it says nothing), signals, topics, and a severity of 2 or 3.
pub(crate) fn spoken(assessment: &Assessment) -> Vec<Spoken> {
    let mut out = Vec::new();
    let intent = assessment.intent.label;
    if matches!(intent, Intent::Complaint | Intent::Question | Intent::Praise) {
        out.push(Spoken { column: intent_column(intent), name: format!("intent.{}", intent.as_str()) });
    }
    for signal in &assessment.signals {
        if let Some(at) = Signal::ALL.iter().position(|s| *s == signal.label) {
            out.push(Spoken { column: SIGNAL.start + at, name: format!("signal.{}", signal.label.as_str()) });
        }
    }
    for topic in &assessment.topics {
        if let Some(at) = TOPICS.iter().position(|t| *t == topic.label.as_str()) {
            out.push(Spoken { column: TOPIC.start + at, name: format!("topic.{}", topic.label.as_str()) });
        }
    }
    let level = usize::from(assessment.severity.label.level());
    if level >= 2 {
        out.push(Spoken { column: SEVERITY.start + level - 1, name: format!("severity.{level}") });
    }
    out
}

fn lang(language: Language) -> Lang {
    match language {
        Language::Nl => Lang::Nl,
        Language::En => Lang::En,
        Language::De => Lang::De,
        Language::Fr => Lang::Fr,
        Language::Other => Lang::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::COLUMNS;

    fn guess() -> Guess {
        Guess { language: Language::Nl, p: 1.0, nearest: Language::Nl }
    }

    #[test]
    fn severity_and_intent_never_contradict_each_other() {
        let mut p = [0.0; COLUMNS];
        p[INTENT.start] = 0.75;
        p[INTENT.start + 1] = 0.25;
        p[SEVERITY.start + 1] = 1.0;
        let a = assessment(&p, &Calibration::default(), guess(), "m");
        assert_eq!(a.severity.label.level(), 2);
        assert_eq!(a.severity_p, [0.25, 0.0, 0.75, 0.0]);
        p[INTENT.start] = 0.2;
        p[INTENT.start + 1] = 0.8;
        let a = assessment(&p, &Calibration::default(), guess(), "m");
        assert_eq!((a.severity.label.level(), a.severity_p[0]), (0, 0.8));
    }

    #[test]
    fn topics_and_signals_come_most_likely_first() {
        let mut p = [0.0; COLUMNS];
        p[TOPIC.start + 2] = 0.5;
        p[TOPIC.start + 7] = 0.9;
        p[SIGNAL.start] = 0.2;
        let a = assessment(&p, &Calibration::default(), guess(), "m");
        let named: Vec<&str> = a.topics.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(named, ["contact.unreachable", "app.error"]);
        assert!(a.signals.is_empty());
    }
}
