//! What is left of a quota, in every dialect we have met, as one value.
//!
//! Known forms: the fields of the IETF draft (`RateLimit`, `RateLimit-Policy`) in its present and older syntax;
//! the trio limit/remaining/reset under the prefixes `RateLimit-`, `X-RateLimit-` and `X-Rate-Limit-` with a reset
//! in ISO 8601 (Mastodon), epoch seconds (X, Bluesky), epoch milliseconds or seconds from now (Reddit, Zendesk);
//! `X-RateLimit-Reset-After` (Discord), `RateLimit-ResetTime` (Yelp), `X-RateLimit-Total` (Freshdesk); Apple's
//! `X-Rate-Limit: user-hour-lim:3500;user-hour-rem:500;`; Meta's usage in percent as JSON.

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::retry_after::RETRY_AFTER_CAP;
use super::{after, http_date, number, on_our_clock, seconds, texts};

/// Assumed window where the server says that nothing is left but not until when.
const UNKNOWN_WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// More limits than this in one answer are not read.
const MOST_LIMITS: usize = 32;

/// One quota as the server describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limit {
    /// The server's name for it, such as `daily`; empty when it has none.
    pub policy: String,
    /// Requests per window (percent for Meta's usage, then 100).
    pub limit: Option<u64>,
    /// Requests left, rounded down.
    pub remaining: Option<u64>,
    /// When more is given, on our clock.
    pub reset: Option<Timestamp>,
    /// Length of the window.
    pub window: Option<SignedDuration>,
}

impl Limit {
    /// Whether nothing is left.
    #[must_use]
    pub fn used_up(&self) -> bool {
        self.remaining == Some(0)
    }

    /// When something is left again: now if something is; else the reset, else after a whole window, else after a
    /// minute; never more than a day ahead.
    #[must_use]
    pub fn free_at(&self, now: Timestamp) -> Timestamp {
        if !self.used_up() {
            return now;
        }
        let window = self.window.unwrap_or(UNKNOWN_WINDOW);
        self.reset.unwrap_or_else(|| after(now, window)).clamp(now, after(now, RETRY_AFTER_CAP))
    }
}

/// All limits that the headers speak of, tightest first: the fewest requests left, then the latest reset.
#[must_use]
pub fn limits(headers: &HeaderMap, now: Timestamp) -> Vec<Limit> {
    let mut found = structured(headers, now);
    for prefix in ["ratelimit-", "x-ratelimit-", "x-rate-limit-"] {
        found.extend(trio(headers, prefix, now));
    }
    found.extend(colon_pairs(headers));
    found.extend(usage_percent(headers, now));
    found.truncate(MOST_LIMITS);
    found.sort_by_key(|limit| (limit.remaining.unwrap_or(u64::MAX), std::cmp::Reverse(limit.reset)));
    found
}

/// Until when nothing may be sent because some limit is used up; none when something is left of each.
#[must_use]
pub fn hold_until(limits: &[Limit], now: Timestamp) -> Option<Timestamp> {
    limits.iter().filter(|limit| limit.used_up()).map(|limit| limit.free_at(now)).max()
}

/// `RateLimit` and `RateLimit-Policy` as structured fields. Malformed fields count as absent, as the draft says.
fn structured(headers: &HeaderMap, now: Timestamp) -> Vec<Limit> {
    let mut found: Vec<Limit> = Vec::new();
    for (name, params) in named_items(headers, "ratelimit-policy") {
        // Bytes and concurrent requests are other units; they say nothing about when to send the next request.
        let counts_requests = params.text("qu").is_none_or(|unit| unit == "requests");
        let Some(policy) = name.filter(|_| counts_requests) else { continue };
        found.push(Limit {
            policy,
            limit: params.count("q"),
            window: params.count("w").map(span),
            ..Limit::default()
        });
    }
    for (name, params) in named_items(headers, "ratelimit") {
        let Some(policy) = name else { continue };
        let remaining = params.count("r");
        let reset = params.count("t").map(|t| after(now, span(t)));
        match found.iter_mut().find(|limit| limit.policy == policy) {
            Some(limit) => (limit.remaining, limit.reset) = (remaining, reset),
            None => found.push(Limit { policy, remaining, reset, ..Limit::default() }),
        }
    }
    if found.is_empty() {
        found.extend(old_dictionary(headers, now));
    }
    found
}

