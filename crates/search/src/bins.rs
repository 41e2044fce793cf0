//! Cuts a period into hours, days, weeks or months of a time zone, right also when clocks are changed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, SignedDuration, Timestamp, ToSpan, Unit, ZonedRound};

use crate::error::SearchError;
use crate::filter::Bucket;

/// Most parts of a period: 27 years of days, or a year of hours.
pub const MAX_BINS: usize = 10_000;

/// The moments at which a part begins, from the part of `from` to the first one at or after `until`.
pub(crate) fn bounds(
    bucket: Bucket,
    zone: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Timestamp>, SearchError> {
    if from >= until {
        return Ok(Vec::new());
    }
    let mut starts = Starts::new(bucket, zone, from).map_err(SearchError::Calendar)?;
    let mut found = vec![starts.at];
    while found.last().is_some_and(|last| *last < until) {
        if found.len() > MAX_BINS {
            return Err(SearchError::TooManyBins { max: MAX_BINS });
        }
        starts.advance().map_err(SearchError::Calendar)?;
        found.push(starts.at);
    }
    Ok(found)
}

struct Starts<'a> {
    bucket: Bucket,
    zone: &'a TimeZone,
    at: Timestamp,
    date: Date,
}

impl<'a> Starts<'a> {
    fn new(bucket: Bucket, zone: &'a TimeZone, from: Timestamp) -> Result<Self, jiff::Error> {
        let local = from.to_zoned(zone.clone());
        let today = local.date();
        let date = match bucket {
            Bucket::Hour | Bucket::Day => today,
            Bucket::Week => today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())?,
            Bucket::Month => today.first_of_month(),
        };
        let at = match bucket {
            Bucket::Hour => {
                local.round(ZonedRound::new().smallest(Unit::Hour).mode(RoundMode::Trunc))?.timestamp()
            }
            _ => midnight(date, zone)?,
        };
        Ok(Self { bucket, zone, at, date })
    }

    fn advance(&mut self) -> Result<(), jiff::Error> {
        self.date = match self.bucket {
            Bucket::Hour => {
                self.at = self.at.checked_add(SignedDuration::from_hours(1))?;
                return Ok(());
            }
            Bucket::Day => self.date.tomorrow()?,
            Bucket::Week => self.date.checked_add(7.days())?,
            Bucket::Month => self.date.checked_add(1.month())?,
        };
        self.at = midnight(self.date, self.zone)?;
        Ok(())
    }
}

/// The first moment of the day, which is not 0:00 where clocks are changed at midnight.
fn midnight(date: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    Ok(date.to_zoned(zone.clone())?.start_of_day()?.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bucket: Bucket, zone: &str, from: &str, until: &str, expect: &[&str]) {
        let zone = TimeZone::get(zone).unwrap();
        let found = bounds(bucket, &zone, from.parse().unwrap(), until.parse().unwrap()).unwrap();
        let shown: Vec<String> =
            found.iter().map(|at| at.to_zoned(zone.clone()).strftime("%F %H:%M %z").to_string()).collect();
        assert_eq!(shown, expect);
    }

    #[test]
    fn days_have_23_or_25_hours_when_clocks_are_changed() {
        check(
            Bucket::Day,
            "Europe/Amsterdam",
            "2026-03-28T12:00:00Z",
            "2026-03-30T12:00:00Z",
            &[
                "2026-03-28 00:00 +0100",
                "2026-03-29 00:00 +0100",
                "2026-03-30 00:00 +0200",
                "2026-03-31 00:00 +0200",
            ],
        );
        // in Cairo the clock goes from 24:00 to 1:00
        check(
            Bucket::Day,
            "Africa/Cairo",
            "2026-04-23T12:00:00Z",
            "2026-04-24T12:00:00Z",
            &["2026-04-23 00:00 +0200", "2026-04-24 01:00 +0300", "2026-04-25 00:00 +0300"],
        );
        check(
            Bucket::Hour,
            "Europe/Amsterdam",
            "2026-10-25T00:30:00Z",
            "2026-10-25T02:00:00Z",
            &["2026-10-25 02:00 +0200", "2026-10-25 02:00 +0100", "2026-10-25 03:00 +0100"],
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        check(
            Bucket::Week,
            "Europe/Amsterdam",
            "2026-01-01T12:00:00Z",
            "2026-01-05T12:00:00Z",
            &["2025-12-29 00:00 +0100", "2026-01-05 00:00 +0100", "2026-01-12 00:00 +0100"],
        );
        check(
            Bucket::Month,
            "Europe/Amsterdam",
            "2026-01-31T12:00:00Z",
            "2026-02-28T23:00:00Z",
            &["2026-01-01 00:00 +0100", "2026-02-01 00:00 +0100", "2026-03-01 00:00 +0100"],
        );
        check(
            Bucket::Hour,
            "Asia/Kolkata",
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:01Z",
            &["2026-01-01 17:00 +0530", "2026-01-01 18:00 +0530"],
        );
    }

    #[test]
    fn a_period_of_too_many_parts_is_refused() {
        let (from, until) =
            ("1970-01-01T00:00:00Z".parse().unwrap(), "2026-01-01T00:00:00Z".parse().unwrap());
        assert!(matches!(
            bounds(Bucket::Day, &TimeZone::UTC, from, until),
            Err(SearchError::TooManyBins { .. })
        ));
        assert!(bounds(Bucket::Week, &TimeZone::UTC, from, until).is_ok());
        assert!(bounds(Bucket::Month, &TimeZone::UTC, Timestamp::MIN, until).is_err());
        assert_eq!(bounds(Bucket::Day, &TimeZone::UTC, until, until).unwrap(), []);
    }

    proptest! {
        #[test]
        fn parts_cover_the_period_without_gaps(
            from in 0i64..2_000_000_000, length in 1i64..4_000_000, bucket in prop::sample::select(vec![
                Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month,
            ]), zone in prop::sample::select(vec!["Europe/Amsterdam", "America/New_York", "Asia/Kathmandu"]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let (from, until) = (Timestamp::from_second(from).unwrap(), Timestamp::from_second(from + length).unwrap());
            let found = bounds(bucket, &zone, from, until).unwrap();
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(found[0] <= from && from < found[1]);
            prop_assert!(found[found.len() - 2] < until && until <= found[found.len() - 1]);
        }
    }
}
