use super::*;
use crate::testing::{mins, t};

const LIMITS: PollLimits =
    PollLimits { min: SignedDuration::from_secs(60), max: SignedDuration::from_mins(30) };

fn source() -> SourceId {
    SourceId::parse("feed").unwrap()
}

fn read(news: u32) -> PollResult {
    PollResult::Read { news }
}

/// Polls a number of times, each at its due time.
fn run(mut state: PollState, results: impl IntoIterator<Item = PollResult>) -> PollState {
    for result in results {
        let now = state.next.unwrap_or(t("2026-06-05 10:00"));
        state = next_poll(&state, &result, LIMITS, now, &source());
    }
    state
}

#[test]
fn a_source_with_news_is_asked_as_often_as_allowed() {
    let state = run(PollState::default(), (0..20).map(|_| read(3)));
    assert_eq!(state.interval, LIMITS.min);
    let now = state.next.unwrap();
    let next = next_poll(&state, &read(1), LIMITS, now, &source()).next.unwrap();
    assert!(next.duration_since(now) >= LIMITS.min);
}

#[test]
fn a_quiet_source_is_asked_ever_more_rarely_up_to_its_maximum() {
    let state = run(PollState::default(), (0..40).map(|_| PollResult::Unchanged));
    assert_eq!(state.interval, LIMITS.max);
    assert_eq!(state.last_news, None);
}

#[test]
fn a_quiet_source_that_wakes_up_is_soon_asked_often() {
    let quiet = run(PollState::default(), (0..40).map(|_| read(0)));
    let awake = run(quiet, (0..12).map(|_| read(2)));
    assert!(awake.interval < mins(4), "{}", awake.interval);
}

#[test]
fn a_source_that_has_news_now_and_then_keeps_a_steady_pace() {
    let results = || (0..60).map(|n| read(u32::from(n % 3 == 0)));
    let state = run(PollState::default(), results());
    let later = run(state.clone(), results());
    assert_eq!(later.interval, state.interval);
}

#[test]
fn a_failing_source_backs_off_to_a_cap_is_never_given_up_and_recovers() {
    let working = run(PollState::default(), (0..10).map(|_| read(1)));
    let fail = || PollResult::Failed { why: "the host did not answer".into() };
    let mut state = working.clone();
    let mut waits = Vec::new();
    for _ in 0..40 {
        let now = state.next.unwrap();
        state = next_poll(&state, &fail(), LIMITS, now, &source());
        waits.push(state.next.unwrap().duration_since(now));
    }
    assert!(waits.is_sorted());
    assert!(waits[39] <= mins(66) && waits[39] >= mins(54), "{}", waits[39]);
    assert_eq!((state.failures, state.last_error.as_deref()), (40, Some("the host did not answer")));
    assert_eq!(state.last_success, working.last_success);
    let back = run(state, [read(0)]);
    assert_eq!((back.failures, back.last_error), (0, None));
    assert!(back.interval <= LIMITS.min * 2);
}

#[test]
fn a_quiet_source_that_fails_once_is_asked_again_soon_and_never_more_often_than_it_allows() {
    let fail = PollResult::Failed { why: "the host did not answer".into() };
    let now = t("2026-06-05 10:00");
    let wait = |min, interval| {
        let state = PollState { interval, ..PollState::default() };
        let limits = PollLimits { min, max: mins(24 * 60) };
        next_poll(&state, &fail, limits, now, &source()).next.unwrap().duration_since(now)
    };
    assert!(wait(mins(15), mins(6 * 60)) <= mins(17), "{}", wait(mins(15), mins(6 * 60)));
    assert!(wait(mins(180), mins(6 * 60)) >= mins(180));
}

#[test]
fn a_server_that_asks_to_wait_is_obeyed_for_a_day_at_most() {
    let now = t("2026-06-05 10:00");
    let wait = |until| next_poll(&PollState::default(), &PollResult::Wait { until }, LIMITS, now, &source());
    let asked = wait(t("2026-06-05 12:00"));
    assert_eq!((asked.next, asked.failures), (Some(t("2026-06-05 12:00")), 0));
    assert_eq!(wait(t("2036-06-05 12:00")).next, Some(t("2026-06-06 10:00")));
    assert_eq!(wait(t("2016-06-05 12:00")).next, Some(t("2026-06-05 10:01")));
}

#[test]
fn what_only_our_own_limits_put_off_is_tried_as_soon_as_they_allow_and_keeps_its_place() {
    let due = t("2026-06-05 10:00");
    let mut state = PollState { next: Some(due), interval: mins(10), ..PollState::default() };
    let mut now = due + SignedDuration::from_secs(3);
    for _ in 0..5 {
        let until = now + SignedDuration::from_secs(2);
        state = next_poll(&state, &PollResult::Postponed { until }, LIMITS, now, &source());
        assert_eq!(
            (state.next, state.place()),
            (Some(until), Some(due)),
            "not a minute later: nothing was asked"
        );
        now = until;
    }
    assert_eq!((state.failures, state.interval), (0, mins(10)));
    let zero = next_poll(&state, &PollResult::Postponed { until: now }, LIMITS, now, &source());
    assert!(zero.next > Some(now), "it is not tried without end");
    let never = next_poll(&state, &PollResult::Postponed { until: Timestamp::MAX }, LIMITS, now, &source());
    assert_eq!(never.next, Some(now + MAX_WAIT));
    let done = next_poll(&state, &read(1), LIMITS, now, &source());
    assert_eq!(done.place(), done.next, "after its turn it stands behind the others");
    let new = next_poll(&PollState::default(), &PollResult::Postponed { until: now }, LIMITS, now, &source());
    assert_eq!(new.place(), Some(now));
}

#[test]
fn sources_drift_apart_but_each_always_in_the_same_way() {
    let now = t("2026-06-05 10:00");
    let state = PollState { interval: mins(10), ..PollState::default() };
    let next = |name: &str| {
        let id = SourceId::parse(name).unwrap();
        next_poll(&state, &PollResult::Unchanged, LIMITS, now, &id).next.unwrap()
    };
    let all: std::collections::BTreeSet<_> = (0..50).map(|n| next(&format!("s{n}"))).collect();
    assert!(all.len() > 30);
    assert_eq!(next("s1"), next("s1"));
    let middle = mins(14).as_secs_f64();
    for at in all {
        let wait = at.duration_since(now).as_secs_f64();
        assert!(wait >= middle * 0.899 && wait <= middle * 1.101, "{wait}");
    }
}

#[test]
fn silence_is_told_of_sources_that_used_to_have_news() {
    let now = t("2026-06-05 10:00");
    assert_eq!(silent(&PollState::default(), now), None);
    let state = next_poll(&PollState::default(), &read(1), LIMITS, now, &source());
    assert_eq!(silent(&state, t("2026-06-05 12:00")), Some(mins(120)));
}

#[test]
fn a_record_without_a_field_still_opens() {
    let state: PollState = serde_json::from_str("{}").unwrap();
    assert_eq!(state, PollState::default());
}
