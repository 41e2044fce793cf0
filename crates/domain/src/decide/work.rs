//! The bench on which a decision is made: the case, what was written into its history, and what follows from it.

use jiff::Timestamp;

use super::Decision;
use crate::advance;
use crate::case::{Case, CaseState, Pushed, QueueReason, Queued, TicketState, Voice};
use crate::clock::{self, ClockKind};
use crate::context::Context;
use crate::effect::{Effect, EffectKind};
use crate::event::{Actor, CaseEvent, What};
use crate::ids::{EffectKey, TeamId};
use crate::{facts, rank};

/// A case in the making.
pub(crate) struct Work<'a> {
    pub(crate) case: Case,
    pub(crate) cx: &'a Context<'a>,
    events: Vec<CaseEvent>,
    /// How often it went into the queue here: why, and its count.
    queued: Vec<(QueueReason, u32)>,
    /// Lines that the helpdesk has to hear: number and gravity; 255 for what people and customers did.
    heard: Vec<(u32, u8)>,
    /// Those of them that are internal notes.
    notes: Vec<u32>,
}

/// What people and customers did is never left out for something graver.
const ALWAYS_HEARD: u8 = u8::MAX;

impl<'a> Work<'a> {
    /// Takes a case, and lets time pass up to now.
    pub(crate) fn begin(case: &Case, cx: &'a Context<'a>) -> Self {
        Self::begin_at(case, cx, cx.now)
    }

    /// Takes a case, and lets time pass up to the moment of a fact that may lie in the past.
    pub(crate) fn begin_at(case: &Case, cx: &'a Context<'a>, at: Timestamp) -> Self {
        let mut work = Self::bare(case.clone(), cx);
        advance::pass(&mut work, at.min(cx.now));
        work
    }

    /// A new case, for which no time has passed yet.
    pub(crate) fn bare(case: Case, cx: &'a Context<'a>) -> Self {
        Self { case, cx, events: Vec::new(), queued: Vec::new(), heard: Vec::new(), notes: Vec::new() }
    }

    /// Adds a line to the history: something that a person, a customer or a helpdesk did.
    pub(crate) fn note(&mut self, at: Timestamp, by: &Actor, what: What) {
        if helpdesk_hears(&what) {
            self.heard.push((self.case.events, ALWAYS_HEARD));
            if matches!(what, What::Noted { .. }) {
                self.notes.push(self.case.events);
            }
        }
        self.push(at, by, what);
        self.case.changed = self.case.changed.max(self.cx.now);
    }

    /// Adds a line to the history: a stage that time alone brought. `gravity` decides which one is told when several
    /// passed at once; 0 for one that the helpdesk need not hear.
    pub(crate) fn note_stage(&mut self, at: Timestamp, gravity: u8, what: What) {
        if gravity > 0 {
            self.heard.push((self.case.events, gravity));
        }
        self.push(at, &Actor::Gehoor, what);
    }

    fn push(&mut self, at: Timestamp, by: &Actor, what: What) {
        self.events.push(CaseEvent { at, by: by.clone(), what });
        self.case.events += 1;
        self.case.changed = self.case.changed.max(at);
    }

    /// Puts the case into its team's queue. One that stands there already gets a new reason only when it is graver:
    /// the helpdesk is not told twice for less.
    pub(crate) fn queue(&mut self, reason: QueueReason, at: Timestamp) {
        self.case.follow_up = None;
        self.wake_up(at, "queue");
        if self.case.queued.as_ref().is_some_and(|q| q.reason.gravity() >= reason.gravity()) {
            return;
        }
        let since = self.case.queued.as_ref().map_or(at, |q| q.since);
        self.case.queued = Some(Queued { reason, since });
        self.case.queue_count += 1;
        self.queued.push((reason, self.case.queue_count));
        self.push(at, &Actor::Gehoor, What::Queued { reason });
    }

    /// Puts the case into the queue of another team, where it begins to wait anew, whatever it waited for before.
    pub(crate) fn queue_elsewhere(&mut self, reason: QueueReason, at: Timestamp) {
        self.case.queued = None;
        self.queue(reason, at);
    }

    /// As [`Work::queue_elsewhere`], for a case that comes back: a graver reason goes along.
    pub(crate) fn queue_back(&mut self, reason: QueueReason, at: Timestamp) {
        let before = self.case.queued.as_ref().map(|q| q.reason);
        let graver = before.filter(|r| r.gravity() > reason.gravity());
        self.queue_elsewhere(graver.unwrap_or(reason), at);
    }

