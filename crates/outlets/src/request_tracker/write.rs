//! What is sent to Request Tracker, byte for byte.

use gehoor_domain::effect::{Delivery, Task, Visibility};
use gehoor_wire::{Body, Request};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::RequestTracker;
use super::talk::Asked;
use crate::answer::{later, never};
use crate::plug::{Context, Refusal};
use crate::{clean, letter};

/// The subject column takes 200 bytes and cuts the rest off, with our key in it (seen at 5.0.3).
const SUBJECT: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NewTicket<'a> {
    queue: &'a str,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requestor: Option<&'a str>,
    content: String,
    content_type: &'static str,
    priority: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<serde_json::Map<String, Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reopening<'a> {
    status: &'a str,
    priority: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Pushing {
    priority: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Comment {
    subject: String,
    content: String,
    content_type: &'static str,
}

impl RequestTracker {
    /// A call without a body.
    pub(super) fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = cx.credential.ok_or_else(|| {
            never("there is no token: set `credential` of this outlet to an authentication token of Request Tracker")
        })?;
        let mut url = self.config.base.clone();
        url.path_segments_mut()
            .map_err(|()| never("`base` of this outlet is not a web address"))?
            .pop_if_empty()
            .extend(["REST", "2.0"])
            .extend(path);
        let token = token.reveal().trim();
        let fits = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
        let mut value = Some(format!("token {token}"))
            .filter(|_| fits)
            .and_then(|text| HeaderValue::from_str(&text).ok())
            .ok_or_else(|| {
                never("the credential of this outlet is no token: copy the whole token, and only it")
            })?;
        value.set_sensitive(true);
        let mut request = Request::api(method, url);
        request.credential = self.config.base.host_str().map(|host| format!("request-tracker:{host}"));
        request.headers.insert(AUTHORIZATION, value);
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(request)
    }

    /// The request of a question.
    pub(super) fn ask(
        &self,
        asked: &Asked,
        delivery: &Delivery,
        cx: &Context<'_>,
    ) -> Result<Request, Refusal> {
        let call = |method, path: &[&str]| self.call(method, path, cx);
        let key = clean::token(delivery.key.as_str());
        match asked {
            Asked::Ticket(id) | Asked::Reread(id) => call(Method::GET, &["ticket", &id.to_string()]),
            Asked::LookUp | Asked::Another(_) => {
                let Task::Ticket { external, .. } = &delivery.task else { return Err(no_ticket()) };
                let mut query = format!("Subject LIKE '{}'", bracketed(external));
                if let Some(field) = &self.config.external_field {
                    query = format!("'CF.{{{field}}}' = '{}' OR {query}", clean::token(external));
                }
                let mut request = call(Method::GET, &["tickets"])?;
                request
                    .url
                    .query_pairs_mut()
                    .append_pair("query", &query)
                    .append_pair("fields", "Status,Subject")
                    .append_pair("orderby", "id")
                    .append_pair("order", "DESC");
                Ok(request)
            }
            Asked::Original(id, _) => {
                let mut request = call(Method::GET, &["ticket", &id.to_string(), "attachments"])?;
                request.url.query_pairs_mut().append_pair("fields", "Content").append_pair("per_page", "1");
                Ok(request)
            }
            Asked::Comments(id, _) => {
                let mut request = call(Method::GET, &["transactions"])?;
                // Without the opening bracket: 5.0.3 takes any query here that holds one for JSON, and answers 500.
                let query = format!("TicketId = {id} AND Subject LIKE '{key}]'");
                request.url.query_pairs_mut().append_pair("query", &query);
                Ok(request)
            }
            Asked::Reopen(id) => {
                let Task::Ticket { priority, due, .. } = &delivery.task else { return Err(no_ticket()) };
                let body = Reopening {
                    status: &self.config.open_status,
                    priority: self.priority(*priority),
                    due: due.map(date),
                };
                with_json(call(Method::PUT, &["ticket", &id.to_string()])?, &body)
            }
            Asked::Comment(id) => {
                let body = Comment {
                    subject: subject(&delivery.subject, &key),
                    content: content(delivery),
                    content_type: "text/plain",
                };
                let public = matches!(delivery.task, Task::Comment { visibility: Visibility::Public, .. });
                let way = if public && self.config.public_posts { "correspond" } else { "comment" };
                with_json(call(Method::POST, &["ticket", &id.to_string(), way])?, &body)
            }
            Asked::Push(id) => {
                let Task::Push { priority, due, .. } = &delivery.task else { return Err(no_ticket()) };
                let body = Pushing { priority: self.priority(*priority), due: due.map(date) };
                with_json(call(Method::PUT, &["ticket", &id.to_string()])?, &body)
            }
            Asked::Follow(before) => {
                let url = self.receipt(*before).url;
                let follows = letter::following(delivery, &before.to_string(), url.as_deref());
                self.ask(&Asked::Create, &follows, cx)
            }
            Asked::Create => {
                let Task::Ticket { external, priority, due, .. } = &delivery.task else {
                    return Err(no_ticket());
                };
                let custom_fields = self.config.external_field.clone().map(|field| {
                    serde_json::Map::from_iter([(field, Value::String(clean::token(external)))])
                });
                let body = NewTicket {
                    queue: &self.config.queue,
                    subject: subject(&delivery.subject, external),
                    requestor: self.config.requestor.as_deref(),
                    content: content(delivery),
                    content_type: "text/plain",
                    priority: self.priority(*priority),
                    due: due.map(date),
                    custom_fields,
                };
                with_json(call(Method::POST, &["ticket"])?, &body)
            }
        }
    }

    /// Our 0 to 100 on the scale that the queue uses.
    fn priority(&self, ours: u8) -> i32 {
        let (low, high) = (f64::from(self.config.priority.0), f64::from(self.config.priority.1));
        (low + (high - low) * f64::from(ours.min(100)) / 100.0).round() as i32
    }
}

fn no_ticket() -> Refusal {
    later("the conversation with Request Tracker lost its thread: it starts again")
}

/// A key as it stands in a subject. The bracket at its end keeps case 7 apart from case 70.
pub(super) fn bracketed(key: &str) -> String {
    format!("[{}]", clean::token(key))
}

/// A subject that ends with a key, however long it is.
fn subject(text: &str, key: &str) -> String {
    let key = bracketed(key);
    format!("{} {key}", clean::line(text, SUBJECT.saturating_sub(key.len() + 1))).trim().to_owned()
}

fn content(delivery: &Delivery) -> String {
    format!("{}\n\n{}\n", letter::plain(delivery), letter::mark(delivery))
}

/// A time as its database writes it, in UTC. Changes take nothing else: with `T` and `Z` the date is lost (5.0.3).
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn with_json<T: Serialize>(mut request: Request, body: &T) -> Result<Request, Refusal> {
    let bytes = serde_json::to_vec(body).map_err(|_| never("the ticket could not be written as JSON"))?;
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.body = Body::Bytes(bytes.into());
    Ok(request)
}
