//! HubSpot tickets by the CRM interface (v3), and its signed web hooks (v3).
//!
//! A ticket is written under our key (`external_field`, a ticket property with unique values): an upsert, so it can be
//! repeated without a second ticket. Texts are notes on it, which customers do not see; whether one is there is looked
//! up by a search, which lags. All values are texts. Of a batch some may fail while the answer is a success (207).
//!
//! A web hook is signed together with the address that HubSpot calls, which only the configuration knows (`hook_url`).
//! Portals of 2026 may have a journal to poll instead of web hooks; then states are asked for, as ever.
//!
//! Sources: HubSpot's public specification (2026-08) and changelog (seen 2026-11), and its own clients for Python (12.0)
//! and Node (13.5), which are made of it: fields, those that must be there, the sort `-hs_timestamp`, the type 228 of the
//! link from a note to a ticket, and the signature. Seen in code of others only: limits, and the search by
//! `associations.ticket`. Web hooks for objects of all kinds are of its changelog of 2024-08; that tickets are `0-5` there is
//! from memory.

mod write;

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::Delivery;
use gehoor_wire::{Request, Response};
use http::{HeaderMap, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{Advice, never};
use crate::desk::config::{Common, Defaults, text_of};
use crate::desk::http::{check_base, with_json};
use crate::desk::{About, Ask, Asked, Desk, Found, Helpdesk, Next, Shape, hook};
use crate::letter::lines_of_html;
use crate::plug::{BadConfig, Context, Kind, Refusal, Retry, TicketNews, read_config};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "hubspot",
    about: "HubSpot: writes tickets under our key, reopens them and adds notes, and hears when they are closed",
    tickets: true,
    alerts: false,
    read_by_customers: false,
    credential: "required: the token of a private app with the scope `tickets`; for web hooks the app's client secret",
    example: r#"[[outlet]]
id = "helpdesk"
kind = "hubspot"
credential = "env:GEHOOR_HUBSPOT_TOKEN"
external_field = "gehoor_key"        # a ticket property (text) with unique values
# portal = 12345678                  # the number of your account, for links to tickets
# hook_url = "https://gehoor.example.org/hooks/helpdesk"  # as HubSpot calls it
# due_field = "gehoor_due"           # a ticket property (date and time)
# pipeline = "0"
# note_association = 228
# base = "https://api.hubapi.com"
# States are the ids of the pipeline's stages.
# open_state = "1"                   # what a ticket gets when it is new or reopened
# pending_states = ["2"]
# resolved_states = ["4"]
# gone_states = []
# priority = [[90, "URGENT"], [70, "HIGH"], [30, "MEDIUM"], [0, "LOW"]]
# fields = { hs_ticket_category = "PRODUCT_ISSUE", post = "{permalink}" }
"#,
    build: |table| Ok(Box::new(Helpdesk(HubSpot::read(table)?))),
};

const ADVICE: Advice = Advice {
    who: "HubSpot",
    unauthorized: "put the token of a private app into the credential of this outlet",
    forbidden: "check that the private app has the scope `tickets`",
    missing: "check `base` and `external_field`",
    gone: "check `base`",
    moved: "put the address where it ends into `base`",
    refused: "check that `external_field` has unique values, and that `pipeline`, the states, the priorities and `fields` \
              of this outlet exist there",
};

const DEFAULTS: Defaults = Defaults {
    open: "1",
    pending: &["2"],
    resolved: &["4"],
    gone: &[],
    priority: &[(90, "URGENT"), (70, "HIGH"), (30, "MEDIUM"), (0, "LOW")],
};

/// What tickets are called in web hooks for objects of all kinds.
const TICKET_TYPE: &str = "0-5";
const TICKETS: [&str; 4] = ["crm", "v3", "objects", "tickets"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default = "base")]
    base: Option<Url>,
    external_field: String,
    portal: Option<u64>,
    hook_url: Option<String>,
    due_field: Option<String>,
    #[serde(default = "pipeline")]
    pipeline: String,
    #[serde(default = "note_association")]
    note_association: u32,
}

fn base() -> Option<Url> {
    Url::parse("https://api.hubapi.com").ok()
}
fn pipeline() -> String {
    "0".to_owned()
}
fn note_association() -> u32 {
    228
}

struct HubSpot {
    config: Config,
    base: Url,
    common: Common,
}

