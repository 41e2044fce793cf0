//! The walk through lists that stand newest first and are read from the newest page to older ones.
//!
//! Each poll begins with the newest page. When that page does not reach down to what was read before, what lies
//! between is a *gap*, which is walked page by page afterwards; so new items always come before backlog, also while a
//! long backlog is being read, because the newest page is looked at again in between. Where a walk breaks off (the
//! limit of a poll, a position that no longer holds), the gap stays and the next poll goes on: nothing is skipped
//! because a platform was slow. The lower end of a gap is a moment, not an item, so that a deleted item cannot hide
//! it, and it lies a little (the overlap) below what was read, because no platform promises a strict order. Once in a
//! while a *sweep* puts the lower end further down, where edits and late replies do not come to the top by themselves.

use gehoor_wire::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plug::{Cursor, Next, Page, Source, Warning};
use crate::raw::{self, part};

/// Pages of one poll; what is left is read by the next polls.
pub(crate) const MOST_PAGES: u32 = 100;
/// As many times more, where positions do not last until the next poll: it would begin at the top again and again.
const MORE_AT_ONCE: u32 = 10;
/// Pages of backlog between two looks at the newest page.
const BETWEEN: u32 = 5;
/// Pages without any item that are followed in one gap.
const MOST_EMPTY: u32 = 20;
/// Gaps that are kept; more are joined.
const MOST_GAPS: usize = 8;

/// How a list is walked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// How far below what was read each poll reads again.
    pub(crate) overlap: SignedDuration,
    /// Pages that the first poll reads.
    pub(crate) backfill_pages: u32,
    /// How long a position holds, where it is not for ever.
    pub(crate) holds: Option<SignedDuration>,
    /// How often it is read further down, and how far.
    pub(crate) sweep: Option<(SignedDuration, SignedDuration)>,
    /// Whether an empty page at a position means that the position was lost, not that the list ends.
    pub(crate) empty_is_lost: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            overlap: SignedDuration::from_mins(10),
            backfill_pages: 1,
            holds: Some(SignedDuration::from_mins(30)),
            sweep: None,
            empty_is_lost: false,
        }
    }
}

/// Where a walk got to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Walk {
    /// The newest moment of any page.
    newest: Option<Timestamp>,
    /// When it was last read further down.
    swept: Option<Timestamp>,
    /// What was not read yet, newest first.
    gaps: Vec<Gap>,
    /// Pages of this poll, and those since the newest page.
    pages: u32,
    since_top: u32,
    /// Where a gap ended whose position was lost: it is walked again from the top.
    again: Option<Timestamp>,
    /// Whether that happened in this poll: it is believed the second time.
    retried: bool,
}

/// A part of the list that was not read yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Gap {
    /// The platform's position where it begins.
    from: String,
    /// When the platform gave that position.
    at: Timestamp,
    /// Where it ends; none while a first poll reads so many pages.
    to: Option<Timestamp>,
    /// How many pages it may take.
    left: Option<u32>,
    /// What the page above it looked like.
    above: String,
    /// Pages without any item.
    empty: u32,
}

/// What is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    /// The position of an older page; none for the newest page.
    pub(crate) from: Option<String>,
    /// What is older than this has been read.
    pub(crate) floor: Option<Timestamp>,
}

/// What a page showed.
#[derive(Debug, Default)]
pub(crate) struct Seen<'a> {
    /// The names of everything on it, also of what was left out.
    pub(crate) names: Vec<&'a str>,
    /// The newest moment on it.
    pub(crate) newest: Option<Timestamp>,
    /// The moment that it reaches down to.
    pub(crate) oldest: Option<Timestamp>,
    /// The position of the next older page.
    pub(crate) next: Option<String>,
    /// When it was received.
    pub(crate) at: Timestamp,
}

