//! From probabilities to an assessment.

use gehoor_domain::assessment::{
    Assessment, Intent, Judged, Lang, Responsible, Sentiment, Severity, Signal, Topic,
};
use gehoor_text::language::{Guess, Language};

use crate::calibrate::{Calibration, acute_p};
use crate::labels::{ACUTE, INTENT, RESPONSIBLE, SENTIMENT, SEVERITY, SIGNAL, TOPIC, TOPICS, intent_column};
use crate::model::Scores;
use crate::reasons::Spoken;

/// Most topics named for one text.
const MAX_TOPICS: usize = 4;

/// The assessment without its reasons.
pub(crate) fn assessment(p: &Scores, calibration: &Calibration, language: Guess, model: &str) -> Assessment {
    let part = |range: std::ops::Range<usize>| p.get(range).unwrap_or_default().to_vec();
    let sentiment_p = part(SENTIMENT);
    let acute = acute_p(p);
    let is_acute = acute >= calibration.acute_threshold;
    let intent_p = if is_acute { wanting(&part(INTENT), acute) } else { part(INTENT) };
    let intent = intent(&intent_p, calibration.complaint_threshold);
    let severity_p = severities(p, acute);
    let responsible_p = part(RESPONSIBLE);
    Assessment {
        lang: Judged { label: lang(language.language), p: language.p },
        sentiment: best(Sentiment::ALL, &sentiment_p, Sentiment::Neutral),
        sentiment_p,
        severity: severity(intent.label, is_acute, &severity_p),
        intent,
        intent_p,
        severity_p,
        topics: topics(p, calibration.topics_of(p)),
        signals: signals(p, calibration.signal_threshold),
        responsible: best(Responsible::ALL, &responsible_p, Responsible::Unknown),
        responsible_p,
        located: None,
        reasons: Vec::new(),
        model: model.to_owned(),
        corrected: Vec::new(),
        copy_of: None,
    }
}

/// What is acute wants an answer, however calmly it is told: what the other intents hold goes to complaint and
/// question, as far as it is acute.
pub(crate) fn wanting(intent_p: &[f32], acute: f32) -> Vec<f32> {
    let wants = |i: usize| matches!(Intent::ALL.get(i), Some(Intent::Complaint | Intent::Question));
    let held: f32 = intent_p.iter().enumerate().filter(|(i, _)| wants(*i)).map(|(_, p)| p).sum();
    let freed: f32 = acute * (1.0 - held);
    // Another model may be certain that it is neither: then both get half.
    let share = |p: f32| if held > 1e-6 { p / held } else { 0.5 };
    let shared = |(i, p): (usize, &f32)| {
        if wants(i) { p + freed * share(*p) } else { p * (1.0 - acute) }
    };
    intent_p.iter().enumerate().map(shared).collect()
}

/// The likeliest intent; a complaint only from its own threshold on.
fn intent(p: &[f32], threshold: f32) -> Judged<Intent> {
    let likeliest = best(Intent::ALL, p, Intent::Remark);
    let complaint =
        Intent::ALL.iter().zip(p).find(|(i, _)| **i == Intent::Complaint).map_or(0.0, |(_, p)| *p);
    if complaint >= threshold {
        return Judged { label: Intent::Complaint, p: complaint };
    }
    if likeliest.label != Intent::Complaint {
        return likeliest;
    }
    let others: Vec<f32> =
        Intent::ALL.iter().zip(p).map(|(i, p)| if *i == Intent::Complaint { -1.0 } else { *p }).collect();
    best(Intent::ALL, &others, Intent::Remark)
}

/// The probabilities of the four levels: 3 by itself, the others as complaints go.
fn severities(p: &Scores, acute: f32) -> Vec<f32> {
    let at = |column: usize| p.get(column).copied().unwrap_or_default();
    let complaint = at(intent_column(Intent::Complaint));
    let levels = [1.0 - complaint, complaint * at(SEVERITY.start), complaint * at(SEVERITY.start + 1)];
    let sum: f32 = levels.iter().sum::<f32>().max(1e-6);
    levels.iter().map(|q| q / sum * (1.0 - acute)).chain([acute]).collect()
}

