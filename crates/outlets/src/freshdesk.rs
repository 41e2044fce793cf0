//! Freshdesk by its REST interface (v2).
//!
//! Freshdesk has no idempotency key, and its `unique_external_id` names a contact, not a ticket; so our key stands in
//! a custom field (`external_field`) and is searched for. That search lags by minutes, so the tickets that changed since
//! the effect was decided are looked through as well before one is created. Texts are private notes in HTML that we escape ourselves.
//! Its web hooks are rules that an administrator writes; they are not signed, so they are not read: states are asked
//! for. Several at a time can only be had as a list of what changed last (100 tickets, `watch_days` back), so a ticket
//! that is not in it is not taken for gone.
//!
//! Sources: developers.freshdesk.com/api (stored excerpts) and connectors of third parties (seen 2026-11). Its due times
//! must follow each other in ways that are not described well enough, so the due time goes into a custom field.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Task};
use gehoor_wire::{Request, Response};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::answer::{Advice, never};
use crate::desk::config::{self, Common, Defaults, put, put_in, text_of};
use crate::desk::http::{Shown, call, check_base, page, secret, show, with_json};
use crate::desk::{About, Ask, Asked, Desk, Found, Helpdesk, Next, Shape, json};
use crate::plug::{BadConfig, Context, Kind, Refusal, read_config};
use crate::{clean, defuse, email, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "freshdesk",
    about: "Freshdesk: opens, reopens and comments tickets, and hears when they are resolved",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: the API key of an agent made for this",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "freshdesk"
credential = "env:GEHOOR_FRESHDESK_KEY"
base = "https://example.freshdesk.com"
# The requester of the tickets: an address of yours, never a customer's, because Freshdesk may mail it.
requester = "gehoor@example.org"
external_field = "cf_gehoor"         # a custom field of tickets (text) that takes our key
# due_field = "cf_due"               # a custom field of tickets (text)
# watch_days = 7
# open_state = 2                     # what a ticket gets when it is reopened
# pending_states = [3]
# resolved_states = [4, 5]
# gone_states = []
# priority = [[90, 4], [70, 3], [30, 2], [0, 1]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { group_id = 1, type = "Klacht", cf_post = "{permalink}" }
"#,
    build: |table| Ok(Box::new(Helpdesk(Freshdesk::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Freshdesk",
    unauthorized: "put a valid API key into the credential of this outlet",
    forbidden: "check that the agent may see and change all tickets",
    missing: "check `base`: it is https://NAME.freshdesk.com, not an address of your own",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `requester`, `external_field`, `open_state`, `priority` and `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "2",
    pending: &["3"],
    resolved: &["4", "5"],
    gone: &[],
    priority: &[(90, "4"), (70, "3"), (30, "2"), (0, "1")],
};

/// Whether one of the tickets that changed lately carries our key.
const RECENT: Ask = Ask::Own(1);
const SUBJECT: usize = 250;
const TEXT: usize = 60_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    requester: String,
    external_field: String,
    due_field: Option<String>,
    #[serde(default = "watch_days")]
    watch_days: u8,
}

fn watch_days() -> u8 {
    7
}

struct Freshdesk {
    config: Config,
    common: Common,
}

impl Freshdesk {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        let is_field =
            |f: &str| f.starts_with("cf_") && f.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_field(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !is_field(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be custom fields: they begin with `cf_`".into(),
            ));
        }
        if !email::is_address(&config.requester) {
            return Err(BadConfig("`requester` must be a mail address, such as gehoor@example.org".into()));
        }
        if !(1..=30).contains(&config.watch_days) {
            return Err(BadConfig("`watch_days` must be 1 to 30: older tickets are not listed".into()));
        }
        Ok(Self { config, common })
    }

    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let key = secret(cx.credential, "the API key of an agent")?;
        let mut request = call(KIND.name, method, &self.config.base, &[&["api", "v2"], path].concat())?;
        show(&mut request, key, Shown::Basic(":X"))?;
        Ok(request)
    }

    fn changed_since(&self, since: Timestamp, cx: &Context<'_>) -> Result<Request, Refusal> {
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut request = self.call(Method::GET, &["tickets"], cx)?;
        request
            .url
            .query_pairs_mut()
            .append_pair("updated_since", &since)
            .append_pair("order_by", "updated_at")
            .append_pair("order_type", "desc")
            .append_pair("per_page", "100");
        Ok(request)
    }

    /// Those of a list that carry our key.
    fn mine(&self, list: &Value, key: &str) -> Option<Vec<Found>> {
        let mine = |ticket: &&Value| {
            let field = ticket.get("custom_fields").and_then(|f| f.get(&self.config.external_field));
            field.and_then(Value::as_str) == Some(key)
        };
        list.as_array()?.iter().filter(mine).map(|ticket| self.one(ticket)).collect()
    }

    fn pushed(&self, about: &About<'_>) -> Value {
        let mut ticket = json!({});
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(&mut ticket, "priority", priority.clone());
        }
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            put(
                &mut ticket,
                "custom_fields",
                json!({field.as_str(): due.strftime("%Y-%m-%d %H:%M UTC").to_string()}),
            );
        }
        ticket
    }

    fn new_ticket(&self, about: &About<'_>) -> Value {
        let is_custom = |name: &str| name.starts_with("cf_");
        let (custom, named): (Map<_, _>, Map<_, _>) =
            config::filled(&self.common.fields, about).into_iter().partition(|(name, _)| is_custom(name));
        let mut ticket = self.pushed(about);
        put(&mut ticket, "subject", defuse::templates(&clean::line(&about.delivery.subject, SUBJECT)));
        put(&mut ticket, "description", letter::html(about.delivery, TEXT));
        put(&mut ticket, "email", self.config.requester.as_str());
        put(&mut ticket, "status", self.common.states.open.clone());
        // 2 is the portal: no mail is sent for it. It has to be given with some value.
        put(&mut ticket, "source", 2);
        put_in(&mut ticket, "custom_fields", &self.config.external_field, about.external.as_str());
        if let Some(fields) = ticket.get_mut("custom_fields") {
            config::add(fields, custom);
        }
        if ticket.get("priority").is_none() {
            put(&mut ticket, "priority", 1);
        }
        config::add(&mut ticket, named);
        ticket
    }

    fn one(&self, ticket: &Value) -> Option<Found> {
        let deleted = ticket.get("deleted") == Some(&Value::Bool(true))
            || ticket.get("spam") == Some(&Value::Bool(true));
        let state = match deleted {
            true => TicketState::Gone,
            false => self.common.states.of(ticket.get("status")?),
        };
        let text = ticket.get("description").and_then(Value::as_str);
        Some(Found {
            id: text_of(ticket.get("id")?),
            state: Some(state),
            texts: text.map(letter::lines_of_html).into_iter().collect(),
            ..Found::default()
        })
    }
}

impl Desk for Freshdesk {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { reads_found: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        match ask {
            Ask::LookUp => {
                let mut request = self.call(Method::GET, &["search", "tickets"], cx)?;
                let query = format!("\"{}:'{}'\"", self.config.external_field, about.external);
                request.url.query_pairs_mut().append_pair("query", &query);
                Ok(request)
            }
            // Clocks may differ by some minutes.
            RECENT => {
                let before = SignedDuration::from_mins(10);
                self.changed_since(about.delivery.at.saturating_sub(before).unwrap_or(about.delivery.at), cx)
            }
            Ask::Texts => {
                let mut request = self.call(Method::GET, &["tickets", about.id, "conversations"], cx)?;
                request.url.query_pairs_mut().append_pair("per_page", "100");
                Ok(request)
            }
            Ask::Change => {
                let mut ticket = self.pushed(about);
                if about.closed {
                    put(&mut ticket, "status", self.common.states.open.clone());
                }
                Ok(with_json(self.call(Method::PUT, &["tickets", about.id], cx)?, &ticket))
            }
            Ask::Comment => {
                let note =
                    json!({"body": letter::html(about.delivery, TEXT), "private": !self.common.shows(about)});
                Ok(with_json(self.call(Method::POST, &["tickets", about.id, "notes"], cx)?, &note))
            }
            Ask::Create => Ok(with_json(self.call(Method::POST, &["tickets"], cx)?, &self.new_ticket(about))),
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                self.call(Method::GET, &["tickets", about.id], cx)
            }
        }
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        self.mine(answer.get("results")?, external)
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        let text = |c: &Value| Some(letter::lines_of_html(c.get("body")?.as_str()?));
        Some(answer.as_array()?.iter().filter_map(text).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["a", "tickets", id])
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        (answer.status == 400).then(|| {
            never(
                "Freshdesk refuses a field (400): check that `external_field`, `due_field`, the states and the \
                 priorities exist there, and that all required fields are in `fields` of this outlet",
            )
        })
    }

    fn hear(&self, asked: &Asked, delivery: &Delivery, answer: &Response) -> Option<Result<Next, Refusal>> {
        let Task::Ticket { external, .. } = &delivery.task else { return None };
        let key = clean::token(external);
        let next = || {
            let list = json(self, answer)?;
            let mine = self.mine(list.get("results").unwrap_or(&list), &key);
            let found = mine.ok_or_else(|| ADVICE.unreadable(answer))?;
            Ok(match found.into_iter().find(|f| f.state != Some(TicketState::Gone)) {
                Some(found) => Next::Ask(Asked::about(Ask::Read, &found.id)),
                None if asked.ask == Ask::LookUp => asked.then(RECENT),
                None => asked.then(Ask::Create),
            })
        };
        matches!(asked.ask, Ask::LookUp | RECENT).then(next)
    }

    fn ask_many(&self, _ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let back = SignedDuration::from_hours(24 * i64::from(self.config.watch_days));
        self.changed_since(cx.now.saturating_sub(back).unwrap_or(cx.now), cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.as_array()?.iter().map(|ticket| self.one(ticket)).collect()
    }
}
