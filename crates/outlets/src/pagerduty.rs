//! Alerts to PagerDuty by the Events API v2.
//!
//! `dedup_key` is made of our alert: sent twice while it is open there, it is one incident. After it was resolved there,
//! the same key begins a new one. The routing key is the secret and stands in the body, as PagerDuty wants it. All texts
//! are plain there.
//!
//! Source: PagerDuty's developer documentation, and its OpenAPI description of the Events API v2 (both seen 2026-11). That
//! calls `timestamp` a date and time of RFC 3339, though its example has an offset without a colon: `Z` is right for
//! both.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{Advice, later};
use crate::chat::{self, Level, Message, Size};
use crate::desk::config::put;
use crate::desk::http::{check_base, secret};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, read_config};
use crate::{clean, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "pagerduty",
    about: "alerts to PagerDuty: who is on call is called",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the integration key (routing key) of an Events API v2 integration",
    example: r#"[[outlet]]
id = "on-call"
kind = "pagerduty"
credential = "env:GEHOOR_PAGERDUTY_KEY"
# base = "https://events.pagerduty.com"  # accounts in the EU: https://events.eu.pagerduty.com
# source = "gehoor"                  # also the beginning of each key: different ones keep two programs apart
# include_text = false               # true: names and texts of customers in the details
# severities = { urgent = "critical", warning = "warning", info = "info" }
"#,
    build: |table| Ok(Box::new(PagerDuty::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "PagerDuty",
    unauthorized: "put the integration key of an Events API v2 integration into the credential of this outlet",
    forbidden: "put the integration key of an Events API v2 integration into the credential of this outlet",
    missing: "check `base` of this outlet",
    gone: "check `base` of this outlet",
    moved: "put the address where it ends into `base`",
    refused: "check that the credential of this outlet is an integration key, and that `base` is that of your account's \
              region",
};

/// A summary takes 1,024 characters, a message 512 KB.
const SIZE: Size = Size { subject: 1000, lines: 3000, posts: 4, post: 2000 };
/// A limit lasts for minutes there.
const PAUSE: SignedDuration = SignedDuration::from_mins(2);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PagerDuty {
    #[serde(default = "base")]
    base: Option<Url>,
    #[serde(default = "source")]
    source: String,
    #[serde(default)]
    include_text: bool,
    #[serde(default)]
    severities: Severities,
}

fn base() -> Option<Url> {
    Url::parse("https://events.pagerduty.com").ok()
}
fn source() -> String {
    "gehoor".to_owned()
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Severity {
    Critical,
    Error,
    Warning,
    Info,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Severities {
    urgent: Severity,
    warning: Severity,
    info: Severity,
}

impl Default for Severities {
    fn default() -> Self {
        Self { urgent: Severity::Critical, warning: Severity::Warning, info: Severity::Info }
    }
}

impl Outlet for PagerDuty {
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
            Some(answer) => heard(answer).map_or_else(Step::Refused, Step::Done),
        }
    }

    fn knows_ends(&self) -> bool {
        true
    }
}

impl PagerDuty {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let own: PagerDuty = read_config(table)?;
        own.base
            .as_ref()
            .map_or_else(|| Err(BadConfig("`base` must be a web address".into())), check_base)?;
        if own.source.is_empty() || clean::token(&own.source) != own.source {
            return Err(BadConfig("`source` must be letters, digits, `-`, `_`, `.` and `:`".into()));
        }
        Ok(own)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (alert, level) = chat::alert(delivery, ADVICE.who)?;
        let key = secret(cx.credential, "the integration key")?;
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let ends = message.level == Level::Resolved;
        let mut body = json!({
            "routing_key": key,
            "event_action": if ends { "resolve" } else { "trigger" },
            "dedup_key": format!("{}-alert-{alert}", self.source),
        });
        if !ends {
            put(&mut body, "payload", self.payload(&message, delivery));
            put(&mut body, "client", "Gehoor");
            if let Some(link) = &message.open {
                put(&mut body, "client_url", link.as_str());
                put(&mut body, "links", json!([{"href": link, "text": message.words.open}]));
            }
        }
        let mut url =
            self.base.clone().or_else(base).ok_or_else(|| later("set `base` of this outlet again"))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v2", "enqueue"]);
        }
        let mut request = chat::message(KIND.name, Method::POST, url, &body);
        // The same key is the same incident.
        request.repeatable = true;
        Ok(request)
    }

    fn payload(&self, message: &Message, delivery: &Delivery) -> Value {
        let severity = match message.level {
            Level::Urgent => self.severities.urgent,
            Level::Warning => self.severities.warning,
            Level::Info | Level::Resolved => self.severities.info,
        };
        let severity = match severity {
            Severity::Critical => "critical",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let posts: Vec<String> = message
            .posts
            .iter()
            .map(|p| format!("{}, {}:\n{}", p.author, letter::time(p.at), clean::quoted(&p.text, "> ")))
            .collect();
        json!({
            "summary": message.subject,
            "source": self.source,
            "severity": severity,
            "timestamp": delivery.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "custom_details": {
                "lines": message.lines,
                "posts": posts,
                "key": clean::name(delivery.key.as_str()),
            },
        })
    }
}

fn heard(answer: &Response) -> Result<Receipt, Refusal> {
    if answer.status == 429 {
        let mut refusal = ADVICE.refusal(answer);
        if refusal.retry == Retry::BackOff {
            refusal.retry = Retry::After(PAUSE);
        }
        return Err(refusal);
    }
    let made = ADVICE.json(answer)?;
    if made.get("status").and_then(Value::as_str) != Some("success") {
        return Err(ADVICE.unreadable(answer));
    }
    let id = made.get("dedup_key").and_then(Value::as_str).map(|id| clean::line(id, 255));
    Ok(Receipt { id, url: None })
}
