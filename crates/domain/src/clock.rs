//! A clock: how much working time may pass until we answer or solve, and how much has.
//!
//! A clock is a *run*: it began at a moment with so much of its norm left, and `red_at` is the calendar's sum of the
//! two. Pausing ends the run, resuming begins a new one with what was left. So the page can always show the
//! calculation, and nothing is ever counted by waking up.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar::Step;
use crate::policy::{Calendar, Norm};

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the publication of the first mention to our first public reply.
    FirstResponse,
    /// From a later mention of the customer to our next public reply.
    NextResponse,
    /// From the publication of the first mention to the agreed solution.
    Resolution,
    /// From the solution elsewhere (the helpdesk, a talk in private) to our public line that says so.
    TellCustomer,
}

impl ClockKind {
    /// The name used in records, keys and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Resolution => "resolution",
            ClockKind::TellCustomer => "tell_customer",
        }
    }
}

/// How a clock ended, or that it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "at")]
pub enum ClockState {
    /// It runs.
    Running,
    /// It stands still since then: the customer is to move.
    Paused(Timestamp),
    /// Ended then, by what it waited for.
    Done(Timestamp),
    /// Ended then, because the case was closed or merged without it.
    Dropped(Timestamp),
}

/// One clock. All spans are working time of the calendar it runs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// When it began to count.
    pub started: Timestamp,
    /// The time we want to make.
    pub target: SignedDuration,
    /// The time we must make.
    pub norm: SignedDuration,
    /// Name of the calendar in the policy.
    pub calendar: String,
    /// When it turns amber (the last fifth of the norm begins).
    pub amber_at: Timestamp,
    /// When it turns red (the norm has passed).
    pub red_at: Timestamp,
    /// Whether it runs.
    pub state: ClockState,
    /// Amber was announced then (SL-1: at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amber_fired: Option<Timestamp>,
    /// Red was announced then (SL-1: at most once).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red_fired: Option<Timestamp>,
    /// Working time for which it stood still.
    #[serde(default)]
    pub paused_for: SignedDuration,
    /// The stretch for which it runs; none for one that never stood still since it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

/// The stretch for which a clock runs now: what is left of the norm counts from a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Since when.
    pub from: Timestamp,
    /// Working time that was left of the norm then.
    pub left: SignedDuration,
}

/// How a clock looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// In time.
    Green,
    /// The last part of the norm runs.
    Amber,
    /// The norm has passed.
    Red,
}

impl Light {
    /// The name used in pages and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
        }
    }
}

/// What is left of a clock; negative when it is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// Working time of its calendar.
    pub working: SignedDuration,
    /// Time on the wall.
    pub wall: SignedDuration,
}

impl Clock {
    /// Ended, one way or the other.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, ClockState::Done(_) | ClockState::Dropped(_))
    }
    /// The stretch for which it runs, or ran last.
    #[must_use]
    pub fn run(&self) -> Run {
        self.run.unwrap_or(Run { from: self.started, left: self.norm })
    }
    /// The moment at which it is to be judged: now while it runs, else when it stopped.
    #[must_use]
    pub fn judged_at(&self, now: Timestamp) -> Timestamp {
        match self.state {
            ClockState::Running => now,
            ClockState::Paused(at) | ClockState::Done(at) | ClockState::Dropped(at) => at,
        }
    }
    /// Whether the norm was met: `None` while that is open. A clock that was dropped never got its answer, so it was
    /// not met: averages that leave out the unanswered flatter.
    #[must_use]
    pub fn met(&self, now: Timestamp) -> Option<bool> {
        match self.state {
            ClockState::Done(at) => Some(at <= self.red_at),
            ClockState::Dropped(_) => Some(false),
            ClockState::Running if now > self.red_at => Some(false),
            ClockState::Running | ClockState::Paused(_) => None,
        }
    }
}

/// Starts a clock at a moment, which may lie in the past.
#[must_use]
pub fn start(
    kind: ClockKind,
    norm: &Norm,
    calendar_name: &str,
    calendar: &Calendar,
    at: Timestamp,
    amber_share: f64,
) -> Clock {
    Clock {
        kind,
        started: at,
        target: norm.target,
        norm: norm.norm,
        calendar: calendar_name.to_owned(),
        amber_at: calendar.add(at, share_of(norm.norm, amber_share)),
        red_at: calendar.add(at, norm.norm),
        state: ClockState::Running,
        amber_fired: None,
        red_fired: None,
        paused_for: SignedDuration::ZERO,
        run: Some(Run { from: at, left: norm.norm }),
    }
}

/// Stops a running clock: the customer is to move.
pub fn pause(clock: &mut Clock, at: Timestamp) {
    if clock.state == ClockState::Running {
        clock.state = ClockState::Paused(at.max(clock.run().from));
    }
}

