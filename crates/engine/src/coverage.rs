//! What was heard and what was not: gaps, items per day, what servers say of their limits. "No complaints" is only said
//! of the time in which somebody listened.

use std::collections::HashMap;

use gehoor_domain::liveness::Gap;
use gehoor_domain::scope::Scope;
use gehoor_search::{By, Filter};
use http::HeaderMap;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::EngineError;
use crate::queries::search_failed;
use crate::setup::SourceSetup;
use crate::sources::{SourceState, grace};
use crate::views::Viewer;

/// Days shown of each source.
const DAYS: i64 = 14;

/// What a server said of its limit in its latest answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Requests that it allows in its period, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Requests that are left.
    pub remaining: u64,
    /// When it said so.
    pub at: Timestamp,
}

/// The headers by which servers tell their limits; platforms agree on the words and not on the hyphens.
const PREFIXES: [&str; 3] = ["x-ratelimit", "ratelimit", "x-rate-limit"];

/// What an answer says of the limit of its server.
pub(crate) fn announced(headers: &HeaderMap, at: Timestamp) -> Option<Announced> {
    PREFIXES.iter().find_map(|prefix| {
        let number = |what: &str| {
            let text = headers.get(format!("{prefix}-{what}"))?.to_str().ok()?;
            // `599.0` and `100;w=60` are written too.
            let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u64>().ok()
        };
        Some(Announced { limit: number("limit"), remaining: number("remaining")?, at })
    })
}

/// How much of what should be heard was heard in a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Listening {
    /// Sources that are listened to.
    pub sources: usize,
    /// Of these, not heard for a part of the period.
    pub deaf: usize,
    /// Of these, not heard now.
    pub deaf_now: usize,
    /// Since when the first of them is not heard, within the period.
    pub since: Option<Timestamp>,
}

impl Engine {
    /// Whether all was heard between two moments. A franchisee is told of sources that are for all shops, and of his own.
    #[must_use]
    pub fn listening(&self, viewer: &Viewer, from: Timestamp, until: Timestamp) -> Listening {
        let now = self.now();
        let until = until.min(now);
        let mut told = Listening::default();
        let may_see =
            |s: &&SourceSetup| s.enabled && s.location.as_ref().is_none_or(|l| viewer.scope.allows(Some(l)));
        for setup in self.inner.setup.sources.iter().filter(may_see) {
            let Some(state) = self.inner.sources.get(&setup.id) else { continue };
            told.sources += 1;
            // One that was never heard cannot have said that there is nothing.
            if setup.polled && state.live.since.is_none() {
                told.deaf += 1;
                told.deaf_now += 1;
                told.since = Some(from);
                continue;
            }
            let gaps = gaps_of(setup, &state, now);
            let touching = || gaps.iter().filter(|gap| gap.touches(from, until) || gap.until.is_none());
            let Some(first) = touching().map(|gap| gap.from).min() else { continue };
            told.deaf += 1;
            told.deaf_now += usize::from(gaps.iter().any(|gap| gap.until.is_none()));
            let first = first.max(from);
            told.since = Some(told.since.map_or(first, |at| at.min(first)));
        }
        told
    }

    /// Items of each source on each of the latest days by the time they were published, the oldest first.
    ///
    /// # Errors
    /// [`EngineError::Index`].
    pub(crate) fn items_per_day(&self, now: Timestamp) -> Result<DayCounts, EngineError> {
        let zone = self.zone();
        let today = now.to_zoned(zone.clone()).date();
        let mut days = DayCounts::default();
        for back in (0..DAYS).rev() {
            let Ok(day) = today.checked_sub(Span::new().days(back)) else { continue };
            let midnight = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp()).ok();
            let (from, until) = (midnight(day), day.tomorrow().ok().and_then(midnight));
            let filter = Filter { from, until, include_copies: true, ..Filter::default() };
            let rows = self
                .inner
                .parts
                .index
                .table(&Scope::All, None, &filter, By::Source)
                .map_err(search_failed)?;
            days.push(day, rows.into_iter().map(|row| (row.key, row.tally.count)).collect());
        }
        Ok(days)
    }
}

/// Items per day and source.
#[derive(Debug, Default)]
pub(crate) struct DayCounts(Vec<(Date, HashMap<String, u64>)>);

impl DayCounts {
    fn push(&mut self, day: Date, counts: HashMap<String, u64>) {
        self.0.push((day, counts));
    }

    /// The days of one source.
    pub(crate) fn of(&self, source: &str) -> Vec<(Date, u64)> {
        self.0.iter().map(|(day, counts)| (*day, counts.get(source).copied().unwrap_or(0))).collect()
    }
}

/// When a source was not heard, as far as can be known: nobody knows of a push that never came.
pub(crate) fn gaps_of(setup: &SourceSetup, state: &SourceState, now: Timestamp) -> Vec<Gap> {
    if !setup.polled {
        return Vec::new();
    }
    state.live.gaps_now(state.poll.last_success, grace(&state.poll), state.waits, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &'static str)]) -> Option<(Option<u64>, u64)> {
        let headers = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        });
        announced(&headers.collect(), Timestamp::UNIX_EPOCH).map(|a| (a.limit, a.remaining))
    }

    #[test]
    fn limits_are_read_however_they_are_written() {
        assert_eq!(told(&[("x-ratelimit-remaining", "599.0")]), Some((None, 599)));
        assert_eq!(
            told(&[("ratelimit-limit", "100;w=60"), ("ratelimit-remaining", "7")]),
            Some((Some(100), 7))
        );
        assert_eq!(
            told(&[("x-rate-limit-limit", "450"), ("x-rate-limit-remaining", "0")]),
            Some((Some(450), 0))
        );
        assert_eq!(told(&[("x-ratelimit-remaining", "many")]), None);
        assert_eq!(told(&[]), None);
    }
}
