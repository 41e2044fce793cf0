//! What is refused of a source of many parts (shops, apps, posts, older pages): one of them, and not the source.
//!
//! A refusal of the login (401), of the pace (429) or of the day (5xx) concerns all of it, and so does one whose body
//! says when the quota is filled again.

use gehoor_wire::Response;
use http::StatusCode;

use crate::plug::{Hints, Next, Page, Source, Warning};

/// Why this part was refused and what to do; `None` when the refusal concerns the whole source.
pub(crate) fn refused(source: &dyn Source, response: &Response) -> Option<String> {
    let usual = match response.status {
        StatusCode::BAD_REQUEST => "the platform does not understand it: check how it is written",
        StatusCode::FORBIDDEN => "the credential may not read it: give it the permission, or take it out",
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            "there is no such thing (any more), or it is hidden: correct it, or take it out"
        }
        _ => return None,
    };
    if response.header("retry-after").is_some() {
        return None;
    }
    match source.refusal(response) {
        Some(refusal) if refusal.not_before.is_some() => None,
        Some(refusal) => Some(refusal.why),
        None => Some(format!("{usual} (status {})", response.status.as_u16())),
    }
}

/// A page that holds nothing but the word on a part that was refused.
pub(crate) fn page(item: String, problem: String, next: Next) -> Page {
    Page { items: Vec::new(), warnings: vec![Warning { item, problem }], next, hints: Hints::default() }
}

/// What is said of a page further down that was refused.
pub(crate) fn page_below(why: &str) -> String {
    format!("an older page was refused, and what lies below it is left for later: {why}")
}
