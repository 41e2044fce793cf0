//! One customer's problem: its mentions, owner, clocks, promises and history. Values only; see [`crate::decide`],
//! [`crate::advance`] and [`crate::rank`] for what happens to them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::assessment::{Intent, Lang, Located, Responsible, Sentiment, Severity, Signal, Topic};
use crate::ids::{AuthorKey, CaseId, LocationId, MentionId, OutletId, PromiseId, SourceId, TeamId, UserId};
use crate::mention::Channel;

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
    /// When it was found to be gone: shown struck out (rule 8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
}

/// What is known of the problem: the gravest of what its mentions say. Input of [`crate::rank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Complaint before question before the rest.
    pub intent: Intent,
    /// The latest feeling of the customer.
    pub sentiment: Sentiment,
    /// The highest severity seen.
    pub severity: Severity,
    /// Probability that it is a complaint, highest seen.
    pub complaint_p: f32,
    /// Language of the latest mention.
    pub lang: Lang,
    /// All topics seen, first seen first.
    pub topics: Vec<Topic>,
    /// All signals seen, each with the words of the text that show it (empty when the model alone says so).
    pub signals: Vec<(Signal, String)>,
    /// Lowest rating out of five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<f64>,
    /// Followers, likes and shares together, highest seen.
    pub reach: u64,
}

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the publication of the first mention to our first public reply.
    FirstResponse,
    /// From a later mention of the customer to our next public reply.
    NextResponse,
    /// From the publication of the first mention to the agreed solution.
    Resolution,
}

impl ClockKind {
    /// The name used in records, keys and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Resolution => "resolution",
        }
    }
}

/// How a clock ended, or that it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "at")]
pub enum ClockState {
    /// It runs.
    Running,
    /// It stands still since then: the customer is to move.
    Paused(Timestamp),
    /// Ended then, by what it waited for.
    Done(Timestamp),
    /// Ended then, because the case was closed or merged without it.
    Dropped(Timestamp),
}

/// One clock. All spans are working time of the calendar it runs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// When it began to count.
    pub started: Timestamp,
    /// The time we want to make.
    pub target: SignedDuration,
    /// The time we must make.
    pub norm: SignedDuration,
    /// Name of the calendar in the policy.
    pub calendar: String,
    /// When it turns amber (the last fifth of the norm begins).
    pub amber_at: Timestamp,
    /// When it turns red (the norm has passed).
    pub red_at: Timestamp,
    /// Whether it runs.
    pub state: ClockState,
    /// Amber was announced then (SL-1: at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amber_fired: Option<Timestamp>,
    /// Red was announced then (SL-1: at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red_fired: Option<Timestamp>,
    /// Working time for which it stood still.
    #[serde(default)]
    pub paused_for: SignedDuration,
}

/// What was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    /// To call.
    CallBack,
    /// To deliver.
    Deliver,
    /// To pay back.
    Refund,
    /// To replace or repair.
    Replace,
    /// To find out and tell.
    FindOut,
    /// Something else.
    Other,
}

impl PromiseKind {
    /// All kinds.
    pub const ALL: [PromiseKind; 6] = [
        PromiseKind::CallBack,
        PromiseKind::Deliver,
        PromiseKind::Refund,
        PromiseKind::Replace,
        PromiseKind::FindOut,
        PromiseKind::Other,
    ];
    /// The name used in records, forms and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PromiseKind::CallBack => "call_back",
            PromiseKind::Deliver => "deliver",
            PromiseKind::Refund => "refund",
            PromiseKind::Replace => "replace",
            PromiseKind::FindOut => "find_out",
            PromiseKind::Other => "other",
        }
    }
    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// How a promise ended, or that it stands (PR-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum PromiseState {
    /// It stands.
    Open,
    /// Kept, with proof.
    Kept {
        /// When.
        at: Timestamp,
        /// Who says so.
        by: UserId,
        /// What shows it.
        proof: String,
    },
    /// The time passed. It can still be kept late, with proof.
    Missed {
        /// When the time passed.
        at: Timestamp,
    },
    /// Taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
        /// By whom.
        by: UserId,
        /// Why.
        reason: String,
    },
}

/// What we told the customer we would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Its number within the case.
    pub id: PromiseId,
    /// What.
    pub kind: PromiseKind,
    /// In our own words.
    pub what: String,
    /// Until when.
    pub due: Timestamp,
    /// Who made it.
    pub by: UserId,
    /// When it was made.
    pub made: Timestamp,
    /// How it stands.
    pub state: PromiseState,
    /// The reminder went out then (at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<Timestamp>,
    /// Kept, but after the time had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_late: Option<Timestamp>,
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
}

/// Why a case stands in the service queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// It is new and nobody owns it.
    Unowned,
    /// A clock ran out.
    ClockRanOut,
    /// A promise was missed.
    PromiseMissed,
    /// The responsible party did not act in time.
    HandOverLate,
    /// The customer came back after it was closed.
    Regressed,
    /// Its owner let go of it.
    Released,
}

impl QueueReason {
    /// The name used in records, keys and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            QueueReason::Unowned => "unowned",
            QueueReason::ClockRanOut => "clock_ran_out",
            QueueReason::PromiseMissed => "promise_missed",
            QueueReason::HandOverLate => "hand_over_late",
            QueueReason::Regressed => "regressed",
            QueueReason::Released => "released",
        }
    }
}

