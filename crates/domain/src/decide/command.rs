//! What people and helpdesks can ask of a case, and who may.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::correct::Correction;
use super::work::Work;
use super::{Decision, Refused, close, correct, hand_over, promise, propose, snooze, talk, ticket};
use crate::assessment::{Intent, Responsible, Sentiment, Severity, Signal, Topic};
use crate::case::{Case, Outcome, TicketState};
use crate::context::Context;
use crate::event::Actor;
use crate::ids::{LocationId, MentionId, OutletId, PromiseId, TeamId, UserId};
use crate::promise::PromiseKind;
use crate::user::Role;

/// How far a talk in private came, after it was asked for (rule 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateStep {
    /// The customer came.
    Came,
    /// It was solved there.
    Solved,
    /// The public thread got its last line.
    ClosedInPublic,
}

impl PrivateStep {
    /// The name used in records, forms and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PrivateStep::Came => "came",
            PrivateStep::Solved => "solved",
            PrivateStep::ClosedInPublic => "closed_in_public",
        }
    }
    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [PrivateStep::Came, PrivateStep::Solved, PrivateStep::ClosedInPublic]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// What can be asked of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Command {
    /// Give it to somebody, or let go of it.
    Assign {
        /// To whom; none lets go of it.
        to: Option<UserId>,
    },
    /// Give a case to somebody whose queue asks for a skill that they lack or is closed now; a team lead also to somebody who
    /// owns as many as their limit allows. See [`Context::may_get`].
    AssignBeyond {
        /// To whom.
        to: UserId,
    },
    /// Write an internal note; it never goes where customers read.
    Note {
        /// The note.
        text: String,
    },
    /// We asked the customer to talk in private.
    AskPrivate,
    /// The talk in private went on.
    PrivateStep {
        /// How far it came.
        step: PrivateStep,
    },
    /// The customer is to move.
    WaitForCustomer,
    /// Promise something.
    Promise {
        /// What kind.
        kind: PromiseKind,
        /// In our own words.
        what: String,
        /// Until when.
        due: Timestamp,
    },
    /// A promise was kept.
    KeepPromise {
        /// Which.
        promise: PromiseId,
        /// What shows it.
        proof: String,
    },
    /// Take a promise back.
    WithdrawPromise {
        /// Which.
        promise: PromiseId,
        /// Why.
        reason: String,
    },
    /// Hand it to another team, until a return date.
    HandOver {
        /// To whom.
        to: TeamId,
        /// To which shop of theirs; it becomes the location of the case.
        #[serde(default)]
        location: Option<LocationId>,
        /// What is asked.
        note: String,
        /// Whether the short return date counts; none decides by the rank.
        #[serde(default)]
        urgent: Option<bool>,
    },
    /// Give a case that was handed over back.
    GiveBack {
        /// What was done, or why not.
        note: String,
    },
    /// End it.
    Close {
        /// How.
        outcome: Outcome,
        /// A remark.
        #[serde(default)]
        note: String,
    },
    /// End it although nobody answered here: the customer got the answer elsewhere, by telephone say.
    CloseAnsweredElsewhere {
        /// How.
        outcome: Outcome,
        /// Where and how it was answered.
        note: String,
    },
    /// Open it again by hand.
    Reopen {
        /// Why.
        #[serde(default)]
        note: String,
    },
    /// Set the rank, or undo that.
    Overrule {
        /// The points; none undoes it.
        points: Option<f32>,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Say which shop it is about.
    SetLocation {
        /// Which; none when it is about no shop.
        location: Option<LocationId>,
    },
    /// Say who has to act.
    SetResponsible {
        /// Who.
        responsible: Responsible,
    },
    /// Correct what was judged of it. What is given replaces the judgement of one mention, or of all its mentions so far.
    Correct {
        /// Of which mention; none for all so far, and then the latest of the customer teaches.
        #[serde(default)]
        mention: Option<MentionId>,
        /// What the customer does with the text.
        #[serde(default)]
        intent: Option<Intent>,
        /// How bad it is.
        #[serde(default)]
        severity: Option<Severity>,
        /// The customer's feeling.
        #[serde(default)]
        sentiment: Option<Sentiment>,
        /// All topics.
        #[serde(default)]
        topics: Option<Vec<Topic>>,
        /// All signals.
        #[serde(default)]
        signals: Option<Vec<Signal>>,
    },
    /// A ticket was opened in the helpdesk.
    TicketOpened {
        /// Through which outlet.
        outlet: OutletId,
        /// Its id there.
        ticket: String,
        /// Where people read it.
        #[serde(default)]
        url: Option<String>,
    },
    /// A ticket changed in the helpdesk.
    TicketChanged {
        /// Through which outlet.
        outlet: OutletId,
        /// Its id there.
        ticket: String,
        /// Its state now.
        state: TicketState,
    },
    /// A proposal is a promise; what is given replaces what was proposed.
    AcceptProposal {
        /// Which.
        proposal: u32,
        /// What kind; none as proposed.
        #[serde(default)]
        promise: Option<PromiseKind>,
        /// In our own words; empty as proposed.
        #[serde(default)]
        what: String,
        /// Until when; none as proposed.
        #[serde(default)]
        due: Option<Timestamp>,
    },
    /// A proposal is no promise.
    DismissProposal {
        /// Which.
        proposal: u32,
    },
    /// We spoke, or tried to speak, with the customer by telephone. A call that was answered is proof of a promise.
    RecordCall {
        /// Somebody answered.
        answered: bool,
        /// How long it took, in seconds.
        #[serde(default)]
        seconds: u32,
        /// What names the call where it was made.
        reference: String,
        /// The promise it is for; none: the only one to call back.
        #[serde(default)]
        promise: Option<PromiseId>,
    },
    /// Put it aside until a date.
    Snooze {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// Take it up again before that date.
    Wake,
}

impl Command {
    /// Its name in the audit log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Command::Assign { .. } => "assign",
            Command::AssignBeyond { .. } => "assign_beyond",
            Command::Note { .. } => "note",
            Command::AskPrivate => "ask_private",
            Command::PrivateStep { .. } => "private_step",
            Command::WaitForCustomer => "wait_for_customer",
            Command::Promise { .. } => "promise",
            Command::KeepPromise { .. } => "keep_promise",
            Command::WithdrawPromise { .. } => "withdraw_promise",
            Command::HandOver { .. } => "hand_over",
            Command::GiveBack { .. } => "give_back",
            Command::Close { .. } => "close",
            Command::CloseAnsweredElsewhere { .. } => "close_answered_elsewhere",
            Command::Reopen { .. } => "reopen",
            Command::Overrule { .. } => "overrule",
            Command::SetLocation { .. } => "set_location",
            Command::SetResponsible { .. } => "set_responsible",
            Command::Correct { .. } => "correct",
            Command::TicketOpened { .. } => "ticket_opened",
            Command::TicketChanged { .. } => "ticket_changed",
            Command::AcceptProposal { .. } => "accept_proposal",
            Command::DismissProposal { .. } => "dismiss_proposal",
            Command::RecordCall { .. } => "record_call",
            Command::Snooze { .. } => "snooze",
            Command::Wake => "wake",
        }
    }

    /// What it corrects, if it is a correction.
    #[must_use]
    pub fn correction(&self) -> Option<Correction> {
        let Command::Correct { mention, intent, severity, sentiment, topics, signals } = self else {
            return None;
        };
        Some(Correction {
            mention: mention.clone(),
            intent: *intent,
            severity: *severity,
            sentiment: *sentiment,
            topics: topics.clone(),
            signals: signals.clone(),
        })
    }

    /// What is asked, as the end of "may not …".
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Command::Assign { .. } => "assign cases",
            Command::AssignBeyond { .. } => "give out cases beyond a warning",
            Command::Note { .. } => "write notes",
            Command::AskPrivate | Command::PrivateStep { .. } => "follow a talk in private",
            Command::WaitForCustomer => "wait for the customer",
            Command::Promise { .. } => "promise anything",
            Command::KeepPromise { .. } => "keep a promise",
            Command::WithdrawPromise { .. } => "withdraw a promise",
            Command::HandOver { .. } => "hand cases over",
            Command::GiveBack { .. } => "give cases back",
            Command::Close { .. } | Command::CloseAnsweredElsewhere { .. } => "close cases",
            Command::Reopen { .. } => "reopen cases",
            Command::Overrule { .. } => "overrule the rank",
            Command::SetLocation { .. } => "set the location",
            Command::SetResponsible { .. } => "say who has to act",
            Command::Correct { .. } => "correct a judgement",
            Command::TicketOpened { .. } | Command::TicketChanged { .. } => "change tickets",
            Command::AcceptProposal { .. } | Command::DismissProposal { .. } => "answer a proposal",
            Command::RecordCall { .. } => "record calls",
            Command::Snooze { .. } | Command::Wake => "put cases aside",
        }
    }

    fn is_of_helpdesk(&self) -> bool {
        matches!(self, Command::TicketOpened { .. } | Command::TicketChanged { .. })
    }
}

