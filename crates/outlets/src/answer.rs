//! What an answer means for a delivery: done, again later, or never, and what a person has to do.
//!
//! Reasons are our own words only. The other side's body is never repeated in them: it may hold what a customer
//! wrote, and whoever runs the other side decides what it says.

use gehoor_wire::{Response, headers};
use jiff::SignedDuration;

use crate::plug::{Refusal, Retry};

/// What a person has to do, in the words of one kind of outlet.
pub(crate) struct Advice {
    /// The other side, such as `Request Tracker`.
    pub(crate) who: &'static str,
    /// On 401.
    pub(crate) unauthorized: &'static str,
    /// On 403.
    pub(crate) forbidden: &'static str,
    /// On 404 and 405.
    pub(crate) missing: &'static str,
    /// On 410.
    pub(crate) gone: &'static str,
    /// On a redirect.
    pub(crate) moved: &'static str,
    /// On any other refusal.
    pub(crate) refused: &'static str,
}

/// It will not work until somebody changes something.
pub(crate) fn never(reason: impl Into<String>) -> Refusal {
    Refusal { reason: reason.into(), retry: Retry::No }
}

/// It may work later.
pub(crate) fn later(reason: impl Into<String>) -> Refusal {
    Refusal { reason: reason.into(), retry: Retry::BackOff }
}

impl Advice {
    /// What an answer without success means.
    pub(crate) fn refusal(&self, response: &Response) -> Refusal {
        let status = response.status.as_u16();
        let who = self.who;
        match status {
            300..=399 => never(format!("{who} redirects ({status}): {}", self.moved)),
            401 => never(format!("{who} does not know us (401): {}", self.unauthorized)),
            403 => never(format!("{who} does not allow it (403): {}", self.forbidden)),
            404 | 405 => never(format!("{who} does not know the address ({status}): {}", self.missing)),
            409 | 412 => later(format!(
                "{who} says that it was changed meanwhile ({status}): it is read again on the next try"
            )),
            410 => never(format!("{who} has gone for good (410): {}", self.gone)),
            413 => never(format!("{who} finds it too large (413): raise the limit there for this address")),
            408 | 425 | 429 | 500.. => Refusal {
                reason: format!(
                    "{who} cannot take it now ({status}): it is tried again by itself; if this goes on, look at \
                     the state of that server"
                ),
                retry: retry_after(response).map_or(Retry::BackOff, Retry::After),
            },
            400..=499 => never(format!("{who} refuses it ({status}): {}", self.refused)),
            _ => later(format!(
                "{who} gives an answer without meaning ({status}): it is tried again by itself"
            )),
        }
    }

    /// The answer's JSON, when it was successful.
    pub(crate) fn json(&self, response: &Response) -> Result<serde_json::Value, Refusal> {
        if !response.status.is_success() {
            return Err(self.refusal(response));
        }
        serde_json::from_slice(&response.body).map_err(|_| self.unreadable(response))
    }

    /// A successful answer that is not what it should be: a login page, a proxy's notice, half an answer.
    pub(crate) fn unreadable(&self, response: &Response) -> Refusal {
        let (who, status) = (self.who, response.status.as_u16());
        later(format!(
            "the answer of {who} ({status}) cannot be read: check that the address leads to it and not to a login \
             page or proxy; it is tried again by itself"
        ))
    }
}

/// How long the other side asks to wait, counted from the moment of its answer; nothing when it does not say.
fn retry_after(response: &Response) -> Option<SignedDuration> {
    let until = headers::retry_after(&response.headers, response.at)?.until;
    Some(until.duration_since(response.at)).filter(SignedDuration::is_positive)
}
