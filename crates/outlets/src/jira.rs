//! Jira Service Management (Cloud and Data Center): opens, reopens and comments requests.
//!
//! Nothing there takes an idempotency key; our key stands in a custom field of the request type (`external_field`) and
//! is searched for, with a search that lags by seconds. Comments go out as internal ones. A state is changed by a
//! transition, which one depends on where the request stands, so they are asked for. Priority and due date are set
//! afterwards, and left out where the screen does not have them. Several writes to one request in a short time are
//! refused with 429 and a time to wait, which is kept.
//!
//! Texts are read as wiki mark-up, so what means something there is escaped.
//!
//! Sources: Atlassian's pages on rate limits (2026) and webhooks (2026-01), and jira.js 5.4, which is made of Atlassian's
//! descriptions: addresses and fields of requests, comments, transitions, the search and the bulk fetch (seen 2026-11).
//! From memory: that version 2 of the platform's interface shows texts as wiki mark-up, and the search of Data Center. Web
//! hooks are signed only when an administrator made them with a secret.

mod write;

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Task};
use gehoor_wire::Response;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::Advice;
use crate::desk::config::{Common, Defaults, text_of};
use crate::desk::http::{check_base, page};
use crate::desk::{
    About, Ask, Asked, Desk, Found, Helpdesk, Next, Shape, hook, json, receipt, stays_closed, yes,
};
use crate::plug::{BadConfig, Context, Kind, Refusal, TicketNews, read_config};
use gehoor_wire::Request;

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "jira-service-management",
    about: "Jira Service Management: opens, reopens and comments requests, and hears when they are resolved",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: in the cloud `mail-address:api-token` of an agent made for this, on a Data Center a personal \
                 access token; for web hooks their secret",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "jira-service-management"
credential = "env:GEHOOR_JIRA_TOKEN"
base = "https://example.atlassian.net"
service_desk = 5
request_type = 20
external_field = 10050               # the number of a custom field (text) of the request type that takes our key
# due_field = "duedate"              # "" when no due date is to be set
# data_center = false
# What already counts as done in Jira is resolved, whatever its name.
# open_state = "Waiting for support" # where a transition has to lead when a request is reopened
# pending_states = ["Waiting for customer", "Pending"]
# resolved_states = ["Resolved", "Closed", "Done", "Canceled", "Declined"]
# gone_states = []
# priority = [[90, "Highest"], [70, "High"], [30, "Medium"], [0, "Low"]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { customfield_10051 = "{permalink}" }  # fields of the request type
"#,
    build: |table| Ok(Box::new(Helpdesk(Jira::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Jira",
    unauthorized: "put `mail-address:api-token` (on a Data Center a personal access token) into the credential of this outlet",
    forbidden: "check that the token's user is an agent of the service desk",
    missing: "check `base`, `service_desk` and `request_type`",
    gone: "check `base`, and `data_center` where this is one",
    moved: "put the address where it ends into `base`",
    refused: "check `service_desk`, `request_type`, `external_field`, and that all required fields of the request type \
              are in `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "Waiting for support",
    pending: &["Waiting for customer", "Pending"],
    resolved: &["Resolved", "Closed", "Done", "Canceled", "Declined"],
    gone: &[],
    priority: &[(90, "Highest"), (70, "High"), (30, "Medium"), (0, "Low")],
};

/// To go through the transition that opens it again.
const TRANSIT: Ask = Ask::Own(1);
/// To set priority and due date, and then to add our text.
const PUSH: Ask = Ask::Own(2);
/// The same after it was created, when our text is there already.
const PUSH_NEW: Ask = Ask::Own(3);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    service_desk: u64,
    request_type: u64,
    external_field: u64,
    #[serde(default = "due_field")]
    due_field: String,
    #[serde(default)]
    data_center: bool,
}

fn due_field() -> String {
    "duedate".to_owned()
}

struct Jira {
    config: Config,
    common: Common,
}

impl Jira {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        if !config.due_field.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(BadConfig(
                "`due_field` must be the id of a field, such as duedate or customfield_10052".into(),
            ));
        }
        Ok(Self { config, common })
    }

    fn key_field(&self) -> String {
        format!("customfield_{}", self.config.external_field)
    }

    fn state(&self, status: &Value) -> TicketState {
        let by_name = status.get("name").map_or(TicketState::Open, |name| self.common.states.of(name));
        let done =
            status.get("statusCategory").and_then(|c| c.get("key")).and_then(Value::as_str) == Some("done");
        if by_name == TicketState::Open && done { TicketState::Resolved } else { by_name }
    }

    fn one(&self, issue: &Value) -> Option<Found> {
        let fields = issue.get("fields")?;
        let mut found = Found { id: text_of(issue.get("key")?), ..Found::default() };
        found.state = fields.get("status").map(|status| self.state(status));
        if let Some(text) = fields.get("description") {
            words(text, &mut found.texts);
        }
        Some(found)
    }

    fn all(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.get("issues")?.as_array()?.iter().map(|issue| self.one(issue)).collect()
    }

    /// The transition that leads to the state for reopened requests, or else to any that is open.
    fn way_back(&self, answer: &Value) -> Option<String> {
        let all = answer.get("transitions")?.as_array()?;
        let leads = |t: &&Value| t.get("to").and_then(|to| to.get("name")).map(text_of).unwrap_or_default();
        let wanted = text_of(&self.common.states.open);
        let best = all.iter().find(|t| leads(t).eq_ignore_ascii_case(&wanted));
        let open = |t: &&Value| t.get("to").is_some_and(|to| self.state(to) == TicketState::Open);
        best.or_else(|| all.iter().find(open)).and_then(|t| t.get("id")).map(text_of)
    }
}

