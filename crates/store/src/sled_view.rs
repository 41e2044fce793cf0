//! The view in sled.
//!
//! One tree; the key of a record is the name of its table, a zero byte and its key; the value is the version (8 bytes,
//! big endian) and the JSON text. The position lies under a key of its own and changes in the same batch.
//!
//! sled may panic on damage, and calls itself closed after the first error. Every call catches that, so that the
//! store can throw this view away and make a new one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;
use sled::{Batch, Db};

use crate::commit::{Entry, StoreError, Versioned};
use crate::disk::Faults;
use crate::hash::{Hash, Position};
use crate::table::Table;
use crate::view::View;

/// Where the position lies: no table has an empty name. The number is that of the key and value format.
const POSITION: &[u8] = b"\0position 1";

/// A view in sled.
pub(crate) struct SledView {
    db: Db,
    faults: Arc<Faults>,
}

impl SledView {
    /// Opens or makes it. sled runs in a thread of its own, because it may panic.
    pub(crate) fn open(dir: &Path, cache_bytes: u64, faults: Arc<Faults>) -> Result<Self, StoreError> {
        let config = sled::Config::new().path(dir).cache_capacity(cache_bytes).flush_every_ms(Some(1000));
        let opened = std::thread::Builder::new().name("view-open".into()).spawn(move || config.open());
        let thread = opened.map_err(crate::disk::failed("open the view in", dir))?;
        match thread.join() {
            Ok(Ok(db)) => Ok(Self { db, faults }),
            Ok(Err(error)) => Err(broken(&error.to_string())),
            Err(_) => Err(broken("sled panicked when it was opened")),
        }
    }

    /// Hands every record to `each`, in the order of [`view_key`].
    pub(crate) fn for_each(
        &self,
        mut each: impl FnMut(Table, String, Versioned) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut items = self.db.iter();
        while let Some((key, value)) = guarded(|| items.next().transpose())? {
            if key.as_ref() == POSITION {
                continue;
            }
            let (table, key) = parse_key(&key).ok_or_else(|| broken("a key is of no table"))?;
            each(table, key, parse_value(&value)?)?;
        }
        Ok(())
    }
}

impl View for SledView {
    fn position(&self) -> Result<Option<Position>, StoreError> {
        if let Some(value) = guarded(|| self.db.get(POSITION))? {
            return parse_position(&value).map(Some).ok_or_else(|| broken("its position cannot be read"));
        }
        let empty = guarded(|| self.db.iter().next().transpose())?.is_none();
        Ok(empty.then_some(Position::START))
    }

    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError> {
        let found = guarded(|| self.db.get(view_key(table, key)))?;
        found.map(|value| parse_value(&value)).transpose()
    }

    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError> {
        let start = view_key(table, from);
        // without an end: up to the byte after the zero that follows the table's name
        let end =
            until.map_or_else(|| [table.name().as_bytes(), &[1]].concat(), |until| view_key(table, until));
        if end <= start {
            return Ok(Vec::new());
        }
        let mut items = self.db.range(start..end).take(limit);
        let mut found = Vec::new();
        while let Some((key, value)) = guarded(|| items.next().transpose())? {
            let (_, key) = parse_key(&key).ok_or_else(|| broken("a key is of no table"))?;
            found.push((key, parse_value(&value)?));
        }
        Ok(found)
    }

    fn apply(&self, entries: &[&Entry], position: Position) -> Result<(), StoreError> {
        self.faults
            .view()
            .map_err(|source| StoreError::Io { doing: "cannot write the view".into(), source })?;
        let mut batch = Batch::default();
        for entry in entries {
            for write in entry.writes.iter().filter(|write| write.table.in_view()) {
                let key = view_key(write.table, &write.key);
                match &write.record {
                    Some(record) => batch.insert(key, value_of(record, entry.seq)),
                    None => batch.remove(key),
                }
            }
        }
        batch.insert(POSITION, position_bytes(&position));
        guarded(|| self.db.apply_batch(batch))
    }

    fn load(&self, records: Vec<(Table, String, Versioned)>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (table, key, versioned) in records {
            batch.insert(view_key(table, &key), value_of(&versioned.record, versioned.version));
        }
        guarded(|| self.db.apply_batch(batch))
    }

    fn flush(&self) -> Result<(), StoreError> {
        guarded(|| self.db.flush().map(|_| ()))
    }
}

/// The key in sled; also the order of snapshots.
pub(crate) fn view_key(table: Table, key: &str) -> Vec<u8> {
    [table.name().as_bytes(), &[0], key.as_bytes()].concat()
}

fn parse_key(bytes: &[u8]) -> Option<(Table, String)> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let name = bytes.get(..at)?;
    let table = Table::ALL.iter().copied().find(|table| table.name().as_bytes() == name)?;
    Some((table, String::from_utf8(bytes.get(at + 1..)?.to_vec()).ok()?))
}

fn value_of(record: &RawValue, version: u64) -> Vec<u8> {
    [&version.to_be_bytes(), record.get().as_bytes()].concat()
}

fn parse_value(bytes: &[u8]) -> Result<Versioned, StoreError> {
    let parse = || {
        let (version, text) = bytes.split_first_chunk::<8>()?;
        let text = String::from_utf8(text.to_vec()).ok()?;
        Some(Versioned { record: RawValue::from_string(text).ok()?, version: u64::from_be_bytes(*version) })
    };
    parse().ok_or_else(|| broken("a value is not a version and a record"))
}

fn position_bytes(position: &Position) -> Vec<u8> {
    [position.seq.to_be_bytes().as_slice(), position.hash.as_bytes()].concat()
}

fn parse_position(bytes: &[u8]) -> Option<Position> {
    let (seq, hash) = bytes.split_first_chunk::<8>()?;
    Some(Position { seq: u64::from_be_bytes(*seq), hash: Hash::from_bytes(hash.try_into().ok()?) })
}

/// Calls sled; its errors and panics mean that the view has to be made again.
fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(broken(&error.to_string())),
        Err(_) => Err(broken("sled panicked")),
    }
}

fn broken(what: &str) -> StoreError {
    StoreError::Damaged {
        place: "the view".into(),
        what: format!("{what}; it is made again from the journal"),
    }
}
