//! Sources, the outbox and alerts.

use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow};
use gehoor_domain::liveness::{Deaf, Gap};
use gehoor_engine::coverage::LimitUsed;
use gehoor_engine::views::{AlertRow, SourceRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::view::events::word;

/// A source and how it does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiSource {
    /// Its name in records.
    pub(crate) id: String,
    /// The name people read.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: String,
    /// Its channel.
    pub(crate) channel: String,
    /// `new`, `well`, `waits`, `failing`, `silent` or `stopped`.
    pub(crate) health: String,
    /// Last time with success.
    pub(crate) last_success: Option<String>,
    /// Last time with something new.
    pub(crate) last_news: Option<String>,
    /// What went wrong last.
    pub(crate) last_error: Option<String>,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// When it is asked next.
    pub(crate) next: Option<String>,
    /// Mentions found in all.
    pub(crate) found: u64,
    /// The location that all its mentions are about.
    pub(crate) location: Option<String>,
    /// Since when it is listened to.
    pub(crate) since: Option<String>,
    /// Items on each of the last 14 days by the time they were published, today last.
    pub(crate) days: Vec<ApiDay>,
    /// Items that usually come on a day like today; none while too little is known.
    pub(crate) usual: Option<f64>,
    /// Items that would usually have come since the last one; none while too little is known.
    pub(crate) missing: Option<f64>,
    /// When it was not heard, oldest first.
    pub(crate) gaps: Vec<ApiGap>,
    /// Requests that its server allows, where it says so.
    pub(crate) limit: Option<u64>,
    /// Requests that its server said are left.
    pub(crate) remaining: Option<u64>,
    /// What was used of our own limits for its host and its credential.
    pub(crate) used: Vec<ApiLimit>,
    /// Before this moment nothing can be had from it: it was not sent yet, or the platform or the configuration goes back no
    /// further. None where no moment says so.
    pub(crate) nothing_before: Option<String>,
    /// When the oldest of its mentions that are kept was published.
    pub(crate) oldest: Option<String>,
    /// Whether there is more to read than was read so far.
    pub(crate) reading: bool,
    /// When its login ends and a person has to renew it.
    pub(crate) login_ends: Option<String>,
    /// Whether its platform is asked for deletions.
    pub(crate) rechecks: bool,
    /// What was found to be gone by asking.
    pub(crate) gone: u64,
    /// How far back it can be read and what cannot be seen, for people.
    pub(crate) reach: String,
}

/// How much of one of our own limits was used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiLimit {
    /// Of what: a host, or a credential of a platform.
    pub(crate) name: String,
    /// Requests in the stretch of time under way.
    pub(crate) requests: u32,
    /// So many are allowed in it.
    pub(crate) of: u32,
    /// How long it is, in seconds.
    pub(crate) seconds: u64,
    /// The platform asked not to be asked before then.
    pub(crate) held_until: Option<String>,
}

/// Items of one day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiDay {
    /// The day, as `2026-11-27`.
    pub(crate) day: String,
    /// Items published on it.
    pub(crate) found: u64,
}

/// A stretch of time in which a source was not heard.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiGap {
    /// From the last time that it was heard.
    pub(crate) from: String,
    /// Until it was heard again; none while it lasts.
    pub(crate) until: Option<String>,
    /// `not_asked`, `waited` or `failed`.
    pub(crate) because: String,
    /// What went wrong, for people.
    pub(crate) why: Option<String>,
}

/// Something that goes out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiEffect {
    /// Its name for ever; the idempotency key.
    pub(crate) key: String,
    /// Through which outlet.
    pub(crate) outlet: String,
    /// `ticket`, `ticket_comment` or `alert`.
    pub(crate) kind: String,
    /// The case it is about.
    pub(crate) case: Option<u64>,
    /// The alert it is about.
    pub(crate) alert: Option<u64>,
    /// `due`, `done` or `dead`.
    pub(crate) state: String,
    /// When it is due, was done or given up.
    pub(crate) at: String,
    /// Since when.
    pub(crate) created: String,
    /// How often it was tried.
    pub(crate) tries: u32,
    /// What went wrong last.
    pub(crate) last_error: Option<String>,
    /// The id at the other side.
    pub(crate) receipt: Option<String>,
}

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiAlert {
    /// Its number.
    pub(crate) id: u64,
    /// The name of the rule.
    pub(crate) rule: String,
    /// `info`, `warning` or `urgent`.
    pub(crate) level: String,
    /// The name of what it is about.
    pub(crate) subject: String,
    /// The case it is about, within the scope.
    pub(crate) case: Option<u64>,
    /// The location it concerns.
    pub(crate) location: Option<String>,
    /// Since when.
    pub(crate) since: String,
    /// When it was found last.
    pub(crate) last: String,
    /// When it no longer held.
    pub(crate) ended: Option<String>,
    /// How often people were told.
    pub(crate) told: u32,
    /// Who takes care.
    pub(crate) acknowledged_by: Option<String>,
    /// Whether a silence holds.
    pub(crate) silenced: bool,
}

