//! People and programs that log in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{LocationId, TeamId, UserId};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on cases of all locations.
    Agent,
    /// Works on cases and leads a queue: silences, re-assignment, dead letters.
    Lead,
    /// Reads everything, works on nothing.
    Marketing,
    /// Works on cases of the own locations only.
    Franchisee,
    /// Everything, also users, tokens and sources.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Role::Agent, Role::Lead, Role::Marketing, Role::Franchisee, Role::Admin];
    /// The name used in records, configuration and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Lead => "lead",
            Role::Marketing => "marketing",
            Role::Franchisee => "franchisee",
            Role::Admin => "admin",
        }
    }
    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
    /// May change cases.
    #[must_use]
    pub fn works_cases(self) -> bool {
        !matches!(self, Role::Marketing)
    }
    /// May silence, repeat dead letters, change the rank of what others own.
    #[must_use]
    pub fn leads(self) -> bool {
        matches!(self, Role::Lead | Role::Admin)
    }
    /// May see sources, outbox and alerts of the whole company.
    #[must_use]
    pub fn sees_operations(self) -> bool {
        !matches!(self, Role::Franchisee)
    }
    /// May manage users, tokens and settings.
    #[must_use]
    pub fn administers(self) -> bool {
        matches!(self, Role::Admin)
    }
}

/// A person who logs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The login name.
    pub id: UserId,
    /// The name people read.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// The locations he may see (with all below them); empty means all, and is refused for a franchisee.
    #[serde(default)]
    pub locations: Vec<LocationId>,
    /// The team he works in.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// The interface language, `nl` or `en`.
    #[serde(default)]
    pub lang: Option<String>,
    /// The argon2id hash of the password in PHC text; absent = cannot log in.
    #[serde(default)]
    pub password: Option<String>,
    /// Since when he may not log in.
    #[serde(default)]
    pub disabled: Option<Timestamp>,
}

impl User {
    /// Can log in and manage people: without anybody like that only the command line is left.
    #[must_use]
    pub fn can_administer(&self) -> bool {
        self.role.administers() && self.disabled.is_none() && self.password.is_some()
    }
}
