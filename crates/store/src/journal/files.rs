//! The journal as files: append, sync, answer.
//!
//! *After a failure.* When a write fails, the file is cut back to its last good length and the next commit tries
//! again. When a sync or that cut fails, the kernel may have dropped what it could not write and call it clean, so
//! nothing about the file is believed any more: before the next commit its acknowledged part is read, proven by the
//! chain, written to a new file, synced, and put in its place. As long as that fails, commits get the error.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::commit::{Entry, Seq, StoreError};
use crate::disk::{AppendFile, Faults, failed, make_dir, remove_temporary, replace};
use crate::hash::Position;
use crate::journal::reader::Reader;
use crate::journal::scan::{Torn, scan};
use crate::journal::segment::{Lines, Segment, damaged, list, place, remove_doubles};
use crate::journal::{Journal, Link, line, pack};

/// A folder of segments, the last of which is appended to.
#[derive(Debug)]
pub(crate) struct FileJournal {
    dir: PathBuf,
    faults: Arc<Faults>,
    segment_bytes: u64,
    open: Mutex<Open>,
    head: RwLock<Position>,
    /// The first number of the open segment; grows when one is closed.
    open_first: AtomicU64,
    reader: Reader,
}

/// The segment that is appended to.
#[derive(Debug)]
struct Open {
    segment: Segment,
    file: AppendFile,
    /// Bytes of acknowledged entries.
    length: u64,
    /// Whether it has to be written anew before anything is appended.
    suspect: bool,
    buffer: Vec<u8>,
}

impl FileJournal {
    /// Opens the journal in `dir`. A torn end is reported and stays until [`FileJournal::cut`].
    pub(crate) fn open(
        dir: &Path,
        segment_bytes: u64,
        faults: Arc<Faults>,
    ) -> Result<(Self, Option<Torn>), StoreError> {
        make_dir(dir)?;
        remove_temporary(dir)?;
        remove_doubles(dir)?;
        let (segment, head, length, torn) = find_end(dir)?;
        let path = segment.path(dir);
        let file = if path.exists() {
            AppendFile::open(&path, faults.clone())
        } else {
            AppendFile::create(&path, faults.clone())
        };
        let file = file.map_err(failed("open", &path))?;
        let journal = Self {
            dir: dir.to_owned(),
            faults,
            segment_bytes,
            open_first: AtomicU64::new(segment.first),
            open: Mutex::new(Open { segment, file, length, suspect: false, buffer: Vec::new() }),
            head: RwLock::new(head),
            reader: Reader::new(dir),
        };
        Ok((journal, torn))
    }

    /// Cuts off a torn end.
    pub(crate) fn cut(&self) -> Result<(), StoreError> {
        let open = self.lock();
        open.file.cut(open.length).map_err(failed("cut the torn end of", &open.segment.path(&self.dir)))
    }

    /// Like [`Journal::read`], with the chain.
    pub(crate) fn read_links(&self, after: Seq, limit: usize) -> Result<Vec<Link>, StoreError> {
        self.reader.read(after, limit, self.head().seq)
    }

    /// The first number of the open segment: what lies before is closed.
    pub(crate) fn open_first(&self) -> Seq {
        self.open_first.load(Ordering::Acquire)
    }

