//! Dates as strangers write them.
//!
//! Accepted: RFC 3339 and its relatives without zone or time, RFC 822 with all its liberties, asctime, month names
//! in English, Dutch, German and French. `03-04-2024` is never guessed: day and month could be either.
//!
//! A date without a time is the start of that day, in UTC unless a zone is known. In Europe that is the same day on
//! the wall, and the measured response time can only be too long, never too short.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Reads a date that has a zone, or lies in UTC for want of one.
pub(crate) fn lenient(text: &str) -> Option<Timestamp> {
    in_zone(text, &TimeZone::UTC)
}

/// Reads a date; `zone` is used when the text names none.
pub(crate) fn in_zone(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > 80 || !text.is_ascii() && text.len() > 60 {
        return None;
    }
    iso(text, zone).or_else(|| epoch(text)).or_else(|| named_month(text, zone))
}

/// ISO 8601 / RFC 3339, with `T` or a space, with or without time and offset.
fn iso(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(digits == 4 && text.as_bytes().get(4) == Some(&b'-') || digits == 8) {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // "2024-05-01 10:00:00 +0200" and "… UTC": the space before the zone is not ISO, but common.
    if let Some((head, tail)) = text.rsplit_once(' ')
        && let Some(offset) = offset(tail)
        && let Ok(civil) = head.trim().parse::<DateTime>()
    {
        return offset.to_timestamp(civil).ok();
    }
    let civil = text.parse::<DateTime>().ok()?;
    zone.to_timestamp(civil).ok()
}

/// Seconds or milliseconds since 1970, of this century.
fn epoch(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// `Wed, 02 Oct 2002 13:00:00 GMT`, `Sun Jan  4 16:29:06 PST 2004`, `3 mei 2024 10:15`.
fn named_month(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (mut day, mut month, mut year, mut time, mut shift) = (None, None, None, None, None);
    for word in text.split([' ', ',', '\t', '\n']).filter(|w| !w.is_empty()) {
        if word.contains(':') && time.is_none() {
            time = Some(clock(word)?);
        } else if month.is_none() && self::month(word).is_some() {
            month = self::month(word);
        } else if let Some(number) = ordinal(word) {
            if day.is_none() && word.len() <= 4 && (1..=31).contains(&number) {
                day = i8::try_from(number).ok();
            } else if year.is_none() {
                year = Some(full_year(number));
            }
        } else if let Some(found) = offset(word) {
            shift = Some(found);
        }
    }
    let date = Date::new(year?, month?, day?).ok()?;
    let civil = date.to_datetime(time.unwrap_or_else(Time::midnight));
    match shift {
        Some(offset) => offset.to_timestamp(civil).ok(),
        None => zone.to_timestamp(civil).ok(),
    }
}

fn clock(word: &str) -> Option<Time> {
    let mut parts = word.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: i8 = parts.next().and_then(|s| s.split('.').next()).unwrap_or("0").parse().ok()?;
    // 24:05 and a leap second are both seen in feeds.
    Time::new(if hour == 24 { 0 } else { hour }, minute, second.min(59), 0).ok()
}

fn ordinal(word: &str) -> Option<i16> {
    let digits = word.trim_end_matches(['.', 's', 't', 'n', 'd', 'r', 'h', 'e']);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Two digits mean 1970 to 2069 (RFC 822 has two, RFC 1123 made it four).
fn full_year(number: i16) -> i16 {
    match number {
        0..=69 => 2000 + number,
        70..=99 => 1900 + number,
        _ => number,
    }
}

const MONTHS: [&[&str]; 12] = [
    &["jan", "janv"],
    &["feb", "febr", "fév", "fev"],
    &["mar", "mrt", "maa", "mär", "mae"],
    &["apr", "avr"],
    &["may", "mei", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aoû", "aou"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez", "déc"],
];

fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.is_empty() || word.chars().any(|c| !c.is_alphabetic()) || word.chars().count() < 3 {
        return None;
    }
    // Weekdays that begin like a month: maandag, mardi.
    if word.starts_with("maand") || word.starts_with("mardi") {
        return None;
    }
    let at = MONTHS.iter().position(|names| names.iter().any(|n| word.starts_with(n)))?;
    i8::try_from(at + 1).ok()
}

/// `+0200`, `-05:00`, `Z`, `GMT` and the zones that RFC 822 names.
fn offset(word: &str) -> Option<Offset> {
    let hours: i64 = match word.to_ascii_uppercase().as_str() {
        "Z" | "GMT" | "UT" | "UTC" | "+0000" | "-0000" => 0,
        "CET" | "MET" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "BST" | "WEST" => 1,
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        other => return numeric_offset(other),
    };
    Offset::try_from(SignedDuration::from_hours(hours)).ok()
}

fn numeric_offset(word: &str) -> Option<Offset> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Offset::try_from(SignedDuration::from_mins(sign * (number / 100 * 60 + number % 100))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(lenient(text).map(|t| t.to_string()).as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn iso_dates_are_read_with_and_without_time_and_zone() {
        check("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00Z");
        check("2024-05-01T10:00:00.123Z", "2024-05-01T10:00:00.123Z");
        check("2024-05-01T10:00:00+0200", "2024-05-01T08:00:00Z");
        check("2024-05-01 10:00:00", "2024-05-01T10:00:00Z");
        check("2024-05-01 10:00:00 +0200", "2024-05-01T08:00:00Z");
        check("2024-05-01 10:00", "2024-05-01T10:00:00Z");
        check("2024-05-01", "2024-05-01T00:00:00Z");
        check("20240501", "2024-05-01T00:00:00Z");
    }

    #[test]
    fn mail_dates_are_read_with_all_their_liberties() {
        check("Wed, 02 Oct 2002 13:00:00 GMT", "2002-10-02T13:00:00Z");
        check("Thu, 01 Jan 04 19:48:21 EST", "2004-01-02T00:48:21Z");
        check("24 Sep 2013 1:27 PDT", "2013-09-24T08:27:00Z");
        check("Wednesday, 2 October 2002 13:00:00 +0200", "2002-10-02T11:00:00Z");
        check("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z");
        check("5 Jun 2017 24:05 PDT", "2017-06-05T07:05:00Z");
        check("Tue, 15 Nov 2022 20:15:04 Z", "2022-11-15T20:15:04Z");
    }

    #[test]
    fn months_are_read_in_four_languages() {
        check("3 mei 2024", "2024-05-03T00:00:00Z");
        check("maandag 4 maart 2024", "2024-03-04T00:00:00Z");
        check("12. Dezember 2023", "2023-12-12T00:00:00Z");
        check("1 août 2023", "2023-08-01T00:00:00Z");
        check("May 3rd, 2024", "2024-05-03T00:00:00Z");
    }

    #[test]
    fn numbers_that_could_mean_two_days_are_not_guessed() {
        for text in ["03-04-2024", "3/4/24", "gisteren", "2024", "", "99999999999999999999", "2024-13-45"] {
            assert_eq!(lenient(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_used_only_where_the_text_names_none() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        assert_eq!(in_zone("2024-07-01 12:00", &zone).unwrap().to_string(), "2024-07-01T10:00:00Z");
        assert_eq!(in_zone("2024-07-01T12:00:00Z", &zone).unwrap().to_string(), "2024-07-01T12:00:00Z");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not_without_harm(text in "\\PC{0,40}|[0-9:+ T-]{0,30}|[a-z]{3} [0-9]{1,9} [0-9:]{1,9}") {
            let _ = lenient(&text);
        }
    }
}
