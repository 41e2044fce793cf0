//! Snapshots of the view, so that making it again does not need the whole journal.
//!
//! A snapshot is made from the one before and the journal, never from the live view: it is consistent without
//! stopping anybody, and damage to the view cannot get into it. Both are read in order, so it takes little memory.
//!
//! The file is zstd-compressed JSON lines: a head `{"format":1,"seq":…,"hash":…}`, the records in the order of their
//! keys `{"t":…,"k":…,"n":version,"v":…}`, and an end `{"records":…,"sha256":…}` with the hash of all lines before it.
//! The same entries always make the same text.

mod reader;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) use reader::SnapshotReader;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::commit::{Entry, Seq, StoreError, Versioned};
use crate::disk::{failed, names, replace};
use crate::hash::{Hash, Position};
use crate::journal::{Link, pack, weight};
use crate::sled_view::view_key;
use crate::table::Table;

/// How many are kept: if the newest is damaged, there is one more.
const KEPT: usize = 2;

/// Changes of so many bytes are gathered in memory before they are merged into the next file.
const STEP_BYTES: usize = 32 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    seq: Seq,
    hash: Hash,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    #[serde(rename = "t")]
    table: Table,
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "n")]
    version: Seq,
    #[serde(rename = "v")]
    record: Box<RawValue>,
}

#[derive(Debug, Serialize, Deserialize)]
struct End {
    records: u64,
    sha256: Hash,
}

/// What happened to each key since the last snapshot: a record, or gone.
type Changes = BTreeMap<Vec<u8>, (Table, String, Option<Versioned>)>;

/// The path of the snapshot at `seq`.
fn path_of(dir: &Path, seq: Seq) -> PathBuf {
    dir.join(format!("{seq:016}.jsonl.zst"))
}

/// The numbers of the snapshots that are there, oldest first.
pub(crate) fn list(dir: &Path) -> Result<Vec<Seq>, StoreError> {
    let names = names(dir)?;
    let mut found: Vec<Seq> =
        names.iter().filter_map(|name| name.strip_suffix(".jsonl.zst")?.parse().ok()).collect();
    found.sort_unstable();
    Ok(found)
}

/// Where the entries for a snapshot come from: those after a number, at most so many.
pub(crate) type Source<'a> = &'a mut dyn FnMut(Seq, usize) -> Result<Vec<Link>, StoreError>;

