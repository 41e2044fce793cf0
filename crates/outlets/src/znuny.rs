//! Znuny, OTRS Community Edition and OTOBO by their generic interface.
//!
//! Which addresses there are is up to the web service that an administrator makes: `base` leads to it, `routes` name
//! method and path of its four operations. All of them carry user and password in the body, so GET is not taken: it
//! would put them into addresses and logs. Errors come with status 200, in an object `Error`; what is one element may
//! stand alone or in a list; all values are texts.
//!
//! Our key stands in a dynamic field of tickets (`external_field`). Texts are internal articles that customers do not
//! see. The interface tells of no change by itself, so states are asked for. A ticket that our user may not read makes
//! a question about several fail; the reason says what to do.
//!
//! Sources: Znuny's code of `TicketCreate`, `TicketUpdate`, `TicketSearch` and `TicketGet` (which takes several ids with
//! commas, whole numbers alone; a new ticket needs a priority, and a type where types are in use), PyOTRS and others
//! (seen 2026-11).

mod write;

use gehoor_wire::{Request, Response};
use http::Method;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::{Advice, never};
use crate::clean;
use crate::desk::config::{Common, Defaults, text_of};
use crate::desk::http::{check_base, page};
use crate::desk::{About, Ask, Desk, Found, Helpdesk, Shape};
use crate::plug::{BadConfig, Context, Kind, Refusal, read_config};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "znuny",
    about: "Znuny, OTRS and OTOBO: opens, reopens and comments tickets, and hears when they are closed",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: two lines, `username=…` and `password=…`, of an agent with rw and create in the queue",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "znuny"
