//! What is remembered of limits over a restart.
//!
//! A program that starts again would take every quota for full, forget who asked for patience and knock at once at
//! servers that are down. So whoever asks keeps this with what it found and hands it back when it starts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::breaker::Breaker;
use crate::gate::shown;

/// Whose limits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Those of a host, with its port.
    Host(String),
    /// Those of a credential, by the name in [`gehoor_wire::Request::credential`].
    Credential(String),
}

/// How much of a quota was used: what people look at. The limiter itself counts finer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Requests since then.
    pub requests: u32,
    /// When the stretch of the quota began: with the first request after the one before had ended.
    pub since: Timestamp,
    /// So many requests are allowed in such a stretch.
    pub of: u32,
    /// How long it is, in seconds.
    pub seconds: u64,
}

impl Used {
    /// As it stands at `now`: nothing is used of a stretch that has not begun.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self.is_over(now) {
            true => Self { requests: 0, since: now, ..self },
            false => self,
        }
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        // A clock that was set back begins a new one too.
        let passed = u64::try_from(now.duration_since(self.since).as_secs());
        passed.is_err() || passed.is_ok_and(|passed| passed >= self.seconds)
    }
}

/// What is known of the limits of one host or credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Whose.
    pub whose: Whose,
    /// When it was last asked.
    pub asked: Timestamp,
    /// How much of what may go at once was used up then.
    #[serde(default)]
    pub spent: u32,
    /// How much of the whole quota was used then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
    /// Not to be asked before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// Times in a row that it was refused for asking too much.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub strikes: u32,
    /// The health of a host.
    #[serde(default, skip_serializing_if = "is_well")]
    pub breaker: Breaker,
}

impl Kept {
    /// The name for people: the host without the usual ports, or the credential.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.whose {
            Whose::Host(host) => shown(host),
            Whose::Credential(name) => name,
        }
    }

    /// The host, with its port, if these are limits of one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match &self.whose {
            Whose::Host(host) => Some(host),
            Whose::Credential(_) => None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn is_well(breaker: &Breaker) -> bool {
    *breaker == Breaker::default()
}
