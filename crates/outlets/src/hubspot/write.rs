//! What is sent to HubSpot, byte for byte.

use gehoor_wire::Request;
use http::Method;
use serde_json::{Value, json};

use super::{HubSpot, KIND, TICKETS};
use crate::desk::config::{add, filled, put, text_of};
use crate::desk::http::{Shown, call, secret, show, with_json};
use crate::desk::{About, Ask};
use crate::letter::{Style, html, marked};
use crate::plug::{Context, Refusal};
use crate::{clean, defuse};

const SUBJECT: usize = 250;
/// A text takes 65,536 characters (from memory).
const TEXT: usize = 60_000;
const NOTES: [&str; 4] = ["crm", "v3", "objects", "notes"];
const PROPERTIES: &str = "hs_pipeline_stage,content";

impl HubSpot {
    pub(super) fn call(
        &self,
        method: Method,
        path: &[&str],
        more: &[&str],
        cx: &Context<'_>,
    ) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "the token of a private app")?;
        let mut request = call(KIND.name, method, &self.base, &[path, more].concat())?;
        show(&mut request, token, Shown::As("Bearer "))?;
        Ok(request)
    }

    fn pushed(&self, about: &About<'_>) -> Value {
        let mut properties = json!({});
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(&mut properties, "hs_ticket_priority", priority.clone());
        }
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            put(&mut properties, field, due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        properties
    }

    fn stage(&self) -> Value {
        text_of(&self.common.states.open).into()
    }

    pub(super) fn request(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        match ask {
            Ask::LookUp | Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                let by_key = ask == Ask::LookUp;
                let id = if by_key { about.external.as_str() } else { about.id };
                let mut request = self.call(Method::GET, &TICKETS, &[id], cx)?;
                let mut query = request.url.query_pairs_mut();
                query.append_pair("properties", PROPERTIES);
                if by_key {
                    query.append_pair("idProperty", &self.config.external_field);
                }
                drop(query);
                Ok(request)
            }
            Ask::Texts => {
                let filter =
                    json!({"propertyName": "associations.ticket", "operator": "EQ", "value": about.id});
                let body = json!({
                    "filterGroups": [{"filters": [filter]}],
                    "sorts": ["-hs_timestamp"],
                    "properties": ["hs_note_body"],
                    "limit": 100,
                });
                let mut request = self.call(Method::POST, &NOTES, &["search"], cx)?;
                request.repeatable = true;
                Ok(with_json(request, &body))
            }
            Ask::Change => {
                let mut properties = self.pushed(about);
                if about.closed {
                    put(&mut properties, "hs_pipeline_stage", self.stage());
                }
                let mut request = self.call(Method::PATCH, &TICKETS, &[about.id], cx)?;
                request.repeatable = true;
                Ok(with_json(request, &json!({"properties": properties})))
            }
            Ask::Comment => {
                let kind = json!({"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": self.config.note_association});
                let body = json!({
                    "properties": {
                        "hs_timestamp": about.delivery.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                        "hs_note_body": html(about.delivery, TEXT),
                    },
                    "associations": [{"to": {"id": about.id}, "types": [kind]}],
                });
                Ok(with_json(self.call(Method::POST, &NOTES, &[], cx)?, &body))
            }
            Ask::Create => {
                let mut properties = self.pushed(about);
                put(
                    &mut properties,
                    "subject",
                    defuse::templates(&clean::line(&about.delivery.subject, SUBJECT)),
                );
                put(&mut properties, "content", marked(about.delivery, &Style::DESK, TEXT));
                put(&mut properties, "hs_pipeline", self.config.pipeline.as_str());
                put(&mut properties, "hs_pipeline_stage", self.stage());
                put(&mut properties, &self.config.external_field, about.external.as_str());
                add(&mut properties, filled(&self.common.fields, about));
                let input = json!({
                    "idProperty": self.config.external_field,
                    "id": about.external,
                    "properties": properties,
                });
                let mut request = self.call(Method::POST, &TICKETS, &["batch", "upsert"], cx)?;
                request.repeatable = true;
                Ok(with_json(request, &json!({"inputs": [input]})))
            }
        }
    }
}
