//! What a source is.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::Login;
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
    /// The credential, where the kind names one: the short-lived one where the plug has a [`Source::login`].
    pub credential: Option<&'a Secret>,
}

/// One configured source.
pub trait Source: Send + Sync {
    /// What to ask next. The scheme of the address says how: `https` is a call; `wss` is a stream, whose frames come
    /// as JSON Lines, a batch an answer; `imaps` (RFC 5092: `imaps://host/mailbox;UIDVALIDITY=1/;UID=5:*`) is a mailbox,
    /// whose messages come as described in `email`.
    ///
    /// # Errors
    /// [`PlanError`] when a credential is missing or the cursor cannot be read.
    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError>;

    /// What a successful (2xx) answer to [`Source::plan`] of the same cursor holds.
    ///
    /// # Errors
    /// [`ParseError`] when the whole answer is unusable; a single bad item is a [`Warning`].
    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError>;

    /// How far back it can be read when it is asked for the first time.
    fn back(&self) -> Back;

    /// Whether it is a stream: listened to all the time, at one pace, however little of it concerns us.
    fn listens(&self) -> bool {
        false
    }

    /// How the configured credential becomes the short-lived one that [`Source::plan`] gets; `None` when it is used
    /// as it is.
    fn login(&self) -> Option<&dyn Login> {
        None
    }

    /// What a refusal (an answer that is not 2xx) means, where its body says more than its status: a quota that is
    /// used up until a time, a permission that is missing. `None` leaves it to the status.
    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let _ = response;
        None
    }

    /// How to go on although the platform refused what was asked (an answer that is not 2xx): a page with a warning, for
    /// a source of many parts (shops, apps, lists) of which one is out of reach. `None` when the refusal concerns the
    /// whole source.
    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let _ = (cursor, response);
        None
    }

    /// Who vouches for what is pushed to this source.
    fn vouched(&self) -> Vouched {
        Vouched::Signed
    }

    /// Asks whether these mentions still stand, for platforms where a deletion has to be followed; `None` when the
    /// platform cannot be asked. At most [`Kind::recheck`] at a time.
    ///
    /// # Errors
    /// As [`Source::plan`].
    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let _ = (known, cx);
        None
    }

    /// Reads the answer to [`Source::recheck`], which may be a 404 or 410: what is gone as withdrawn drafts, what changed as it is now.
    ///
    /// # Errors
    /// [`ParseError`] when the answer is unusable; nothing is withdrawn then.
    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let _ = (known, response);
        Ok(Vec::new())
    }

    /// Whether "gone" in an answer to [`Source::recheck`] may also mean that we may not see it any more. Then it counts
    /// only while another mention of the source can still be read.
    fn doubts_gone(&self) -> bool {
        false
    }
}

/// How far back a source can be read when it is asked for the first time: what lies before cannot be had, or is not asked
/// for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// Nothing from before: only what is sent from then on.
    Nothing,
    /// What happens to be shown then: a page, a feed.
    Shown,
    /// All that there is, within these bounds.
    Within {
        /// So many days, counted from the first poll.
        days: Option<Bound>,
        /// So many items of each of its lists, the newest.
        newest: Option<Bound>,
    },
}

/// A bound, and who set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Bound {
    /// How many.
    pub most: u32,
    /// Who set it.
    pub by: By,
}

/// Who set a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The platform: there is no way around it.
    Platform,
    /// The configuration of the source.
    Us,
}

impl Back {
    pub(crate) fn days(most: u32, by: By) -> Self {
        Back::Within { days: Some(Bound { most, by }), newest: None }
    }

    pub(crate) fn newest(most: u32, by: By) -> Self {
        Back::Within { days: None, newest: Some(Bound { most, by }) }
    }

    /// A window of the configuration; none is no bound.
    pub(crate) fn window(window: Option<SignedDuration>) -> Self {
        let days = window.map(|window| u32::try_from(window.as_hours() / 24).unwrap_or(u32::MAX));
        Back::Within { days: days.map(|most| Bound { most, by: By::Us }), newest: None }
    }

    /// Pages of the first poll, as configured.
    pub(crate) fn pages(pages: u32, size: u32) -> Self {
        Back::newest(pages.saturating_mul(size), By::Us)
    }

    /// A bound of the platform on the number of items, where it is the nearer one.
    pub(crate) fn at_most(self, most: u32) -> Self {
        match self {
            Back::Within { days, newest } if newest.is_none_or(|ours| ours.most >= most) => {
                Back::Within { days, newest: Some(Bound { most, by: By::Platform }) }
            }
            other => other,
        }
    }

    /// Both bounds at once; the second one's where both have the same.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Back::Within { days, newest }, Back::Within { days: more, newest: fewer }) => {
                Back::Within { days: more.or(days), newest: fewer.or(newest) }
            }
            (_, other) => other,
        }
    }

    /// Before this moment nothing can be had, for a source that was first heard at `since`; none when no number of days
    /// says so.
    #[must_use]
    pub fn horizon(&self, since: Timestamp) -> Option<Timestamp> {
        match self {
            Back::Nothing => Some(since),
            Back::Shown | Back::Within { days: None, .. } => None,
            Back::Within { days: Some(days), .. } => {
                since.checked_sub(SignedDuration::from_hours(24 * i64::from(days.most))).ok()
            }
        }
    }
}

/// Who vouches for a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// A signature as in Standard Webhooks.
    Signed,
    /// `sha256=` and the hexadecimal HMAC-SHA256 of the body, in this header.
    Hmac(&'static str),
    /// The address itself: the secret stands in it, as `?key=…`, because the platform signs nothing.
    Address,
}

/// A mention that is stored, as its platform knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name at the platform, as the draft gave it.
    pub external_id: String,
    /// Where people read it.
    pub permalink: Option<String>,
}

/// What a refusal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For people, with what to do; never a token or a text of a customer.
    pub why: String,
    /// Not to be asked again before this span.
    pub not_before: Option<SignedDuration>,
    /// A person has to change something first (a permission, a payment): asking on is of no use.
    pub ended: bool,
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
    /// Whether it is asked (polled, or listened to: see [`Source::plan`]); else it is pushed to.
    pub polled: bool,
    /// A commented block of configuration that works.
    pub example: &'static str,
    /// How far back it can be read and what cannot be seen (edits, deletions, items beyond a window), for people.
    pub reach: &'static str,
    /// How many mentions [`Source::recheck`] takes at a time; 0 when it cannot be asked.
    pub recheck: usize,
    /// The platform whose ids are the same in all its sources, so that a post that two of them find is one mention.
    pub shared: Option<&'static str>,
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
