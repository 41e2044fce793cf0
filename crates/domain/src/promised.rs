//! From words to promises: a time that was named becomes a due time in the hours of a team, and what was found in our
//! own words waits as a proposal until a person says yes or no.

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use crate::ids::{MentionId, PromiseId, UserId};
use crate::policy::Calendar;
use crate::promise::PromiseKind;

/// A time named in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The day, or the span until it.
    pub day: Day,
    /// The time of that day until which it counts.
    pub until: Option<Time>,
}

/// The day, or the span until it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// So many days later; 0 is the same day.
    In(u16),
    /// A weekday: the next one, or the one in the week after.
    Weekday(Weekday, bool),
    /// A date, without a year the next one.
    Date(Option<i16>, i8, i8),
    /// So much time by the clock on the wall.
    Within(SignedDuration),
    /// So many days on which the calendar is open.
    WorkingDays(u16),
    /// The last open day of this week (0) or of a later one.
    WeekEnd(u16),
    /// The last open day of the month.
    MonthEnd,
}

/// What somebody said who may have promised something.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What.
    pub kind: PromiseKind,
    /// In which words.
    pub words: String,
    /// The time that is named.
    pub named: Option<Named>,
}

/// How a proposal was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    /// It became this promise.
    Accepted {
        /// Which.
        promise: PromiseId,
    },
    /// It is none.
    Dismissed {
        /// Who says so.
        by: UserId,
    },
}

/// A promise found in our own words, for a person to accept, change or dismiss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its number within the case.
    pub id: u32,
    /// What.
    pub kind: PromiseKind,
    /// In which words of ours.
    pub words: String,
    /// Until when, where a time was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it was said.
    pub said: Timestamp,
    /// In which post of ours, when it was found at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<MentionId>,
    /// What a person said to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// The moment until which a promise counts that was made at `said`; none when it cannot be told or is never.
///
/// A day counts until its hours end, one that is closed until 18:00: what was told to a customer holds. Spans in hours
/// and days run by the clock on the wall, as the customer counts them.
#[must_use]
pub fn due(named: &Named, said: Timestamp, calendar: &Calendar) -> Option<Timestamp> {
    let zone = calendar.zone().ok()?;
    let local = said.to_zoned(zone);
    let today = local.date();
    let day = match named.day {
        Day::Within(span) => {
            let at = said.checked_add(span).ok()?;
            // A span of whole days ends with the hours of its last day.
            if span.as_hours() % 24 != 0 || span.as_hours() <= 48 {
                return Some(at);
            }
            at.to_zoned(local.time_zone().clone()).date()
        }
        Day::In(days) => today.checked_add(i64::from(days).days()).ok()?,
        Day::Weekday(weekday, later) => {
            let next = today.nth_weekday(1, weekday).ok()?;
            let same_week = next.iso_week_date().week() == today.iso_week_date().week();
            if later && same_week { next.checked_add(1.week()).ok()? } else { next }
        }
        Day::Date(year, month, day) => match year {
            Some(year) => Date::new(year, month, day).ok()?,
            None => {
                // The 29th of February may be years away.
                (0..5).filter_map(|n| Date::new(today.year() + n, month, day).ok()).find(|d| *d >= today)?
            }
        },
        Day::WorkingDays(count) => {
            let days = today.series(1.day()).skip(1).take(usize::from(count) * 4 + 30);
            days.filter(|d| !calendar.blocks_of(*d).is_empty()).nth(usize::from(count).checked_sub(1)?)?
        }
        Day::WeekEnd(weeks) => {
            let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
            let monday = monday.checked_add(i64::from(weeks).weeks()).ok()?;
            last_open(monday, monday.checked_add(6.days()).ok()?, today, calendar)
        }
        Day::MonthEnd => last_open(today.first_of_month(), today.last_of_month(), today, calendar),
    };
    let at = end_of(day, named.until, calendar, &local)?;
    if at > said {
        return Some(at);
    }
    // Said after hours of the day itself: until the day ends.
    let midnight = day.checked_add(1.day()).ok()?.to_zoned(local.time_zone().clone()).ok()?.timestamp();
    (midnight > said).then_some(midnight)
}

/// The day that a customer names when telling of a promise of the past: the last one before it was told.
#[must_use]
pub fn was_due(named: &Named, told: Timestamp, calendar: &Calendar) -> Option<Date> {
    let today = told.to_zoned(calendar.zone().ok()?).date();
    match named.day {
        Day::In(0) => Some(today),
        Day::Weekday(weekday, _) => {
            if today.weekday() == weekday {
                Some(today)
            } else {
                today.nth_weekday(-1, weekday).ok()
            }
        }
        Day::Date(Some(year), month, day) => Date::new(year, month, day).ok(),
        Day::Date(None, month, day) => {
            // One shortly ahead is meant as such ("zou 12 maart komen, en nu weer niet"), else the last one.
            let soon = today.checked_add(30.days()).ok()?;
            (-4..2).rev().filter_map(|n| Date::new(today.year() + n, month, day).ok()).find(|d| *d <= soon)
        }
        _ => None,
    }
}

fn last_open(from: Date, until: Date, today: Date, calendar: &Calendar) -> Date {
    let days = from.series(1.day()).take_while(|d| *d <= until).filter(|d| *d >= today);
    days.filter(|d| !calendar.blocks_of(*d).is_empty()).last().unwrap_or(until)
}

