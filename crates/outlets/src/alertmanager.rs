//! Alerts to a Prometheus Alertmanager, which tells people in the way that operations know.
//!
//! An alert is its set of labels: sent twice it is one, and it ends when the same set is sent with an end that has
//! passed. So the labels are few and stay the same; what changes and what people wrote stands in the annotations. An
//! alert that is not sent again ends there by itself after `lasts`.
//!
//! The level is a label, because routes look at it. What has ended is told for all levels: nobody remembers which one
//! it had. Of a cluster, every member has to be an outlet of its own: Alertmanager asks not to go through a balancer.
//!
//! Source: Alertmanager's code and documentation (2026-08, seen 2026-11); tried with a real Alertmanager 0.25 by
//! `tests/real`.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::answer::{Advice, never};
use crate::chat::{self, Level, Message, Size};
use crate::desk::config::put;
use crate::desk::http::{Shown, call, check_base, secret, show};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Step, read_config};
use crate::{clean, letter};

/// An end is told as of a minute ago: one that lies in the future of a clock over there ends nothing yet.
const BACK: SignedDuration = SignedDuration::from_secs(60);

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "alertmanager",
    about: "alerts to a Prometheus Alertmanager",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "none, where it asks for none; else `user:password` (Basic) or a bearer token",
    example: r#"[[outlet]]
id = "operations"
kind = "alertmanager"
base = "http://127.0.0.1:9093"
# name = "Gehoor"                    # the label `alertname`
# lasts_hours = 12                   # then it ends there by itself, unless it is sent again
# include_text = false               # true: names and texts of customers in the annotations
# labels = { team = "webcare" }
# severities = { urgent = "critical", warning = "warning", info = "info" }
"#,
    build: |table| Ok(Box::new(Alertmanager::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Alertmanager",
    unauthorized: "put `user:password` or a token into the credential of this outlet",
    forbidden: "check what stands before it: a proxy does not let us in",
    missing: "check `base` of this outlet, without /api/v2; versions before 0.16 do not know this interface",
    gone: "check `base` of this outlet",
    moved: "put the address where it ends into `base`",
    refused: "check `name` and `labels` of this outlet",
};

const SIZE: Size = Size { subject: 300, lines: 3000, posts: 2, post: 1500 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alertmanager {
    base: Url,
    #[serde(default = "name")]
    name: String,
    #[serde(default = "lasts_hours")]
    lasts_hours: u16,
    #[serde(default)]
    include_text: bool,
    #[serde(default)]
    labels: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    severities: Severities,
}

fn name() -> String {
    "Gehoor".to_owned()
}
fn lasts_hours() -> u16 {
    12
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Severities {
    urgent: String,
    warning: String,
    info: String,
}

impl Default for Severities {
    fn default() -> Self {
        Self { urgent: "critical".to_owned(), warning: "warning".to_owned(), info: "info".to_owned() }
    }
}

impl Outlet for Alertmanager {
    fn step(
        &self,
        delivery: &Delivery,
        _progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        match answer {
            None => self.request(delivery, cx).map_or_else(Step::Refused, |request| {
                Step::Send(Outgoing::Http(request), Progress("sent".to_owned()))
            }),
            // Its yes is empty.
            Some(answer) if answer.status.is_success() && answer.body.trim_ascii().is_empty() => {
                Step::Done(Receipt { id: None, url: None })
            }
            Some(answer) if answer.status.is_success() => Step::Refused(ADVICE.unreadable(answer)),
            Some(answer) => Step::Refused(ADVICE.refusal(answer)),
        }
    }

    fn knows_ends(&self) -> bool {
        true
    }
}

impl Alertmanager {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let own: Alertmanager = read_config(table)?;
        check_base(&own.base)?;
        let ours = ["alertname", "alert", "severity"];
        let fits = |label: &String| {
            label.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && !ours.contains(&label.as_str())
        };
        if !own.labels.keys().all(fits) {
            return Err(BadConfig(
                "`labels` must be names of letters, digits and `_`, and not alertname, alert or severity"
                    .into(),
            ));
        }
        let plain = |text: &str| !text.is_empty() && clean::line(text, 200) == text;
        let words = [&own.name, &own.severities.urgent, &own.severities.warning, &own.severities.info];
        if !words.into_iter().chain(own.labels.values()).all(|w| plain(w)) {
            return Err(BadConfig(
                "`name`, `severities` and the values of `labels` must be texts of one line".into(),
            ));
        }
        if own.lasts_hours == 0 {
            return Err(BadConfig("`lasts_hours` must be at least 1".into()));
        }
        Ok(own)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (alert, level) = chat::alert(delivery, ADVICE.who)?;
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let says = &self.severities;
        let severities: &[&String] = match message.level {
            Level::Urgent => &[&says.urgent],
            Level::Warning => &[&says.warning],
            Level::Info => &[&says.info],
            Level::Resolved => &[&says.urgent, &says.warning, &says.info],
        };
        let lasts = SignedDuration::from_hours(i64::from(self.lasts_hours));
        let ends = match message.level {
            Level::Resolved => delivery.at.saturating_sub(BACK).unwrap_or(delivery.at),
            _ => delivery
                .at
                .saturating_add(lasts)
                .map_err(|_| never("set `lasts_hours` of this outlet lower"))?,
        };
        let annotations = annotations(&message, delivery);
        let alerts: Vec<Value> =
            severities.iter().map(|s| self.alert(alert, s, &annotations, delivery, ends)).collect();
        let mut request = call(KIND.name, Method::POST, &self.base, &["api", "v2", "alerts"])?;
        // The same labels are the same alert.
        request.repeatable = true;
        if cx.credential.is_some() {
            let given = secret(cx.credential, "`user:password`, or of a token")?;
            let shown = if given.contains(':') { Shown::Basic("") } else { Shown::As("Bearer ") };
            show(&mut request, given, shown)?;
        }
        Ok(crate::desk::http::with_json(request, &alerts.into()))
    }

    fn alert(
        &self,
        id: u64,
        severity: &str,
        annotations: &Value,
        delivery: &Delivery,
        ends: Timestamp,
    ) -> Value {
        let mut labels: Map<String, Value> =
            self.labels.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        for (name, value) in
            [("alertname", self.name.clone()), ("alert", id.to_string()), ("severity", severity.to_owned())]
        {
            labels.insert(name.to_owned(), value.into());
        }
        let mut alert = json!({
            "labels": labels,
            "annotations": annotations,
            "endsAt": time(ends),
        });
        // One that has ended keeps the beginning that is known there.
        if ends > delivery.at {
            put(&mut alert, "startsAt", time(delivery.at));
        }
        if let Some(link) = clean::link(&delivery.url) {
            put(&mut alert, "generatorURL", link);
        }
        alert
    }
}

fn annotations(message: &Message, delivery: &Delivery) -> Value {
    let posts = message.posts.iter().map(|post| {
        format!("{}, {}:\n{}", post.author, letter::time(post.at), clean::quoted(&post.text, "> "))
    });
    let description: Vec<String> = std::iter::once(message.lines.clone()).chain(posts).collect();
    let mut annotations = json!({
        "summary": message.subject,
        "description": description.join("\n\n"),
        "key": clean::name(delivery.key.as_str()),
    });
    if let Some(link) = &message.open {
        put(&mut annotations, "case_url", link.as_str());
    }
    annotations
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
