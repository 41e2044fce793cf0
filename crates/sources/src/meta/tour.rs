//! The tour over posts and the comments under them.

use gehoor_domain::mention::Draft;
use gehoor_wire::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{Graph, go_to, list, next};
use crate::plug::{Context, Cursor, Hints, Next, Page, ParseError, PlanError, Source, Warning};
use crate::raw::walk::{Rules, Seen, Walk};
use crate::raw::{self, api, part};

/// Posts of which the number of comments is remembered.
const MOST_COUNTS: usize = 300;
/// A post whose comments cannot be read within this is put behind the others; the second time it is left alone until
/// their number changes.
const STUCK: SignedDuration = SignedDuration::from_mins(30);
/// How far below the newest known comment comments are read again.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);
/// Pages of comments of one post in one poll.
const MOST_PAGES: u32 = 50;

/// What is toured.
pub(crate) trait Stops {
    /// What an answer should have been.
    const EXPECTED: &'static str;
    /// The interface.
    fn graph(&self) -> &Graph;
    /// The list of posts.
    fn posts(&self) -> Url;
    /// The comments of a post.
    fn comments(&self, post: &str) -> Url;
    /// When a post was made.
    fn moment(&self, post: &Value) -> Option<Timestamp>;
    /// How many comments it says that it has; none when they cannot be read.
    fn count(&self, post: &Value) -> u64;
    /// The post as a draft; `None` when it says nothing.
    fn post(&self, post: &Value) -> Result<Option<Draft>, &'static str>;
    /// Comments as drafts: one, and where replies hang on it, those too.
    fn comment(&self, comment: &Value, of: &Stop) -> Vec<Result<Draft, &'static str>>;
}

/// The cursor.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    walk: Walk,
    /// Whether the walk is done, and only comments are still to be read.
    walked: bool,
    /// Posts, the number of their comments when they were read, and the newest of them.
    counts: Vec<(String, u64, Option<Timestamp>)>,
    /// Posts whose comments are to be read.
    stops: Vec<Stop>,
    /// When the last answer came.
    at: Option<Timestamp>,
}

/// A post whose comments are to be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stop {
    /// Its id.
    pub(crate) id: String,
    /// Where people read it.
    pub(crate) link: Option<String>,
    /// Who wrote it, where that is said by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    count: u64,
    /// The page, and how many there were.
    page: Option<String>,
    pages: u32,
    /// The newest comment so far.
    newest: Option<Timestamp>,
    /// Whether it was put behind the others.
    #[serde(default)]
    late: bool,
}

impl State {
    fn stop(&self, now: Timestamp) -> Option<&Stop> {
        let is_stuck = self.at.is_some_and(|at| now.duration_since(at) > STUCK);
        self.stops.first().filter(|_| !is_stuck)
    }

    /// The newest comment of a post that was read before.
    fn read_to(&self, id: &str) -> Option<Timestamp> {
        self.counts.iter().find(|(known, ..)| known == id).and_then(|(_, _, newest)| *newest)
    }

    /// Puts the first post behind the others; gives it when it has had its second chance.
    fn put_off(&mut self) -> Option<Stop> {
        let stop = self.stops.first().cloned()?;
        if stop.late {
            self.leave(&stop, None);
            return Some(stop);
        }
        self.stops.retain(|s| s.id != stop.id);
        self.stops.push(Stop { late: true, ..stop });
        None
    }

    /// Goes on although what was asked was refused: the comments of a post, or an older page of posts. Gives what it
    /// was; `None` when it was the newest page of posts.
    fn pass_over(&mut self, rules: &Rules, at: Timestamp) -> Option<String> {
        let Some(stop) = self.stop(at).cloned() else {
            self.walked = self.walk.pass_over(rules, at)?;
            return Some("the poll".to_owned());
        };
        // They are asked for again when there are more, or fewer, of them.
        self.leave(&stop, None);
        Some(format!("the comments of post {}", stop.id))
    }

    fn leave(&mut self, stop: &Stop, newest: Option<Timestamp>) {
        let newest = newest.max(self.read_to(&stop.id));
        self.stops.retain(|s| s.id != stop.id);
        self.counts.retain(|(known, ..)| *known != stop.id);
        self.counts.push((stop.id.clone(), stop.count, newest));
        let over = self.counts.len().saturating_sub(MOST_COUNTS);
        self.counts.drain(..over);
    }
}

/// What to ask next.
pub(crate) fn plan(
    of: &impl Stops,
    rules: &Rules,
    cursor: &Cursor,
    cx: &Context<'_>,
) -> Result<Request, PlanError> {
    let state: State = raw::state(cursor)?;
    let (mut url, place) = match state.stop(cx.now) {
        Some(stop) => (of.comments(&stop.id), stop.page.clone()),
        None => (of.posts(), state.walk.ask(rules, cx.now).from),
    };
    if let Some(place) = place {
        go_to(&mut url, &place);
    }
    of.graph().request(url, cx)
}

