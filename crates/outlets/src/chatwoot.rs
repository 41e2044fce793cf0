//! Chatwoot conversations, and its signed web hooks.
//!
//! A case becomes a conversation in an inbox of the type API, with a contact of its own. Chatwoot has no idempotency
//! key; our key stands in a custom attribute of conversations (`external_field`, which has to be defined, or it cannot
//! be filtered by) and is the contact's identifier, which Chatwoot keeps unique. A new conversation is empty; our text
//! follows as a private note, as do all others. Texts are read as Markdown, so what means something there is broken up.
//!
//! The contact is looked for by a filter, which compares the whole identifier: the search takes parts of one, and gives
//! the first fifteen of what may be hundreds.
//!
//! Newer versions sign their web hooks; older ones, and those of an inbox, may not: such messages are refused.
//! Source: Chatwoot's swagger files, user guide and code (2026: controllers of conversations and contacts, the filters and
//! the keys that they take; seen 2026-11). Of the answer to a new contact two shapes were seen, so both are read.

mod write;

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::Delivery;
use gehoor_wire::{Request, Response};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::Advice;
use crate::clean;
use crate::desk::config::{Common, Defaults, text_of};
use crate::desk::http::{check_base, page};
use crate::desk::{About, Ask, Asked, Desk, Found, Helpdesk, Next, Shape, hook, json, yes};
use crate::plug::{BadConfig, Context, Kind, Refusal, TicketNews, read_config};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "chatwoot",
    about: "Chatwoot: opens and reopens conversations, adds private notes, and hears when they are resolved",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: the access token of an administrator made for this (a bot may not look anything up, and an \
                 agent becomes the assignee of what it opens again); for web hooks their secret",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "chatwoot"
credential = "env:GEHOOR_CHATWOOT_TOKEN"
base = "https://app.chatwoot.com"
account = 1
inbox = 3                            # an inbox of the type API
external_field = "gehoor_key"        # a custom attribute of conversations (text) that takes our key
# due_field = "gehoor_due"           # a custom attribute of conversations (text), set when one is opened
# open_state = "open"                # what a conversation gets when it is new or reopened
# pending_states = ["pending", "snoozed"]
# resolved_states = ["resolved"]
# gone_states = []
# priority = [[90, "urgent"], [70, "high"], [30, "medium"], [0, "low"]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { post = "{permalink}" }  # custom attributes of the conversation
"#,
    build: |table| Ok(Box::new(Helpdesk(Chatwoot::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Chatwoot",
    unauthorized: "put the access token of an administrator into the credential of this outlet, and check that a proxy before it \
                   lets headers with an underscore pass",
    forbidden: "check that the token is one of an administrator, and not of a bot",
    missing: "check `base`, `account` and `inbox`",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check that `inbox` is of the type API, and that the custom attribute `external_field` is defined for \
              conversations",
};

const DEFAULTS: Defaults = Defaults {
    open: "open",
    pending: &["pending", "snoozed"],
    resolved: &["resolved"],
    gone: &[],
    priority: &[(90, "urgent"), (70, "high"), (30, "medium"), (0, "low")],
};

/// A list holds so many conversations.
const PAGE: usize = 25;

/// To make the contact, when the filter (the first question of creating) found none.
const CONTACT: Ask = Ask::Own(1);
/// To open the conversation of that contact.
const OPEN: Ask = Ask::Own(2);
/// To set the priority.
const PRIORITY: Ask = Ask::Own(3);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    account: u64,
    inbox: u64,
    external_field: String,
    due_field: Option<String>,
}

struct Chatwoot {
    config: Config,
    common: Common,
}

impl Chatwoot {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        let name =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !name(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be keys of custom attributes".into(),
            ));
        }
        Ok(Self { config, common })
    }

    /// `contact/source`: the contact, and the name under which it stands in the inbox.
    fn contact(&self, contact: &Value, elsewhere: Option<&Value>) -> Option<String> {
        let id = contact.get("id")?.as_u64()?;
        let ours = |inbox: &&Value| {
            let number = inbox.get("inbox").and_then(|i| i.get("id")).and_then(Value::as_u64);
            number.is_none_or(|n| n == self.config.inbox)
        };
        let inboxes = contact.get("contact_inboxes").and_then(Value::as_array);
        let inbox = inboxes.and_then(|all| all.iter().find(ours)).or(elsewhere);
        let source = inbox.and_then(|i| i.get("source_id")).and_then(Value::as_str).map(clean::token);
        Some(format!("{id}/{}", source.unwrap_or_default()))
    }

    fn one(&self, conversation: &Value) -> Option<Found> {
        Some(Found {
            id: text_of(conversation.get("id")?),
            state: Some(self.common.states.of(conversation.get("status")?)),
            ..Found::default()
        })
    }
}

