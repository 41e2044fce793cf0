//! Putting a case aside until a date. Its clocks go on; thanks of the customer leave it aside, a new complaint, a clock
//! that runs out or a missed promise brings it back at once.

use jiff::Timestamp;

use super::Refused;
use super::command::person;
use super::refused::text;
use super::work::Work;
use crate::case::Snoozed;
use crate::event::{Actor, What};

/// The longest that a case may be put aside: nothing is forgotten for a year.
const MOST_DAYS: i64 = 92;

pub(super) fn snooze(work: &mut Work<'_>, until: Timestamp, reason: &str, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    let user = person(by, "put a case aside")?;
    let reason = text("the reason", reason)?;
    let now = work.cx.now;
    let most = jiff::SignedDuration::from_hours(24 * MOST_DAYS);
    if until <= now || until.duration_since(now) > most {
        return Err(Refused::BadSnooze { most_days: MOST_DAYS });
    }
    // Who puts it aside answers for it meanwhile: no case is without an owner outside of a queue.
    if work.case.owner.is_none() {
        work.case.owner = Some(user.clone());
        work.note(now, by, What::Assigned { to: Some(user.clone()) });
    }
    work.note(now, by, What::Snoozed { until, reason: reason.clone() });
    work.unqueue();
    work.case.snoozed = Some(Snoozed { until, reason, by: user, since: now });
    Ok(())
}

/// Takes it up again before its time.
pub(super) fn wake(work: &mut Work<'_>, by: &Actor) -> Result<(), Refused> {
    work.must_be_open()?;
    if work.case.snoozed.take().is_none() {
        return Err(Refused::NotSnoozed);
    }
    work.note(work.cx.now, by, What::Woken { why: "by_hand".to_owned() });
    Ok(())
}

impl Work<'_> {
    /// Something happened that cannot wait.
    pub(crate) fn wake_up(&mut self, at: Timestamp, why: &str) {
        if self.case.snoozed.take().is_some() {
            self.note_stage(at, 0, What::Woken { why: why.to_owned() });
        }
    }
}
