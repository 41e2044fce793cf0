//! Answers for tests: a fixture as a response, and a page as a person wants to see it in a snapshot.

use bytes::Bytes;
use gehoor_wire::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::plug::{Next, Page};

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
