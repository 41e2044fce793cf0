//! When a source is asked again: more often when it has news, less often when it has none, ever more rarely while it
//! fails, and never given up.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::SourceId;

/// So many polls are remembered, for the page and for the pace.
const RECENT: usize = 24;
/// The pace looks at so many of them.
const PACE: usize = 8;
/// No server makes us wait longer than this: it is asked again once a day at least, so nothing stops for good.
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(24);
/// What was put off is not tried again sooner: looking costs as well.
const SHORTEST_POSTPONEMENT: SignedDuration = SignedDuration::from_secs(1);
/// A failing source is asked again after this at the latest, or after its shortest interval when that is longer: a quiet
/// source that is asked every six hours must not be deaf for six more because of one glitch.
const MAX_BACK_OFF: SignedDuration = SignedDuration::from_hours(1);

/// How often a source may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLimits {
    /// Never more often than this.
    pub min: SignedDuration,
    /// Never more rarely than this while it works.
    pub max: SignedDuration,
}

/// What is known of the polls of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PollState {
    /// The interval that fits how often it has news; nothing for one that was never asked.
    pub interval: SignedDuration,
    /// When it is asked next; none for one that was never asked: it is due now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// Since when it was due, while our own limits put it off: its place in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_since: Option<Timestamp>,
    /// How often it failed in a row.
    pub failures: u32,
    /// When it answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Why it failed last, in words for people; none while it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it had something new last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_news: Option<Timestamp>,
    /// How much was new in each of the latest successful polls, oldest first.
    pub recent: Vec<u32>,
}

/// How a poll went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollResult {
    /// It answered, with so many new items.
    Read {
        /// How many.
        news: u32,
    },
    /// It answered that nothing has changed.
    Unchanged,
    /// It failed.
    Failed {
        /// Why, in words for people.
        why: String,
    },
    /// It was asked, and says when it may be asked again. Not a failure.
    Wait {
        /// When.
        until: Timestamp,
    },
    /// It was not asked at all: our own limits, or what its server announced before, put it off. Not a failure, and it
    /// keeps its place before those that became due later.
    Postponed {
        /// Until when.
        until: Timestamp,
    },
}

impl PollState {
    /// Its place in the queue: since when it is due. Nothing for one that was never asked: it is due now.
    #[must_use]
    pub fn place(&self) -> Option<Timestamp> {
        self.due_since.or(self.next)
    }
}

/// Works out when to ask again.
#[must_use]
pub fn next_poll(
    state: &PollState,
    result: &PollResult,
    limits: PollLimits,
    now: Timestamp,
    source: &SourceId,
) -> PollState {
    let mut state = state.clone();
    let place = state.place();
    state.due_since = None;
    match result {
        PollResult::Read { news } => answered(&mut state, *news, limits, now, source),
        PollResult::Unchanged => answered(&mut state, 0, limits, now, source),
        PollResult::Failed { why } => {
            state.failures = state.failures.saturating_add(1);
            state.last_error = Some(why.clone());
            let doublings = (state.failures - 1).min(16);
            let cap = MAX_BACK_OFF.max(limits.min);
            let wait = scale(limits.min, 2_f64.powi(doublings.cast_signed())).min(cap);
            state.next = Some(later(now, jittered(wait, limits.min, source)));
        }
        PollResult::Wait { until } => {
            let latest = later(now, MAX_WAIT);
            state.next = Some((*until).clamp(later(now, limits.min).min(latest), latest));
        }
        PollResult::Postponed { until } => {
            state.due_since = Some(place.unwrap_or(now).min(now));
            state.next = Some((*until).clamp(later(now, SHORTEST_POSTPONEMENT), later(now, MAX_WAIT)));
        }
    }
    state
}

/// How long a source has had nothing new, though it used to; `None` for one that never had anything.
#[must_use]
pub fn silent(state: &PollState, now: Timestamp) -> Option<SignedDuration> {
    state.last_news.map(|at| now.duration_since(at).max(SignedDuration::ZERO))
}

fn answered(state: &mut PollState, new: u32, limits: PollLimits, now: Timestamp, source: &SourceId) {
    state.failures = 0;
    state.last_error = None;
    state.last_success = Some(now);
    if new > 0 {
        state.last_news = Some(now);
    }
    state.recent.push(new);
    let over = state.recent.len().saturating_sub(RECENT);
    state.recent.drain(..over);
    // News in more than half of the polls: it is asked too rarely. In less than a fifth: too often.
    let latest = state.recent.iter().rev().take(PACE);
    let polls = latest.len() as f64;
    let with_news = latest.filter(|n| **n > 0).count() as f64;
    let factor = match with_news / polls.max(1.0) {
        share if share > 0.5 || (new > 0 && polls < 3.0) => 0.5,
        share if share < 0.2 => 1.4,
        _ => 1.0,
    };
    let slowest = limits.max.max(limits.min);
    state.interval = scale(state.interval, factor).clamp(limits.min, slowest);
    state.next = Some(later(now, jittered(state.interval, limits.min, source)));
}

/// Up to a tenth shorter or longer, always the same for a source: sources that began together drift apart, and a
/// replay comes out the same. Never below the minimum that the source allows.
fn jittered(wait: SignedDuration, min: SignedDuration, source: &SourceId) -> SignedDuration {
    let hash = Sha256::digest(source.as_str().as_bytes());
    let byte = f64::from(hash.first().copied().unwrap_or(128));
    scale(wait, 0.9 + 0.2 * byte / 255.0).max(min)
}

/// In whole milliseconds.
fn scale(span: SignedDuration, factor: f64) -> SignedDuration {
    let millis = (span.as_secs_f64() * factor * 1000.0).round();
    // A hundred years: far above any interval, and safe to convert.
    SignedDuration::from_secs_f64(millis.clamp(0.0, 3.15e12) / 1000.0)
}

fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
