//! The conversation: what was asked last, and what follows from each answer.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Receipt, Task};
use gehoor_wire::Response;
use serde_json::Value;

use super::{Ask, Desk, Found, json, lost};
use crate::answer::never;
use crate::plug::{Progress, Refusal};
use crate::{clean, letter};

/// What was asked last, and about which ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) ask: Ask,
    /// Empty when there is none.
    pub(crate) id: String,
    pub(crate) closed: bool,
}

/// What follows from an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Ask(Asked),
    Done(Receipt),
}

impl Asked {
    pub(crate) fn about(ask: Ask, id: &str) -> Self {
        Self { ask, id: id.to_owned(), closed: false }
    }

    /// The same ticket, something else.
    pub(crate) fn then(&self, ask: Ask) -> Next {
        Next::Ask(Self { ask, ..self.clone() })
    }

    pub(crate) fn write(&self) -> Progress {
        let word = match self.ask {
            Ask::Ticket => "ticket",
            Ask::LookUp => "look-up",
            Ask::Read => "read",
            Ask::Texts => "texts",
            Ask::Change => "change",
            Ask::Reread => "reread",
            Ask::Comment => "comment",
            Ask::Create => "create",
            Ask::Own(_) => "own",
        };
        let number = if let Ask::Own(n) = self.ask { n.to_string() } else { String::new() };
        let closed = if self.closed { " closed" } else { "" };
        Progress(format!("{word}{number} {}{closed}", self.id))
    }

    pub(super) fn read(progress: &Progress) -> Option<Self> {
        let mut words = progress.0.split(' ');
        let word = words.next()?;
        let ask = match word {
            "ticket" => Ask::Ticket,
            "look-up" => Ask::LookUp,
            "read" => Ask::Read,
            "texts" => Ask::Texts,
            "change" => Ask::Change,
            "reread" => Ask::Reread,
            "comment" => Ask::Comment,
            "create" => Ask::Create,
            _ => Ask::Own(word.strip_prefix("own")?.parse().ok()?),
        };
        Some(Self { ask, id: words.next()?.to_owned(), closed: words.next() == Some("closed") })
    }
}

/// The first question of a delivery.
pub(super) fn begin(desk: &dyn Desk, delivery: &Delivery) -> Result<Next, Refusal> {
    let who = desk.advice().who;
    let known = |id: &Option<String>| id.clone().filter(|id| desk.is_id(id));
    match &delivery.task {
        Task::Ticket { known: ticket, .. } => Ok(Next::Ask(match known(ticket) {
            Some(id) => Asked::about(Ask::Ticket, &id),
            None => Asked::about(Ask::LookUp, ""),
        })),
        Task::Comment { ticket: None, .. } | Task::Push { ticket: None, .. } => {
            Ok(Next::Done(Receipt { id: None, url: None }))
        }
        Task::Push { ticket, .. } => Ok(match known(ticket) {
            Some(id) => Next::Ask(Asked::about(Ask::Change, &id)),
            None => Next::Done(Receipt { id: None, url: None }),
        }),
        Task::Comment { ticket, .. } => match known(ticket) {
            Some(id) => Ok(Next::Ask(Asked::about(Ask::Texts, &id))),
            None => Err(never(format!(
                "the ticket has no id of {who}: check whether this outlet was of another kind before; a new ticket is \
                 opened the next time the case is queued"
            ))),
        },
        Task::Alert { .. } | Task::Digest { .. } | Task::Reply(_) => {
            Err(never(format!("{who} takes tickets, no alerts: name another outlet in the alert rule")))
        }
    }
}

