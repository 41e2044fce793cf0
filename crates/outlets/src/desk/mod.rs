//! What all helpdesks have in common: one conversation that creates a ticket once, finds it again, adds to it once,
//! and opens it again. A plug says how its helpdesk is asked and what the answers mean.
//!
//! ```text
//! known  ── Ticket ──┐ gone, or closed for good         ┌─ Change (open again, priority, due) ─ Reread ─┐
//! unknown ── LookUp ─┴─ Read ── Texts ── ours? done ────┴───────────────────────────────────── Comment ── done
//!               └ nothing there ── Create ── done
//! stays closed all the same ── LookUp (another one with our key, that is open) ── Create (a follow-up) ── done
//! ```
//! A conversation only ever moves to the right, so it ends. It may begin anew at any time: what was written already
//! is found by its mark, and not written again.

pub(crate) mod config;
pub(crate) mod hook;
pub(crate) mod http;
mod talk;

use ::http::{HeaderMap, StatusCode};
use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Task, Visibility};
use gehoor_wire::login::Login;
use gehoor_wire::{Outgoing, Request, Response};
use jiff::Timestamp;
use serde_json::Value;

use crate::answer::{Advice, later};
use crate::plug::{Context, Outlet, Progress, Refusal, Step, TicketNews, Watch};
use crate::{clean, letter};
pub(crate) use talk::{Asked, Next, receipt, stays_closed, yes};

/// What is asked of a helpdesk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The ticket that we know of.
    Ticket,
    /// Which tickets carry our key.
    LookUp,
    /// The ticket that was found.
    Read,
    /// Its texts.
    Texts,
    /// To open it again when it is closed, and to set priority and due time.
    Change,
    /// Whether it is open now.
    Reread,
    /// To add our text, for colleagues only.
    Comment,
    /// To create the ticket.
    Create,
    /// Something that only this helpdesk needs.
    Own(u8),
}

/// A ticket as an answer shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its id there.
    pub(crate) id: String,
    /// Where it stands; nothing when the answer does not say.
    pub(crate) state: Option<TicketState>,
    /// Whether it can never be opened again.
    pub(crate) for_good: bool,
    /// Those of its texts that came along.
    pub(crate) texts: Vec<String>,
    /// Whether these are all of its texts.
    pub(crate) whole: bool,
}

/// How a helpdesk differs from the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape {
    /// A look-up says too little: what was found has to be read.
    pub(crate) reads_found: bool,
    /// A change takes our text with it.
    pub(crate) change_takes_text: bool,
    /// A change that is refused may look like a yes.
    pub(crate) change_may_lie: bool,
    /// An open ticket is not changed, only added to.
    pub(crate) changes_closed_only: bool,
    /// A new ticket comes without our text.
    pub(crate) creates_empty: bool,
    /// Not seeing a ticket among others means that it is gone.
    pub(crate) unseen_is_gone: bool,
}

/// What a question is about.
pub(crate) struct About<'a> {
    /// What is delivered.
    pub(crate) delivery: &'a Delivery,
    /// The ticket; for [`Ask::Create`] the one that it follows, if any.
    pub(crate) id: &'a str,
    /// Whether it was seen closed.
    pub(crate) closed: bool,
    /// Whether what is written may be read by customers, if they read tickets at all: it stands in public anyway.
    pub(crate) public: bool,
    /// Our key for the ticket.
    pub(crate) external: String,
    /// 0 to 100.
    pub(crate) priority: u8,
    /// When it has to be answered.
    pub(crate) due: Option<Timestamp>,
}

/// A helpdesk: how it is asked, and what its answers mean.
pub(crate) trait Desk: Send + Sync {
    /// What a person has to do when it says no.
    fn advice(&self) -> &'static Advice;
    /// How it differs from the usual.
    fn shape(&self) -> Shape;
    /// Whether this can be the id of a ticket there.
    fn is_id(&self, text: &str) -> bool {
        !text.is_empty() && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit())
    }
    /// The request of a question.
    fn ask(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal>;
    /// Reads one ticket.
    fn ticket(&self, answer: &Value) -> Option<Found>;
    /// Reads what a look-up found, best first.
    fn found(&self, answer: &Value, external: &str) -> Option<Vec<Found>>;
    /// Reads the texts of a ticket.
    fn texts(&self, answer: &Value) -> Option<Vec<String>>;
    /// The id of what was created.
    fn created(&self, answer: &Value) -> Option<String>;
    /// Where people read a ticket.
    fn url(&self, id: &str) -> Option<String>;
    /// What follows from the answer to a question that it asks in a way of its own; nothing for the usual way.
    fn hear(&self, asked: &Asked, delivery: &Delivery, answer: &Response) -> Option<Result<Next, Refusal>> {
        let _ = (asked, delivery, answer);
        None
    }
    /// Why an answer is not a yes, in the words of this helpdesk; nothing when it is one, or when the usual words do.
    fn refusal(&self, answer: &Response) -> Option<Refusal> {
        let _ = answer;
        None
    }
    /// Whether an answer says that the ticket is not there. One that is there but may not be seen looks the same.
    fn is_missing(&self, answer: &Response) -> bool {
        matches!(answer.status.as_u16(), 404 | 410)
    }
    /// Asks about several tickets.
    fn ask_many(&self, ids: &[&str], cx: &Context<'_>) -> Result<Request, Refusal>;
    /// Reads the answer about several.
    fn many(&self, answer: &Value) -> Option<Vec<Found>>;
    /// As [`Outlet::batch`].
    fn batch(&self) -> usize {
        50
    }
    /// As [`Outlet::login`].
    fn login(&self) -> Option<&dyn Login> {
        None
    }
    /// As [`Outlet::read_hook`].
    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let _ = (headers, body, cx);
        None
    }
}