/// Older drafts: `RateLimit: limit=10, remaining=5, reset=30`.
fn old_dictionary(headers: &HeaderMap, now: Timestamp) -> Option<Limit> {
    let line = joined(headers, "ratelimit")?;
    let fields: Dictionary = Parser::new(&line).parse().ok()?;
    let count = |key: &str| match fields.get(key) {
        Some(ListEntry::Item(item)) => whole(&item.bare_item),
        _ => None,
    };
    let remaining = count("remaining")?;
    let reset = count("reset").map(|t| after(now, span(t)));
    Some(Limit {
        limit: count("limit"),
        remaining: Some(remaining),
        reset,
        window: plain_window(headers),
        ..Limit::default()
    })
}

/// Limit, remaining and reset as headers of their own.
fn trio(headers: &HeaderMap, prefix: &str, now: Timestamp) -> Option<Limit> {
    let text = |suffix: &str| texts(headers, &format!("{prefix}{suffix}")).next();
    // Older drafts append policies: `100, 100;w=60`. Bare `X-Rate-Limit: 700` is the limit at Zendesk.
    let count = |suffix: &str| text(suffix).and_then(|t| number(t.split([',', ';']).next()?)).map(floor);
    let bare = texts(headers, prefix.trim_end_matches('-')).next().and_then(number).map(floor);
    let remaining = count("remaining");
    let used = count("used");
    let stated = count("limit").or_else(|| count("total")).or(bare);
    let limit = stated.or_else(|| remaining.zip(used).map(|(r, u)| r.saturating_add(u)));
    let reset = text("reset-after")
        .and_then(seconds)
        .map(|wait| after(now, wait))
        .or_else(|| text("reset").and_then(|t| moment(headers, t, now)))
        .or_else(|| text("resettime").and_then(|t| moment(headers, t, now)));
    if limit.is_none() && remaining.is_none() {
        return None;
    }
    Some(Limit { limit, remaining, reset, window: plain_window(headers), ..Limit::default() })
}

/// A reset in whichever form: ISO 8601, HTTP date, epoch milliseconds, epoch seconds, or seconds from now.
///
/// The forms do not overlap: a number over 10^12 can only be milliseconds since 1970, one over 10^9 only seconds
/// since 1970 (as seconds from now it would be 31 years).
fn moment(headers: &HeaderMap, text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(value) = number(text) {
        let theirs = if value > 1e12 {
            Timestamp::from_millisecond(value.ceil() as i64).ok()?
        } else if value > 1e9 {
            Timestamp::from_second(value.ceil() as i64).ok()?
        } else {
            return seconds(text).map(|wait| after(now, wait));
        };
        return Some(on_our_clock(headers, theirs, now));
    }
    let theirs = text.parse::<Timestamp>().ok().or_else(|| http_date(text))?;
    Some(on_our_clock(headers, theirs, now))
}

/// Apple: `user-hour-lim:3500;user-hour-rem:500;`, a rolling window whose length stands in the name.
fn colon_pairs(headers: &HeaderMap) -> Vec<Limit> {
    let mut found: Vec<Limit> = Vec::new();
    for pair in texts(headers, "x-rate-limit").flat_map(|line| line.split(';')).take(MOST_LIMITS) {
        let Some((key, value)) = pair.trim().split_once(':') else { continue };
        let Some((policy, field)) = key.rsplit_once('-') else { continue };
        let Some(value) = number(value).map(floor) else { continue };
        let index = found.iter().position(|limit| limit.policy == policy);
        let limit = match index.and_then(|i| found.get_mut(i)) {
            Some(limit) => limit,
            None => {
                let window = window_in_name(policy);
                found.push(Limit { policy: policy.to_owned(), window, ..Limit::default() });
                let Some(limit) = found.last_mut() else { continue };
                limit
            }
        };
        match field {
            "lim" => limit.limit = Some(value),
            "rem" => limit.remaining = Some(value),
            _ => {}
        }
    }
    found.retain(|limit| limit.remaining.is_some());
    found
}