    /// Takes the case out of the queue.
    pub(crate) fn unqueue(&mut self) {
        self.case.queued = None;
    }

    /// Somebody dealt with the case: its owner has it again. Without an owner it stays in the queue, and after a
    /// missed promise it stays there until that is made good (`settles`).
    pub(crate) fn dealt_with(&mut self, settles: bool) {
        let missed = self.case.queued.as_ref().is_some_and(|q| q.reason == QueueReason::PromiseMissed);
        if self.case.owner.is_some() && (settles || !missed) {
            self.unqueue();
        }
    }

    /// Starts a clock by the norm of the channel, in the calendar of the norm or of the team.
    pub(crate) fn start_clock(&mut self, kind: ClockKind, at: Timestamp) {
        let norms = self.cx.norms(self.case.channel);
        let norm = match kind {
            ClockKind::FirstResponse => &norms.first_response,
            ClockKind::NextResponse => &norms.next_response,
            ClockKind::Resolution => &norms.resolution,
            ClockKind::TellCustomer => &norms.tell_customer,
        };
        let name = self.cx.norm_calendar(norm, &self.case.team);
        let share = self.cx.policy.amber_share;
        let clock = clock::start(kind, norm, name, self.cx.calendar(name), at, share);
        self.case.clocks.push(clock);
        self.case.clocks.sort_by_key(|c| c.started);
    }

    /// The customer waits for an answer since then: starts the next-response clock unless one runs already. The older
    /// one goes on: whoever asks again does not lose the place.
    pub(crate) fn owe_answer(&mut self, since: Timestamp) {
        let waits = |c: &clock::Clock| {
            matches!(c.kind, ClockKind::FirstResponse | ClockKind::NextResponse) && !c.is_over()
        };
        if !self.case.clocks.iter().any(waits) {
            self.start_clock(ClockKind::NextResponse, since);
        }
    }

    /// It is solved elsewhere: the customer has to be told, in public, since then.
    pub(crate) fn owe_word(&mut self, since: Timestamp) {
        let runs = self.case.clocks.iter().any(|c| c.kind == ClockKind::TellCustomer && !c.is_over());
        if !runs {
            self.start_clock(ClockKind::TellCustomer, since);
        }
    }

    /// The customer was told, whoever saw it.
    pub(crate) fn told(&mut self, at: Timestamp) {
        for clock in self.case.clocks.iter_mut().filter(|c| c.kind == ClockKind::TellCustomer) {
            clock::finish(clock, at);
        }
    }

    /// Our public words are the last line of a talk in private that was solved, or of a case that is closed.
    pub(crate) fn last_line(&mut self, at: Timestamp) {
        let open = self.case.is_open();
        let talk = &mut self.case.private_talk;
        let after = talk.asked.is_some_and(|asked| asked < at);
        if after && talk.solved.map_or(!open, |solved| solved <= at) {
            talk.closed_in_public.get_or_insert(at);
            talk.due = None;
        }
    }

    /// Our answer ends the response clocks that ran when it was given.
    pub(crate) fn answered(&mut self, at: Timestamp) {
        for clock in &mut self.case.clocks {
            if clock.kind != ClockKind::Resolution && clock.started <= at {
                clock::finish(clock, at);
            }
        }
    }

    /// The customer is to move: everything that counts our time stands still (CA-2).
    pub(crate) fn stand_still(&mut self, at: Timestamp) {
        self.case.state = CaseState::Waiting;
        for clock in &mut self.case.clocks {
            clock::pause(clock, at);
        }
        let calendar = self.cx.team_calendar(&self.case.team);
        if let Some(over) = &mut self.case.hand_over
            && over.paused_left.is_none()
        {
            over.paused_left = Some(calendar.between(at, over.due));
        }
    }

    /// We are to move again: what stood still goes on with what was left.
    pub(crate) fn go_on(&mut self, at: Timestamp) {
        if self.case.state != CaseState::Waiting {
            return;
        }
        self.case.state = CaseState::Open;
        self.case.follow_up = None;
        for clock in &mut self.case.clocks {
            let calendar = self.cx.calendar(&clock.calendar);
            clock::resume(clock, calendar, at, self.cx.policy.amber_share);
        }
        let calendar = self.cx.team_calendar(&self.case.team);
        if let Some(over) = &mut self.case.hand_over
            && let Some(left) = over.paused_left.take()
        {
            over.due = calendar.add(at, left);
        }
    }

