//! Where a Mastodon source got to, and where it goes next.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plug::{Next, Warning};
use crate::raw;

/// Pages of one poll. At 40 posts each this is a day of a very loud hashtag; the rest is read by the next polls.
pub(super) const MOST_PAGES: u32 = 100;
/// Known ids and thread roots that are kept.
const MOST_KNOWN: usize = 100;
/// How far the daily look back goes, and how often it is done.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The cursor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// The highest id so far, where ids carry time.
    newest: Option<String>,
    /// When the last day was read again.
    deep: Option<Timestamp>,
    /// The ids of the newest page, where ids carry no time.
    known: Vec<String>,
    /// The first known post of recent replies: (id of the reply, id of the first post).
    pub(super) roots: Vec<(String, String)>,
    /// The walk that is under way.
    walk: Option<Walk>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Walk {
    /// From an old id to newer ones.
    Up { above: String, pages: u32 },
    /// From the newest page to older ones; `found` are the ids of that newest page, `clock` says whether they
    /// carry time.
    Down { below: String, pages: u32, found: Vec<String>, clock: bool },
}

/// The newest page, where a walk down began.
struct Found {
    ids: Vec<String>,
    clock: bool,
}

/// What a page showed.
pub(super) struct Seen {
    /// The ids in the order of the page.
    pub(super) ids: Vec<String>,
    /// Whether they carry the time.
    pub(super) clock: bool,
    /// Whether there are older pages.
    pub(super) older: Older,
    /// When it was received.
    pub(super) at: Timestamp,
}

/// What the server says about older pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Older {
    /// Nothing.
    NotSaid,
    /// There are none.
    None,
    /// Those below this id.
    Below(String),
}

impl State {
    /// The parameter that says where the page is to begin; none for the newest page.
    pub(super) fn position(&self, now: Timestamp, overlap: SignedDuration) -> Option<(&'static str, String)> {
        match (&self.walk, &self.newest) {
            (Some(Walk::Up { above, .. }), _) => Some(("min_id", above.clone())),
            (Some(Walk::Down { below, .. }), _) => Some(("max_id", below.clone())),
            (None, Some(newest)) => {
                let look_back = if self.deep_is_due(now) { A_DAY } else { overlap };
                let floor = id_at(now - look_back);
                let lower = if order(&floor, newest) == Ordering::Less { floor } else { newest.clone() };
                Some(("min_id", lower))
            }
            (None, None) => None,
        }
    }

    fn deep_is_due(&self, now: Timestamp) -> bool {
        self.deep.is_none_or(|last| now.duration_since(last) >= A_DAY)
    }

    /// Goes on from a page: more of it, or done for now.
    pub(super) fn step(mut self, page: &Seen, backfill_pages: u32, warnings: &mut Vec<Warning>) -> Next {
        match self.walk.take() {
            Some(Walk::Up { above, pages }) => self.up(page, Some(above), pages, warnings),
            None if self.newest.is_some() => {
                if self.deep_is_due(page.at) {
                    self.deep = Some(page.at);
                }
                self.up(page, None, 0, warnings)
            }
            None => {
                let first_run = self.known.is_empty();
                if first_run {
                    self.deep = Some(page.at);
                }
                let most = if first_run { backfill_pages } else { MOST_PAGES };
                let found = Found { ids: page.ids.clone(), clock: page.clock };
                self.down(page, found, 0, most, warnings)
            }
            Some(Walk::Down { pages, found, clock, .. }) => {
                let found = Found { ids: found, clock };
                let most = if self.known.is_empty() { backfill_pages } else { MOST_PAGES };
                // A server that does not know `max_id` gives the newest page again and again.
                if page.ids.iter().all(|id| found.ids.contains(id)) {
                    return self.arrive(found);
                }
                self.down(page, found, pages, most, warnings)
            }
        }
    }

    fn up(mut self, page: &Seen, above: Option<String>, pages: u32, warnings: &mut Vec<Warning>) -> Next {
        let top = page.ids.iter().max_by(|a, b| order(a, b)).cloned();
        let Some(top) = top else { return Next::CaughtUp(raw::cursor(&self)) };
        if !page.clock {
            // The server changed its software: its ids no longer say when.
            self.newest = None;
            self.known.clone_from(&page.ids);
            self.known.truncate(MOST_KNOWN);
            return Next::CaughtUp(raw::cursor(&self));
        }
        if self.newest.as_ref().is_none_or(|newest| order(newest, &top) == Ordering::Less) {
            self.newest = Some(top.clone());
        }
        let stands_still = above.is_some_and(|above| order(&top, &above) != Ordering::Greater);
        if stands_still || pages + 1 >= MOST_PAGES {
            if !stands_still {
                warnings.push(too_many());
            }
            return Next::CaughtUp(raw::cursor(&self));
        }
        self.walk = Some(Walk::Up { above: top, pages: pages + 1 });
        Next::More(raw::cursor(&self))
    }

    fn down(mut self, page: &Seen, found: Found, pages: u32, most: u32, warnings: &mut Vec<Warning>) -> Next {
        let reached = page.ids.iter().any(|id| self.known.contains(id));
        let below = match &page.older {
            Older::None => None,
            Older::Below(id) => Some(id.clone()),
            // Ids with a clock are compared; others come newest first, as the API promises.
            Older::NotSaid if found.clock => page.ids.iter().min_by(|a, b| order(a, b)).cloned(),
            Older::NotSaid => page.ids.last().cloned(),
        };
        let Some(below) = below.filter(|_| !page.ids.is_empty() && !reached) else {
            return self.arrive(found);
        };
        if pages + 1 >= most {
            if most == MOST_PAGES {
                warnings.push(too_many());
            }
            return self.arrive(found);
        }
        self.walk = Some(Walk::Down { below, pages: pages + 1, found: found.ids, clock: found.clock });
        Next::More(raw::cursor(&self))
    }

    /// Remembers the newest page, never an empty one: that would forget everything.
    fn arrive(mut self, mut found: Found) -> Next {
        if found.clock
            && let Some(top) = found.ids.iter().max_by(|a, b| order(a, b))
        {
            self.newest = Some(top.clone());
            self.known.clear();
        } else if !found.ids.is_empty() {
            found.ids.truncate(MOST_KNOWN);
            self.known = found.ids;
        }
        Next::CaughtUp(raw::cursor(&self))
    }

    /// The first known post of the thread in which `id` stands.
    pub(super) fn remember(roots: &mut Vec<(String, String)>, id: &str, root: &str) {
        if roots.iter().any(|(reply, _)| reply == id) {
            return;
        }
        roots.push((id.to_owned(), root.to_owned()));
        let over = roots.len().saturating_sub(MOST_KNOWN);
        roots.drain(..over);
    }
}

fn too_many() -> Warning {
    Warning {
        item: "the poll".to_owned(),
        problem: format!("more than {MOST_PAGES} pages: the oldest of them were left out"),
    }
}

/// Orders ids that are numbers: by length, then as text; they outgrow no integer that way.
fn order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The lowest id of a moment: milliseconds since 1970, shifted by 16 bits (mastodon/lib/mastodon/snowflake.rb).
fn id_at(at: Timestamp) -> String {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    (millis << 16).to_string()
}

/// The moment in an id, if it is a number of that form.
pub(super) fn time_of(id: &str) -> Option<Timestamp> {
    if !(15..=19).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = id.parse().ok()?;
    Timestamp::from_millisecond(i64::try_from(number >> 16).ok()?).ok()
}
