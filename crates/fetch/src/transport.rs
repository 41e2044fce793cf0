//! The seam between those who decide and the network.

use async_trait::async_trait;
use gehoor_wire::{Mail, Request, Response};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::kept::Kept;

/// Validators of the last good answer, kept byte for byte as the server sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Validators {
    /// `ETag`, with quotes and `W/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`, as an opaque text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The URL that answered: validators belong to it, not to the URL that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// An answer with a 2xx status.
    Body {
        /// The answer.
        response: Box<Response>,
        /// To be sent with the next request.
        validators: Validators,
        /// The server asks not to come back before (Cache-Control, RateLimit with nothing left).
        not_before: Option<Timestamp>,
    },
    /// Nothing changed since the validators.
    NotModified {
        /// The server asks not to come back before.
        not_before: Option<Timestamp>,
    },
    /// The server, our own limit or the breaker says: not before then.
    Wait {
        /// When.
        until: Timestamp,
        /// Who says so, in words for people.
        why: String,
        /// The refusal (429, 503); none when nothing was asked.
        response: Option<Box<Response>>,
    },
    /// It may not be asked: robots.txt, private address.
    Blocked {
        /// Why, in words for people.
        why: String,
    },
    /// It may work later: time-out, connection refused, 5xx, robots.txt out of reach.
    Transient {
        /// What happened, in words for people.
        why: String,
        /// The answer, where there was one.
        response: Option<Box<Response>>,
        /// It may have arrived and may not be sent twice: look before sending again. Never set for what is repeatable.
        ambiguous: bool,
    },
    /// It will not work until somebody changes something: 4xx but 408, 425 and 429; redirects that may not be
    /// followed; a body over the cap.
    Permanent {
        /// What happened, in words for people.
        why: String,
        /// The answer, where there was one.
        response: Option<Box<Response>>,
        /// It is gone for ever (410).
        gone: bool,
    },
}

impl Outcome {
    /// How long to wait from `now`, when the outcome says so.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<SignedDuration> {
        match self {
            Outcome::Wait { until, .. } => Some(until.duration_since(now)),
            _ => None,
        }
    }
}

/// Sends requests and mails.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request, politely, within all limits. Never follows a redirect across origins with credentials.
    ///
    /// The scheme of the address says how: `https` is a call, `imaps` reads from a mailbox, and `wss` gives what came
    /// on a stream since the last request for it; the heads of `mailbox.rs` and `stream.rs` say how they are asked.
    async fn send(&self, request: Request, validators: Option<&Validators>, now: Timestamp) -> Outcome;
    /// What is remembered of the limits of the host of this address and of a credential, as it is now: to be kept, and
    /// handed back to [`Transport::recall`] after a restart.
    fn kept(&self, url: &Url, credential: Option<&str>) -> Vec<Kept> {
        let _ = (url, credential);
        Vec::new()
    }
    /// Takes over what was kept before a restart: quotas go on where they were, and nobody is asked before the time it
    /// named.
    fn recall(&self, kept: &[Kept], now: Timestamp) {
        let _ = (kept, now);
    }
    /// Hands one mail to its SMTP server. `Body` with status 200 when it was accepted.
    async fn mail(&self, mail: Mail, now: Timestamp) -> Outcome;
}
