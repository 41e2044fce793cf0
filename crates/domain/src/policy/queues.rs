//! Service queues: which cases stand in which, and who may take from them.

use serde::{Deserialize, Serialize};

use crate::assessment::Lang;
use crate::case::Case;
use crate::context::Context;
use crate::decide::{Command, Refused};
use crate::ids::{LocationId, TeamId, UserId};
use crate::mention::Channel;
use crate::user::Role;

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
    /// Whether a command may give this case to somebody who owns `own` open cases, those put aside not counted: there has
    /// to be room below their limit, they can do what the queue of the case asks for, and that queue is open or the case
    /// urgent. What they own already, and what is not given to anybody, is never refused.
    ///
    /// [`Command::AssignBeyond`] gets past skill and hours, which its giver was warned of, and that of a team lead (`role`
    /// is that of who gives the command) past the limit too.
    ///
    /// # Errors
    /// [`Refused::LimitReached`], [`Refused::SkillLacks`], [`Refused::QueueClosed`].
    pub fn may_get(&self, case: &Case, command: &Command, own: usize, role: Role) -> Result<(), Refused> {
        let (user, beyond) = match command {
            Command::Assign { to: Some(user) } => (user, false),
            Command::AssignBeyond { to } => (to, true),
            _ => return Ok(()),
        };
        if case.owner.as_ref() == Some(user) || (beyond && role.leads()) {
            return Ok(());
        }
        let most = self.agent(user).and_then(|agent| agent.most);
        if let Some(most) = most.filter(|most| own >= usize::try_from(*most).unwrap_or(usize::MAX)) {
            return Err(Refused::LimitReached { user: user.clone(), own, most });
        }
        let Some(queue) = self.queue_of(case).filter(|_| !beyond) else { return Ok(()) };
        if let Some(skill) = self.lacking(user, queue) {
            let (queue, skill) = (queue.name.clone(), skill.clone());
            return Err(Refused::SkillLacks { user: user.clone(), queue, skill });
        }
        if self.is_shut(queue, case) {
            return Err(Refused::QueueClosed { queue: queue.name.clone() });
        }
        Ok(())
    }
    /// The first skill that a queue asks for and somebody lacks.
    fn lacking<'q>(&self, user: &UserId, queue: &'q ServiceQueue) -> Option<&'q String> {
        let agent = self.agent(user);
        queue.skills.iter().find(|skill| !agent.is_some_and(|a| a.skills.contains(skill)))
    }
    /// Whether a queue is closed for this case: outside of its hours only urgent ones are given out.
    fn is_shut(&self, queue: &ServiceQueue, case: &Case) -> bool {
        let open = queue.calendar.as_ref().is_none_or(|name| self.calendar(name).is_open(self.now));
        !open && crate::rank::priority(case, self).total < self.policy.urgent_points
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
        if self.lacking(user, queue).is_some() {
            return Err(NotForYou::Skill);
        }
        if self.is_shut(queue, case) {
            return Err(NotForYou::Closed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
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
            let may = |case: &Case, command: &Command, role| cx.may_get(case, command, own, role).is_ok();
            prop_assert_eq!(may(&case, &give("bo"), Role::Lead), own < most as usize);
            prop_assert!(may(&case, &give("kim"), Role::Agent), "kim has no limit");
            let (none, beyond) = (Command::Assign { to: None }, Command::AssignBeyond { to: user("bo") });
            prop_assert!(may(&case, &none, Role::Agent));
            prop_assert!(may(&case, &beyond, Role::Lead));
            prop_assert_eq!(may(&case, &beyond, Role::Agent), own < most as usize, "only a lead gets past a limit");
            case.owner = Some(user("bo"));
            prop_assert!(may(&case, &give("bo"), Role::Agent));
        }
    }

    fn german(calendar: Option<&str>) -> Policy {
        let mut policy = policy();
        policy.queues = vec![ServiceQueue {
            id: "de".into(),
            name: "Duits".into(),
            teams: Vec::new(),
            locations: Vec::new(),
            langs: Vec::new(),
            channels: Vec::new(),
            topics: Vec::new(),
            skills: vec!["de".into()],
            calendar: calendar.map(str::to_owned),
            lead: None,
        }];
        policy.agents =
            vec![AgentRule { user: user("kim"), queues: Vec::new(), skills: vec!["de".into()], most: None }];
        policy
    }

    #[test]
    fn a_case_given_by_hand_warns_of_a_missing_skill_and_of_closed_hours_and_both_can_be_passed() {
        let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
        let give = |name: &str| Command::Assign { to: Some(user(name)) };
        let beyond = Command::AssignBeyond { to: user("bo") };
        let policy = german(Some("shop"));
        let at = |now: &str| Context { policy: &policy, locations: &LOCATIONS, now: t(now) };
        let day = at("2026-06-05 11:00");
        let lacks = Refused::SkillLacks { user: user("bo"), queue: "Duits".into(), skill: "de".into() };
        assert_eq!(day.may_get(&case, &give("bo"), 0, Role::Agent), Err(lacks.clone()));
        assert_eq!(day.may_get(&case, &give("bo"), 0, Role::Lead), Err(lacks), "a lead is warned too");
        assert_eq!(day.may_get(&case, &give("kim"), 0, Role::Agent), Ok(()));
        assert_eq!(day.may_get(&case, &beyond, 0, Role::Agent), Ok(()));
        // The shop opens at ten.
        let early = at("2026-06-06 09:00");
        let shut = Err(Refused::QueueClosed { queue: "Duits".into() });
        assert_eq!(early.may_get(&case, &give("kim"), 0, Role::Agent), shut);
        let past = Command::AssignBeyond { to: user("kim") };
        assert_eq!(early.may_get(&case, &past, 0, Role::Agent), Ok(()));
        let mut urgent = case.clone();
        let points = crate::rank::Overrule {
            points: policy.urgent_points,
            by: user("lead"),
            reason: "gas".into(),
            at: t("2026-06-05 10:05"),
        };
        urgent.priority.overruled = Some(points);
        assert_eq!(early.may_get(&urgent, &give("kim"), 0, Role::Agent), Ok(()), "urgent cases do not wait");
    }
}