impl ApiSource {
    /// From a row of the sources page.
    pub(crate) fn new(row: &SourceRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            channel: row.channel.as_str().to_owned(),
            health: word(&row.health),
            last_success: row.last_success.map(|at| at.to_string()),
            last_news: row.last_news.map(|at| at.to_string()),
            last_error: row.last_error.clone(),
            failures: row.failures,
            next: row.next.map(|at| at.to_string()),
            found: row.found,
            location: row.location.as_ref().map(ToString::to_string),
            since: row.since.map(|at| at.to_string()),
            days: row
                .days
                .iter()
                .map(|(day, found)| ApiDay { day: day.to_string(), found: *found })
                .collect(),
            usual: row.usual,
            missing: row.missing,
            gaps: row.gaps.iter().map(ApiGap::new).collect(),
            limit: row.announced.and_then(|told| told.limit),
            remaining: row.announced.map(|told| told.remaining),
            used: row.limits.iter().map(ApiLimit::new).collect(),
            nothing_before: row.since.and_then(|since| row.back.horizon(since)).map(|at| at.to_string()),
            oldest: row.oldest.map(|at| at.to_string()),
            reading: row.reading,
            login_ends: row.login_ends.map(|at| at.to_string()),
            rechecks: row.rechecks,
            gone: row.gone,
            reach: row.reach.to_owned(),
        }
    }
}

impl ApiLimit {
    fn new(limit: &LimitUsed) -> Self {
        Self {
            name: limit.name.clone(),
            requests: limit.requests,
            of: limit.of,
            seconds: limit.seconds,
            held_until: limit.held_until.map(|at| at.to_string()),
        }
    }
}

impl ApiGap {
    fn new(gap: &Gap) -> Self {
        let (because, why) = match &gap.why {
            Deaf::NotAsked => ("not_asked", None),
            Deaf::Waited => ("waited", None),
            Deaf::Failed { why } => ("failed", Some(why.clone())),
        };
        Self {
            from: gap.from.to_string(),
            until: gap.until.map(|at| at.to_string()),
            because: because.to_owned(),
            why,
        }
    }
}

impl ApiEffect {
    /// From a row of the outbox.
    pub(crate) fn new(row: &OutboxRow) -> Self {
        let (kind, alert) = match &row.effect.kind {
            EffectKind::Ticket { .. } => ("ticket", None),
            EffectKind::TicketComment { .. } => ("ticket_comment", None),
            EffectKind::TicketPush { .. } => ("ticket_push", None),
            EffectKind::Alert { alert } => ("alert", Some(alert.0)),
            EffectKind::Digest { .. } => ("digest", None),
            EffectKind::Reply { .. } => ("reply", None),
            EffectKind::AlertOver { alert } => ("alert_over", Some(alert.0)),
        };
        let (state, at) = match row.state {
            EffectState::Due { at } => ("due", at),
            EffectState::Done { at } => ("done", at),
            EffectState::Dead { at } => ("dead", at),
        };
        Self {
            key: row.effect.key.to_string(),
            outlet: row.effect.outlet.to_string(),
            kind: kind.to_owned(),
            case: row.effect.kind.case().map(|c| c.0),
            alert,
            state: state.to_owned(),
            at: at.to_string(),
            created: row.effect.created.to_string(),
            tries: row.tries,
            last_error: row.last_error.clone(),
            receipt: row.receipt.as_ref().and_then(|r| r.id.clone()),
        }
    }
}

impl ApiAlert {
    /// From a row of the alerts page.
    pub(crate) fn new(row: &AlertRow) -> Self {
        let alert = &row.alert;
        Self {
            id: alert.id.0,
            rule: alert.finding.rule.clone(),
            level: word(&alert.finding.level),
            subject: row.subject.clone(),
            case: row.case.map(|c| c.0),
            location: alert.finding.location.as_ref().map(ToString::to_string),
            since: alert.since.to_string(),
            last: alert.last.to_string(),
            ended: alert.ended.map(|at| at.to_string()),
            told: alert.told,
            acknowledged_by: alert.acknowledged.as_ref().map(|(who, _)| who.to_string()),
            silenced: row.silence.is_some(),
        }
    }
}
