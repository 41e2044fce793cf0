//! The walk through all locations of an account.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plug::{Next, Warning};
use crate::raw;

/// Page tokens are not believed for longer.
const TOKEN_HOLDS: SignedDuration = SignedDuration::from_mins(20);
/// A round begins at the latest so long after the one before, also while the backlog is read.
const ROUND_EVERY: SignedDuration = SignedDuration::from_mins(30);
/// Each round reads again what changed so long before the round before it. It costs no call as long as it fits on the
/// first page, which is read anyway.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// Without an answer for so long, the next location is asked.
const STUCK: SignedDuration = SignedDuration::from_mins(10);
/// Without an answer for so long, all of a page of locations are given up for now.
const LONG_STUCK: SignedDuration = SignedDuration::from_hours(2);
/// So few that are left over are given up sooner: the others have answered.
const FEW: usize = 3;
/// A location that could not be read is left alone for so long.
const DEAF: SignedDuration = SignedDuration::from_hours(6);
/// So many locations that are refused one after the other mean that the account is.
const MOST_REFUSED: u32 = 20;
/// Pages of one location.
const MOST_PAGES: u32 = 2_000;

/// How far back, and how often everything is read again.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) window: SignedDuration,
    pub(super) sweep_every: SignedDuration,
}

/// The cursor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Down to here every round reads; none before the first round has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// When the last round and the last backlog began.
    #[serde(skip_serializing_if = "Option::is_none")]
    round_began: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backlog_began: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<Tour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backlog: Option<Tour>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deaf: Vec<Deaf>,
}

/// One walk through all locations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Tour {
    /// Down to here every location is read; none reads its first page only.
    floor: Option<Timestamp>,
    /// Pages of the list of locations that are done, and which one is under way.
    done: u32,
    at: u32,
    /// Whether any location was seen.
    any: bool,
    /// Whether any location was answered, and how many were refused since.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    heard: bool,
    #[serde(skip_serializing_if = "is_zero")]
    refused: u32,
    /// The next page of that list.
    token: Option<Token>,
    /// Whether that list has ended.
    last: bool,
    /// The locations of the page under way that are still to be read.
    queue: Vec<Place>,
    /// The next page of the first of them, the pages that were read of it, and a digest of the last one.
    reviews: Option<Token>,
    pages: u32,
    seen: String,
    /// When something was answered last.
    answered: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Token {
    text: String,
    since: Timestamp,
}

/// A location.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maps: Option<String>,
    /// Where it was left, if not where the others were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) floor: Option<Timestamp>,
}

/// A location that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Deaf {
    name: String,
    /// Down to here it has to be read yet.
    floor: Timestamp,
    until: Timestamp,
}

/// What is to be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Locations { token: Option<String> },
    Reviews { location: String, token: Option<String> },
}

/// A page of reviews.
pub(super) struct Seen<'a> {
    pub(super) location: &'a str,
    pub(super) marks: &'a [String],
    pub(super) oldest: Option<Timestamp>,
    pub(super) token: Option<String>,
    pub(super) at: Timestamp,
}

fn fresh(token: Option<&Token>, now: Timestamp) -> Option<String> {
    token.filter(|token| now.duration_since(token.since) <= TOKEN_HOLDS).map(|token| token.text.clone())
}

impl State {
    /// What to ask next.
    pub(super) fn ask(&self, now: Timestamp) -> Ask {
        let Some(tour) = self.round.as_ref().or(self.backlog.as_ref()) else {
            return Ask::Locations { token: None };
        };
        // While nothing is answered, the others get their turn; in the end, when few are left or none answers at all,
        // the next page of locations. Which one is drawn by the minute: counting would keep step with how often is
        // asked, and miss some for ever.
        let silent = now.duration_since(tour.answered);
        let draw = u64::try_from(silent.as_mins()).unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        let gives_up = tour.queue.len() <= FEW || silent >= LONG_STUCK;
        let turns = tour.queue.len() + usize::from(gives_up);
        let turn = match silent < STUCK {
            true => 0,
            false => usize::try_from(draw).ok().and_then(|draw| draw.checked_rem(turns)).unwrap_or(0),
        };
        match tour.queue.get(turn) {
            Some(place) => {
                let token = fresh(tour.reviews.as_ref(), now).filter(|_| turn == 0);
                Ask::Reviews { location: place.name.clone(), token }
            }
            None => Ask::Locations { token: fresh(tour.token.as_ref(), now) },
        }
    }

