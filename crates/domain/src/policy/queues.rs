//! Service queues: which cases stand in which, and who may take from them.

use serde::{Deserialize, Serialize};

use crate::assessment::Lang;
use crate::case::Case;
use crate::context::Context;
use crate::decide::{Command, Refused};
use crate::ids::{LocationId, TeamId, UserId};
use crate::mention::Channel;

/// One service queue. A case stands in the first one whose every list is empty or fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceQueue {
    /// Its name in records and addresses.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// Only cases of these teams.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// Only of these locations and below.
    #[serde(default)]
    pub locations: Vec<LocationId>,
    /// Only in these languages.
    #[serde(default)]
    pub langs: Vec<Lang>,
    /// Only from these channels.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Only about these topics; `delivery` covers `delivery.late`.
    #[serde(default)]
    pub topics: Vec<String>,
    /// What somebody has to be able to do who takes from it.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Its working hours: outside of them only urgent cases are given out. None: always.
    #[serde(default)]
    pub calendar: Option<String>,
    /// Who leads it; none: the lead of the case's team.
    #[serde(default)]
    pub lead: Option<UserId>,
}

/// What is known of somebody who works on cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentRule {
    /// Who.
    pub user: UserId,
    /// Takes from these queues only; none: from all of the own team.
    #[serde(default)]
    pub queues: Vec<String>,
    /// What somebody can do: languages and subjects, as queues name them.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Owns so many open cases at most when taking the next one.
    #[serde(default)]
    pub most: Option<u32>,
}

impl ServiceQueue {
    /// Whether a case stands here.
    #[must_use]
    pub fn holds(&self, case: &Case, cx: &Context<'_>) -> bool {
        let below = |id: &LocationId| {
            let mut at = case.location().and_then(|l| cx.locations.get(l));
            while let Some(here) = at {
                if here.id == *id {
                    return true;
                }
                at = here.parent.as_ref().and_then(|up| cx.locations.get(up));
            }
            false
        };
        let about = |topic: &String| {
            case.facts.topics.iter().any(|t| {
                t.as_str() == topic
                    || t.as_str().strip_prefix(topic.as_str()).is_some_and(|rest| rest.starts_with('.'))
            })
        };
        (self.teams.is_empty() || self.teams.contains(&case.team))
            && (self.locations.is_empty() || self.locations.iter().any(below))
            && (self.langs.is_empty() || self.langs.contains(&case.facts.lang))
            && (self.channels.is_empty() || self.channels.contains(&case.channel))
            && (self.topics.is_empty() || self.topics.iter().any(about))
    }
}

/// Why somebody may not take a case from its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotForYou {
    /// It stands in a queue of others.
    OtherQueue,
    /// A skill is missing.
    Skill,
    /// The queue is closed now, and the case is not urgent.
    Closed,
}

impl Context<'_> {
    /// The queue a case stands in; none when no queue is configured that holds it: then it is its team's.
    #[must_use]
    pub fn queue_of(&self, case: &Case) -> Option<&ServiceQueue> {
        self.policy.queues.iter().find(|queue| queue.holds(case, self))
    }
    /// What is known of somebody.
    #[must_use]
    pub fn agent(&self, user: &UserId) -> Option<&AgentRule> {
        self.policy.agents.iter().find(|agent| agent.user == *user)
    }
    /// Whether somebody who owns `own` open cases, those put aside not counted, may get this one too. What they own
    /// already, and what a command does not give to anybody, needs no room.
    ///
    /// # Errors
    /// [`Refused::LimitReached`]; a team lead gets past it with [`Command::AssignBeyond`].
    pub fn has_room(&self, case: &Case, command: &Command, own: usize) -> Result<(), Refused> {
        let Command::Assign { to: Some(user) } = command else { return Ok(()) };
        if case.owner.as_ref() == Some(user) {
            return Ok(());
        }
        match self.agent(user).and_then(|agent| agent.most) {
            Some(most) if own >= usize::try_from(most).unwrap_or(usize::MAX) => {
                Err(Refused::LimitReached { user: user.clone(), own, most })
            }
            _ => Ok(()),
        }
    }
    /// Whether somebody of a team may take this case as the next one.
    ///
    /// # Errors
    /// [`NotForYou`].
    pub fn may_take(&self, case: &Case, user: &UserId, team: Option<&TeamId>) -> Result<(), NotForYou> {
        let agent = self.agent(user);
        let queue = self.queue_of(case);
        let named = agent.map(|a| a.queues.as_slice()).unwrap_or_default();
        let ours = if named.is_empty() {
            team.is_none_or(|t| *t == case.team)
        } else {
            queue.is_some_and(|q| named.contains(&q.id))
        };
        if !ours {
            return Err(NotForYou::OtherQueue);
        }
        let Some(queue) = queue else { return Ok(()) };
        let can = |skill: &String| agent.is_some_and(|a| a.skills.contains(skill));
        if !queue.skills.iter().all(can) {
            return Err(NotForYou::Skill);
        }
        let open = queue.calendar.as_ref().is_none_or(|name| self.calendar(name).is_open(self.now));
        if !open && crate::rank::priority(case, self).total < self.policy.urgent_points {
            return Err(NotForYou::Closed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LOCATIONS, opened, policy, t, user};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_limit_by_hand_and_own_cases_need_no_room(own in 0_usize..20, most in 0_u32..20) {
            let mut policy = policy();
            policy.agents =
                vec![AgentRule { user: user("bo"), queues: Vec::new(), skills: Vec::new(), most: Some(most) }];
            let cx = Context { policy: &policy, locations: &LOCATIONS, now: t("2026-06-05 10:05") };
            let mut case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
            let give = |name: &str| Command::Assign { to: Some(user(name)) };
            prop_assert_eq!(cx.has_room(&case, &give("bo"), own).is_ok(), own < most as usize);
            prop_assert!(cx.has_room(&case, &give("kim"), own).is_ok(), "kim has no limit");
            let (none, beyond) = (Command::Assign { to: None }, Command::AssignBeyond { to: user("bo") });
            prop_assert!(cx.has_room(&case, &none, own).is_ok());
            prop_assert!(cx.has_room(&case, &beyond, own).is_ok());
            case.owner = Some(user("bo"));
            prop_assert!(cx.has_room(&case, &give("bo"), own).is_ok());
        }
    }
}
