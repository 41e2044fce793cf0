//! What a source is.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response, Secret};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a source got to. Opaque: only the plug reads it. Never holds a credential.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub serde_json::Value);

/// What a plug may know when it plans.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The time.
    pub now: Timestamp,
    /// The credential, where the kind names one.
    pub credential: Option<&'a Secret>,
}

/// One configured source.
pub trait Source: Send + Sync {
    /// What to ask next.
    ///
    /// # Errors
    /// [`PlanError`] when a credential is missing or the cursor cannot be read.
    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError>;

    /// What a successful (2xx) answer to [`Source::plan`] of the same cursor holds.
    ///
    /// # Errors
    /// [`ParseError`] when the whole answer is unusable; a single bad item is a [`Warning`].
    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError>;
}

/// What one answer held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What was found, in the order of the page.
    pub items: Vec<Draft>,
    /// What was wrong with some of it.
    pub warnings: Vec<Warning>,
    /// How to go on.
    pub next: Next,
    /// What the page says about when to ask again.
    pub hints: Hints,
}

/// How to go on after a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// There is more to read now.
    More(Cursor),
    /// All that there is has been read.
    CaughtUp(Cursor),
}

impl Default for Next {
    fn default() -> Self {
        Next::CaughtUp(Cursor::default())
    }
}

/// What a page says about when to ask again.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hints {
    /// Not before this span (ttl, `sy:update*`).
    pub not_before: Option<SignedDuration>,
    /// It has ended for ever (JSON Feed `expired`).
    pub ended: bool,
}

/// One item, or part of it, that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Which item: its id, its number on the page, or its line.
    pub item: String,
    /// What is wrong and what was done, for people; never the text of a customer.
    pub problem: String,
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The kind needs a credential and none is configured.
    #[error("no credential: set `credential` of this source to the name of an environment variable or file")]
    NoCredential,
    /// The cursor was written by another version.
    #[error("the cursor of this source cannot be read ({0}): reset it with `gehoor source reset NAME`")]
    Cursor(String),
    /// The plug is pushed to, not polled.
    #[error("this source is not polled: it receives")]
    Pushed,
}

/// Why an answer is unusable.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Not what the platform documents.
    #[error("the answer is not {expected}: {found}")]
    Shape {
        /// What was expected, such as `an RSS, Atom or JSON feed`.
        expected: &'static str,
        /// What was found, in a few words.
        found: String,
    },
    /// The platform says no inside a successful answer.
    #[error("the platform refuses: {0}")]
    Refused(String),
}

/// A kind of source: what stands in the registry.
pub struct Kind {
    /// The name used in configuration.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// The channel of its mentions unless configured otherwise.
    pub channel: Channel,
    /// Whether it needs a credential: `none`, `optional` or `required`, and what it is.
    pub credential: &'static str,
    /// Whether it is polled; else it is pushed to.
    pub polled: bool,
    /// A commented block of configuration that works.
    pub example: &'static str,
    /// Default time between polls.
    pub every: SignedDuration,
    /// Reads the configuration of one source: everything beside the common keys.
    pub build: fn(&toml::Table) -> Result<Box<dyn Source>, BadConfig>,
}

/// A key of a source's configuration that cannot be used.
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

/// Names of kinds by channel, for help texts.
#[must_use]
pub fn by_channel(kinds: &'static [&'static Kind]) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut map: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for kind in kinds {
        map.entry(kind.channel.as_str()).or_default().push(kind.name);
    }
    map
}