    /// Gives the case to another team: clocks that count in the team's hours go on in the hours of the new one.
    pub(crate) fn move_to_team(&mut self, team: &TeamId, at: Timestamp) {
        if self.case.team == *team {
            return;
        }
        let old = self.cx.calendar_name(&self.case.team);
        let new = self.cx.calendar_name(team);
        let norms = self.cx.norms(self.case.channel);
        for clock in &mut self.case.clocks {
            let norm = match clock.kind {
                ClockKind::FirstResponse => &norms.first_response,
                ClockKind::NextResponse => &norms.next_response,
                ClockKind::Resolution => &norms.resolution,
                ClockKind::TellCustomer => &norms.tell_customer,
            };
            // A norm with its own calendar is a promise to the public: no team's hours change it.
            if norm.calendar.is_none() && clock.calendar == old {
                let share = self.cx.policy.amber_share;
                clock::move_to(clock, self.cx.calendar(old), new, self.cx.calendar(new), at, share);
            }
        }
        self.case.team = team.clone();
    }

    /// What is known of the problem, from what the customer said.
    pub(crate) fn refold(&mut self) {
        let said = self.case.mentions.iter().filter_map(|m| m.facts.as_ref());
        if let Some(known) = facts::fold(said) {
            self.case.facts = known;
        }
    }

    /// Lets the rest of the time pass, then works out what follows: next date, rank, effects.
    pub(crate) fn finish(mut self) -> Decision {
        let now = self.cx.now;
        advance::pass(&mut self, now);
        self.keep_a_next_date();
        self.case.priority = rank::priority(&self.case, self.cx);
        self.case.next_due = advance::next_due(&self.case);
        let mut effects = self.effects();
        self.push_to_tickets(&mut effects);
        Decision { case: self.case, events: self.events, effects }
    }

    /// CA-3: an open case that stands in no queue and for which nothing will happen by time alone comes back by itself.
    fn keep_a_next_date(&mut self) {
        match self.case.state {
            CaseState::Closed => {
                self.case.follow_up = None;
                self.case.snoozed = None;
            }
            CaseState::Waiting => {
                if self.case.queued.is_none() && self.case.follow_up.is_none() && self.case.snoozed.is_none()
                {
                    let span = self.cx.policy.follow_up;
                    self.case.follow_up = Some(self.cx.after(&self.case.team, self.cx.now, span));
                }
            }
            CaseState::Open => {
                let kept = self.case.follow_up.take();
                if self.case.queued.is_none() && advance::next_due(&self.case).is_none() {
                    let span = self.cx.policy.follow_up;
                    let new = || self.cx.after(&self.case.team, self.cx.now, span);
                    self.case.follow_up = Some(kept.unwrap_or_else(new));
                }
            }
        }
    }

    fn effects(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let gravest = self.queued.iter().max_by_key(|(reason, count)| (reason.gravity(), *count));
        let waits = self.case.queued.is_some() && !self.case.backlog;
        if let Some((reason, count)) = gravest.filter(|_| waits) {
            for wanted in &self.cx.policy.queue_outlets {
                let for_this = if wanted.reasons.is_empty() {
                    reason.is_for_helpdesk()
                } else {
                    wanted.reasons.contains(reason)
                };
                if for_this && self.case.priority.total >= wanted.from_points {
                    effects.push(Effect {
                        key: EffectKey::of_case(self.case.id, &format!("queue-{count}"), &wanted.outlet),
                        outlet: wanted.outlet.clone(),
                        kind: EffectKind::Ticket { case: self.case.id, reason: reason.as_str().to_owned() },
                        created: self.cx.now,
                    });
                }
            }
        }
        let mut lines: Vec<u32> = self.heard.iter().filter(|h| h.1 == ALWAYS_HEARD).map(|h| h.0).collect();
        let by_time = self.heard.iter().filter(|h| h.1 != ALWAYS_HEARD);
        lines.extend(by_time.max_by_key(|h| (h.1, h.0)).map(|h| h.0));
        lines.sort_unstable();
        let mut told: Vec<_> = effects.iter().map(|e| e.outlet.clone()).collect();
        for ticket in self.case.tickets.iter().filter(|t| t.state != TicketState::Gone) {
            // A ticket that is opened or reopened here carries all of it.
            if told.contains(&ticket.outlet) {
                continue;
            }
            told.push(ticket.outlet.clone());
            let wanted = self.cx.policy.queue_outlets.iter().find(|q| q.outlet == ticket.outlet);
            let notes = wanted.is_none_or(|q| q.notes);
            for event in lines.iter().filter(|line| notes || !self.notes.contains(line)) {
                effects.push(Effect {
                    key: EffectKey::of_case(self.case.id, &format!("event-{event}"), &ticket.outlet),
                    outlet: ticket.outlet.clone(),
                    kind: EffectKind::TicketComment { case: self.case.id, event: *event },
                    created: self.cx.now,
                });
            }
        }
        effects
    }

