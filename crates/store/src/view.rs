//! The view: the newest record under each key.
//!
//! It carries the place in the journal that it shows and changes together with it. It is never the truth: whatever is
//! wrong with it, it is thrown away and made again from the journal.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use crate::commit::{Entry, StoreError, Versioned};
use crate::hash::Position;
use crate::table::Table;

/// The newest record under each key of the tables that are in the view.
pub(crate) trait View: Send + Sync {
    /// The place in the journal that it shows; none when it was left half made.
    fn position(&self) -> Result<Option<Position>, StoreError>;

    /// One record.
    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError>;

    /// Records from `from` and below `until`, in key order.
    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError>;

    /// Carries out entries, all or nothing, and shows `position` then.
    fn apply(&self, entries: &[&Entry], position: Position) -> Result<(), StoreError>;

    /// Puts records from a snapshot into a view that is being made. It has no position until the next [`View::apply`].
    fn load(&self, records: Vec<(Table, String, Versioned)>) -> Result<(), StoreError>;

    /// Makes it durable, as well as it can.
    fn flush(&self) -> Result<(), StoreError>;
}

/// A view in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryView {
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    tables: BTreeMap<Table, BTreeMap<String, Versioned>>,
    position: Position,
}

impl View for MemoryView {
    fn position(&self) -> Result<Option<Position>, StoreError> {
        Ok(Some(self.state.read().unwrap_or_else(PoisonError::into_inner).position))
    }

    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Ok(state.tables.get(&table).and_then(|records| records.get(key)).cloned())
    }

    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError> {
        if until.is_some_and(|until| until <= from) {
            return Ok(Vec::new()); // a range that ends before it begins is a panic in BTreeMap
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let Some(records) = state.tables.get(&table) else { return Ok(Vec::new()) };
        let range =
            records.range::<str, _>((Bound::Included(from), until.map_or(Bound::Unbounded, Bound::Excluded)));
        Ok(range.take(limit).map(|(key, record)| (key.clone(), record.clone())).collect())
    }

    fn apply(&self, entries: &[&Entry], position: Position) -> Result<(), StoreError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            for write in entry.writes.iter().filter(|write| write.table.in_view()) {
                let records = state.tables.entry(write.table).or_default();
                match &write.record {
                    Some(record) => {
                        let versioned = Versioned { record: record.clone(), version: entry.seq };
                        records.insert(write.key.clone(), versioned);
                    }
                    None => {
                        records.remove(&write.key);
                    }
                }
            }
        }
        state.position = position;
        Ok(())
    }

    fn load(&self, loaded: Vec<(Table, String, Versioned)>) -> Result<(), StoreError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for (table, key, record) in loaded {
            state.tables.entry(table).or_default().insert(key, record);
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
