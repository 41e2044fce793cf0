//! What an answer means, from its status and headers alone.
//!
//! The table of a polite client: which answers are good, which say "later", which say "never". The sender adds
//! what only it knows: limits of its own, time-outs, whether a call may be repeated.

use http::StatusCode;
use http::header::LOCATION;
use jiff::Timestamp;

use crate::Response;
use crate::headers::{fresh_until, hold_until, limits, retry_after};

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// 2xx: there is something to read.
    Good {
        /// Not worth asking, or not allowed, before.
        not_before: Option<Timestamp>,
    },
    /// 304: nothing changed.
    NotModified {
        /// Not worth asking, or not allowed, before.
        not_before: Option<Timestamp>,
    },
    /// 301, 302, 303, 307, 308 with a target.
    Redirect {
        /// The `Location` as sent; it may be relative.
        to: String,
        /// The old address should be forgotten (301, 308).
        permanent: bool,
        /// Method and body go along (307, 308); 303 turns everything into GET, 301 and 302 turn POST into GET.
        keeps_method: bool,
    },
    /// The server asks for patience: 429, or any refusal that says when to come back.
    Wait {
        /// When; none when it did not say.
        until: Option<Timestamp>,
        /// What it answered, in words for people.
        why: String,
    },
    /// It may work later: 408, 425, 5xx.
    Transient {
        /// What it answered, in words for people.
        why: String,
        /// What was asked may have been done all the same (500, 502, 504 and their like).
        ambiguous: bool,
    },
    /// It will not work until somebody changes something.
    Permanent {
        /// What it answered and what to do, in words for people.
        why: String,
        /// Gone for ever (410).
        gone: bool,
    },
}

/// Reads an answer received at `now`.
#[must_use]
pub fn classify(response: &Response, now: Timestamp) -> Verdict {
    let status = response.status;
    if status.is_success() {
        return Verdict::Good { not_before: not_before(response, now) };
    }
    if status == StatusCode::NOT_MODIFIED {
        return Verdict::NotModified { not_before: not_before(response, now) };
    }
    if let Some(redirect) = redirect(response) {
        return redirect;
    }
    if let Some(wait) = wait(response, now) {
        return wait;
    }
    let why = format!("answered {status}{}", advice(status));
    match status.as_u16() {
        // The request was not read whole (408), or not begun (425, 503).
        408 | 425 | 503 => Verdict::Transient { why, ambiguous: false },
        500..=599 => Verdict::Transient { why, ambiguous: true },
        _ => Verdict::Permanent { why, gone: status == StatusCode::GONE },
    }
}

/// The earliest time that freshness, `Retry-After` and used-up limits leave for the next request.
fn not_before(response: &Response, now: Timestamp) -> Option<Timestamp> {
    let headers = &response.headers;
    let asked = retry_after(headers, now).map(|retry| retry.until);
    [fresh_until(headers, now), asked, hold_until(&limits(headers, now), now)].into_iter().flatten().max()
}

fn redirect(response: &Response) -> Option<Verdict> {
    let status = response.status.as_u16();
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    // Bytes over 127 are sent raw by some servers; the URL parser takes them as UTF-8.
    let location = response.headers.get(LOCATION)?;
    let to = std::str::from_utf8(location.as_bytes()).ok()?.trim().to_owned();
    Some(Verdict::Redirect {
        to,
        permanent: matches!(status, 301 | 308),
        keeps_method: matches!(status, 307 | 308),
    })
}

/// 429 always; 403, 413 and 503 when they say until when, since some servers limit by those.
fn wait(response: &Response, now: Timestamp) -> Option<Verdict> {
    let status = response.status;
    let by_retry_after = retry_after(&response.headers, now);
    // `Retry-After` is the server's word for this very answer and goes before what a quota says.
    let until = match by_retry_after {
        Some(retry) => Some(retry.until),
        None => hold_until(&limits(&response.headers, now), now),
    };
    let asks = match status.as_u16() {
        429 => true,
        403 | 413 | 503 => until.is_some(),
        _ => false,
    };
    if !asks {
        return None;
    }
    let capped = by_retry_after.is_some_and(|retry| retry.capped);
    let note = if capped { "; it asked for more than a day, which is cut to a day" } else { "" };
    Some(Verdict::Wait { until, why: format!("answered {status}{note}") })
}