impl Desk for Jira {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { unseen_is_gone: true, ..Shape::default() }
    }

    fn is_id(&self, text: &str) -> bool {
        text.split_once('-').is_some_and(|(project, number)| {
            project.starts_with(|c: char| c.is_ascii_uppercase())
                && project.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                && (1..=10).contains(&number.len())
                && number.bytes().all(|b| b.is_ascii_digit())
                && project.len() <= 40
        })
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request(ask, about, cx)
    }

    fn hear(&self, asked: &Asked, delivery: &Delivery, answer: &Response) -> Option<Result<Next, Refusal>> {
        let next = || match asked.ask {
            Ask::Change if asked.closed => {
                let Some(way) = self.way_back(&json(self, answer)?) else {
                    // Its workflow leads nowhere from there.
                    return Ok(stays_closed(asked));
                };
                Ok(Next::Ask(Asked { ask: TRANSIT, id: format!("{}/{way}", asked.id), closed: true }))
            }
            TRANSIT => {
                yes(self, answer)?;
                let id = asked.id.split('/').next().unwrap_or_default();
                Ok(Next::Ask(Asked::about(PUSH, id)))
            }
            Ask::Create => {
                let made = json(self, answer)?;
                let id = made.get("issueKey").map(text_of).filter(|id| self.is_id(id));
                let id = id.ok_or_else(|| ADVICE.unreadable(answer))?;
                Ok(Next::Ask(Asked::about(PUSH_NEW, &id)))
            }
            // A field that is not on the screen is refused with 400: the request stands all the same.
            _ => {
                if answer.status != 400 {
                    yes(self, answer)?;
                }
                match asked.ask {
                    PUSH_NEW => Ok(Next::Done(receipt(self, &asked.id))),
                    _ => Ok(asked.then(Ask::Comment)),
                }
            }
        };
        let own = matches!(asked.ask, Ask::Change | TRANSIT | PUSH | PUSH_NEW | Ask::Create);
        (own && matches!(delivery.task, Task::Ticket { .. })).then(next)
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        // The search finds what resembles the key, too.
        let field = self.key_field();
        let mine =
            |issue: &&Value| issue.get("fields").and_then(|f| f.get(&field)?.as_str()) == Some(external);
        answer.get("issues")?.as_array()?.iter().filter(mine).map(|issue| self.one(issue)).collect()
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        answer
            .get("comments")?
            .as_array()?
            .iter()
            .filter_map(|c| c.get("body"))
            .for_each(|b| words(b, &mut texts));
        Some(texts)
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("issueKey").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["browse", id])
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request_many(ids, cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        self.all(answer)
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let read = || {
            hook::hex_sha256(hook::header(headers, "x-hub-signature")?, &[body], cx)?;
            let message = hook::body(body)?;
            let issue = message.get("issue").and_then(|issue| self.one(issue));
            let gone = message.get("webhookEvent").and_then(Value::as_str) == Some("jira:issue_deleted");
            let state = if gone { Some(TicketState::Gone) } else { issue.as_ref().and_then(|i| i.state) };
            Ok(hook::news(issue.map(|i| i.id), state))
        };
        Some(read())
    }
}

/// The texts in a body: wiki mark-up is one text, read without its escapes; a document is a tree of them.
fn words(body: &Value, into: &mut Vec<String>) {
    match body {
        Value::String(text) => into.push(text.replace('\\', "")),
        Value::Array(parts) => parts.iter().for_each(|part| words(part, into)),
        Value::Object(node) => {
            for key in ["text", "content"] {
                node.get(key).into_iter().for_each(|part| words(part, into));
            }
        }
        _ => {}
    }
}
