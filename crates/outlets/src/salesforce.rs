//! Salesforce cases by the REST interface.
//!
//! A case is written under our key (`external_field`, a custom field marked as External ID and unique): an upsert, so
//! it can be repeated without a second case. It is looked up all the same, to see whether it is closed and whether our
//! text is there. Texts are case comments that are not published to customers.
//!
//! The login is OAuth 2: the credential holds the secret of a connected app (client credentials), or its refresh token;
//! calls carry the token that this gives. Salesforce tells others of changes by Platform Events or flows only, so states
//! are asked for.
//!
//! Sources: Salesforce's pages on records by id and by external id (v55 to v67, 2022 to 2026, seen 2026-11): only those by
//! id take a list of fields. From memory: that a comment takes 4,000 bytes, and the address of the login.

use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{Advice, later, never};
use crate::desk::config::{self, Common, Defaults, put, text_of};
use crate::desk::http::{Shown, call, check_base, page, secret, show, with_json};
use crate::desk::{About, Ask, Desk, Found, Helpdesk, Shape};
use crate::letter::{Style, marked};
use crate::plug::{BadConfig, Context, Kind, Refusal, read_config};
use crate::{clean, defuse};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "salesforce",
    about: "Salesforce: writes cases under our key, reopens and comments them, and hears when they are closed",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: the consumer secret of a connected app that may use client credentials, or lines \
                 `client_secret=…` and `refresh_token=…`",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "salesforce"
credential = "env:GEHOOR_SALESFORCE_SECRET"
base = "https://example.my.salesforce.com"
client_id = "3MVG9.EXAMPLE"          # the consumer key of the connected app
external_field = "Gehoor_Key__c"     # a custom field of cases (text, External ID, unique)
# due_field = "Gehoor_Due__c"        # a custom field of cases (date/time)
# api_version = "v62.0"
# origin = "Web"
# open_state = "New"                 # what a case gets when it is new or reopened
# pending_states = ["On Hold"]
# resolved_states = ["Closed"]
# gone_states = []
# priority = [[70, "High"], [30, "Medium"], [0, "Low"]]
# public_posts = false               # true: posts and our public answers as public texts; all else stays internal
# fields = { Type = "Problem", Post__c = "{permalink}" }
"#,
    build: |table| Ok(Box::new(Helpdesk(Salesforce::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "Salesforce",
    unauthorized: "check the consumer secret in the credential of this outlet and `client_id`",
    forbidden: "check that the app's user may read, create and edit cases and case comments",
    missing: "check `base`, `api_version` and `external_field`",
    gone: "check `base`",
    moved: "several cases carry the same key, or `base` has moved: make the field unique, merge the cases, or put the \
            address where it ends into `base`",
    refused: "check `external_field`, `open_state`, `priority` and `fields` of this outlet",
};

const DEFAULTS: Defaults = Defaults {
    open: "New",
    pending: &["On Hold"],
    resolved: &["Closed"],
    gone: &[],
    priority: &[(70, "High"), (30, "Medium"), (0, "Low")],
};

const SUBJECT: usize = 255;
const DESCRIPTION: usize = 31_000;
const COMMENT: usize = 4000;
/// One post has to fit into a comment together with what is ours.
const SHORT: Style = Style { most_posts: 2, post: 1200, ..Style::DESK };
const FIELDS: &str = "Id,Status,Description";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: Url,
    client_id: String,
    external_field: String,
    due_field: Option<String>,
    #[serde(default = "api_version")]
    api_version: String,
    #[serde(default = "origin")]
    origin: String,
}

fn api_version() -> String {
    "v62.0".to_owned()
}
fn origin() -> String {
    "Web".to_owned()
}

struct Salesforce {
    config: Config,
    common: Common,
    login: OAuth2,
}

impl Salesforce {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        check_base(&config.base)?;
        let name =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !name(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be names of fields, such as Gehoor_Key__c".into(),
            ));
        }
        let digits =
            config.api_version.strip_prefix('v').map(|v| v.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        if digits != Some(true) {
            return Err(BadConfig("`api_version` must be a version, such as v62.0".into()));
        }
        let token_url = page(&config.base, &["services", "oauth2", "token"]).and_then(|u| u.parse().ok());
        let login = OAuth2 {
            token_url: token_url.ok_or_else(|| BadConfig("`base` must be a web address".into()))?,
            refresh_url: None,
            client_id: config.client_id.clone(),
            auth: ClientAuth::Form,
            scope: None,
            holds: None,
        };
        Ok(Self { config, common, login })
    }

    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "the consumer secret of a connected app")?;
        let path = [&["services", "data", &self.config.api_version], path].concat();
        let mut request = call(KIND.name, method, &self.config.base, &path)?;
        show(&mut request, token, Shown::As("Bearer "))?;
        Ok(request)
    }

    fn read_fields(&self, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(Method::GET, &[&["sobjects", "Case"], path].concat(), cx)?;
        request.url.query_pairs_mut().append_pair("fields", FIELDS);
        Ok(request)
    }

    fn query(&self, soql: &str, cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(Method::GET, &["query"], cx)?;
        request.url.query_pairs_mut().append_pair("q", soql);
        Ok(request)
    }

    fn pushed(&self, case: &mut Value, about: &About<'_>) {
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(case, "Priority", priority.clone());
        }
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            // Its own way of writing a time: an offset without a colon.
            put(case, field, due.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string());
        }
    }

    fn one(&self, case: &Value) -> Option<Found> {
        Some(Found {
            id: text_of(case.get("Id")?),
            state: Some(self.common.states.of(case.get("Status")?)),
            texts: case.get("Description").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
            ..Found::default()
        })
    }
}

