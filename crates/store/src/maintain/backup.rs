//! A copy of the journal that can be taken while the program runs.
//!
//! Closed segments never change, so they are copied as they are. Of the open one the lines up to the wanted entry
//! are copied. The manifest is written last: a folder without one is no backup.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::commit::{Seq, StoreError};
use crate::disk::{failed, make_dir, names, replace, sync_dir};
use crate::hash::{Hash, Position};
use crate::journal::segment::{Lines, Segment, list};
use crate::maintain::{Progress, length};
use crate::snapshot;

/// The name of the manifest.
pub(crate) const MANIFEST: &str = "backup.json";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the backup: 1.
    pub format: u32,
    /// The place after its last entry.
    pub head: Position,
    /// Its files.
    pub files: Vec<BackedUp>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Its name in the backup and in the data folder, as `journal/…` or `snapshots/…`.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// The hash of its bytes.
    pub sha256: Hash,
}

/// Copies the journal in `dir` and its newest snapshot into the folder `target`, which has to be empty or missing.
///
/// `up_to` is the last entry to copy. A running store gives its head, so that only acknowledged entries are copied
/// (`FileStore::backup` does); without it, all whole entries are.
///
/// # Errors
/// When the target is not empty, or something cannot be read, written, or is damaged.
pub fn backup(
    dir: &Path,
    up_to: Option<Seq>,
    target: &Path,
    progress: Progress<'_>,
) -> Result<Manifest, StoreError> {
    need_empty(target)?;
    let journal = dir.join("journal");
    make_dir(target)?;
    make_dir(&target.join("journal"))?;
    let mut segments = list(&journal)?;
    segments.retain(|segment| up_to.is_none_or(|up_to| segment.first <= up_to));
    let total = segments.iter().map(|segment| length(&segment.path(&journal))).sum();
    let mut done = 0;
    let mut files = Vec::new();
    let last = segments.pop();
    for segment in &segments {
        progress(done, total);
        done += length(&segment.path(&journal));
        files.push(copy_closed(dir, segment, target)?);
    }
    let mut head = None;
    if let Some(segment) = &last {
        progress(done, total);
        let (file, position) = copy_lines(dir, segment, up_to.unwrap_or(Seq::MAX), target)?;
        files.push(file);
        head = position;
    }
    let head = match (head, segments.last()) {
        (Some(head), _) => head,
        (None, Some(before)) => end_of(&target.join("journal"), before)?,
        (None, None) => Position::START,
    };
    files.extend(copy_snapshot(dir, head.seq, target)?);
    sync_dir(&target.join("journal")).map_err(failed("sync", target))?;
    let manifest = Manifest { format: 1, head, files };
    write_manifest(target, &manifest)?;
    progress(total, total);
    Ok(manifest)
}

/// Refuses a folder that holds something.
pub(crate) fn need_empty(dir: &Path) -> Result<(), StoreError> {
    if dir.exists() && !names(dir)?.is_empty() {
        let source =
            io::Error::new(io::ErrorKind::DirectoryNotEmpty, "the folder is not empty: name another one");
        return Err(failed("use", dir)(source));
    }
    Ok(())
}

/// Copies a file and syncs the copy; gives what the manifest says about it.
pub(crate) fn copy(from: &Path, to: &Path, name: String) -> Result<BackedUp, StoreError> {
    let mut source = File::open(from).map_err(failed("open", from))?;
    let (bytes, sha256) = replace(to, |out| {
        let (mut digest, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 18]);
        loop {
            let read = source.read(&mut part).map_err(failed("read", from))?;
            let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
            digest.update(part);
            out.write_all(part).map_err(failed("write", to))?;
            bytes += read as u64;
        }
        Ok((bytes, Hash::from_bytes(digest.finalize().into())))
    })?;
    Ok(BackedUp { name, bytes, sha256 })
}

fn copy_closed(dir: &Path, segment: &Segment, target: &Path) -> Result<BackedUp, StoreError> {
    let one = |segment: &Segment| {
        let name = segment.shown();
        copy(&dir.join(&name), &target.join(&name), name)
    };
    match one(segment) {
        // it was compressed since the files were listed
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound && !segment.packed => {
            one(&Segment { packed: true, ..segment.clone() })
        }
        copied => copied,
    }
}

/// Copies the whole lines of the last segment up to an entry.
fn copy_lines(
    dir: &Path,
    segment: &Segment,
    up_to: Seq,
    target: &Path,
) -> Result<(BackedUp, Option<Position>), StoreError> {
    let mut lines = match Lines::open(&dir.join("journal"), segment) {
        Err(_) if !segment.packed => {
            Lines::open(&dir.join("journal"), &Segment { packed: true, ..segment.clone() })?
        }
        opened => opened?,
    };
    let name = Segment { packed: false, ..segment.clone() }.shown();
    let path = target.join(&name);
    let (mut digest, mut bytes, mut head) = (Sha256::new(), 0, None);
    replace(&path, |out| {
        while lines.next_seq() <= up_to {
            let read = lines.read().map(|line| line.map(|line| line.position()));
            let position = match read {
                Ok(Some(position)) => position,
                Ok(None) => break,
                // being written just now, or torn: whether it is worse is for `verify` of the data folder to say
                Err(_) if lines.is_last_line_cut() => break,
                Err(error) => return Err(error),
            };
            digest.update(lines.last_text());
            out.write_all(lines.last_text()).map_err(failed("write", &path))?;
            bytes += lines.last_text().len() as u64;
            head = Some(position);
        }
        Ok(())
    })?;
    Ok((BackedUp { name, bytes, sha256: Hash::from_bytes(digest.finalize().into()) }, head))
}

fn end_of(journal: &Path, segment: &Segment) -> Result<Position, StoreError> {
    let segments = list(journal)?;
    let copied = segments.iter().find(|copied| copied.first == segment.first).unwrap_or(segment);
    crate::journal::files::end_of(journal, copied)
}

/// The newest snapshot that the copied entries reach; a backup without one is as good, but slower to bring back.
fn copy_snapshot(dir: &Path, head: Seq, target: &Path) -> Result<Option<BackedUp>, StoreError> {
    let snapshots = dir.join("snapshots");
    if !snapshots.exists() {
        return Ok(None);
    }
    let Some(seq) = snapshot::list(&snapshots)?.into_iter().rev().find(|seq| *seq <= head) else {
        return Ok(None);
    };
    make_dir(&target.join("snapshots"))?;
    let name = format!("snapshots/{seq:016}.jsonl.zst");
    match copy(&dir.join(&name), &target.join(&name), name.clone()) {
        // a newer one has taken its place
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        copied => copied.map(Some),
    }
}

fn write_manifest(target: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let path = target.join(MANIFEST);
    replace(&path, |out| {
        serde_json::to_writer_pretty(&mut *out, manifest)
            .map_err(io::Error::from)
            .map_err(failed("write", &path))?;
        out.write_all(b"\n").map_err(failed("write", &path))
    })
}

/// Reads the manifest of a backup.
pub(crate) fn read_manifest(backup: &Path) -> Result<Manifest, StoreError> {
    let path = backup.join(MANIFEST);
    let text = fs::read(&path).map_err(failed("read the manifest of the backup", &path))?;
    let wrong = |what: &str| StoreError::Damaged { place: path.display().to_string(), what: what.to_owned() };
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|_| wrong("it is no manifest of a backup; take another backup"))?;
    if manifest.format != 1 {
        return Err(wrong("it is of a newer format; use the version of gehoor that made it"));
    }
    Ok(manifest)
}
