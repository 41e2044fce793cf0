//! One customer's problem: its mentions, owner, clocks, promises and history. Values only; see [`crate::decide`],
//! [`crate::advance`] and [`crate::rank`] for what happens to them.
//!
//! Each mention carries what it says ([`Facts`]), so that a case can be split, merged, corrected and revised without
//! asking anybody: [`Case::facts`] is always the fold over the mentions of the customer.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::assessment::{Located, Responsible};
use crate::ids::{AuthorKey, CaseId, LocationId, MentionId, OutletId, SourceId, TeamId, UserId};
use crate::mention::Channel;

pub use crate::clock::{Clock, ClockKind, ClockState, Run};
pub use crate::event::{Actor, CaseEvent, What};
pub use crate::facts::Facts;
pub use crate::promise::{Promise, PromiseKind, PromiseState};
pub use crate::queued::{QueueReason, Queued, Snoozed};
pub use crate::rank::{Overrule, Part, Priority};
pub use crate::reply::{Reply, ReplyState};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// We are to move.
    Open,
    /// The customer is to move: clocks stand still.
    Waiting,
    /// Ended with an outcome.
    Closed,
}

/// Who speaks in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The customer whose case it is.
    Customer,
    /// One of our accounts.
    Us,
    /// Somebody else in the thread.
    Bystander,
}

/// One mention within a case. The text is kept with the mention, not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseMention {
    /// Which mention.
    pub id: MentionId,
    /// Where it was found.
    pub source: SourceId,
    /// When it was published.
    pub at: Timestamp,
    /// When we saw it.
    pub seen: Timestamp,
    /// Who speaks.
    pub voice: Voice,
    /// Whether it complains or asks (and so waits for an answer).
    pub wants_answer: bool,
    /// Who wrote it; none for the customer of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<AuthorKey>,
    /// Where it stands; none for the channel of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Conversations it belongs to, as `source|thread`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<String>,
    /// What it says; none for our own posts and those of bystanders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// Fields of its facts that a person set: they stay when the machine judges again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<String>,
    /// When it was found to be gone: shown struck out (rule 8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
}

/// A case that was handed to somebody else, until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// The team it went to.
    pub to: TeamId,
    /// The shop it went to, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// The team it returns to.
    pub from: TeamId,
    /// Who owned it before; owns it again when it returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_before: Option<UserId>,
    /// Who handed it over.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// When it returns by itself.
    pub due: Timestamp,
    /// What is asked.
    pub note: String,
    /// While the customer is to move: the working time that was left until `due`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_left: Option<SignedDuration>,
}

/// A ticket in the company's helpdesk that stands for this case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Through which outlet.
    pub outlet: OutletId,
    /// The helpdesk's own id.
    pub id: String,
    /// Where people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it stands there.
    pub state: TicketState,
    /// When that was last heard.
    pub at: Timestamp,
    /// The priority and due time that it was given last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed: Option<Pushed>,
    /// How often they were pushed since it was opened: part of the effect key.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pushes: u32,
}

/// What a helpdesk knows of the urgency of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// The points of the rank, 0 to 100.
    pub priority: u8,
    /// When the most pressing clock turns red.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Pushed {
    /// Fewer points than these are not worth a change: the rank moves with every minute.
    const WORTH: u8 = 10;

    /// What a case as it stands would push.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
        let priority = case.priority.total.clamp(0.0, 100.0).round() as u8;
        Self { priority, due: case.next_red() }
    }

    /// Whether the helpdesk has to hear of it.
    #[must_use]
    pub fn differs(&self, from: &Pushed) -> bool {
        self.due != from.due || self.priority.abs_diff(from.priority) >= Self::WORTH
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Where a ticket stands in the helpdesk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Somebody works on it or has to.
    Open,
    /// It waits for somebody else.
    Pending,
    /// Solved there: we have to tell the customer.
    Resolved,
    /// It is gone there.
    Gone,
}

/// How a case ended (rule 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Solved, and the customer agrees.
    Solved,
    /// The customer was compensated.
    Compensated,
    /// Explained, nothing to solve.
    Explained,
    /// Not about us or not ours to solve.
    NotOurs,
    /// The customer did not react after the number of tries in the policy. Never counted as solved.
    NoReaction,
    /// Abuse.
    Abuse,
    /// Became part of another case.
    Merged,
}

impl Outcome {
    /// The outcomes a person can choose.
    pub const CHOICES: [Outcome; 6] = [
        Outcome::Solved,
        Outcome::Compensated,
        Outcome::Explained,
        Outcome::NotOurs,
        Outcome::NoReaction,
        Outcome::Abuse,
    ];
    /// The name used in records, forms and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Solved => "solved",
            Outcome::Compensated => "compensated",
            Outcome::Explained => "explained",
            Outcome::NotOurs => "not_ours",
            Outcome::NoReaction => "no_reaction",
            Outcome::Abuse => "abuse",
            Outcome::Merged => "merged",
        }
    }
    /// Reads the name of one that a person can choose.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|o| o.as_str() == text)
    }
    /// An agreed solution: the only thing that ends the resolution clock (rule 4).
    #[must_use]
    pub fn is_solution(self) -> bool {
        matches!(self, Outcome::Solved | Outcome::Compensated | Outcome::Explained)
    }
}

/// A public-to-private hand-over ("send us a DM") and how far it came (rule 5).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PrivateTalk {
    /// We asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// The customer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<Timestamp>,
    /// It was solved there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<Timestamp>,
    /// The public thread got its last line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_in_public: Option<Timestamp>,
    /// When the next step is expected; after that the case goes back into the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl PrivateTalk {
    /// Something happened there that the public thread does not show yet.
    #[must_use]
    pub fn lacks_last_line(&self) -> bool {
        (self.came.is_some() || self.solved.is_some()) && self.closed_in_public.is_none()
    }
}

