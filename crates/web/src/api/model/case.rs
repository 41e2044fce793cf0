//! A case, with its clocks, promises, tickets, posts and history.

use gehoor_domain::case::Case;
use gehoor_domain::clock::{Clock, ClockState};
use gehoor_domain::event::{Actor, CaseEvent};
use gehoor_domain::promise::{Promise, PromiseState};
use gehoor_engine::views::{CasePage, CaseRow, TimelineItem};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiMention;
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
    let by = match &event.by {
        Actor::User(user) => user.to_string(),
        Actor::Gehoor => "gehoor".to_owned(),
        Actor::Outlet(outlet) => outlet.to_string(),
    };
    ApiEvent { at: event.at.to_string(), by, what: serde_json::to_value(&event.what).unwrap_or_default() }
}