impl<'a> Seen<'a> {
    /// A page of entries, each with its name and moment, in the order of the page.
    pub(crate) fn of(
        entries: impl Iterator<Item = (Option<&'a str>, Option<Timestamp>)>,
        next: Option<String>,
        at: Timestamp,
    ) -> Self {
        let (mut names, mut newest, mut oldest) = (Vec::new(), None, None);
        for (name, moment) in entries {
            names.extend(name);
            newest = newest.max(moment);
            oldest = moment.or(oldest);
        }
        Self { names, newest, oldest, next, at }
    }
}

impl Walk {
    /// What to ask at `now`.
    pub(crate) fn ask(&self, rules: &Rules, now: Timestamp) -> Ask {
        match self.turn(rules, now) {
            Some(gap) => Ask { from: Some(gap.from.clone()), floor: gap.to },
            None => Ask { from: None, floor: self.floor(rules, now) },
        }
    }

    /// The gap whose turn it is; none when it is the turn of the newest page.
    fn turn(&self, rules: &Rules, now: Timestamp) -> Option<&Gap> {
        // A poll begins at the top, whatever is left from before.
        if self.pages == 0 || self.since_top >= BETWEEN || self.is_stale(rules, now) {
            return None;
        }
        self.gaps.first()
    }

    fn is_stale(&self, rules: &Rules, now: Timestamp) -> bool {
        let Some(holds) = rules.holds else { return false };
        self.gaps.iter().any(|gap| now.duration_since(gap.at) > holds)
    }

    /// How far down the newest page has to reach.
    fn floor(&self, rules: &Rules, now: Timestamp) -> Option<Timestamp> {
        let mut floor = self.newest?;
        if self.pages == 0 {
            // Between two pages of backlog only what is new is looked for, or backlog would never end.
            floor = minus(floor, rules.overlap);
        }
        if self.is_stale(rules, now) {
            // The positions are lost: everything from the top to the lowest end is one gap again.
            for gap in &self.gaps {
                floor = floor.min(gap.to?);
            }
        }
        if let Some((_, back)) = rules.sweep.filter(|_| self.sweep_is_due(rules, now)) {
            floor = floor.min(minus(now, back));
        }
        Some(self.again.map_or(floor, |again| floor.min(again)))
    }

    fn sweep_is_due(&self, rules: &Rules, now: Timestamp) -> bool {
        // Not in the middle of a poll: only its first page decides.
        let Some((every, _)) = rules.sweep.filter(|_| self.pages == 0) else { return false };
        self.swept.is_none_or(|last| now.duration_since(last) >= every)
    }

    /// Goes on from a page; true when the poll is done.
    pub(crate) fn step(&mut self, rules: &Rules, page: Seen<'_>, warnings: &mut Vec<Warning>) -> bool {
        let looks = raw::digest(page.names.iter().copied());
        match self.turn(rules, page.at).cloned() {
            None => self.top(rules, page, looks),
            Some(gap) => self.deeper(rules, gap, page, looks, warnings),
        }
        self.is_done(rules)
    }

    /// Counts a page; true when the poll is done.
    fn is_done(&mut self, rules: &Rules) -> bool {
        self.pages = self.pages.saturating_add(1);
        let most = if rules.holds.is_some() { MOST_PAGES * MORE_AT_ONCE } else { MOST_PAGES };
        let done = (self.gaps.is_empty() && self.again.is_none()) || self.pages >= most;
        if done {
            (self.pages, self.since_top, self.retried) = (0, 0, false);
        }
        done
    }

    /// Goes on although an older page was refused: once more from the top, because its position may have been lost, and
    /// the second time without what lies below it. True when the poll is done; `None` when it was the newest page,
    /// without which there is no list.
    pub(crate) fn pass_over(&mut self, rules: &Rules, at: Timestamp) -> Option<bool> {
        let gap = self.turn(rules, at)?.clone();
        self.gaps.remove(0);
        match gap.to {
            Some(to) if !self.retried => {
                let again = self.again.map_or(to, |again| again.min(to));
                (self.again, self.retried, self.since_top) = (Some(again), true, BETWEEN);
            }
            _ => self.since_top = self.since_top.saturating_add(1),
        }
        Some(self.is_done(rules))
    }

