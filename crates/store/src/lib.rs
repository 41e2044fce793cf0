//! The journal, which is the truth, and its view.
//!
//! A [`Commit`] is a list of expectations and writes. It is acknowledged when its entry in the journal is synced;
//! nothing else has to be durable. The view is the tables in sled (or in memory), applied in the same thread before
//! the answer; it can be deleted at any time and is rebuilt from the last snapshot plus the journal.

pub mod commit;
pub mod table;

pub use commit::{Commit, CommitError, Entry, Expect, Record, Seq, Store, StoreError, Versioned, Write};
pub use table::Table;
