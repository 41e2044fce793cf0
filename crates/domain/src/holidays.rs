//! Public holidays by rule, so that no list has to be kept up. Only the Netherlands so far.
//!
//! The days are those of the Dutch Algemene termijnenwet, article 3, without Good Friday: that one is no public
//! holiday by default, and a company that closes then says so as an exception in its calendar.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Names of the sets of holidays that a calendar may choose.
pub const SETS: [&str; 1] = ["nl"];

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Jones, Butcher).
#[must_use]
pub fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let golden = y.rem_euclid(19);
    let (century, rest) = (y.div_euclid(100), y.rem_euclid(100));
    let (leap_centuries, century_rest) = (century.div_euclid(4), century.rem_euclid(4));
    let correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - leap_centuries - correction + 15).rem_euclid(30);
    let (leaps, leap_rest) = (rest.div_euclid(4), rest.rem_euclid(4));
    let weekday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days = epact + weekday - 7 * late + 114;
    let month = i8::try_from(days.div_euclid(31)).unwrap_or(4);
    let day = i8::try_from(days.rem_euclid(31) + 1).unwrap_or(1);
    // The algorithm gives a day from 22 March to 25 April for every year.
    Date::new(year, month, day).unwrap_or(date(1, 4, 1))
}

/// Whether a shop or office that keeps Dutch public holidays is closed that day.
///
/// New Year, Easter Sunday and Monday, King's Day (27 April, or 26 April when that is a Sunday), Liberation Day
/// (5 May, only in years divisible by five: most people have that day off once in five years), Ascension, Whit Sunday
/// and Monday, both days of Christmas.
#[must_use]
pub fn is_dutch(day: Date) -> bool {
    match (day.month(), day.day()) {
        (1, 1) | (12, 25 | 26) => return true,
        (4, 27) if day.weekday() != Weekday::Sunday => return true,
        (4, 26) if day.weekday() == Weekday::Saturday => return true,
        (5, 5) if day.year() % 5 == 0 => return true,
        (3..=6, _) => {}
        _ => return false,
    }
    let easter = easter(day.year());
    [0, 1, 39, 49, 50].into_iter().any(|after| easter.checked_add(after.days()).is_ok_and(|d| d == day))
}

/// Whether a day is a holiday of a set; an unknown set has none.
#[must_use]
pub fn is_holiday(set: &str, day: Date) -> bool {
    set == "nl" && is_dutch(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_on_the_days_that_almanacs_give() {
        for (y, m, d) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (2000, 4, 23),
            (2008, 3, 23),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            assert_eq!(easter(y), date(y, m, d));
        }
    }

    #[test]
    fn the_dutch_holidays_of_2026_are_these() {
        let days: Vec<String> = date(2026, 1, 1)
            .series(1.day())
            .take_while(|d| d.year() == 2026)
            .filter(|d| is_dutch(*d))
            .map(|d| d.to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2026-01-01",
                "2026-04-05",
                "2026-04-06",
                "2026-04-27",
                "2026-05-14",
                "2026-05-24",
                "2026-05-25",
                "2026-12-25",
                "2026-12-26",
            ]
        );
    }

    #[test]
    fn kings_day_moves_to_saturday_when_it_would_be_a_sunday() {
        assert!(is_dutch(date(2025, 4, 26)) && !is_dutch(date(2025, 4, 27)));
        assert!(!is_dutch(date(2026, 4, 26)) && is_dutch(date(2026, 4, 27)));
    }

    #[test]
    fn liberation_day_counts_once_in_five_years_and_good_friday_never() {
        assert!(is_dutch(date(2025, 5, 5)) && !is_dutch(date(2026, 5, 5)) && is_dutch(date(2030, 5, 5)));
        assert!(!is_dutch(date(2026, 4, 3)));
    }
}