/// One customer's problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// Where it stands.
    pub state: CaseState,
    /// The customer.
    pub author: AuthorKey,
    /// Other accounts of the same customer, known from a merge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_accounts: Vec<AuthorKey>,
    /// Where the first mention stands.
    pub channel: Channel,
    /// Conversations it covers, as `source|thread`.
    #[serde(default)]
    pub threads: Vec<String>,
    /// When the first mention was published.
    pub began: Timestamp,
    /// When it was opened here.
    pub opened: Timestamp,
    /// When anything last happened to it.
    pub changed: Timestamp,
    /// Its mentions, by time of publication.
    pub mentions: Vec<CaseMention>,
    /// What is known of the problem.
    pub facts: Facts,
    /// The shop, with how it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<Located>,
    /// Who has to act.
    pub responsible: Responsible,
    /// Whose queue and calendar it has.
    pub team: TeamId,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// It stands in its team's queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued: Option<Queued>,
    /// How often it went into the queue: part of the effect key.
    #[serde(default)]
    pub queue_count: u32,
    /// Which first.
    pub priority: Priority,
    /// Its clocks, in order of start.
    pub clocks: Vec<Clock>,
    /// What we promised.
    #[serde(default)]
    pub promises: Vec<Promise>,
    /// Handed to somebody else, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOver>,
    /// How often it was handed over.
    #[serde(default)]
    pub hand_overs: u32,
    /// How often it came back by itself because they were late.
    #[serde(default)]
    pub late_hand_overs: u32,
    /// Its tickets in helpdesks.
    #[serde(default)]
    pub tickets: Vec<Ticket>,
    /// How far a talk in private came.
    #[serde(default)]
    pub private_talk: PrivateTalk,
    /// Other cases of this customer.
    #[serde(default)]
    pub linked: Vec<CaseId>,
    /// How often the customer came back after it was closed.
    #[serde(default)]
    pub regressed: u32,
    /// How often we replied since the customer was heard last: the tries that `no reaction` needs.
    #[serde(default)]
    pub tries: u32,
    /// Our replies as written here, in whatever state; see [`crate::reply`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<Reply>,
    /// Replies noted or sent here that were not yet found at the source, so that none counts twice.
    #[serde(default)]
    pub unseen_replies: u32,
    /// Promises found in our own words, for a person to accept, change or dismiss.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<crate::promised::Proposed>,
    /// Put aside, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Snoozed>,
    /// When it goes back into the queue unless something else was agreed before. Set while the customer is to move,
    /// and for an owned case whose clocks have all ended or run out: no open case is without a next date (CA-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<Timestamp>,
    /// The case that it became part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
    /// Its post was old already when we found it: until somebody acts, its clocks weigh nothing and send nothing, so
    /// that a new source with years of history floods neither the inbox nor the helpdesk.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backlog: bool,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// When [`crate::advance`] has to look at it again; none when nothing can happen by time alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// How many lines its history has; numbers the next one.
    #[serde(default)]
    pub events: u32,
}

impl Case {
    /// The shop, if known.
    #[must_use]
    pub fn location(&self) -> Option<&LocationId> {
        self.located.as_ref().map(|l| &l.location)
    }
    /// Whether this account is the customer's.
    #[must_use]
    pub fn is_of(&self, author: &AuthorKey) -> bool {
        self.author == *author || self.other_accounts.contains(author)
    }
    /// The accounts of the customer: the keys under which the case is found by author.
    pub fn accounts(&self) -> impl Iterator<Item = &AuthorKey> {
        std::iter::once(&self.author).chain(&self.other_accounts)
    }
    /// A mention of this case.
    #[must_use]
    pub fn mention(&self, id: &MentionId) -> Option<&CaseMention> {
        self.mentions.iter().find(|m| m.id == *id)
    }
    /// Its running clock of this kind.
    #[must_use]
    pub fn running(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().find(|c| c.kind == kind && c.state == ClockState::Running)
    }
    /// The customer waits for an answer of ours: a response clock runs or stands still.
    #[must_use]
    pub fn owes_answer(&self) -> bool {
        self.clocks.iter().any(|c| c.kind != ClockKind::Resolution && !c.is_over())
    }
    /// The customer waits for an answer, and there still is a post to answer.
    #[must_use]
    pub fn waits_in_vain(&self) -> bool {
        let stands = |m: &CaseMention| m.voice == Voice::Customer && m.withdrawn.is_none();
        self.owes_answer() && self.mentions.iter().any(stands)
    }
    /// A promise by its number.
    #[must_use]
    pub fn promise(&self, id: crate::ids::PromiseId) -> Option<&Promise> {
        self.promises.iter().find(|p| p.id == id)
    }
    /// When the most pressing clock turns red.
    #[must_use]
    pub fn next_red(&self) -> Option<Timestamp> {
        self.clocks.iter().filter(|c| c.state == ClockState::Running).map(|c| c.red_at).min()
    }
    /// The ticket that stands for it at an outlet: the latest, when an older one could not be opened again.
    #[must_use]
    pub fn ticket_at(&self, outlet: &OutletId) -> Option<&Ticket> {
        let here = || self.tickets.iter().rev().filter(|t| t.outlet == *outlet);
        here().find(|t| t.state != TicketState::Gone).or_else(|| here().next())
    }
    /// Not closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state != CaseState::Closed
    }
}