/// A stay in the service queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    /// Why.
    pub reason: QueueReason,
    /// Since when.
    pub since: Timestamp,
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
}

/// A part of the rank: how many points, and the words or facts it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which part, such as `severity`, `safety`, `clock`, `promise_missed`; a locale key.
    pub kind: String,
    /// Points, may be negative.
    pub points: f32,
    /// The words of the text, or the fact, that it rests on.
    pub because: String,
}

/// Which case first: a sum of visible parts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// The sum, or the overruled value.
    pub total: f32,
    /// What it is made of, most points first.
    pub parts: Vec<Part>,
    /// A person set the total, with a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<Overrule>,
}

/// A person's own rank for a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overrule {
    /// The points set.
    pub points: f32,
    /// By whom.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Somebody who acts: a person, or Gehoor itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "who", content = "id")]
pub enum Actor {
    /// A person or program that logged in.
    User(UserId),
    /// Gehoor itself.
    Gehoor,
    /// The helpdesk behind an outlet.
    Outlet(OutletId),
}

/// One line of the history of a case. Kept for ever, in order, beside the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub what: What,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum What {
    /// It began with this mention.
    Opened {
        /// The first mention.
        mention: MentionId,
        /// Published to seen.
        detection_delay: SignedDuration,
    },
    /// A mention joined.
    Joined {
        /// Which.
        mention: MentionId,
        /// Whose.
        voice: Voice,
        /// Why it belongs here: `thread`, `author`, `reply`, `linked`, `manual`.
        because: String,
    },
    /// A mention's text changed.
    Revised {
        /// Which.
        mention: MentionId,
    },
    /// A mention is gone from its platform.
    Withdrawn {
        /// Which.
        mention: MentionId,
    },
    /// Our reply.
    Replied {
        /// Its text, when written here; a reply found at the source is a mention.
        text: String,
        /// Sent by Gehoor (`false`: noted by hand).
        sent: bool,
        /// The mention, when it was found at the source.
        mention: Option<MentionId>,
    },
    /// An internal note; never leaves (rule 2).
    Noted {
        /// The note.
        text: String,
    },
    /// Somebody took it, or it was given to somebody, or released.
    Assigned {
        /// To whom.
        to: Option<UserId>,
    },
    /// A promise was made.
    Promised {
        /// Which.
        promise: PromiseId,
    },
    /// A promise is due soon.
    PromiseDue {
        /// Which.
        promise: PromiseId,
    },
    /// A promise ended: kept, missed or withdrawn.
    PromiseEnded {
        /// Which.
        promise: PromiseId,
        /// How: `kept`, `missed`, `withdrawn`.
        how: String,
    },
    /// It was handed to somebody else.
    HandedOver {
        /// To which team.
        to: TeamId,
        /// Until when.
        due: Timestamp,
        /// What is asked.
        note: String,
    },
    /// It came back: by itself (late), or given back.
    Returned {
        /// From which team.
        from: TeamId,
        /// It came back by itself because the time had passed.
        late: bool,
    },
    /// A clock turned amber.
    ClockAmber {
        /// Which.
        clock: ClockKind,
    },
    /// A clock ran out.
    ClockRed {
        /// Which.
        clock: ClockKind,
    },
    /// It went (back) into the service queue.
    Queued {
        /// Why.
        reason: QueueReason,
    },
    /// A ticket was opened in the helpdesk.
    TicketOpened {
        /// Through which outlet.
        outlet: OutletId,
        /// Its id there.
        ticket: String,
    },
    /// A ticket changed in the helpdesk.
    TicketChanged {
        /// Through which outlet.
        outlet: OutletId,
        /// Its id there.
        ticket: String,
        /// Its state now.
        state: TicketState,
    },
    /// The customer is to move.
    WaitingForCustomer,
    /// We asked the customer to talk in private, or that talk went on.
    PrivateTalk {
        /// How far it came: `asked`, `came`, `solved`, `closed_in_public`.
        step: String,
    },
    /// It was closed.
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// A remark.
        note: String,
    },
    /// The customer came back.
    Reopened {
        /// With which mention; none when a person reopened it.
        mention: Option<MentionId>,
    },
    /// A mention was taken out into a case of its own.
    SplitOff {
        /// Which mentions.
        mentions: Vec<MentionId>,
        /// Into which case.
        into: CaseId,
    },
    /// It was split off from another case.
    SplitFrom {
        /// Which.
        from: CaseId,
    },
    /// Another case became part of this one.
    MergedIn {
        /// Which.
        from: CaseId,
        /// The mentions that came with it.
        mentions: Vec<MentionId>,
    },
    /// It became part of another case.
    MergedInto {
        /// Which.
        into: CaseId,
    },
    /// Its rank was overruled, or that was undone.
    Overruled {
        /// The points set; none when undone.
        points: Option<f32>,
        /// Why.
        reason: String,
    },
    /// Its location was set by a person.
    Located {
        /// Where.
        location: Option<LocationId>,
    },
    /// Its responsible party was set by a person.
    ResponsibleSet {
        /// Who.
        responsible: Responsible,
    },
    /// What was judged of it was corrected by a person.
    Corrected {
        /// Which fields.
        fields: Vec<String>,
    },
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
    /// Not closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state != CaseState::Closed
    }
}
