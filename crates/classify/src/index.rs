//! Which row of the model belongs to an n-gram.

use std::sync::atomic::{AtomicU64, Ordering};

/// The rows by hash: open addressing, at most half full.
#[derive(Debug, Default)]
pub(crate) struct Index {
    slots: Vec<(u32, u32)>,
    /// One bit per place of a table eight times as large: most n-grams that have no row are told by it without a look
    /// at the slots, which do not fit into the nearest memory.
    there: Vec<u64>,
    number: u64,
}

const EMPTY: u32 = u32::MAX;

impl Index {
    pub(crate) fn new(hashes: &[u32]) -> Self {
        let size = (hashes.len() * 2).next_power_of_two().max(16);
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut index = Self { slots: vec![(0, EMPTY); size], there: vec![0; size / 8], number };
        for (row, hash) in hashes.iter().enumerate() {
            let (word, bit) = index.bit(*hash);
            if let Some(word) = index.there.get_mut(word) {
                *word |= bit;
            }
            let mut at = index.home(*hash);
            while let Some(slot) = index.slots.get_mut(at) {
                if slot.1 == EMPTY {
                    *slot = (*hash, u32::try_from(row).unwrap_or(EMPTY));
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        index
    }
    fn bit(&self, hash: u32) -> (usize, u64) {
        // The low bits are the slot's: the upper ones tell hashes of one slot apart.
        let at = hash as usize ^ (hash >> 15) as usize;
        (at >> 6 & self.there.len().wrapping_sub(1), 1 << (at & 63))
    }
    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len().wrapping_sub(1))
    }
    /// Tells models of one run of the program apart.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
    /// Whether there may be a row: what is not there is mostly told by this.
    pub(crate) fn may_have(&self, hash: u32) -> bool {
        let (word, bit) = self.bit(hash);
        self.there.get(word).is_some_and(|word| word & bit != 0)
    }
    pub(crate) fn row(&self, hash: u32) -> Option<u32> {
        if self.may_have(hash) { self.search(hash) } else { None }
    }
    /// The row of an n-gram that may have one.
    pub(crate) fn search(&self, hash: u32) -> Option<u32> {
        let mut at = self.home(hash);
        loop {
            let (key, row) = *self.slots.get(at)?;
            if row == EMPTY {
                return None;
            }
            if key == hash {
                return Some(row);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_finds_what_was_put_in_and_nothing_else() {
        let hashes: Vec<u32> = (0..1000_u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
        let index = Index::new(&hashes);
        for (row, hash) in hashes.iter().enumerate() {
            assert_eq!(index.row(*hash), Some(u32::try_from(row).unwrap()));
        }
        assert_eq!(index.row(1), None);
        assert_eq!(Index::default().row(5), None);
    }
}
