//! What the rules find in a case.

use jiff::Timestamp;

use super::{AlertRule, Finding, Level, Subject};
use crate::case::{Case, CaseEvent, What};
use crate::clock::{Clock, ClockState};
use crate::policy::{Policy, Trigger};
use crate::promise::Promise;

/// What a change of a case sets off. `before` is none for a new case, `events` are the new lines of its history.
///
/// When several stages of time passed at once, as after downtime, only the gravest is found: a missed promise before
/// a clock that ran out before a promise that is due before an amber clock. That a case is urgent is another matter
/// and found beside it.
#[must_use]
pub fn findings_of(
    before: Option<&Case>,
    after: &Case,
    events: &[CaseEvent],
    policy: &Policy,
) -> Vec<Finding> {
    if events.is_empty() && before.is_some() {
        return Vec::new();
    }
    let passed = |gravity: u8| events.iter().any(|e| gravity_of(&e.what) == gravity);
    let gravest = (1..=4).rev().find(|g| passed(*g)).unwrap_or(0);
    let set_off = |rule: &&AlertRule| match rule.when {
        Trigger::Urgent { .. } => true,
        Trigger::PromiseMissed => gravest == 4,
        Trigger::ClockRed => gravest == 3,
        Trigger::PromiseDue => gravest == 2,
        Trigger::ClockAmber => gravest == 1,
        _ => false,
    };
    policy.alerts.iter().filter(set_off).filter_map(|rule| finding_now(after, rule)).collect()
}

/// What a rule finds in a case as it stands, whatever led to it: an open alert about the case still holds when there
/// is a finding, and has ended when there is none.
#[must_use]
pub fn finding_now(case: &Case, rule: &AlertRule) -> Option<Finding> {
    if !case.is_open() {
        return None;
    }
    let points = f64::from(case.priority.total);
    let found = |level, size: f64, fact: Option<(&str, String)>| {
        let mut facts = vec![("points".to_owned(), format!("{:.0}", case.priority.total))];
        facts.extend(fact.map(|(key, value)| (key.to_owned(), value)));
        Finding {
            rule: rule.name.clone(),
            subject: Subject::Case(case.id),
            location: case.location().cloned(),
            level,
            size,
            facts,
        }
    };
    let amber = |c: &&Clock| is_running(c) && c.amber_fired.is_some() && c.red_fired.is_none();
    match rule.when {
        Trigger::Urgent { points: from } => {
            (case.priority.total >= from).then(|| found(Level::Urgent, points, None))
        }
        Trigger::ClockAmber => {
            let clock = case.clocks.iter().filter(amber).min_by_key(|c| c.red_at)?;
            Some(found(Level::Warning, points, Some(("clock", clock.kind.as_str().to_owned()))))
        }
        Trigger::ClockRed => {
            let red = case.clocks.iter().filter(|c| is_running(c) && c.red_fired.is_some());
            let clock = red.min_by_key(|c| c.red_at)?;
            Some(found(Level::Urgent, points, Some(("clock", clock.kind.as_str().to_owned()))))
        }
        Trigger::PromiseDue => {
            let promise = case.promises.iter().find(|p| p.is_open() && p.reminded.is_some())?;
            Some(found(Level::Warning, points, Some(("promise", promise.kind.as_str().to_owned()))))
        }
        Trigger::PromiseMissed => {
            let promise = case.promises.iter().find(|p: &&Promise| p.is_missed())?;
            Some(found(Level::Urgent, points, Some(("promise", promise.kind.as_str().to_owned()))))
        }
        _ => None,
    }
}

/// Whether an alert about a case has to be looked at again, with [`finding_now`]: it has not ended, and its repeat
/// interval has passed.
#[must_use]
pub fn needs_look(alert: &super::Alert, rule: &AlertRule, now: Timestamp) -> bool {
    let told = alert.told_at.unwrap_or(alert.since);
    alert.ended.is_none() && told.checked_add(rule.repeat_after).is_ok_and(|at| at <= now)
}

fn is_running(clock: &Clock) -> bool {
    clock.state == ClockState::Running
}

fn gravity_of(what: &What) -> u8 {
    match what {
        What::PromiseEnded { how, .. } if how == "missed" => 4,
        What::ClockRed { .. } => 3,
        What::PromiseDue { .. } => 2,
        What::ClockAmber { .. } => 1,
        _ => 0,
    }
}
