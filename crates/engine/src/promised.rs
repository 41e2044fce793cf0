//! From words of ours and of customers to promises: what was found in a text, as the domain knows it.

use gehoor_domain::assessment::{Assessment, Judged, Reason, Signal};
use gehoor_domain::case::{Case, CaseEvent, Voice};
use gehoor_domain::context::Context;
use gehoor_domain::decide::{self, Decision};
use gehoor_domain::event::What;
use gehoor_domain::mention::Mention;
use gehoor_domain::promise::PromiseKind;
use gehoor_domain::promised::{self, Day, Found, Named};
use gehoor_text::promised as words;
use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::Engine;
use crate::assess::whole_text;
use crate::error::EngineError;

/// How sure the rules are that a customer tells of a broken promise: they find words that say so.
const SURE: f32 = 0.8;

/// A promise that a customer says was not kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToldBroken {
    /// What was promised.
    pub kind: PromiseKind,
    /// The customer's words. Hostile text.
    pub words: String,
    /// For when, if that is told.
    pub on: Option<Date>,
    /// When it was told.
    pub told: Timestamp,
}

/// The promises in a text of ours.
#[must_use]
pub fn found(text: &str) -> Vec<Found> {
    let all = words::ours(text).into_iter();
    all.filter_map(|p| {
        let said = text.get(p.range)?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Found { kind: kind(p.kind), words: said, named: p.when.map(named) })
    })
    .collect()
}

/// What we say in public when a promise was missed, in the language of the customer.
#[must_use]
pub fn missed_line(lang: gehoor_domain::assessment::Lang, kind: PromiseKind) -> &'static str {
    use gehoor_domain::assessment::Lang;
    use gehoor_text::language::Language;
    let language = match lang {
        Lang::Nl => Language::Nl,
        Lang::En => Language::En,
        Lang::De => Language::De,
        Lang::Fr => Language::Fr,
        Lang::Other => Language::Other,
    };
    let kind = match kind {
        PromiseKind::CallBack => words::Kind::CallBack,
        PromiseKind::Deliver => words::Kind::Deliver,
        PromiseKind::Refund => words::Kind::Refund,
        PromiseKind::Replace => words::Kind::Replace,
        PromiseKind::FindOut => words::Kind::FindOut,
        PromiseKind::Other => words::Kind::Other,
    };
    words::missed_line(language, kind)
}

fn kind(kind: words::Kind) -> PromiseKind {
    match kind {
        words::Kind::CallBack => PromiseKind::CallBack,
        words::Kind::Deliver => PromiseKind::Deliver,
        words::Kind::Refund => PromiseKind::Refund,
        words::Kind::Replace => PromiseKind::Replace,
        words::Kind::FindOut => PromiseKind::FindOut,
        words::Kind::Other => PromiseKind::Other,
    }
}

/// A time as named, in the words of the domain. A morning ends at 12:00, an afternoon at 18:00, an evening at 22:00.
fn named(when: words::When) -> Named {
    let small = |n: u8| i8::try_from(n).unwrap_or_default();
    let hours = |n: i64| Day::Within(SignedDuration::from_hours(n));
    let day = match when.day {
        words::Day::In(days) => Day::In(days),
        words::Day::Weekday { day, next_week } => {
            Day::Weekday(Weekday::from_monday_zero_offset(small(day)).unwrap_or(Weekday::Monday), next_week)
        }
        words::Day::Date { year, month, day } => Day::Date(year, small(month), small(day)),
        words::Day::Within { count, unit } => {
            let n = i64::from(count);
            match unit {
                words::Unit::Minutes => Day::Within(SignedDuration::from_mins(n)),
                words::Unit::Hours => hours(n),
                words::Unit::Days => hours(24 * n),
                words::Unit::WorkingDays => Day::WorkingDays(count),
                words::Unit::Weeks => hours(24 * 7 * n),
                words::Unit::Months => hours(24 * 30 * n),
            }
        }
        words::Day::ThisWeek => Day::WeekEnd(0),
        words::Day::NextWeek => Day::WeekEnd(1),
        words::Day::ThisMonth => Day::MonthEnd,
    };
    let until = when.hour.and_then(|hour| match hour {
        words::Hour::Morning => Time::new(12, 0, 0, 0).ok(),
        words::Hour::Afternoon => Time::new(18, 0, 0, 0).ok(),
        words::Hour::Evening => Time::new(22, 0, 0, 0).ok(),
        words::Hour::At { hour, minute } => Time::new(small(hour), small(minute), 0, 0).ok(),
    });
    Named { day, until }
}

/// Adds the promises that a reply written here holds to what was decided.
pub(crate) fn with_replies(decision: Decision, cx: &Context<'_>) -> Decision {
    let texts: Vec<(String, Timestamp)> = decision
        .events
        .iter()
        .filter_map(|CaseEvent { at, what, .. }| match what {
            What::Replied { text, .. } if !text.is_empty() => Some((text.clone(), *at)),
            _ => None,
        })
        .collect();
    texts.into_iter().fold(decision, |decision, (text, at)| {
        let found = found(&text);
        if found.is_empty() {
            return decision;
        }
        let more = decide::propose(&decision.case, &found, at, None, cx);
        decision.then(more)
    })
}

/// Adds the promises that a post of ours holds to what was decided about it.
pub(crate) fn with_own_post(decision: Decision, mention: &Mention, cx: &Context<'_>) -> Decision {
    let ours = decision
        .events
        .iter()
        .any(|e| matches!(&e.what, What::Replied { mention: Some(m), .. } if *m == mention.id));
    let found = if ours { found(&whole_text(mention)) } else { Vec::new() };
    if found.is_empty() {
        return decision;
    }
    let more = decide::propose(&decision.case, &found, mention.published, Some(&mention.id), cx);
    decision.then(more)
}

/// Marks what a customer tells of a broken promise, with the words; what the model found stays.
pub(crate) fn mark_broken(assessment: &mut Assessment, text: &str) {
    let told = words::broken(text);
    if told.is_empty() {
        return;
    }
    if !assessment.has(Signal::PromiseBroken) {
        assessment.signals.push(Judged { label: Signal::PromiseBroken, p: SURE });
    }
    for one in told {
        let Some(said) = text.get(one.range.clone()) else { continue };
        assessment.reasons.push(Reason {
            text: said.to_owned(),
            start: one.range.start,
            end: one.range.end,
            speaks_for: "signal.promise_broken".to_owned(),
        });
    }
}

impl Engine {
    /// What the customer of a case tells of promises that were not kept, oldest first.
    pub(crate) fn told_broken(&self, case: &Case) -> Result<Vec<ToldBroken>, EngineError> {
        let calendar = self.context(self.now()).team_calendar(&case.team);
        let mut out = Vec::new();
        for part in case.mentions.iter().filter(|m| m.voice == Voice::Customer) {
            let Some(doc) = self.mention_doc(&part.id)? else { continue };
            let text = whole_text(&doc.mention);
            for one in words::broken(&text) {
                let on = one.when.and_then(|when| promised::was_due(&named(when), part.at, calendar));
                let words = text.get(one.range).unwrap_or_default().to_owned();
                out.push(ToldBroken { kind: kind(one.kind), words, on, told: part.at });
            }
        }
        Ok(out)
    }
}
