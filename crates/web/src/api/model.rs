//! What programs read. Types of their own: the domain may change, these names stay.

use gehoor_domain::assessment::Assessment;
use gehoor_domain::case::Case;
use gehoor_domain::clock::{Clock, ClockState};
use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow};
use gehoor_domain::event::CaseEvent;
use gehoor_domain::mention::Mention;
use gehoor_domain::promise::{Promise, PromiseState};
use gehoor_engine::views::{AlertRow, CasePage, CaseRow, SourceRow, TimelineItem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::html::safe_link;
use crate::view::events::word;

/// One customer's problem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiCase {
    /// Its number.
    pub(crate) id: u64,
    /// `open`, `waiting` or `closed`.
    pub(crate) state: String,
    /// The customer's name as shown on the platform.
    pub(crate) author: String,
    /// The location's id, when known.
    pub(crate) location: Option<String>,
    /// The channel of the first mention.
    pub(crate) channel: String,
    /// The team that owns it.
    pub(crate) team: String,
    /// The login name of its owner.
    pub(crate) owner: Option<String>,
    /// Why it stands in the service queue.
    pub(crate) queued: Option<String>,
    /// Who has to act.
    pub(crate) responsible: String,
    /// `complaint`, `question`, …
    pub(crate) intent: String,
    /// `negative`, `neutral`, `positive` or `mixed`.
    pub(crate) sentiment: String,
    /// 0 to 3.
    pub(crate) severity: u8,
    /// The language, `nl`, `en`, `de`, `fr` or `other`.
    pub(crate) lang: String,
    /// Topics, such as `delivery.late`.
    pub(crate) topics: Vec<String>,
    /// Signals, such as `safety`.
    pub(crate) signals: Vec<String>,
    /// The rank: which case first.
    pub(crate) points: f32,
    /// What the rank is made of.
    pub(crate) parts: Vec<ApiPart>,
    /// Its clocks.
    pub(crate) clocks: Vec<ApiClock>,
    /// What was promised.
    pub(crate) promises: Vec<ApiPromise>,
    /// Tickets in helpdesks.
    pub(crate) tickets: Vec<ApiTicket>,
    /// Ids of its mentions, oldest first.
    pub(crate) mentions: Vec<String>,
    /// When the first mention was published (RFC 3339).
    pub(crate) began: String,
    /// When it was opened here.
    pub(crate) opened: String,
    /// When anything last happened to it.
    pub(crate) changed: String,
    /// When something is due next.
    pub(crate) next_due: Option<String>,
    /// How it ended.
    pub(crate) outcome: Option<String>,
    /// When it ended.
    pub(crate) closed: Option<String>,
    /// How often the customer came back after it was closed.
    pub(crate) regressed: u32,
    /// First line of the customer's latest post.
    pub(crate) line: String,
}

/// A part of the rank.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiPart {
    /// Which part, such as `severity` or `clock`.
    pub(crate) kind: String,
    /// Its points.
    pub(crate) points: f32,
    /// The words or the fact it rests on.
    pub(crate) because: String,
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiClock {
    /// `first_response`, `next_response` or `resolution`.
    pub(crate) kind: String,
    /// `running`, `paused`, `done` or `dropped`.
    pub(crate) state: String,
    /// When it began to count.
    pub(crate) started: String,
    /// When the norm has passed.
    pub(crate) due: String,
    /// When it ended or was stopped.
    pub(crate) ended: Option<String>,
    /// Whether it ended in time; absent while it runs.
    pub(crate) met: Option<bool>,
    /// The norm in seconds of working time.
    pub(crate) norm_seconds: i64,
}

/// A promise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiPromise {
    /// Its number within the case.
    pub(crate) id: u64,
    /// `call_back`, `deliver`, …
    pub(crate) kind: String,
    /// In our own words.
    pub(crate) what: String,
    /// Until when.
    pub(crate) due: String,
    /// Who made it.
    pub(crate) by: String,
    /// `open`, `kept`, `missed` or `withdrawn`.
    pub(crate) state: String,
}

/// A ticket in a helpdesk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiTicket {
    /// Through which outlet.
    pub(crate) outlet: String,
    /// Its id there.
    pub(crate) id: String,
    /// Where people read it.
    pub(crate) url: Option<String>,
    /// `open`, `pending`, `resolved` or `gone`.
    pub(crate) state: String,
}

/// A case with its posts and its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiCasePage {
    /// The case.
    #[serde(flatten)]
    pub(crate) case: ApiCase,
    /// Its posts, oldest first.
    pub(crate) posts: Vec<ApiMention>,
    /// Its history, oldest first.
    pub(crate) events: Vec<ApiEvent>,
}