    /// What is known of a location under way.
    pub(super) fn place(&self, name: &str) -> Option<&Place> {
        let tours = self.round.iter().chain(&self.backlog);
        tours.flat_map(|tour| &tour.queue).find(|place| place.name == name)
    }

    /// The tour under way; a round begins where there is none.
    fn take_tour(&mut self, now: Timestamp) -> (Tour, bool) {
        if self.round.is_none()
            && let Some(backlog) = self.backlog.take()
        {
            return (backlog, false);
        }
        let tour = self.round.take().unwrap_or_else(|| {
            self.round_began = Some(now);
            Tour { floor: self.since, answered: now, ..Tour::default() }
        });
        (tour, true)
    }

    /// Goes on from a page of locations.
    pub(super) fn listed(
        mut self,
        places: Vec<Place>,
        is_first: bool,
        token: Option<String>,
        now: Timestamp,
        rules: &Rules,
        warnings: &mut Vec<Warning>,
    ) -> Next {
        let (mut tour, is_round) = self.take_tour(now);
        // A first round reads no further than the first page: all of the window is still to be read.
        let whole = now.checked_sub(rules.window).unwrap_or(now);
        for place in std::mem::take(&mut tour.queue) {
            let problem = "could not be read: the others are, and it is tried again in some hours".to_owned();
            warnings.push(Warning { item: place.name.clone(), problem });
            self.leave_alone(place, tour.floor, whole, now);
        }
        let again = !is_first && tour.token.as_ref().map(|token| &token.text) == token.as_ref();
        tour.at = if is_first { 0 } else { tour.at + 1 };
        tour.last = token.is_none() || again;
        tour.token = token.map(|text| Token { text, since: now });
        tour.any |= !places.is_empty();
        tour.answered = now;
        tour.begin_place();
        if tour.at >= tour.done {
            for mut place in places {
                if let Some(deaf) = self.deaf.iter_mut().find(|deaf| deaf.name == place.name) {
                    // Whatever this walk would read of it is owed.
                    deaf.floor = deaf.floor.min(tour.floor.unwrap_or(whole));
                    place.floor = Some(deaf.floor);
                    if deaf.until > now {
                        continue;
                    }
                }
                tour.queue.push(place);
            }
        }
        self.go_on(tour, is_round, now, rules, warnings)
    }

    /// Leaves a location alone for some hours, and remembers down to where it has to be read then.
    fn leave_alone(&mut self, place: Place, floor: Option<Timestamp>, whole: Timestamp, now: Timestamp) {
        let floor = place.floor.into_iter().chain([floor.unwrap_or(whole)]).fold(now, Timestamp::min);
        let until = now.saturating_add(DEAF).unwrap_or(now);
        self.deaf.retain(|deaf| deaf.name != place.name);
        self.deaf.push(Deaf { name: place.name, floor, until });
    }

    /// Goes on although a location was refused. `None` when so many were that it is the account, and when it was the last
    /// of a walk in which none was answered.
    pub(super) fn pass_over(
        mut self,
        location: &str,
        now: Timestamp,
        rules: &Rules,
        warnings: &mut Vec<Warning>,
    ) -> Option<Next> {
        self.place(location)?;
        let (mut tour, is_round) = self.take_tour(now);
        let turn = tour.queue.iter().position(|place| place.name == location)?;
        tour.refused = tour.refused.saturating_add(1);
        let place = tour.queue.remove(turn);
        let is_last = tour.queue.is_empty() && tour.last;
        if tour.refused > MOST_REFUSED || is_last && !tour.heard {
            return None;
        }
        if turn == 0 {
            tour.begin_place();
        }
        tour.answered = now;
        let whole = now.checked_sub(rules.window).unwrap_or(now);
        self.leave_alone(place, tour.floor, whole, now);
        Some(self.go_on(tour, is_round, now, rules, warnings))
    }

