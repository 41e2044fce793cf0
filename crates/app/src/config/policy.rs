//! The rules for cases, with the defaults of `config/policies/`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use gehoor_domain::mention::Channel;
use gehoor_domain::policy::{AlertRule, Norms, Policy, PrivateSteps};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{CalendarConfig, Config};

const CLOCKS: &str = include_str!("../../../../config/policies/clocks.toml");
#[cfg(test)]
const RANKING: &str = include_str!("../../../../config/policies/ranking.toml");
const ALERTS: &str = include_str!("../../../../config/policies/alerts.toml");

/// What stands in `config/policies/clocks.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clocks {
    calendars: BTreeMap<String, CalendarConfig>,
    norms: Norms,
    channel_norms: BTreeMap<Channel, Norms>,
}

/// What stands in `config/policies/alerts.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alerts {
    alert: Vec<AlertRule>,
}

// The compiled-in files are parsed by a test, so that the fallbacks below are never taken.
fn clocks() -> Option<Clocks> {
    toml::from_str(CLOCKS).ok()
}

/// The calendars that are there unless the file has its own of the same name.
fn calendars_built_in() -> BTreeMap<String, CalendarConfig> {
    clocks().map(|c| c.calendars).unwrap_or_default()
}

pub(super) fn norms() -> Norms {
    let hour = gehoor_domain::policy::Norm {
        target: SignedDuration::from_hours(1),
        norm: SignedDuration::from_hours(4),
        calendar: None,
    };
    let all = Norms {
        first_response: hour.clone(),
        next_response: hour.clone(),
        resolution: hour.clone(),
        tell_customer: hour,
    };
    clocks().map_or(all, |c| c.norms)
}

pub(super) fn channel_norms() -> BTreeMap<Channel, Norms> {
    clocks().map(|c| c.channel_norms).unwrap_or_default()
}

pub(super) fn alerts() -> Vec<AlertRule> {
    toml::from_str::<Alerts>(ALERTS).map(|a| a.alert).unwrap_or_default()
}

/// Rules for cases beside the clocks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The share of a norm after which a clock is amber, 0 to 1.
    pub amber_share: f64,
    /// How long a case may be with somebody else, when urgent (working time).
    pub hand_over_urgent: SignedDuration,
    /// How long a case may be with somebody else (working time).
    pub hand_over: SignedDuration,
    /// From how many points a case is urgent.
    pub urgent_points: f32,
    /// How long before a promise is due its owner is reminded.
    pub promise_reminder: SignedDuration,
    /// How long we wait for a customer, or leave a case without any date to its owner, before it goes back into the
    /// queue (working time).
    pub follow_up: SignedDuration,
    /// How long a customer who was asked to talk in private may take to come (working time).
    pub private_come: SignedDuration,
    /// How long a talk in private may go on without a solution (working time).
    pub private_solve: SignedDuration,
    /// A post that is older than this when it is found sends nothing and has no clock points until somebody acts.
    pub backlog_after: SignedDuration,
    /// How many unanswered tries before the outcome "no reaction" may be chosen.
    pub no_reaction_tries: u32,
    /// A mention of the same author joins the open case when it comes within this time.
    pub same_author_within: SignedDuration,
    /// A customer who comes back within this time after closing reopens the case.
    pub regress_within: SignedDuration,
    /// After so many hand-overs a case stops at the lead of its team.
    pub ping_pong_after: u32,
    /// Adds `^` and initials to replies.
    pub sign_replies: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            amber_share: 0.8,
            hand_over_urgent: SignedDuration::from_hours(4),
            hand_over: SignedDuration::from_hours(24),
            urgent_points: 60.0,
            promise_reminder: SignedDuration::from_hours(2),
            follow_up: SignedDuration::from_mins(25 * 60 + 30),
            private_come: PrivateSteps::default().come,
            private_solve: PrivateSteps::default().solve,
            backlog_after: SignedDuration::from_hours(14 * 24),
            no_reaction_tries: 2,
            same_author_within: SignedDuration::from_hours(14 * 24),
            regress_within: SignedDuration::from_hours(30 * 24),
            ping_pong_after: 3,
            sign_replies: true,
        }
    }
}

impl Config {
    /// The company's rules, checked.
    ///
    /// # Errors
    /// Names every key that cannot be used.
    pub fn policy(&self) -> Result<Policy> {
        let mut calendars = BTreeMap::new();
        let built_in = calendars_built_in();
        for (name, calendar) in built_in.iter().chain(&self.calendars) {
            calendars.insert(name.clone(), calendar.build(name)?);
        }
        if self.teams.is_empty() {
            bail!("no [[team]] is configured: add at least one, with id, name, lead and calendar");
        }
        let rules = &self.cases;
        let policy = Policy {
            calendars,
            teams: self.teams.clone(),
            norms: self.norms.clone(),
            channel_norms: self.channel_norms.clone(),
            amber_share: rules.amber_share,
            hand_over_urgent: rules.hand_over_urgent,
            hand_over: rules.hand_over,
            urgent_points: rules.urgent_points,
            promise_reminder: rules.promise_reminder,
            follow_up: rules.follow_up,
            private_talk: PrivateSteps { come: rules.private_come, solve: rules.private_solve },
            backlog_after: rules.backlog_after,
            no_reaction_tries: rules.no_reaction_tries,
            same_author_within: rules.same_author_within,
            regress_within: rules.regress_within,
            queue_outlets: self.queue_outlets.clone(),
            weights: self.ranking.clone(),
            alerts: self.alerts.clone(),
            queues: self.queues.clone(),
            agents: self.agents.clone(),
            ping_pong_after: rules.ping_pong_after,
            sign_replies: rules.sign_replies,
            replies: self.replies.clone(),
        };
        if let Err(problems) = policy.validate() {
            bail!("{}", problems.join("\n"));
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policies_can_be_read() {
        toml::from_str::<Clocks>(CLOCKS).unwrap();
        toml::from_str::<Alerts>(ALERTS).unwrap();
    }

    #[test]
    fn the_files_say_what_the_rules_to_begin_with_say() {
        let config = Config::parse("[brand]\nname = \"A\"\n[[team]]\nid = \"a\"\nname = \"A\"\nlead = \"b\"\ncalendar = \"default\"\n").unwrap();
        let from_files = config.policy().unwrap();
        let built_in = Policy::dutch_defaults(config.teams[0].clone());
        assert_eq!(from_files.norms, built_in.norms);
        assert_eq!(from_files.channel_norms, built_in.channel_norms);
        assert_eq!(from_files.calendars, built_in.calendars);
        assert_eq!(from_files.weights, built_in.weights);
        assert_eq!(from_files.follow_up, built_in.follow_up);
        assert_eq!(from_files.backlog_after, built_in.backlog_after);
        let ranking: toml::Table = toml::from_str(RANKING).unwrap();
        assert_eq!(ranking["ranking"], toml::Value::try_from(built_in.weights).unwrap());
    }
}
