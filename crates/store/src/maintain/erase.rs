//! Erasing records from the journal for good.
//!
//! The segments concerned are written again. An erased write keeps the hash it had, so the chain over the hashes still
//! holds and everything else in the journal is still proven. The view and the snapshots are removed and made again.
//! The hash that stays tells nothing, unless somebody already has the very bytes and compares.
//! Backups taken before still hold what was erased: after restoring one, erase again.

use std::fs;
use std::path::Path;

use serde_json::value::RawValue;

use crate::commit::{Record, StoreError, Write};
use crate::disk::{failed, names, replace};
use crate::file_store::lock;
use crate::journal::line::{self, Line, Stored};
use crate::journal::segment::{Lines, Segment, list, remove_doubles};
use crate::journal::{pack, scan};
use crate::maintain::{Progress, length};

/// What happens to a write.
#[derive(Debug)]
pub enum Erase {
    /// It stays.
    Keep,
    /// Its record goes: on replay it deletes.
    Record,
    /// Another record takes its place: the case without the person.
    Replace(Record),
    /// Its record and its key go: on replay nothing is left of it.
    RecordAndKey,
}

/// What was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// How many writes.
    pub writes: u64,
    /// How many files of the journal were written again.
    pub segments: u64,
}

/// Erases from the data folder `dir`, which no program may have open. `decide` is asked for each write, more than
/// once. A crash in between leaves a good journal; do it again then.
///
/// # Errors
/// When the folder is in use, has a torn end, or cannot be read or written.
pub fn erase(
    dir: &Path,
    decide: &dyn Fn(&Write) -> Erase,
    progress: Progress<'_>,
) -> Result<Erased, StoreError> {
    let _lock = lock(dir)?;
    let journal = dir.join("journal");
    remove_doubles(&journal)?;
    let segments = list(&journal)?;
    refuse_torn(&journal, segments.last())?;
    let total = segments.iter().map(|segment| length(&segment.path(&journal))).sum();
    let mut done = 0;
    let mut outcome = Erased::default();
    let mut concerned = Vec::new();
    for segment in &segments {
        progress(done, total);
        done += length(&segment.path(&journal));
        let writes = count(&journal, segment, decide)?;
        if writes > 0 {
            outcome.writes += writes;
            concerned.push(segment);
        }
    }
    if !concerned.is_empty() {
        forget_views(dir)?;
    }
    for segment in concerned {
        rewrite(&journal, segment, decide)?;
        outcome.segments += 1;
    }
    progress(total, total);
    Ok(outcome)
}

fn refuse_torn(journal: &Path, last: Option<&Segment>) -> Result<(), StoreError> {
    let Some(last) = last.filter(|last| !last.packed) else { return Ok(()) };
    if scan::scan(journal, last)?.torn.is_some() {
        let what =
            "it has a half written end; start gehoor once, which looks at it, and stop it again".to_owned();
        return Err(StoreError::Damaged { place: last.shown(), what });
    }
    Ok(())
}

/// How many writes of a segment are concerned.
fn count(journal: &Path, segment: &Segment, decide: &dyn Fn(&Write) -> Erase) -> Result<u64, StoreError> {
    let mut lines = Lines::open(journal, segment)?;
    let mut writes = 0;
    while let Some(line) = lines.read()? {
        let mut concerned = 0;
        let looked = line.stored().try_for_each(|stored| {
            concerned += u64::from(!matches!(asked(&stored?, decide), Erase::Keep));
            Ok(())
        });
        looked.map_err(|what| lines.fault(what))?;
        writes += concerned;
    }
    Ok(writes)
}

/// What is decided about a write; one that has nothing left to erase is kept.
fn asked(stored: &Stored, decide: &dyn Fn(&Write) -> Erase) -> Erase {
    if stored.is_gone() {
        return Erase::Keep;
    }
    let write = Write { table: stored.table, key: stored.key.clone(), record: stored.record.clone() };
    match decide(&write) {
        Erase::Record if write.record.is_none() => Erase::Keep,
        Erase::Replace(new) if write.record.as_ref().is_some_and(|old| old.get() == new.get()) => Erase::Keep,
        decided => decided,
    }
}

fn forget_views(dir: &Path) -> Result<(), StoreError> {
    for name in names(dir)? {
        let path = dir.join(&name);
        if name == "view" || name == "snapshots" || name.starts_with("view.broken-") {
            fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
        }
    }
    Ok(())
}

fn rewrite(journal: &Path, segment: &Segment, decide: &dyn Fn(&Write) -> Erase) -> Result<(), StoreError> {
    let mut lines = Lines::open(journal, segment)?;
    let path = segment.path(journal);
    if segment.packed {
        pack::write_packed(&path, |out| copy_lines(&mut lines, decide, out, &path))
    } else {
        replace(&path, |out| copy_lines(&mut lines, decide, out, &path))
    }
}

fn copy_lines(
    lines: &mut Lines,
    decide: &dyn Fn(&Write) -> Erase,
    out: &mut dyn std::io::Write,
    path: &Path,
) -> Result<(), StoreError> {
    let mut text = Vec::new();
    while let Some(read) = lines.read()? {
        text.clear();
        let sealed = without(&read, decide, &mut text);
        sealed.map_err(|what| lines.fault(what))?;
        out.write_all(&text).map_err(failed("write", path))?;
    }
    Ok(())
}

/// The line without what is erased.
fn without(read: &Line<'_>, decide: &dyn Fn(&Write) -> Erase, out: &mut Vec<u8>) -> Result<(), line::Fault> {
    let mut texts = Vec::with_capacity(read.writes.len());
    for (text, stored) in read.writes.iter().zip(read.stored()) {
        texts.push(write_without(text, stored?, decide)?);
    }
    let chain = (&read.prev, &read.hash);
    line::seal(read.seq, read.at, read.group, texts.iter().map(String::as_str), chain, out)
        .map_err(|_| "it cannot be written again")
}

fn write_without(
    text: &RawValue,
    stored: Stored,
    decide: &dyn Fn(&Write) -> Erase,
) -> Result<String, line::Fault> {
    let erased = Some(line::write_hash(text.get())?);
    let table = stored.table;
    let kept = match asked(&stored, decide) {
        Erase::Keep => return Ok(text.get().to_owned()),
        Erase::Record => Stored { table, key: stored.key, record: None, erased },
        Erase::Replace(record) => {
            let record = crate::core::one_line(record);
            Stored { table, key: stored.key, record, erased }
        }
        Erase::RecordAndKey => Stored { table, key: String::new(), record: None, erased },
    };
    serde_json::to_string(&kept).map_err(|_| "it cannot be written again")
}
