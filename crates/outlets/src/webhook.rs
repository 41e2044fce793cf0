//! A signed webhook to any program: tickets and alerts as JSON, by Standard Webhooks 1.0.0
//! (<https://github.com/standard-webhooks/standard-webhooks>, seen 2026-11).
//!
//! # What is sent
//! `POST` with `webhook-id` (the same on every try: drop what was seen already), `webhook-timestamp` (of this try)
//! and `webhook-signature` (`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`). The body; fields that say
//! nothing are left out, and more may be added:
//! ```json
//! {
//!   "type": "case.queued",
//!   "timestamp": "2026-11-22T10:00:00Z",
//!   "data": {
//!     "key": "case-7:queue-1:hook",
//!     "case": 7, "external": "gehoor-shop-7", "ticket": "123", "priority": 71, "due": "2026-11-22T14:00:00Z",
//!     "alert": 3, "level": "urgent",
//!     "subject": "…", "lines": ["…"],
//!     "posts": [{"author": "…", "at": "2026-11-22T09:00:00Z", "text": "…", "permalink": "https://…"}],
//!     "posts_left_out": 0,
//!     "url": "https://…", "lang": "nl"
//!   }
//! }
//! ```
//! `type` is `case.queued` (open a ticket, or reopen the one named `ticket`), `case.commented`, `case.changed` (priority
//! and due time), `alert.raised` or `alert.ended`; `case` to `due` come with the first, `case`, `ticket` and `visibility`
//! with the second, `case`, `ticket`, `priority` and `due` with the third, `alert` and `level` with the last two.
//! `visibility` is `public` for what stands in public anyway (posts, our answers) and `internal` for all else: notes must
//! never be shown to customers.
//! `timestamp` is when it was decided. With `include_text = false` `posts` stays empty.
//!
//! # What is expected
//! Any 2xx. For a ticket the answer may be `{"id": "123", "url": "https://…"}`: the id comes back as `ticket`;
//! without one our own key does. 410 ends it; anything else is tried again or becomes a dead letter.
//!
//! # The way back
//! The program may tell us where a ticket stands, signed in the same way with the secret of our web hook:
//! `{"type": "ticket.changed", "timestamp": "…", "data": {"ticket": "123", "state": "resolved"}}`. States are `open`,
//! `pending`, `resolved` and `gone`.

mod back;

use gehoor_domain::effect::{Delivery, Receipt, Task, Visibility};
use gehoor_domain::ids::{AlertId, CaseId};
use gehoor_wire::{Body, Outgoing, Request, Response, signature};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::answer::{Advice, never};
use crate::clean;
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Step, TicketNews, read_config};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "webhook",
    about: "tickets and alerts as signed JSON (Standard Webhooks) to a program of your own",
    tickets: true,
    alerts: true,
    read_by_customers: false,
    credential: "required: the signing secret, `whsec_` and base64 of 24 to 64 random bytes",
    example: r#"[[outlet]]
id = "own-program"
kind = "webhook"
credential = "env:GEHOOR_WEBHOOK_SECRET"
url = "https://hooks.example.org/gehoor"
# mode = "all"                       # or "tickets", "alerts": anything else is refused
# include_text = true                # false: no names and texts of customers leave Gehoor
"#,
    build: |table| Ok(Box::new(Webhook::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "the webhook",
    unauthorized: "check that it knows the signing secret of this outlet",
    forbidden: "check that it knows the signing secret of this outlet and lets us in",
    missing: "check `url` of this outlet",
    gone: "it asks not to be called any more; remove this outlet or change its `url`",
    moved: "put the address where it ends into `url`",
    refused: "look into the log of the program behind it",
};

/// Standard Webhooks advises at most 20 kB.
const LINE: usize = 500;
const MOST_LINES: usize = 10;
const POST: usize = 2000;
const MOST_POSTS: usize = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    url: Url,
    #[serde(default = "yes")]
    include_text: bool,
    #[serde(default)]
    mode: Mode,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    All,
    Tickets,
    Alerts,
}

fn yes() -> bool {
    true
}

