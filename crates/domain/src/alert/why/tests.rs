use super::*;
use crate::alert::Level;
use crate::ids::{CaseId, LocationId, OutletId, SourceId};
use crate::policy::Trigger;
use crate::testing::{mins, t, user};

fn rule() -> AlertRule {
    AlertRule {
        name: "urgent".into(),
        when: Trigger::Urgent { points: 60.0 },
        outlets: vec![OutletId::parse("chat").unwrap(), OutletId::parse("mail").unwrap()],
        repeat_after: mins(240),
    }
}

fn finding(size: f64) -> Finding {
    Finding {
        rule: "urgent".into(),
        subject: Subject::Case(CaseId(7)),
        location: Some(LocationId::parse("breda").unwrap()),
        level: Level::Urgent,
        size,
        facts: Vec::new(),
    }
}

/// Finds it at a time, with a size, and writes the verdict down.
fn find(alert: Option<&Alert>, size: f64, silences: &[Silence], now: &str) -> (Alert, Verdict) {
    let finding = finding(size);
    let verdict = why_notify(alert, &finding, silences, &rule(), t(now));
    (apply(alert, AlertId(1), &finding, verdict.clone(), t(now)), verdict)
}

fn told(size: f64) -> Alert {
    find(None, size, &[], "2026-06-05 10:00").0
}

fn notify(reason: NotifyReason) -> Verdict {
    Verdict::Notify { reason }
}

fn silence(until: Until) -> Silence {
    Silence {
        id: 3,
        rule: Some("urgent".into()),
        subject: Some(Subject::Case(CaseId(7))),
        location: None,
        owner: user("lead"),
        reason: "known, being solved".into(),
        since: t("2026-06-05 10:30"),
        until,
        ended: None,
    }
}

#[test]
fn it_is_told_once_and_again_only_after_the_interval() {
    let (alert, verdict) = find(None, 70.0, &[], "2026-06-05 10:00");
    assert_eq!(verdict, notify(NotifyReason::New));
    let (alert, verdict) = find(Some(&alert), 70.0, &[], "2026-06-05 10:05");
    let next = t("2026-06-05 14:00");
    assert_eq!(verdict, Verdict::Quiet { reason: QuietReason::ToldAlready { next } });
    let (alert, _) = find(Some(&alert), 71.0, &[], "2026-06-05 11:00");
    // The same answer stands on the page once.
    assert_eq!((alert.told, alert.decisions.len()), (1, 2));
    let (alert, verdict) = find(Some(&alert), 70.0, &[], "2026-06-05 14:00");
    assert_eq!((verdict, alert.told), (notify(NotifyReason::Repeat), 2));
}

#[test]
fn twice_as_bad_is_told_at_once_and_only_once() {
    let (alert, verdict) = find(Some(&told(30.0)), 60.0, &[], "2026-06-05 10:05");
    assert_eq!(verdict, notify(NotifyReason::Doubled));
    let (_, verdict) = find(Some(&alert), 61.0, &[], "2026-06-05 10:06");
    assert!(matches!(verdict, Verdict::Quiet { .. }));
}

#[test]
fn what_comes_back_after_it_had_ended_is_told_again_and_is_nobodys_yet() {
    let alert = acknowledge(&told(70.0), user("bo"), t("2026-06-05 10:01"));
    let alert = ended(&alert, t("2026-06-05 10:30"));
    let (alert, verdict) = find(Some(&alert), 70.0, &[], "2026-06-05 10:40");
    assert_eq!(verdict, notify(NotifyReason::Again));
    assert_eq!((alert.ended, alert.acknowledged, alert.since), (None, None, t("2026-06-05 10:40")));
}

#[test]
fn who_has_seen_it_is_not_told_again_unless_it_doubles() {
    let alert = acknowledge(&told(30.0), user("bo"), t("2026-06-05 10:01"));
    let (alert, verdict) = find(Some(&alert), 31.0, &[], "2026-06-06 10:00");
    assert_eq!(verdict, Verdict::Quiet { reason: QuietReason::Acknowledged { by: user("bo") } });
    assert_eq!(find(Some(&alert), 62.0, &[], "2026-06-06 10:05").1, notify(NotifyReason::Doubled));
}

#[test]
fn a_silence_holds_until_its_date_and_then_it_is_said_that_it_ended() {
    let quiet = [silence(Until::Date { at: t("2026-06-06 09:00") })];
    let (alert, verdict) = find(Some(&told(70.0)), 70.0, &quiet, "2026-06-05 23:00");
    assert_eq!(verdict, Verdict::Quiet { reason: QuietReason::Silenced { silence: 3 } });
    assert_eq!(silence_ended(&quiet[0], std::slice::from_ref(&alert), t("2026-06-06 08:59")), None);
    assert_eq!(silence_ended(&quiet[0], &[], t("2026-06-06 09:00")), Some(t("2026-06-06 09:00")));
    assert_eq!(find(Some(&alert), 70.0, &quiet, "2026-06-06 09:00").1, notify(NotifyReason::SilenceEnded));
}

