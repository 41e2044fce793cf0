//! What was heard and what was not: gaps, items per day, what servers say of their limits. "No complaints" is only said
//! of the time in which somebody listened.

use std::collections::HashMap;

use gehoor_domain::ids::{LocationId, SourceId};
use gehoor_domain::liveness::Gap;
use gehoor_domain::scope::Scope;
use gehoor_fetch::{Kept, Whose};
use gehoor_search::{By, Filter, Spread};
pub use gehoor_sources::{Back, Bound, By as SetBy};
use gehoor_wire::headers::limits;
use http::HeaderMap;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::EngineError;
use crate::queries::{operations, search_failed};
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

/// What an answer says of the limit of its server, in whatever dialect: of several the one with the fewest requests left.
pub(crate) fn announced(headers: &HeaderMap, at: Timestamp) -> Option<Announced> {
    let told = limits(headers, at).into_iter().next()?;
    Some(Announced { limit: told.limit, remaining: told.remaining?, at })
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
        let filter = Filter { include_copies: true, ..Filter::default() };
        self.per_day(&Scope::All, &filter, By::Source, now)
    }

    fn per_day(
        &self,
        scope: &Scope,
        filter: &Filter,
        by: By,
        now: Timestamp,
    ) -> Result<DayCounts, EngineError> {
        let zone = self.zone();
        let today = now.to_zoned(zone.clone()).date();
        let back = |days: i64| today.checked_sub(Span::new().days(days)).ok();
        let days: Vec<Date> = (0..DAYS).rev().filter_map(back).collect();
        let ends = days.iter().copied().chain(today.tomorrow().ok());
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp()).ok();
        let bounds: Vec<Timestamp> = ends.filter_map(midnight).collect();
        let spread = self.inner.parts.index.spread(scope, filter, by, &bounds).map_err(search_failed)?;
        Ok(DayCounts { days, spread })
    }

    /// What was heard of each location within the scope, of all sources or of one; those that are silent longest first.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a franchisee, [`EngineError::Index`].
    pub fn places_heard(
        &self,
        viewer: &Viewer,
        source: Option<&SourceId>,
    ) -> Result<Vec<PlaceRow>, EngineError> {
        operations(viewer)?;
        let sources = source.into_iter().cloned().collect();
        let filter = Filter { sources, include_copies: true, ..Filter::default() };
        let counts = self.per_day(&viewer.scope, &filter, By::Location, self.now())?;
        let seen = |location: &LocationId| {
            let name = location.as_str();
            PlaceRow { location: location.clone(), last: counts.last(name), days: counts.of(name) }
        };
        let all = self.inner.setup.locations.iter().map(|location| &location.id);
        let mut rows: Vec<PlaceRow> =
            all.filter(|location| viewer.scope.allows(Some(location))).map(seen).collect();
        // One source need not bring something of every location, and of a group of shops people name the shops.
        let locations = &self.inner.setup.locations;
        rows.retain(|row| row.last.is_some() || (source.is_none() && !locations.is_group(&row.location)));
        rows.sort_by(|a, b| (a.last, &a.location).cmp(&(b.last, &b.location)));
        Ok(rows)
    }

    /// How much of our own limits was used, by host and credential, as far as any source knows.
    pub(crate) fn limits_used(&self, now: Timestamp) -> HashMap<Whose, LimitUsed> {
        let mut latest: HashMap<Whose, Kept> = HashMap::new();
        for kept in self.inner.sources.limits() {
            let known = latest.get(&kept.whose);
            if known.is_none_or(|known| known.asked < kept.asked) {
                latest.insert(kept.whose.clone(), kept);
            }
        }
        let shown = |kept: Kept| {
            let used = kept.used?.at(now);
            let limit = LimitUsed {
                name: kept.name().to_owned(),
                requests: used.requests,
                of: used.of,
                seconds: used.seconds,
                held_until: kept.held_until.filter(|until| *until > now),
            };
            Some((kept.whose, limit))
        };
        latest.into_values().filter_map(shown).collect()
    }
}

/// What was heard of a location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceRow {
    /// Which.
    pub location: LocationId,
    /// When the latest mention about it was published; none when there never was one.
    pub last: Option<Timestamp>,
    /// Items on each of the last 14 days, today last.
    pub days: Vec<(Date, u64)>,
}

/// How much of one of our own limits was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitUsed {
    /// Of what: a host, or a credential of a platform.
    pub name: String,
    /// Requests in the stretch of time under way.
    pub requests: u32,
    /// So many are allowed in it.
    pub of: u32,
    /// How long it is, in seconds.
    pub seconds: u64,
    /// The platform asked not to be asked before then.
    pub held_until: Option<Timestamp>,
}

/// Items per day and source or location.
#[derive(Debug, Default)]
pub(crate) struct DayCounts {
    days: Vec<Date>,
    spread: HashMap<String, Spread>,
}

impl DayCounts {
    /// The days of one of them.
    pub(crate) fn of(&self, name: &str) -> Vec<(Date, u64)> {
        let parts = self.spread.get(name).map(|spread| spread.parts.as_slice()).unwrap_or_default();
        let count = |(at, day): (usize, &Date)| (*day, parts.get(at).copied().unwrap_or(0));
        self.days.iter().enumerate().map(count).collect()
    }

    /// When the first mention of one of them was published.
    pub(crate) fn first(&self, name: &str) -> Option<Timestamp> {
        self.spread.get(name).map(|spread| spread.first)
    }

    fn last(&self, name: &str) -> Option<Timestamp> {
        self.spread.get(name).map(|spread| spread.last)
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
        assert_eq!(
            told(&[("x-rate-limit", "user-hour-lim:3500;user-hour-rem:500;")]),
            Some((Some(3_500), 500)),
            "Apple's"
        );
        assert_eq!(
            told(&[("x-app-usage", r#"{"call_count":28,"total_time":5}"#)]),
            Some((Some(100), 72)),
            "Meta's"
        );
        assert_eq!(told(&[("x-ratelimit-remaining", "many")]), None);
        assert_eq!(told(&[]), None);
    }
}