    /// Compresses one closed segment; false when all are.
    pub(crate) fn pack_one(&self) -> Result<bool, StoreError> {
        pack::pack_one(&self.dir)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives back what a failed write left, or marks the file as not to be believed.
    fn take_back(&self, open: &mut Open, wrote: bool) {
        self.reader.forget();
        open.suspect = !wrote || open.file.cut(open.length).is_err();
    }

    /// Writes the acknowledged part of the open segment to a new file, which takes its place.
    fn renew(&self, open: &mut Open, head: Position) -> Result<(), StoreError> {
        let path = open.segment.path(&self.dir);
        let mut kept = fs::read(&path).map_err(failed("read", &path))?;
        kept.truncate(usize::try_from(open.length).unwrap_or(usize::MAX));
        self.reader.forget();
        self.faults.sync().map_err(failed("sync", &path))?;
        replace(&path, |out| std::io::Write::write_all(out, &kept).map_err(failed("write", &path)))?;
        let found = scan(&self.dir, &open.segment)?;
        if found.head.is_some_and(|found| found != head) || found.length != open.length {
            let place = place(&open.segment, found.length, head.seq);
            return Err(damaged(
                &place,
                &open.segment,
                "after a failed sync, acknowledged entries are not there",
            ));
        }
        open.file = AppendFile::open(&path, self.faults.clone()).map_err(failed("open", &path))?;
        open.suspect = false;
        tracing::warn!(
            file = open.segment.shown(),
            "the journal's open file was written anew after a failed sync"
        );
        Ok(())
    }

    /// Goes on in a new file when this one is large enough. If it cannot, the old one grows on.
    fn roll(&self, open: &mut Open, head: Position) {
        if open.length < self.segment_bytes {
            return;
        }
        let next = Segment { first: head.seq + 1, packed: false };
        match AppendFile::create(&next.path(&self.dir), self.faults.clone()) {
            Ok(file) => {
                self.open_first.store(next.first, Ordering::Release);
                open.segment = next;
                open.file = file;
                open.length = 0;
            }
            Err(error) => {
                tracing::warn!(%error, file = next.shown(), "cannot begin a new file of the journal");
                // a name without content would be in the way of the next try
                let _ = fs::remove_file(next.path(&self.dir));
            }
        }
    }
}

impl Journal for FileJournal {
    fn head(&self) -> Position {
        *self.head.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, entries: &[Arc<Entry>]) -> Result<Position, StoreError> {
        let mut guard = self.lock();
        let open = &mut *guard;
        let mut head = self.head();
        if open.suspect {
            self.renew(open, head)?;
        }
        let path = open.segment.path(&self.dir);
        let group = head.seq + 1;
        open.buffer.clear();
        for entry in entries {
            let hash = line::encode(entry, group, &head.hash, &mut open.buffer);
            head = Position { seq: entry.seq, hash: hash.map_err(failed("encode an entry for", &path))? };
        }
        if let Err(source) = open.file.append(&open.buffer) {
            self.take_back(open, true);
            return Err(failed("write the journal", &path)(source));
        }
        if let Err(source) = open.file.sync() {
            self.take_back(open, false);
            return Err(failed("sync the journal", &path)(source));
        }
        open.length += open.buffer.len() as u64;
        open.buffer.shrink_to(1 << 20);
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = head;
        self.roll(open, head);
        Ok(head)
    }

    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let links = self.read_links(after, limit)?;
        Ok(links.into_iter().map(|link| link.entry).collect())
    }
}

/// The segment to append to, the head, the length of its good lines and its torn end.
fn find_end(dir: &Path) -> Result<(Segment, Position, u64, Option<Torn>), StoreError> {
    let mut segments = list(dir)?;
    let Some(last) = segments.pop() else {
        return Ok((Segment { first: 1, packed: false }, Position::START, 0, None));
    };
    if last.packed {
        let head = end_of(dir, &last)?;
        return Ok((Segment { first: head.seq + 1, packed: false }, head, 0, None));
    }
    let found = scan(dir, &last)?;
    if let Some(head) = found.head {
        return Ok((last, head, found.length, found.torn));
    }
    let head = match segments.last() {
        Some(before) => end_of(dir, before)?,
        None => Position::START,
    };
    if head.seq + 1 != last.first {
        return Err(damaged(&place(&last, 0, last.first), &last, "the entries before it are missing"));
    }
    Ok((last, head, found.length, found.torn))
}

/// Reads a closed segment to its end.
pub(crate) fn end_of(dir: &Path, segment: &Segment) -> Result<Position, StoreError> {
    let mut lines = Lines::open(dir, segment)?;
    let mut end = None;
    while let Some(line) = lines.read()? {
        end = Some(line.position());
    }
    end.ok_or_else(|| damaged(&place(segment, 0, segment.first), segment, "it is empty"))
}
