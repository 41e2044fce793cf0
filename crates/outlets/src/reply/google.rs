//! What Google's platforms have in common: the error object (<https://google.aip.dev/193>), and when to try again.

use gehoor_wire::Response;
use jiff::SignedDuration;
use serde_json::Value;

use super::talk::{at, wait};
use crate::answer::Advice;
use crate::plug::Refusal;

/// Where Google gives tokens.
pub(crate) const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// A quota of a day that does not say when it is filled again.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a refusal means; a used-up quota comes as 403 too.
pub(crate) fn refusal(advice: &Advice, answer: &Response) -> Refusal {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&Value::Null);
    let list = |name: &str| error.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let reason = list("details").iter().chain(list("errors")).find_map(|one| at(one, "/reason"));
    let until = || list("details").iter().find_map(|one| delay(at(one, "/retryDelay")?));
    let full = || {
        format!("the quota of the Google project for {} is used up: it is tried again by itself", advice.who)
    };
    match (at(error, "/status").unwrap_or_default(), reason.unwrap_or_default()) {
        (_, "quotaExceeded" | "dailyLimitExceeded") => wait(full(), until().or(Some(AN_HOUR))),
        ("RESOURCE_EXHAUSTED", _)
        | (_, "RATE_LIMIT_EXCEEDED" | "rateLimitExceeded" | "userRateLimitExceeded") => wait(full(), until()),
        _ => advice.refusal(answer),
    }
}

/// `30s`.
fn delay(text: &str) -> Option<SignedDuration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    SignedDuration::try_from_secs_f64(seconds.clamp(0.0, 86_400.0)).ok()
}