impl HubSpot {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let mut own = table.clone();
        let common = Common::take(&mut own, &DEFAULTS)?;
        let config: Config = read_config(&own)?;
        let base = config.base.clone().ok_or_else(|| BadConfig("`base` must be a web address".into()))?;
        check_base(&base)?;
        let name =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name(&config.external_field) || config.due_field.as_deref().is_some_and(|f| !name(f)) {
            return Err(BadConfig(
                "`external_field` and `due_field` must be internal names of ticket properties".into(),
            ));
        }
        Ok(Self { config, base, common })
    }

    fn one(&self, ticket: &Value) -> Option<Found> {
        let properties = ticket.get("properties")?;
        let archived = ticket.get("archived") == Some(&Value::Bool(true));
        let stage = properties.get("hs_pipeline_stage").map(|s| self.common.states.of(s));
        Some(Found {
            id: text_of(ticket.get("id")?),
            state: if archived { Some(TicketState::Gone) } else { stage },
            texts: properties.get("content").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
            ..Found::default()
        })
    }
}

impl Desk for HubSpot {
    fn advice(&self) -> &'static Advice {
        &ADVICE
    }

    fn shape(&self) -> Shape {
        Shape { unseen_is_gone: true, ..Shape::default() }
    }

    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        self.request(ask, about, cx)
    }

    fn ticket(&self, answer: &Value) -> Option<Found> {
        self.one(answer)
    }

    fn found(&self, answer: &Value, _external: &str) -> Option<Vec<Found>> {
        self.one(answer).map(|ticket| vec![ticket])
    }

    fn texts(&self, answer: &Value) -> Option<Vec<String>> {
        let text = |n: &Value| Some(lines_of_html(n.get("properties")?.get("hs_note_body")?.as_str()?));
        Some(answer.get("results")?.as_array()?.iter().filter_map(text).collect())
    }

    fn created(&self, answer: &Value) -> Option<String> {
        answer.get("results")?.as_array()?.first()?.get("id").map(text_of)
    }

    fn url(&self, id: &str) -> Option<String> {
        Some(format!("https://app.hubspot.com/contacts/{}/ticket/{id}", self.config.portal?))
    }

    fn hear(&self, asked: &Asked, _delivery: &Delivery, answer: &Response) -> Option<Result<Next, Refusal>> {
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let nothing = json.get("results").and_then(Value::as_array).is_some_and(Vec::is_empty);
        // A batch of one of which nothing came is a no, though it looks like a yes.
        (asked.ask == Ask::Create && answer.status == StatusCode::MULTI_STATUS && nothing)
            .then(|| Err(never(format!("HubSpot refuses the ticket (207): {}", ADVICE.refused))))
    }

    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        let json = || serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        match answer.status.as_u16() {
            429 if json().get("policyName").and_then(Value::as_str) == Some("DAILY") => Some(Refusal {
                reason: "HubSpot has no calls left for today (429): it is tried again by itself in an hour"
                    .to_owned(),
                retry: Retry::After(SignedDuration::from_hours(1)),
            }),
            _ => None,
        }
    }

    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        let mut request = self.call(Method::POST, &TICKETS, &["batch", "read"], cx)?;
        request.repeatable = true;
        Ok(with_json(
            request,
            &json!({
                "inputs": inputs,
                "properties": ["hs_pipeline_stage"],
                // It has to be there, says the specification.
                "propertiesWithHistory": [],
            }),
        ))
    }

    fn many(&self, answer: &Value) -> Option<Vec<Found>> {
        answer.get("results")?.as_array()?.iter().map(|ticket| self.one(ticket)).collect()
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let read = || {
            let url = self.config.hook_url.as_deref().ok_or_else(|| {
                never("HubSpot signs the address that it calls: set `hook_url` of this outlet to it")
            })?;
            let at = hook::header(headers, "x-hubspot-request-timestamp")?;
            let signature = hook::header(headers, "x-hubspot-signature-v3")?;
            hook::base64_sha256(signature, &[b"POST", url.as_bytes(), body, at.as_bytes()], cx)?;
            hook::is_fresh(at.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()), cx.now)?;
            let events = hook::body(body)?;
            let each = events.as_array().cloned().unwrap_or_default();
            Ok(each.iter().flat_map(|event| self.event(event)).collect())
        };
        Some(read())
    }
}

impl HubSpot {
    fn event(&self, event: &Value) -> Vec<TicketNews> {
        let text = |key: &str| event.get(key).map(text_of).unwrap_or_default();
        let kind = text("subscriptionType");
        // An app may hear of contacts and deals too, and their ids may be those of tickets.
        let what = match kind.split_once('.') {
            Some(("ticket", what)) => what,
            Some(("object", what)) if text("objectTypeId") == TICKET_TYPE => what,
            _ => return Vec::new(),
        };
        let state = match what {
            "deletion" => Some(TicketState::Gone),
            "propertyChange" if text("propertyName") == "hs_pipeline_stage" => {
                event.get("propertyValue").map(|stage| self.common.states.of(stage))
            }
            _ => None,
        };
        hook::news(Some(text("objectId")), state)
    }
}
