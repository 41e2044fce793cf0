#![doc = include_str!("../README.md")]

mod background;
pub mod commit;
mod core;
mod disk;
mod file_store;
pub mod hash;
mod journal;
pub mod maintain;
mod memory_store;
mod sled_view;
mod snapshot;
pub mod table;
pub mod tables;
mod tail;
mod view;
mod view_home;
mod writer;

pub use commit::{Commit, CommitError, Entry, Expect, Record, Seq, Store, StoreError, Versioned, Write};
#[doc(hidden)]
pub use disk::Faults;
pub use file_store::{FileStore, Opened, Options};
pub use hash::{Hash, Position};
pub use journal::Torn;
pub use memory_store::MemoryStore;
pub use table::Table;
pub use tables::{decode, encode, get_as, prefix_end, scan_as, scan_prefix_as};