/// Lets a paused clock run on with what was left. What had fired stays fired.
pub fn resume(clock: &mut Clock, calendar: &Calendar, at: Timestamp, amber_share: f64) {
    let ClockState::Paused(since) = clock.state else { return };
    let at = at.max(since);
    clock.paused_for = clock.paused_for.saturating_add(calendar.between(since, at));
    clock.state = ClockState::Running;
    run_on(clock, calendar, left_at(clock, calendar, since), at, amber_share);
}

/// Goes on in another team's opening hours with what was left.
pub fn move_to(
    clock: &mut Clock,
    old: &Calendar,
    name: &str,
    new: &Calendar,
    at: Timestamp,
    amber_share: f64,
) {
    if clock.is_over() || clock.calendar == name {
        return;
    }
    let stop = clock.judged_at(at).max(clock.run().from);
    let left = left_at(clock, old, stop);
    name.clone_into(&mut clock.calendar);
    match clock.state {
        // It stands still: only what is left has to be known, in hours of either team.
        ClockState::Paused(_) => clock.run = Some(Run { from: stop, left }),
        _ => run_on(clock, new, left, stop, amber_share),
    }
}

/// What it waited for has happened.
pub fn finish(clock: &mut Clock, at: Timestamp) {
    if !clock.is_over() {
        clock.state = ClockState::Done(at.max(clock.started));
    }
}

/// It ends without what it waited for.
pub fn drop(clock: &mut Clock, at: Timestamp) {
    if !clock.is_over() {
        clock.state = ClockState::Dropped(at.max(clock.started));
    }
}

/// Green, amber in the last part of the norm, red after it. A clock that stopped shows what it showed then.
#[must_use]
pub fn light(clock: &Clock, now: Timestamp) -> Light {
    let at = clock.judged_at(now);
    if at >= clock.red_at {
        return Light::Red;
    }
    if at >= clock.amber_at { Light::Amber } else { Light::Green }
}

/// What is left of the norm; negative when late.
#[must_use]
pub fn remaining(clock: &Clock, calendar: &Calendar, now: Timestamp) -> Remaining {
    let at = clock.judged_at(now);
    let working = if at <= clock.red_at {
        calendar.between(at, clock.red_at)
    } else {
        -calendar.between(clock.red_at, at)
    };
    Remaining { working, wall: clock.red_at.duration_since(at) }
}

/// The share of the norm that is used, 1 when it has just passed, at most `most`.
#[must_use]
pub fn share_used(clock: &Clock, calendar: &Calendar, now: Timestamp, most: f64) -> f64 {
    share_at(clock.red_at, clock.norm, calendar, clock.judged_at(now), most)
}

/// As [`share_used`], of a clock that turns red at `red_at` and is judged at `at`.
#[must_use]
pub fn share_at(
    red_at: Timestamp,
    norm: SignedDuration,
    calendar: &Calendar,
    at: Timestamp,
    most: f64,
) -> f64 {
    let seconds = norm.as_secs_f64();
    if seconds <= 0.0 {
        return most;
    }
    let used = if at <= red_at {
        seconds - calendar.between(at, red_at).as_secs_f64()
    } else {
        seconds + calendar.between_at_most(red_at, at, share_of(norm, most)).as_secs_f64()
    };
    (used / seconds).clamp(0.0, most)
}

/// The calculation of `red_at` for the page, one step a block of opening time.
#[must_use]
pub fn explain(clock: &Clock, calendar: &Calendar) -> Vec<Step> {
    let run = clock.run();
    calendar.explain(run.from, run.left)
}

fn left_at(clock: &Clock, calendar: &Calendar, at: Timestamp) -> SignedDuration {
    let run = clock.run();
    run.left.saturating_sub(calendar.between(run.from, at))
}

fn run_on(clock: &mut Clock, calendar: &Calendar, left: SignedDuration, at: Timestamp, amber_share: f64) {
    clock.run = Some(Run { from: at, left });
    // A clock that has run out stays run out at the moment at which it did.
    if clock.red_fired.is_some() || left <= SignedDuration::ZERO {
        clock.red_at = clock.red_at.min(at);
        clock.amber_at = clock.amber_at.min(clock.red_at);
        return;
    }
    clock.red_at = calendar.add(at, left);
    if clock.amber_fired.is_none() {
        let last_part = clock.norm.saturating_sub(share_of(clock.norm, amber_share));
        clock.amber_at = calendar.add(at, left.saturating_sub(last_part));
    }
}

/// In whole seconds, so that the same sum comes out everywhere.
fn share_of(span: SignedDuration, share: f64) -> SignedDuration {
    let seconds = span.as_secs_f64() * share;
    if !seconds.is_finite() || seconds <= 0.0 {
        return SignedDuration::ZERO;
    }
    // Far above any norm; keeps the conversion in range.
    SignedDuration::from_secs_f64(seconds.min(1e10).round())
}

#[cfg(test)]
mod tests;
