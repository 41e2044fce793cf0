//! Counting working time: the one place where opening hours are read.
//!
//! An instant is open when the clock on the wall there shows a time within one of the day's blocks. So hours that the
//! summer time skips do not count, hours that come twice count twice when they lie within a block, and a block that
//! begins in a skipped hour begins with the hour after it. `openings::Openings` turns this into spans of real
//! time, in order; everything else is built on those.

mod openings;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::holidays;
use crate::policy::{Block, Calendar};
use openings::Openings;

/// Why a calendar cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{0}`: use an IANA name such as `Europe/Amsterdam`")]
pub struct UnknownZone(pub String);

/// A span that was counted: one block of one day, or what was needed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// First moment.
    pub from: Timestamp,
    /// Moment after the last.
    pub until: Timestamp,
    /// The working time between them.
    pub counted: SignedDuration,
}

impl Calendar {
    /// Open all hours of all days: plain wall-clock time.
    #[must_use]
    pub fn always() -> Self {
        let day = Block { from: jiff::civil::Time::midnight(), until: jiff::civil::Time::midnight() };
        Self {
            zone: "UTC".to_owned(),
            week: std::array::from_fn(|_| vec![day]),
            holidays: None,
            exceptions: std::collections::BTreeMap::new(),
        }
    }

    /// The time zone. The zone data is built in.
    ///
    /// # Errors
    /// [`UnknownZone`] when there is none of that name.
    pub fn zone(&self) -> Result<TimeZone, UnknownZone> {
        TimeZone::get(&self.zone).map_err(|_| UnknownZone(self.zone.clone()))
    }

    /// The blocks of a day, sorted: an exception before a holiday before the weekday.
    #[must_use]
    pub fn blocks_of(&self, day: Date) -> &[Block] {
        if let Some(blocks) = self.exceptions.get(&day) {
            return blocks;
        }
        if self.holidays.as_deref().is_some_and(|set| holidays::is_holiday(set, day)) {
            return &[];
        }
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        self.week.get(weekday).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it is open at this moment.
    #[must_use]
    pub fn is_open(&self, t: Timestamp) -> bool {
        let local = self.zone_or_utc().to_datetime(t);
        self.blocks_of(local.date()).iter().any(|b| {
            b.from <= local.time() && (local.time() < b.until || b.until == jiff::civil::Time::midnight())
        })
    }

    /// The first moment at which so much working time has passed since `start`; `start` itself when nothing is to be
    /// counted, and [`Timestamp::MAX`] ("never") when it does not open enough within forty years.
    #[must_use]
    pub fn add(&self, start: Timestamp, working: SignedDuration) -> Timestamp {
        let mut left = working;
        if left <= SignedDuration::ZERO {
            return start;
        }
        for (from, until) in self.openings(start) {
            let open = until.duration_since(from);
            if open >= left {
                return from.checked_add(left).unwrap_or(Timestamp::MAX);
            }
            left = left.saturating_sub(open);
        }
        Timestamp::MAX
    }

    /// Working time between two moments; none when `b` is not after `a`.
    #[must_use]
    pub fn between(&self, a: Timestamp, b: Timestamp) -> SignedDuration {
        self.between_at_most(a, b, SignedDuration::MAX)
    }

    /// As [`Calendar::between`], but stops counting at `most`: cheap also when `a` lies years back.
    #[must_use]
    pub fn between_at_most(&self, a: Timestamp, b: Timestamp, most: SignedDuration) -> SignedDuration {
        let mut counted = SignedDuration::ZERO;
        if b <= a {
            return counted;
        }
        for (from, until) in self.openings(a) {
            if from >= b {
                break;
            }
            counted = counted.saturating_add(until.min(b).duration_since(from));
            if counted >= most {
                return most;
            }
        }
        counted
    }

    /// The latest moment from which so much working time passes until `end`: [`Calendar::add`] backwards. `end` itself
    /// when it does not open enough in the two years before.
    #[must_use]
    pub fn back(&self, end: Timestamp, working: SignedDuration) -> Timestamp {
        if working <= SignedDuration::ZERO {
            return end;
        }
        for days in [1, 4, 16, 64, 256, 731] {
            let Ok(start) = end.checked_sub(SignedDuration::from_hours(24 * days)) else {
                return end;
            };
            let total = self.between(start, end);
            if total >= working {
                return self.add(start, total.saturating_sub(working));
            }
        }
        end
    }

    /// This moment when it is open, else the next one at which it opens; [`Timestamp::MAX`] when it never does.
    #[must_use]
    pub fn next_open(&self, t: Timestamp) -> Timestamp {
        self.openings(t).next().map_or(Timestamp::MAX, |(from, _)| from)
    }

    /// The calculation of [`Calendar::add`], one step a block: "Fri 16:30 + 0:30, Mon 09:00 + 0:30 = Mon 09:30".
    /// Empty when nothing is to be counted or it never opens; at most 400 steps.
    #[must_use]
    pub fn explain(&self, start: Timestamp, working: SignedDuration) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut left = working;
        for (from, until) in self.openings(start).take(400) {
            if left <= SignedDuration::ZERO {
                break;
            }
            let counted = until.duration_since(from).min(left);
            let until = from.checked_add(counted).unwrap_or(until);
            steps.push(Step { from, until, counted });
            left = left.saturating_sub(counted);
        }
        steps
    }

    fn openings(&self, start: Timestamp) -> Openings<'_> {
        Openings::new(self, self.zone_or_utc(), start)
    }

    /// An unknown zone is refused by [`crate::policy::Policy::validate`]; until then hours are read in UTC.
    fn zone_or_utc(&self) -> TimeZone {
        self.zone().unwrap_or(TimeZone::UTC)
    }
}

#[cfg(test)]
mod tests;
