//! What review platforms have in common: one review has one answer of the company, and another one takes its place.
//!
//! So it is looked first what stands there. The same words are ours: an earlier try got through. Other words are
//! overwritten, as its author was told by the platform's own rule that there is one answer. Some platforms look at an
//! answer before they show it: until it is shown it does not stand in public, and is asked for again.

use gehoor_domain::effect::{Receipt, ReplyTask};
use gehoor_wire::login::Login;
use gehoor_wire::{Request, Response};
use serde_json::Value;

use super::talk::{Ask, Next, Way, gone};
use crate::answer::{Advice, later, never};
use crate::plug::Refusal;

/// Whether people see an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It stands in public.
    Yes,
    /// The platform looks at it first.
    NotYet,
    /// The platform looked at it and does not show it.
    Never,
}

/// The company's answer under a review.
pub(crate) struct Standing {
    /// Its words.
    pub(crate) text: String,
    /// Whether people see it.
    pub(crate) seen: Seen,
    /// Its own id, where it has one.
    pub(crate) id: Option<String>,
}

/// What the answer to writing says.
pub(crate) enum Written {
    /// It is there.
    There(Seen),
    /// Nothing: it is looked at the review again.
    Unsaid,
    /// An error, with a status of success.
    Error,
}

/// A review platform.
pub(crate) trait Site: Send + Sync {
    /// What a person has to do.
    const ADVICE: Advice;
    /// Whether it can be written to a review that cannot be looked at (any more).
    const WRITES_UNSEEN: bool = false;

    /// Asks for the review with its answer.
    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal>;
    /// The answer that stands under the review, if one does.
    ///
    /// # Errors
    /// Nothing when that is not the review.
    fn standing(&self, ask: &Ask<'_>, review: &Value) -> Result<Option<Standing>, ()>;
    /// Puts the answer there, in the place of another one.
    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal>;
    /// Reads what the (successful) answer to that says; none when it cannot be read.
    fn written(&self, ask: &Ask<'_>, answer: &Response) -> Option<Written>;
    /// What another answer means.
    fn refusal(&self, answer: &Response) -> Refusal {
        Self::ADVICE.refusal(answer)
    }
    /// Takes an answer away, where another one does not take its place by itself.
    fn take_back(&self, ask: &Ask<'_>, id: &str) -> Option<Result<Request, Refusal>> {
        let _ = (ask, id);
        None
    }
    /// The page on which the review stands alone.
    fn page(&self, task: &ReplyTask) -> Option<String> {
        let _ = task;
        None
    }
    /// See [`Way::login`].
    fn login(&self) -> Option<&dyn Login> {
        None
    }
}

/// A review platform as a way to reply.
pub(crate) struct Review<S>(pub(crate) S);

impl<S: Site> Way for Review<S> {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        Ok(Next::Send(self.0.look(ask)?, "look".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        let is_gone = matches!(answer.status.as_u16(), 404 | 410);
        match word {
            "look" if is_gone && S::WRITES_UNSEEN => self.write(ask, ""),
            "taken back" if is_gone || answer.status.is_success() => self.write(ask, ""),
            _ if is_gone => Err(gone(S::ADVICE.who)),
            "look" => match self.standing(ask, answer)? {
                Some(ours) if ask.is_said(&ours.text) => self.settle(ask, ours.seen),
                other => self.write(ask, &other.and_then(|o| o.id).unwrap_or_default()),
            },
            "look again" => match self.standing(ask, answer)? {
                Some(ours) if ask.is_said(&ours.text) => self.settle(ask, ours.seen),
                _ => Err(later(format!(
                    "{} took the reply and does not show it yet: it is looked for again by itself",
                    S::ADVICE.who
                ))),
            },
            _ if !answer.status.is_success() => {
                let known = word.strip_prefix("sent ").filter(|id| !id.is_empty());
                let in_the_way = known.filter(|_| answer.status.as_u16() == 409);
                match in_the_way.and_then(|id| self.0.take_back(ask, id)) {
                    Some(request) => Ok(Next::Send(request?, "taken back".to_owned())),
                    None => Err(self.0.refusal(answer)),
                }
            }
            _ => match self.0.written(ask, answer).ok_or_else(|| S::ADVICE.unreadable(answer))? {
                Written::There(seen) => self.settle(ask, seen),
                Written::Error => {
                    let (who, refused) = (S::ADVICE.who, S::ADVICE.refused);
                    Err(never(format!("{who} refuses it inside a successful answer: {refused}")))
                }
                Written::Unsaid => Ok(Next::Send(self.0.look(ask)?, "look again".to_owned())),
            },
        }
    }

    fn login(&self) -> Option<&dyn Login> {
        self.0.login()
    }
}

impl<S: Site> Review<S> {
    fn write(&self, ask: &Ask<'_>, instead: &str) -> Result<Next, Refusal> {
        let mut request = self.0.write(ask)?;
        // The same answer written twice is one.
        request.repeatable = true;
        Ok(Next::Send(request, format!("sent {instead}")))
    }

    fn standing(&self, ask: &Ask<'_>, answer: &Response) -> Result<Option<Standing>, Refusal> {
        if !answer.status.is_success() {
            return Err(self.0.refusal(answer));
        }
        let review: Value = serde_json::from_slice(&answer.body).map_err(|_| S::ADVICE.unreadable(answer))?;
        self.0.standing(ask, &review).map_err(|()| S::ADVICE.unreadable(answer))
    }

    fn settle(&self, ask: &Ask<'_>, seen: Seen) -> Result<Next, Refusal> {
        let who = S::ADVICE.who;
        match seen {
            // As the source names the answer to a review.
            Seen::Yes => Ok(Next::Done(Receipt {
                id: Some(format!("{}/reply", ask.task.to)),
                url: self.0.page(ask.task),
            })),
            Seen::NotYet => Err(later(format!(
                "{who} has the reply and looks at it before it is shown: it is asked again by itself"
            ))),
            Seen::Never => Err(never(format!(
                "{who} has looked at the reply and does not show it: look there which rule it breaks, and change it"
            ))),
        }
    }
}
