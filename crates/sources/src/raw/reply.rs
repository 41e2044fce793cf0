//! What a company answered under a review: a post of its own in the thread of the review.
//!
//! Review platforms hang the answer on the review, without an id and often without a date. It is no customer's
//! mention: its author carries the handle that the configuration of the brand knows as ours (`own_accounts`), so that
//! it counts as our answer and opens no case.

use gehoor_domain::mention::Draft;
use gehoor_wire::Response;
use http::StatusCode;
use jiff::Timestamp;

use crate::plug::Known;
use crate::raw::words;

/// Who answers.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    /// The handle under which its answers are kept.
    pub(crate) handle: String,
    /// The name to be shown; the handle where the platform gives none.
    pub(crate) name: Option<String>,
}

/// The id of the answer to a review.
pub(crate) fn id_of(review: &str) -> String {
    format!("{review}/reply")
}

/// The answer to a review; `None` when it says nothing.
pub(crate) fn to(review: &Draft, by: &Company, text: &str, published: Option<Timestamp>) -> Option<Draft> {
    let text = words::tidy(text);
    (!text.is_empty()).then(|| Draft {
        external_id: id_of(&review.external_id),
        permalink: review.permalink.clone(),
        author_id: Some(by.handle.clone()),
        author_name: Some(by.name.clone().unwrap_or_else(|| by.handle.clone())),
        author_handle: Some(by.handle.clone()),
        text,
        published,
        thread: review.thread.clone().or_else(|| Some(review.external_id.clone())),
        in_reply_to: Some(review.external_id.clone()),
        place: review.place.clone(),
        own: true,
        ..Draft::default()
    })
}

/// The id of the review that a mention is or answers, and whether it is the answer.
pub(crate) fn review_of(external_id: &str) -> (&str, bool) {
    match external_id.strip_suffix("/reply") {
        Some(review) => (review, true),
        None => (external_id, false),
    }
}

/// What became of mentions that were asked about: those that are not among the drafts are gone.
pub(crate) fn settle(known: &[Known], mut drafts: Vec<Draft>) -> Vec<Draft> {
    for known in known {
        if !drafts.iter().any(|draft| draft.external_id == known.external_id) {
            drafts.push(Draft {
                external_id: known.external_id.clone(),
                withdrawn: true,
                ..Draft::default()
            });
        }
    }
    drafts
}

/// Whether a refusal says that there is no such thing (any more).
pub(crate) fn is_gone(response: &Response) -> bool {
    matches!(response.status, StatusCode::NOT_FOUND | StatusCode::GONE)
}
