#![doc = include_str!("../README.md")]

mod answer;
mod ask;
mod bins;
mod columns;
mod compile;
mod cursor;
mod doc;
mod erase;
mod error;
mod filter;
mod firm;
mod index;
mod ingest;
mod lex;
mod marks;
#[cfg(test)]
mod model;
mod numbers;
mod parse;
mod read;
mod schema;
mod spread;
mod top;
mod words;
mod writer;

pub use answer::{Bin, Counts, Facets, Found, Hit, Row, Tally};
pub use ask::{BadQuery, FIELDS, Wrong};
pub use bins::MAX_BINS;
pub use doc::{MentionDoc, Op};
pub use erase::Erased;
pub use error::SearchError;
pub use filter::{Bucket, By, Filter, MAX_HITS, SearchQuery, Sort};
pub use index::{Index, Opened, Stats};
pub use numbers::MAX_ROWS;
pub use parse::{MAX_CHARS, MAX_DEPTH, MAX_WORDS};
pub use spread::Spread;

/// Reads a question without asking it, to tell people what is wrong with it.
///
/// # Errors
/// [`BadQuery`] says what is wrong and where.
pub fn check(text: &str) -> Result<(), BadQuery> {
    parse::parse(text).map(|_| ())
}
