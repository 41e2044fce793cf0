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
        Trigger::ClockAmber | Trigger::ClockRed if case.backlog => None,
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

/// The rules about this case whose finding held before a change and does not hold after it: their alerts are over.
///
/// That a case counts as urgent is left out while it is open: its points go up and down with time, and an alert must
/// not come and go with them. It is looked at again with [`needs_look`].
#[must_use]
pub fn ended_by<'a>(before: &Case, after: &Case, policy: &'a Policy) -> Vec<&'a AlertRule> {
    let over = |rule: &&AlertRule| {
        let fleeting = matches!(rule.when, Trigger::Urgent { .. }) && after.is_open();
        !fleeting && finding_now(before, rule).is_some() && finding_now(after, rule).is_none()
    };
    policy.alerts.iter().filter(over).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advance::advance;
    use crate::decide::{Command, open};
    use crate::ids::CaseId;
    use crate::promise::PromiseKind;
    use crate::testing::{POLICY, answered, complaint, cx, done, mention, opened, t};

    fn rules_of(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|f| f.rule.as_str()).collect()
    }

    /// Without the rule about points, which is about what it has become and not about a stage.
    fn stages_of(findings: &[Finding]) -> Vec<&str> {
        rules_of(findings).into_iter().filter(|rule| *rule != "urgent").collect()
    }

    #[test]
    fn an_urgent_new_case_is_found_and_a_calm_one_is_not() {
        let m = mention("m1", "anna", "2026-06-05 10:00");
        let find = |severity| {
            let mut a = complaint(severity, "product.safety");
            a.signals.push(crate::assessment::Judged { label: crate::assessment::Signal::Safety, p: 1.0 });
            let new = open(CaseId(1), &m, &a, &[], &cx("2026-06-05 10:01"));
            findings_of(None, &new.case, &new.events, &POLICY)
        };
        assert_eq!(rules_of(&find(3)), ["urgent"]);
        let calm = opened("2026-06-05 10:00", "2026-06-05 10:01");
        assert!(findings_of(None, &calm.case, &calm.events, &POLICY).is_empty());
    }

    #[test]
    fn after_downtime_only_the_gravest_stage_is_found() {
        let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
        let promise =
            Command::Promise { kind: PromiseKind::Refund, what: "x".into(), due: t("2026-06-05 16:00") };
        let case = done(&case, &promise, "2026-06-05 10:05");
        let red = advance(&case, &cx("2026-06-05 14:00")).unwrap();
        assert_eq!(stages_of(&findings_of(Some(&case), &red.case, &red.events, &POLICY)), ["clock-red"]);
        let missed = advance(&case, &cx("2026-06-08 12:00")).unwrap();
        assert_eq!(
            stages_of(&findings_of(Some(&case), &missed.case, &missed.events, &POLICY)),
            ["promise-missed"]
        );
    }

    #[test]
    fn what_it_was_about_no_longer_holds_once_it_is_answered_or_closed() {
        let red = POLICY.alerts.iter().find(|r| r.when == Trigger::ClockRed).unwrap();
        let case = advance(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, &cx("2026-06-05 14:00"))
            .unwrap()
            .case;
        assert!(finding_now(&case, red).is_some());
        let after = answered(&case, "x", "2026-06-05 14:10");
        assert!(finding_now(&after, red).is_none());
    }

    #[test]
    fn an_answer_ends_the_alert_about_its_clock_and_closing_ends_all() {
        let case = advance(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, &cx("2026-06-05 14:00"))
            .unwrap()
            .case;
        let names =
            |after: &Case| ended_by(&case, after, &POLICY).iter().map(|r| r.name.clone()).collect::<Vec<_>>();
        assert!(names(&case).is_empty(), "nothing has changed");
        let after = answered(&case, "x", "2026-06-05 14:10");
        assert_eq!(names(&after), ["clock-red"]);
        let urgent = AlertRule {
            name: "urgent".into(),
            when: Trigger::Urgent { points: 0.0 },
            ..POLICY.alerts[0].clone()
        };
        let policy = Policy { alerts: vec![urgent], ..POLICY.clone() };
        let calmer =
            Case { priority: crate::rank::Priority { total: -1.0, ..case.priority.clone() }, ..case.clone() };
        assert!(ended_by(&case, &calmer, &policy).is_empty(), "points go up and down");
        let closed = Case { state: crate::case::CaseState::Closed, ..case.clone() };
        assert_eq!(ended_by(&case, &closed, &policy).len(), 1);
    }

    #[test]
    fn nothing_that_happened_is_nothing_found() {
        let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
        assert!(findings_of(Some(&case), &case, &[], &POLICY).is_empty());
    }
}
