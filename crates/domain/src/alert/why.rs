//! Why people are told, or not told, once more about the same thing.
//!
//! The order of the questions is the policy: is it silenced, is it new, did it come back, did a silence end, did it
//! double, has somebody taken it, has the repeat interval passed. Each answer is kept for the page that says why.

use jiff::Timestamp;

use super::{
    Alert, AlertRule, Decision, Finding, NotifyReason, QuietReason, Silence, Subject, Until, Verdict,
};
use crate::effect::{Effect, EffectKind};
use crate::ids::{AlertId, EffectKey, UserId};

/// So many answers are kept with an alert.
const MAX_DECISIONS: usize = 50;

/// The group of a finding: same rule, same subject. The key of the alert that stands for it.
#[must_use]
pub fn group_key(finding: &Finding) -> String {
    let subject = match &finding.subject {
        Subject::Case(id) => format!("case-{id}"),
        Subject::Source(id) => format!("source-{id}"),
        Subject::Volume(topic) => format!("volume-{topic}"),
        Subject::Outlet(id) => format!("outlet-{id}"),
    };
    format!("{}/{subject}", finding.rule)
}

/// Whether people are told, and why. Looks only; [`apply`] writes the answer down.
#[must_use]
pub fn why_notify(
    existing: Option<&Alert>,
    finding: &Finding,
    all_silences: &[Silence],
    rule: &AlertRule,
    now: Timestamp,
) -> Verdict {
    let notify = |reason| Verdict::Notify { reason };
    let holding = all_silences.iter().find(|s| silences(s, finding) && holds(s, finding, now));
    if let Some(silence) = holding {
        return Verdict::Quiet { reason: QuietReason::Silenced { silence: silence.id } };
    }
    let Some(alert) = existing else { return notify(NotifyReason::New) };
    if alert.ended.is_some() {
        return notify(NotifyReason::Again);
    }
    let last = alert.decisions.last().map(|d| &d.verdict);
    if matches!(last, Some(Verdict::Quiet { reason: QuietReason::Silenced { .. } })) {
        return notify(NotifyReason::SilenceEnded);
    }
    let Some(told_at) = alert.told_at else { return notify(NotifyReason::New) };
    if alert.told_size > 0.0 && finding.size >= 2.0 * alert.told_size {
        return notify(NotifyReason::Doubled);
    }
    if let Some((by, _)) = &alert.acknowledged {
        return Verdict::Quiet { reason: QuietReason::Acknowledged { by: by.clone() } };
    }
    let next = told_at.checked_add(rule.repeat_after).unwrap_or(Timestamp::MAX);
    if next <= now {
        return notify(NotifyReason::Repeat);
    }
    Verdict::Quiet { reason: QuietReason::ToldAlready { next } }
}

/// Writes a finding and its verdict into the alert of its group. `id` is used when there is none yet.
#[must_use]
pub fn apply(
    existing: Option<&Alert>,
    id: AlertId,
    finding: &Finding,
    verdict: Verdict,
    now: Timestamp,
) -> Alert {
    let size = finding.size;
    let mut alert = match existing {
        Some(known) => {
            let mut known = known.clone();
            if known.ended.take().is_some() {
                // It came back: nobody has taken it yet, and it is as old as its return.
                known.since = now;
                known.acknowledged = None;
            }
            known.finding = finding.clone();
            known
        }
        None => Alert {
            id,
            finding: finding.clone(),
            since: now,
            last: now,
            ended: None,
            told: 0,
            told_at: None,
            told_size: 0.0,
            acknowledged: None,
            decisions: Vec::new(),
        },
    };
    alert.last = now;
    if matches!(verdict, Verdict::Notify { .. }) {
        alert.told += 1;
        alert.told_at = Some(now);
        alert.told_size = size;
    }
    let changed = alert.decisions.last().is_none_or(|last| !same_answer(&last.verdict, &verdict));
    if changed {
        alert.decisions.push(Decision { at: now, verdict, size });
        let over = alert.decisions.len().saturating_sub(MAX_DECISIONS);
        alert.decisions.drain(..over);
    }
    alert
}

/// What it was about no longer holds.
#[must_use]
pub fn ended(alert: &Alert, now: Timestamp) -> Alert {
    let mut alert = alert.clone();
    alert.ended.get_or_insert(now);
    alert
}

