//! Whether a source is quieter than chance allows, by what it usually brings on that weekday at that hour.
//!
//! A source that brings `m` items in some hours brings none at all with chance `exp(-m)`, if items come independently.
//! They do not quite: one event brings many. So `m` is divided by how much the days of a weekday differ beyond chance,
//! and learnt as if one more quiet day had been seen. A silence whose chance is below the rate of false alarms that is
//! put up with is abnormal. Hours in which nobody listened say nothing, neither of habit nor of silence.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// One false alarm in so many silences, unless a rule says otherwise.
pub const ONE_IN: u32 = 1_000;
/// Fewer days with news than these say nothing about what is usual.
pub const MIN_DAYS: usize = 10;
/// Days with news that a weekday needs before anything is expected on it.
const MIN_OF_WEEKDAY: usize = 2;
/// A silence is measured over its last week at most: that says it all.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One day of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which day of the week.
    pub weekday: Weekday,
    /// What was found in each hour, by local time.
    pub hours: [u32; 24],
    /// Whether the collector listened all day.
    pub heard: bool,
}

/// What a source usually brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Habit {
    /// Items a day, Monday first.
    mean: [f64; 7],
    /// The same, less what is uncertain about it.
    sure: [f64; 7],
    /// The share of a day's items that comes in each hour.
    share: [f64; 24],
}

/// A silence against what was to be expected.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Quiet {
    /// Items that would usually have come.
    pub expected: f64,
    /// The chance of none by accident, cautiously estimated.
    pub chance: f64,
}

impl Quiet {
    /// Whether such a silence is rarer than one in so many.
    #[must_use]
    pub fn is_abnormal(&self, one_in: u32) -> bool {
        self.chance * f64::from(one_in.max(1)) < 1.0
    }
}

impl Habit {
    /// Learns what is usual; `None` when there is too little to learn from.
    #[must_use]
    pub fn learn(days: &[Day]) -> Option<Self> {
        let heard = || days.iter().filter(|day| day.heard);
        if heard().filter(|day| total(day) > 0).count() < MIN_DAYS {
            return None;
        }
        let mut share = [0.0; 24];
        for day in heard() {
            for (sum, found) in share.iter_mut().zip(day.hours) {
                *sum += f64::from(found);
            }
        }
        let all: f64 = share.iter().sum();
        share.iter_mut().for_each(|sum| *sum /= all.max(1.0));
        let (mut mean, mut sure) = ([0.0; 7], [0.0; 7]);
        for (at, (mean, sure)) in mean.iter_mut().zip(&mut sure).enumerate() {
            let counts: Vec<f64> =
                heard().filter(|d| place(d.weekday) == at).map(|d| total(d) as f64).collect();
            (*mean, *sure) = of_weekday(&counts);
        }
        Some(Self { mean, sure, share })
    }

    /// How likely it is that nothing came in these stretches of time, in which somebody listened.
    #[must_use]
    pub fn quiet(&self, heard: &[(Timestamp, Timestamp)], zone: &TimeZone) -> Quiet {
        let (mut expected, mut sure) = (0.0, 0.0);
        let latest = heard.iter().map(|(_, until)| *until).max();
        let earliest = latest.and_then(|at| at.checked_sub(LONGEST).ok()).unwrap_or(Timestamp::MIN);
        for (from, until) in heard {
            let mut at = (*from).max(earliest);
            while at < *until {
                let local = at.to_zoned(zone.clone());
                let passed = i64::from(local.minute()) * 60 + i64::from(local.second());
                let step = SignedDuration::from_secs((3600 - passed).max(1));
                let next = at.checked_add(step).unwrap_or(*until).min(*until);
                let part = next.duration_since(at).as_secs_f64() / 3600.0
                    * usize::try_from(local.hour()).ok().and_then(|h| self.share.get(h)).unwrap_or(&0.0);
                let day = place(local.weekday());
                expected += part * self.mean.get(day).unwrap_or(&0.0);
                sure += part * self.sure.get(day).unwrap_or(&0.0);
                at = next;
            }
        }
        Quiet { expected, chance: (-sure).exp() }
    }

    /// Items that usually come on such a day.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> f64 {
        self.mean.get(place(weekday)).copied().unwrap_or(0.0)
    }
}

/// The mean of these days, and what of it may be relied upon.
fn of_weekday(counts: &[f64]) -> (f64, f64) {
    if counts.iter().filter(|c| **c > 0.0).count() < MIN_OF_WEEKDAY {
        return (0.0, 0.0);
    }
    let days = counts.len() as f64;
    let sum: f64 = counts.iter().sum();
    let mean = sum / days;
    let spread = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / mean / (days - 1.0);
    (mean, sum / (days + 1.0) / spread.max(1.0))
}

fn total(day: &Day) -> u64 {
    day.hours.iter().map(|found| u64::from(*found)).sum()
}

fn place(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
