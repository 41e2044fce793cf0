//! Makes cases ready to be shown: rank and lights as of now, names instead of ids, the customer's words.

use std::collections::BTreeSet;

use gehoor_domain::case::{Case, Clock, ClockState, PromiseState, Voice};
use gehoor_domain::clock::{self, Light as Judged};
use gehoor_domain::ids::LocationId;
use gehoor_domain::rank;
use gehoor_search::MentionDoc;
use jiff::{SignedDuration, Timestamp};

use crate::Engine;
use crate::error::EngineError;
use crate::views::{CaseRow, ClockView, Light, PromiseView};

/// Longest first line, in characters.
const LINE: usize = 240;
/// A clock that is further over its norm looks no later.
const MOST_USED: f64 = 10.0;

impl Engine {
    /// One case as a row.
    pub(crate) fn show_row(&self, case: &Case, now: Timestamp) -> Result<CaseRow, EngineError> {
        let latest =
            case.mentions.iter().rev().find(|m| m.voice == Voice::Customer).or_else(|| case.mentions.last());
        let doc = match latest {
            Some(mention) => self.mention_doc(&mention.id)?,
            None => None,
        };
        let (line, marks) = doc.as_ref().map(first_line).unwrap_or_default();
        let author = doc.as_ref().map_or_else(String::new, |d| d.mention.author.name.clone());
        Ok(CaseRow {
            priority: self.rank_now(case, now),
            clock: self.most_pressing(case, now),
            author,
            place: case.location().map(|id| self.place_name(id)),
            line,
            marks,
            withdrawn: latest.is_some_and(|m| m.withdrawn.is_some()),
            case: case.clone(),
        })
    }

    /// The rank as of now.
    pub(crate) fn rank_now(&self, case: &Case, now: Timestamp) -> gehoor_domain::case::Priority {
        rank::priority(case, &self.context(now))
    }

    /// The running clock that turns red first.
    pub(crate) fn most_pressing(&self, case: &Case, now: Timestamp) -> Option<ClockView> {
        case.clocks
            .iter()
            .filter(|c| c.state == ClockState::Running)
            .min_by_key(|c| c.red_at)
            .map(|c| self.show_clock(c, now))
    }

    /// A clock with its light and how its due time was counted.
    pub(crate) fn show_clock(&self, clock: &Clock, now: Timestamp) -> ClockView {
        let cx = self.context(now);
        let calendar = cx.calendar(&clock.calendar);
        let light = match (clock.state, clock::light(clock, now)) {
            (ClockState::Running, Judged::Green) => Light::Calm,
            (ClockState::Running, Judged::Amber) => Light::Soon,
            (ClockState::Running, Judged::Red) => Light::Late,
            _ => Light::Still,
        };
        let left = clock::remaining(clock, calendar, now).working;
        let used = clock::share_used(clock, calendar, now, MOST_USED);
        let sum = clock::explain(clock, calendar)
            .into_iter()
            .map(|step| (step.from, step.until, step.counted))
            .collect();
        ClockView { clock: clock.clone(), light, used, left, sum }
    }

    /// The promises of a case with their lights.
    pub(crate) fn show_promises(&self, case: &Case, now: Timestamp) -> Vec<PromiseView> {
        let soon = self.inner.setup.policy.promise_reminder;
        case.promises
            .iter()
            .map(|promise| {
                let light = match &promise.state {
                    PromiseState::Open if promise.due <= now => Light::Late,
                    PromiseState::Open if promise.due.duration_since(now) <= soon => Light::Soon,
                    PromiseState::Open => Light::Calm,
                    PromiseState::Missed { .. } => Light::Late,
                    PromiseState::Kept { .. } | PromiseState::Withdrawn { .. } => Light::Still,
                };
                PromiseView { promise: promise.clone(), light }
            })
            .collect()
    }

    /// The name of a location.
    pub(crate) fn place_name(&self, id: &LocationId) -> String {
        self.inner.setup.locations.get(id).map_or_else(|| id.to_string(), |l| l.name.clone())
    }

    /// The locations below one, itself included.
    pub(crate) fn below(&self, id: &LocationId) -> BTreeSet<LocationId> {
        self.inner.setup.locations.with_descendants(std::slice::from_ref(id))
    }

    /// Published to seen, of the first mention.
    pub(crate) fn detection_delay(case: &Case) -> SignedDuration {
        case.mentions.first().map_or(SignedDuration::ZERO, |m| m.seen.duration_since(m.at))
    }
}

/// The first line that says something, with the decisive words within it.
fn first_line(doc: &MentionDoc) -> (String, Vec<(usize, usize)>) {
    let whole = crate::assess::whole_text(&doc.mention);
    let end = whole.char_indices().nth(LINE).map_or(whole.len(), |(at, _)| at);
    let line = whole.get(..end).unwrap_or_default();
    let marks = doc
        .assessment
        .as_ref()
        .map(|a| a.reasons.iter().map(|r| (r.start, r.end)).filter(|(_, until)| *until <= end).collect())
        .unwrap_or_default();
    // Line breaks become spaces one for one, so that the ranges still fit.
    (line.replace(['\n', '\r', '\t'], " "), marks)
}
