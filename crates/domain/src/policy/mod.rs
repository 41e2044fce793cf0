//! The company's rules, as values. All have defaults (`config/policies/*.toml`); all spans are working time of a
//! calendar unless the name says otherwise.

mod defaults;
mod replies;
mod validate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::case::QueueReason;
use crate::ids::{OutletId, TeamId, UserId};
use crate::mention::Channel;

pub use replies::{Approval, BuildingBlock, ReplyRules};

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

/// How fast, for the three clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norms {
    /// Publication to first reply.
    pub first_response: Norm,
    /// Later mention to next reply.
    pub next_response: Norm,
    /// Publication to agreed solution.
    pub resolution: Norm,
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

/// Points of the rank. Defaults are argued in `config/policies/ranking.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// For severity 0 to 3.
    pub severity: [f32; 4],
    /// Somebody may come to harm.
    pub safety: f32,
    /// Personal data went astray.
    pub privacy: f32,
    /// Discrimination.
    pub discrimination: f32,
    /// 500 euro or more.
    pub high_value: f32,
    /// A promise was missed by us (fact), or broken (customer's words).
    pub promise_missed: f32,
    /// Has asked before.
    pub repeat_contact: f32,
    /// Weeks or more.
    pub long_wait: f32,
    /// Nobody can be reached.
    pub unreachable: f32,
    /// Elderly, ill, disabled, baby, poor.
    pub vulnerable: f32,
    /// Lawyer, court, police.
    pub legal_threat: f32,
    /// Press, viral.
    pub media_threat: f32,
    /// Leaves after loyalty.
    pub churn: f32,
    /// Came back after closing, per time.
    pub regressed: f32,
    /// Per tenfold of followers, likes and shares above ten.
    pub reach: f32,
    /// For one star out of five, less for more.
    pub stars: f32,
    /// When the most pressing clock has used its whole norm; grows with the share used, twice this at most.
    pub clock: f32,
    /// A question instead of a complaint.
    pub question: f32,
    /// Times the probability that it is a complaint.
    pub complaint: f32,
    /// The writer says that it is solved.
    pub solved: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            severity: [0.0, 8.0, 22.0, 45.0],
            safety: 40.0,
            privacy: 25.0,
            discrimination: 25.0,
            high_value: 8.0,
            promise_missed: 18.0,
            repeat_contact: 10.0,
            long_wait: 6.0,
            unreachable: 6.0,
            vulnerable: 15.0,
            legal_threat: 15.0,
            media_threat: 12.0,
            churn: 6.0,
            regressed: 12.0,
            reach: 3.0,
            stars: 4.0,
            clock: 12.0,
            question: 4.0,
            complaint: 12.0,
            solved: -20.0,
        }
    }
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
    /// For which reasons; empty means for every reason but `unowned`.
    #[serde(default)]
    pub reasons: Vec<QueueReason>,
    /// Only from so many points.
    #[serde(default)]
    pub from_points: f32,
}