/// What an answer holds.
pub(crate) fn parse<S: Stops>(
    of: &S,
    rules: &Rules,
    cursor: &Cursor,
    response: &Response,
) -> Result<Page, ParseError> {
    let mut state: State = raw::state_for_parse(cursor)?;
    let body = api::body(response, S::EXPECTED)?;
    let entries = list(&body, S::EXPECTED)?;
    let mut page = Page { hints: Hints::default(), ..Page::default() };
    match state.stop(response.at).cloned() {
        Some(stop) => comments(of, &mut state, stop, entries, next(&body), &mut page),
        None => {
            if let Some(stop) = state.put_off() {
                page.warnings.push(Warning {
                    item: format!("post {}", stop.id),
                    problem: "its comments could not be read: left until there are more".to_owned(),
                });
            }
            posts(of, &mut state, entries, &mut page);
            let names: Vec<Option<String>> = entries.iter().map(|e| api::id(e, "id")).collect();
            let seen = names.iter().zip(entries).map(|(name, e)| (name.as_deref(), of.moment(e)));
            let seen = Seen::of(seen, next(&body), response.at);
            state.walked = state.walk.step(rules, seen, &mut page.warnings);
        }
    }
    state.at = Some(response.at);
    let done = state.walked && state.stops.is_empty();
    page.next = match done {
        true => Next::CaughtUp(raw::cursor(&state)),
        false => Next::More(raw::cursor(&state)),
    };
    Ok(page)
}

/// What is answered to a refusal.
pub(crate) fn refused<S: Stops + Source>(
    of: &S,
    rules: &Rules,
    cursor: &Cursor,
    response: &Response,
) -> Option<Page> {
    let mut state: State = raw::state(cursor).ok()?;
    let why = part::refused(of, response)?;
    if super::is_of_all(response) {
        return None;
    }
    let is_below = state.stop(response.at).is_none();
    let what = state.pass_over(rules, response.at)?;
    state.at = Some(response.at);
    let next = match state.walked && state.stops.is_empty() {
        true => Next::CaughtUp(raw::cursor(&state)),
        false => Next::More(raw::cursor(&state)),
    };
    Some(part::page(what, if is_below { part::page_below(&why) } else { why }, next))
}

fn posts(of: &impl Stops, state: &mut State, entries: &[Value], page: &mut Page) {
    for (at, entry) in entries.iter().enumerate() {
        let Some(id) = api::id(entry, "id").filter(|id| super::id_of("id", id).is_ok()) else {
            page.warnings.push(api::left_out(format!("post {}", at + 1), "has no id"));
            continue;
        };
        let mut link = None;
        match of.post(entry) {
            Ok(Some(draft)) => {
                link.clone_from(&draft.permalink);
                keep(Ok(draft), &id, page);
            }
            Ok(None) => {
                let text = api::text(entry, "permalink").or_else(|| api::text(entry, "permalink_url"));
                link = text.and_then(|l| raw::link(l, None));
            }
            Err(because) => keep(Err(because), &id, page),
        }
        let count = of.count(entry);
        let known = state.counts.iter().find(|(known, ..)| *known == id).map_or(0, |(_, count, _)| *count);
        if count != known && !state.stops.iter().any(|s| s.id == id) {
            let by = api::text(entry, "username").map(str::to_lowercase);
            state.stops.push(Stop { id, link, by, count, page: None, pages: 0, newest: None, late: false });
        }
    }
}

fn comments(
    of: &impl Stops,
    state: &mut State,
    mut stop: Stop,
    entries: &[Value],
    next: Option<String>,
    page: &mut Page,
) {
    for entry in entries {
        for draft in of.comment(entry, &stop) {
            keep(draft, &stop.id, page);
        }
    }
    let moments: Vec<Timestamp> = entries.iter().filter_map(|e| of.moment(e)).collect();
    stop.newest = stop.newest.max(moments.iter().max().copied());
    // Only a page that stands newest first says that all below was read before.
    let falls = moments.is_sorted_by(|a, b| a >= b);
    let floor = state.read_to(&stop.id).and_then(|at| at.saturating_sub(OVERLAP).ok());
    let reached = falls && matches!((moments.last(), floor), (Some(last), Some(floor)) if *last < floor);
    let next = next.filter(|next| !reached && stop.page.as_ref() != Some(next));
    stop.pages = stop.pages.saturating_add(1);
    match next {
        Some(_) if stop.pages >= MOST_PAGES => {
            page.warnings.push(Warning {
                item: format!("post {}", stop.id),
                problem: format!("has more than {MOST_PAGES} pages of comments: the rest was left out"),
            });
            state.leave(&stop, stop.newest);
        }
        Some(next) => {
            stop.page = Some(next);
            if let Some(first) = state.stops.first_mut() {
                *first = stop;
            }
        }
        None => state.leave(&stop, stop.newest),
    }
}

fn keep(draft: Result<Draft, &'static str>, within: &str, page: &mut Page) {
    match draft {
        Ok(draft) if page.items.iter().any(|i| i.external_id == draft.external_id) => {}
        Ok(draft) => page.items.push(draft),
        Err(because) => page.warnings.push(api::left_out(format!("an entry at {within}"), because)),
    }
}
