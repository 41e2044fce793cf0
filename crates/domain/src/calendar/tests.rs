use jiff::civil::{Time, date, time};
use proptest::prelude::*;

use super::*;
use crate::testing::{POLICY, mins, t};

fn block(from: &str, until: &str) -> Block {
    Block { from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn calendar(zone: &str, day: &[(&str, &str)]) -> Calendar {
    let blocks: Vec<Block> = day.iter().map(|(a, b)| block(a, b)).collect();
    Calendar { zone: zone.to_owned(), week: std::array::from_fn(|_| blocks.clone()), ..Calendar::always() }
}

fn office() -> &'static Calendar {
    &POLICY.calendars["office"]
}

#[test]
fn an_hour_from_friday_half_past_four_ends_on_monday_at_nine() {
    let start = t("2026-06-05 16:30");
    assert_eq!(office().add(start, mins(60)), t("2026-06-05 17:30"));
    assert_eq!(office().add(start, mins(90)), t("2026-06-08 09:30"));
    let steps = office().explain(start, mins(90));
    let step = |a: &str, b: &str, m| Step { from: t(a), until: t(b), counted: mins(m) };
    assert_eq!(
        steps,
        [step("2026-06-05 16:30", "2026-06-05 17:30", 60), step("2026-06-08 09:00", "2026-06-08 09:30", 30)]
    );
}

#[test]
fn lunch_is_not_counted() {
    let shop = &POLICY.calendars["shop"];
    assert_eq!(shop.add(t("2026-06-05 12:45"), mins(30)), t("2026-06-05 13:45"));
    assert_eq!(shop.between(t("2026-06-05 12:45"), t("2026-06-05 13:45")), mins(30));
    assert!(!shop.is_open(t("2026-06-05 13:00")) && shop.is_open(t("2026-06-05 13:30")));
}

#[test]
fn holidays_are_closed_and_exceptions_win_from_them() {
    let mut office = office().clone();
    // Easter Monday 2026 is 6 April.
    assert_eq!(office.next_open(t("2026-04-03 18:00")), t("2026-04-07 09:00"));
    office.exceptions.insert(date(2026, 4, 6), vec![block("12:00", "14:00")]);
    office.exceptions.insert(date(2026, 4, 7), Vec::new());
    assert_eq!(office.add(t("2026-04-03 18:00"), mins(150)), t("2026-04-08 09:30"));
}

#[test]
fn midnight_at_the_end_of_a_block_is_the_end_of_the_day() {
    let evening = calendar("Europe/Amsterdam", &[("22:00", "00:00")]);
    assert_eq!(evening.between(t("2026-06-05 12:00"), t("2026-06-06 12:00")), mins(120));
    assert!(evening.is_open(t("2026-06-05 23:59")) && !evening.is_open(t("2026-06-06 00:00")));
    let text = r#"{"from":"22:00","until":"24:00"}"#;
    assert_eq!(serde_json::from_str::<Block>(text).unwrap().until, Time::midnight());
    assert!(serde_json::from_str::<Block>(r#"{"from":"22:00","until":"25:00"}"#).is_err());
}

#[test]
fn the_hour_that_summer_time_skips_does_not_count() {
    // 29 March 2026: 02:00 becomes 03:00.
    let night = calendar("Europe/Amsterdam", &[("01:00", "05:00")]);
    let (a, b) = (t("2026-03-29 00:00"), t("2026-03-29 12:00"));
    assert_eq!(night.between(a, b), mins(180));
    assert_eq!(night.add(a, mins(90)), t("2026-03-29 03:30"));
    // A block that begins in the skipped hour begins with the hour after it.
    let early = calendar("Europe/Amsterdam", &[("02:30", "05:00")]);
    assert_eq!(early.next_open(a), t("2026-03-29 03:00"));
    assert_eq!(early.between(a, b), mins(120));
    // One that lies within it is not there that day.
    let gone = calendar("Europe/Amsterdam", &[("02:00", "03:00")]);
    assert_eq!(gone.between(a, b), mins(0));
}

#[test]
fn the_hour_that_comes_twice_counts_twice() {
    // 25 October 2026: 03:00 becomes 02:00.
    let night = calendar("Europe/Amsterdam", &[("01:00", "05:00")]);
    assert_eq!(night.between(t("2026-10-25 00:00"), t("2026-10-25 12:00")), mins(300));
    let late = calendar("Europe/Amsterdam", &[("02:30", "05:00")]);
    assert_eq!(late.between(t("2026-10-25 00:00"), t("2026-10-25 12:00")), mins(180));
}

#[test]
fn a_day_that_a_zone_left_out_has_no_hours() {
    // Samoa went from 29 to 31 December 2011.
    let apia = calendar("Pacific/Apia", &[("09:00", "17:00")]);
    let zone = apia.zone().unwrap();
    let at =
        |d: jiff::civil::Date, h| d.to_datetime(time(h, 0, 0, 0)).to_zoned(zone.clone()).unwrap().timestamp();
    let counted = apia.between(at(date(2011, 12, 29), 0), at(date(2012, 1, 1), 0));
    assert_eq!(counted, mins(2 * 480));
}

#[test]
fn a_calendar_that_never_opens_ends_at_never_and_not_in_a_loop() {
    let closed = Calendar { week: std::array::from_fn(|_| Vec::new()), ..Calendar::always() };
    let start = t("2026-06-05 16:30");
    assert_eq!(closed.add(start, mins(1)), Timestamp::MAX);
    assert_eq!(closed.next_open(start), Timestamp::MAX);
    assert_eq!(closed.between(start, t("2027-06-05 16:30")), mins(0));
    assert!(closed.explain(start, mins(1)).is_empty());
    assert_eq!(closed.back(start, mins(1)), start);

    let mut once = closed.clone();
    once.exceptions.insert(date(2020, 1, 1), vec![block("09:00", "10:00")]);
    assert_eq!(once.add(start, mins(1)), Timestamp::MAX);
    let later = Calendar { week: office().week.clone(), ..Calendar::always() };
    assert_eq!(later.next_open(Timestamp::MAX), Timestamp::MAX);
}

#[test]
fn blocks_that_overlap_or_stand_in_any_order_are_not_counted_twice() {
    let messy = calendar("Europe/Amsterdam", &[("13:00", "15:00"), ("09:00", "14:00")]);
    assert_eq!(messy.between(t("2026-06-05 00:00"), t("2026-06-06 00:00")), mins(360));
}

#[test]
fn back_is_add_backwards_and_does_not_fall_into_the_night() {
    let due = t("2026-06-08 10:00");
    assert_eq!(office().back(due, mins(120)), t("2026-06-05 16:30"));
    assert_eq!(office().add(t("2026-06-05 16:30"), mins(120)), due);
    assert_eq!(office().back(due, mins(0)), due);
}

#[test]
fn an_unknown_zone_is_named() {
    let wrong = calendar("Europe/Amsterdm", &[("09:00", "17:00")]);
    assert!(wrong.zone().unwrap_err().to_string().contains("`Europe/Amsterdm`"));
}

const ZONES: [&str; 6] = [
    "Europe/Amsterdam",
    "America/New_York",
    // Half an hour of summer time, an offset of quarters, summer time at midnight, none at all.
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Asuncion",
    "UTC",
];

/// Starts within a week in which some of the zones change their clocks, or an ordinary one.
const WEEKS: [&str; 5] = ["2026-03-26", "2026-10-22", "2024-10-03", "2023-03-20", "2026-12-22"];

fn some_day() -> impl Strategy<Value = Vec<Block>> {
    proptest::collection::btree_set(0..48_i8, 0..=6).prop_map(|marks| {
        let marks: Vec<i8> = marks.into_iter().collect();
        let at = |half: i8| time(half / 2, (half % 2) * 30, 0, 0);
        let pairs = marks.chunks_exact(2).map(|pair| Block { from: at(pair[0]), until: at(pair[1]) });
        let mut day: Vec<Block> = pairs.collect();
        if marks.len() % 2 == 1 {
            day.push(Block { from: at(marks[marks.len() - 1]), until: Time::midnight() });
        }
        day
    })
}

fn some_calendar() -> impl Strategy<Value = Calendar> {
    let zone = proptest::sample::select(&ZONES[..]);
    let holidays = proptest::option::of(Just("nl".to_owned()));
    (zone, proptest::array::uniform7(some_day()), holidays).prop_map(|(zone, week, holidays)| Calendar {
        zone: zone.to_owned(),
        week,
        holidays,
        exceptions: std::collections::BTreeMap::new(),
    })
}

fn some_start() -> impl Strategy<Value = Timestamp> {
    (proptest::sample::select(&WEEKS[..]), 0..10_000_i64)
        .prop_map(|(week, m)| t(&format!("{week} 00:00")) + mins(m))
}

/// Looks at the clock on the wall once a minute.
fn naive(calendar: &Calendar, a: Timestamp, b: Timestamp) -> SignedDuration {
    let mut at = a;
    let mut open = 0;
    while at < b {
        open += i64::from(calendar.is_open(at));
        at += mins(1);
    }
    mins(open)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn counting_equals_looking_at_the_clock_every_minute(
        calendar in some_calendar(), a in some_start(), span in 0..8_000_i64,
    ) {
        let b = a + mins(span);
        let counted = calendar.between(a, b);
        prop_assert_eq!(counted, naive(&calendar, a, b));
        prop_assert_eq!(calendar.between_at_most(a, b, mins(77)), counted.min(mins(77)));
        prop_assert_eq!(calendar.between(b, a), mins(0));
    }

    #[test]
    fn add_is_the_first_moment_at_which_so_much_has_passed(
        calendar in some_calendar(), start in some_start(), working in 1..4_000_i64,
    ) {
        let end = calendar.add(start, mins(working));
        prop_assume!(end < Timestamp::MAX);
        prop_assert_eq!(calendar.between(start, end), mins(working));
        prop_assert!(calendar.between(start, end - mins(1)) < mins(working));
        let steps = calendar.explain(start, mins(working));
        prop_assert_eq!(steps.last().unwrap().until, end);
        let sum = steps.iter().fold(mins(0), |sum, s| sum + s.counted);
        prop_assert_eq!(sum, mins(working));
    }

    #[test]
    fn adding_twice_is_adding_the_sum(
        calendar in some_calendar(), start in some_start(), a in 0..3_000_i64, b in 0..3_000_i64,
    ) {
        let twice = calendar.add(calendar.add(start, mins(a)), mins(b));
        prop_assert_eq!(twice, calendar.add(start, mins(a + b)));
    }

    #[test]
    fn later_starts_and_longer_spans_never_end_earlier(
        calendar in some_calendar(), start in some_start(), a in 0..3_000_i64, more in 0..500_i64,
    ) {
        prop_assert!(calendar.add(start, mins(a)) <= calendar.add(start, mins(a + more)));
        prop_assert!(calendar.add(start, mins(a)) <= calendar.add(start + mins(more), mins(a)));
    }

    #[test]
    fn going_back_leaves_the_span_in_between(
        calendar in some_calendar(), end in some_start(), working in 1..2_000_i64,
    ) {
        let start = calendar.back(end, mins(working));
        prop_assume!(start < end);
        prop_assert_eq!(calendar.between(start, end), mins(working));
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is(calendar in some_calendar(), start in some_start()) {
        let open = calendar.next_open(start);
        prop_assume!(open < Timestamp::MAX);
        prop_assert!(calendar.is_open(open));
        prop_assert_eq!(calendar.between(start, open), mins(0));
    }
}