/// What an answer means.
pub(super) fn hear(
    desk: &dyn Desk,
    asked: &Asked,
    delivery: &Delivery,
    answer: &Response,
) -> Result<Next, Refusal> {
    if let Some(own) = desk.hear(asked, delivery, answer) {
        return own;
    }
    if matches!(delivery.task, Task::Push { .. }) {
        // Closed for good, gone, or without such a field: then there is nothing that it could be pushed to, and
        // nothing is lost.
        if !matches!(answer.status.as_u16(), 400 | 404 | 409 | 410 | 422) {
            yes(desk, answer)?;
        }
        return Ok(Next::Done(receipt(desk, &asked.id)));
    }
    let unreadable = || desk.advice().unreadable(answer);
    let is_ticket = matches!(delivery.task, Task::Ticket { .. });
    match asked.ask {
        Ask::Ticket if desk.is_missing(answer) => Ok(asked_again(asked, "")),
        Ask::Ticket | Ask::Read => {
            let found = desk.ticket(&json(desk, answer)?).ok_or_else(unreadable)?;
            let fits = desk.is_id(&found.id);
            match found.state {
                _ if !fits => Err(unreadable()),
                Some(TicketState::Gone) if asked.ask == Ask::Ticket => Ok(asked_again(asked, "")),
                _ if found.for_good && asked.ask == Ask::Ticket => Ok(asked_again(asked, &found.id)),
                Some(TicketState::Gone) => Ok(Next::Ask(Asked::about(Ask::Create, ""))),
                _ if found.for_good => Ok(Next::Ask(Asked::about(Ask::Create, &found.id))),
                _ => Ok(know(desk, &found, delivery)),
            }
        }
        Ask::LookUp => {
            let Task::Ticket { external, .. } = &delivery.task else { return Err(lost(desk.advice().who)) };
            // Some say "not there" by a status when a key is looked up.
            let found = match desk.is_missing(answer) {
                true => Vec::new(),
                false => desk.found(&json(desk, answer)?, &clean::token(external)).ok_or_else(unreadable)?,
            };
            let fit = || found.iter().filter(|f| desk.is_id(&f.id) && f.state != Some(TicketState::Gone));
            if asked.closed {
                // One that stays closed: an earlier try may have made its follow-up already.
                let other =
                    fit().find(|f| f.id != asked.id && !f.for_good && f.state == Some(TicketState::Open));
                return Ok(match other {
                    Some(found) => know(desk, found, delivery),
                    None => Next::Ask(Asked::about(Ask::Create, &asked.id)),
                });
            }
            Ok(match fit().find(|f| !f.for_good) {
                Some(found) if desk.shape().reads_found => Next::Ask(Asked::about(Ask::Read, &found.id)),
                Some(found) => know(desk, found, delivery),
                None => {
                    let before = fit().next().map_or(asked.id.as_str(), |f| f.id.as_str());
                    Next::Ask(Asked::about(Ask::Create, before))
                }
            })
        }
        Ask::Texts => {
            // What only avoids saying something twice: when it may not be read, saying it once too often is better
            // than not at all.
            let texts = match answer.status.as_u16() {
                400 | 403 | 404 => Vec::new(),
                _ => desk.texts(&json(desk, answer)?).ok_or_else(unreadable)?,
            };
            Ok(match letter::is_marked(&texts, delivery) {
                true => Next::Done(receipt(desk, &asked.id)),
                false => write(desk, asked, is_ticket),
            })
        }
        Ask::Change => {
            yes(desk, answer)?;
            let lies = asked.closed && desk.shape().change_may_lie;
            Ok(if lies { asked.then(Ask::Reread) } else { after_change(desk, asked) })
        }
        Ask::Reread => {
            let found = desk.ticket(&json(desk, answer)?).ok_or_else(unreadable)?;
            match found.state {
                Some(TicketState::Open) | None => Ok(asked.then(Ask::Comment)),
                // Its workflow does not let it: another one follows it.
                Some(_) => Ok(stays_closed(asked)),
            }
        }
        Ask::Comment if desk.is_missing(answer) => Err(never(format!(
            "{} takes no text for ticket {}: look whether it was deleted; then a new one is opened the next time the \
             case is queued",
            desk.advice().who,
            asked.id
        ))),
        Ask::Comment => {
            yes(desk, answer)?;
            Ok(Next::Done(receipt(desk, &asked.id)))
        }
        Ask::Create => {
            let id = desk.created(&json(desk, answer)?).filter(|id| desk.is_id(id)).ok_or_else(unreadable)?;
            Ok(match desk.shape().creates_empty {
                true => Next::Ask(Asked::about(Ask::Comment, &id)),
                false => Next::Done(receipt(desk, &id)),
            })
        }
        Ask::Own(_) => Err(lost(desk.advice().who)),
    }
}

/// The ticket that we knew cannot be used: another one may carry our key.
fn asked_again(asked: &Asked, before: &str) -> Next {
    let mut next = asked.clone();
    next.ask = Ask::LookUp;
    next.id = before.to_owned();
    Next::Ask(next)
}

/// The ticket cannot be opened again: one that follows it is looked for, and else made.
pub(crate) fn stays_closed(asked: &Asked) -> Next {
    let id = asked.id.split('/').next().unwrap_or_default();
    Next::Ask(Asked { ask: Ask::LookUp, id: id.to_owned(), closed: true })
}

/// A ticket that can be used: look whether our text is there already.
fn know(desk: &dyn Desk, found: &Found, delivery: &Delivery) -> Next {
    if letter::is_marked(&found.texts, delivery) {
        return Next::Done(receipt(desk, &found.id));
    }
    // A ticket that waits for somebody has to come back into the queue just like a resolved one.
    let closed = found.state.is_some_and(|state| state != TicketState::Open);
    let asked = Asked { ask: Ask::Texts, id: found.id.clone(), closed };
    if found.whole { write(desk, &asked, true) } else { Next::Ask(asked) }
}

fn write(desk: &dyn Desk, asked: &Asked, is_ticket: bool) -> Next {
    let change = is_ticket && (asked.closed || !desk.shape().changes_closed_only);
    asked.then(if change { Ask::Change } else { Ask::Comment })
}

pub(crate) fn after_change(desk: &dyn Desk, asked: &Asked) -> Next {
    match desk.shape().change_takes_text {
        true => Next::Done(receipt(desk, &asked.id)),
        false => asked.then(Ask::Comment),
    }
}

/// A yes without anything that has to be read. A login page is none.
pub(crate) fn yes(desk: &dyn Desk, answer: &Response) -> Result<(), Refusal> {
    if answer.status.is_success() && answer.body.trim_ascii().is_empty() && desk.refusal(answer).is_none() {
        return Ok(());
    }
    json(desk, answer).map(|_: Value| ())
}

pub(crate) fn receipt(desk: &dyn Desk, id: &str) -> Receipt {
    Receipt { id: Some(id.to_owned()), url: desk.url(id) }
}
