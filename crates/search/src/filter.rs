//! What can be asked besides words, and in which order the answer comes.

use gehoor_domain::assessment::{Intent, Lang, Sentiment, Severity, Signal, Topic};
use gehoor_domain::ids::{AuthorKey, LocationId, MentionId, SourceId};
use gehoor_domain::mention::Channel;
use jiff::Timestamp;

/// Which mentions are meant. Everything is optional; an empty list asks for all, more than one value for any of
/// them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// From these sources.
    pub sources: Vec<SourceId>,
    /// About these locations.
    pub locations: Vec<LocationId>,
    /// Also (or, without `locations`, only) what belongs to no location yet.
    pub unlocated: bool,
    /// In these channels.
    pub channels: Vec<Channel>,
    /// In these languages.
    pub langs: Vec<Lang>,
    /// With these feelings.
    pub sentiments: Vec<Sentiment>,
    /// With these intents.
    pub intents: Vec<Intent>,
    /// About these topics or groups of topics: `delivery` holds all of `delivery.…`.
    pub topics: Vec<Topic>,
    /// With one of these signals.
    pub signals: Vec<Signal>,
    /// At least so many stars, on the scale 1 to 5, in hundredths.
    pub stars_min: Option<f64>,
    /// At most so many stars.
    pub stars_max: Option<f64>,
    /// At least so severe; leaves out what is not assessed.
    pub severity_min: Option<Severity>,
    /// Published at this time or later, in milliseconds.
    pub from: Option<Timestamp>,
    /// Published before this time.
    pub until: Option<Timestamp>,
    /// By this author.
    pub author: Option<AuthorKey>,
    /// In this conversation; name the source too, because platforms give out the same names.
    pub thread: Option<String>,
    /// Only our own posts, or only those of others.
    pub own: Option<bool>,
    /// Also what is gone from the platform.
    pub include_withdrawn: bool,
    /// Also copies of texts that were known before.
    pub include_copies: bool,
    /// Only copies of this text; they are included then.
    pub copies_of: Option<MentionId>,
    /// Only these.
    pub only: Vec<MentionId>,
    /// None of these.
    pub except: Vec<MentionId>,
}

/// The order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Latest published first.
    #[default]
    Newest,
    /// Best match first (BM25), then the latest.
    Relevance,
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchQuery {
    /// The words; none for everything.
    pub text: Option<String>,
    /// Which mentions are meant.
    pub filter: Filter,
    /// The order of hits.
    pub sort: Sort,
    /// [`crate::Found::next`] of the page before.
    pub after: Option<String>,
    /// At most so many hits, never more than [`MAX_HITS`]; with 0 only the total.
    pub limit: usize,
}

/// Most hits on a page.
pub const MAX_HITS: usize = 200;

impl Default for SearchQuery {
    fn default() -> Self {
        Self { text: None, filter: Filter::default(), sort: Sort::default(), after: None, limit: 50 }
    }
}

/// The width of a bin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A calendar day of the time zone: 23 or 25 hours when clocks are changed.
    #[default]
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

/// What the rows of a table stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// One row a topic, such as `delivery.late`; a mention counts in each of its topics.
    Topic,
    /// One row a group of topics, such as `delivery`.
    TopicGroup,
    /// One row a shop.
    Location,
    /// One row a channel.
    Channel,
    /// One row a source.
    Source,
    /// One row a language.
    Lang,
    /// One row an author key.
    Author,
}