/// Carries a command out.
///
/// Whether the actor may see the case at all is for the caller to check ([`crate::scope::Scope`]), and so is whether a
/// user that is named exists and may get the case ([`Context::may_get`]). What we say in public is no command: it goes
/// through [`super::reply()`], so that nothing passes its check.
///
/// # Errors
/// [`Refused`] with the reason and what to do; nothing has changed then.
pub fn command(
    case: &Case,
    command: &Command,
    actor: &Actor,
    role: Role,
    cx: &Context<'_>,
) -> Result<Decision, Refused> {
    may(case, command, actor, role)?;
    // It went to and fro often enough: from here on a lead says where it stays.
    let to_and_fro =
        matches!(command, Command::HandOver { .. }) && case.hand_overs >= cx.policy.ping_pong_after;
    if to_and_fro && !role.leads() {
        return Err(Refused::PingPong(case.hand_overs));
    }
    let mut work = Work::begin(case, cx);
    let w = &mut work;
    // Somebody takes it up: from now on it is a case like any other.
    w.case.backlog &= !matches!(actor, Actor::User(_));
    match command {
        Command::Assign { to } => talk::assign(w, to.as_ref(), actor)?,
        Command::AssignBeyond { to } => talk::assign(w, Some(to), actor)?,
        Command::Note { text } => talk::note(w, text, actor)?,
        Command::AskPrivate => talk::ask_private(w, actor)?,
        Command::PrivateStep { step } => talk::private_step(w, *step, actor)?,
        Command::WaitForCustomer => talk::wait(w, actor)?,
        Command::Promise { kind, what, due } => promise::make(w, *kind, what, *due, actor)?,
        Command::KeepPromise { promise, proof } => promise::keep(w, *promise, proof, actor)?,
        Command::WithdrawPromise { promise, reason } => promise::withdraw(w, *promise, reason, actor)?,
        Command::HandOver { to, location, note, urgent } => {
            hand_over::hand_over(w, to, location.as_ref(), note, *urgent, actor)?;
        }
        Command::GiveBack { note } => hand_over::give_back(w, note, actor)?,
        Command::Close { outcome, note } => close::close(w, *outcome, note, false, actor)?,
        Command::CloseAnsweredElsewhere { outcome, note } => close::close(w, *outcome, note, true, actor)?,
        Command::Reopen { note } => close::reopen(w, note, actor)?,
        Command::Overrule { points, reason } => correct::overrule(w, *points, reason, actor)?,
        Command::SetLocation { location } => correct::set_location(w, location.as_ref(), actor)?,
        Command::SetResponsible { responsible } => correct::set_responsible(w, *responsible, actor)?,
        Command::Correct { .. } => {
            correct::correct_case(w, &command.correction().unwrap_or_default(), actor)?
        }
        Command::TicketOpened { outlet, ticket, url } => {
            ticket::opened(w, outlet, ticket, url.as_deref(), actor)
        }
        Command::TicketChanged { outlet, ticket, state } => {
            ticket::changed(w, outlet, ticket, *state, actor)?
        }
        Command::AcceptProposal { proposal, promise, what, due } => {
            propose::accept(w, *proposal, *promise, what, *due, actor)?;
        }
        Command::DismissProposal { proposal } => propose::dismiss(w, *proposal, actor)?,
        Command::RecordCall { answered, seconds, reference, promise } => {
            propose::called(w, *answered, *seconds, reference, *promise, actor)?;
        }
        Command::Snooze { until, reason } => snooze::snooze(w, *until, reason, actor)?,
        Command::Wake => snooze::wake(w, actor)?,
    }
    Ok(work.finish())
}

