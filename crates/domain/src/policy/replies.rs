//! How replies are written, checked and approved.

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::ids::{LocationId, TeamId};
use crate::location::Locations;
use crate::mention::Channel;
use crate::user::Role;

/// The company's rules for public replies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplyRules {
    /// An opening that so many of our latest replies begin with is shown as a robot's; 0 never.
    pub robot_after: u32,
    /// Our own public addresses and phone numbers: the only ones that may stand in a reply.
    pub contacts: Vec<String>,
    /// Whether people may post replies by hand, or say that they did: text copied, post opened. Without it replies go
    /// through Gehoor's channels alone.
    pub by_hand: bool,
    /// Whose replies a second person approves.
    pub approvals: Vec<Approval>,
    /// Texts to begin with.
    pub blocks: Vec<BuildingBlock>,
}

impl Default for ReplyRules {
    fn default() -> Self {
        Self {
            robot_after: 3,
            contacts: Vec::new(),
            by_hand: true,
            approvals: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

/// Replies that a second person approves before they go out. Every list that is empty means all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// Of cases of these teams.
    pub teams: Vec<TeamId>,
    /// On these channels.
    pub channels: Vec<Channel>,
    /// Written by these roles.
    pub roles: Vec<Role>,
    /// Only from so many points; danger and threats of law weigh much.
    pub from_points: f32,
    /// Only a team lead or an administrator approves; otherwise any colleague does.
    pub lead: bool,
}

/// A text to begin a reply with. Every list that is empty means all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildingBlock {
    /// Its name in addresses and forms.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// The text; may hold `{first_name}`, `{name}`, `{location}`, `{brand}`, `{agent}` and `{initials}`.
    pub text: String,
    /// The language it is written in, `nl`, `en`, `de` or `fr`; none fits every customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// For cases of these teams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// For cases of these locations and all below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<LocationId>,
    /// On these channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
}

impl BuildingBlock {
    /// Whether it is meant for that case, whose customer writes in `lang`.
    #[must_use]
    pub fn fits(&self, case: &Case, lang: Option<&str>, locations: &Locations) -> bool {
        let in_place =
            || case.location().is_some_and(|at| locations.with_descendants(&self.locations).contains(at));
        (self.teams.is_empty() || self.teams.contains(&case.team))
            && (self.channels.is_empty() || self.channels.contains(&case.channel))
            && (self.locations.is_empty() || in_place())
            && (self.lang.is_none() || lang.is_none() || self.lang.as_deref() == lang)
    }
}

impl ReplyRules {
    /// The rule that asks for a second person, if one does; the strictest of several.
    #[must_use]
    pub fn approval(&self, case: &Case, author: Role) -> Option<&Approval> {
        let fits = |rule: &&Approval| {
            (rule.teams.is_empty() || rule.teams.contains(&case.team))
                && (rule.channels.is_empty() || rule.channels.contains(&case.channel))
                && (rule.roles.is_empty() || rule.roles.contains(&author))
                && case.priority.total >= rule.from_points
        };
        self.approvals.iter().filter(fits).max_by_key(|rule| rule.lead)
    }

    /// Every mistake, each named by its key.
    pub(super) fn check(&self, bad: &mut Vec<String>) {
        for (at, block) in self.blocks.iter().enumerate() {
            if block.id.is_empty()
                || !block.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            {
                bad.push(format!(
                    "building_block `{}`: `id` is made of letters, digits, `-` and `_`",
                    block.id
                ));
            }
            if block.text.trim().is_empty() {
                bad.push(format!("building_block `{}`: `text` is empty", block.id));
            }
            let twin = |other: &&BuildingBlock| other.id == block.id && other.lang == block.lang;
            if self.blocks.iter().take(at).any(|other| twin(&other)) {
                bad.push(format!("building_block `{}`: configured twice for one language", block.id));
            }
        }
    }
}