#[test]
fn a_silence_until_it_doubles_ends_when_it_does() {
    let quiet = [silence(Until::Doubles { size: 40.0 })];
    let (alert, verdict) = find(Some(&told(40.0)), 79.0, &quiet, "2026-06-05 11:00");
    assert!(matches!(verdict, Verdict::Quiet { .. }));
    assert_eq!(silence_ended(&quiet[0], std::slice::from_ref(&alert), t("2026-06-05 11:00")), None);
    let (alert, verdict) = find(Some(&alert), 80.0, &quiet, "2026-06-05 11:30");
    assert_eq!(verdict, notify(NotifyReason::SilenceEnded));
    assert_eq!(silence_ended(&quiet[0], &[alert], t("2026-06-05 11:31")), Some(t("2026-06-05 11:30")));
}

#[test]
fn a_silence_until_solved_ends_with_what_it_was_for() {
    let quiet = silence(Until::Solved);
    let now = t("2026-06-06 10:00");
    let open = told(70.0);
    assert_eq!(silence_ended(&quiet, std::slice::from_ref(&open), now), None);
    // One made beforehand waits for its alert.
    assert_eq!(silence_ended(&quiet, &[], now), None);
    let gone = ended(&open, t("2026-06-05 16:00"));
    assert_eq!(silence_ended(&quiet, std::slice::from_ref(&gone), now), Some(t("2026-06-05 16:00")));
    // An end from before the silence is not what it waits for.
    let before = ended(&open, t("2026-06-05 10:10"));
    assert_eq!(silence_ended(&quiet, &[before], now), None);
    let other = Alert { ended: None, ..open };
    assert_eq!(silence_ended(&quiet, &[gone, other], now), None);
}

#[test]
fn a_silence_that_was_ended_by_hand_is_over() {
    let quiet = Silence { ended: Some(t("2026-06-05 10:45")), ..silence(Until::Solved) };
    let (_, verdict) = find(None, 70.0, std::slice::from_ref(&quiet), "2026-06-05 11:00");
    assert_eq!(verdict, notify(NotifyReason::New));
    assert_eq!(silence_ended(&quiet, &[], t("2026-06-05 11:00")), quiet.ended);
}

#[test]
fn a_silence_fits_what_it_names() {
    let all = Silence { rule: None, subject: None, ..silence(Until::Solved) };
    assert!(silences(&all, &finding(1.0)));
    let ede = Silence { location: Some(LocationId::parse("ede").unwrap()), ..all.clone() };
    assert!(!silences(&ede, &finding(1.0)));
    let source = Subject::Source(SourceId::parse("feed").unwrap());
    assert!(!silences(&Silence { subject: Some(source), ..all }, &finding(1.0)));
}

#[test]
fn an_alert_that_was_silenced_from_the_start_says_so_when_it_is_told() {
    let quiet = [silence(Until::Date { at: t("2026-06-06 09:00") })];
    let (alert, _) = find(None, 70.0, &quiet, "2026-06-05 11:00");
    assert_eq!((alert.told, effects(&alert, &rule(), t("2026-06-05 11:00")).len()), (0, 0));
    let (alert, verdict) = find(Some(&alert), 70.0, &quiet, "2026-06-06 10:00");
    assert_eq!((verdict, alert.told), (notify(NotifyReason::SilenceEnded), 1));
}

#[test]
fn each_telling_goes_out_once_to_each_outlet() {
    let alert = told(70.0);
    let keys = |alert: &Alert, now: &str| -> Vec<String> {
        effects(alert, &rule(), t(now)).into_iter().map(|e| e.key.0).collect()
    };
    assert_eq!(keys(&alert, "2026-06-05 10:00"), ["alert-1:1:chat", "alert-1:1:mail"]);
    let (alert, _) = find(Some(&alert), 70.0, &[], "2026-06-05 14:00");
    assert_eq!(keys(&alert, "2026-06-05 14:00"), ["alert-1:2:chat", "alert-1:2:mail"]);
}

#[test]
fn the_group_is_the_rule_and_what_it_is_about() {
    assert_eq!(group_key(&finding(1.0)), "urgent/case-7");
    let volume = Finding { rule: "spike".into(), subject: Subject::Volume("*".into()), ..finding(1.0) };
    assert_eq!(group_key(&volume), "spike/volume-*");
}

#[test]
fn the_latest_answers_are_kept() {
    let mut alert = told(1.0);
    for round in 0..80 {
        alert = ended(&alert, t("2026-06-05 10:30"));
        alert = find(Some(&alert), 1.0, &[], &format!("2026-06-05 11:{:02}", round % 60)).0;
    }
    assert_eq!(alert.decisions.len(), MAX_DECISIONS);
}