impl Desk for Salesforce {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { unseen_is_gone: true, ..Shape::default() }
    }

    fn is_id(&self, text: &str) -> bool {
        matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let field = self.config.external_field.as_str();
        match ask {
            // Asked for by its key, a case comes with all its fields.
            Ask::LookUp => self.call(Method::GET, &["sobjects", "Case", field, &about.external], cx),
            Ask::Texts => {
                let id = Some(about.id).filter(|id| self.is_id(id)).unwrap_or_default();
                self.query(
                    &format!("SELECT CommentBody FROM CaseComment WHERE ParentId = '{id}' ORDER BY CreatedDate DESC LIMIT 200"),
                    cx,
                )
            }
            Ask::Change => {
                let mut case = json!({});
                if about.closed {
                    put(&mut case, "Status", self.common.states.open.clone());
                }
                self.pushed(&mut case, about);
                let mut request = self.call(Method::PATCH, &["sobjects", "Case", about.id], cx)?;
                request.repeatable = true;
                Ok(with_json(request, &case))
            }
            Ask::Comment => {
                let comment = json!({
                    "ParentId": about.id,
                    "CommentBody": marked(about.delivery, &SHORT, COMMENT),
                    "IsPublished": self.common.shows(about),
                });
                Ok(with_json(self.call(Method::POST, &["sobjects", "CaseComment"], cx)?, &comment))
            }
            Ask::Create => {
                let mut case = json!({
                    "Subject": defuse::templates(&clean::line(&about.delivery.subject, SUBJECT)),
                    "Description": marked(about.delivery, &Style::DESK, DESCRIPTION),
                    "Origin": self.config.origin,
                    "Status": self.common.states.open,
                });
                self.pushed(&mut case, about);
                config::add(&mut case, config::filled(&self.common.fields, about));
                // The key stands in the address and must not stand in the body as well.
                if let Some(case) = case.as_object_mut() {
                    case.remove(field);
                }
                let mut request =
                    self.call(Method::PATCH, &["sobjects", "Case", field, &about.external], cx)?;
                request.repeatable = true;
                Ok(with_json(request, &case))
            }
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => self.read_fields(&[about.id], cx),
        }
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, _external: &str) -> Option<Vec<Found>> {
        self.one(answer).map(|case| vec![case])
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        let text = |c: &Value| Some(c.get("CommentBody")?.as_str()?.to_owned());
        Some(answer.get("records")?.as_array()?.iter().filter_map(text).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        page(&self.config.base, &["lightning", "r", "Case", id, "view"])
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        if answer.status.is_success() {
            return None;
        }
        let json: Value = serde_json::from_slice(&answer.body).ok()?;
        match json.get(0)?.get("errorCode")?.as_str()? {
            "REQUEST_LIMIT_EXCEEDED" => Some(later(
                "Salesforce has no calls left for today (REQUEST_LIMIT_EXCEEDED): it is tried again by itself; if this \
                 goes on, raise the limit there",
            )),
            "UNABLE_TO_LOCK_ROW" => Some(later(
                "somebody else is writing to the case (UNABLE_TO_LOCK_ROW): it is tried again by itself",
            )),
            "DUPLICATES_DETECTED" => Some(never(
                "a duplicate rule of Salesforce holds the case back (DUPLICATES_DETECTED): change that rule for the app's user",
            )),
            "REQUIRED_FIELD_MISSING" => Some(never(
                "Salesforce wants more fields (REQUIRED_FIELD_MISSING): put them into `fields` of this outlet",
            )),
            _ => None,
        }
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let list: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        self.query(&format!("SELECT Id, Status FROM Case WHERE Id IN ({})", list.join(",")), cx)
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.get("records")?.as_array()?.iter().map(|case| self.one(case)).collect()
    }
}
