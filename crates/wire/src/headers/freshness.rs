//! How long an answer stays fresh (RFC 9111 §4.2): before that it makes no sense to ask again.

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, EXPIRES};
use jiff::{SignedDuration, Timestamp};

use super::{after, http_date, on_our_clock, seconds, texts};

/// Longest freshness that is believed: a day. A feed that asks for a year was set up for pictures.
const FRESHNESS_CAP: SignedDuration = SignedDuration::from_hours(24);

/// Until when the answer is fresh: `max-age` less `Age`, else `Expires` less `Date`, at most a day.
///
/// None when nothing is said, when the answer may not be reused (`no-cache`, `no-store`) or is stale already: then
/// the interval of the configuration holds, and nobody is asked more often for it.
#[must_use]
pub fn fresh_until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let control = cache_control(headers);
    if control.forbidden {
        return None;
    }
    let until = match control.max_age {
        Some(max_age) => {
            let age = texts(headers, AGE.as_str()).find_map(seconds).unwrap_or(SignedDuration::ZERO);
            after(now, max_age.saturating_sub(age))
        }
        // An unreadable `Expires`, such as the common `0`, means stale.
        None => on_our_clock(headers, texts(headers, EXPIRES.as_str()).next().and_then(http_date)?, now),
    };
    let until = until.min(after(now, FRESHNESS_CAP));
    (until > now).then_some(until)
}

#[derive(Default)]
struct CacheControl {
    max_age: Option<SignedDuration>,
    forbidden: bool,
}

/// Of conflicting directives the most restrictive one counts. `s-maxage` is for shared caches, which we are not.
fn cache_control(headers: &HeaderMap) -> CacheControl {
    let mut control = CacheControl::default();
    for directive in texts(headers, CACHE_CONTROL.as_str()).flat_map(|line| line.split(',')) {
        let (name, value) = match directive.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
            None => (directive.trim(), None),
        };
        if name.eq_ignore_ascii_case("max-age") {
            // An unreadable max-age means stale (RFC 9111 §4.2.1).
            let span = value.and_then(seconds).unwrap_or(SignedDuration::ZERO);
            control.max_age = Some(control.max_age.map_or(span, |earlier| earlier.min(span)));
        } else if name.eq_ignore_ascii_case("no-store") {
            control.forbidden = true;
        } else if name.eq_ignore_ascii_case("no-cache") && value.is_none() {
            // With a value it speaks of single headers only.
            control.forbidden = true;
        }
    }
    control
}

#[cfg(test)]
mod tests {
    use super::super::test_help::{at, headers};
    use super::*;

    fn check(pairs: &[(&str, &str)], expected: Option<i64>) {
        let now = at("2026-03-01T12:00:00Z");
        let fresh = fresh_until(&headers(pairs), now).map(|until| until.duration_since(now).as_secs());
        assert_eq!(fresh, expected, "{pairs:?}");
    }

    #[test]
    fn max_age_less_age_counts_first() {
        check(&[("cache-control", "public, max-age=600")], Some(600));
        check(&[("cache-control", "Max-Age=\"600\""), ("age", "100")], Some(500));
        check(&[("cache-control", "max-age=600"), ("expires", "Sun, 01 Mar 2026 12:00:05 GMT")], Some(600));
        check(&[("cache-control", "max-age=60"), ("age", "100")], None);
    }

    #[test]
    fn expires_counts_from_the_servers_date() {
        check(&[("expires", "Sun, 01 Mar 2026 12:05:00 GMT")], Some(300));
        let date = ("date", "Sun, 01 Mar 2026 14:00:00 GMT");
        check(&[date, ("expires", "Sun, 01 Mar 2026 14:05:00 GMT")], Some(300));
        check(&[("expires", "0")], None);
    }

    #[test]
    fn what_may_not_be_reused_says_nothing_about_the_next_time() {
        check(&[("cache-control", "no-cache, max-age=600")], None);
        check(&[("cache-control", "max-age=600"), ("cache-control", "no-store")], None);
        check(&[("cache-control", "no-cache=\"set-cookie\", max-age=600")], Some(600));
        check(&[("cache-control", "max-age=0"), ("expires", "Sun, 01 Mar 2026 12:05:00 GMT")], None);
        check(&[], None);
    }

    #[test]
    fn conflicts_are_read_the_restrictive_way_and_a_year_is_a_day() {
        check(&[("cache-control", "max-age=600, max-age=60")], Some(60));
        check(&[("cache-control", "max-age=often")], None);
        check(&[("cache-control", "max-age=31536000")], Some(86_400));
    }
}
