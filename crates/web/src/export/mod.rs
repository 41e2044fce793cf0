//! Files to take away: the same filters and the same scope as the page they stand on, one row a mention or a case.

pub(crate) mod cases;
pub(crate) mod evidence;
pub(crate) mod mentions;
pub(crate) mod sheet;
pub(crate) mod trends;

pub use cases::cases_csv;
pub use mentions::mentions_csv;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

/// An answer that is saved as a file.
pub(crate) fn file(body: impl IntoResponse, kind: &'static str, name: &str, now: Timestamp) -> Response {
    let mut response = body.into_response();
    let day = now.strftime("%Y-%m-%d");
    let (stem, ending) = name.split_once('.').unwrap_or((name, "txt"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) =
        HeaderValue::from_str(&format!("attachment; filename=\"gehoor-{stem}-{day}.{ending}\""))
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