/// Makes the snapshot at `to` from the newest one that is whole and not beyond it, and removes old ones.
///
/// `stop` is asked between steps; when it says so, this ends early and gives false.
pub(crate) fn make(
    dir: &Path,
    to: Seq,
    entries: Source<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<bool, StoreError> {
    let mut base = newest_whole(dir, to)?;
    while base.seq < to {
        let mut changes = Changes::new();
        let reached = gather(base, to, entries, &mut changes)?;
        if stop() {
            return Ok(false);
        }
        merge(dir, base.seq, reached, changes)?;
        base = reached;
        remove_old(dir)?;
    }
    Ok(true)
}

/// The newest snapshot up to `to` that is whole; the start when there is none. Damaged ones are removed.
fn newest_whole(dir: &Path, to: Seq) -> Result<Position, StoreError> {
    for seq in list(dir)?.into_iter().rev().filter(|seq| *seq <= to) {
        let whole =
            SnapshotReader::open(dir, seq).and_then(|mut reader| reader.finish().map(|()| reader.position()));
        match whole {
            Ok(position) => return Ok(position),
            Err(error) => {
                tracing::warn!(%error, "a snapshot is damaged and is made again");
                let path = path_of(dir, seq);
                fs::remove_file(&path).map_err(failed("remove", &path))?;
            }
        }
    }
    Ok(Position::START)
}

/// Collects what changed after `from`, until `to` or until it is much; gives the place that was reached.
fn gather(
    from: Position,
    to: Seq,
    entries: Source<'_>,
    changes: &mut Changes,
) -> Result<Position, StoreError> {
    let mut at = from;
    let mut bytes = 0;
    while at.seq < to && bytes < STEP_BYTES {
        let limit = usize::try_from(to - at.seq).unwrap_or(usize::MAX).min(1000);
        let links = entries(at.seq, limit)?;
        for link in &links {
            if link.prev != at.hash {
                let place = format!("snapshots/{:016}.jsonl.zst", from.seq);
                let what = "it is of another journal than this one; remove it".to_owned();
                return Err(StoreError::Damaged { place, what });
            }
            at = link.position();
            bytes += change(&link.entry, changes);
        }
        if links.is_empty() {
            let what = "it ends before the snapshot that is to be made".to_owned();
            return Err(StoreError::Damaged { place: "the journal".into(), what });
        }
    }
    Ok(at)
}

/// Adds the changes of one entry; gives their size.
fn change(entry: &Entry, changes: &mut Changes) -> usize {
    let mut any = false;
    for write in entry.writes.iter().filter(|write| write.table.in_view()) {
        let record = write.record.clone().map(|record| Versioned { record, version: entry.seq });
        changes.insert(view_key(write.table, &write.key), (write.table, write.key.clone(), record));
        any = true;
    }
    if any { weight(entry) } else { 0 }
}

/// Writes the snapshot at `position`: the one at `base` with the changes.
fn merge(dir: &Path, base: Seq, position: Position, changes: Changes) -> Result<(), StoreError> {
    let path = path_of(dir, position.seq);
    let mut old = if base == 0 { None } else { Some(SnapshotReader::open(dir, base)?) };
    let mut next_old = || old.as_mut().map_or(Ok(None), SnapshotReader::read);
    replace(&path, |file| {
        let encoder = pack::encoder(file).map_err(failed("write", &path))?;
        let mut out = Out { encoder, digest: Sha256::new(), records: 0, path: &path };
        out.line(&Head { format: 1, seq: position.seq, hash: position.hash })?;
        let mut kept = next_old()?;
        for (at, (table, key, changed)) in changes {
            while let Some((table, key, record)) = kept.take_if(|(table, key, _)| view_key(*table, key) < at)
            {
                out.row(table, key, record)?;
                kept = next_old()?;
            }
            if kept.as_ref().is_some_and(|(table, key, _)| view_key(*table, key) == at) {
                kept = next_old()?;
            }
            if let Some(record) = changed {
                out.row(table, key, record)?;
            }
        }
        while let Some((table, key, record)) = kept {
            out.row(table, key, record)?;
            kept = next_old()?;
        }
        out.finish()
    })
}

/// The text of a snapshot on its way into the file.
struct Out<'a, W: Write> {
    encoder: zstd::stream::write::Encoder<'static, W>,
    digest: Sha256,
    records: u64,
    path: &'a Path,
}

impl<W: Write> Out<'_, W> {
    fn row(&mut self, table: Table, key: String, record: Versioned) -> Result<(), StoreError> {
        self.records += 1;
        self.line(&Row { table, key, version: record.version, record: record.record })
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), StoreError> {
        let mut text =
            serde_json::to_vec(value).map_err(io::Error::from).map_err(failed("encode", self.path))?;
        text.push(b'\n');
        self.digest.update(&text);
        self.encoder.write_all(&text).map_err(failed("write", self.path))
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let sha256 = Hash::from_bytes(self.digest.clone().finalize().into());
        self.line(&End { records: self.records, sha256 })?;
        self.encoder.finish().map(|_| ()).map_err(failed("write", self.path))
    }
}

/// Keeps the newest ones.
fn remove_old(dir: &Path) -> Result<(), StoreError> {
    for seq in list(dir)?.into_iter().rev().skip(KEPT) {
        let path = path_of(dir, seq);
        fs::remove_file(&path).map_err(failed("remove", &path))?;
    }
    Ok(())
}