    /// As [`Walk::step`], for a plug whose state is nothing else.
    pub(crate) fn next(mut self, rules: &Rules, page: Seen<'_>, warnings: &mut Vec<Warning>) -> Next {
        match self.step(rules, page, warnings) {
            true => Next::CaughtUp(self.cursor()),
            false => Next::More(self.cursor()),
        }
    }

    fn cursor(&self) -> Cursor {
        raw::cursor(self)
    }

    fn top(&mut self, rules: &Rules, page: Seen<'_>, looks: String) {
        let is_first = self.newest.is_none();
        let floor = self.floor(rules, page.at);
        // A first poll whose rest was lost begins again with as many pages.
        let left = floor.is_none().then(|| rules.backfill_pages.saturating_sub(1));
        if self.is_stale(rules, page.at) {
            self.gaps.clear();
        }
        if is_first || self.sweep_is_due(rules, page.at) {
            self.swept = Some(page.at);
        }
        (self.since_top, self.again) = (0, None);
        // A clock that is ahead must not hide what comes after; an empty first page is a beginning too.
        let newest = page.newest.map(|at| at.min(page.at)).or(is_first.then_some(page.at));
        self.newest = self.newest.max(newest);
        if let Some(from) = page.next.filter(|_| !reached(page.oldest, floor) && left != Some(0)) {
            self.gaps.insert(0, Gap { from, at: page.at, to: floor, left, above: looks, empty: 0 });
        }
        while self.gaps.len() > MOST_GAPS {
            // The two oldest become one: what lies between them is read twice, and nothing is lost.
            let lowest = self.gaps.pop();
            if let (Some(gap), Some(lowest)) = (self.gaps.last_mut(), lowest) {
                (gap.to, gap.left) = (lowest.to, lowest.left);
            }
        }
    }

    fn deeper(
        &mut self,
        rules: &Rules,
        mut gap: Gap,
        page: Seen<'_>,
        looks: String,
        warnings: &mut Vec<Warning>,
    ) {
        self.since_top = self.since_top.saturating_add(1);
        self.gaps.remove(0);
        let is_end = page.names.is_empty() && page.next.is_none();
        if is_end && rules.empty_is_lost && gap.to.is_some() && !self.retried {
            (self.again, self.retried, self.since_top) = (gap.to, true, BETWEEN);
            return;
        }
        let Some(next) = page.next.filter(|_| !reached(page.oldest, gap.to)) else { return };
        let same = next == gap.from || (looks == gap.above && !page.names.is_empty());
        gap.empty = if page.names.is_empty() { gap.empty.saturating_add(1) } else { 0 };
        if same || gap.empty >= MOST_EMPTY {
            warnings.push(Warning {
                item: "the poll".to_owned(),
                problem: "the same page came again: what is older was left out".to_owned(),
            });
            return;
        }
        gap.left = gap.left.map(|left| left.saturating_sub(1));
        if gap.left != Some(0) {
            self.gaps.insert(0, Gap { from: next, at: page.at, above: looks, ..gap });
        }
    }
}

/// What a plug whose state is a walk answers to a refusal.
pub(crate) fn refused(
    source: &dyn Source,
    rules: &Rules,
    cursor: &Cursor,
    response: &Response,
) -> Option<Page> {
    let mut walk: Walk = raw::state(cursor).ok()?;
    let why = part::refused(source, response)?;
    let next = match walk.pass_over(rules, response.at)? {
        true => Next::CaughtUp(walk.cursor()),
        false => Next::More(walk.cursor()),
    };
    Some(part::page("the poll".to_owned(), part::page_below(&why), next))
}

fn reached(oldest: Option<Timestamp>, floor: Option<Timestamp>) -> bool {
    matches!((oldest, floor), (Some(oldest), Some(floor)) if oldest < floor)
}

fn minus(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_sub(span).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
