//! What is sent to Jira, byte for byte.

use gehoor_wire::Request;
use http::Method;
use serde_json::{Value, json};

use super::{Jira, KIND, PUSH, PUSH_NEW, TRANSIT};
use crate::desk::config::{add, filled, put};
use crate::desk::http::{Shown, call, secret, show, with_json};
use crate::desk::{About, Ask};
use crate::letter::{Style, marked};
use crate::plug::{Context, Refusal};
use crate::{clean, defuse};

const STYLE: Style = Style { text: |text| defuse::templates(&defuse::wiki(text)), ..Style::MARKUP };
const SUMMARY: usize = 250;
/// A text takes 32,767 characters (from memory).
const TEXT: usize = 32_000;

impl Jira {
    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "`mail-address:api-token`, or of a personal access token")?;
        let mut request = call(KIND.name, method, &self.config.base, &[&["rest"], path].concat())?;
        let shown = if token.contains(':') { Shown::Basic("") } else { Shown::As("Bearer ") };
        show(&mut request, token, shown)?;
        Ok(request)
    }

    fn search(&self, jql: &str, fields: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let body = json!({"jql": jql, "fields": fields, "maxResults": 50});
        let (path, body): (&[&str], Value) = match self.config.data_center {
            // A key that is not there any more would make the whole search fail.
            true => (&["api", "2", "search"], {
                let mut body = body;
                put(&mut body, "validateQuery", false);
                body
            }),
            false => (&["api", "3", "search", "jql"], body),
        };
        let mut request = self.call(Method::POST, path, cx)?;
        request.repeatable = true;
        Ok(with_json(request, &body))
    }

    pub(super) fn request_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        if self.config.data_center {
            return self.search(&format!("key in ({})", ids.join(",")), &["status"], cx);
        }
        let mut request = self.call(Method::POST, &["api", "3", "issue", "bulkfetch"], cx)?;
        request.repeatable = true;
        Ok(with_json(request, &json!({"issueIdsOrKeys": ids, "fields": ["status"]})))
    }

    pub(super) fn request(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (key, way) = about.id.split_once('/').unwrap_or((about.id, ""));
        let issue =
            |method, rest: &[&str]| self.call(method, &[&["api", "2", "issue", key], rest].concat(), cx);
        let text = || marked(about.delivery, &STYLE, TEXT);
        match ask {
            Ask::LookUp => {
                let jql = format!(
                    "cf[{}] ~ \"\\\"{}\\\"\" ORDER BY created DESC",
                    self.config.external_field, about.external
                );
                self.search(&jql, &["status", "description", &self.key_field()], cx)
            }
            Ask::Texts => {
                let mut request = issue(Method::GET, &["comment"])?;
                request
                    .url
                    .query_pairs_mut()
                    .append_pair("orderBy", "-created")
                    .append_pair("maxResults", "100");
                Ok(request)
            }
            Ask::Change if about.closed => issue(Method::GET, &["transitions"]),
            TRANSIT => {
                Ok(with_json(issue(Method::POST, &["transitions"])?, &json!({"transition": {"id": way}})))
            }
            Ask::Change | PUSH | PUSH_NEW => {
                let mut fields = json!({});
                if let Some(priority) = self.common.priority.of(about.priority) {
                    put(&mut fields, "priority", json!({"name": priority}));
                }
                if let Some(due) = about.due.filter(|_| !self.config.due_field.is_empty()) {
                    put(&mut fields, &self.config.due_field, due.strftime("%Y-%m-%d").to_string());
                }
                Ok(with_json(issue(Method::PUT, &[])?, &json!({"fields": fields})))
            }
            Ask::Comment => {
                let request = self.call(Method::POST, &["servicedeskapi", "request", key, "comment"], cx)?;
                Ok(with_json(request, &json!({"body": text(), "public": self.common.shows(about)})))
            }
            Ask::Create => {
                let mut values = json!({
                    "summary": defuse::templates(&clean::line(&about.delivery.subject, SUMMARY)),
                    "description": text(),
                });
                put(&mut values, &self.key_field(), about.external.as_str());
                add(&mut values, filled(&self.common.fields, about));
                let body = json!({
                    "serviceDeskId": self.config.service_desk.to_string(),
                    "requestTypeId": self.config.request_type.to_string(),
                    "requestFieldValues": values,
                });
                Ok(with_json(self.call(Method::POST, &["servicedeskapi", "request"], cx)?, &body))
            }
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                let mut request = issue(Method::GET, &[])?;
                request.url.query_pairs_mut().append_pair("fields", "status,description");
                Ok(request)
            }
        }
    }
}
