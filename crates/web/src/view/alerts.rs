//! Alerts and silences, in words.

use gehoor_domain::alert::{Alert, Level, NotifyReason, QuietReason, Silence, Subject, Until, Verdict};
use gehoor_engine::views::{AlertRow, Light};
use jiff::{SignedDuration, Timestamp};

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
    /// What the size of it is, as it was when it was told or not.
    pub(crate) measure: String,
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
        let mut says = vec![since(ui, alert), ui.tn("alert-times", alert.told)];
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
            measure: ui.t(match alert.finding.subject {
                Subject::Case(_) => "alert-size-points",
                Subject::Volume(_) => "alert-size-count",
                Subject::Source(_) | Subject::Outlet(_) => "alert-size",
            }),
            decisions: alert
                .decisions
                .iter()
                .rev()
                .map(|d| {
                    let (told, why) = verdict(ui, &d.verdict);
                    Why { at: d.at, verdict: ui.t(told), why, size: size(ui, &alert.finding.subject, d.size) }
                })
                .collect(),
            facts: alert
                .finding
                .facts
                .iter()
                .filter(|(_, v)| !v.is_empty())
                .map(|(k, v)| (ui.label("alert-fact", &k.replace(' ', "_")), fact(ui, alert, k, v)))
                .collect(),
            sent: row.sent.iter().map(|r| EffectView::new(ui, r)).collect(),
        }
    }
}

/// How long it holds; of one that ended, and of one that has just begun, when it began.
fn since(ui: &Ui, alert: &Alert) -> String {
    let holds = ui.now.duration_since(alert.since);
    if alert.ended.is_some() || holds < SignedDuration::from_mins(1) {
        return ui.tv("alert-began", &ui.relative(alert.since));
    }
    ui.tv("alert-since", &ui.span(holds))
}

/// Points are written as everywhere else, so that they can be compared.
fn size(ui: &Ui, subject: &Subject, size: f64) -> String {
    match subject {
        Subject::Case(_) | Subject::Volume(_) => ui.tongue.number(size, 0),
        Subject::Source(_) | Subject::Outlet(_) => ui.num1(size),
    }
}

/// A fact that is a time or a label is shown as one. The points of a case move: those of an alert are as old as the last
/// look at it.
fn fact(ui: &Ui, alert: &Alert, key: &str, value: &str) -> String {
    if let Ok(at) = value.parse::<Timestamp>() {
        return ui.exact(at);
    }
    match key {
        "last success" if value == "never" => ui.t("never"),
        "points" => format!("{value} ({})", ui.relative(alert.last)),
        "promise" => ui.label("promise", value),
        "outlet" => value.parse().map_or_else(|_| value.to_owned(), |id| ui.outlet_name(&id)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::samples;
    use gehoor_domain::user::Role;

    #[test]
    fn an_alert_says_how_long_it_holds_and_one_that_ended_when_it_began() {
        let mut row = samples::alert();
        let (nl, en) = (samples::reader(Tongue::Nl, Role::Lead), samples::reader(Tongue::En, Role::Lead));
        assert_eq!(
            (since(&nl, &row.alert), since(&en, &row.alert)),
            ("al 30 min".into(), "for 30 min".into())
        );
        row.alert.ended = Some(nl.now);
        assert_eq!(since(&nl, &row.alert), "begon 30 min geleden");
        (row.alert.ended, row.alert.since) = (None, nl.now);
        assert_eq!(since(&nl, &row.alert), "begon zojuist");
    }

    #[test]
    fn points_are_written_alike_and_say_when_they_were_counted() {
        let nl = samples::reader(Tongue::Nl, Role::Lead);
        let view = AlertView::new(&nl, &samples::alert());
        assert_eq!((view.measure.as_str(), view.decisions[0].size.as_str()), ("Punten toen", "71"));
        assert_eq!(view.facts[0], ("punten".to_owned(), "71 (10 min geleden)".to_owned()));
    }
}