/// Who may ask what. A franchisee works on the own cases, but does not decide whose fault they are.
fn may(case: &Case, command: &Command, actor: &Actor, role: Role) -> Result<(), Refused> {
    if command.is_of_helpdesk() {
        return if matches!(actor, Actor::User(_)) { Err(Refused::NeedsHelpdesk) } else { Ok(()) };
    }
    if !matches!(actor, Actor::User(_)) {
        return Ok(());
    }
    let refused = Refused::RoleMayNot { role, what: command.words() };
    if !role.works_cases() {
        return Err(refused);
    }
    let of_head_office = matches!(
        command,
        Command::SetLocation { .. } | Command::SetResponsible { .. } | Command::Overrule { .. }
    );
    if role == Role::Franchisee && of_head_office {
        return Err(refused);
    }
    if let (Command::Overrule { .. }, Actor::User(user), Some(owner)) = (command, actor, &case.owner)
        && owner != user
        && !role.leads()
    {
        return Err(Refused::NotYours);
    }
    Ok(())
}

/// Whether a role may split and merge cases: those who see all cases, because a merge can hide or claim one.
///
/// # Errors
/// [`Refused::RoleMayNot`] otherwise.
pub fn may_regroup(role: Role) -> Result<(), Refused> {
    if role.works_cases() && role != Role::Franchisee {
        return Ok(());
    }
    Err(Refused::RoleMayNot { role, what: "split or merge cases" })
}

/// The person behind an actor, for what only a person can do.
pub(super) fn person(actor: &Actor, what: &'static str) -> Result<UserId, Refused> {
    match actor {
        Actor::User(user) => Ok(user.clone()),
        Actor::Gehoor | Actor::Outlet(_) => Err(Refused::NeedsPerson(what)),
    }
}

impl Work<'_> {
    /// Refuses what cannot be done to a closed case.
    pub(super) fn must_be_open(&self) -> Result<(), Refused> {
        self.must_not_be_merged()?;
        if self.case.is_open() { Ok(()) } else { Err(Refused::Closed) }
    }
    /// Refuses a reply that no channel sends, where the company wants all to go through Gehoor.
    pub(super) fn may_be_by_hand(&self) -> Result<(), Refused> {
        if self.cx.policy.replies.by_hand { Ok(()) } else { Err(Refused::NotByHand) }
    }
    /// Refuses what cannot be done to a case that became part of another.
    pub(super) fn must_not_be_merged(&self) -> Result<(), Refused> {
        self.case.merged_into.map_or(Ok(()), |into| Err(Refused::Merged(into)))
    }
}