fn window_in_name(policy: &str) -> Option<SignedDuration> {
    policy.split('-').find_map(|word| match word {
        "minute" => Some(SignedDuration::from_mins(1)),
        "hour" => Some(SignedDuration::from_hours(1)),
        "day" => Some(SignedDuration::from_hours(24)),
        _ => None,
    })
}

/// Meta: how much of the allowance is used, in percent, over a rolling hour; and minutes until access returns.
fn usage_percent(headers: &HeaderMap, now: Timestamp) -> Vec<Limit> {
    let mut found = Vec::new();
    for name in ["x-app-usage", "x-page-usage", "x-business-use-case-usage"] {
        for text in texts(headers, name) {
            let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
            let entries: Vec<&Value> = match &value {
                Value::Object(map) if map.values().any(Value::is_array) => {
                    map.values().filter_map(Value::as_array).flatten().take(MOST_LIMITS).collect()
                }
                other => vec![other],
            };
            found.extend(entries.into_iter().filter_map(|entry| usage_entry(name, entry, now)));
        }
    }
    found
}

fn usage_entry(name: &str, entry: &Value, now: Timestamp) -> Option<Limit> {
    let part = |key: &str| entry.get(key).and_then(Value::as_f64);
    let used = [part("call_count"), part("total_time"), part("total_cputime")]
        .into_iter()
        .flatten()
        .fold(None::<f64>, |most, used| Some(most.map_or(used, |m| m.max(used))))?;
    let minutes = part("estimated_time_to_regain_access").filter(|minutes| *minutes > 0.0);
    let reset = minutes.map(|m| after(now, SignedDuration::from_mins(m.ceil().min(1e6) as i64)));
    Some(Limit {
        policy: name.to_owned(),
        limit: Some(100),
        remaining: Some(floor((100.0 - used).max(0.0))),
        reset,
        window: Some(SignedDuration::from_hours(1)),
    })
}

/// Parameters of one item of a structured list.
struct Params(sfv::Parameters);

impl Params {
    fn count(&self, key: &str) -> Option<u64> {
        self.0.get(key).and_then(whole)
    }
    fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key)? {
            BareItem::String(text) => Some(text.as_str()),
            BareItem::Token(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// The items of a structured list: name (a string or, in older drafts, a token; none for numbers) and parameters.
fn named_items(headers: &HeaderMap, name: &str) -> Vec<(Option<String>, Params)> {
    let parsed = joined(headers, name).and_then(|line| Parser::new(&line).parse::<sfv::List>().ok());
    let items = parsed.unwrap_or_default().into_iter().take(MOST_LIMITS).filter_map(|entry| match entry {
        ListEntry::Item(item) => Some(item),
        ListEntry::InnerList(_) => None,
    });
    items
        .map(|item| {
            let name = match &item.bare_item {
                BareItem::String(text) => Some(text.as_str().to_owned()),
                BareItem::Token(text) => Some(text.as_str().to_owned()),
                _ => None,
            };
            (name, Params(item.params))
        })
        .collect()
}

/// The window of an unnamed policy, `RateLimit-Policy: 3000;w=300` (older drafts, Bluesky).
fn plain_window(headers: &HeaderMap) -> Option<SignedDuration> {
    let items = named_items(headers, "ratelimit-policy");
    items.iter().find(|(name, _)| name.is_none()).and_then(|(_, params)| params.count("w")).map(span)
}

/// Several lines of one list field are one list (RFC 9110 §5.3).
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines: Vec<&str> = texts(headers, name).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

fn whole(item: &BareItem) -> Option<u64> {
    u64::try_from(i64::from(item.as_integer()?)).ok()
}

fn span(seconds: u64) -> SignedDuration {
    // Cut at about 31 years, so that sums of times cannot overflow.
    SignedDuration::from_secs(i64::try_from(seconds.min(1_000_000_000)).unwrap_or(0))
}

/// Rounds down: half a request is none.
fn floor(value: f64) -> u64 {
    value.floor() as u64
}

#[cfg(test)]
#[path = "rate_limit_tests.rs"]
mod tests;
