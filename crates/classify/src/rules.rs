//! Hard evidence beside the model: what has a form needs no weights, and its words are shown as the reason.
//!
//! A rule adds a signal or topic that the model missed, or makes it surer; it never takes one away. Rules that raise
//! an alarm (danger, money) only speak where the text may complain or ask: a gas fitter's advertisement smells of gas
//! too. Words of danger make a text acute where the model half agrees, whether it complains or calmly asks.

use gehoor_domain::assessment::{Assessment, Intent, Judged, Reason, Sentiment, Signal, Topic};
use gehoor_text::evidence::{Evidence, Kind};

use crate::judge;

/// From this amount on a case counts as of high value (corpus labels, `high_value`).
const HIGH_VALUE: f64 = 500.0;
/// From this many days on a wait counts as long (corpus labels, `long_wait`).
const LONG_WAIT: f64 = 21.0;
/// How sure a rule is where the model agrees that the text may be a complaint.
const SURE: f32 = 0.9;
/// Where the model gives a complaint less than this, alarms about money stay silent.
const MAY_COMPLAIN: f32 = 0.3;
/// Where the model gives complaint and question together less than this, alarms about danger stay silent.
const MAY_WANT: f32 = 0.5;
/// From this probability of severity 3 on, words of danger make it certain enough.
const MAY_BE_ACUTE: f32 = 0.12;
/// How probable severity 3 is then.
const ACUTE: f32 = 0.75;

/// Adds what the rules find; gives the reasons for it.
pub(crate) fn apply(text: &str, evidence: &[Evidence], assessment: &mut Assessment) -> Vec<Reason> {
    let complaint = p_of(assessment, Intent::Complaint);
    let mut reasons: Vec<Reason> = Vec::new();
    for found in evidence {
        let Some(name) = speaks_for(found, assessment, complaint) else { continue };
        let overlaps = reasons.iter().any(|r| r.start < found.range.end && found.range.start < r.end);
        let said = reasons.iter().any(|r| r.speaks_for == name);
        if let Some(words) = text.get(found.range.clone()).filter(|_| !overlaps && !said) {
            reasons.push(Reason {
                text: words.to_owned(),
                start: found.range.start,
                end: found.range.end,
                speaks_for: name,
            });
        }
    }
    reasons
}

/// What a find speaks for, after the assessment has taken it in; `None` when it says nothing here.
fn speaks_for(found: &Evidence, assessment: &mut Assessment, complaint: f32) -> Option<String> {
    let complains = complaint >= MAY_COMPLAIN;
    match found.kind {
        Kind::Amount(amount) if amount >= HIGH_VALUE && complains => {
            signal(assessment, Signal::HighValue, SURE)
        }
        Kind::Danger if complaint + p_of(assessment, Intent::Question) >= MAY_WANT => {
            let acute = assessment.severity_p.get(3).copied().unwrap_or_default();
            // Who is pleased is in no danger: "those wings were on fire".
            let feeling = |at: Sentiment| {
                let at = Sentiment::ALL.iter().position(|s| *s == at);
                at.and_then(|at| assessment.sentiment_p.get(at)).copied().unwrap_or_default()
            };
            if acute < MAY_BE_ACUTE || feeling(Sentiment::Positive) > feeling(Sentiment::Negative) {
                return None;
            }
            judge::make_acute(assessment, ACUTE.max(acute));
            topic(assessment, "safety.hazard", 0.7);
            signal(assessment, Signal::Safety, 0.8)
        }
        Kind::Span(days) if days >= LONG_WAIT && assessment.intent.label == Intent::Complaint => {
            // Weeks of guarantee or holiday are no wait: the model has to half believe it.
            assessment.has(Signal::LongWait).then(|| signal(assessment, Signal::LongWait, 0.8)).flatten()
        }
        Kind::Callback if assessment.intent.label == Intent::Complaint => {
            topic(assessment, "contact.callback_missed", 0.6)
        }
        Kind::OrderNumber => Some("evidence.order_number".to_owned()),
        _ => None,
    }
}

/// How probable an intent is.
pub(crate) fn p_of(assessment: &Assessment, intent: Intent) -> f32 {
    let at = Intent::ALL.iter().position(|i| *i == intent);
    at.and_then(|at| assessment.intent_p.get(at)).copied().unwrap_or_default()
}

fn signal(assessment: &mut Assessment, label: Signal, p: f32) -> Option<String> {
    match assessment.signals.iter_mut().find(|s| s.label == label) {
        Some(known) => known.p = known.p.max(p),
        None => assessment.signals.push(Judged { label, p }),
    }
    assessment.signals.sort_by(|a, b| b.p.total_cmp(&a.p));
    Some(format!("signal.{}", label.as_str()))
}

fn topic(assessment: &mut Assessment, label: &str, p: f32) -> Option<String> {
    match assessment.topics.iter_mut().find(|t| t.label.as_str() == label) {
        Some(known) => known.p = known.p.max(p),
        None => assessment.topics.push(Judged { label: Topic(label.to_owned()), p }),
    }
    assessment.topics.sort_by(|a, b| b.p.total_cmp(&a.p));
    Some(format!("topic.{label}"))
}