fn end_of(day: Date, until: Option<Time>, calendar: &Calendar, local: &Zoned) -> Option<Timestamp> {
    let blocks = calendar.blocks_of(day);
    let evening = Time::constant(18, 0, 0, 0);
    let time = until.or_else(|| blocks.last().map(|b| b.until)).unwrap_or(evening);
    // A block until midnight ends with the day.
    let day = if time == Time::midnight() && until.is_none() { day.checked_add(1.day()).ok()? } else { day };
    Some(day.to_datetime(time).to_zoned(local.time_zone().clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::t;
    use proptest::prelude::*;

    fn office() -> Calendar {
        crate::testing::policy().calendars.get("office").unwrap().clone()
    }
    fn at(day: Day, until: Option<Time>, said: &str) -> Option<Timestamp> {
        due(&Named { day, until }, t(said), &office())
    }

    #[test]
    fn a_named_day_counts_until_its_hours_end() {
        // Thursday 22 October 2026; the office closes at 17:30.
        assert_eq!(at(Day::In(0), None, "2026-10-22 09:00"), Some(t("2026-10-22 17:30")));
        assert_eq!(at(Day::In(1), None, "2026-10-22 09:00"), Some(t("2026-10-23 17:30")));
        assert_eq!(
            at(Day::In(1), Some(jiff::civil::time(12, 0, 0, 0)), "2026-10-22 09:00"),
            Some(t("2026-10-23 12:00"))
        );
        assert_eq!(
            at(Day::Weekday(Weekday::Friday, false), None, "2026-10-22 09:00"),
            Some(t("2026-10-23 17:30"))
        );
        assert_eq!(
            at(Day::Weekday(Weekday::Thursday, false), None, "2026-10-22 09:00"),
            Some(t("2026-10-29 17:30"))
        );
        assert_eq!(
            at(Day::Weekday(Weekday::Friday, true), None, "2026-10-22 09:00"),
            Some(t("2026-10-30 17:30"))
        );
        assert_eq!(
            at(Day::Weekday(Weekday::Monday, true), None, "2026-10-22 09:00"),
            Some(t("2026-10-26 17:30"))
        );
        assert_eq!(at(Day::Date(None, 12, 4), None, "2026-10-22 09:00"), Some(t("2026-12-04 17:30")));
        assert_eq!(at(Day::Date(None, 3, 12), None, "2026-10-22 09:00"), Some(t("2027-03-12 17:30")));
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays() {
        assert_eq!(at(Day::WorkingDays(5), None, "2026-10-22 09:00"), Some(t("2026-10-29 17:30")));
        // Good Friday is no holiday of the set; Easter Monday (6 April 2026) is.
        assert_eq!(at(Day::WorkingDays(1), None, "2026-12-24 09:00"), Some(t("2026-12-28 17:30")));
        assert_eq!(at(Day::WeekEnd(0), None, "2026-10-22 09:00"), Some(t("2026-10-23 17:30")));
        assert_eq!(at(Day::WeekEnd(1), None, "2026-10-22 09:00"), Some(t("2026-10-30 17:30")));
        assert_eq!(at(Day::MonthEnd, None, "2026-10-22 09:00"), Some(t("2026-10-30 17:30")));
    }

    #[test]
    fn hours_run_by_the_clock_on_the_wall_also_over_the_end_of_summer_time() {
        let day = Day::Within(SignedDuration::from_hours(24));
        assert_eq!(at(day, None, "2026-10-24 12:00"), Some(t("2026-10-25 11:00")));
        assert_eq!(at(Day::In(1), None, "2026-10-24 12:00"), Some(t("2026-10-25 18:00")));
    }

    #[test]
    fn what_is_said_after_hours_for_today_holds_until_midnight() {
        assert_eq!(at(Day::In(0), None, "2026-10-22 20:00"), Some(t("2026-10-23 00:00")));
        assert_eq!(at(Day::Date(Some(2020), 1, 1), None, "2026-10-22 20:00"), None);
        assert_eq!(at(Day::Date(None, 2, 30), None, "2026-10-22 20:00"), None);
    }

    #[test]
    fn a_broken_promise_names_a_day_of_the_past() {
        let told = |day| {
            was_due(&Named { day, until: None }, t("2026-10-22 09:00"), &office()).map(|d| d.to_string())
        };
        assert_eq!(told(Day::Weekday(Weekday::Friday, false)).as_deref(), Some("2026-10-16"));
        assert_eq!(told(Day::Weekday(Weekday::Thursday, false)).as_deref(), Some("2026-10-22"));
        assert_eq!(told(Day::Date(None, 10, 12)).as_deref(), Some("2026-10-12"));
        assert_eq!(told(Day::Date(None, 12, 12)).as_deref(), Some("2025-12-12"));
        assert_eq!(told(Day::WorkingDays(5)), None);
    }

    proptest! {
        #[test]
        fn a_due_time_lies_ahead(minutes in 0..1_000_000_i64, what in 0..8_u8, n in 0..400_u16) {
            let said = t("2026-01-01 00:00") + SignedDuration::from_mins(minutes);
            let day = match what {
                0 => Day::In(n),
                1 => Day::Weekday(Weekday::Tuesday, n % 2 == 0),
                2 => Day::Date(None, (n % 13) as i8, (n % 33) as i8),
                3 => Day::Within(SignedDuration::from_hours(i64::from(n) + 1)),
                4 => Day::WorkingDays(n),
                5 => Day::WeekEnd(n % 3),
                6 => Day::MonthEnd,
                _ => Day::Date(Some(2026), (n % 13) as i8, (n % 33) as i8),
            };
            if let Some(at) = due(&Named { day, until: None }, said, &office()) {
                prop_assert!(at > said);
            }
        }
    }
}
