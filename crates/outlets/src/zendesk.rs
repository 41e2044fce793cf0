//! Zendesk Support by its REST interface (v2), and its signed web hooks.
//!
//! Our key is the ticket's `external_id`. Nothing keeps that unique, so it is looked for before a ticket is created;
//! besides, creating carries an `Idempotency-Key`, which Zendesk keeps for two hours. Texts are private comments, in
//! HTML that we escape ourselves. A solved ticket is opened again; a closed one is closed for good, and a follow-up is
//! made that points to it.
//!
//! Sources: Zendesk's pages on tickets, comments, ticket events, rate limits, idempotency and webhooks (2024 to 2026, seen
//! 2026-11): addresses, fields, the list by `external_id`, a hundred tickets in `show_many`, the names of events. From
//! memory: that `show_many` leaves out deleted tickets, that the list of comments begins with the ticket's first text, and
//! that a due time can be set only on tickets of the type `task` (so it is pushed only then).

use gehoor_domain::case::TicketState;
use gehoor_wire::{Request, Response};
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{Advice, later, never};
use crate::desk::config::{self, Common, Defaults, put, text_of};
use crate::desk::http::{Shown, call, check_base, page, secret, show, with_json};
use crate::desk::{About, Ask, Desk, Found, Helpdesk, Shape, hook};
use crate::plug::{BadConfig, Context, Kind, Refusal, TicketNews, read_config};
use crate::{clean, defuse, email, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "zendesk",
    about: "Zendesk: opens, reopens, follows up and comments tickets, and hears when they are solved",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: `mail-address/token:api-token` of an agent made for this, or an OAuth access token; for web \
                 hooks the signing secret of the webhook",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "zendesk"
credential = "env:GEHOOR_ZENDESK_TOKEN"
base = "https://example.zendesk.com"
# The requester of the tickets: an address of yours, never a customer's, because Zendesk may mail it.
requester = "gehoor@example.org"
# type = "task"                      # with a due time; else problem, incident or question
# open_state = "open"                # what a ticket gets when it is reopened
# pending_states = ["pending", "hold"]
# resolved_states = ["solved", "closed", "archived"]
# gone_states = ["deleted", "scrubbed"]
# priority = [[90, "urgent"], [70, "high"], [30, "normal"], [0, "low"]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { group_id = 1, tags = ["gehoor"], 360001 = "{permalink}" }  # a number is a custom field
"#,
    build: |table| Ok(Box::new(Helpdesk(Zendesk::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Zendesk",
    unauthorized: "put `mail-address/token:api-token` into the credential of this outlet, and check that token access \
                   is switched on",
    forbidden: "check that the agent may see and change tickets of that group",
    missing: "check `base`: it is https://NAME.zendesk.com, without /api/v2",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `requester`, `type`, `open_state`, `priority` and `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "open",
    pending: &["pending", "hold"],
    // What is archived was closed before.
    resolved: &["solved", "closed", "archived"],
    gone: &["deleted", "scrubbed"],
    priority: &[(90, "urgent"), (70, "high"), (30, "normal"), (0, "low")],
};

/// What can never be opened again.
const CLOSED: &str = "closed";
const SUBJECT: usize = 150;
/// A comment takes 64 kB (from memory).
const TEXT: usize = 60_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    requester: String,
    r#type: Option<String>,
}

struct Zendesk {
    config: Config,
    common: Common,
}

impl Zendesk {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        if !email::is_address(&config.requester) {
            return Err(BadConfig("`requester` must be a mail address, such as gehoor@example.org".into()));
        }
        if config.r#type.as_deref().is_some_and(|t| !["problem", "incident", "question", "task"].contains(&t))
        {
            return Err(BadConfig("`type` must be problem, incident, question or task".into()));
        }
        Ok(Self { config, common })
    }

    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "`mail-address/token:api-token`, or of an access token")?;
        let mut request = call(KIND.name, method, &self.config.base, &[&["api", "v2"], path].concat())?;
        let shown = if token.contains(':') { Shown::Basic("") } else { Shown::As("Bearer ") };
        show(&mut request, token, shown)?;
        Ok(request)
    }

    fn comment(&self, about: &About<'_>) -> Value {
        json!({"html_body": letter::html(about.delivery, TEXT), "public": self.common.shows(about)})
    }

    fn pushed(&self, ticket: &mut Value, about: &About<'_>) {
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(ticket, "priority", priority.clone());
        }
        if let (Some("task"), Some(due)) = (self.config.r#type.as_deref(), about.due) {
            put(ticket, "due_at", due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
    }

    fn new_ticket(&self, about: &About<'_>) -> Value {
        let mut ticket = json!({
            "subject": defuse::templates(&clean::line(&about.delivery.subject, SUBJECT)),
            "external_id": about.external,
            "comment": self.comment(about),
            "requester": {"name": "Gehoor", "email": self.config.requester},
        });
        if let Some(kind) = &self.config.r#type {
            put(&mut ticket, "type", kind.as_str());
        }
        if let Ok(before) = about.id.parse::<u64>() {
            put(&mut ticket, "via_followup_source_id", before);
        }
        self.pushed(&mut ticket, about);
        let (custom, named) = config::numbered(config::filled(&self.common.fields, about));
        if !custom.is_empty() {
            put(
                &mut ticket,
                "custom_fields",
                custom.into_iter().map(|(id, value)| json!({"id": id, "value": value})).collect::<Vec<_>>(),
            );
        }
        config::add(&mut ticket, named);
        ticket
    }

    fn one(&self, ticket: &Value) -> Option<Found> {
        let status = ticket.get("status")?;
        Some(Found {
            id: text_of(ticket.get("id")?),
            state: Some(self.common.states.of(status)),
            for_good: status.as_str().is_some_and(|s| s.eq_ignore_ascii_case(CLOSED)),
            ..Found::default()
        })
    }
}

impl Desk for Zendesk {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { change_takes_text: true, unseen_is_gone: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let ticket = format!("{}.json", about.id);
        match ask {
            Ask::LookUp => {
                let mut request = self.call(Method::GET, &["tickets.json"], cx)?;
                request.url.query_pairs_mut().append_pair("external_id", &about.external);
                Ok(request)
            }
            Ask::Texts => {
                let mut request = self.call(Method::GET, &["tickets", about.id, "comments.json"], cx)?;
                request.url.query_pairs_mut().append_pair("sort_order", "desc");
                Ok(request)
            }
            Ask::Change | Ask::Comment => {
                let mut body = json!({});
                if !about.is_silent() {
                    put(&mut body, "comment", self.comment(about));
                }
                if ask == Ask::Change {
                    self.pushed(&mut body, about);
                }
                if about.closed {
                    put(&mut body, "status", self.common.states.open.clone());
                }
                let mut request = self.call(Method::PUT, &["tickets", &ticket], cx)?;
                // Sent twice the comment would stand there twice.
                request.repeatable = false;
                Ok(with_json(request, &json!({"ticket": body})))
            }
            Ask::Create => {
                let mut request = self.call(Method::POST, &["tickets.json"], cx)?;
                if let Ok(key) = HeaderValue::from_str(&clean::name(about.delivery.key.as_str())) {
                    request.headers.insert(HeaderName::from_static("idempotency-key"), key);
                    request.repeatable = true;
                }
                Ok(with_json(request, &json!({"ticket": self.new_ticket(about)})))
            }
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                self.call(Method::GET, &["tickets", &ticket], cx)
            }
        }
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer.get("ticket")?)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        let mine = |ticket: &&Value| ticket.get("external_id").and_then(Value::as_str) == Some(external);
        let tickets = answer.get("tickets")?.as_array()?;
        let mut found: Vec<Found> =
            tickets.iter().filter(mine).map(|t| self.one(t)).collect::<Option<_>>()?;
        // A follow-up has our key as well: the newest one counts.
        found.sort_by_key(|f| std::cmp::Reverse(f.id.parse::<u64>().unwrap_or_default()));
        Some(found)
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        let text = |c: &Value| Some(letter::lines_of_html(c.get("html_body")?.as_str()?));
        Some(answer.get("comments")?.as_array()?.iter().filter_map(text).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("ticket")?.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["agent", "tickets", id])
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        match answer.status.as_u16() {
            // The ticket was closed for good, or a field is wrong.
            422 => Some(never(
                "Zendesk refuses a field (422): check `requester`, `type`, `open_state`, `priority` and `fields` of \
                 this outlet; a ticket that was closed just now gets a follow-up when the case is queued again",
            )),
            // The same key with other words: an earlier try was heard, and the next look-up finds its ticket.
            400 if is_used_key(answer) => Some(later(
                "Zendesk has taken an earlier try of this ticket: it is looked up again on the next try",
            )),
            _ => None,
        }
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(Method::GET, &["tickets", "show_many.json"], cx)?;
        request.url.query_pairs_mut().append_pair("ids", &ids.join(","));
        Ok(request)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.get("tickets")?.as_array()?.iter().map(|ticket| self.one(ticket)).collect()
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let read = || {
            let at = hook::header(headers, "x-zendesk-webhook-signature-timestamp")?;
            let signature = hook::header(headers, "x-zendesk-webhook-signature")?;
            hook::base64_sha256(signature, &[at.as_bytes(), body], cx)?;
            hook::is_fresh(at.parse().ok(), cx.now)?;
            let message = hook::body(body)?;
            let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
            if kind.starts_with("zen:event-type:") && !kind.starts_with("zen:event-type:ticket.") {
                return Ok(Vec::new());
            }
            // An event has the ticket in `detail`; a trigger sends what its maker wrote: `id` and `status`.
            let ticket = message.get("detail").or_else(|| message.get("ticket")).unwrap_or(&message);
            let current = message.get("event").filter(|_| kind.ends_with(".status_changed"));
            let status = current.and_then(|event| event.get("current")).or_else(|| ticket.get("status"));
            let state: Option<TicketState> = match kind.ends_with("_deleted") {
                true => Some(TicketState::Gone),
                false => status.map(|s| self.common.states.of(&lower(s))),
            };
            Ok(hook::news(ticket.get("id").map(text_of), state))
        };
        Some(read())
    }
}

/// Events write statuses in capitals.
fn lower(state: &Value) -> Value {
    text_of(state).to_lowercase().into()
}

fn is_used_key(answer: &Response) -> bool {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    json.get("error").and_then(Value::as_str).is_some_and(|e| e.starts_with("IdempotentRequest"))
}
