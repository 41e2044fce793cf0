//! The walk through the locations: the newest page of each first, then what changed, upwards.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{ALL, Kiyoh, MOST_PAGES, PAGE};
use crate::plug::Next;
use crate::raw;

/// A poll in which all locations were refused is begun anew after this.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// The cursor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// When the last poll that went through all locations began.
    pub(super) since: Option<Timestamp>,
    /// The poll under way.
    pub(super) began: Option<Timestamp>,
    turn: Option<Turn>,
    /// Locations that have more than their newest page.
    more: Vec<String>,
    /// Locations that were refused: where each was left, if it was ever read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    owed: BTreeMap<String, Option<Timestamp>>,
    /// Whether a location was answered in the poll under way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    heard: bool,
}

/// Where the poll under way is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Turn {
    pub(super) location: String,
    /// Upwards from here; the newest page when left out.
    pub(super) from: Option<Timestamp>,
    /// Reviews to pass over, where all locations are asked.
    pub(super) offset: usize,
    pages: u32,
    /// Digest of the page before.
    last: String,
}

/// The end of a poll, or the rest of it.
fn done(state: State, began: Timestamp) -> Next {
    if state.turn.is_some() {
        return Next::More(raw::cursor(&state));
    }
    Next::CaughtUp(raw::cursor(&State { since: Some(began), owed: state.owed, ..State::default() }))
}

/// What a page held.
pub(super) struct Found {
    pub(super) count: usize,
    pub(super) newest: Option<Timestamp>,
    pub(super) total: Option<usize>,
    pub(super) digest: String,
}

impl Kiyoh {
    /// The turn that a state is at.
    pub(super) fn turn(&self, state: &State) -> Turn {
        let known = state.turn.clone().filter(|turn| self.locations.contains(&turn.location));
        known.unwrap_or_else(|| self.begin(self.locations.first().map_or(ALL, String::as_str), state))
    }

    /// The first page of a location in an ordinary poll.
    fn begin(&self, location: &str, state: &State) -> Turn {
        let since = state.owed.get(location).copied().unwrap_or(state.since);
        let from = since.and_then(|since| since.checked_sub(self.overlap).ok());
        Turn { location: location.to_owned(), from, ..Turn::default() }
    }

    /// The turn after a location is done, and whether there is one.
    fn next_location(&self, state: &mut State, done: &Turn, at: Timestamp) -> Option<Turn> {
        let after = self.locations.iter().position(|l| *l == done.location).map_or(0, |at| at + 1);
        let newest_pages = state.since.is_none() && done.from.is_none();
        if (newest_pages || state.since.is_some())
            && let Some(next) = self.locations.get(after)
        {
            return Some(self.begin(next, state));
        }
        // The backlog of the first poll.
        if state.more.is_empty() {
            return None;
        }
        let location = state.more.remove(0);
        Some(Turn { location, from: at.checked_sub(self.window).ok(), ..Turn::default() })
    }

    pub(super) fn step(&self, mut state: State, found: &Found, at: Timestamp) -> Next {
        let turn = self.turn(&state);
        let began = *state.began.get_or_insert(at);
        let again = turn.pages > 0 && found.digest == turn.last;
        let is_all = turn.location == ALL;
        let goes_on = match (is_all, turn.from) {
            _ if found.count == 0 || again || turn.pages >= MOST_PAGES => None,
            (true, from) if found.count >= PAGE => Some((from, turn.offset + found.count)),
            (true, _) => None,
            // The newest page: what lies below is left until every location has been heard.
            (false, None) => {
                let has_more = found.total.map_or(found.count >= PAGE, |total| total > found.count);
                if has_more && !state.more.contains(&turn.location) {
                    state.more.push(turn.location.clone());
                }
                None
            }
            // Not only while pages are full: nobody says how many a page holds at most.
            (false, Some(from)) => {
                found.newest.filter(|newest| *newest > from).map(|newest| (Some(newest), 0))
            }
        };
        state.heard = true;
        if goes_on.is_none() {
            state.owed.remove(&turn.location);
        }
        state.turn = match goes_on {
            Some((from, offset)) => {
                let (pages, last) = (turn.pages + 1, found.digest.clone());
                Some(Turn { location: turn.location, from, offset, pages, last })
            }
            None => self.next_location(&mut state, &turn, at),
        };
        done(state, began)
    }

    /// Goes on although the location under way was refused; `None` when none of this poll was answered. It is asked
    /// again with the next poll, from where it was left.
    pub(super) fn pass_over(&self, mut state: State, at: Timestamp) -> Option<Next> {
        let turn = self.turn(&state);
        let began = *state.began.get_or_insert(at);
        let left = state.owed.get(&turn.location).copied().unwrap_or(state.since);
        state.owed.insert(turn.location.clone(), left);
        state.more.retain(|location| *location != turn.location);
        state.turn = self.next_location(&mut state, &turn, at);
        if state.turn.is_none() && !state.heard {
            // A poll that failed some time ago begins anew: the others may be answered by now.
            let is_old = at.duration_since(began) >= AGAIN;
            let first = self.locations.first().filter(|first| is_old && **first != turn.location)?;
            (state.began, state.turn) = (Some(at), Some(self.begin(first, &state)));
        }
        Some(done(state, began))
    }
}
