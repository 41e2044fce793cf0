//! The company's rules, as values. All have defaults (`config/policies/*.toml`); all spans are working time of a
//! calendar unless the name says otherwise.

mod defaults;
mod queues;
mod replies;
mod validate;
mod weights;

pub use queues::{AgentRule, NotForYou, ServiceQueue};

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::case::QueueReason;
use crate::ids::{OutletId, TeamId, UserId};
use crate::mention::Channel;

pub use replies::{Approval, BuildingBlock, ReplyRules};
pub use weights::Weights;

/// One block of opening time within a day, such as 09:00 to 12:30. `until` 00:00 or 24:00 means the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// First minute.
    pub from: Time,
    /// Minute after the last; midnight at the end of the day when it is 00:00.
    #[serde(deserialize_with = "end_of_block")]
    pub until: Time,
}

/// Reads `24:00`, which people write, as the midnight that it means.
fn end_of_block<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    if matches!(text.as_str(), "24:00" | "24:00:00") {
        return Ok(Time::midnight());
    }
    text.parse().map_err(serde::de::Error::custom)
}

/// Opening hours in a zone, with holidays and exceptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// IANA name of the zone, such as `Europe/Amsterdam`.
    pub zone: String,
    /// Blocks per weekday, Monday first; several a day are allowed (lunch).
    pub week: [Vec<Block>; 7],
    /// Which public holidays are closed: `nl` for the Dutch ones, none for none.
    #[serde(default)]
    pub holidays: Option<String>,
    /// Days that differ: empty means closed.
    #[serde(default)]
    pub exceptions: BTreeMap<Date, Vec<Block>>,
}

/// How fast, for one clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// The time we want to make.
    pub target: SignedDuration,
    /// The time we must make.
    pub norm: SignedDuration,
    /// Name of the calendar it counts in; none for the calendar of the team that owns the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
}

/// How fast, for each clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norms {
    /// Publication to first reply.
    pub first_response: Norm,
    /// Later mention to next reply.
    pub next_response: Norm,
    /// Publication to agreed solution.
    pub resolution: Norm,
    /// Solution elsewhere to our public line that says so.
    #[serde(default = "defaults::tell_customer")]
    pub tell_customer: Norm,
}

/// How long each step of a talk in private may take before the case goes back into the queue (working time).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrivateSteps {
    /// From asking until the customer comes.
    pub come: SignedDuration,
    /// From coming until it is solved there.
    pub solve: SignedDuration,
}

impl Default for PrivateSteps {
    fn default() -> Self {
        defaults::private_talk()
    }
}

/// A team that owns cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name in records.
    pub id: TeamId,
    /// The name people read.
    pub name: String,
    /// Who leads its queue (CA-3).
    pub lead: UserId,
    /// Name of its calendar.
    pub calendar: String,
}

/// When people are told, and through which outlets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Its name, shown with the alert.
    pub name: String,
    /// What sets it off.
    pub when: Trigger,
    /// Through which outlets; none means only on the alerts page.
    #[serde(default)]
    pub outlets: Vec<OutletId>,
    /// The same group is told again only after this wall-clock time, if it still holds.
    pub repeat_after: SignedDuration,
}

/// What sets an alert off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, tag = "kind")]
pub enum Trigger {
    /// A new or changed open case with at least this many points.
    Urgent {
        /// Points.
        points: f32,
    },
    /// A clock turned amber.
    ClockAmber,
    /// A clock ran out.
    ClockRed,
    /// A promise is due soon.
    PromiseDue,
    /// A promise was missed.
    PromiseMissed,
    /// Many more complaints in the last hour than the same hours before give reason to expect.
    Spike {
        /// At least so many complaints in the hour.
        at_least: u32,
        /// Standard deviations above the mean.
        deviations: f32,
    },
    /// A source fails again and again.
    SourceFailing {
        /// So many failures in a row.
        failures: u32,
    },
    /// A source has had nothing new for so long (wall clock), though it used to.
    SourceSilent {
        /// How long.
        after: SignedDuration,
    },
    /// A source is quieter than it usually is on that weekday at that hour, beyond chance.
    SourceQuiet {
        /// One false alarm in so many silences is put up with.
        one_in: u32,
    },
    /// The login of a source ends soon and a person has to renew it.
    LoginEnds {
        /// How soon.
        within: SignedDuration,
    },
    /// An effect could not be delivered and stands as a dead letter.
    DeadLetter,
}

