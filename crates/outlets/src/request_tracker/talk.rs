//! The conversation with Request Tracker: what was asked, and what follows from each answer.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Receipt, Task};
use gehoor_wire::Response;
use http::StatusCode;
use serde_json::Value;

use super::write::bracketed;
use super::{ADVICE, RequestTracker, items, number, status_of};
use crate::answer::never;
use crate::letter;
use crate::plug::{Progress, Refusal};

/// What was asked last. A conversation only ever moves down this list, so it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// The ticket that we know of.
    Ticket(u64),
    /// Which tickets carry our key.
    LookUp,
    /// The first text of the ticket that was found: whether this very effect created it. And whether it is closed.
    Original(u64, bool),
    /// Whether this effect's comment is there already. And whether the ticket is closed.
    Comments(u64, bool),
    /// To open it again.
    Reopen(u64),
    /// Whether it is open now: the answer to a change is 200 even when it was refused, with a reason in the language
    /// of the token's user.
    Reread(u64),
    /// To add the comment.
    Comment(u64),
    /// To create the ticket.
    Create,
    /// Whether another ticket with our key is open: this one stays closed.
    Another(u64),
    /// To create the one that follows it.
    Follow(u64),
    /// To set priority and due time only.
    Push(u64),
}

impl Asked {
    pub(super) fn write(&self) -> Progress {
        let closed = |closed: &bool| if *closed { "-closed" } else { "" };
        Progress(match self {
            Asked::Ticket(id) => format!("ticket {id}"),
            Asked::LookUp => "look-up".to_owned(),
            Asked::Original(id, c) => format!("original{} {id}", closed(c)),
            Asked::Comments(id, c) => format!("comments{} {id}", closed(c)),
            Asked::Reopen(id) => format!("reopen {id}"),
            Asked::Reread(id) => format!("reread {id}"),
            Asked::Comment(id) => format!("comment {id}"),
            Asked::Create => "create".to_owned(),
            Asked::Another(id) => format!("another {id}"),
            Asked::Follow(id) => format!("follow {id}"),
            Asked::Push(id) => format!("push {id}"),
        })
    }

    pub(super) fn read(progress: &Progress) -> Option<Self> {
        let (word, id) = progress.0.split_once(' ').unwrap_or((&progress.0, ""));
        let id = || id.parse().ok();
        Some(match word {
            "ticket" => Asked::Ticket(id()?),
            "look-up" => Asked::LookUp,
            "original" => Asked::Original(id()?, false),
            "original-closed" => Asked::Original(id()?, true),
            "comments" => Asked::Comments(id()?, false),
            "comments-closed" => Asked::Comments(id()?, true),
            "reopen" => Asked::Reopen(id()?),
            "reread" => Asked::Reread(id()?),
            "comment" => Asked::Comment(id()?),
            "create" => Asked::Create,
            "another" => Asked::Another(id()?),
            "follow" => Asked::Follow(id()?),
            "push" => Asked::Push(id()?),
            _ => return None,
        })
    }
}

/// What follows from an answer.
pub(super) enum Next {
    Ask(Asked),
    Done(Receipt),
}

/// The first question of a delivery.
pub(super) fn begin(delivery: &Delivery) -> Result<Next, Refusal> {
    match &delivery.task {
        Task::Ticket { known, .. } => {
            Ok(Next::Ask(known.as_deref().and_then(|k| k.parse().ok()).map_or(Asked::LookUp, Asked::Ticket)))
        }
        Task::Comment { ticket: None, .. } => Ok(Next::Done(Receipt { id: None, url: None })),
        Task::Push { ticket, .. } => Ok(match ticket.as_deref().and_then(|id| id.parse().ok()) {
            Some(id) => Next::Ask(Asked::Push(id)),
            None => Next::Done(Receipt { id: None, url: None }),
        }),
        Task::Comment { ticket: Some(id), .. } => match id.parse() {
            Ok(id) => Ok(Next::Ask(Asked::Comments(id, false))),
            Err(_) => Err(never(
                "the ticket has no number of Request Tracker: check whether this outlet was of another kind before; a \
                 new ticket is opened the next time the case is queued",
            )),
        },
        Task::Alert { .. } | Task::Digest { .. } | Task::Reply(_) => {
            Err(never("Request Tracker takes tickets, no alerts: name another outlet in the alert rule"))
        }
    }
}

