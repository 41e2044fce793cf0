//! Redmine by its REST interface, and the signed web hooks of its newest versions.
//!
//! Redmine has no idempotency key; our key stands in a custom field of issues (`external_field`), which a list can be
//! filtered by, in whichever status. Notes are private ones. A status that the workflow forbids is silently left out
//! with a yes, so an issue is read again after it was opened. A due date is a day there, and never lies before the
//! day the issue starts; so the day we decided it is the earliest.
//!
//! Texts are read as Textile or as Markdown, depending on the installation: what means something in either is broken
//! up (mentions, links, pictures, macros).
//!
//! Source: Redmine's code (trunk of 2026-08, seen 2026-11); tried with a real Redmine 5.0.4 by `tests/real`. Its web
//! hooks are not in a version that could be tried.

mod write;

use gehoor_domain::case::TicketState;
use gehoor_wire::{Request, Response};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::{Advice, never};
use crate::desk::config::{Common, Defaults, text_of};
use crate::desk::http::{check_base, page};
use crate::desk::{About, Ask, Desk, Found, Helpdesk, Shape, hook};
use crate::plug::{BadConfig, Context, Kind, Refusal, TicketNews, read_config};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "redmine",
    about: "Redmine: opens, reopens and comments issues, and hears when they are closed",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: the API key of a Redmine user whose role may view, add and edit issues, add notes, and set \
                 and view private notes; for web hooks their secret",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "redmine"
credential = "env:GEHOOR_REDMINE_KEY"
base = "https://redmine.example.org" # where people open it
project = "klachten"
external_field = 7                   # the number of a custom field of issues (text, usable as a filter)
# Statuses by name or number; those that Redmine itself counts as closed are resolved.
# open_state = 2                     # the number of the status that an issue gets when it is reopened
# pending_states = ["Feedback"]
# resolved_states = ["Resolved", "Closed", "Rejected"]
# gone_states = []
# priority = [[90, 5], [70, 4], [50, 3], [0, 2]]  # numbers of priorities
# private_issues = false             # true: only some may see the issues
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { tracker_id = 3, 8 = "{permalink}" }  # a number is a custom field
"#,
    build: |table| Ok(Box::new(Helpdesk(Redmine::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Redmine",
    unauthorized: "put a valid API key into the credential of this outlet, and check that the REST interface is \
                   switched on in Redmine's settings",
    forbidden: "check that the key's user may view, add and edit issues in the project",
    missing: "check `base` and `project`",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check `project`, `external_field`, `open_state`, `priority` and `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "2",
    pending: &["Feedback"],
    resolved: &["Resolved", "Closed", "Rejected"],
    gone: &[],
    // As a new installation numbers them: 1 low, 2 normal, 3 high, 4 urgent, 5 immediate.
    priority: &[(90, "5"), (70, "4"), (50, "3"), (0, "2")],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    project: String,
    external_field: u64,
    #[serde(default)]
    private_issues: bool,
}

struct Redmine {
    config: Config,
    common: Common,
}

impl Redmine {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if config.project.is_empty() || !config.project.chars().all(fits) {
            return Err(BadConfig(
                "`project` must be the identifier of a project, as it stands in its address".into(),
            ));
        }
        if !common.states.open.is_u64() {
            return Err(BadConfig("`open_state` must be the number of a status".into()));
        }
        Ok(Self { config, common })
    }

    fn state(&self, status: &Value) -> TicketState {
        let state = |key: &str| status.get(key).map_or(TicketState::Open, |v| self.common.states.of(v));
        match (state("name"), state("id")) {
            // Newer versions say themselves which are closed.
            (TicketState::Open, TicketState::Open) if status.get("is_closed") == Some(&Value::Bool(true)) => {
                TicketState::Resolved
            }
            (TicketState::Open, by_number) => by_number,
            (by_name, _) => by_name,
        }
    }

    fn one(&self, issue: &Value) -> Option<Found> {
        let texts = |list: &Value| -> Vec<String> {
            let notes = list.as_array().into_iter().flatten();
            notes.filter_map(|n| Some(n.get("notes")?.as_str()?.to_owned())).collect()
        };
        let mut found = Found {
            id: text_of(issue.get("id")?),
            state: Some(self.state(issue.get("status")?)),
            whole: issue.get("journals").is_some(),
            ..Found::default()
        };
        found.texts = issue.get("journals").map(texts).unwrap_or_default();
        found.texts.extend(issue.get("description").and_then(Value::as_str).map(str::to_owned));
        Some(found)
    }

    fn all(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.get("issues")?.as_array()?.iter().map(|issue| self.one(issue)).collect()
    }
}

impl Desk for Redmine {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { change_may_lie: true, unseen_is_gone: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request(ask, about, cx)
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer.get("issue")?)
    }

    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>> {
        let fields =
            |issue: &Value| issue.get("custom_fields").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_ours = |field: &Value| {
            field.get("id").and_then(Value::as_u64) == Some(self.config.external_field)
                && field.get("value").and_then(Value::as_str) == Some(external)
        };
        // A field that cannot be filtered by is passed over, and every issue is listed.
        let mine = |issue: &&Value| fields(issue).iter().any(is_ours);
        answer.get("issues")?.as_array()?.iter().filter(mine).map(|issue| self.one(issue)).collect()
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        self.one(answer.get("issue")?).map(|found| found.texts)
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("issue")?.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["issues", id])
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        // It names the field in the language of the key's user.
        (answer.status == 422).then(|| {
            never(
                "Redmine refuses a field (422): check that the project has the custom field `external_field`, that all \
                 required fields are in `fields`, and that `open_state` and the numbers in `priority` exist",
            )
        })
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        self.list("issue_id", &ids.join(","), cx)
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
            hook::hex_sha256(hook::header(headers, "x-redmine-signature-256")?, &[body], cx)?;
            let message = hook::body(body)?;
            let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
            let issue = message.get("data").unwrap_or(&message).get("issue").unwrap_or(&Value::Null);
            let state = match kind {
                "issue.deleted" => Some(TicketState::Gone),
                _ => issue.get("status").map(|status| self.state(status)),
            };
            Ok(hook::news(issue.get("id").map(text_of), state))
        };
        Some(read())
    }
}
