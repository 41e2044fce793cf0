//! One unit of work: what was read is expected to be unchanged when the writes are committed, all together.
//!
//! A decision reads through the batch, so that it sees what earlier decisions of the same batch wrote; the commit is
//! refused whole when anything it read has changed in the meantime, and the decision is made again.

use std::collections::{BTreeMap, BTreeSet};

use gehoor_store::{
    Commit, Expect, Record, Seq, Store, StoreError, Table, Write, decode, encode, get_as, scan_prefix_as,
};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::live::{Change, Changed};
use gehoor_domain::case::Case;
use gehoor_domain::ids::{CaseId, LocationId};
use std::sync::Arc;

/// What an index entry holds: its key says everything, but an empty record would count as deleted.
const KEPT: bool = true;
/// Entries of an index that are looked at under one key.
const SCANNED: usize = 1_000;

/// What is known of one record: as read, and as it will be.
struct Cell {
    version: Option<Seq>,
    record: Option<Record>,
    written: bool,
}

/// One unit of work.
pub(crate) struct Batch<'a> {
    store: &'a dyn Store,
    at: Timestamp,
    cells: BTreeMap<(Table, String), Cell>,
    /// Records that no decision reads: new lines of histories, new mentions.
    appended: Vec<Write>,
    changes: Vec<Change>,
    /// Cases that were read or written, so that none is decoded twice.
    cases: BTreeMap<CaseId, Known>,
    /// Entries of indexes that it adds.
    marks: BTreeSet<(Table, String)>,
}

/// A case in a unit of work.
struct Known {
    case: Arc<Case>,
    written: bool,
}

/// What a unit of work came to.
pub(crate) struct Finished {
    /// What is asked of the store.
    pub(crate) commit: Commit,
    /// What readers are told afterwards.
    pub(crate) changes: Vec<Change>,
    /// The cases that it writes.
    pub(crate) cases: Vec<Arc<Case>>,
}

impl<'a> Batch<'a> {
    /// An empty one, decided at that time.
    pub(crate) fn new(store: &'a dyn Store, at: Timestamp) -> Self {
        Self {
            store,
            at,
            cells: BTreeMap::new(),
            appended: Vec::new(),
            changes: Vec::new(),
            cases: BTreeMap::new(),
            marks: BTreeSet::new(),
        }
    }

    /// When it is decided.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// The record, as this batch would leave it.
    pub(crate) fn get<T: DeserializeOwned>(
        &mut self,
        table: Table,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let cell = self.cell(table, key)?;
        match &cell.record {
            None => Ok(None),
            Some(record) => decode(table, key, record).map(Some),
        }
    }

    /// The version that was read, before any write of this batch.
    pub(crate) fn version(&mut self, table: Table, key: &str) -> Result<Option<Seq>, StoreError> {
        Ok(self.cell(table, key)?.version)
    }

    /// Writes a record that is read by decisions: it is expected to be as it was read.
    pub(crate) fn put<T: Serialize>(&mut self, table: Table, key: &str, value: &T) -> Result<(), StoreError> {
        let record = encode(table, key, value)?;
        let cell = self.cell(table, key)?;
        cell.record = Some(record);
        cell.written = true;
        Ok(())
    }

    /// The case, as this batch would leave it.
    pub(crate) fn case(&mut self, id: CaseId) -> Result<Option<Arc<Case>>, StoreError> {
        if let Some(known) = self.cases.get(&id) {
            return Ok(Some(Arc::clone(&known.case)));
        }
        let Some(case) = self.get::<Case>(Table::Case, &id.key())? else { return Ok(None) };
        let case = Arc::new(case);
        self.cases.insert(id, Known { case: Arc::clone(&case), written: false });
        Ok(Some(case))
    }

    /// Writes a case, which is expected to be as it was read. It is encoded once, at the end.
    pub(crate) fn put_case(&mut self, case: Case) -> Result<(), StoreError> {
        self.cell(Table::Case, &case.id.key())?;
        self.cases.insert(case.id, Known { case: Arc::new(case), written: true });
        Ok(())
    }

