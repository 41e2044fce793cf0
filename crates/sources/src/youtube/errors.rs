//! What the errors of the YouTube Data API mean.

use gehoor_wire::Response;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::Value;

use super::EXPECTED;
use crate::plug::Refusal;
use crate::raw::api;

/// The reason that an error names.
pub(super) fn reason(body: &Value) -> Option<&str> {
    api::at(body, "error/errors").get(0).and_then(|e| api::text(e, "reason"))
}

/// What a reason means that a person has to mend.
pub(super) fn why(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "commentsDisabled" => "comments are switched off there",
        "videoNotFound" => "there is no such video (any more)",
        "channelNotFound" => "there is no such channel (any more): check `channel_id`",
        "keyInvalid" => "the key is not accepted: check `credential`",
        "accessNotConfigured" => "the YouTube Data API is not switched on for the key's project",
        _ => return None,
    })
}

/// What a refusal's body says.
pub(super) fn refusal(response: &Response) -> Option<Refusal> {
    let body = api::body(response, EXPECTED).ok()?;
    let reason = reason(&body)?;
    if matches!(reason, "quotaExceeded" | "dailyLimitExceeded") {
        return Some(Refusal {
            why: "the project's quota is used up until midnight in California".to_owned(),
            not_before: Some(until_midnight(response.at)),
            ended: false,
        });
    }
    why(reason).map(api::ended)
}

/// Whether a refusal concerns the key, and so all that is asked with it.
pub(super) fn is_of_all(response: &Response) -> bool {
    let body = api::body(response, EXPECTED).unwrap_or_default();
    matches!(reason(&body), Some("keyInvalid" | "accessNotConfigured" | "rateLimitExceeded"))
}

/// How long it is until the next midnight in California, where Google's days begin.
fn until_midnight(now: Timestamp) -> SignedDuration {
    let next = TimeZone::get("America/Los_Angeles").ok().and_then(|zone| {
        now.to_zoned(zone).checked_add(1.day()).ok()?.start_of_day().ok().map(|day| day.timestamp())
    });
    next.map_or(SignedDuration::from_hours(24), |next| next.duration_since(now))
}
