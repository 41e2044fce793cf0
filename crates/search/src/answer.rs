//! What the index answers.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;

use crate::doc::MentionDoc;

/// A page of hits.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How many there are on all pages together.
    pub total: u64,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// The mark of the next page, if there is one. A page after a commit may repeat or miss a hit when sorted
    /// by relevance; by time it never does.
    pub next: Option<String>,
}

/// One mention that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The mention.
    pub doc: MentionDoc,
    /// How well it matches (BM25); 0 when sorted by time.
    pub score: f32,
    /// Byte ranges of the words in the text that were searched for, in order, none overlapping.
    pub marks: Vec<Range<usize>>,
}

/// How many mentions have each value. The key is empty for those that have none: no location, not assessed.
pub type Counts = BTreeMap<String, u64>;

/// How many of the mentions that match have each value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// All that match.
    pub total: u64,
    /// By source.
    pub sources: Counts,
    /// By location.
    pub locations: Counts,
    /// By channel.
    pub channels: Counts,
    /// By language.
    pub langs: Counts,
    /// By feeling.
    pub sentiments: Counts,
    /// By intent.
    pub intents: Counts,
    /// By topic; a mention counts in each of its topics.
    pub topics: Counts,
    /// By group of topics.
    pub topic_groups: Counts,
}

/// What was counted of some mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mentions.
    pub count: u64,
    /// Of these, complaints.
    pub complaints: u64,
    /// By feeling, in the order of `Sentiment::ALL`; what is not assessed is in none.
    pub by_sentiment: [u64; 4],
    /// Sum of the ratings, in hundredths of stars on the scale 1 to 5.
    pub centistars: u64,
    /// How many have a rating.
    pub stars_count: u64,
}

impl Tally {
    /// Sum of the ratings in stars.
    #[must_use]
    pub fn stars_sum(&self) -> f64 {
        self.centistars as f64 / 100.0
    }
    /// Mean rating, 1 to 5; `None` without any rating.
    #[must_use]
    pub fn stars_mean(&self) -> Option<f64> {
        (self.stars_count > 0).then(|| self.stars_sum() / self.stars_count as f64)
    }
    /// What is left without a part of the mentions.
    #[must_use]
    pub fn without(&self, part: &Tally) -> Tally {
        let mut by_sentiment = self.by_sentiment;
        for (left, gone) in by_sentiment.iter_mut().zip(part.by_sentiment) {
            *left = left.saturating_sub(gone);
        }
        Tally {
            count: self.count.saturating_sub(part.count),
            complaints: self.complaints.saturating_sub(part.complaints),
            by_sentiment,
            centistars: self.centistars.saturating_sub(part.centistars),
            stars_count: self.stars_count.saturating_sub(part.stars_count),
        }
    }
    /// Adds what another part of the mentions had.
    pub fn add(&mut self, other: &Tally) {
        self.count += other.count;
        self.complaints += other.complaints;
        for (sum, more) in self.by_sentiment.iter_mut().zip(other.by_sentiment) {
            *sum += more;
        }
        self.centistars += other.centistars;
        self.stars_count += other.stars_count;
    }
}

/// A part of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// Its first moment.
    pub start: Timestamp,
    /// The moment after its last.
    pub end: Timestamp,
    /// What was published in it.
    pub tally: Tally,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the row stands for; empty for mentions that have no value.
    pub key: String,
    /// What was counted.
    pub tally: Tally,
}