/// A line of the history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiEvent {
    /// When.
    pub(crate) at: String,
    /// Who: a login name, `gehoor`, or the name of an outlet.
    pub(crate) by: String,
    /// What happened, with its details.
    #[schema(value_type = Object)]
    pub(crate) what: serde_json::Value,
}

/// One public text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiMention {
    /// Its name.
    pub(crate) id: String,
    /// The source it was found at.
    pub(crate) source: String,
    /// The platform's own id.
    pub(crate) external_id: String,
    /// The channel.
    pub(crate) channel: String,
    /// Where people read it; only `http` and `https`.
    pub(crate) permalink: Option<String>,
    /// The author's name as shown.
    pub(crate) author: String,
    /// The author's key within the platform.
    pub(crate) author_key: String,
    /// Its title.
    pub(crate) title: Option<String>,
    /// The text, as it was written: hostile until escaped.
    pub(crate) text: String,
    /// When it was published.
    pub(crate) published: String,
    /// When we saw it.
    pub(crate) seen: String,
    /// The rating on the scale 1 to 5.
    pub(crate) stars: Option<f64>,
    /// Written by one of our accounts.
    pub(crate) own: bool,
    /// When it was found to be gone.
    pub(crate) withdrawn: Option<String>,
    /// The case it belongs to, within the scope.
    pub(crate) case: Option<u64>,
    /// The location it is about.
    pub(crate) location: Option<String>,
    /// What the machine thinks, with its confidence.
    pub(crate) assessment: Option<ApiAssessment>,
}

/// What the machine thinks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiAssessment {
    /// The language.
    pub(crate) lang: ApiJudged,
    /// The feeling.
    pub(crate) sentiment: ApiJudged,
    /// The intent.
    pub(crate) intent: ApiJudged,
    /// 0 to 3.
    pub(crate) severity: ApiJudged,
    /// Who has to act.
    pub(crate) responsible: ApiJudged,
    /// Topics, most likely first.
    pub(crate) topics: Vec<ApiJudged>,
    /// Signals, most likely first.
    pub(crate) signals: Vec<ApiJudged>,
    /// The model that judged.
    pub(crate) model: String,
}

/// A judgement with its probability.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiJudged {
    /// What was judged.
    pub(crate) label: String,
    /// 0 to 1.
    pub(crate) p: f32,
}

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

impl ApiCase {
    /// From a row of the inbox.
    pub(crate) fn new(row: &CaseRow) -> Self {
        let case: &Case = &row.case;
        Self {
            id: case.id.0,
            state: word(&case.state),
            author: row.author.clone(),
            location: case.location().map(ToString::to_string),
            channel: case.channel.as_str().to_owned(),
            team: case.team.to_string(),
            owner: case.owner.as_ref().map(ToString::to_string),
            queued: case.queued.as_ref().map(|q| q.reason.as_str().to_owned()),
            responsible: case.responsible.as_str().to_owned(),
            intent: case.facts.intent.as_str().to_owned(),
            sentiment: case.facts.sentiment.as_str().to_owned(),
            severity: case.facts.severity.level(),
            lang: case.facts.lang.as_str().to_owned(),
            topics: case.facts.topics.iter().map(|t| t.as_str().to_owned()).collect(),
            signals: case.facts.signals.iter().map(|(s, _)| s.as_str().to_owned()).collect(),
            points: row.priority.total,
            parts: row
                .priority
                .parts
                .iter()
                .map(|p| ApiPart { kind: p.kind.clone(), points: p.points, because: p.because.clone() })
                .collect(),
            clocks: case.clocks.iter().map(clock).collect(),
            promises: case.promises.iter().map(promise).collect(),
            tickets: case
                .tickets
                .iter()
                .map(|t| ApiTicket {
                    outlet: t.outlet.to_string(),
                    id: t.id.clone(),
                    url: safe_link(t.url.as_deref()),
                    state: word(&t.state),
                })
                .collect(),
            mentions: case.mentions.iter().map(|m| m.id.to_string()).collect(),
            began: case.began.to_string(),
            opened: case.opened.to_string(),
            changed: case.changed.to_string(),
            next_due: case.next_due.map(|at| at.to_string()),
            outcome: case.outcome.map(|o| o.as_str().to_owned()),
            closed: case.closed.map(|at| at.to_string()),
            regressed: case.regressed,
            line: row.line.clone(),
        }
    }
}

