//! Zammad by its REST interface, and its signed web hooks.
//!
//! Zammad has no external key and no idempotency key: our key stands in an attribute of tickets that an administrator
//! adds (`external_field`), and is searched for before anything is created: by a condition, not by words, because a
//! condition is answered by the database at once, and words by Elasticsearch, later or not at all. Texts are internal notes of the type `note`:
//! `email` would be mailed to the customer even when it is internal. It has no due time of its own that can be set,
//! so that goes into an attribute as well (`due_field`).
//!
//! A closed ticket is opened by setting its state; a merged or removed one is replaced by a new one.
//! Source: Zammad's documentation of its API and of webhooks (2026-05 and 2026-07), and its code for tickets, for the search
//! by conditions (2022 to 2026, which without words asks the database) and for the signature (all seen 2026-11).

use gehoor_domain::case::TicketState;
use gehoor_wire::{Request, Response};
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::Advice;
use crate::desk::config::{self, Common, Defaults, put, text_of};
use crate::desk::http::{Shown, call, check_base, page, secret, show, with_json};
use crate::desk::{About, Ask, Desk, Found, Helpdesk, Shape, hook};
use crate::letter::{Style, marked};
use crate::plug::{BadConfig, Context, Kind, Refusal, TicketNews, read_config};
use crate::{clean, defuse, email};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "zammad",
    about: "Zammad: opens, reopens and comments tickets, and hears when they are closed",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: an access token of a Zammad user with the permission `ticket.agent` and full access to the \
                 group; for web hooks the signature token of the webhook",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "zammad"