fn advice(status: StatusCode) -> &'static str {
    match status.as_u16() {
        300..=399 => ": a redirect without a target",
        401 => ": the credential is missing, wrong or expired",
        403 => ": it is not allowed with this credential or from here",
        404 => ": nothing is at this address (any more)",
        410 => ": it is gone for good",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::test_help::{at, headers};

    const NOW: &str = "2026-03-01T12:00:00Z";

    fn answer(status: u16, pairs: &[(&str, &str)]) -> Verdict {
        let response = Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers(pairs),
            body: bytes::Bytes::new(),
            url: url::Url::parse("https://example.org/").unwrap(),
            moved_to: None,
            at: at(NOW),
        };
        classify(&response, at(NOW))
    }

    fn word(verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Good { .. } => "good",
            Verdict::NotModified { .. } => "not modified",
            Verdict::Redirect { permanent: true, keeps_method: false, .. } => "moved",
            Verdict::Redirect { permanent: true, keeps_method: true, .. } => "moved, same method",
            Verdict::Redirect { permanent: false, keeps_method: false, .. } => "see",
            Verdict::Redirect { permanent: false, keeps_method: true, .. } => "see, same method",
            Verdict::Wait { .. } => "wait",
            Verdict::Transient { ambiguous: true, .. } => "transient, ambiguous",
            Verdict::Transient { ambiguous: false, .. } => "transient",
            Verdict::Permanent { gone: true, .. } => "gone",
            Verdict::Permanent { gone: false, .. } => "permanent",
        }
    }

    #[test]
    fn every_status_has_its_meaning() {
        let table = [
            (200, "good"),
            (204, "good"),
            (226, "good"),
            (300, "permanent"),
            (301, "moved"),
            (302, "see"),
            (303, "see"),
            (304, "not modified"),
            (307, "see, same method"),
            (308, "moved, same method"),
            (400, "permanent"),
            (401, "permanent"),
            (403, "permanent"),
            (404, "permanent"),
            (405, "permanent"),
            (408, "transient"),
            (410, "gone"),
            (413, "permanent"),
            (415, "permanent"),
            (425, "transient"),
            (429, "wait"),
            (451, "permanent"),
            (500, "transient, ambiguous"),
            (502, "transient, ambiguous"),
            (503, "transient"),
            (504, "transient, ambiguous"),
            (599, "transient, ambiguous"),
        ];
        for (status, expected) in table {
            assert_eq!(word(&answer(status, &[("location", "/x")])), expected, "{status}");
        }
    }

    #[test]
    fn a_redirect_without_a_target_is_an_error_of_the_server() {
        assert_eq!(word(&answer(301, &[])), "permanent");
    }

    #[test]
    fn a_refusal_that_says_when_is_a_wait() {
        let until = at("2026-03-01T12:02:00Z");
        for status in [403, 413, 429, 503] {
            let Verdict::Wait { until: said, .. } = answer(status, &[("retry-after", "120")]) else {
                panic!("{status} is no wait");
            };
            assert_eq!(said, Some(until), "{status}");
        }
    }

    #[test]
    fn a_429_with_nothing_but_a_quota_waits_for_its_reset() {
        let quota = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "2026-03-01T12:05:00Z")];
        let Verdict::Wait { until, .. } = answer(429, &quota) else { panic!("no wait") };
        assert_eq!(until, Some(at("2026-03-01T12:05:00Z")));
        let Verdict::Wait { until, .. } = answer(429, &[]) else { panic!("no wait") };
        assert_eq!(until, None);
    }

    #[test]
    fn retry_after_goes_before_a_quota() {
        let both = [("retry-after", "10"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "600")];
        let Verdict::Wait { until, .. } = answer(429, &both) else { panic!("no wait") };
        assert_eq!(until, Some(at("2026-03-01T12:00:10Z")));
    }

    #[test]
    fn an_absurd_wait_is_capped_and_said() {
        let Verdict::Wait { why, .. } = answer(503, &[("retry-after", "31536000")]) else {
            panic!("no wait")
        };
        assert_eq!(
            why,
            "answered 503 Service Unavailable; it asked for more than a day, which is cut to a day"
        );
    }

    #[test]
    fn the_latest_of_freshness_and_quota_counts_for_the_next_time() {
        let both =
            [("cache-control", "max-age=60"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "600")];
        assert_eq!(answer(200, &both), Verdict::Good { not_before: Some(at("2026-03-01T12:10:00Z")) });
        assert_eq!(answer(304, &[]), Verdict::NotModified { not_before: None });
    }
}
