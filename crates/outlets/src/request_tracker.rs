//! Request Tracker 5 by its REST 2.0 interface: the company's service queue.
//!
//! Nothing there takes an idempotency key, and any answer may get lost. So a conversation looks before it writes: a
//! ticket is found again by our key in its subject (and in a custom field, where one is configured), a comment by
//! the effect's key in its own subject. What the token may not see is treated as not there.
//!
//! Texts go out as comments, which Request Tracker keeps from requestors; `correspond` is used only for what stands in
//! public anyway, and only with `public_posts`. A ticket whose lifecycle does not lead back gets one that follows it.
//! Source: the documentation of `RT::REST2` (<https://docs.bestpractical.com/rt/5.0.3/RT/REST2.html>, seen 2026-11);
//! what is said below about answers was seen at Request Tracker 5.0.3.

mod talk;
mod write;

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::Delivery;
use gehoor_wire::{Outgoing, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::{Advice, later};
use crate::plug::{
    BadConfig, Context, Kind, Outlet, Progress, Refusal, Step, TicketNews, Watch, read_config,
};
use crate::{clean, email};
use talk::{Asked, Next, begin};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "request-tracker",
    about: "Request Tracker 5: opens, reopens and comments tickets, and hears when they are resolved",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: an authentication token of a Request Tracker user with the rights SeeQueue, ShowTicket, \
                 ShowTicketComments, CreateTicket, CommentOnTicket and ModifyTicket in the queue",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "request-tracker"
credential = "env:GEHOOR_RT_TOKEN"
base = "https://rt.example.org"      # where people open it, without /REST/2.0
queue = "Klachten"
# The sender of the tickets: an address of yours, never a customer's, because Request Tracker mails it.
requestor = "gehoor@example.org"
# external_field = "Gehoor"          # a custom field of the queue that takes our key
# open_status = "open"               # what a ticket gets when it is reopened
# priority = [0, 100]                # what our 0 and our 100 are there
# pending_statuses = ["stalled"]
# resolved_statuses = ["resolved", "rejected"]
# gone_statuses = ["deleted"]
# public_posts = false               # true: posts and our public answers as correspondence; all else stays a comment
"#,
    build: |table| Ok(Box::new(RequestTracker::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Request Tracker",
    unauthorized: "put a valid authentication token into the credential of this outlet",
    forbidden: "check that the queue exists and that the token's user has SeeQueue, ShowTicket, CreateTicket, \
                CommentOnTicket and ModifyTicket there",
    missing: "check `base`: it is the address where people open Request Tracker, without /REST/2.0",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `queue`, `external_field` and `open_status` of this outlet",
};

/// The most tickets that one answer holds.
const PAGE: &str = "100";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    queue: String,
    requestor: Option<String>,
    external_field: Option<String>,
    #[serde(default = "open_status")]
    open_status: String,
    #[serde(default = "priority")]
    priority: (i32, i32),
    #[serde(default = "pending_statuses")]
    pending_statuses: Vec<String>,
    #[serde(default = "resolved_statuses")]
    resolved_statuses: Vec<String>,
    #[serde(default = "gone_statuses")]
    gone_statuses: Vec<String>,
    #[serde(default)]
    public_posts: bool,
}

fn open_status() -> String {
    "open".to_owned()
}
fn priority() -> (i32, i32) {
    (0, 100)
}
fn pending_statuses() -> Vec<String> {
    vec!["stalled".to_owned()]
}
fn resolved_statuses() -> Vec<String> {
    vec!["resolved".to_owned(), "rejected".to_owned()]
}
fn gone_statuses() -> Vec<String> {
    vec!["deleted".to_owned()]
}

/// One configured Request Tracker.
struct RequestTracker {
    config: Config,
}

impl Outlet for RequestTracker {
    fn step(
        &self,
        delivery: &Delivery,
        progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        let next = match answer {
            None => begin(delivery),
            Some(answer) => match Asked::read(progress) {
                Some(asked) => self.hear(&asked, delivery, answer),
                None => Err(later("the conversation with Request Tracker lost its thread: it starts again")),
            },
        };
        let sent = next.and_then(|next| match next {
            Next::Done(receipt) => Ok(Step::Done(receipt)),
            Next::Ask(asked) => {
                let request = self.ask(&asked, delivery, cx)?;
                Ok(Step::Send(Outgoing::Http(request), asked.write()))
            }
        });
        sent.unwrap_or_else(Step::Refused)
    }

    fn watch(&self, tickets: &[String], cx: &Context<'_>) -> Watch {
        let ids = numbers(tickets);
        let asked = match ids.as_slice() {
            [] => return Watch::Nothing,
            // Asked for by itself a deleted ticket is told; a search leaves deleted and merged ones out.
            [(_, id)] => self.call(Method::GET, &["ticket", &id.to_string()], cx),
            _ => self.call(Method::GET, &["tickets"], cx).map(|mut request| {
                let terms: Vec<String> = ids.iter().map(|(_, id)| format!("id={id}")).collect();
                let mut query = request.url.query_pairs_mut();
                query.append_pair("query", &terms.join(" OR "));
                query.append_pair("fields", "Status,LastUpdated").append_pair("per_page", PAGE);
                drop(query);
                request
            }),
        };
        asked.map_or(Watch::Nothing, |request| Watch::Ask(Box::new(request)))
    }

    fn read_news(&self, tickets: &[String], response: &Response) -> Result<Vec<TicketNews>, Refusal> {
        let ids = numbers(tickets);
        if let [(id, _)] = ids.as_slice() {
            let state = match response.status {
                StatusCode::NOT_FOUND => TicketState::Gone,
                _ => self
                    .state(&status_of(&ADVICE.json(response)?).ok_or_else(|| ADVICE.unreadable(response))?),
            };
            return Ok(vec![TicketNews { id: (*id).clone(), state }]);
        }
        let answer = ADVICE.json(response)?;
        let items = items(&answer).ok_or_else(|| ADVICE.unreadable(response))?;
        let found: Vec<(u64, String)> =
            items.iter().filter_map(|i| Some((number(i.get("id")?)?, status_of(i)?))).collect();
        let seen_any = ids.iter().any(|(_, id)| found.iter().any(|(f, _)| f == id));
        let news = ids.iter().filter_map(|(text, id)| {
            let state = match found.iter().find(|(f, _)| f == id) {
                Some((_, status)) => self.state(status),
                // Deleted, or merged into another one. When not one is seen, the token has lost its rights
                // instead, and that must not end every ticket.
                None if seen_any => TicketState::Gone,
                None => return None,
            };
            Some(TicketNews { id: (*text).clone(), state })
        });
        Ok(news.collect())
    }
}

impl RequestTracker {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let config: Config = read_config(table)?;
        let bad = |what: &str| Err(BadConfig(what.to_owned()));
        let plain = |text: &str| !text.is_empty() && clean::line(text, 200) == text;
        if !matches!(config.base.scheme(), "http" | "https")
            || config.base.query().is_some()
            || config.base.fragment().is_some()
            || clean::link(config.base.as_str()).is_none()
        {
            return bad("`base` must be an http or https address without password, `?` and `#`");
        }
        if !plain(&config.queue) {
            return bad("`queue` must be the name of a queue");
        }
        if let Some(address) = &config.requestor
            && !email::is_address(address)
        {
            return bad("`requestor` must be a mail address, such as gehoor@example.org");
        }
        if let Some(field) = &config.external_field
            && !(plain(field) && field.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')))
        {
            return bad(
                "`external_field` must be the name of a custom field: letters, digits, spaces, `-`, `_`",
            );
        }
        let words = [&config.pending_statuses, &config.resolved_statuses, &config.gone_statuses];
        if !plain(&config.open_status) || words.iter().any(|w| w.contains(&config.open_status)) {
            return bad("`open_status` must be a status that is not pending, resolved or gone");
        }
        Ok(Self { config })
    }

    fn state(&self, status: &str) -> TicketState {
        let among = |words: &[String]| words.iter().any(|w| w.eq_ignore_ascii_case(status));
        if among(&self.config.resolved_statuses) {
            TicketState::Resolved
        } else if among(&self.config.gone_statuses) {
            TicketState::Gone
        } else if among(&self.config.pending_statuses) {
            TicketState::Pending
        } else {
            // A status that we were not told about: somebody has to look at it.
            TicketState::Open
        }
    }
}

fn items(answer: &Value) -> Option<&Vec<Value>> {
    answer.get("items").and_then(Value::as_array)
}

fn status_of(ticket: &Value) -> Option<String> {
    ticket.get("Status").and_then(Value::as_str).map(str::to_owned)
}

/// Numbers stand as numbers or as text there.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Those that are numbers, as they stand in the case and as numbers; at most 50.
fn numbers(tickets: &[String]) -> Vec<(&String, u64)> {
    tickets.iter().take(50).filter_map(|t| Some((t, t.parse().ok()?))).collect()
}
