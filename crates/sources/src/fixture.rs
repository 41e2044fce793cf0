//! Answers for tests: a fixture as a response, and a page as a person wants to see it in a snapshot.

use std::collections::BTreeMap;

use bytes::Bytes;
use gehoor_domain::mention::Draft;
use gehoor_wire::{Request, Response, Secret};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;

use crate::plug::{Context, Cursor, Next, Page, Source, Warning};

/// The moment at which every test answer is received.
pub(crate) const AT: &str = "2024-05-03T12:00:00Z";

/// A file of `fixtures/`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A successful answer.
pub(crate) fn page(url: &str, content_type: &str, body: impl AsRef<[u8]>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    Response {
        status: StatusCode::OK,
        headers,
        body: Bytes::copy_from_slice(body.as_ref()),
        url: Url::parse(url).unwrap(),
        moved_to: None,
        at: AT.parse().unwrap(),
    }
}

/// A page for a snapshot.
pub(crate) fn shown(page: &Page) -> Value {
    let (next, cursor) = match &page.next {
        Next::More(cursor) => ("more", cursor),
        Next::CaughtUp(cursor) => ("caught up", cursor),
    };
    let rest = page.hints.not_before.map(|d| format!("{d:#}"));
    json!({"items": page.items, "warnings": page.warnings, "next": next, "cursor": cursor, "rest": rest, "ended": page.hints.ended})
}

/// Polls until caught up, as the engine does; `answer` plays the server. Gives what was found and the cursor.
pub(crate) fn poll(
    source: &dyn Source,
    mut cursor: Cursor,
    now: Timestamp,
    mut answer: impl FnMut(&Request) -> Value,
) -> (Vec<Draft>, Vec<Warning>, Cursor) {
    let secret = Secret::new("geheim");
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for step in 0..20_000 {
        // A page takes 50 milliseconds.
        let now = now + SignedDuration::from_millis(50 * step);
        let request = source.plan(&cursor, &Context { now, credential: Some(&secret) }).unwrap();
        let mut response = page(request.url.as_str(), "application/json", answer(&request).to_string());
        response.at = now;
        let read = source.parse(&cursor, &response).unwrap();
        found.extend(read.items);
        warnings.extend(read.warnings);
        match read.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, warnings, next),
        }
    }
    panic!("never caught up");
}

/// The parameters of a request's address.
pub(crate) fn query(request: &Request) -> BTreeMap<String, String> {
    request.url.query_pairs().into_owned().collect()
}

/// A refusal.
pub(crate) fn refused(url: &str, status: u16, body: &str) -> Response {
    Response { status: StatusCode::from_u16(status).unwrap(), ..page(url, "application/json", body) }
}
