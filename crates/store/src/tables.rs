//! Typed reading and writing, written once on top of any store.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::commit::{Commit, Expect, Record, Seq, Store, StoreError, Versioned, Write};
use crate::table::Table;

/// A record as a value, with its version for [`Commit::expect_version`].
///
/// # Errors
/// When it cannot be read, or is not a `T`.
pub fn get_as<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    key: &str,
) -> Result<Option<(T, Seq)>, StoreError> {
    let Some(found) = store.get(table, key)? else { return Ok(None) };
    Ok(Some((decode(table, key, &found.record)?, found.version)))
}

/// Records with keys from `from` and below `until` (none = to the end) as values with their versions, in key order.
///
/// # Errors
/// When they cannot be read, or one is not a `T`.
pub fn scan_as<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    from: &str,
    until: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, T, Seq)>, StoreError> {
    typed(table, store.scan(table, from, until, limit)?)
}

/// Records whose keys begin with `prefix` as values with their versions, in key order.
///
/// # Errors
/// When they cannot be read, or one is not a `T`.
pub fn scan_prefix_as<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(String, T, Seq)>, StoreError> {
    scan_as(store, table, prefix, Some(&prefix_end(prefix)), limit)
}

/// The end of the range of all keys that begin with `prefix`: no text has the last code point.
#[must_use]
pub fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// A record as a value.
///
/// # Errors
/// [`StoreError::Damaged`] with table, key and place, but without anything of the record: it may hold what people
/// wrote.
pub fn decode<T: DeserializeOwned>(table: Table, key: &str, record: &Record) -> Result<T, StoreError> {
    serde_json::from_str(record.get()).map_err(|error| StoreError::Damaged {
        place: format!("the record {table} `{key}`"),
        what: format!(
            "it is not what this version expects ({:?} error at column {}); it was written by another version, \
             or not by gehoor",
            error.classify(),
            error.column()
        ),
    })
}

/// A value as a record.
///
/// # Errors
/// When it cannot be JSON: a map whose keys are no texts.
pub fn encode<T: Serialize + ?Sized>(table: Table, key: &str, value: &T) -> Result<Record, StoreError> {
    serde_json::value::to_raw_value(value).map_err(|_| StoreError::Damaged {
        place: format!("the value for {table} `{key}`"),
        what: "it cannot be written as JSON".into(),
    })
}

fn typed<T: DeserializeOwned>(
    table: Table,
    found: Vec<(String, Versioned)>,
) -> Result<Vec<(String, T, Seq)>, StoreError> {
    let mut values = Vec::with_capacity(found.len());
    for (key, versioned) in found {
        let value = decode(table, &key, &versioned.record)?;
        values.push((key, value, versioned.version));
    }
    Ok(values)
}

impl Write {
    /// Writes a value.
    ///
    /// # Errors
    /// When it cannot be JSON.
    pub fn put<T: Serialize + ?Sized>(
        table: Table,
        key: impl Into<String>,
        value: &T,
    ) -> Result<Self, StoreError> {
        let key = key.into();
        let record = Some(encode(table, &key, value)?);
        Ok(Self { table, key, record })
    }

    /// Deletes a record; it need not be there.
    #[must_use]
    pub fn delete(table: Table, key: impl Into<String>) -> Self {
        Self { table, key: key.into(), record: None }
    }
}

impl Commit {
    /// An empty one, decided at `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self { at, expect: Vec::new(), writes: Vec::new() }
    }

    /// Expects a record to have the version it was read with; none = not to be there.
    pub fn expect_version(
        &mut self,
        table: Table,
        key: impl Into<String>,
        version: Option<Seq>,
    ) -> &mut Self {
        self.expect.push(Expect { table, key: key.into(), version });
        self
    }

    /// Expects a record not to be there.
    pub fn expect_absent(&mut self, table: Table, key: impl Into<String>) -> &mut Self {
        self.expect_version(table, key, None)
    }

    /// Writes a value.
    ///
    /// # Errors
    /// When it cannot be JSON.
    pub fn put<T: Serialize + ?Sized>(
        &mut self,
        table: Table,
        key: impl Into<String>,
        value: &T,
    ) -> Result<&mut Self, StoreError> {
        self.writes.push(Write::put(table, key, value)?);
        Ok(self)
    }

    /// Deletes a record; it need not be there.
    pub fn delete(&mut self, table: Table, key: impl Into<String>) -> &mut Self {
        self.writes.push(Write::delete(table, key));
        self
    }
}
