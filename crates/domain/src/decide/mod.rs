//! What happens to a case: facts that come in and commands of people, each a pure function from a case to a
//! [`Decision`].
//!
//! Every decision first lets time pass up to its own moment ([`crate::advance`]), so that a clock that ran out before
//! somebody acted is on record as run out, and ends by working out rank, next date and effects anew. So no caller can
//! forget any of these.

mod arrive;
mod close;
mod command;
mod correct;
mod hand_over;
mod promise;
mod propose;
mod refused;
mod rejudge;
mod reply;
mod snooze;
mod split_merge;
mod talk;
mod ticket;
pub(crate) mod work;

use crate::case::Case;
use crate::effect::Effect;
use crate::event::CaseEvent;

pub use arrive::{add_mention, open, revise, take_in, withdraw};
pub use command::{Command, PrivateStep, command, may_regroup};
pub use correct::{Correction, correct, keep_corrections};
pub use propose::propose;
pub use refused::Refused;
pub use rejudge::{Again, may_still_open, open_late, rejudge};
pub use reply::{News, ReplyCommand, reply, reply_news};
pub use split_merge::{merge, split};

/// What is to be committed together: the case as it is now, the new lines of its history and what goes out.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Decision {
    /// The case as it is now.
    pub case: Case,
    /// The new lines of its history, in order; see [`Decision::numbered`].
    pub events: Vec<CaseEvent>,
    /// What goes out. Keys are unique for ever, so a commit that is decided again yields the same ones.
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Each new line with its number within the history of the case, counted from 0.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &CaseEvent)> {
        let new = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        (self.case.events.saturating_sub(new)..).zip(&self.events)
    }
    /// This one, and then one that was decided on the case it leaves.
    pub fn then(mut self, next: Decision) -> Self {
        self.events.extend(next.events);
        self.effects.extend(next.effects);
        Self { case: next.case, ..self }
    }
    /// Whether anything happened. A decision without events leaves nothing to commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.effects.is_empty()
    }
}

/// Texts that people type are cut off by nobody: above so many letters they are refused.
pub const MAX_TEXT: usize = 10_000;

#[cfg(test)]
mod tests;
