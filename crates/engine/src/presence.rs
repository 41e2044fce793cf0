//! Who is at a case now: reading it, or writing an answer. In memory only: it is gone with the process, and each mark
//! goes by itself when nobody renews it.
//!
//! Writing is a soft lock: a colleague is told, may take over, and cannot send without that.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gehoor_domain::case::Actor;
use gehoor_domain::event::What;
use gehoor_domain::ids::{CaseId, UserId};
use gehoor_store::Table;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::batch::read_prefix;
use crate::error::EngineError;
use crate::live::{Change, Changed};
use crate::views::Viewer;

/// A page with a script says every 20 seconds that it is still there.
const READING: SignedDuration = SignedDuration::from_secs(60);
/// Without a script nothing renews it: an answer is written within this time or the lock goes.
const TYPING: SignedDuration = SignedDuration::from_mins(5);
/// Cases and people that are remembered at most.
const MOST: usize = 10_000;
const PEOPLE: usize = 50;

/// What somebody does at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Has it open.
    Reading,
    /// Writes an answer.
    Typing,
}

/// Somebody at a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Present {
    /// Who.
    pub user: UserId,
    /// The name people read.
    pub name: String,
    /// What for.
    pub doing: Doing,
    /// Since when.
    pub since: Timestamp,
    /// Until when it counts unless it is renewed.
    pub until: Timestamp,
}

/// Why an answer is not sent now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum SendBlock {
    /// Somebody else is writing one.
    Answering {
        /// Who, as people read it.
        name: String,
        /// Since when.
        since: Timestamp,
    },
    /// Somebody else answered since the page was made.
    Answered {
        /// Who, as people read it.
        name: String,
        /// When.
        at: Timestamp,
    },
}

/// Everybody at every case.
#[derive(Default)]
pub(crate) struct Presence {
    inner: Mutex<HashMap<CaseId, Vec<Present>>>,
}

impl Presence {
    fn with<T>(&self, case: CaseId, now: Timestamp, work: impl FnOnce(&mut Vec<Present>) -> T) -> T {
        let mut all = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MOST {
            all.retain(|_, people| people.iter().any(|p| p.until > now));
        }
        let people = all.entry(case).or_default();
        people.retain(|p| p.until > now);
        let done = work(people);
        if people.is_empty() {
            all.remove(&case);
        }
        done
    }
}

