//! Alerts and silences, in words.

use gehoor_domain::alert::{Level, NotifyReason, QuietReason, Silence, Subject, Until, Verdict};
use gehoor_engine::views::{AlertRow, Light};
use jiff::Timestamp;

use super::events::word;
use super::outbox::EffectView;
use crate::html::Html;
use crate::locale::Arg;
use crate::ui::{Ui, light_class, ring};

/// One line of the page that says why.
pub(crate) struct Why {
    pub(crate) at: Timestamp,
    pub(crate) verdict: String,
    pub(crate) why: String,
    pub(crate) size: String,
}

/// One alert.
pub(crate) struct AlertView {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) subject: String,
    pub(crate) level: String,
    pub(crate) light: &'static str,
    pub(crate) ring: Html,
    pub(crate) says: String,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) case: Option<u64>,
    pub(crate) can_ack: bool,
    pub(crate) silenced: Option<String>,
    pub(crate) decisions: Vec<Why>,
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) sent: Vec<EffectView>,
}

impl AlertView {
    /// Makes an alert.
    pub(crate) fn new(ui: &Ui, row: &AlertRow) -> Self {
        let alert = &row.alert;
        let light = match alert.finding.level {
            _ if alert.ended.is_some() => Light::Still,
            Level::Urgent => Light::Late,
            Level::Warning => Light::Soon,
            Level::Info => Light::Calm,
        };
        let mut says =
            vec![ui.tv("alert-since", &ui.relative(alert.since)), ui.tn("alert-times", alert.told)];
        if let Some((by, at)) = &alert.acknowledged {
            says.push(
                ui.tx("alert-acked", &[("by", Arg::S(&ui.person(by))), ("v", Arg::S(&ui.relative(*at)))]),
            );
        }
        if let Some(at) = alert.ended {
            says.push(ui.tv("alert-ended-at", &ui.relative(at)));
        }
        if row.silence.is_some() && alert.ended.is_none() {
            says.push(ui.t("alert-quiet"));
        }
        Self {
            id: alert.id.0,
            title: ui.label("rule", &alert.finding.rule),
            subject: row.subject.clone(),
            level: ui.label("level", &word(&alert.finding.level)),
            light: light_class(light),
            ring: ring(light, 0.6),
            says: says.join(" · "),
            ended: alert.ended,
            case: row.case.map(|c| c.0),
            can_ack: ui.works() && alert.ended.is_none() && alert.acknowledged.is_none(),
            silenced: row
                .silence
                .as_ref()
                .map(|s| format!("{} {}", ui.t("alert-quiet"), silence_says(ui, s))),
            decisions: alert
                .decisions
                .iter()
                .rev()
                .map(|d| {
                    let (told, why) = verdict(ui, &d.verdict);
                    Why { at: d.at, verdict: ui.t(told), why, size: ui.num1(d.size) }
                })
                .collect(),
            facts: alert
                .finding
                .facts
                .iter()
                .map(|(k, v)| (ui.label("alert-fact", k), fact(ui, k, v)))
                .collect(),
            sent: row.sent.iter().map(|r| EffectView::new(ui, r)).collect(),
        }
    }
}

/// A fact that is a time or a label is shown as one.
fn fact(ui: &Ui, key: &str, value: &str) -> String {
    if let Ok(at) = value.parse::<Timestamp>() {
        return ui.exact(at);
    }
    match key {
        "clock" => ui.label("clock", value),
        "topic" | "group" => ui.label("topic", value),
        "channel" => ui.label("channel", value),
        "reason" => ui.label("queued", value),
        _ => value.to_owned(),
    }
}

fn verdict(ui: &Ui, verdict: &Verdict) -> (&'static str, String) {
    match verdict {
        Verdict::Notify { reason } => {
            let key = match reason {
                NotifyReason::New => "told-new",
                NotifyReason::Repeat => "told-repeat",
                NotifyReason::Doubled => "told-doubled",
                NotifyReason::Again => "told-again",
                NotifyReason::SilenceEnded => "told-silence-ended",
            };
            ("verdict-told", ui.tongue.text(key, &[]))
        }
        Verdict::Quiet { reason } => {
            let why = match reason {
                QuietReason::ToldAlready { next } => ui.tv("quiet-told", &ui.exact(*next)),
                QuietReason::Silenced { silence } => ui.ti("quiet-silenced", *silence),
                QuietReason::Acknowledged { by } => ui.tv("quiet-acked", &ui.person(by)),
            };
            ("verdict-quiet", why)
        }
    }
}

/// One silence.
pub(crate) struct SilenceView {
    pub(crate) id: u64,
    pub(crate) about: String,
    pub(crate) reason: String,
    pub(crate) says: String,
    pub(crate) ended: Option<Timestamp>,
}

impl SilenceView {
    /// Makes a silence.
    pub(crate) fn new(ui: &Ui, silence: &Silence) -> Self {
        let mut about = Vec::new();
        if let Some(rule) = &silence.rule {
            about.push(ui.label("rule", rule));
        }
        match &silence.subject {
            Some(Subject::Case(id)) => about.push(ui.ti("case-n", id.0)),
            Some(Subject::Source(id)) => about.push(ui.source_name(id)),
            Some(Subject::Volume(topic)) => about.push(ui.label("topic", topic)),
            Some(Subject::Outlet(id)) => about.push(ui.outlet_name(id)),
            None => {}
        }
        if let Some(location) = &silence.location {
            about.push(ui.place_name(location));
        }
        Self {
            id: silence.id,
            about: if about.is_empty() { ui.t("silence-all") } else { about.join(" · ") },
            reason: silence.reason.clone(),
            says: silence_says(ui, silence),
            ended: silence.ended,
        }
    }
}

fn silence_says(ui: &Ui, silence: &Silence) -> String {
    let until = match silence.until {
        Until::Solved => ui.t("until-solved"),
        Until::Date { at } => ui.tv("until-at", &ui.exact(at)),
        Until::Doubles { size } => ui.tv("until-doubles-from", &ui.num1(size)),
    };
    let by = ui.person(&silence.owner);
    let since = ui.exact(silence.since);
    ui.tx("silence-says", &[("by", Arg::S(&by)), ("since", Arg::S(&since)), ("until", Arg::S(&until))])
}
