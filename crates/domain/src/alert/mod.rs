//! Alerts: tell people something once. Grouped, de-duplicated, repeated only after an interval, silenced with owner,
//! reason and end, acknowledged; and always able to say why something was or was not sent.

mod findings;
mod why;

pub use findings::{ended_by, finding_now, findings_of, needs_look};
pub use why::{
    acknowledge, apply, effects, ended, group_key, over_effects, silence_ended, silences, why_notify,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AlertId, CaseId, LocationId, OutletId, SourceId, UserId};
pub use crate::policy::AlertRule;

/// How loud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good to know.
    Info,
    /// Soon.
    Warning,
    /// Now.
    Urgent,
}

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about", content = "id")]
pub enum Subject {
    /// A case.
    Case(CaseId),
    /// A source.
    Source(SourceId),
    /// The number of complaints of a topic group, or of all (`*`).
    Volume(String),
    /// An outlet that cannot be reached.
    Outlet(OutletId),
}

/// Something that a rule found to be so now. Input of the decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// Whose shop it concerns, if one.
    pub location: Option<LocationId>,
    /// How loud.
    pub level: Level,
    /// A size to compare with: points, minutes late, number of complaints.
    pub size: f64,
    /// Facts for the reader as `key → value`, such as `points → 71`; never the text of a customer.
    pub facts: Vec<(String, String)>,
}

/// Why people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyReason {
    /// It is new.
    New,
    /// It still holds after the repeat interval.
    Repeat,
    /// It has doubled since people were told.
    Doubled,
    /// It came back after it had ended.
    Again,
    /// A silence ended and it still holds.
    SilenceEnded,
}

/// Why people are not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum QuietReason {
    /// They were told, and the repeat interval has not passed.
    ToldAlready {
        /// When they are told again if it still holds.
        next: Timestamp,
    },
    /// A silence holds.
    Silenced {
        /// Which.
        silence: u64,
    },
    /// Somebody has seen it and takes care.
    Acknowledged {
        /// Who.
        by: UserId,
    },
}

/// One line of the page that says why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// When it was decided.
    pub at: Timestamp,
    /// Why people were told, or why not.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The size at that moment.
    pub size: f64,
}

/// Told or not, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// People are told.
    Notify {
        /// Why.
        reason: NotifyReason,
    },
    /// People are not told.
    Quiet {
        /// Why not.
        reason: QuietReason,
    },
}

/// One group of findings: same rule, same subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its number.
    pub id: AlertId,
    /// The latest finding.
    pub finding: Finding,
    /// When it was found first.
    pub since: Timestamp,
    /// When it was found last.
    pub last: Timestamp,
    /// When it no longer held; none while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// How often people were told.
    pub told: u32,
    /// When people were told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// The size when people were told last.
    #[serde(default)]
    pub told_size: f64,
    /// Somebody has seen it and takes care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<(UserId, Timestamp)>,
    /// Why it was or was not sent; the latest 50, and only when the answer changed.
    #[serde(default)]
    pub decisions: Vec<Decision>,
}

/// When a silence ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "until")]
pub enum Until {
    /// When the alert no longer holds.
    Solved,
    /// At that time.
    Date {
        /// When.
        at: Timestamp,
    },
    /// When the size is twice what it was.
    Doubles {
        /// The size when it was silenced.
        size: f64,
    },
}

/// Somebody asked for quiet, with a reason and an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Its number.
    pub id: u64,
    /// Only this rule; none for all.
    #[serde(default)]
    pub rule: Option<String>,
    /// Only this subject; none for all.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// Only this location; none for all.
    #[serde(default)]
    pub location: Option<LocationId>,
    /// Who asked.
    pub owner: UserId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    #[serde(flatten)]
    pub until: Until,
    /// When it ended, by itself or by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}
