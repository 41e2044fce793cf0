//! Labelled texts from files: ours, which the trainer learns from, and those of strangers, which `gehoor eval` measures on.
//!
//! Both are read alike: bytes become text (`decode`), text becomes rows with named cells (`table`), names become fields
//! (`columns`, by `aliases` for strangers), and cells become labels (`words`, `numbers`, `topics`). A cell that is not
//! understood costs its label, not its row, and `account` tells of it. What a row does not say is concluded for the
//! trainer only ([`read_training`], see [`crate::weak`]), and for others when they ask for it.

mod account;
mod aliases;
mod bare;
mod columns;
mod csv_rows;
mod decode;
mod json_rows;
mod kinds;
mod lines;
mod numbers;
mod read;
mod row;
mod table;
mod topics;
mod training;
mod words;

use gehoor_domain::mention::Channel;

pub use account::{Account, Unknown};
pub use columns::{Columns, FIELDS};
pub use read::{Asked, Read, read};
pub use training::{read_corrections, read_training};
pub use words::channel_of;

use crate::labels::Labels;

/// One text and what people said about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labelled {
    /// As written.
    pub text: String,
    /// The language as [`crate::language::code`] writes it, where the file says so.
    pub lang: Option<String>,
    /// Rating out of five.
    pub stars: Option<f64>,
    /// Where it stood.
    pub channel: Option<Channel>,
    /// The labels.
    pub labels: Labels,
    /// The first level of its topics, where the file says no more than that.
    pub topic_groups: Option<Vec<String>>,
    /// Whether labels were concluded from the stars: a model that is measured on them must not see the stars then.
    pub from_stars: bool,
    /// How much it counts in training: 1 for texts labelled for this purpose, less for labels that only hint.
    pub weight: f32,
    /// The file it came from; figures are measured across files.
    pub source: String,
    /// The line of the file on which it begins, from 1; 0 when it came from no file.
    pub line: usize,
}

/// What a text weighs whose labels say what is asked: only such texts are measured and calibrated on.
pub const FULL: f32 = 1.0;
/// The most that a text with labels that only hint may weigh.
const ALMOST_FULL: f32 = 0.99;

impl Labelled {
    /// Whether its labels were made for this purpose.
    #[must_use]
    pub fn counts_in_full(&self) -> bool {
        self.weight >= FULL
    }

    /// Weighs a text whose labels only hint `factor` times as much, but never in full. Others stay as they are.
    pub fn weigh_hint(&mut self, factor: f32) {
        if !self.counts_in_full() {
            self.weight = (self.weight * factor).min(ALMOST_FULL);
        }
    }

    /// Whether people say that it complains: the plain yes or no counts before the intent, where both are given.
    #[must_use]
    pub fn complains(&self) -> Option<bool> {
        self.labels.complaint.or_else(|| self.labels.is_complaint())
    }

    /// Whether it has any label.
    #[must_use]
    pub fn is_labelled(&self) -> bool {
        self.labels != Labels::default() || self.topic_groups.is_some()
    }
}

/// A row, or a cell of one, that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong; holds no text of the row.
    pub why: String,
}

/// Why a file cannot be used as a whole, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFile(pub String);

#[cfg(test)]
mod tests;