credential = "env:GEHOOR_ZNUNY_LOGIN"
# The web service, with the operations TicketCreate, TicketUpdate, TicketGet and TicketSearch.
base = "https://znuny.example.org/znuny/nph-genericinterface.pl/Webservice/Gehoor"
queue = "Klachten"
# The customer of the tickets: a customer user or an address of yours, never a customer's.
customer = "gehoor@example.org"
external_field = "GehoorKey"         # a dynamic field of tickets (text) that takes our key
# due_field = "GehoorDue"            # a dynamic field of tickets (text)
# type = "Incident"                  # needed where tickets have types there (`Ticket::Type`)
# page = "https://znuny.example.org/znuny/index.pl"  # where people open it
# routes = { create = "POST /TicketCreate", update = "POST /TicketUpdate", get = "POST /TicketGet", search = "POST /TicketSearch" }
# open_state = "open"                # what a ticket gets when it is reopened
# new_state = "new"
# pending_states = ["pending reminder", "pending auto close+", "pending auto close-"]
# resolved_states = ["closed successful", "closed unsuccessful", "closed with workaround"]
# gone_states = ["merged", "removed"]
# priority = [[90, "5 very high"], [70, "4 high"], [30, "3 normal"], [0, "2 low"]]  # down to 0: each ticket needs one
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { Post = "{permalink}" }  # dynamic fields
"#,
    build: |table| Ok(Box::new(Helpdesk(Znuny::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Znuny",
    unauthorized: "put user and password of an agent into the credential of this outlet",
    forbidden: "check that the agent has the rights rw and create in the queue",
    missing: "check `base` and `routes`: the web service and its four operations must be there",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `queue`, `customer`, `external_field`, `type`, `open_state` and `priority` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "open",
    pending: &["pending reminder", "pending auto close+", "pending auto close-"],
    resolved: &["closed successful", "closed unsuccessful", "closed with workaround"],
    gone: &["merged", "removed"],
    priority: &[(90, "5 very high"), (70, "4 high"), (30, "3 normal"), (0, "2 low")],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    queue: String,
    customer: String,
    external_field: String,
    due_field: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    page: Option<Url>,
    #[serde(default = "new_state")]
    new_state: String,
    #[serde(default)]
    routes: Routes,
}

fn new_state() -> String {
    "new".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Routes {
    create: String,
    update: String,
    get: String,
    search: String,
}

impl Default for Routes {
    fn default() -> Self {
        let route = |name: &str| format!("POST /{name}");
        Self {
            create: route("TicketCreate"),
            update: route("TicketUpdate"),
            get: route("TicketGet"),
            search: route("TicketSearch"),
        }
    }
}

struct Znuny {
    config: Config,
    common: Common,
}

/// Method and path of a route; nothing when it is none, or one that puts its data into the address.
fn route(text: &str) -> Option<(Method, Vec<&str>)> {
    let (method, path) = text.split_once(' ')?;
    let method = [Method::POST, Method::PUT, Method::PATCH].into_iter().find(|m| m.as_str() == method)?;
    let path: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    (!path.iter().any(|part| part.is_empty() || clean::line(part, 100) != **part)).then_some((method, path))
}

impl Znuny {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        config.page.as_ref().map(check_base).transpose()?;
        let name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !name(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !name(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be names of dynamic fields: letters and digits".into(),
            ));
        }
        if common.priority.of(0).is_none() {
            return Err(BadConfig(
                "`priority` must have a name for 0 points: Znuny takes no ticket without a priority".into(),
            ));
        }
        let routes = &config.routes;
        if [&routes.create, &routes.update, &routes.get, &routes.search].iter().any(|r| route(r).is_none()) {
            return Err(BadConfig(
                "`routes` must be POST, PUT or PATCH and a path, such as \"POST /TicketGet\": with GET the password \
                 would stand in the address"
                    .into(),
            ));
        }
        Ok(Self { config, common })
    }

    fn one(&self, ticket: &Value) -> Option<Found> {
        let articles = ticket.get("Article").map(each).unwrap_or_default();
        let texts = articles.iter().filter_map(|a| Some(a.get("Body")?.as_str()?.to_owned()));
        Some(Found {
            id: text_of(ticket.get("TicketID")?),
            state: Some(self.common.states.of(ticket.get("State")?)),
            texts: texts.collect(),
            whole: true,
            ..Found::default()
        })
    }
}

impl Desk for Znuny {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { reads_found: true, change_takes_text: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request(ask, about, cx)
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(each(answer.get("Ticket")?).first()?)
    }

    fn found(&self, answer: &Value, _external: &str) -> Option<Vec<Found>> {
        if answer.as_str() == Some("") {
            return Some(Vec::new());
        }
        let ids = answer.as_object()?.get("TicketID").map(each).unwrap_or_default();
        Some(ids.into_iter().map(|id| Found { id: text_of(id), ..Found::default() }).collect())
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        self.ticket(answer).map(|found| found.texts)
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("TicketID").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        let mut url: Url = page(self.config.page.as_ref()?, &[])?.parse().ok()?;
        url.set_query(Some(&format!("Action=AgentTicketZoom;TicketID={id}")));
        clean::link(url.as_str())
    }

    fn is_missing(&self, answer: &Response) -> bool {
        error(answer).is_some_and(|code| code == "TicketGet.AccessDenied")
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        let code = error(answer)?;
        let (word, what) = match code.rsplit('.').next().unwrap_or_default() {
            "AuthFail" => {
                ("AuthFail", "put user and password of an agent into the credential of this outlet")
            }
            "AccessDenied" => (
                "AccessDenied",
                "give the agent the rights rw and create in the queue, and ro in every queue to which its tickets are moved",
            ),
            "InvalidParameter" => (
                "InvalidParameter",
                "check that `queue`, `customer`, `type`, the states, the priorities and the dynamic fields of this outlet exist there",
            ),
            "MissingParameter" => {
                ("MissingParameter", "check `routes`: an operation lies at another address")
            }
            _ => ("an error", "look into the debugger of the web service"),
        };
        Some(never(format!("Znuny refuses it ({word}): {what}")))
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        self.get(&ids.join(","), false, cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        each(answer.get("Ticket")?).into_iter().map(|ticket| self.one(ticket)).collect()
    }
}

/// The elements of what may be a list or one element alone.
fn each(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |list| list.iter().collect())
}

/// The code of an error that came with 200.
fn error(answer: &Response) -> Option<String> {
    let json: Value = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success())?;
    Some(json.get("Error")?.get("ErrorCode").and_then(Value::as_str).unwrap_or_default().to_owned())
}