/// Lists stand in `payload`, or in `data.payload`.
fn payload(answer: &Value) -> Option<&Vec<Value>> {
    answer.get("payload").or_else(|| answer.get("data")?.get("payload"))?.as_array()
}

impl Desk for Chatwoot {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { creates_empty: true, ..Shape::default() }
    }

    fn batch(&self) -> usize {
        PAGE
    }

    fn hear(&self, asked: &Asked, delivery: &Delivery, answer: &Response) -> Option<Result<Next, Refusal>> {
        let gehoor_domain::effect::Task::Ticket { external, .. } = &delivery.task else { return None };
        let unreadable = || ADVICE.unreadable(answer);
        let next = || match asked.ask {
            Ask::Create => {
                let found = json(self, answer)?;
                let key = clean::token(external);
                let mine = |c: &&Value| c.get("identifier").and_then(Value::as_str) == Some(&key);
                let contact = payload(&found).ok_or_else(unreadable)?.iter().find(mine);
                Ok(Next::Ask(match contact.and_then(|c| self.contact(c, None)) {
                    Some(id) => Asked::about(OPEN, &id),
                    None => Asked::about(CONTACT, ""),
                }))
            }
            CONTACT => {
                let made = json(self, answer)?;
                let made = made.get("payload").unwrap_or(&made);
                let contact = self.contact(made.get("contact").unwrap_or(made), made.get("contact_inbox"));
                Ok(Next::Ask(Asked::about(OPEN, &contact.ok_or_else(unreadable)?)))
            }
            OPEN => {
                let id =
                    self.created(&json(self, answer)?).filter(|id| self.is_id(id)).ok_or_else(unreadable)?;
                Ok(Next::Ask(Asked::about(PRIORITY, &id)))
            }
            Ask::Change if asked.closed => {
                yes(self, answer)?;
                Ok(asked.then(PRIORITY))
            }
            _ => {
                yes(self, answer)?;
                Ok(asked.then(Ask::Comment))
            }
        };
        matches!(asked.ask, Ask::Create | Ask::Change | CONTACT | OPEN | PRIORITY).then(next)
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request(ask, about, cx)
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        let mine = |c: &&Value| {
            let key = c.get("custom_attributes").and_then(|a| a.get(&self.config.external_field));
            key.and_then(Value::as_str) == Some(external)
        };
        payload(answer)?.iter().filter(mine).map(|c| self.one(c)).collect()
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        Some(payload(answer)?.iter().filter_map(|m| Some(m.get("content")?.as_str()?.to_owned())).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["app", "accounts", &self.config.account.to_string(), "conversations", id])
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        self.filter("conversations", "display_id", "standard", ids, cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        payload(answer)?.iter().map(|c| self.one(c)).collect()
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let read = || {
            let at = hook::header(headers, "x-chatwoot-timestamp")?;
            let signature = hook::header(headers, "x-chatwoot-signature")?;
            hook::hex_sha256(signature, &[at.as_bytes(), b".", body], cx)?;
            hook::is_fresh(at.parse().ok().and_then(|s| Timestamp::from_second(s).ok()), cx.now)?;
            let message = hook::body(body)?;
            let event = message.get("event").and_then(Value::as_str).unwrap_or_default();
            let conversation = match event.starts_with("conversation_") {
                true => Some(&message),
                false => message.get("conversation"),
            };
            let found = conversation.and_then(|c| self.one(c));
            let state: Option<TicketState> = found.as_ref().and_then(|f| f.state);
            Ok(hook::news(found.map(|f| f.id), state))
        };
        Some(read())
    }
}
