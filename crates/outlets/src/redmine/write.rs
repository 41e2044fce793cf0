//! What is sent to Redmine, byte for byte.

use gehoor_wire::Request;
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{KIND, Redmine};
use crate::desk::config::{add, filled, numbered, put};
use crate::desk::http::{Shown, call, secret, show, with_json};
use crate::desk::{About, Ask};
use crate::letter::{Style, marked};
use crate::plug::{Context, Refusal};
use crate::{clean, defuse};

const SUBJECT: usize = 255;
const TEXT: usize = 60_000;

impl Redmine {
    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let key = secret(cx.credential, "the API key of a Redmine user")?;
        let mut request = call(KIND.name, method, &self.config.base, path)?;
        show(&mut request, key, Shown::Header("x-redmine-api-key"))?;
        Ok(request)
    }

    pub(super) fn list(&self, name: &str, value: &str, cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(Method::GET, &["issues.json"], cx)?;
        let mut query = request.url.query_pairs_mut();
        // Without a status only open issues are listed.
        query.append_pair(name, value).append_pair("status_id", "*").append_pair("limit", "100");
        drop(query);
        Ok(request)
    }

    fn pushed(&self, issue: &mut Value, about: &About<'_>) {
        if let Some(priority) = self.common.priority.of(about.priority) {
            put(issue, "priority_id", priority.clone());
        }
        if let Some(due) = about.due {
            put(issue, "due_date", day(due.max(about.delivery.at)));
        }
    }

    fn new_issue(&self, about: &About<'_>) -> Value {
        let (custom, named) = numbered(filled(&self.common.fields, about));
        let mut fields = vec![json!({"id": self.config.external_field, "value": about.external})];
        fields.extend(custom.into_iter().map(|(id, value)| json!({"id": id, "value": value})));
        let mut issue = json!({
            "project_id": self.config.project,
            "subject": defuse::templates(&clean::line(&about.delivery.subject, SUBJECT)),
            "description": marked(about.delivery, &Style::MARKUP, TEXT),
            "is_private": self.config.private_issues,
            "start_date": day(about.delivery.at),
            "custom_fields": fields,
        });
        self.pushed(&mut issue, about);
        add(&mut issue, named);
        issue
    }

    pub(super) fn request(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let issue = format!("{}.json", about.id);
        match ask {
            Ask::LookUp => self.list(&format!("cf_{}", self.config.external_field), &about.external, cx),
            Ask::Change => {
                let mut body = json!({});
                if about.closed {
                    put(&mut body, "status_id", self.common.states.open.clone());
                }
                self.pushed(&mut body, about);
                Ok(with_json(self.call(Method::PUT, &["issues", &issue], cx)?, &json!({"issue": body})))
            }
            Ask::Comment => {
                let body = json!({"notes": marked(about.delivery, &Style::MARKUP, TEXT), "private_notes": !self.common.shows(about)});
                let mut request = self.call(Method::PUT, &["issues", &issue], cx)?;
                // Sent twice it would stand there twice.
                request.repeatable = false;
                Ok(with_json(request, &json!({"issue": body})))
            }
            Ask::Create => {
                let request = self.call(Method::POST, &["issues.json"], cx)?;
                Ok(with_json(request, &json!({"issue": self.new_issue(about)})))
            }
            Ask::Ticket | Ask::Read | Ask::Texts | Ask::Reread | Ask::Own(_) => {
                let mut request = self.call(Method::GET, &["issues", &issue], cx)?;
                request.url.query_pairs_mut().append_pair("include", "journals");
                Ok(request)
            }
        }
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