    /// Writes an entry of an index, whose key says everything.
    pub(crate) fn mark(&mut self, table: Table, key: String) -> Result<(), StoreError> {
        self.marks.insert((table, key.clone()));
        self.append(table, key, &KEPT)
    }

    /// The keys of an index that begin with `prefix`, the latest `most` of them, last first: those of the store, and
    /// those that this batch adds.
    pub(crate) fn latest_marks(
        &self,
        table: Table,
        prefix: &str,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let until = gehoor_store::prefix_end(prefix);
        let found = self.store.scan(table, prefix, Some(&until), SCANNED)?;
        let mut keys: Vec<String> = found.into_iter().map(|(key, _)| key).collect();
        let from = (table, prefix.to_owned());
        let added = self.marks.range(from..).take_while(|(t, key)| *t == table && key.starts_with(prefix));
        keys.extend(added.map(|(_, key)| key.clone()));
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.dedup();
        keys.truncate(most);
        Ok(keys)
    }

    /// Writes a record that nobody decides upon, without reading it first.
    pub(crate) fn append<T: Serialize>(
        &mut self,
        table: Table,
        key: String,
        value: &T,
    ) -> Result<(), StoreError> {
        let record = encode(table, &key, value)?;
        self.appended.push(Write { table, key, record: Some(record) });
        Ok(())
    }

    /// Deletes an index entry, without reading it first.
    pub(crate) fn remove(&mut self, table: Table, key: String) {
        self.appended.push(Write { table, key, record: None });
    }

    /// Tells readers about it once it is committed.
    pub(crate) fn tell(&mut self, changed: Changed, location: Option<LocationId>, fresh: bool) {
        if let Some(known) = self.changes.iter_mut().find(|c| c.changed == changed) {
            known.fresh |= fresh;
            known.location = location;
            return;
        }
        self.changes.push(Change { seq: 0, changed, location, fresh });
    }

    /// Takes the next number of a counter.
    pub(crate) fn next_number(&mut self, counter: &str) -> Result<u64, StoreError> {
        let next = self.get::<u64>(Table::Counter, counter)?.unwrap_or(0) + 1;
        self.put(Table::Counter, counter, &next)?;
        Ok(next)
    }

    /// Nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.appended.is_empty()
            && !self.cells.values().any(|c| c.written)
            && !self.cases.values().any(|c| c.written)
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Result<Finished, StoreError> {
        let mut expect = Vec::with_capacity(self.cells.len());
        let mut writes = Vec::with_capacity(self.cells.len() + self.cases.len() + self.appended.len());
        for ((table, key), cell) in self.cells {
            expect.push(Expect { table, key: key.clone(), version: cell.version });
            if cell.written {
                writes.push(Write { table, key, record: cell.record });
            }
        }
        let mut cases = Vec::new();
        for case in self.cases.into_values().filter(|known| known.written).map(|known| known.case) {
            let key = case.id.key();
            let record = Some(encode(Table::Case, &key, &*case)?);
            writes.push(Write { table: Table::Case, key, record });
            cases.push(case);
        }
        writes.extend(self.appended);
        Ok(Finished { commit: Commit { at: self.at, expect, writes }, changes: self.changes, cases })
    }

    fn cell(&mut self, table: Table, key: &str) -> Result<&mut Cell, StoreError> {
        use std::collections::btree_map::Entry;
        match self.cells.entry((table, key.to_owned())) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let found = self.store.get(table, key)?;
                let (version, record) = match found {
                    Some(found) => (Some(found.version), Some(found.record)),
                    None => (None, None),
                };
                Ok(free.insert(Cell { version, record, written: false }))
            }
        }
    }
}

/// One record of the view, read on its own.
pub(crate) fn read<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    key: &str,
) -> Result<Option<T>, StoreError> {
    Ok(get_as(store, table, key)?.map(|(value, _)| value))
}

/// Records whose key begins with `prefix`, in key order, at most `limit`.
pub(crate) fn read_prefix<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(String, T)>, StoreError> {
    let found = scan_prefix_as(store, table, prefix, limit)?;
    Ok(found.into_iter().map(|(key, value, _)| (key, value)).collect())
}
