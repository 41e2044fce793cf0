//! The newest entries in memory, so that those who follow closely never touch the disk.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use crate::commit::{Entry, Seq};
use crate::journal::weight;

/// The newest entries without a gap, bounded by number and bytes.
#[derive(Debug)]
pub(crate) struct Tail {
    entries: usize,
    bytes: usize,
    ring: RwLock<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    kept: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Tail {
    /// With room for so many entries and bytes.
    pub(crate) fn new(entries: usize, bytes: usize) -> Self {
        Self { entries, bytes, ring: RwLock::default() }
    }

    /// Adds the next entry.
    pub(crate) fn push(&self, entry: Arc<Entry>) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        ring.bytes += weight(&entry);
        ring.kept.push_back(entry);
        while ring.kept.len() > self.entries || ring.bytes > self.bytes {
            let Some(oldest) = ring.kept.pop_front() else { return };
            ring.bytes -= weight(&oldest);
        }
    }

    /// Entries after `after`; none when the first of them is no longer here.
    pub(crate) fn read(&self, after: Seq, limit: usize) -> Option<Vec<Arc<Entry>>> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let first = ring.kept.front()?.seq;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        Some(ring.kept.iter().skip(skip).take(limit).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: Seq) -> Arc<Entry> {
        Arc::new(Entry { seq, at: jiff::Timestamp::UNIX_EPOCH, writes: Vec::new() })
    }

    #[test]
    fn the_tail_keeps_the_newest_and_says_when_it_no_longer_has_one() {
        let tail = Tail::new(3, 1 << 20);
        assert!(tail.read(0, 9).is_none());
        for seq in 1..=5 {
            tail.push(entry(seq));
        }
        let numbers = |after, limit| {
            tail.read(after, limit).map(|found| found.iter().map(|entry| entry.seq).collect::<Vec<_>>())
        };
        assert_eq!(numbers(1, 9), None);
        assert_eq!(numbers(2, 9), Some(vec![3, 4, 5]));
        assert_eq!(numbers(3, 1), Some(vec![4]));
        assert_eq!(numbers(5, 9), Some(vec![]));
    }

    #[test]
    fn the_tail_is_bounded_by_bytes() {
        let tail = Tail::new(1000, 64 * 4);
        (1..=50).for_each(|seq| tail.push(entry(seq)));
        assert_eq!(tail.read(46, 9).unwrap().len(), 4);
        assert!(tail.read(45, 9).is_none());
    }
}