credential = "env:GEHOOR_ZAMMAD_TOKEN"
base = "https://zammad.example.org"  # where people open it, without /api/v1
group = "Klachten"
# The customer of the tickets: an address of yours, never a customer's, because Zammad may mail it.
customer = "gehoor@example.org"
external_field = "gehoor_key"        # an attribute of tickets (text) that takes our key
# due_field = "gehoor_due"           # an attribute of tickets (date and time)
# open_state = "open"                # what a ticket gets when it is reopened
# pending_states = ["pending reminder", "pending close"]
# resolved_states = ["closed"]
# gone_states = ["merged", "removed"]
# priority = [[70, "3 high"], [30, "2 normal"], [0, "1 low"]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { channel = "public", post = "{permalink}" }
"#,
    build: |table| Ok(Box::new(Helpdesk(Zammad::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Zammad",
    unauthorized: "put a valid access token into the credential of this outlet",
    forbidden: "check that the token's user has `ticket.agent` and full access to the group",
    missing: "check `base`: it is the address where people open Zammad, without /api/v1",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `group`, `customer`, `external_field`, `open_state`, `priority` and `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "open",
    pending: &["pending reminder", "pending close"],
    resolved: &["closed"],
    gone: &["merged", "removed"],
    priority: &[(70, "3 high"), (30, "2 normal"), (0, "1 low")],
};

/// Its title takes 250 characters (from memory).
const TITLE: usize = 200;
const TEXT: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    group: String,
    customer: String,
    external_field: String,
    due_field: Option<String>,
}

struct Zammad {
    config: Config,
    common: Common,
}

impl Zammad {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        let name =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !name(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be names of attributes: letters, digits, `_`".into(),
            ));
        }
        if !email::is_address(&config.customer) {
            return Err(BadConfig("`customer` must be a mail address, such as gehoor@example.org".into()));
        }
        Ok(Self { config, common })
    }

    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "an access token of Zammad")?;
        let mut request = call(KIND.name, method, &self.config.base, &[&["api", "v1"], path].concat())?;
        show(&mut request, token, Shown::As("Token token="))?;
        Ok(request)
    }

    /// The tickets of which an attribute has one of these values, newest first.
    fn search(&self, attribute: &str, values: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(Method::GET, &["tickets", "search"], cx)?;
        let condition = format!("condition[ticket.{attribute}]");
        let mut query = request.url.query_pairs_mut();
        query.append_pair(&format!("{condition}[operator]"), "is");
        for value in values {
            query.append_pair(&format!("{condition}[value][]"), value);
        }
        query.append_pair("sort_by", "created_at").append_pair("order_by", "desc");
        query.append_pair("expand", "true").append_pair("limit", "100");
        drop(query);
        Ok(request)
    }

    /// Our text as a note that customers never see.
    fn article(&self, about: &About<'_>) -> Value {
        json!({
            "subject": defuse::templates(&clean::line(&about.delivery.subject, TITLE)),
            "body": marked(about.delivery, &Style::DESK, TEXT),
            "content_type": "text/plain",
            "type": "note",
            "sender": "Agent",
            "internal": !self.common.shows(about),
        })
    }

    /// What a ticket gets when it is created and when it changes.
    fn pushed(&self, ticket: &mut Value, about: &About<'_>) {
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(ticket, "priority", priority.clone());
        }
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            put(ticket, field, due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
    }

    fn one(&self, ticket: &Value) -> Option<Found> {
        let state = ticket.get("state").map(|state| self.common.states.of(state));
        Some(Found { id: text_of(ticket.get("id")?), state, ..Found::default() })
    }

    fn list(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.as_array()?.iter().map(|ticket| self.one(ticket)).collect()
    }
}

impl Desk for Zammad {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { change_takes_text: true, unseen_is_gone: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        match ask {
            Ask::LookUp => self.search(&self.config.external_field, &[&about.external], cx),
            Ask::Texts => self.call(Method::GET, &["ticket_articles", "by_ticket", about.id], cx),
            Ask::Change => {
                let mut ticket = json!({});
                if !about.is_silent() {
                    put(&mut ticket, "article", self.article(about));
                }
                if about.closed {
                    put(&mut ticket, "state", self.common.states.open.clone());
                }
                self.pushed(&mut ticket, about);
                let mut request = self.call(Method::PUT, &["tickets", about.id], cx)?;
                // Sent twice the note would stand there twice.
                request.repeatable = false;
                Ok(with_json(request, &ticket))
            }
            Ask::Comment => {
                let mut article = self.article(about);
                put(&mut article, "ticket_id", about.id.parse::<u64>().map_or(Value::Null, Value::from));
                Ok(with_json(self.call(Method::POST, &["ticket_articles"], cx)?, &article))
            }
            Ask::Create => {
                let mut ticket = json!({
                    "title": defuse::templates(&clean::line(&about.delivery.subject, TITLE)),
                    "group": self.config.group,
                    "customer_id": format!("guess:{}", self.config.customer),
                    "article": self.article(about),
                });
                put(&mut ticket, &self.config.external_field, about.external.clone());
                self.pushed(&mut ticket, about);
                config::add(&mut ticket, config::filled(&self.common.fields, about));
                Ok(with_json(self.call(Method::POST, &["tickets"], cx)?, &ticket))
            }
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                let mut request = self.call(Method::GET, &["tickets", about.id], cx)?;
                request.url.query_pairs_mut().append_pair("expand", "true");
                Ok(request)
            }
        }
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        // A condition that is not understood would be left out, and all tickets be listed.
        let mine = |ticket: &&Value| {
            ticket.get(&self.config.external_field).and_then(Value::as_str) == Some(external)
        };
        answer.as_array()?.iter().filter(mine).map(|ticket| self.one(ticket)).collect()
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        Some(answer.as_array()?.iter().filter_map(|a| Some(a.get("body")?.as_str()?.to_owned())).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        let mut url: Url = page(&self.config.base, &[])?.parse().ok()?;
        url.set_fragment(Some(&format!("ticket/zoom/{id}")));
        clean::link(url.as_str())
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        self.search("id", ids, cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        self.list(answer)
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        // Its 422 says in words which field is wrong; those words may hold what we sent.
        (answer.status == 422).then(|| {
            crate::answer::never(
                "Zammad refuses a field (422): check that `group`, `external_field`, `due_field`, the states, the \
                 priorities and `fields` of this outlet exist there, and that the group lets closed tickets be reopened",
            )
        })
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let read = || {
            hook::hex_sha1(hook::header(headers, "x-hub-signature")?, &[body], cx)?;
            let message = hook::body(body)?;
            let ticket = message.get("ticket").unwrap_or(&Value::Null);
            // The default body shows the state as an object with its name.
            let state = ticket.get("state").map(|s| s.get("name").unwrap_or(s));
            let state: Option<TicketState> = state.map(|s| self.common.states.of(s));
            Ok(hook::news(ticket.get("id").map(text_of), state))
        };
        Some(read())
    }
}
