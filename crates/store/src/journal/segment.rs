//! The files of a journal: which there are, and reading their lines.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::commit::{Seq, StoreError};
use crate::disk::{failed, names};
use crate::journal::line::{self, Line};
use crate::journal::pack;

/// One file of the journal. It ends where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The number of its first entry.
    pub(crate) first: Seq,
    /// Whether it is closed and compressed.
    pub(crate) packed: bool,
}

impl Segment {
    /// Its name: the first number in 16 digits, so that names sort like numbers.
    pub(crate) fn name(&self) -> String {
        format!("{:016}.jsonl{}", self.first, if self.packed { ".zst" } else { "" })
    }

    /// Where it is.
    pub(crate) fn path(&self, dir: &Path) -> PathBuf {
        dir.join(self.name())
    }

    /// Reads a name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (stem, packed) = match name.strip_suffix(".jsonl.zst") {
            Some(stem) => (stem, true),
            None => (name.strip_suffix(".jsonl")?, false),
        };
        let first = stem.parse().ok().filter(|first| *first > 0)?;
        Some(Self { first, packed }).filter(|segment| segment.name() == name)
    }

    /// How errors name it.
    pub(crate) fn shown(&self) -> String {
        format!("journal/{}", self.name())
    }
}

/// All segments in order. Where a crash left both forms of one, the plain one counts.
pub(crate) fn list(dir: &Path) -> Result<Vec<Segment>, StoreError> {
    let mut found: Vec<Segment> = names(dir)?.iter().filter_map(|name| Segment::parse(name)).collect();
    found.sort_by_key(|segment| (segment.first, segment.packed));
    found.dedup_by_key(|segment| segment.first);
    Ok(found)
}

/// Reads a segment line by line.
pub(crate) struct Lines {
    segment: Segment,
    reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    /// Where the next line begins, in the uncompressed text.
    offset: u64,
    /// The number that the next line has to have.
    next: Seq,
    line: Vec<u8>,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("segment", &self.segment)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Opens a segment at its beginning.
    pub(crate) fn open(dir: &Path, segment: &Segment) -> Result<Self, StoreError> {
        let path = segment.path(dir);
        let reader: Box<dyn BufRead + Send> = if segment.packed {
            let unpacked = pack::open_packed(&path).map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => failed("open", &path)(source),
                _ => damaged(
                    &place(segment, 0, segment.first),
                    segment,
                    &format!("it cannot be unpacked ({source})"),
                ),
            })?;
            Box::new(BufReader::with_capacity(1 << 16, unpacked))
        } else {
            let file = File::open(&path).map_err(failed("open", &path))?;
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        Ok(Self { segment: segment.clone(), reader, path, offset: 0, next: segment.first, line: Vec::new() })
    }

    /// The number of the next line.
    pub(crate) fn next_seq(&self) -> Seq {
        self.next
    }

    /// Passes over lines until the next one is `seq`, without reading them; false when the file ends before.
    pub(crate) fn skip_to(&mut self, seq: Seq) -> Result<bool, StoreError> {
        while self.next < seq {
            let skipped = self.reader.skip_until(b'\n').map_err(|source| self.unreadable(source))?;
            if skipped == 0 {
                return Ok(false);
            }
            self.offset += skipped as u64;
            self.next += 1;
        }
        Ok(true)
    }

    /// The next line; none at the end of the file.
    pub(crate) fn read(&mut self) -> Result<Option<Line<'_>>, StoreError> {
        self.line.clear();
        let length = self.reader.read_until(b'\n', &mut self.line);
        let length = length.map_err(|source| self.unreadable(source))?;
        if length == 0 {
            return Ok(None);
        }
        let place = self.place();
        let fault = |what| damaged(&place, &self.segment, what);
        self.offset += length as u64;
        let body = self.line.strip_suffix(b"\n").ok_or_else(|| fault("the line is cut off"))?;
        let read = line::decode(body).map_err(fault)?;
        if read.seq != self.next {
            return Err(fault("its number is not the one that has to be here"));
        }
        self.next += 1;
        Ok(Some(read))
    }

    /// The line that was read last, with its newline.
    pub(crate) fn last_text(&self) -> &[u8] {
        &self.line
    }

    /// Whether the line that was read last is cut off.
    pub(crate) fn is_last_line_cut(&self) -> bool {
        !self.segment.packed && !self.line.ends_with(b"\n")
    }

    /// File and place of the next line.
    pub(crate) fn place(&self) -> String {
        place(&self.segment, self.offset, self.next)
    }

    /// An error about the line that was read last.
    pub(crate) fn fault(&self, what: &str) -> StoreError {
        let place = place(&self.segment, self.offset - self.line.len() as u64, self.next - 1);
        damaged(&place, &self.segment, what)
    }

    fn unreadable(&self, source: io::Error) -> StoreError {
        if self.segment.packed {
            // the decoder's own checks fail as an io error, whatever the cause
            return damaged(&self.place(), &self.segment, &format!("it cannot be unpacked ({source})"));
        }
        failed("read", &self.path)(source)
    }
}

/// How an error names a place in a segment.
pub(crate) fn place(segment: &Segment, offset: u64, seq: Seq) -> String {
    let text = if segment.packed { "byte of the unpacked text" } else { "byte" };
    format!("{}, {text} {offset}, entry {seq},", segment.shown())
}

/// A [`StoreError::Damaged`] that says what to do.
pub(crate) fn damaged(place: &str, segment: &Segment, what: &str) -> StoreError {
    let advice = if segment.packed {
        "put this file back from a backup, or restore the backup"
    } else {
        "restore a backup; or, to give up this entry and all later ones, cut the file at this byte with \
         `truncate -s BYTE FILE` and remove the later files of the journal"
    };
    StoreError::Damaged { place: place.to_owned(), what: format!("{what}; {advice}") }
}

/// Removes compressed segments whose plain form is still there: they are made again.
pub(crate) fn remove_doubles(dir: &Path) -> Result<(), StoreError> {
    for segment in list(dir)? {
        let double = Segment { packed: true, ..segment.clone() }.path(dir);
        if !segment.packed && double.exists() {
            fs::remove_file(&double).map_err(failed("remove", &double))?;
        }
    }
    Ok(())
}