impl Engine {
    /// Somebody is at a case; gives the others who are. Renewed by asking again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn be_present(
        &self,
        viewer: &Viewer,
        case: CaseId,
        doing: Doing,
    ) -> Result<Vec<Present>, EngineError> {
        let (_, known) = self.visible_case(viewer, case)?;
        let now = self.now();
        let span = if doing == Doing::Typing { TYPING } else { READING };
        let until = now.checked_add(span).unwrap_or(now);
        let (news, others) = self.inner.presence.with(case, now, |people| {
            let mut news = false;
            let room = people.len() < PEOPLE;
            match people.iter_mut().find(|p| p.user == viewer.user) {
                Some(me) => {
                    news = me.doing != doing;
                    if news {
                        me.since = now;
                    }
                    (me.doing, me.until) = (doing, until);
                }
                None if room => {
                    news = true;
                    let (user, name) = (viewer.user.clone(), viewer.name.clone());
                    people.push(Present { user, name, doing, since: now, until });
                }
                None => {}
            }
            (news, people.iter().filter(|p| p.user != viewer.user).cloned().collect())
        });
        if news {
            self.tell_presence(case, known.location().cloned());
        }
        Ok(others)
    }

    /// Somebody has a case open: as [`Engine::be_present`], and who writes goes on writing.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn has_open(&self, viewer: &Viewer, case: CaseId) -> Result<(), EngineError> {
        let writes = self.inner.presence.with(case, self.now(), |people| {
            people.iter().any(|p| p.user == viewer.user && p.doing == Doing::Typing)
        });
        if !writes {
            self.be_present(viewer, case, Doing::Reading)?;
        }
        Ok(())
    }

    /// What was written is sent, or somebody else's by now: who wrote it only reads from here on.
    pub(crate) fn stop_writing(&self, viewer: &Viewer, case: CaseId) {
        let now = self.now();
        let until = now.checked_add(READING).unwrap_or(now);
        let wrote = self.inner.presence.with(case, now, |people| {
            let me = people.iter_mut().find(|p| p.user == viewer.user && p.doing == Doing::Typing);
            let wrote = me.is_some();
            if let Some(me) = me {
                (me.doing, me.since, me.until) = (Doing::Reading, now, until);
            }
            wrote
        });
        if wrote {
            // It may have gone to a shop that they do not see: then only head office is told.
            let place = self.visible_case(viewer, case).ok().and_then(|(_, known)| known.location().cloned());
            self.tell_presence(case, place);
        }
    }

    /// Somebody left a case.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn leave(&self, viewer: &Viewer, case: CaseId) -> Result<(), EngineError> {
        let (_, known) = self.visible_case(viewer, case)?;
        self.inner.presence.with(case, self.now(), |people| people.retain(|p| p.user != viewer.user));
        self.tell_presence(case, known.location().cloned());
        Ok(())
    }

    /// The others who are at a case now.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn who(&self, viewer: &Viewer, case: CaseId) -> Result<Vec<Present>, EngineError> {
        self.visible_case(viewer, case)?;
        Ok(self.inner.presence.with(case, self.now(), |people| {
            people.iter().filter(|p| p.user != viewer.user).cloned().collect()
        }))
    }

    /// Takes the writing over from whoever does it: they read from now on, and are told.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn take_over_writing(&self, viewer: &Viewer, case: CaseId) -> Result<(), EngineError> {
        let (_, known) = self.visible_case(viewer, case)?;
        let now = self.now();
        self.inner.presence.with(case, now, |people| {
            for other in people.iter_mut().filter(|p| p.user != viewer.user) {
                other.doing = Doing::Reading;
            }
        });
        self.be_present(viewer, case, Doing::Typing)?;
        self.tell_presence(case, known.location().cloned());
        Ok(())
    }

    /// Whether an answer may be sent now from a page that was made of this version of the case.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn send_block(
        &self,
        viewer: &Viewer,
        id: CaseId,
        version: Option<u64>,
    ) -> Result<Option<SendBlock>, EngineError> {
        let (now_version, _) = self.visible_case(viewer, id)?;
        if let Some(seen) = version.filter(|seen| *seen < now_version)
            && let Some(block) = self.answered_since(viewer, id, seen)?
        {
            return Ok(Some(block));
        }
        // Who began first may send; two who began to write both have their lock, the earlier one holds.
        let now = self.now();
        Ok(self.inner.presence.with(id, now, |people| {
            let mine =
                people.iter().find(|p| p.user == viewer.user && p.doing == Doing::Typing).map(|p| p.since);
            let other = people
                .iter()
                .filter(|p| p.user != viewer.user && p.doing == Doing::Typing)
                .min_by_key(|p| p.since)?;
            let first = mine.is_none_or(|mine| other.since < mine);
            first.then(|| SendBlock::Answering { name: other.name.clone(), since: other.since })
        }))
    }

    fn answered_since(
        &self,
        viewer: &Viewer,
        id: CaseId,
        seen: u64,
    ) -> Result<Option<SendBlock>, EngineError> {
        let entry = self.store().follow(seen.saturating_sub(1), 1)?;
        let Some(made) = entry.first().map(|entry| entry.at) else { return Ok(None) };
        let prefix = format!("{}/", id.key());
        let history =
            read_prefix::<gehoor_domain::case::CaseEvent>(self.store(), Table::CaseEvent, &prefix, 5_000)?;
        let me = Actor::User(viewer.user.clone());
        let last = history.into_iter().rev().map(|(_, event)| event).find(|event| {
            matches!(&event.what, What::Replied { text, .. } if !text.is_empty())
                && event.at > made
                && event.by != me
        });
        let Some(event) = last else { return Ok(None) };
        let name = match &event.by {
            Actor::User(user) => {
                let known = self.users()?.into_iter().find(|row| row.user.id == *user);
                known.map_or_else(|| user.to_string(), |row| row.user.name)
            }
            Actor::Gehoor | Actor::Outlet(_) => "Gehoor".to_owned(),
        };
        Ok(Some(SendBlock::Answered { name, at: event.at }))
    }

    fn tell_presence(&self, case: CaseId, location: Option<gehoor_domain::ids::LocationId>) {
        let change = Change { seq: self.head(), changed: Changed::Presence(case), location, fresh: false };
        // No reader is no reason to stop.
        let _ = self.inner.feed.send(change);
    }
}
