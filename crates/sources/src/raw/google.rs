//! What Google's APIs have in common: the error object (<https://google.aip.dev/193>).

use gehoor_wire::Response;
use jiff::SignedDuration;
use serde_json::Value;

use crate::plug::Refusal;
use crate::raw::api;

/// Where Google gives tokens.
pub(crate) const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// A used-up quota that does not say when it is filled again: those of a minute are.
const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a refusal means; `what` is what was asked for, such as `the reviews of app x`. `None` when it is no error object,
/// or when it is the token that has ended.
pub(crate) fn refusal(response: &Response, what: &str) -> Option<Refusal> {
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    let error = body.get("error")?;
    let details = api::at(error, "details").as_array().map(Vec::as_slice).unwrap_or_default();
    let older = api::at(error, "errors").as_array().map(Vec::as_slice).unwrap_or_default();
    let reason = details.iter().chain(older).find_map(|one| api::text(one, "reason")).unwrap_or_default();
    let status = api::text(error, "status").unwrap_or_default();
    let (why, not_before, ended) = match (status, reason) {
        (_, "SERVICE_DISABLED" | "accessNotConfigured" | "BILLING_DISABLED") => {
            ("the API is not switched on for this Google project: switch it on in the console", None, true)
        }
        ("RESOURCE_EXHAUSTED", _)
        | (_, "RATE_LIMIT_EXCEEDED" | "rateLimitExceeded" | "userRateLimitExceeded") => (
            "the quota of this Google project is used up",
            Some(retry_delay(details).unwrap_or(A_MINUTE)),
            false,
        ),
        (_, "quotaExceeded" | "dailyLimitExceeded") => (
            "the quota of this Google project is used up",
            Some(retry_delay(details).unwrap_or(AN_HOUR)),
            false,
        ),
        ("PERMISSION_DENIED", _) => ("this account may not read it: give it the permission", None, false),
        ("NOT_FOUND", _) => {
            ("there is no such thing (any more), or this account may not know of it", None, false)
        }
        ("UNAVAILABLE", _) => ("Google cannot answer now", retry_delay(details), false),
        ("FAILED_PRECONDITION", _) => ("it is not in a state in which it can be read", None, false),
        _ => return None,
    };
    Some(Refusal { why: format!("{what}: {why}"), not_before, ended })
}

/// `"retryDelay": "30s"` in a `RetryInfo`.
fn retry_delay(details: &[Value]) -> Option<SignedDuration> {
    let delay = details.iter().find_map(|one| api::text(one, "retryDelay"))?;
    let seconds: f64 = delay.strip_suffix('s')?.parse().ok()?;
    SignedDuration::try_from_secs_f64(seconds.clamp(0.0, 86_400.0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn read(body: &str) -> Option<Refusal> {
        refusal(&fixture::refused("https://x.googleapis.com/", 429, body), "the reviews")
    }

    #[test]
    fn a_quota_says_when_it_is_filled_again() {
        let with = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"geheim","details":[
            {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"30s"}]}}"#;
        let refusal = read(with).unwrap();
        assert_eq!((refusal.not_before, refusal.ended), (Some(SignedDuration::from_secs(30)), false));
        assert!(!refusal.why.contains("geheim"));
        let older = r#"{"error":{"code":403,"errors":[{"domain":"usageLimits","reason":"quotaExceeded"}]}}"#;
        assert_eq!(read(older).unwrap().not_before, Some(AN_HOUR));
    }

    #[test]
    fn what_a_person_has_to_change_ends_it() {
        let off = r#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#;
        assert!(read(off).unwrap().ended);
        assert!(!read(r#"{"error":{"code":403,"status":"PERMISSION_DENIED"}}"#).unwrap().ended);
        for other in
            ["<html>", "{}", r#"{"error":{"code":401,"status":"UNAUTHENTICATED"}}"#, r#"{"error":"x"}"#]
        {
            assert_eq!(read(other), None);
        }
    }
}
