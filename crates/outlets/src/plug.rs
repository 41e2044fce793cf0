//! What an outlet is.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::login::Login;
use gehoor_wire::{Outgoing, Request, Response, Secret};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What an outlet may know besides the delivery.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The time.
    pub now: Timestamp,
    /// The credential, where the kind names one.
    pub credential: Option<&'a Secret>,
}

/// How far one delivery came, in the plug's own words (such as `looked-up`). Lives only while it is delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress(pub String);

/// What to do next in one delivery.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack of one delivery")]
pub enum Step {
    /// Send this, and call again with the answer.
    Send(Outgoing, Progress),
    /// Delivered.
    Done(Receipt),
    /// Not delivered.
    Refused(Refusal),
}

/// Why something was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For people; never the text of a customer.
    pub reason: String,
    /// Whether to try again.
    pub retry: Retry,
}

/// Whether to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Never: it becomes a dead letter.
    No,
    /// With the usual back-off.
    BackOff,
    /// Not before this span.
    After(SignedDuration),
}

/// What a helpdesk says about a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNews {
    /// Its id there.
    pub id: String,
    /// Where it stands.
    pub state: TicketState,
}

/// How to ask a helpdesk about tickets.
#[derive(Debug)]
pub enum Watch {
    /// This outlet has no tickets to ask about.
    Nothing,
    /// Ask this.
    Ask(Box<Request>),
}

/// One configured outlet. Each delivery is a small conversation: `step` is called with no answer first, then with
/// each answer, until it is done or refused. Because an answer may get lost, a conversation that creates something
/// begins by looking whether it is there already.
pub trait Outlet: Send + Sync {
    /// What to do next. `answer` is absent on the first call, and then belongs to what was sent last.
    /// For a mail, the answer after it was accepted is a response with status 250 mapped to 200.
    fn step(
        &self,
        delivery: &Delivery,
        progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step;

    /// How the configured credential becomes the short-lived one that the other calls get; `None` when it is used as
    /// it is.
    fn login(&self) -> Option<&dyn Login> {
        None
    }

    /// Reads what the other side pushes about its tickets (its web hook), after checking that it is really from there:
    /// the credential of [`Context`] is the hook's signing secret here. `None` when this kind pushes nothing.
    ///
    /// # Errors
    /// [`Refusal`] when it is not signed as it should be, or unusable.
    fn read_hook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        cx: &Context<'_>,
    ) -> Option<Result<Vec<TicketNews>, Refusal>> {
        let _ = (headers, body, cx);
        None
    }

    /// Whether the other side knows that an alert can end, and shows it without a further message: then it is told so
    /// unless configured otherwise, and where it does not, only when that is configured.
    fn knows_ends(&self) -> bool {
        false
    }

    /// How many tickets one [`Outlet::watch`] can ask about; what is more is left out. At most 50.
    fn batch(&self) -> usize {
        50
    }

    /// Asks about these tickets (at most [`Outlet::batch`] at a time).
    fn watch(&self, tickets: &[String], cx: &Context<'_>) -> Watch {
        let _ = (tickets, cx);
        Watch::Nothing
    }

    /// Reads the answer to [`Outlet::watch`].
    ///
    /// # Errors
    /// [`Refusal`] when the answer is unusable.
    fn read_news(&self, tickets: &[String], response: &Response) -> Result<Vec<TicketNews>, Refusal> {
        let _ = (tickets, response);
        Ok(Vec::new())
    }
}

/// A kind of outlet: what stands in the registry.
pub struct Kind {
    /// The name used in configuration.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// Whether it takes tickets (service queue) and answers with an id.
    pub tickets: bool,
    /// Whether it takes alerts.
    pub alerts: bool,
    /// Whether customers may read it: internal notes never go there (rule 2).
    pub read_by_customers: bool,
    /// Whether it needs a credential, and what it is.
    pub credential: &'static str,
    /// A commented block of configuration that works.
    pub example: &'static str,
    /// Reads the configuration of one outlet: everything beside the common keys.
    pub build: fn(&toml::Table) -> Result<Box<dyn Outlet>, BadConfig>,
}

/// A key of an outlet's configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadConfig(pub String);

/// Common helper: reads a plug's own configuration, naming the wrong key.
///
/// # Errors
/// [`BadConfig`] with serde's description of what is wrong.
pub fn read_config<T: for<'de> Deserialize<'de>>(table: &toml::Table) -> Result<T, BadConfig> {
    T::deserialize(table.clone()).map_err(|e| BadConfig(e.message().to_owned()))
}