    /// Goes on from a page of reviews.
    pub(super) fn read(mut self, seen: &Seen<'_>, rules: &Rules, warnings: &mut Vec<Warning>) -> Next {
        if self.place(seen.location).is_none() {
            // Nobody asked for it: nothing is known from it.
            return Next::CaughtUp(raw::cursor(&self));
        }
        let (mut tour, is_round) = self.take_tour(seen.at);
        let Some(turn) = tour.queue.iter().position(|place| place.name == seen.location) else {
            return self.go_on(tour, is_round, seen.at, rules, warnings);
        };
        // Those before it were not answered: they come again at the end.
        tour.queue.rotate_left(turn);
        if turn > 0 {
            tour.begin_place();
        }
        (tour.answered, tour.heard, tour.refused) = (seen.at, true, 0);
        let floor = tour.queue.first().and_then(|place| place.floor).or(tour.floor);
        let below = floor.is_none_or(|floor| seen.oldest.is_none_or(|oldest| oldest < floor));
        let digest = raw::digest(seen.marks.iter().map(String::as_str));
        let again = tour.pages > 0 && digest == tour.seen;
        match &seen.token {
            Some(token) if !below && !again && tour.pages < MOST_PAGES => {
                tour.reviews = Some(Token { text: token.clone(), since: seen.at });
                tour.pages += 1;
                tour.seen = digest;
            }
            _ => {
                tour.queue.remove(0);
                tour.begin_place();
                self.deaf.retain(|deaf| deaf.name != seen.location);
            }
        }
        self.go_on(tour, is_round, seen.at, rules, warnings)
    }

    fn go_on(
        mut self,
        mut tour: Tour,
        is_round: bool,
        now: Timestamp,
        rules: &Rules,
        warnings: &mut Vec<Warning>,
    ) -> Next {
        if tour.queue.is_empty() {
            tour.done = tour.done.max(tour.at + 1);
        }
        let between_places = tour.reviews.is_none();
        let ended = tour.queue.is_empty() && tour.last;
        match (is_round, ended) {
            (true, false) => self.round = Some(tour),
            (false, false) => self.backlog = Some(tour),
            (true, true) if !tour.any => {
                let problem = "shows no location: nothing was read".to_owned();
                warnings.push(Warning { item: "the account".to_owned(), problem });
                return Next::CaughtUp(raw::cursor(&self));
            }
            (true, true) => {
                if !tour.heard {
                    let problem = "none of its locations could be read: they are tried again in some hours";
                    warnings.push(Warning { item: "the account".to_owned(), problem: problem.to_owned() });
                }
                if let Some(backlog) = &mut self.backlog {
                    // It was not stuck: it waited.
                    backlog.answered = now;
                }
                self.since = self.round_began.and_then(|began| began.checked_sub(OVERLAP).ok());
                let due = |last: Timestamp| now.duration_since(last) >= rules.sweep_every;
                if self.backlog.is_none() && self.backlog_began.is_none_or(due) {
                    let floor = now.checked_sub(rules.window).ok();
                    self.backlog = Some(Tour { floor, answered: now, ..Tour::default() });
                    self.backlog_began = Some(now);
                }
            }
            (false, true) => {}
        }
        let round_is_due = self.round_began.is_none_or(|began| now.duration_since(began) >= ROUND_EVERY);
        if self.round.is_none() && self.backlog.is_some() && between_places && round_is_due {
            self.round = Some(Tour { floor: self.since, answered: now, ..Tour::default() });
            self.round_began = Some(now);
        }
        match self.round.is_some() || self.backlog.is_some() {
            true => Next::More(raw::cursor(&self)),
            false => Next::CaughtUp(raw::cursor(&self)),
        }
    }
}

impl Tour {
    /// The first of the queue is to be read from its newest page.
    fn begin_place(&mut self) {
        self.reviews = None;
        self.pages = 0;
        self.seen.clear();
    }
}