/// The company's rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Calendars by name; `default` must be there.
    pub calendars: BTreeMap<String, Calendar>,
    /// Teams; the first one gets what belongs to nobody else.
    pub teams: Vec<Team>,
    /// Norms for channels without their own.
    pub norms: Norms,
    /// Norms per channel.
    #[serde(default)]
    pub channel_norms: BTreeMap<Channel, Norms>,
    /// The share of the norm after which a clock is amber, 0 to 1.
    pub amber_share: f64,
    /// How long a case may be with somebody else, when urgent.
    pub hand_over_urgent: SignedDuration,
    /// How long a case may be with somebody else.
    pub hand_over: SignedDuration,
    /// From how many points a case is urgent.
    pub urgent_points: f32,
    /// How long before a promise is due its owner is reminded.
    pub promise_reminder: SignedDuration,
    /// How long we wait for the customer, and how long an owner may sit on a case without any date, before it goes back
    /// into the queue.
    #[serde(default = "defaults::follow_up")]
    pub follow_up: SignedDuration,
    /// How long each step of a talk in private may take.
    #[serde(default)]
    pub private_talk: PrivateSteps,
    /// A post that is older than this when it is found opens a case that waits in the inbox without clock points, tickets
    /// and clock alerts until somebody acts (wall-clock time).
    #[serde(default = "defaults::backlog_after")]
    pub backlog_after: SignedDuration,
    /// How many unanswered tries before `no reaction` may be chosen.
    pub no_reaction_tries: u32,
    /// A mention of the same author joins the open case when it comes within this wall-clock time.
    pub same_author_within: SignedDuration,
    /// A customer who comes back within this wall-clock time after closing reopens the case.
    pub regress_within: SignedDuration,
    /// Which outlets get a ticket when a case goes into the queue, and for which reasons.
    #[serde(default)]
    pub queue_outlets: Vec<QueueOutlet>,
    /// The rank.
    #[serde(default)]
    pub weights: Weights,
    /// When people are told.
    #[serde(default)]
    pub alerts: Vec<AlertRule>,
    /// Service queues, the first that fits counts; none: each team is its own queue.
    #[serde(default)]
    pub queues: Vec<ServiceQueue>,
    /// What is known of those who work on cases.
    #[serde(default)]
    pub agents: Vec<AgentRule>,
    /// After so many hand-overs a case stops at the lead of its team.
    #[serde(default = "defaults::ping_pong_after")]
    pub ping_pong_after: u32,
    /// Signature under replies, `^` + initials, is added when true.
    #[serde(default)]
    pub sign_replies: bool,
    /// How replies are written, checked and approved.
    #[serde(default)]
    pub replies: ReplyRules,
}

impl Policy {
    /// A calendar by name; every hour counts when there is none of that name, which [`Policy::validate`] refuses.
    #[must_use]
    pub fn calendar(&self, name: &str) -> &Calendar {
        self.calendars.get(name).unwrap_or(&ALWAYS)
    }
}

/// Stands in for a calendar that is not there.
static ALWAYS: LazyLock<Calendar> = LazyLock::new(Calendar::always);

/// A helpdesk that gets a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueOutlet {
    /// Which.
    pub outlet: OutletId,
    /// For which reasons; empty means for all that are work for the helpdesk ([`QueueReason::is_for_helpdesk`]).
    #[serde(default)]
    pub reasons: Vec<QueueReason>,
    /// Only from so many points.
    #[serde(default)]
    pub from_points: f32,
    /// Whether internal notes go along, for colleagues only. They never go where customers read.
    #[serde(default = "defaults::yes")]
    pub notes: bool,
}
