//! What Trustpilot pushes when a review is written, changed or deleted.
//!
//! Set up in the Business portal. No signature was seen on its calls, so the address is the secret. Nothing is sent a
//! second time later: the polled source stays the one that misses nothing, and this one only makes it faster. What is
//! sent is as in Trustpilot's support pages (seen 2026-11): less than a list has, and in part under other names.

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use super::review;
use crate::plug::{
    Back, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Vouched, read_config,
};
use crate::raw::{api, reply};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "trustpilot-webhook",
    about: "receives reviews that Trustpilot pushes; beside the polled source, not in its place",
    channel: Channel::Review,
    credential: "required: a long random text in the address, because Trustpilot does not sign",
    polled: false,
    example: r#"[[source]]
id = "trustpilot-push"
kind = "trustpilot-webhook"
platform = "trustpilot"   # as the polled source, so that authors are the same
credential = "env:TRUSTPILOT_PUSH_TOKEN"
# reply_as = "meubelhal"
"#,
    reach: "nothing: only what is sent from now on, and nothing is sent twice",
    recheck: 0,
    shared: Some("trustpilot"),
    every: SignedDuration::ZERO,
    build: |table| Ok(Box::new(read_config::<Webhook>(table)?)),
};

const EXPECTED: &str = "events as Trustpilot pushes them";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    reply_as: Option<String>,
}

impl Source for Webhook {
    fn back(&self) -> Back {
        Back::Nothing
    }

    fn vouched(&self) -> Vouched {
        Vouched::Address
    }

    fn plan(&self, _cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        Err(PlanError::Pushed)
    }

    fn parse(&self, _cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let body = api::body(response, EXPECTED)?;
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        for (at, event) in api::list(&body, "events", EXPECTED)?.iter().enumerate() {
            match self.read(event) {
                Ok(found) => items.extend(found),
                Err(problem) => warnings.push(api::left_out(format!("event {}", at + 1), problem)),
            }
        }
        Ok(Page { items, warnings, next: Next::CaughtUp(Cursor::default()), hints: Hints::default() })
    }
}

impl Webhook {
    fn read(&self, event: &Value) -> Result<Vec<Draft>, &'static str> {
        let data = api::at(event, "eventData");
        match api::text(event, "eventName") {
            Some("service-review-created" | "service-review-updated") => {
                review::drafts(data, self.reply_as.as_deref()).ok_or("has no id or says nothing")
            }
            Some("service-review-deleted") => {
                let id = api::id(data, "id").ok_or("has no id")?;
                let gone = |external_id| Draft { external_id, withdrawn: true, ..Draft::default() };
                Ok(vec![gone(reply::id_of(&id)), gone(id)])
            }
            _ => Err("is of a kind that is not known"),
        }
    }
}
