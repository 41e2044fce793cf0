//! What is asked of a store.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::table::Table;

/// The number of an entry in the journal, from 1; 0 means before all of them.
pub type Seq = u64;

/// A record as JSON text. The store moves it without reading it.
pub type Record = Box<RawValue>;

/// One change of one record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Write {
    /// In which table.
    #[serde(rename = "t")]
    pub table: Table,
    /// Under which key.
    #[serde(rename = "k")]
    pub key: String,
    /// The new record; none deletes it.
    #[serde(rename = "v", default)]
    pub record: Option<Record>,
}

/// What has to be so for a commit to count: otherwise it is refused whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// In which table.
    pub table: Table,
    /// Under which key.
    pub key: String,
    /// The version it has to have: the number of the entry that wrote it; none = it must not be there.
    pub version: Option<Seq>,
}

/// A list of expectations and writes: all or nothing.
#[derive(Debug, Clone)]
pub struct Commit {
    /// When it was decided.
    pub at: Timestamp,
    /// What has to be so.
    pub expect: Vec<Expect>,
    /// What changes, in order.
    pub writes: Vec<Write>,
}

/// One entry of the journal: what one commit changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// When it was decided.
    pub at: Timestamp,
    /// What changed.
    pub writes: Vec<Write>,
}

/// A record with the number of the entry that wrote it.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// The record.
    pub record: Record,
    /// The number of the entry that wrote it.
    pub version: Seq,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk or the database failed.
    #[error("{doing}")]
    Io {
        /// What was attempted, with the file.
        doing: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// What is stored is damaged.
    #[error("{place} is damaged: {what}")]
    Damaged {
        /// The file and the place in it, or the table and key.
        place: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// Another program has it open.
    #[error("the data folder {0} is in use by another gehoor: stop that one first")]
    InUse(String),
    /// The store has stopped, after a failure or because the program ends.
    #[error("the store has stopped: {0}")]
    Stopped(String),
}

/// Why a commit was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// An expectation does not hold: read again and decide again.
    #[error("{table} `{key}` has changed since it was read")]
    Conflict {
        /// In which table.
        table: Table,
        /// Under which key.
        key: String,
    },
    /// Nothing can be expected of a record that is not in the view.
    #[error("the table {0} is not in the view, so nothing can be expected of its records")]
    NotInView(Table),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ordered records with one atomic, conditional, durable commit, and the log of all commits.
///
/// Reads see every acknowledged commit. They are quick and do not block for long; call them from async code freely.
#[async_trait]
pub trait Store: Send + Sync {
    /// One record of a table that is in the view.
    ///
    /// # Errors
    /// [`StoreError`] when the view cannot be read.
    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError>;

    /// Records whose key is at least `from` and below `until` (none = to the end), in key order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the view cannot be read.
    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError>;

    /// Writes all or nothing; returns after the journal is synced and the view shows it.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when an expectation does not hold, [`CommitError::Store`] when it failed.
    async fn commit(&self, commit: Commit) -> Result<Seq, CommitError>;

    /// Entries after `after`, in order and without gaps, at most `limit`. Empty when there are none yet.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    fn follow(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError>;

    /// The link of the hash chain of an entry, hexadecimal; none when there is no such entry, or no chain is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    fn proof(&self, seq: Seq) -> Result<Option<String>, StoreError> {
        let _ = seq;
        Ok(None)
    }

    /// The number of the latest acknowledged entry.
    fn head(&self) -> Seq;

    /// Returns when the head is above `after`.
    async fn wait_beyond(&self, after: Seq);
}
