//! Why a case stands in the service queue, since when, and until when it is put aside.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// Why a case stands in the service queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// Nobody owns it yet: it is new here, or was handed to this team.
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
    /// We waited for the customer, who did not come back in the time set: ask again, or close it.
    CustomerSilent,
    /// The customer was asked to talk in private and did not come: remind, or answer in public.
    PrivateSilent,
    /// The customer came to talk in private, and nothing was solved there in the time set.
    PrivateOpen,
    /// It is solved elsewhere, and the public thread has no last line that says so.
    NotTold,
    /// The date until which it was put aside has come.
    Woken,
    /// It was handed to and fro: its lead has to say where it stays.
    PingPong,
}

impl QueueReason {
    /// All reasons.
    pub const ALL: &[Self] = &[
        QueueReason::Unowned,
        QueueReason::ClockRanOut,
        QueueReason::PromiseMissed,
        QueueReason::HandOverLate,
        QueueReason::Regressed,
        QueueReason::Released,
        QueueReason::CustomerSilent,
        QueueReason::PrivateSilent,
        QueueReason::PrivateOpen,
        QueueReason::NotTold,
        QueueReason::Woken,
        QueueReason::PingPong,
    ];

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
            QueueReason::CustomerSilent => "customer_silent",
            QueueReason::PrivateSilent => "private_silent",
            QueueReason::PrivateOpen => "private_open",
            QueueReason::NotTold => "not_told",
            QueueReason::Woken => "woken",
            QueueReason::PingPong => "ping_pong",
        }
    }
    /// Whether it is work for the helpdesk unless the policy says otherwise: a new case is not yet, and what only our
    /// public words can end is ours.
    #[must_use]
    pub fn is_for_helpdesk(self) -> bool {
        !matches!(
            self,
            QueueReason::Unowned
                | QueueReason::PrivateSilent
                | QueueReason::PrivateOpen
                | QueueReason::NotTold
        )
    }
    /// How grave: a case that stands in the queue already gets a new reason only when that one is graver.
    #[must_use]
    pub fn gravity(self) -> u8 {
        match self {
            QueueReason::Unowned => 0,
            QueueReason::Released => 1,
            QueueReason::CustomerSilent | QueueReason::PrivateSilent => 2,
            QueueReason::Woken => 3,
            QueueReason::ClockRanOut | QueueReason::PrivateOpen | QueueReason::NotTold => 4,
            QueueReason::HandOverLate => 5,
            QueueReason::PingPong => 6,
            QueueReason::Regressed => 7,
            QueueReason::PromiseMissed => 8,
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

/// A case that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snoozed {
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: UserId,
    /// Since when.
    pub since: Timestamp,
}
