//! Reading a snapshot.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{End, Head, Row, path_of};
use crate::commit::{Seq, StoreError, Versioned};
use crate::disk::failed;
use crate::hash::{Hash, Position};
use crate::table::Table;

/// Reads a snapshot; the check of its hash comes at its end, so nothing read from it counts before that.
pub(crate) struct SnapshotReader {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    position: Position,
    digest: Sha256,
    records: u64,
    line: Vec<u8>,
    sum: Option<Hash>,
}

impl SnapshotReader {
    /// Opens the snapshot at `seq`.
    pub(crate) fn open(dir: &Path, seq: Seq) -> Result<Self, StoreError> {
        let path = path_of(dir, seq);
        let file = File::open(&path).map_err(failed("open", &path))?;
        let decoder = zstd::stream::read::Decoder::new(file).map_err(failed("read", &path))?;
        let mut reader = Self {
            path,
            reader: Box::new(BufReader::with_capacity(1 << 16, decoder)),
            position: Position::START,
            digest: Sha256::new(),
            records: 0,
            line: Vec::new(),
            sum: None,
        };
        reader.next_line()?;
        let head: Head =
            serde_json::from_slice(&reader.line).map_err(|_| reader.damaged("its head cannot be read"))?;
        if head.format != 1 || head.seq != seq {
            return Err(reader.damaged("its head is of another format or number"));
        }
        reader.digest.update(&reader.line);
        reader.position = Position { seq: head.seq, hash: head.hash };
        Ok(reader)
    }

    /// The place in the journal that it shows.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// The hash over its text, once it was read to its end.
    pub(crate) fn sum(&self) -> Option<Hash> {
        self.sum
    }

    /// The next record; none after the last one, when everything was found to be right.
    pub(crate) fn read(&mut self) -> Result<Option<(Table, String, Versioned)>, StoreError> {
        if self.sum.is_some() {
            return Ok(None);
        }
        self.next_line()?;
        if self.line.starts_with(br#"{"records":"#) {
            let end: End =
                serde_json::from_slice(&self.line).map_err(|_| self.damaged("its end cannot be read"))?;
            if end.records != self.records
                || end.sha256 != Hash::from_bytes(self.digest.clone().finalize().into())
            {
                return Err(self.damaged("its hash does not match"));
            }
            self.sum = Some(end.sha256);
            return Ok(None);
        }
        let row: Row =
            serde_json::from_slice(&self.line).map_err(|_| self.damaged("a record cannot be read"))?;
        self.digest.update(&self.line);
        self.records += 1;
        Ok(Some((row.table, row.key, Versioned { record: row.record, version: row.version })))
    }

    /// Reads the rest and checks the hash.
    pub(crate) fn finish(&mut self) -> Result<(), StoreError> {
        while self.read()?.is_some() {}
        Ok(())
    }

    fn next_line(&mut self) -> Result<(), StoreError> {
        self.line.clear();
        match self.reader.read_until(b'\n', &mut self.line) {
            Ok(0) => Err(self.damaged("it is cut off")),
            Ok(_) => Ok(()),
            Err(_) => Err(self.damaged("it cannot be unpacked")),
        }
    }

    fn damaged(&self, what: &str) -> StoreError {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let what = format!("{what}; remove it, it is made again from the journal");
        StoreError::Damaged { place: format!("snapshots/{name}"), what }
    }
}
