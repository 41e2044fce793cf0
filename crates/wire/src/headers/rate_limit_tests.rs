//! Every dialect of the table, as it stands on the wire.

use super::super::test_help::{at, headers};
use super::*;

const NOW: &str = "2026-03-01T12:00:00Z";

/// Policy, limit, remaining, seconds to the reset of the tightest limit.
fn check(pairs: &[(&str, &str)], expected: (&str, Option<u64>, Option<u64>, Option<i64>)) {
    let now = at(NOW);
    let found = limits(&headers(pairs), now);
    let tightest = found.first().unwrap_or_else(|| panic!("nothing found in {pairs:?}"));
    let reset = tightest.reset.map(|reset| reset.duration_since(now).as_secs());
    assert_eq!((tightest.policy.as_str(), tightest.limit, tightest.remaining, reset), expected, "{pairs:?}");
}

#[test]
fn mastodon_says_when_in_iso() {
    check(
        &[
            ("x-ratelimit-limit", "300"),
            ("x-ratelimit-remaining", "299"),
            ("x-ratelimit-reset", "2026-03-01T12:05:00.019685Z"),
        ],
        ("", Some(300), Some(299), Some(300)),
    );
}

#[test]
fn jira_says_when_in_iso_minutes() {
    check(
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "2026-03-01T12:05Z")],
        ("", None, Some(0), Some(300)),
    );
}

#[test]
fn x_says_when_in_epoch_seconds_on_its_own_clock() {
    check(
        &[
            ("date", "Sun, 01 Mar 2026 11:59:00 GMT"),
            ("x-rate-limit-limit", "180"),
            ("x-rate-limit-remaining", "12"),
            ("x-rate-limit-reset", "1772366940"), // 12:09:00, ten minutes after the server's date
        ],
        ("", Some(180), Some(12), Some(600)),
    );
}

#[test]
fn epoch_milliseconds_are_told_from_seconds() {
    check(
        &[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "1772366460000")],
        ("", None, Some(1), Some(60)),
    );
}

#[test]
fn reddit_counts_in_floats_and_seconds_from_now() {
    check(
        &[("x-ratelimit-used", "104"), ("x-ratelimit-remaining", "892.0"), ("x-ratelimit-reset", "214")],
        ("", Some(996), Some(892), Some(214)),
    );
    check(&[("x-ratelimit-remaining", "0.5")], ("", None, Some(0), None));
}

#[test]
fn discords_reset_after_is_taken_before_its_float_epoch() {
    check(
        &[
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1470173023.123"),
            ("x-ratelimit-reset-after", "64.57"),
        ],
        ("", Some(5), Some(0), Some(65)),
    );
}

#[test]
fn bluesky_mixes_the_old_names_with_epoch_seconds() {
    let sent = headers(&[
        ("ratelimit-limit", "3000"),
        ("ratelimit-remaining", "2999"),
        ("ratelimit-reset", "1772366700"),
        ("ratelimit-policy", "3000;w=300"),
    ]);
    let found = limits(&sent, at(NOW));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reset, Some(at("2026-03-01T12:05:00Z")));
    assert_eq!(found[0].window, Some(SignedDuration::from_mins(5)));
}

#[test]
fn zendesk_gives_the_limit_in_a_bare_header() {
    check(&[("x-rate-limit", "700"), ("x-rate-limit-remaining", "699")], ("", Some(700), Some(699), None));
    check(
        &[("ratelimit-limit", "100"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "41")],
        ("", Some(100), Some(0), Some(41)),
    );
}

#[test]
fn freshdesk_and_yelp_have_names_of_their_own() {
    check(
        &[("x-ratelimit-total", "100.0"), ("x-ratelimit-remaining", "97.0")],
        ("", Some(100), Some(97), None),
    );
    check(
        &[("ratelimit-remaining", "7"), ("ratelimit-resettime", "2026-03-02T00:00:00+00:00")],
        ("", None, Some(7), Some(12 * 3600)),
    );
}

#[test]
fn the_present_draft_names_its_policies_and_the_tightest_comes_first() {
    let now = at(NOW);
    let sent = headers(&[
        ("ratelimit-policy", r#""burst";q=100;w=60, "daily";q=1000;w=86400"#),
        ("ratelimit", r#""burst";r=50;t=30"#),
        ("ratelimit", r#""daily";r=7;t=3600"#),
    ]);
    let found = limits(&sent, now);
    assert_eq!(found.iter().map(|l| l.policy.as_str()).collect::<Vec<_>>(), ["daily", "burst"]);
    assert_eq!(found[0].limit, Some(1000));
    assert_eq!(found[0].reset, Some(at("2026-03-01T13:00:00Z")));
    assert_eq!(found[1].window, Some(SignedDuration::from_mins(1)));
}

#[test]
fn quotas_of_bytes_are_not_counted_as_requests() {
    let sent = headers(&[("ratelimit-policy", r#""bytes";q=0;qu="content-bytes";w=60"#)]);
    assert_eq!(limits(&sent, at(NOW)), []);
}

#[test]
fn older_drafts_are_read_too() {
    check(&[("ratelimit", "limit=10, remaining=5, reset=30")], ("", Some(10), Some(5), Some(30)));
    check(
        &[("ratelimit-limit", "100, 100;w=60"), ("ratelimit-remaining", "3"), ("ratelimit-reset", "30")],
        ("", Some(100), Some(3), Some(30)),
    );
}

#[test]
fn apple_counts_a_rolling_hour() {
    let now = at(NOW);
    let sent = headers(&[("x-rate-limit", "user-hour-lim:3500;user-hour-rem:500;")]);
    check(
        &[("x-rate-limit", "user-hour-lim:3500;user-hour-rem:500;")],
        ("user-hour", Some(3500), Some(500), None),
    );
    assert_eq!(hold_until(&limits(&sent, now), now), None);
    let spent = headers(&[("x-rate-limit", "user-hour-lim:3500;user-hour-rem:0;")]);
    assert_eq!(hold_until(&limits(&spent, now), now), Some(at("2026-03-01T13:00:00Z")));
}

#[test]
fn meta_counts_in_percent_and_minutes() {
    check(
        &[("x-app-usage", r#"{"call_count":28,"total_time":25,"total_cputime":25}"#)],
        ("x-app-usage", Some(100), Some(72), None),
    );
    check(
        &[(
            "x-business-use-case-usage",
            r#"{"12":[{"type":"pages","call_count":100,"total_time":2,"total_cputime":1,"estimated_time_to_regain_access":19}]}"#,
        )],
        ("x-business-use-case-usage", Some(100), Some(0), Some(19 * 60)),
    );
}

#[test]
fn a_used_up_limit_holds_until_its_reset_at_most_a_day() {
    let now = at(NOW);
    let hold = |pairs: &[(&str, &str)]| {
        hold_until(&limits(&headers(pairs), now), now).map(|until| until.duration_since(now).as_secs())
    };
    assert_eq!(hold(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "90")]), Some(90));
    assert_eq!(hold(&[("x-ratelimit-remaining", "0")]), Some(60));
    assert_eq!(hold(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "900000")]), Some(86_400));
    assert_eq!(hold(&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "90")]), None);
    assert_eq!(hold(&[("x-ratelimit-remaining", "lots")]), None);
}
