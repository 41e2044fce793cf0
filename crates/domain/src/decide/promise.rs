//! Promises: made with a time that lies ahead, kept with proof, withdrawn with a reason.

use jiff::Timestamp;

use super::Refused;
use super::command::person;
use super::refused::text;
use super::work::Work;
use crate::event::{Actor, What};
use crate::ids::PromiseId;
use crate::promise::{self, Promise, PromiseKind, PromiseState};

pub(super) fn make(
    work: &mut Work<'_>,
    kind: PromiseKind,
    what: &str,
    due: Timestamp,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_be_open()?;
    let user = person(by, "promise something")?;
    let what = text("the promise", what)?;
    let now = work.cx.now;
    if due <= now {
        return Err(Refused::PromiseInPast);
    }
    let id = promise::next_id(&work.case.promises);
    let calendar = work.cx.team_calendar(&work.case.team);
    let remind_at = calendar.back(due, work.cx.policy.promise_reminder);
    work.case.promises.push(Promise {
        id,
        kind,
        what,
        due,
        by: user,
        made: now,
        state: PromiseState::Open,
        remind_at: (remind_at > now && remind_at < due).then_some(remind_at),
        reminded: None,
        kept_late: None,
    });
    work.note(now, by, What::Promised { promise: id });
    // A new date is agreed: also after a missed promise its owner has it again.
    work.dealt_with(true);
    Ok(())
}

/// Kept, with proof; also after its time had passed, which stays on record.
pub(super) fn keep(work: &mut Work<'_>, id: PromiseId, proof: &str, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    let user = person(by, "keep a promise")?;
    let proof = text("the proof", proof)?;
    let now = work.cx.now;
    let promise = find(work, id)?;
    match promise.state {
        PromiseState::Open => {}
        PromiseState::Missed { .. } => promise.kept_late = Some(now),
        PromiseState::Kept { .. } | PromiseState::Withdrawn { .. } => return Err(Refused::PromiseEnded(id)),
    }
    promise.state = PromiseState::Kept { at: now, by: user, proof };
    ended(work, id, "kept", by);
    Ok(())
}

/// Taken back, with a reason. A missed promise stays missed.
pub(super) fn withdraw(work: &mut Work<'_>, id: PromiseId, reason: &str, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    let user = person(by, "withdraw a promise")?;
    let reason = text("the reason", reason)?;
    let now = work.cx.now;
    let promise = find(work, id)?;
    if !promise.is_open() {
        return Err(Refused::PromiseEnded(id));
    }
    promise.state = PromiseState::Withdrawn { at: now, by: user, reason };
    ended(work, id, "withdrawn", by);
    Ok(())
}

fn ended(work: &mut Work<'_>, promise: PromiseId, how: &str, by: &Actor) {
    work.note(work.cx.now, by, What::PromiseEnded { promise, how: how.to_owned() });
    if work.case.is_open() {
        let all_made_good = !work.case.promises.iter().any(Promise::is_missed);
        work.dealt_with(all_made_good);
    }
}

fn find<'w>(work: &'w mut Work<'_>, id: PromiseId) -> Result<&'w mut Promise, Refused> {
    work.case.promises.iter_mut().find(|p| p.id == id).ok_or(Refused::NoPromise(id))
}
