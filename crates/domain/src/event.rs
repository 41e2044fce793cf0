//! The history of a case: one line for each thing that happened, kept for ever beside the case.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::assessment::Responsible;
use crate::case::{Outcome, QueueReason, TicketState, Voice};
use crate::clock::ClockKind;
use crate::ids::{CaseId, LocationId, MentionId, OutletId, PromiseId, ReplyId, TeamId, UserId};

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
        /// Which of the replies written here; none for one noted by hand, or found and not written here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<ReplyId>,
    },
    /// An internal note; never goes where customers read (rule 2).
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
        /// How far it came: `asked`, `came`, `solved`, `closed_in_public`; or what did not come in time: `not_come`,
        /// `not_solved`.
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
    /// A mention was judged again by a model.
    Reassessed {
        /// Which mention.
        mention: MentionId,
        /// The model that judged.
        model: String,
        /// Why: `second_look` or `new_model`.
        because: String,
        /// What it says otherwise than before; empty when it says the same.
        #[serde(default)]
        changed: Vec<Shift>,
        /// The points of the case before.
        points_before: f32,
        /// The points of the case after.
        points_after: f32,
    },
    /// A promise was found in our own words.
    PromiseProposed {
        /// Its number.
        proposal: u32,
        /// In which words of ours.
        words: String,
    },
    /// A person says that it is no promise.
    ProposalDismissed {
        /// Its number.
        proposal: u32,
    },
    /// We called the customer.
    Called {
        /// Somebody answered.
        answered: bool,
        /// How long, in seconds.
        seconds: u32,
        /// What names the call where it was made.
        reference: String,
    },
    /// It was put aside.
    Snoozed {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// It is no longer put aside.
    Woken {
        /// Why: `date`, `by_hand`, `customer`, `queue`.
        why: String,
    },
    /// A reply that is not out yet went a step.
    ReplyStep {
        /// Which reply.
        reply: ReplyId,
        /// How far: `waits` (for a second person), `approved`, `rejected`, `sending`, `refused` (by the platform),
        /// `by_hand` (somebody posts it there), `dropped`.
        step: String,
        /// Why, where somebody or something said no.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
}

/// A judgement that is another one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Which field: `intent`, `severity`, `sentiment`, `topics` or `signals`.
    pub field: String,
    /// The name before; names of lists are parted by spaces.
    pub from: String,
    /// The name now.
    pub to: String,
}
