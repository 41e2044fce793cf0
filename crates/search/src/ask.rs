//! What a person can ask with words: the tree that [`crate::parse`] makes of the search field.

use gehoor_domain::assessment::{Intent, Lang, Sentiment, Severity, Signal};
use gehoor_domain::ids::{LocationId, SourceId};
use gehoor_domain::mention::Channel;

/// A question in words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    /// All of them.
    All(Vec<Ask>),
    /// At least one of them.
    Any(Vec<Ask>),
    /// The opposite.
    Not(Box<Ask>),
    /// The word, in any form that its language gives it.
    Word(String),
    /// Words that begin so, as written.
    Prefix(String),
    /// These words as written, in this order, nothing between them.
    Phrase(String),
    /// Each of these words as written, at most that many words from the next one, before or after it.
    Near(String, u32),
    /// A property of the mention.
    Field(Property),
}

/// A property of a mention, asked for by `field:value`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Property {
    /// The author's key, or words of the name or handle.
    Author(String),
    /// A topic, or a group of topics.
    Topic(String),
    /// The source.
    Source(SourceId),
    /// The shop.
    Location(LocationId),
    /// The channel.
    Channel(Channel),
    /// The language.
    Lang(Lang),
    /// Hundredths of stars, both ends included.
    Stars(u64, u64),
    /// At least this severe.
    Severity(Severity),
    /// The feeling.
    Sentiment(Sentiment),
    /// The intent.
    Intent(Intent),
    /// A signal.
    Signal(Signal),
}

/// The fields that can be asked for.
pub const FIELDS: [&str; 11] = [
    "author",
    "topic",
    "source",
    "location",
    "channel",
    "lang",
    "stars",
    "severity",
    "sentiment",
    "intent",
    "signal",
];

/// Why a text is not a query, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {what}")]
pub struct BadQuery {
    /// The character where it went wrong, counted from 1.
    pub at: usize,
    /// What is wrong.
    pub what: Wrong,
}

/// What can be wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// Longer than a person types.
    #[error("the query is longer than {max} characters: leave something out")]
    TooLong {
        /// The most that are read.
        max: usize,
    },
    /// More words than the index should be asked for at once.
    #[error("more than {max} words: leave some out")]
    TooManyWords {
        /// The most that are read.
        max: usize,
    },
    /// Parentheses or negations within each other.
    #[error("more than {max} parentheses or NOTs within each other: write it flatter")]
    TooDeep {
        /// The most that are read.
        max: usize,
    },
    /// A quote without its end.
    #[error("this quote is not closed: add a `\"`")]
    OpenQuote,
    /// Parenthesis without its end.
    #[error("this parenthesis is not closed: add a `)`")]
    OpenParenthesis,
    /// Parenthesis that closes nothing.
    #[error("this `)` closes nothing: take it out")]
    StrayParenthesis,
    /// An operator that joins nothing.
    #[error("`{0}` needs something to stand by: write words there, or put it in quotes to search for it")]
    Dangling(String),
    /// Quotes or a query without any letter, digit or pictograph.
    #[error("there is no word to search for here")]
    NoWord,
    /// `~` without a number.
    #[error("after `~` belongs the number of words between, 1 to {max}")]
    BadDistance {
        /// The most that are read.
        max: u32,
    },
    /// A star that would find nearly everything, or that follows more than one word.
    #[error("before `*` belong at least two letters or digits of one word")]
    BadPrefix,
    /// `name:value` with an unknown name.
    #[error("there is no field `{0}`: use {fields}, or put it in quotes to search for it", fields = FIELDS.join(", "))]
    UnknownField(String),
    /// A field without a value.
    #[error("`{0}:` needs a value right behind it")]
    NoValue(String),
    /// A value that the field cannot have.
    #[error("`{field}:` cannot be `{value}`: use {allowed}")]
    BadValue {
        /// The field.
        field: String,
        /// The value as typed.
        value: String,
        /// What it may be.
        allowed: String,
    },
}
