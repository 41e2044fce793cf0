//! What time alone does to a case: clocks turn amber and red, promises fall due and are missed, hand-overs come back,
//! and what nobody agreed anything about goes back into the queue.
//!
//! Stages are applied one by one in the order of their times, and each one depends on the case and on its own time
//! only, never on when somebody looked. So it makes no difference how often, or how late, this is called:
//! `advance(advance(c, t1), t2)` leaves the same case as `advance(c, t2)`. After downtime every stage that passed is
//! in the history with its own time, and only the gravest yields an effect.

use jiff::Timestamp;

use crate::case::{Case, CaseState, QueueReason};
use crate::clock::{ClockKind, ClockState};
use crate::context::Context;
use crate::decide::Decision;
use crate::decide::work::Work;
use crate::event::What;
use crate::ids::PromiseId;
use crate::promise::PromiseState;

/// Something that time brings. The order decides between two of the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// The clock at this place in the list turns amber.
    Amber(usize),
    /// A promise is due soon.
    Reminder(PromiseId),
    /// The clock at this place in the list runs out.
    Red(usize),
    /// The time of the hand-over has passed.
    HandOverDue,
    /// A promise is missed.
    Missed(PromiseId),
    /// The next step of a talk in private did not come.
    Private,
    /// Nobody agreed anything else.
    FollowUp,
    /// The date until which it was put aside.
    Woken,
}

/// Lets time pass up to `cx.now`. `None` when nothing happened by it.
#[must_use]
pub fn advance(case: &Case, cx: &Context<'_>) -> Option<Decision> {
    if next_due(case).is_none_or(|due| due > cx.now) {
        return None;
    }
    let decision = Work::begin(case, cx).finish();
    (!decision.is_empty()).then_some(decision)
}

/// When [`advance`] has something to do next, if time alone can bring anything.
#[must_use]
pub fn next_due(case: &Case) -> Option<Timestamp> {
    stages(case).map(|(at, _)| at).min().filter(|at| *at < Timestamp::MAX)
}

/// Applies all stages up to a moment, in order.
pub(crate) fn pass(work: &mut Work<'_>, until: Timestamp) {
    // Each stage can be applied once only, so this ends; the bound is for a mistake in here.
    for _ in 0..10_000 {
        let Some((at, stage)) = stages(&work.case).min().filter(|(at, _)| *at <= until) else { return };
        apply(work, at, stage);
    }
}

fn stages(case: &Case) -> impl Iterator<Item = (Timestamp, Stage)> {
    let open = case.is_open();
    let clocks = case.clocks.iter().enumerate().filter(|(_, c)| c.state == ClockState::Running);
    let of_clocks = clocks.flat_map(|(at, clock)| {
        let amber = (clock.amber_fired.is_none() && clock.red_fired.is_none())
            .then_some((clock.amber_at.min(clock.red_at), Stage::Amber(at)));
        let red = clock.red_fired.is_none().then_some((clock.red_at, Stage::Red(at)));
        amber.into_iter().chain(red)
    });
    let of_promises = case.promises.iter().filter(|p| p.is_open()).flat_map(|promise| {
        let reminder = promise.reminder().map(|at| (at, Stage::Reminder(promise.id)));
        reminder.into_iter().chain([(promise.due, Stage::Missed(promise.id))])
    });
    let hand_over = case.hand_over.iter().filter(|h| h.paused_left.is_none());
    let of_hand_over = hand_over.map(|h| (h.due, Stage::HandOverDue));
    let of_private = case.private_talk.due.map(|at| (at, Stage::Private));
    let of_follow_up = case.follow_up.map(|at| (at, Stage::FollowUp));
    let of_snooze = case.snoozed.as_ref().map(|s| (s.until, Stage::Woken));
    of_clocks
        .chain(of_promises)
        .chain(of_hand_over)
        .chain(of_private)
        .chain(of_follow_up)
        .chain(of_snooze)
        .filter(move |_| open)
}

fn apply(work: &mut Work<'_>, due: Timestamp, stage: Stage) {
    // Nothing is on record as having happened here before we knew of the case.
    let at = due.max(work.case.opened);
    match stage {
        Stage::Amber(clock) => {
            if let Some(clock) = work.case.clocks.get_mut(clock) {
                clock.amber_fired = Some(at);
                let clock = clock.kind;
                work.note_stage(at, 0, What::ClockAmber { clock });
            }
        }
        Stage::Red(clock) => {
            if let Some(clock) = work.case.clocks.get_mut(clock) {
                clock.red_fired = Some(at);
                let clock = clock.kind;
                let gravity = if clock == ClockKind::Resolution { 2 } else { 3 };
                work.note_stage(at, gravity, What::ClockRed { clock });
                let reason = match clock {
                    ClockKind::TellCustomer => QueueReason::NotTold,
                    _ => QueueReason::ClockRanOut,
                };
                work.queue(reason, at);
            }
        }
        Stage::Reminder(promise) => {
            if let Some(known) = work.case.promises.iter_mut().find(|p| p.id == promise) {
                known.reminded = Some(at);
                work.note_stage(at, 0, What::PromiseDue { promise });
            }
        }
        Stage::Missed(promise) => {
            if let Some(known) = work.case.promises.iter_mut().find(|p| p.id == promise) {
                known.state = PromiseState::Missed { at };
                work.note_stage(at, 5, What::PromiseEnded { promise, how: "missed".to_owned() });
                // It is for us to move now, whatever the customer was asked.
                work.go_on(at);
                work.queue(QueueReason::PromiseMissed, at);
            }
        }
        Stage::HandOverDue => come_back(work, at),
        Stage::Private => {
            work.case.private_talk.due = None;
            let (step, reason) = match work.case.private_talk.came {
                None => ("not_come", QueueReason::PrivateSilent),
                Some(_) => ("not_solved", QueueReason::PrivateOpen),
            };
            work.note_stage(at, 1, What::PrivateTalk { step: step.to_owned() });
            work.queue(reason, at);
        }
        Stage::Woken => {
            work.wake_up(at, "date");
            work.queue(QueueReason::Woken, at);
        }
        Stage::FollowUp => {
            work.case.follow_up = None;
            let waiting = work.case.state == CaseState::Waiting;
            let reason = if waiting { QueueReason::CustomerSilent } else { QueueReason::ClockRanOut };
            work.queue(reason, at);
        }
    }
}

/// The responsible party did not act in time: the case returns to the team and the owner that handed it over.
fn come_back(work: &mut Work<'_>, at: Timestamp) {
    let Some(over) = work.case.hand_over.take() else { return };
    work.case.late_hand_overs += 1;
    let from = work.case.team.clone();
    work.note_stage(at, 4, What::Returned { from, late: true });
    work.move_to_team(&over.from, at);
    work.case.owner = over.owner_before;
    work.queue_back(QueueReason::HandOverLate, at);
    work.stop_ping_pong(at);
}