/// Somebody has seen it and takes care: it is not repeated, unless it doubles or comes back.
#[must_use]
pub fn acknowledge(alert: &Alert, by: UserId, now: Timestamp) -> Alert {
    let mut alert = alert.clone();
    alert.acknowledged = Some((by, now));
    alert
}

/// What goes out for an alert about which people were just told; nothing when they were not told now.
#[must_use]
pub fn effects(alert: &Alert, rule: &AlertRule, now: Timestamp) -> Vec<Effect> {
    if alert.told_at != Some(now) {
        return Vec::new();
    }
    let mut outlets: Vec<_> = rule.outlets.clone();
    outlets.sort();
    outlets.dedup();
    let effect = |outlet: crate::ids::OutletId| Effect {
        key: EffectKey::of_alert(alert.id, alert.told, &outlet),
        outlet,
        kind: EffectKind::Alert { alert: alert.id },
        created: now,
    };
    outlets.into_iter().map(effect).collect()
}

/// What goes out when an alert has ended: nothing when nobody was told, else once to each outlet that was.
///
/// `outlets` are those that got it, whatever the rule says by now.
#[must_use]
pub fn over_effects(alert: &Alert, outlets: &[crate::ids::OutletId], now: Timestamp) -> Vec<Effect> {
    if alert.ended.is_none() || alert.told == 0 {
        return Vec::new();
    }
    let mut outlets = outlets.to_vec();
    outlets.sort();
    outlets.dedup();
    let effect = |outlet: crate::ids::OutletId| Effect {
        key: EffectKey::of_alert_over(alert.id, alert.told, &outlet),
        outlet,
        kind: EffectKind::AlertOver { alert: alert.id },
        created: now,
    };
    outlets.into_iter().map(effect).collect()
}

/// Whether a silence is meant for such a finding: rule, subject and location that it names all fit. Says nothing about
/// whether it still holds.
#[must_use]
pub fn silences(silence: &Silence, finding: &Finding) -> bool {
    silence.rule.as_ref().is_none_or(|r| *r == finding.rule)
        && silence.subject.as_ref().is_none_or(|s| *s == finding.subject)
        && silence.location.as_ref().is_none_or(|l| finding.location.as_ref() == Some(l))
}

/// When a silence ended by itself, given the alerts that there are; `None` while it holds.
///
/// "Until solved" ends when what it was meant for has ended: at least one alert that it fits has, since it was made,
/// and none that it fits goes on. So a silence made beforehand waits for its alert.
#[must_use]
pub fn silence_ended(silence: &Silence, alerts: &[Alert], now: Timestamp) -> Option<Timestamp> {
    if silence.ended.is_some() {
        return silence.ended;
    }
    let fits = || alerts.iter().filter(|a| silences(silence, &a.finding));
    match silence.until {
        Until::Date { at } => (at <= now).then_some(at),
        Until::Doubles { size } => {
            let doubled = fits().find(|a| a.ended.is_none() && reached(a.finding.size, size));
            doubled.map(|a| a.last)
        }
        Until::Solved => {
            if fits().any(|a| a.ended.is_none()) {
                return None;
            }
            fits().filter_map(|a| a.ended).filter(|at| *at >= silence.since).max()
        }
    }
}

fn holds(silence: &Silence, finding: &Finding, now: Timestamp) -> bool {
    if silence.ended.is_some() {
        return false;
    }
    match silence.until {
        Until::Solved => true,
        Until::Date { at } => now < at,
        Until::Doubles { size } => !reached(finding.size, size),
    }
}

/// Twice of nothing is anything at all.
fn reached(size: f64, before: f64) -> bool {
    if before > 0.0 { size >= 2.0 * before } else { size > 0.0 }
}

/// "Told already" is the same answer whenever the next time is; being told is news each time.
fn same_answer(a: &Verdict, b: &Verdict) -> bool {
    match (a, b) {
        (Verdict::Quiet { reason: QuietReason::ToldAlready { .. } }, Verdict::Quiet { reason }) => {
            matches!(reason, QuietReason::ToldAlready { .. })
        }
        (Verdict::Quiet { reason: a }, Verdict::Quiet { reason: b }) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