/// The answer's JSON, or why there is none. A yes may have no body.
pub(crate) fn json(desk: &dyn Desk, answer: &Response) -> Result<Value, Refusal> {
    if let Some(refusal) = desk.refusal(answer) {
        return Err(refusal);
    }
    if answer.status == StatusCode::NO_CONTENT {
        return Ok(Value::Null);
    }
    desk.advice().json(answer)
}

/// A helpdesk as an outlet.
pub(crate) struct Helpdesk<D>(pub(crate) D);

impl<D: Desk> Outlet for Helpdesk<D> {
    fn step(
        &self,
        delivery: &Delivery,
        progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        let desk = &self.0;
        let next = match answer {
            None => talk::begin(desk, delivery),
            Some(answer) => match Asked::read(progress) {
                Some(asked) => talk::hear(desk, &asked, delivery, answer),
                None => Err(lost(desk.advice().who)),
            },
        };
        let sent = next.and_then(|next| match next {
            Next::Done(receipt) => Ok(Step::Done(receipt)),
            Next::Ask(asked) => {
                let follows = follow_up(desk, delivery, &asked);
                let delivery = follows.as_ref().unwrap_or(delivery);
                let request = desk.ask(asked.ask, &about(delivery, &asked), cx)?;
                Ok(Step::Send(Outgoing::Http(request), asked.write()))
            }
        });
        sent.unwrap_or_else(Step::Refused)
    }

    fn login(&self) -> Option<&dyn Login> {
        self.0.login()
    }

    fn batch(&self) -> usize {
        self.0.batch()
    }

    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        self.0.read_hook(headers, body, cx)
    }

    fn watch(&self, tickets: &[String], cx: &Context<'_>) -> Watch {
        let ids = self.ids(tickets);
        let asked = match ids.as_slice() {
            [] => return Watch::Nothing,
            // Asked for by itself, a ticket that is gone is told.
            [one] => {
                let nothing = watching(cx.now);
                let asked = Asked::about(Ask::Ticket, one);
                self.0.ask(Ask::Ticket, &about(&nothing, &asked), cx)
            }
            many => self.0.ask_many(many, cx),
        };
        asked.map_or(Watch::Nothing, |request| Watch::Ask(Box::new(request)))
    }

    fn read_news(&self, tickets: &[String], response: &Response) -> Result<Vec<TicketNews>, Refusal> {
        let desk = &self.0;
        let ids = self.ids(tickets);
        let news = |id: &str, state| TicketNews { id: id.to_owned(), state };
        if let [one] = ids.as_slice() {
            if desk.is_missing(response) {
                return Ok(vec![news(one, TicketState::Gone)]);
            }
            let found =
                desk.ticket(&json(desk, response)?).ok_or_else(|| desk.advice().unreadable(response))?;
            return Ok(found.state.map(|state| news(one, state)).into_iter().collect());
        }
        let found = desk.many(&json(desk, response)?).ok_or_else(|| desk.advice().unreadable(response))?;
        let state = |id: &str| found.iter().find(|f| f.id == id);
        // When not one is seen, our user has lost its rights instead, and that must not end every ticket.
        let unseen_is_gone = desk.shape().unseen_is_gone && ids.iter().any(|id| state(id).is_some());
        let each = ids.iter().filter_map(|id| match state(id) {
            Some(found) => found.state.map(|state| news(id, state)),
            None => unseen_is_gone.then(|| news(id, TicketState::Gone)),
        });
        Ok(each.collect())
    }
}

impl<D: Desk> Helpdesk<D> {
    fn ids<'a>(&self, tickets: &'a [String]) -> Vec<&'a str> {
        tickets.iter().map(String::as_str).filter(|t| self.0.is_id(t)).take(self.0.batch()).collect()
    }
}

fn about<'a>(delivery: &'a Delivery, asked: &'a Asked) -> About<'a> {
    let (external, priority, due) = match &delivery.task {
        Task::Ticket { external, priority, due, .. } => (clean::token(external), *priority, *due),
        Task::Push { priority, due, .. } => (String::new(), *priority, *due),
        Task::Comment { .. } | Task::Alert { .. } | Task::Digest { .. } | Task::Reply(_) => {
            (String::new(), 0, None)
        }
    };
    let public = matches!(delivery.task, Task::Comment { visibility: Visibility::Public, .. });
    About { delivery, id: &asked.id, closed: asked.closed, public, external, priority, due }
}

impl About<'_> {
    /// Whether only priority and due time are set, without a word.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.delivery.task, Task::Push { .. })
    }
}

/// A ticket that follows another one says so, with a link.
fn follow_up(desk: &dyn Desk, delivery: &Delivery, asked: &Asked) -> Option<Delivery> {
    if asked.ask != Ask::Create || !desk.is_id(&asked.id) {
        return None;
    }
    Some(letter::following(delivery, &asked.id, desk.url(&asked.id).as_deref()))
}

/// A question about a ticket alone belongs to no delivery.
fn watching(now: Timestamp) -> Delivery {
    Delivery {
        key: gehoor_domain::ids::EffectKey(String::new()),
        task: Task::Comment {
            case: gehoor_domain::ids::CaseId(0),
            ticket: None,
            visibility: Visibility::Internal,
        },
        subject: String::new(),
        lines: Vec::new(),
        posts: Vec::new(),
        url: String::new(),
        lang: String::new(),
        at: now,
    }
}

pub(crate) fn lost(who: &str) -> Refusal {
    later(format!("the conversation with {who} lost its thread: it starts again by itself"))
}
