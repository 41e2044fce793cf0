//! Followers read the journal in order, some from far behind. Each read leaves its reader where it stopped, so that
//! the next one of the same follower goes on there: following a journal costs as much as reading it once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::commit::{Seq, StoreError};
use crate::journal::Link;
use crate::journal::segment::{Lines, Segment, damaged, list};

/// How many followers are remembered.
const READERS: usize = 8;

/// Fewer entries than asked for are given when they are larger than this together.
const BATCH_BYTES: usize = 16 << 20;

/// Readers that wait for their followers to come back, oldest first.
#[derive(Debug, Default)]
struct Waiting {
    readers: Vec<Lines>,
    /// Grows when a file was changed under them.
    generation: u64,
}

/// Reads a folder of segments.
#[derive(Debug)]
pub(crate) struct Reader {
    dir: PathBuf,
    waiting: Mutex<Waiting>,
}

impl Reader {
    /// For the segments in `dir`.
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), waiting: Mutex::default() }
    }

    /// Forgets what was read ahead: the end of the open file was cut or replaced.
    pub(crate) fn forget(&self) {
        let mut waiting = self.waiting();
        waiting.generation += 1;
        waiting.readers.clear();
    }

    /// Entries after `after` up to `head`.
    pub(crate) fn read(&self, after: Seq, limit: usize, head: Seq) -> Result<Vec<Link>, StoreError> {
        if after >= head || limit == 0 {
            return Ok(Vec::new());
        }
        let (mut lines, generation) = self.take(after + 1)?;
        let mut entries = Vec::new();
        let mut bytes = 0;
        while lines.next_seq() <= head && entries.len() < limit && bytes < BATCH_BYTES {
            let Some(line) = lines.read()? else {
                lines = self.next_segment(&lines)?;
                continue;
            };
            let (prev, hash, entry) = (line.prev, line.hash, line.entry());
            let entry = Arc::new(entry.map_err(|what| lines.fault(what))?);
            entries.push(Link { entry, prev, hash });
            bytes += lines.last_text().len();
        }
        self.give_back(lines, generation);
        Ok(entries)
    }

    /// A reader whose next line is `seq`.
    fn take(&self, seq: Seq) -> Result<(Lines, u64), StoreError> {
        let generation = {
            let mut waiting = self.waiting();
            if let Some(at) = waiting.readers.iter().position(|lines| lines.next_seq() == seq) {
                return Ok((waiting.readers.remove(at), waiting.generation));
            }
            waiting.generation
        };
        let mut lines = self.open(|segment| segment.first <= seq, seq)?;
        if lines.skip_to(seq)? {
            return Ok((lines, generation));
        }
        Err(self.missing(seq))
    }

    fn give_back(&self, lines: Lines, generation: u64) {
        let mut waiting = self.waiting();
        if waiting.generation != generation {
            return;
        }
        if waiting.readers.len() >= READERS {
            waiting.readers.remove(0);
        }
        waiting.readers.push(lines);
    }

    fn next_segment(&self, lines: &Lines) -> Result<Lines, StoreError> {
        let seq = lines.next_seq();
        self.open(|segment| segment.first == seq, seq)
    }

    /// Opens the last segment that fits. A plain file may become a compressed one between looking and opening: then
    /// it looks again.
    fn open(&self, fits: impl Fn(&Segment) -> bool, seq: Seq) -> Result<Lines, StoreError> {
        let find = || -> Result<Segment, StoreError> {
            list(&self.dir)?.into_iter().rev().find(&fits).ok_or_else(|| self.missing(seq))
        };
        let segment = find()?;
        match Lines::open(&self.dir, &segment) {
            Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Lines::open(&self.dir, &find()?)
            }
            opened => opened,
        }
    }

    fn missing(&self, seq: Seq) -> StoreError {
        let place = format!("{}, entry {seq},", self.dir.display());
        damaged(&place, &Segment { first: seq, packed: true }, "no file of the journal holds it")
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::Entry;
    use crate::disk::Faults;
    use crate::journal::{FileJournal, Journal as _};

    #[test]
    fn a_follower_reads_each_file_once() {
        let dir = tempfile::tempdir().unwrap();
        let (journal, _) = FileJournal::open(dir.path(), 1_000, Arc::new(Faults::default())).unwrap();
        for seq in 1..=50 {
            let entry = Entry { seq, at: jiff::Timestamp::UNIX_EPOCH, writes: Vec::new() };
            journal.append(&[Arc::new(entry)]).unwrap();
        }
        while journal.pack_one().unwrap() {}
        let reader = Reader::new(dir.path());
        let mut after = 0;
        while after < 50 {
            let links = reader.read(after, 3, 50).unwrap();
            after = links.last().unwrap().entry.seq;
            let waiting = reader.waiting();
            assert_eq!(waiting.readers.len(), 1, "the reader that stopped before is used again");
            assert_eq!(waiting.readers[0].next_seq(), after + 1);
        }
        assert_eq!(list(dir.path()).unwrap().iter().filter(|segment| !segment.packed).count(), 1);
    }
}
