use super::*;
use crate::testing::{POLICY, mins, t};

fn office() -> &'static Calendar {
    &POLICY.calendars["office"]
}

/// Eight hours and a half from Friday 13:00: red on Monday at 13:00.
fn friday() -> Clock {
    let norm = &POLICY.norms.resolution;
    start(ClockKind::Resolution, norm, "office", office(), t("2026-06-05 13:00"), 0.8)
}

#[test]
fn it_is_green_then_amber_then_red() {
    let clock = friday();
    assert_eq!(clock.red_at, t("2026-06-08 13:00"));
    // 80 % of 8:30 is 6:48.
    assert_eq!(clock.amber_at, t("2026-06-08 11:18"));
    assert_eq!(light(&clock, t("2026-06-08 11:17")), Light::Green);
    assert_eq!(light(&clock, t("2026-06-08 11:18")), Light::Amber);
    assert_eq!(light(&clock, t("2026-06-08 13:00")), Light::Red);
}

#[test]
fn what_is_left_is_told_in_working_time_and_on_the_wall() {
    let clock = friday();
    let now = remaining(&clock, office(), t("2026-06-05 16:30"));
    assert_eq!((now.working, now.wall), (mins(300), mins(68 * 60 + 30)));
    let late = remaining(&clock, office(), t("2026-06-08 14:00"));
    assert_eq!((late.working, late.wall), (mins(-60), mins(-60)));
}

#[test]
fn a_pause_moves_the_end_by_the_working_time_that_it_lasted() {
    let mut clock = friday();
    pause(&mut clock, t("2026-06-05 16:30"));
    assert_eq!(light(&clock, t("2026-07-01 12:00")), Light::Green);
    resume(&mut clock, office(), t("2026-06-09 10:00"), 0.8);
    // 5:00 were left on Friday; the pause took 1:00 of Friday, Monday whole and 1:00 of Tuesday.
    assert_eq!(clock.red_at, t("2026-06-09 15:00"));
    assert_eq!(clock.amber_at, t("2026-06-09 13:18"));
    assert_eq!(clock.paused_for, mins(60 + 510 + 60));
    let steps = explain(&clock, office());
    assert_eq!(steps.last().unwrap().until, clock.red_at);
}

#[test]
fn a_pause_of_no_time_changes_nothing() {
    let mut clock = friday();
    let at = t("2026-06-05 14:00");
    pause(&mut clock, at);
    resume(&mut clock, office(), at, 0.8);
    assert_eq!((clock.red_at, clock.amber_at), (friday().red_at, friday().amber_at));
}

#[test]
fn another_team_goes_on_with_what_was_left() {
    let mut clock = friday();
    let shop = &POLICY.calendars["shop"];
    move_to(&mut clock, office(), "shop", shop, t("2026-06-05 16:30"), 0.8);
    // 5:00 are left: Friday 16:30 to 18:00, Saturday 10:00 to 13:00 and 13:30 to 14:00.
    assert_eq!(clock.red_at, t("2026-06-06 14:00"));
    assert_eq!(clock.calendar, "shop");
}

#[test]
fn a_paused_clock_takes_what_was_left_along_to_another_team() {
    let mut clock = friday();
    pause(&mut clock, t("2026-06-05 16:30"));
    let shop = &POLICY.calendars["shop"];
    move_to(&mut clock, office(), "shop", shop, t("2026-06-05 17:00"), 0.8);
    resume(&mut clock, shop, t("2026-06-06 10:00"), 0.8);
    assert_eq!(clock.red_at, t("2026-06-06 15:30"));
}

#[test]
fn a_clock_that_ran_out_stays_run_out_through_a_pause() {
    let mut clock = friday();
    clock.amber_fired = Some(clock.amber_at);
    clock.red_fired = Some(clock.red_at);
    let red_at = clock.red_at;
    pause(&mut clock, t("2026-06-08 15:00"));
    resume(&mut clock, office(), t("2026-06-09 15:00"), 0.8);
    assert_eq!(clock.red_at, red_at);
    assert_eq!(light(&clock, t("2026-06-09 15:00")), Light::Red);
}

#[test]
fn what_was_never_answered_did_not_meet_the_norm() {
    let (mut done, mut dropped) = (friday(), friday());
    finish(&mut done, t("2026-06-08 13:00"));
    drop(&mut dropped, t("2026-06-05 14:00"));
    let later = t("2026-06-12 12:00");
    assert_eq!((done.met(later), dropped.met(later)), (Some(true), Some(false)));
    assert_eq!((friday().met(t("2026-06-05 14:00")), friday().met(later)), (None, Some(false)));
}

#[test]
fn the_share_used_grows_to_its_cap_and_is_cheap_for_old_clocks() {
    let clock = friday();
    let share = |at: &str| share_used(&clock, office(), t(at), 2.0);
    assert!(share("2026-06-05 13:00").abs() < 1e-9);
    assert!((share("2026-06-08 13:00") - 1.0).abs() < 1e-9);
    assert!((share("2026-06-08 17:15") - 1.5).abs() < 1e-9);
    assert!((share("2056-06-08 17:15") - 2.0).abs() < 1e-9);
}