#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    key: String,
    #[serde(flatten)]
    about: About<'a>,
    subject: String,
    lines: Vec<String>,
    posts: Vec<clean::Shown>,
    posts_left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    lang: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum About<'a> {
    Ticket {
        case: CaseId,
        external: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        ticket: Option<&'a str>,
        priority: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    Comment {
        case: CaseId,
        ticket: &'a str,
        visibility: Visibility,
    },
    Push {
        case: CaseId,
        ticket: &'a str,
        priority: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    Alert {
        alert: AlertId,
        level: String,
    },
}

impl Outlet for Webhook {
    fn step(
        &self,
        delivery: &Delivery,
        _progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        if matches!(delivery.task, Task::Comment { ticket: None, .. } | Task::Push { ticket: None, .. }) {
            return Step::Done(Receipt { id: None, url: None });
        }
        match answer {
            None => self.request(delivery, cx).map_or_else(Step::Refused, |request| {
                Step::Send(Outgoing::Http(request), Progress("sent".to_owned()))
            }),
            Some(answer) if answer.status.is_success() => Step::Done(receipt(delivery, answer)),
            Some(answer) => Step::Refused(ADVICE.refusal(answer)),
        }
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        (self.mode != Mode::Alerts).then(|| back::read(headers, body, cx))
    }

    fn knows_ends(&self) -> bool {
        true
    }
}

impl Webhook {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let webhook: Webhook = read_config(table)?;
        if !matches!(webhook.url.scheme(), "http" | "https") || webhook.url.fragment().is_some() {
            return Err(BadConfig("`url` must be an http or https address without `#`".to_owned()));
        }
        Ok(webhook)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (kind, about) = about(&delivery.task)?;
        let is_alert = matches!(about, About::Alert { .. });
        if (is_alert && self.mode == Mode::Tickets) || (!is_alert && self.mode == Mode::Alerts) {
            return Err(never(
                "this webhook is set to take only tickets or only alerts: change `mode` of this outlet",
            ));
        }
        let secret = cx.credential.ok_or_else(|| {
            never("there is no signing secret: set `credential` of this outlet to one that begins with `whsec_`")
        })?;
        let (posts, posts_left_out) = match self.include_text {
            true => clean::posts(&delivery.posts, MOST_POSTS, POST),
            false => (Vec::new(), delivery.posts.len()),
        };
        let message = Message {
            r#type: kind,
            timestamp: delivery.at,
            data: Data {
                key: clean::line(delivery.key.as_str(), 200),
                about,
                subject: clean::line(&delivery.subject, LINE),
                lines: delivery.lines.iter().take(MOST_LINES).map(|l| clean::block(l, LINE)).collect(),
                posts,
                posts_left_out,
                url: clean::link(&delivery.url),
                lang: clean::line(&delivery.lang, 10),
            },
        };
        let body =
            serde_json::to_vec(&message).map_err(|_| never("the message could not be written as JSON"))?;
        let mut request = Request::api(Method::POST, self.url.clone());
        let signed = signature::sign_headers(secret, &message_id(delivery.key.as_str()), cx.now, &body);
        request
            .headers
            .extend(signed.map_err(|e| never(e.to_string()))?.map(|(name, value)| (Some(name), value)));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.credential = self.url.host_str().map(|host| format!("webhook:{host}"));
        // The receiver knows a message by its id.
        request.repeatable = true;
        request.body = Body::Bytes(body.into());
        Ok(request)
    }
}

fn about(task: &Task) -> Result<(&'static str, About<'_>), Refusal> {
    Ok(match task {
        Task::Ticket { case, external, known, priority, due } => (
            "case.queued",
            About::Ticket {
                case: *case,
                external: clean::token(external),
                ticket: known.as_deref(),
                priority: *priority,
                due: *due,
            },
        ),
        Task::Comment { case, ticket: Some(ticket), visibility } => {
            ("case.commented", About::Comment { case: *case, ticket, visibility: *visibility })
        }
        Task::Push { case, ticket: Some(ticket), priority, due } => {
            ("case.changed", About::Push { case: *case, ticket, priority: *priority, due: *due })
        }
        Task::Digest { .. } => {
            return Err(never("a webhook takes no digests: name an outlet of the kind email in the digest"));
        }
        Task::Reply(_) => {
            return Err(never("a webhook takes no replies: choose the channel of the source for them"));
        }
        Task::Comment { ticket: None, .. } | Task::Push { ticket: None, .. } => {
            return Err(never("there is no ticket to add to"));
        }
        Task::Alert { alert, level } => {
            let kind = if level == "resolved" { "alert.ended" } else { "alert.raised" };
            (kind, About::Alert { alert: *alert, level: clean::line(level, 20) })
        }
    })
}

/// The key as a message id: what may not stand there (a dot would end it) is written as `%` and its hexadecimal
/// value, so that different keys stay different.
fn message_id(key: &str) -> String {
    let mut id = String::new();
    for byte in key.bytes().take(80) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b':' => id.push(char::from(byte)),
            other => id.push_str(&format!("%{other:02x}")),
        }
    }
    if id.is_empty() { "-".to_owned() } else { id }
}

/// What the receiver says about the ticket it made, when it does.
fn receipt(delivery: &Delivery, answer: &Response) -> Receipt {
    let Task::Ticket { external, known, .. } = &delivery.task else { return Receipt { id: None, url: None } };
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let id = match json.get("id") {
        Some(Value::String(text)) => Some(clean::line(text, 100)).filter(|id| !id.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let url = json.get("url").and_then(Value::as_str).and_then(clean::link);
    Receipt { id: id.or_else(|| known.clone()).or_else(|| Some(clean::token(external))), url }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_keys_have_different_message_ids_without_a_dot() {
        assert_eq!(message_id("case-7:queue-1:hook"), "case-7:queue-1:hook");
        assert_eq!(message_id("a.b é"), "a%2eb%20%c3%a9");
        assert_eq!(message_id(""), "-");
    }
}
