//! What goes out, as data: an effect is a row in the outbox before anything is sent (EF-2), and its key is the
//! idempotency key (EF-1). Rows hold no text of customers; it is added when the effect is delivered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AlertId, CaseId, EffectKey, OutletId, ReplyId};

pub use crate::reply::ReplyTask;

/// What to do at the outlet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EffectKind {
    /// The case goes into the company's service queue: open its ticket there, or reopen it.
    Ticket {
        /// Which case.
        case: CaseId,
        /// Why, as [`crate::case::QueueReason::as_str`].
        reason: String,
    },
    /// The case went on: add to its ticket.
    TicketComment {
        /// Which case.
        case: CaseId,
        /// Which line of its history.
        event: u32,
    },
    /// Tell people.
    Alert {
        /// Which alert.
        alert: AlertId,
    },
    /// What people were told about is over: tell it where they heard of it.
    AlertOver {
        /// Which alert.
        alert: AlertId,
    },
    /// Priority or due time of the case changed: its ticket gets them.
    TicketPush {
        /// Which case.
        case: CaseId,
    },
    /// A summary for somebody.
    Digest {
        /// Which, by its name in the configuration.
        digest: String,
        /// For which day.
        date: jiff::civil::Date,
    },
    /// Our public reply; its text stands in the case.
    Reply {
        /// Which case.
        case: CaseId,
        /// Which of its replies.
        reply: ReplyId,
    },
}

impl EffectKind {
    /// The case it is about, if one.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match self {
            EffectKind::Ticket { case, .. }
            | EffectKind::TicketComment { case, .. }
            | EffectKind::TicketPush { case }
            | EffectKind::Reply { case, .. } => Some(*case),
            EffectKind::Alert { .. } | EffectKind::AlertOver { .. } | EffectKind::Digest { .. } => None,
        }
    }
}

/// One thing to be done outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Its name for ever.
    pub key: EffectKey,
    /// Where.
    pub outlet: OutletId,
    /// What.
    pub kind: EffectKind,
    /// Since when.
    pub created: Timestamp,
}

/// How far an effect came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum EffectState {
    /// To be sent, not before then.
    Due {
        /// When.
        at: Timestamp,
    },
    /// Sent and answered.
    Done {
        /// When.
        at: Timestamp,
    },
    /// Given up after too many tries or a final refusal; a person can send it again.
    Dead {
        /// When.
        at: Timestamp,
    },
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// What is to be done.
    pub effect: Effect,
    /// How far it came.
    pub state: EffectState,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last, in words for people; never the text of a customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// What the other side gave: the id of the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// What the other side gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The id at the other side, such as a ticket number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An effect with all that an outlet needs to write it, made at the moment of delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The idempotency key.
    pub key: EffectKey,
    /// What to do.
    pub task: Task,
    /// One line.
    pub subject: String,
    /// Paragraphs of our own words.
    pub lines: Vec<String>,
    /// Posts of customers, oldest first. Hostile text: escape for the outlet.
    pub posts: Vec<Post>,
    /// Where the case or alert is read in Gehoor.
    pub url: String,
    /// The language of our own words, `nl` or `en`.
    pub lang: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// What an outlet is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "task")]
pub enum Task {
    /// Open a ticket for the case, or reopen the one that stands for it.
    Ticket {
        /// Which case.
        case: CaseId,
        /// The key by which the ticket is found again: `gehoor-<instance>-<case>`.
        external: String,
        /// The ticket we know of.
        known: Option<String>,
        /// 0 to 100.
        priority: u8,
        /// When the most pressing clock turns red.
        due: Option<Timestamp>,
    },
    /// Add a line to a ticket.
    Comment {
        /// Which case.
        case: CaseId,
        /// The ticket; without one nothing is to be done.
        ticket: Option<String>,
        /// Who may read it there.
        #[serde(default)]
        visibility: Visibility,
    },
    /// Tell people.
    Alert {
        /// Which alert.
        alert: AlertId,
        /// `urgent`, `warning`, `info`, or `resolved` when it is over.
        level: String,
    },
    /// Set priority and due time of a ticket, without a word.
    Push {
        /// Which case.
        case: CaseId,
        /// The ticket; without one nothing is to be done.
        ticket: Option<String>,
        /// 0 to 100.
        priority: u8,
        /// When the most pressing clock turns red.
        due: Option<Timestamp>,
    },
    /// Tell somebody how things stand.
    Digest {
        /// The mail addresses.
        to: Vec<String>,
    },
    /// Answer a customer where everybody can read it.
    Reply(Box<ReplyTask>),
}

/// Who may read what is added to a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Colleagues only.
    #[default]
    Internal,
    /// Whoever may read the ticket: it stands in public anyway, such as a post or our answer to it.
    Public,
}

/// A customer's post within a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: String,
    /// Where people read it.
    pub permalink: Option<String>,
}
