//! A store that ends with the program: for tests and trials.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::commit::{Commit, CommitError, Entry, Seq, Store, StoreError, Versioned};
use crate::core::Core;
use crate::journal::MemoryJournal;
use crate::table::Table;
use crate::tail::Tail;
use crate::view::MemoryView;

/// Journal and view in memory. Commits are carried out where they are called, without a thread of its own, so that
/// tests with a paused clock see no time pass.
pub struct MemoryStore {
    core: Core,
    writing: Mutex<()>,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let core =
            Core::new(Arc::new(MemoryJournal::default()), Box::new(MemoryView::default()), Tail::new(0, 0));
        Self { core, writing: Mutex::new(()) }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError> {
        self.core.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError> {
        self.core.scan(table, from, until, limit)
    }

    async fn commit(&self, commit: Commit) -> Result<Seq, CommitError> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let rebuild = |_: &StoreError| Err(StoreError::Stopped("memory cannot be made again".into()));
        let answer = self.core.commit(vec![commit], &rebuild).pop();
        answer.unwrap_or_else(|| Err(StoreError::Stopped("it gave no answer".into()).into()))
    }

    fn follow(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.core.follow(after, limit)
    }

    fn head(&self) -> Seq {
        self.core.head()
    }

    async fn wait_beyond(&self, after: Seq) {
        self.core.wait_beyond(after).await;
    }
}
