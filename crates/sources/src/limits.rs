//! What platforms allow a credential to ask, as far as they say so: the default of the limiter, which configuration
//! may change (`[fetch.quotas]`).
//!
//! Only what is stricter than a call a second, which the spacing between two calls to a host gives anyway, or what has a
//! longer window. What a server announces in its answers counts besides.

use jiff::SignedDuration;

/// The limit of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Whose calls are counted: the name of a credential ([`gehoor_wire::Request::credential`]), whole or up to its `:`.
    pub credential: &'static str,
    /// How many calls.
    pub calls: u32,
    /// In which time.
    pub per: SignedDuration,
    /// Where the number is from.
    pub source: &'static str,
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

const fn limit(credential: &'static str, calls: u32, per: SignedDuration, source: &'static str) -> Limit {
    Limit { credential, calls, per, source }
}

/// The limits that are known.
pub const LIMITS: &[Limit] = &[
    limit("app-store-connect", 3_500, HOUR, "announced by Apple in `X-Rate-Limit`, a rolling hour"),
    limit("discourse", 60, SignedDuration::from_mins(1), "Discourse's default for a key of an administrator"),
    limit(
        "google",
        300,
        SignedDuration::from_mins(1),
        "assumed of the reviews: documented of the sister APIs",
    ),
    limit("google-play", 200, HOUR, "documented, an app"),
    limit(
        "mastodon",
        300,
        SignedDuration::from_mins(15),
        "Mastodon's throttle of calls that page, which most are",
    ),
    limit("reddit", 1_000, SignedDuration::from_mins(10), "Reddit's window of ten minutes, a client"),
    limit("stack-exchange", 300, DAY, "documented, an address without a key"),
    limit("stack-exchange:key", 10_000, DAY, "documented, a key"),
    limit("trustpilot", 833, SignedDuration::from_mins(5), "the ceiling that Trustpilot recommends"),
    limit("x", 450, SignedDuration::from_mins(15), "documented of search and mentions, an app"),
    limit("youtube", 10_000, DAY, "documented: units of a project, of which a call here costs one"),
];
