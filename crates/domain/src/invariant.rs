//! What is always so, by id. Asserted in property tests, scenarios and crash runs, counted as metrics in production.

use std::collections::{BTreeMap, BTreeSet};

use crate::advance;
use crate::case::{Case, CaseState, HandOver};
use crate::clock::ClockState;
use crate::ids::{CaseId, EffectKey, MentionId};
use crate::policy::Policy;
use crate::promise::PromiseState;

/// A law with its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invariant {
    /// Such as `CA-2`.
    pub id: &'static str,
    /// What is always so.
    pub says: &'static str,
}

/// All of them. Those of cases and effects are checked here, the others where their data is.
pub const ALL: [Invariant; 14] = [
    Invariant { id: "IN-1", says: "a cursor is never ahead of the journal" },
    Invariant { id: "IN-2", says: "there is one mention per source and external id" },
    Invariant { id: "CA-1", says: "a mention is in at most one open case" },
    Invariant { id: "CA-2", says: "a closed or paused case has no running clock" },
    Invariant { id: "CA-3", says: "an open case has a next date or stands in a queue with a lead" },
    Invariant { id: "PR-1", says: "a promise ends only kept with proof, missed, or withdrawn with a reason" },
    Invariant { id: "SL-1", says: "a stage fires at most once" },
    Invariant { id: "EF-1", says: "an effect key is unique" },
    Invariant { id: "EF-2", says: "nothing is sent without a row in the outbox" },
    Invariant { id: "JO-1", says: "what was acknowledged is in the journal, whole, once, in order" },
    Invariant {
        id: "VI-1",
        says: "a view or index that is rebuilt from the journal equals the one that was kept",
    },
    Invariant { id: "IX-1", says: "the offset of the index is not beyond the head of the journal" },
    Invariant { id: "SC-1", says: "nothing outside the scope is returned by any read" },
    Invariant { id: "ER-1", says: "erased personal data never returns" },
];

/// A law that does not hold. Never holds text of a mention.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{id} is broken: {what}")]
pub struct Broken {
    /// Which law.
    pub id: &'static str,
    /// By what.
    pub what: String,
}

/// Checks what can be told from one case: CA-2, CA-3, PR-1 and the state behind SL-1.
#[must_use]
pub fn check_case(case: &Case, policy: &Policy) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut fail = |id, what: String| broken.push(Broken { id, what: format!("case {}: {what}", case.id) });

    let running = case.clocks.iter().filter(|c| c.state == ClockState::Running).count();
    if case.state != CaseState::Open && running > 0 {
        fail("CA-2", format!("{:?} with {running} running clocks", case.state));
    }
    let paused = |c: &&crate::clock::Clock| matches!(c.state, ClockState::Paused(_));
    if case.state != CaseState::Waiting && case.clocks.iter().any(|c| paused(&c)) {
        fail("CA-2", "a clock stands still though we are to move".to_owned());
    }
    if case.state == CaseState::Closed {
        if case.outcome.is_none() || case.closed.is_none() {
            fail("CA-2", "closed without outcome or time".to_owned());
        }
        if case.promises.iter().any(|p| p.state == PromiseState::Open) {
            fail("PR-1", "a promise stands in a closed case".to_owned());
        }
    }
    if case.is_open() {
        let led = case.queued.is_some() && policy.teams.iter().any(|t| t.id == case.team);
        if !led && advance::next_due(case).is_none() {
            fail("CA-3", "no next date, and in no queue with a lead".to_owned());
        }
        if case.owner.is_none() && case.queued.is_none() {
            fail("CA-3", "nobody owns it, and it is in no queue".to_owned());
        }
    }
    if let Some(aside) = &case.snoozed
        && (case.owner.is_none()
            || case.queued.is_some()
            || !case.is_open()
            || aside.reason.trim().is_empty())
    {
        fail("CA-3", "put aside without owner or reason, or though it waits in a queue".to_owned());
    }
    if case.next_due != advance::next_due(case) {
        fail("CA-3", "the next date on record is not the one that follows".to_owned());
    }
    for promise in &case.promises {
        let bare = match &promise.state {
            PromiseState::Kept { proof, .. } => proof.trim().is_empty(),
            PromiseState::Withdrawn { reason, .. } => reason.trim().is_empty(),
            PromiseState::Missed { at } => *at < promise.due,
            PromiseState::Open => false,
        };
        if bare {
            fail("PR-1", format!("promise {} ended without what it takes", promise.id));
        }
    }
    for clock in &case.clocks {
        let early = clock.red_fired.is_some_and(|at| at < clock.red_at)
            || clock.amber_fired.is_some_and(|at| at < clock.amber_at.min(clock.red_at));
        if early {
            fail("SL-1", format!("{} fired before its time", clock.kind.as_str()));
        }
    }
    if case.hand_over.as_ref().is_some_and(|h: &HandOver| h.paused_left.is_some())
        && case.state != CaseState::Waiting
    {
        fail("CA-2", "a hand-over stands still though we are to move".to_owned());
    }
    broken
}

/// CA-1 over all cases.
#[must_use]
pub fn check_cases<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Vec<Broken> {
    let mut of_mention: BTreeMap<&MentionId, CaseId> = BTreeMap::new();
    let mut broken = Vec::new();
    for case in cases.into_iter().filter(|c| c.is_open()) {
        for mention in &case.mentions {
            if let Some(other) = of_mention.insert(&mention.id, case.id) {
                let what = format!("mention {} is in the open cases {other} and {}", mention.id, case.id);
                broken.push(Broken { id: "CA-1", what });
            }
        }
    }
    broken
}

/// EF-1 over all effects ever made.
#[must_use]
pub fn check_effects<'a>(keys: impl IntoIterator<Item = &'a EffectKey>) -> Vec<Broken> {
    let mut seen = BTreeSet::new();
    let again = keys.into_iter().filter(|key| !seen.insert(*key));
    again.map(|key| Broken { id: "EF-1", what: format!("`{key}` was made twice") }).collect()
}
