//! What every decision needs beside the case: the rules, the shops and the time.

use jiff::{SignedDuration, Timestamp};

use crate::assessment::Responsible;
use crate::ids::{LocationId, TeamId};
use crate::location::Locations;
use crate::mention::Channel;
use crate::policy::{Calendar, Norm, Norms, Policy, Team};

/// The name under which the calendar of a team is looked for when the team names none.
const DEFAULT: &str = "default";

/// The rules, the shops and the time: an argument of every decision.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The company's rules.
    pub policy: &'a Policy,
    /// The shops, for the team that answers for each.
    pub locations: &'a Locations,
    /// The time at which it is decided.
    pub now: Timestamp,
}

impl<'a> Context<'a> {
    /// The same rules at another time.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self { now, ..*self }
    }
    /// A calendar by name; every hour counts when there is none of that name.
    #[must_use]
    pub fn calendar(&self, name: &str) -> &'a Calendar {
        self.policy.calendar(name)
    }
    /// A team by name.
    #[must_use]
    pub fn team(&self, id: &TeamId) -> Option<&'a Team> {
        self.policy.teams.iter().find(|t| t.id == *id)
    }
    /// The name of a team's calendar.
    #[must_use]
    pub fn calendar_name(&self, team: &TeamId) -> &'a str {
        self.team(team).map_or(DEFAULT, |t| t.calendar.as_str())
    }
    /// A team's calendar.
    #[must_use]
    pub fn team_calendar(&self, team: &TeamId) -> &'a Calendar {
        self.calendar(self.calendar_name(team))
    }
    /// A moment so much working time of a team after another.
    #[must_use]
    pub fn after(&self, team: &TeamId, from: Timestamp, working: SignedDuration) -> Timestamp {
        self.team_calendar(team).add(from, working)
    }
    /// How fast we answer on a channel.
    #[must_use]
    pub fn norms(&self, channel: Channel) -> &'a Norms {
        self.policy.channel_norms.get(&channel).unwrap_or(&self.policy.norms)
    }
    /// The name of the calendar in which a norm counts for a team.
    #[must_use]
    pub fn norm_calendar(&self, norm: &'a Norm, team: &TeamId) -> &'a str {
        norm.calendar.as_deref().unwrap_or_else(|| self.calendar_name(team))
    }
    /// Who gets what belongs to nobody else: the first team.
    #[must_use]
    pub fn first_team(&self) -> TeamId {
        self.policy.teams.first().map_or_else(TeamId::nobody, |t| t.id.clone())
    }
    /// The team that answers for a shop: its own, else that of the nearest region above it, else the first team.
    #[must_use]
    pub fn team_of(&self, location: Option<&LocationId>) -> TeamId {
        let mut at = location.and_then(|id| self.locations.get(id));
        while let Some(here) = at {
            if let Some(team) = here.team.as_ref().filter(|t| self.team(t).is_some()) {
                return team.clone();
            }
            at = here.parent.as_ref().and_then(|id| self.locations.get(id));
        }
        self.first_team()
    }
    /// Whose queue a case goes to. A shop answers for what is its own; what head office, a carrier or a supplier has
    /// to solve goes to the team of head office (`hq`), also when it happened at a shop.
    #[must_use]
    pub fn route(&self, location: Option<&LocationId>, responsible: Responsible) -> TeamId {
        match responsible {
            Responsible::Location | Responsible::Unknown => self.team_of(location),
            Responsible::Headquarters | Responsible::Carrier | Responsible::Supplier => {
                let hq = self.locations.iter().find(|l| l.id.as_str() == "hq");
                self.team_of(hq.map(|l| &l.id))
            }
        }
    }
}
