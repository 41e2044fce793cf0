//! `Retry-After` (RFC 9110 §10.2.3) in both forms, and what servers really send.

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::{SignedDuration, Timestamp};

use super::{after, http_date, on_our_clock, seconds, texts};

/// Longest wait that is believed. A server that asks for more is asked again after a day: by then either it or
/// somebody who read the warning has changed its mind.
pub const RETRY_AFTER_CAP: SignedDuration = SignedDuration::from_hours(24);

/// When the server wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter {
    /// Not before this moment, on our clock.
    pub until: Timestamp,
    /// The server asked for more than [`RETRY_AFTER_CAP`] and got the cap.
    pub capped: bool,
}

/// Reads `Retry-After`: seconds (a fraction is rounded up) or a date in any of the three HTTP forms, taken
/// relative to the server's own `Date`. A moment in the past means now. Of several, the longest counts.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<RetryAfter> {
    let until = texts(headers, RETRY_AFTER.as_str()).filter_map(|text| moment(headers, text, now)).max()?;
    let latest = after(now, RETRY_AFTER_CAP);
    Some(RetryAfter { until: until.min(latest), capped: until > latest })
}

fn moment(headers: &HeaderMap, text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(span) = seconds(text) {
        return Some(after(now, span));
    }
    Some(on_our_clock(headers, http_date(text)?, now))
}

#[cfg(test)]
mod tests {
    use super::super::test_help::{at, headers};
    use super::*;

    const NOW: &str = "2026-03-01T12:00:00Z";

    fn check(pairs: &[(&str, &str)], seconds: Option<i64>, capped: bool) {
        let now = at(NOW);
        let expected = seconds.map(|s| RetryAfter { until: now + SignedDuration::from_secs(s), capped });
        assert_eq!(retry_after(&headers(pairs), now), expected, "{pairs:?}");
    }

    #[test]
    fn seconds_count_from_receipt_and_fractions_round_up() {
        check(&[("retry-after", "120")], Some(120), false);
        check(&[("retry-after", " 0 ")], Some(0), false);
        check(&[("retry-after", "1.5")], Some(2), false);
        check(&[("retry-after", "64.57")], Some(65), false);
    }

    #[test]
    fn dates_count_from_the_servers_own_clock() {
        check(&[("retry-after", "Sun, 01 Mar 2026 12:02:00 GMT")], Some(120), false);
        let slow_clock = ("date", "Sun, 01 Mar 2026 11:00:00 GMT");
        check(&[slow_clock, ("retry-after", "Sun, 01 Mar 2026 11:02:00 GMT")], Some(120), false);
        check(&[slow_clock, ("retry-after", "Sunday, 01-Mar-26 11:02:00 GMT")], Some(120), false);
        check(&[slow_clock, ("retry-after", "Sun Mar  1 11:02:00 2026")], Some(120), false);
    }

    #[test]
    fn the_past_means_now() {
        check(&[("retry-after", "Sun, 01 Mar 2026 10:00:00 GMT")], Some(0), false);
    }

    #[test]
    fn more_than_a_day_is_capped_and_flagged() {
        check(&[("retry-after", "86400")], Some(86_400), false);
        check(&[("retry-after", "86401")], Some(86_400), true);
        check(&[("retry-after", "99999999999999999999999")], Some(86_400), true);
        check(&[("retry-after", "Fri, 01 Jan 9999 00:00:00 GMT")], Some(86_400), true);
    }

    #[test]
    fn the_longest_of_several_counts_and_nonsense_does_not() {
        check(&[("retry-after", "5"), ("retry-after", "30"), ("retry-after", "soon")], Some(30), false);
        check(&[("retry-after", "soon")], None, false);
        check(&[("retry-after", "-5")], None, false);
        check(&[], None, false);
    }
}