impl RequestTracker {
    /// What an answer means.
    pub(super) fn hear(
        &self,
        asked: &Asked,
        delivery: &Delivery,
        answer: &Response,
    ) -> Result<Next, Refusal> {
        let unreadable = || ADVICE.unreadable(answer);
        match *asked {
            // Gone: another ticket may carry our key already.
            Asked::Ticket(_) if answer.status == StatusCode::NOT_FOUND => Ok(Next::Ask(Asked::LookUp)),
            Asked::Ticket(_) => {
                let ticket = ADVICE.json(answer)?;
                // A merged ticket answers with the number of the one that it was merged into.
                let id = ticket.get("id").and_then(number).ok_or_else(unreadable)?;
                Ok(Next::Ask(match self.state(&status_of(&ticket).ok_or_else(unreadable)?) {
                    TicketState::Gone => Asked::LookUp,
                    state => Asked::Comments(id, is_closed(state)),
                }))
            }
            Asked::LookUp => {
                let found = ADVICE.json(answer)?;
                let mine =
                    items(&found).ok_or_else(unreadable)?.iter().find_map(|item| self.mine(item, delivery));
                Ok(Next::Ask(mine.map_or(Asked::Create, |(id, closed)| Asked::Original(id, closed))))
            }
            Asked::Original(id, closed) => match look(answer)? {
                Some(texts) if was_made_by(&texts, delivery) => Ok(Next::Done(self.receipt(id))),
                _ => Ok(Next::Ask(Asked::Comments(id, closed))),
            },
            Asked::Comments(id, closed) => match look(answer)? {
                Some(found) if !items(&found).ok_or_else(unreadable)?.is_empty() => {
                    Ok(Next::Done(self.receipt(id)))
                }
                _ if closed => Ok(Next::Ask(Asked::Reopen(id))),
                _ => Ok(Next::Ask(Asked::Comment(id))),
            },
            Asked::Reopen(id) => {
                ADVICE.json(answer)?;
                Ok(Next::Ask(Asked::Reread(id)))
            }
            Asked::Reread(id) => {
                let status = status_of(&ADVICE.json(answer)?).ok_or_else(unreadable)?;
                match self.state(&status) {
                    TicketState::Open => Ok(Next::Ask(Asked::Comment(id))),
                    // Its lifecycle does not lead there: another one follows it.
                    _ => Ok(Next::Ask(Asked::Another(id))),
                }
            }
            // What is missing answers 400 here, not 404.
            Asked::Comment(id) if matches!(answer.status.as_u16(), 400 | 404) => Err(never(format!(
                "Request Tracker takes no comment for ticket {id}: look whether it was deleted; then a new one is opened \
                 the next time the case is queued"
            ))),
            Asked::Comment(id) => {
                ADVICE.json(answer)?;
                Ok(Next::Done(self.receipt(id)))
            }
            Asked::Another(before) => {
                let found = ADVICE.json(answer)?;
                let other = items(&found)
                    .ok_or_else(unreadable)?
                    .iter()
                    .filter_map(|item| self.mine(item, delivery))
                    .find(|(id, closed)| *id != before && !closed);
                Ok(Next::Ask(match other {
                    Some((id, closed)) => Asked::Original(id, closed),
                    None => Asked::Follow(before),
                }))
            }
            // Deleted or merged meanwhile: there is nothing that it could be pushed to.
            Asked::Push(id) if matches!(answer.status.as_u16(), 400 | 404) => {
                Ok(Next::Done(self.receipt(id)))
            }
            Asked::Push(id) => {
                ADVICE.json(answer)?;
                Ok(Next::Done(self.receipt(id)))
            }
            Asked::Create | Asked::Follow(_) => {
                let in_body = ADVICE.json(answer).map(|made| made.get("id").and_then(number));
                // The place is enough, when the body is not what it should be.
                let id = match in_body {
                    Ok(Some(id)) => Some(id),
                    Err(refusal) if !answer.status.is_success() => return Err(refusal),
                    _ => answer.header("location").and_then(|l| l.rsplit('/').next()?.parse().ok()),
                };
                id.map(|id| Next::Done(self.receipt(id))).ok_or_else(unreadable)
            }
        }
    }

    /// The number of a found ticket and whether it is closed, when it truly carries our key: `_` in a key means any
    /// character to the search.
    fn mine(&self, item: &Value, delivery: &Delivery) -> Option<(u64, bool)> {
        let Task::Ticket { external, .. } = &delivery.task else { return None };
        let subject = item.get("Subject").and_then(Value::as_str).unwrap_or_default();
        let ours = self.config.external_field.is_some() || subject.contains(&bracketed(external));
        let state = self.state(&status_of(item)?);
        (ours && state != TicketState::Gone).then_some(())?;
        Some((number(item.get("id")?)?, is_closed(state)))
    }

    pub(super) fn receipt(&self, id: u64) -> Receipt {
        let mut url = self.config.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["Ticket", "Display.html"]);
        }
        url.set_query(Some(&format!("id={id}")));
        Receipt { id: Some(id.to_string()), url: Some(url.into()) }
    }
}

/// What only avoids saying something twice. An older server cannot search texts (400) and a token may not be allowed
/// to (403, 404): then saying it once too often is better than not at all.
fn look(answer: &Response) -> Result<Option<Value>, Refusal> {
    match answer.status.as_u16() {
        400 | 403 | 404 => Ok(None),
        _ => ADVICE.json(answer).map(Some),
    }
}

/// A ticket that waits for somebody has to come back into the queue just like a resolved one.
fn is_closed(state: TicketState) -> bool {
    state != TicketState::Open
}

/// Whether the first text of a ticket is the one that this effect wrote.
fn was_made_by(texts: &Value, delivery: &Delivery) -> bool {
    let mark = letter::mark(delivery);
    let first = items(texts).and_then(|i| i.first()).and_then(|i| i.get("Content")).and_then(Value::as_str);
    first.is_some_and(|text| text.lines().any(|line| line == mark))
}
