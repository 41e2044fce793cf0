//! What we told the customer we would do. A promise is its own thing with its own time: no reply, and no thanks of
//! the customer, ends it; only proof, a reason, or the time passing does (PR-1).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::Step;
use crate::ids::{PromiseId, UserId};
use crate::policy::Calendar;

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
    /// When its owner is to be reminded; none when it was made too shortly before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<Timestamp>,
    /// The reminder went out then (at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<Timestamp>,
    /// Kept, but after the time had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_late: Option<Timestamp>,
}

impl Promise {
    /// It stands, in time or not yet due.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == PromiseState::Open
    }
    /// Its time passed and it was not made good since.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self.state, PromiseState::Missed { .. })
    }
    /// Kept, and in time. `None` while it stands or when it was taken back: neither counts in the rate of promises
    /// kept. Kept late counts as not kept.
    #[must_use]
    pub fn kept_in_time(&self) -> Option<bool> {
        match self.state {
            PromiseState::Kept { .. } => Some(self.kept_late.is_none()),
            PromiseState::Missed { .. } => Some(false),
            PromiseState::Open | PromiseState::Withdrawn { .. } => None,
        }
    }
    /// When its owner has to be reminded, if that is still to come.
    #[must_use]
    pub fn reminder(&self) -> Option<Timestamp> {
        self.remind_at.filter(|_| self.is_open() && self.reminded.is_none())
    }
    /// The working time from the making of it to its end, for the page.
    #[must_use]
    pub fn explain(&self, calendar: &Calendar) -> Vec<Step> {
        calendar.explain(self.made, calendar.between(self.made, self.due))
    }
}

/// The next free number within a case.
#[must_use]
pub fn next_id(promises: &[Promise]) -> PromiseId {
    PromiseId(promises.iter().map(|p| p.id.0).max().unwrap_or(0) + 1)
}
