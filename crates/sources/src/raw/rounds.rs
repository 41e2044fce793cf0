//! How lists that show the newest first are walked, one or many of them in one source (shops, apps, countries).
//!
//! *New things come first*: a round looks at the head of every list and walks down until something known appears,
//! and one page further, because what was deleted meanwhile has moved the rest up. *Then the backlog*: a slow walk
//! through all pages of the window, one page a list in turn. The first slow walk is the backfill; later ones find the
//! edits and the items that a list ordered by creation does not bring back to its head. A slow walk that takes long
//! is interrupted by further rounds.
//!
//! A place in a list is a text that its plug understands (a page number, an offset, a token). Tokens that do not live
//! long are dropped, and the walk of that list begins again from its head: slower, and nothing is missed.

use std::collections::BTreeMap;

use gehoor_wire::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plug::{Next, Page, Source, Warning};
use crate::raw::{self, part};

/// Names of the head that are remembered of each list. Few, because a source may have hundreds of lists, and because a
/// page that lies below the last look as a whole ends the walk too, should all of these have been deleted.
const MOST_KNOWN: usize = 12;
/// Pages of one look at the head; what lies below is left to the slow walk.
const MOST_HEAD: u32 = 100;
/// Pages of one slow walk.
const MOST_PAGES: u32 = 5_000;
/// Empty pages in a row, after which a list has ended whatever it says.
const MOST_EMPTY: u32 = 10;
/// A look at the head has seen everything when it reaches this far below the last look.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// A slow walk is interrupted after this for what is new.
const HEAD_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How the lists of a source are walked.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// How far back the slow walk goes; `None` goes to the end.
    pub(crate) window: Option<SignedDuration>,
    /// How often the slow walk is repeated; `None` after the backfill never, where edits come back to the head.
    pub(crate) sweep_every: Option<SignedDuration>,
    /// How long a place in a list stays good; `None` for page numbers and the like.
    pub(crate) place_holds: Option<SignedDuration>,
    /// Whether the list is ordered, newest first; one that is not is read whole at every round.
    pub(crate) ordered: bool,
}

/// What a page showed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Names of its entries; with the time of the edit, where edits come back to the head.
    pub(crate) marks: Vec<String>,
    /// Where the next page is; `None` when this was the last.
    pub(crate) next: Option<String>,
    /// The latest of the dates that the list is ordered by: when it lies below, so does the whole page. (A single early
    /// date says nothing: lists get items that were made long ago.)
    pub(crate) newest: Option<Timestamp>,
    /// When it was received.
    pub(crate) at: Timestamp,
}

impl Seen {
    /// Counts an entry of the page in.
    pub(crate) fn note(&mut self, mark: String, date: Option<Timestamp>) {
        self.marks.push(mark);
        self.newest = self.newest.max(date);
    }
}