fn clock(clock: &Clock) -> ApiClock {
    let (state, ended) = match clock.state {
        ClockState::Running => ("running", None),
        ClockState::Paused(at) => ("paused", Some(at)),
        ClockState::Done(at) => ("done", Some(at)),
        ClockState::Dropped(at) => ("dropped", Some(at)),
    };
    ApiClock {
        kind: clock.kind.as_str().to_owned(),
        state: state.to_owned(),
        started: clock.started.to_string(),
        due: clock.red_at.to_string(),
        ended: ended.map(|at| at.to_string()),
        met: match clock.state {
            ClockState::Done(at) => Some(at <= clock.red_at),
            _ => None,
        },
        norm_seconds: clock.norm.as_secs(),
    }
}

fn promise(promise: &Promise) -> ApiPromise {
    let state = match promise.state {
        PromiseState::Open => "open",
        PromiseState::Kept { .. } => "kept",
        PromiseState::Missed { .. } => "missed",
        PromiseState::Withdrawn { .. } => "withdrawn",
    };
    ApiPromise {
        id: promise.id.0,
        kind: promise.kind.as_str().to_owned(),
        what: promise.what.clone(),
        due: promise.due.to_string(),
        by: promise.by.to_string(),
        state: state.to_owned(),
    }
}

impl ApiCasePage {
    /// From the page of a case.
    pub(crate) fn new(page: &CasePage) -> Self {
        let case = page.row.case.id.0;
        let mut posts = Vec::new();
        let mut events = Vec::new();
        for item in &page.timeline {
            match item {
                TimelineItem::Mention { mention, assessment, .. } => {
                    posts.push(ApiMention::new(mention, assessment.as_deref(), Some(case)))
                }
                TimelineItem::Event { event, .. } => events.push(event_of(event)),
            }
        }
        Self { case: ApiCase::new(&page.row), posts, events }
    }
}

fn event_of(event: &CaseEvent) -> ApiEvent {
    use gehoor_domain::event::Actor;
    let by = match &event.by {
        Actor::User(user) => user.to_string(),
        Actor::Gehoor => "gehoor".to_owned(),
        Actor::Outlet(outlet) => outlet.to_string(),
    };
    ApiEvent { at: event.at.to_string(), by, what: serde_json::to_value(&event.what).unwrap_or_default() }
}

impl ApiMention {
    /// From a mention with its assessment.
    pub(crate) fn new(mention: &Mention, assessment: Option<&Assessment>, case: Option<u64>) -> Self {
        Self {
            id: mention.id.to_string(),
            source: mention.source.to_string(),
            external_id: mention.external_id.clone(),
            channel: mention.channel.as_str().to_owned(),
            permalink: safe_link(mention.permalink.as_deref()),
            author: mention.author.name.clone(),
            author_key: mention.author.key.to_string(),
            title: mention.title.clone(),
            text: mention.text.clone(),
            published: mention.published.to_string(),
            seen: mention.seen.to_string(),
            stars: mention.stars.and_then(gehoor_domain::mention::Stars::out_of_five),
            own: mention.own,
            withdrawn: mention.withdrawn.map(|at| at.to_string()),
            case,
            location: assessment.and_then(|a| a.located.as_ref()).map(|l| l.location.to_string()),
            assessment: assessment.map(ApiAssessment::new),
        }
    }
}

impl ApiAssessment {
    fn new(a: &Assessment) -> Self {
        let judged = |label: &str, p: f32| ApiJudged { label: label.to_owned(), p };
        Self {
            lang: judged(a.lang.label.as_str(), a.lang.p),
            sentiment: judged(a.sentiment.label.as_str(), a.sentiment.p),
            intent: judged(a.intent.label.as_str(), a.intent.p),
            severity: judged(&a.severity.label.level().to_string(), a.severity.p),
            responsible: judged(a.responsible.label.as_str(), a.responsible.p),
            topics: a.topics.iter().map(|t| judged(t.label.as_str(), t.p)).collect(),
            signals: a.signals.iter().map(|s| judged(s.label.as_str(), s.p)).collect(),
            model: a.model.clone(),
        }
    }
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
        }
    }
}

impl ApiEffect {
    /// From a row of the outbox.
    pub(crate) fn new(row: &OutboxRow) -> Self {
        let (kind, alert) = match &row.effect.kind {
            EffectKind::Ticket { .. } => ("ticket", None),
            EffectKind::TicketComment { .. } => ("ticket_comment", None),
            EffectKind::Alert { alert } => ("alert", Some(alert.0)),
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
