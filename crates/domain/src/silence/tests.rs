use super::*;
use proptest::prelude::*;

/// A month that begins on Monday: so many items every hour from 9 to 21 on working days, and at weekends.
fn month(working: u32, weekend: u32) -> Vec<Day> {
    (0..28)
        .map(|n| {
            let weekday = Weekday::from_monday_zero_offset(n % 7).unwrap();
            let each = if n % 7 < 5 { working } else { weekend };
            let mut hours = [0; 24];
            hours[9..21].fill(each);
            Day { weekday, hours, heard: true }
        })
        .collect()
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00Z").parse().unwrap()
}

/// Monday 2026-06-01 is a Monday.
fn quiet(habit: &Habit, from: &str, until: &str) -> Quiet {
    habit.quiet(&[(at(from), at(until))], &TimeZone::UTC)
}

#[test]
fn a_busy_source_that_stops_is_found_within_hours() {
    let habit = Habit::learn(&month(4, 4)).unwrap();
    assert!(!quiet(&habit, "2026-06-01T12:00", "2026-06-01T13:00").is_abnormal(ONE_IN));
    let found = quiet(&habit, "2026-06-01T12:00", "2026-06-01T15:00");
    assert!(found.is_abnormal(ONE_IN), "{found:?}");
    assert!((found.expected - 12.0).abs() < 0.01, "{found:?}");
}

#[test]
fn nights_and_quiet_weekends_are_no_silence() {
    let habit = Habit::learn(&month(4, 0)).unwrap();
    assert!(!quiet(&habit, "2026-06-01T21:00", "2026-06-02T09:00").is_abnormal(ONE_IN), "a night");
    assert!(!quiet(&habit, "2026-06-05T21:00", "2026-06-08T09:30").is_abnormal(ONE_IN), "a weekend");
    assert!(quiet(&habit, "2026-06-05T21:00", "2026-06-08T13:00").is_abnormal(ONE_IN), "Monday noon");
    assert_eq!(habit.on(Weekday::Sunday), 0.0);
    assert_eq!(habit.on(Weekday::Monday), 48.0);
}

#[test]
fn hours_are_those_of_the_zone() {
    let habit = Habit::learn(&month(4, 4)).unwrap();
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let evening = [(at("2026-06-01T19:00"), at("2026-06-02T07:00"))];
    assert!(habit.quiet(&evening, &zone).expected < 0.01);
}

#[test]
fn a_source_that_comes_in_bursts_may_be_quiet_for_longer() {
    let mut bursts = month(0, 0);
    for (n, day) in bursts.iter_mut().enumerate() {
        day.hours[12] = if n / 7 % 2 == 0 { 95 } else { 1 };
    }
    let habit = Habit::learn(&bursts).unwrap();
    assert!(!quiet(&habit, "2026-06-01T00:00", "2026-06-02T00:00").is_abnormal(ONE_IN));
}

#[test]
fn too_little_history_is_no_habit() {
    assert_eq!(Habit::learn(&[]), None);
    assert_eq!(Habit::learn(&month(4, 4)[..MIN_DAYS - 1]), None);
    assert_eq!(Habit::learn(&month(0, 0)), None);
    let mut deaf = month(9, 9);
    deaf.iter_mut().for_each(|day| day.heard = false);
    assert_eq!(Habit::learn(&deaf), None, "days on which nobody listened are no history");
}

#[test]
fn a_weekday_seen_once_expects_nothing() {
    let ten = &month(6, 6)[..10];
    let habit = Habit::learn(ten).unwrap();
    assert!(habit.on(Weekday::Monday) > 0.0);
    assert_eq!(habit.on(Weekday::Thursday), 0.0);
}

#[test]
fn nothing_heard_is_nothing_said() {
    let habit = Habit::learn(&month(4, 4)).unwrap();
    assert_eq!(habit.quiet(&[], &TimeZone::UTC), Quiet { expected: 0.0, chance: 1.0 });
}

fn days() -> impl Strategy<Value = Vec<Day>> {
    let day = (0i8..7, proptest::array::uniform24(0u32..6), proptest::bool::weighted(0.9));
    let day = day.prop_map(|(at, hours, heard)| Day {
        weekday: Weekday::from_monday_zero_offset(at).unwrap(),
        hours,
        heard,
    });
    proptest::collection::vec(day, 0..70)
}

proptest! {
    #[test]
    fn more_days_without_anything_never_make_a_silence_abnormal(
        days in days(), zero in proptest::collection::vec(0i8..7, 1..30), hours in 1i64..200,
    ) {
        let until = at("2026-06-01T12:00");
        let span = [(until - SignedDuration::from_hours(hours), until)];
        let chance = |days: &[Day]| Habit::learn(days).map_or(1.0, |h| h.quiet(&span, &TimeZone::UTC).chance);
        let before = chance(&days);
        let mut more = days;
        more.extend(zero.into_iter().map(|at| Day {
            weekday: Weekday::from_monday_zero_offset(at).unwrap(), hours: [0; 24], heard: true,
        }));
        prop_assert!(chance(&more) >= before * (1.0 - 1e-9));
    }

    #[test]
    fn a_longer_silence_is_never_more_likely(days in days(), hours in 1i64..100, more in 1i64..60) {
        let Some(habit) = Habit::learn(&days) else { return Ok(()) };
        let from = at("2026-06-01T12:00");
        let of = |h: i64| habit.quiet(&[(from, from + SignedDuration::from_hours(h))], &TimeZone::UTC);
        prop_assert!((0.0..=1.0).contains(&of(hours).chance));
        prop_assert!(of(hours + more).chance <= of(hours).chance * (1.0 + 1e-9));
    }
}