    /// Tickets whose priority or due time is no longer what the helpdesk was told get the new ones. One that is opened
    /// or opened again here gets them on that way.
    fn push_to_tickets(&mut self, effects: &mut Vec<Effect>) {
        if !self.case.is_open() {
            return;
        }
        let current = Pushed::of(&self.case);
        let mut told: Vec<_> = effects
            .iter()
            .filter(|e| matches!(e.kind, EffectKind::Ticket { .. }))
            .map(|e| e.outlet.clone())
            .collect();
        let (id, created) = (self.case.id, self.cx.now);
        for ticket in self.case.tickets.iter_mut().rev() {
            // A solved one is nobody's next work there.
            let works = matches!(ticket.state, TicketState::Open | TicketState::Pending);
            if !works || told.contains(&ticket.outlet) {
                if works {
                    ticket.pushed = Some(current);
                }
                continue;
            }
            told.push(ticket.outlet.clone());
            let Some(before) = ticket.pushed.replace(current) else { continue };
            if !current.differs(&before) {
                ticket.pushed = Some(before);
                continue;
            }
            ticket.pushes += 1;
            let stage = format!("push-{}-{}", ticket.id, ticket.pushes);
            effects.push(Effect {
                key: EffectKey::of_case(id, &stage, &ticket.outlet),
                outlet: ticket.outlet.clone(),
                kind: EffectKind::TicketPush { case: id },
                created,
            });
        }
    }

    /// Whether any clock still counts or stands still.
    pub(crate) fn has_resolution(&self) -> bool {
        self.case.clocks.iter().any(|c| c.kind == ClockKind::Resolution && !c.is_over())
    }

    /// Ends all clocks: those of the resolution as done when it was solved, all others as never answered.
    pub(crate) fn stop_clocks(&mut self, at: Timestamp, solved: bool) {
        for clock in &mut self.case.clocks {
            if solved && clock.kind == ClockKind::Resolution {
                clock::finish(clock, at);
            } else {
                clock::drop(clock, at);
            }
        }
    }
}

/// What the helpdesk behind a ticket has to hear; not what the helpdesk itself said. Internal notes are for colleagues
/// there too: whoever delivers them keeps them from customers (rule 2).
fn helpdesk_hears(what: &What) -> bool {
    match what {
        // What bystanders say to each other is of no use there, and our own replies are told as such.
        What::Joined { voice, .. } => *voice == Voice::Customer,
        What::Revised { .. }
        | What::Withdrawn { .. }
        | What::Replied { .. }
        | What::Noted { .. }
        | What::Promised { .. }
        | What::PromiseEnded { .. }
        | What::HandedOver { .. }
        | What::Returned { .. }
        | What::PrivateTalk { .. }
        | What::Closed { .. }
        | What::Reopened { .. }
        | What::SplitOff { .. }
        | What::MergedIn { .. }
        | What::MergedInto { .. } => true,
        What::Opened { .. }
        | What::Assigned { .. }
        | What::PromiseDue { .. }
        | What::ClockAmber { .. }
        | What::ClockRed { .. }
        | What::Queued { .. }
        | What::TicketOpened { .. }
        | What::TicketChanged { .. }
        | What::WaitingForCustomer
        | What::SplitFrom { .. }
        | What::Overruled { .. }
        | What::Located { .. }
        | What::ResponsibleSet { .. }
        | What::Corrected { .. }
        | What::Reassessed { .. }
        | What::PromiseProposed { .. }
        | What::ProposalDismissed { .. }
        | What::Called { .. }
        | What::Snoozed { .. }
        | What::ReplyStep { .. }
        | What::Woken { .. } => false,
    }
}