fn best<T: Copy>(labels: &[T], p: &[f32], otherwise: T) -> Judged<T> {
    let first = Judged { label: otherwise, p: f32::NEG_INFINITY };
    let best = labels
        .iter()
        .zip(p)
        .fold(first, |best, (label, p)| if *p > best.p { Judged { label: *label, p: *p } } else { best });
    Judged { p: best.p.max(0.0), ..best }
}

/// 3 when acute, whatever the intent; else 0 unless it is a complaint, then the likelier of 1 and 2.
pub(crate) fn severity(intent: Intent, is_acute: bool, p: &[f32]) -> Judged<Severity> {
    let at = |level: usize| p.get(level).copied().unwrap_or_default();
    let level = match (is_acute, intent) {
        (true, _) => Severity::ACUTE,
        (false, Intent::Complaint) => {
            Severity::new(if at(2) > at(1) { 2 } else { 1 }).unwrap_or(Severity::NONE)
        }
        (false, _) => Severity::NONE,
    };
    Judged { label: level, p: at(usize::from(level.level())) }
}

/// Raises severity 3 to `p` and says so; the other probabilities shrink in step.
pub(crate) fn make_acute(assessment: &mut Assessment, p: f32) {
    let before = assessment.severity_p.get(3).copied().unwrap_or_default();
    if let Some((acute, others)) = assessment.severity_p.split_last_mut().filter(|_| before < p) {
        let left = (1.0 - before).max(1e-6);
        others.iter_mut().for_each(|q| *q *= (1.0 - p) / left);
        *acute = p;
    }
    let now = before.max(p);
    assessment.severity = Judged { label: Severity::ACUTE, p: now };
    if !assessment.wants_case() {
        assessment.intent_p = wanting(&assessment.intent_p, now);
        assessment.intent = best(Intent::ALL, &assessment.intent_p, Intent::Complaint);
    }
}

fn topics(p: &Scores, bits: u64) -> Vec<Judged<Topic>> {
    let all = TOPICS.iter().zip(p.get(TOPIC).unwrap_or_default());
    let named = all.enumerate().filter(|(i, _)| bits >> i & 1 == 1);
    let mut named: Vec<(&str, f32)> = named.map(|(_, (t, p))| (*t, *p)).collect();
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
    let alone = |column, name| Spoken { column, name, rivals: Vec::new() };
    let intent = assessment.intent.label;
    if matches!(intent, Intent::Complaint | Intent::Question | Intent::Praise) {
        let own = intent_column(intent);
        let others = || INTENT.zip(assessment.intent_p.iter().copied()).filter(|(column, _)| *column != own);
        let left: f32 = others().map(|(_, p)| p).sum::<f32>().max(1e-6);
        let rivals = others().map(|(column, p)| (column, p / left)).collect();
        let name = format!("intent.{}", intent.as_str());
        out.push(Spoken { column: intent_column(intent), name, rivals });
    }
    for signal in &assessment.signals {
        if let Some(at) = Signal::ALL.iter().position(|s| *s == signal.label) {
            out.push(alone(SIGNAL.start + at, format!("signal.{}", signal.label.as_str())));
        }
    }
    for topic in &assessment.topics {
        if let Some(at) = TOPICS.iter().position(|t| *t == topic.label.as_str()) {
            out.push(alone(TOPIC.start + at, format!("topic.{}", topic.label.as_str())));
        }
    }
    match assessment.severity.label.level() {
        3 => out.push(alone(ACUTE.start, "severity.3".to_owned())),
        2 => out.push(alone(SEVERITY.start + 1, "severity.2".to_owned())),
        _ => {}
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
    fn what_is_acute_is_of_severity_3_even_as_a_question_and_nothing_else_is_without_a_complaint() {
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
        p[ACUTE.start] = 0.9;
        p[SEVERITY.start + 2] = 1.0;
        let a = assessment(&p, &Calibration::default(), guess(), "m");
        assert_eq!((a.severity.label.level(), a.intent.label), (3, Intent::Question));
        assert!((a.severity_p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn what_is_acute_wants_an_answer() {
        let p = wanting(&[0.1, 0.2, 0.1, 0.5, 0.1], 0.9);
        assert!(p[1] > 0.5 && p[3] < 0.06 && (p.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{p:?}");
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
