//! What response headers say, as values: when to come back, how much is left, what has changed.
//!
//! Headers are hostile input: everything here is total, and what cannot be read counts as absent. Absolute times
//! are shifted by the difference between the server's clock (its `Date` header) and ours, so that a wrong clock on
//! either side does no harm.

mod freshness;
mod rate_limit;
mod retry_after;

pub use freshness::fresh_until;
pub use rate_limit::{Limit, hold_until, limits};
pub use retry_after::{RETRY_AFTER_CAP, RetryAfter, retry_after};

use http::HeaderMap;
use http::header::{AGE, DATE, ETAG, LAST_MODIFIED};
use jiff::{SignedDuration, Timestamp};

/// A validator longer than this is not remembered: nobody needs it, and it would be stored and sent for ever.
const LONGEST_VALIDATOR: usize = 1024;

/// A delay longer than this (about 31 years) is cut to it, so that sums of times cannot overflow.
const LONGEST_SECONDS: f64 = 1e9;

/// The `ETag` exactly as sent, with its quotes and `W/`; none when it is absent, empty, over 1 KiB or not UTF-8.
#[must_use]
pub fn etag(headers: &HeaderMap) -> Option<String> {
    validator(headers, &ETAG)
}

/// The `Last-Modified` exactly as sent, as an opaque text: it is compared by the server, never read by us.
#[must_use]
pub fn last_modified(headers: &HeaderMap) -> Option<String> {
    validator(headers, &LAST_MODIFIED)
}

fn validator(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    if bytes.is_empty() || bytes.len() > LONGEST_VALIDATOR {
        return None;
    }
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// Reads an HTTP date in any of its three forms (RFC 9110 §5.6.7): IMF-fixdate, RFC 850, asctime.
#[must_use]
pub fn http_date(text: &str) -> Option<Timestamp> {
    let time = httpdate::parse_http_date(text.trim()).ok()?;
    Timestamp::try_from(time).ok()
}

/// What the server's clock shows at `now`: its `Date` plus `Age`, or `now` when it sent no readable `Date`.
#[must_use]
pub fn server_now(headers: &HeaderMap, now: Timestamp) -> Timestamp {
    let Some(date) = texts(headers, DATE.as_str()).find_map(http_date) else {
        return now;
    };
    // A cache on the way keeps the date of the original answer and says its age.
    let age = texts(headers, AGE.as_str()).find_map(seconds).unwrap_or(SignedDuration::ZERO);
    date.checked_add(age).unwrap_or(date)
}

/// Turns a time on the server's clock into one on ours; the past becomes `now`.
pub(crate) fn on_our_clock(headers: &HeaderMap, theirs: Timestamp, now: Timestamp) -> Timestamp {
    let ahead = theirs.duration_since(server_now(headers, now));
    after(now, ahead.max(SignedDuration::ZERO))
}

/// `now` plus a span, at the end of time when it does not fit.
pub(crate) fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// A number of seconds, with or without a fraction, rounded up: waiting a little longer is never wrong.
pub(crate) fn seconds(text: &str) -> Option<SignedDuration> {
    let whole = number(text)?.ceil().min(LONGEST_SECONDS);
    // In range because it was cut just above, and not negative because `number` reads no sign.
    Some(SignedDuration::from_secs(whole as i64))
}

/// Digits with at most one point: no sign, no exponent, no `inf`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    if !plain || !has_digit || text.len() > 40 {
        return None;
    }
    text.parse().ok()
}

/// All readable values of one header, in the order they were sent.
pub(crate) fn texts<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).map(str::trim)
}

#[cfg(test)]
pub(crate) mod test_help {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use jiff::Timestamp;

    /// Headers from pairs.
    pub(crate) fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    /// A time from its text.
    pub(crate) fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::test_help::{at, headers};
    use super::*;

    #[test]
    fn all_three_date_forms_are_the_same_moment() {
        let moment = at("1994-11-06T08:49:37Z");
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(http_date(text), Some(moment), "{text}");
        }
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn validators_are_kept_byte_for_byte() {
        let sent = headers(&[("etag", "W/\"a b\\c\""), ("last-modified", "Sunday somewhere")]);
        assert_eq!(etag(&sent).as_deref(), Some("W/\"a b\\c\""));
        assert_eq!(last_modified(&sent).as_deref(), Some("Sunday somewhere"));
    }

    #[test]
    fn a_validator_that_cannot_be_sent_back_exactly_is_not_remembered() {
        let mut sent = HeaderMap::new();
        sent.insert(ETAG, http::HeaderValue::from_bytes(b"\"caf\xe9\"").unwrap());
        assert_eq!(etag(&sent), None);
        let long = "x".repeat(LONGEST_VALIDATOR + 1);
        assert_eq!(etag(&headers(&[("etag", &long)])), None);
        assert_eq!(etag(&headers(&[("etag", "")])), None);
    }

    #[test]
    fn the_age_of_a_cached_answer_counts_for_the_servers_clock() {
        let sent = headers(&[("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("age", "60")]);
        assert_eq!(server_now(&sent, at("2026-01-01T00:00:00Z")), at("1994-11-06T08:50:37Z"));
    }

    #[test]
    fn numbers_have_no_sign_and_no_exponent() {
        for text in ["-1", "+1", "1e9", "inf", "NaN", "", ".", "0x10", "1 2"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(seconds("1.2"), Some(SignedDuration::from_secs(2)));
        assert_eq!(seconds("99999999999999999999"), Some(SignedDuration::from_secs(1_000_000_000)));
    }
}
