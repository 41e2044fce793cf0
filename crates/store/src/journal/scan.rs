//! Reading the last segment after a start: where it ends, and whether its end is torn or damaged.
//!
//! A crash can leave the last group of entries in any state: cut off in the middle, or with holes of zeros where a
//! page did not reach the disk. Nothing of that group was acknowledged, so it is cut off. Everything else that does
//! not fit is damage to acknowledged entries, which nobody may lose without knowing: it is an error.

use std::fs;
use std::path::Path;

use crate::commit::{Seq, StoreError};
use crate::disk::failed;
use crate::hash::Position;
use crate::journal::line::{self, Fault};
use crate::journal::segment::{Segment, damaged, place};

/// The end of the journal that a crash left half written, and that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The file, as `journal/…`.
    pub file: String,
    /// From which byte on.
    pub offset: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The number of the first entry that was half written, and never acknowledged.
    pub seq: Seq,
}

/// What the open segment holds.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The place after its last good line; none when it has no line.
    pub(crate) head: Option<Position>,
    /// Length of the good lines in bytes.
    pub(crate) length: u64,
    /// What comes after them.
    pub(crate) torn: Option<Torn>,
}

/// Reads and proves all lines of the plain segment that is appended to.
pub(crate) fn scan(dir: &Path, segment: &Segment) -> Result<Scan, StoreError> {
    let path = segment.path(dir);
    let bytes = fs::read(&path).map_err(failed("read", &path))?;
    let mut found = Scan { head: None, length: 0, torn: None };
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let seq = found.head.map_or(segment.first, |head| head.seq + 1);
        match first_line(rest, seq, found.head) {
            Ok((length, position)) => {
                found.head = Some(position);
                found.length += length as u64;
                rest = rest.get(length..).unwrap_or_default();
            }
            Err(what) if is_torn(rest, seq) => {
                tracing::debug!(seq, what, "the journal has a torn end");
                let file = segment.shown();
                found.torn = Some(Torn { file, offset: found.length, bytes: rest.len() as u64, seq });
                return Ok(found);
            }
            Err(what) => return Err(damaged(&place(segment, found.length, seq), segment, what)),
        }
    }
    Ok(found)
}

/// Length of the first line with its newline, and the place after it.
fn first_line(bytes: &[u8], seq: Seq, head: Option<Position>) -> Result<(usize, Position), Fault> {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return Err("the line is cut off");
    };
    let line = line::decode(bytes.get(..end).unwrap_or_default())?;
    let before = Position { seq: seq - 1, hash: line.prev };
    line.follows(&head.unwrap_or(before))?;
    line.proves_itself()?;
    Ok((end + 1, line.position()))
}

/// Whether a bad end can come from a crash while the group that holds `seq` was written.
fn is_torn(rest: &[u8], seq: Seq) -> bool {
    let mut lines = rest.split_inclusive(|byte| *byte == b'\n').skip(1);
    let later_group = lines.any(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line::decode(line).is_ok_and(|line| line.group > seq)
    });
    if later_group {
        return false; // that one was written after this one was synced
    }
    // a flipped bit makes one zero at most; a page that is missing, many
    if rest.iter().filter(|byte| **byte == 0).count() > 1 {
        return true;
    }
    if rest.contains(&b'\n') {
        return false; // the line is complete, and wrong
    }
    // a whole line with something else in place of its newline is no torn line either
    !rest.split_last().is_some_and(|(_, line)| line::is_whole(line))
}