/// Where the lists of a source got to: its cursor, or part of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Rounds {
    /// When the round under way began.
    #[serde(skip_serializing_if = "Option::is_none")]
    began: Option<Timestamp>,
    /// What is asked next; nothing between two polls.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<Turn>,
    lists: BTreeMap<String, List>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Turn {
    /// The head of a list; `found` are the names on its first page, `reached` says that something known was seen.
    Head { list: String, place: Place, found: Vec<String>, reached: bool },
    /// The slow walk of a list.
    Slow { list: String },
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct List {
    known: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    looked: Option<Timestamp>,
    /// When its head was refused last; none once it is answered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Timestamp>,
    /// When the last slow walk began.
    #[serde(skip_serializing_if = "Option::is_none")]
    swept: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<Place>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// `None` is the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// When the server named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    pages: u32,
    empty: u32,
    /// Digest of the page before.
    last: String,
}

impl Place {
    fn is_stale(&self, rules: &Rules, now: Timestamp) -> bool {
        let holds = rules.place_holds.filter(|_| self.to.is_some());
        holds.is_some_and(|span| self.since.is_none_or(|since| now.duration_since(since) > span))
    }

    /// The place after a page; `None` when the list ends there.
    fn after(&self, seen: &Seen, rules: &Rules) -> Option<Place> {
        let next = seen.next.clone()?;
        let empty = if seen.marks.is_empty() { self.empty + 1 } else { 0 };
        let last = raw::digest(seen.marks.iter().map(String::as_str));
        // A server that does not understand places gives the same page again and again.
        let same = !seen.marks.is_empty() && last == self.last || self.to.as_ref() == Some(&next);
        // From a stale place the walk began again: it comes by the same pages and places.
        let ends = empty >= MOST_EMPTY || same && !self.is_stale(rules, seen.at);
        (!ends).then(|| Place {
            to: Some(next),
            since: Some(seen.at),
            pages: self.pages.saturating_add(1),
            empty,
            last,
        })
    }
}

impl Rounds {
    /// Which list is asked next, and where in it: `None` is its head.
    pub(crate) fn position(
        &self,
        lists: &[String],
        rules: &Rules,
        now: Timestamp,
    ) -> (String, Option<String>) {
        let (list, place) = match &self.turn {
            Some(Turn::Head { list, place, .. }) => (Some(list), Some(place)),
            Some(Turn::Slow { list }) => (Some(list), self.lists.get(list).and_then(|l| l.slow.as_ref())),
            None => (None, None),
        };
        match list.filter(|list| lists.contains(list)) {
            Some(list) => {
                let place = place.filter(|place| !place.is_stale(rules, now));
                (list.clone(), place.and_then(|place| place.to.clone()))
            }
            None => (lists.first().cloned().unwrap_or_default(), None),
        }
    }

    /// When the head of a list was looked at last.
    pub(crate) fn looked(&self, list: &str) -> Option<Timestamp> {
        self.lists.get(list)?.looked
    }

    /// Goes on from a page of the list that [`Self::position`] named.
    pub(crate) fn step(
        mut self,
        lists: &[String],
        seen: &Seen,
        rules: &Rules,
        warnings: &mut Vec<Warning>,
    ) -> Next {
        let (list, _) = self.position(lists, rules, seen.at);
        // Lists that are no longer configured are forgotten.
        self.lists.retain(|name, _| lists.contains(name));
        let begin = || (Place::default(), Vec::new(), false);
        match self.turn.take() {
            Some(Turn::Slow { list: of }) if of == list => self.slow(&list, seen, rules, warnings),
            Some(Turn::Head { list: of, place, found, reached }) if of == list => {
                self.head(&list, (place, found, reached), seen, rules);
            }
            _ => self.head(&list, begin(), seen, rules),
        }
        if self.turn.is_none() {
            self.turn = self.next_turn(&list, lists, seen.at);
        }
        self.go_on()
    }

    fn go_on(mut self) -> Next {
        match &self.turn {
            Some(_) => Next::More(raw::cursor(&self)),
            None => {
                self.began = None;
                Next::CaughtUp(raw::cursor(&self))
            }
        }
    }

    /// Goes on although the list that [`Self::position`] named, or an older page of it, was refused. `None` when no list
    /// of this round was answered: then it is the source that is refused.
    ///
    /// An older page that is refused ends its walk: a look at the head leaves the rest to the slow walk, and a slow walk
    /// begins anew when it is due. A list whose head is refused is left out until the next round.
    fn pass_over(mut self, lists: &[String], rules: &Rules, at: Timestamp) -> Option<Next> {
        let (list, place) = self.position(lists, rules, at);
        self.lists.retain(|name, _| lists.contains(name));
        let of = self.lists.entry(list.clone()).or_default();
        match (self.turn.take(), place) {
            (Some(Turn::Head { found, .. }), Some(_)) => {
                if !found.is_empty() {
                    of.known = found;
                }
                (of.looked, of.refused, of.swept) = (Some(at), None, Some(at));
                of.slow = Some(Place::default());
            }
            (Some(Turn::Slow { .. }), Some(_)) => of.slow = None,
            _ => of.refused = Some(at),
        }
        let began = *self.began.get_or_insert(at);
        let was_answered = |list: &List| list.looked.is_some_and(|looked| looked >= began);
        if !self.lists.values().any(was_answered) {
            if at.duration_since(began) >= HEAD_EVERY {
                // The round is an old one that has failed: the others may be answered by now.
                self.began = Some(at);
            }
            self.turn = Some(self.next_turn(&list, lists, at)?);
        } else {
            self.turn = self.next_turn(&list, lists, at);
        }
        Some(self.go_on())
    }

    fn head(&mut self, name: &str, under_way: (Place, Vec<String>, bool), seen: &Seen, rules: &Rules) {
        let (place, mut found, reached) = under_way;
        self.began.get_or_insert(seen.at);
        let list = self.lists.entry(name.to_owned()).or_default();
        let first_time = list.looked.is_none();
        list.refused = None;
        if place.to.is_none() {
            found = seen.marks.iter().take(MOST_KNOWN).cloned().collect();
        }
        let next = place.after(seen, rules);
        let is_known = seen.marks.iter().any(|mark| list.known.contains(mark));
        let covered = list.looked.and_then(|at| at.checked_sub(OVERLAP).ok());
        let below = seen.newest.zip(covered).is_some_and(|(newest, covered)| newest < covered);
        let enough = rules.ordered && (reached || first_time || below);
        match next {
            Some(next) if !enough && next.pages < MOST_HEAD => {
                let reached = rules.ordered && is_known;
                self.turn = Some(Turn::Head { list: name.to_owned(), place: next, found, reached });
            }
            next => {
                let cut_off = next.is_some() && (first_time || !enough);
                // An empty head forgets nothing.
                if !found.is_empty() {
                    list.known = found;
                }
                list.looked = Some(seen.at);
                if next.is_none() && place.to.is_none() && !seen.marks.is_empty() {
                    // The whole list was on this page.
                    list.swept = Some(seen.at);
                    list.slow = None;
                } else if cut_off {
                    // Below lies what nobody has read: the backfill, or more news than a round takes.
                    list.slow = next.map(|next| Place { pages: 0, ..next });
                    list.swept = Some(seen.at);
                } else if list.slow.is_none() && is_due(list.swept, rules.sweep_every, seen.at) {
                    list.slow = Some(Place::default());
                    list.swept = Some(seen.at);
                }
            }
        }
    }

    fn slow(&mut self, name: &str, seen: &Seen, rules: &Rules, warnings: &mut Vec<Warning>) {
        let Some(list) = self.lists.get_mut(name) else { return };
        let place = list.slow.take().unwrap_or_default();
        let floor = rules.window.and_then(|window| seen.at.checked_sub(window).ok());
        let below = seen.newest.zip(floor).is_some_and(|(newest, floor)| newest < floor);
        let Some(next) = place.after(seen, rules).filter(|_| !(rules.ordered && below)) else { return };
        if next.pages >= MOST_PAGES {
            let problem = format!("has more than {MOST_PAGES} pages: the oldest were left out");
            warnings.push(Warning { item: format!("the list {name}"), problem });
            return;
        }
        list.slow = Some(next);
    }

    /// Who is next: a head that was not looked at in this round, else the next list with a backlog.
    fn next_turn(&mut self, after: &str, lists: &[String], now: Timestamp) -> Option<Turn> {
        let began = *self.began.get_or_insert(now);
        let state = |name: &String| self.lists.get(name);
        let unread = |from: Timestamp| {
            let before = |at: Option<Timestamp>| at.is_none_or(|at| at < from);
            lists.iter().find(|n| state(n).is_none_or(|list| before(list.looked) && before(list.refused)))
        };
        let is_refused = |list: &List| list.refused.is_some_and(|at| at >= began);
        let head = |list: &String| Turn::Head {
            list: list.clone(),
            place: Place::default(),
            found: Vec::new(),
            reached: false,
        };
        if let Some(list) = unread(began) {
            return Some(head(list));
        }
        let at = lists.iter().position(|name| name == after).map_or(0, |at| at + 1);
        let in_turn = lists.iter().cycle().skip(at).take(lists.len());
        let slow =
            in_turn.into_iter().find(|n| state(n).is_some_and(|l| l.slow.is_some() && !is_refused(l)))?;
        if now.duration_since(began) >= HEAD_EVERY
            && let Some(list) = unread(now)
        {
            let turn = head(list);
            self.began = Some(now);
            return Some(turn);
        }
        Some(Turn::Slow { list: slow.clone() })
    }
}

/// What a plug of such lists answers to a refusal; `name` names a list for people.
pub(crate) fn refused(
    source: &dyn Source,
    state: Rounds,
    (lists, rules): (&[String], &Rules),
    response: &Response,
    name: impl FnOnce(&str) -> String,
) -> Option<Page> {
    let why = part::refused(source, response)?;
    let (list, place) = state.position(lists, rules, response.at);
    let next = state.pass_over(lists, rules, response.at)?;
    let problem = if place.is_some() { part::page_below(&why) } else { why };
    Some(part::page(name(&list), problem, next))
}

fn is_due(last: Option<Timestamp>, every: Option<SignedDuration>, now: Timestamp) -> bool {
    match (last, every) {
        (None, _) => true,
        (Some(last), Some(every)) => now.duration_since(last) >= every,
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests;
