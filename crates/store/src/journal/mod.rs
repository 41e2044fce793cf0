//! Where entries are kept for good: the only truth.
//!
//! A journal takes groups of entries that are already numbered and answers when they are durable. Files are the
//! default ([`FileJournal`]), memory is for tests and the demo ([`MemoryJournal`]).

pub(crate) mod files;
pub(crate) mod line;
pub(crate) mod pack;
pub(crate) mod reader;
pub(crate) mod scan;
pub(crate) mod segment;

use std::sync::{Arc, PoisonError, RwLock};

pub(crate) use files::FileJournal;
pub use scan::Torn;

use crate::commit::{Entry, Seq, StoreError};
use crate::hash::{Hash, Position};

/// Where entries are kept for good.
pub(crate) trait Journal: Send + Sync {
    /// The place after the last durable entry.
    fn head(&self) -> Position;

    /// Appends entries, numbered on from the head. When it returns, all are durable and it gives the new head.
    ///
    /// # Errors
    /// None of them counts, and the head is where it was.
    fn append(&self, entries: &[Arc<Entry>]) -> Result<Position, StoreError>;

    /// Durable entries after `after`, in order; at most `limit`, and fewer when they are large.
    ///
    /// # Errors
    /// When they cannot be read or are damaged.
    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError>;
}

/// An entry with its links in the chain.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) entry: Arc<Entry>,
    pub(crate) prev: Hash,
    pub(crate) hash: Hash,
}

impl Link {
    /// The place after this entry.
    pub(crate) fn position(&self) -> Position {
        Position { seq: self.entry.seq, hash: self.hash }
    }
}

/// How many bytes of records an entry holds, for bounds.
pub(crate) fn weight(entry: &Entry) -> usize {
    let writes = entry.writes.iter();
    64 + writes.map(|w| 48 + w.key.len() + w.record.as_ref().map_or(0, |r| r.get().len())).sum::<usize>()
}

/// A journal that ends with the program.
#[derive(Debug, Default)]
pub(crate) struct MemoryJournal {
    entries: RwLock<Vec<Arc<Entry>>>,
}

impl Journal for MemoryJournal {
    fn head(&self) -> Position {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        Position { seq: entries.len() as Seq, ..Position::START }
    }

    fn append(&self, entries: &[Arc<Entry>]) -> Result<Position, StoreError> {
        let mut kept = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        kept.extend(entries.iter().cloned());
        Ok(Position { seq: kept.len() as Seq, ..Position::START })
    }

    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(entries.iter().skip(after).take(limit).cloned().collect())
    }
}
