//! The expressions of one language as a tree of words, so that a text is matched in one pass.
//!
//! Nearly every word of a text asks whether an expression goes on with it, and nearly always none does: bits in near
//! memory say so, and what a node leads to is told by the edge to it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::lexicon::Entry;
use crate::prepare::{Item, hash_bytes, mix};

/// Words that may stand in the place of `…`.
const MAX_GAP: usize = 3;
/// The word that stands for `…` in the tree.
pub(crate) const GAP: u64 = 0x5eed_0f6a_7000_0001;

/// The keys are hashes already.
#[derive(Default)]
pub(crate) struct Ready(u64);
impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |h, b| mix(h ^ u64::from(*b)));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}
pub(crate) type Hashed = BuildHasherDefault<Ready>;

/// One bit for each of many hashes: tells for most others that they are not among them.
#[derive(Default)]
struct Marks(Vec<u64>);

impl Marks {
    /// Eight bits or more for each.
    fn of<'a>(hashes: impl ExactSizeIterator<Item = &'a u64>) -> Self {
        let mut marks = Self(vec![0; (hashes.len() / 8).next_power_of_two()]);
        for hash in hashes {
            let (word, bit) = marks.place(*hash);
            if let Some(word) = marks.0.get_mut(word) {
                *word |= bit;
            }
        }
        marks
    }
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> 6) as usize & self.0.len().wrapping_sub(1), 1 << (hash & 63))
    }
    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// A few words that are asked for again and again.
#[derive(Default)]
pub(crate) struct Few {
    there: Marks,
    words: HashSet<u64, Hashed>,
}

impl Few {
    pub(crate) fn of(words: &str) -> Self {
        let hash = |word: &str| hash_bytes(word.as_bytes(), 1);
        let words: HashSet<u64, Hashed> = words.split(' ').map(hash).collect();
        Self { there: Marks::of(words.iter()), words }
    }
    pub(crate) fn contains(&self, word: u64) -> bool {
        self.there.may_have(word) && self.words.contains(&word)
    }
}

/// The tree; the first node is 0.
#[derive(Default)]
pub(crate) struct Tree {
    /// Nodes, once it is sealed with [`ENTRY`] and [`GAPPED`].
    edges: HashMap<u64, u32, Hashed>,
    there: Marks,
    /// By node.
    entries: Vec<Option<Entry>>,
    /// Whether a gap may follow, by node.
    gaps: Vec<bool>,
}

/// An expression ends at this node.
const ENTRY: u32 = 1 << 31;
/// A gap may follow this node.
const GAPPED: u32 = 1 << 30;
const NODE: u32 = GAPPED - 1;

impl Tree {
    /// Adds an expression; the first of the same words counts. All of them come before [`Tree::seal`].
    pub(crate) fn insert(&mut self, words: &[u64], entry: Entry) {
        if self.entries.is_empty() {
            self.entries.push(None);
            self.gaps.push(false);
        }
        let mut node = 0;
        for word in words {
            if let Some(gap) = self.gaps.get_mut(node as usize).filter(|_| *word == GAP) {
                *gap = true;
            }
            let next = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            let to = *self.edges.entry(edge(node, *word)).or_insert(next);
            if to == next {
                self.entries.push(None);
                self.gaps.push(false);
            }
            node = to;
        }
        if let Some(slot) = self.entries.get_mut(node as usize) {
            slot.get_or_insert(entry);
        }
    }

    /// Makes it ready to be asked.
    pub(crate) fn seal(&mut self) {
        self.there = Marks::of(self.edges.keys());
        for to in self.edges.values_mut() {
            let node = *to as usize;
            if self.entries.get(node).is_some_and(Option::is_some) {
                *to |= ENTRY;
            }
            if self.gaps.get(node) == Some(&true) {
                *to |= GAPPED;
            }
        }
    }

    /// The longest expression that begins at item `at`: its entry and the item after it.
    pub(crate) fn longest(&self, items: &[Item], at: usize) -> Option<(Entry, usize)> {
        let item = items.get(at)?;
        let first = self.step(0, item.hash)?;
        let (node, to) = self.end(items, first, at + 1, item.clause)?;
        Some((self.entries.get((node & NODE) as usize).copied().flatten()?, to))
    }

    fn step(&self, node: u32, word: u64) -> Option<u32> {
        let edge = edge(node & NODE, word);
        if self.there.may_have(edge) { self.edges.get(&edge).copied() } else { None }
    }

    /// The node where the longest expression ends that has come as far as `node`, and the item after it.
    fn end(&self, items: &[Item], node: u32, at: usize, clause: u32) -> Option<(u32, usize)> {
        let mut best = Some((node, at)).filter(|_| node & ENTRY != 0);
        let here = items.get(at).filter(|i| i.clause == clause);
        let next = here.and_then(|i| self.step(node, i.hash));
        if let Some(found) = next.and_then(|next| self.end(items, next, at + 1, clause)) {
            best = Some(found);
        }
        let after = if node & GAPPED != 0 { self.step(node, GAP) } else { None };
        for skip in after.iter().flat_map(|_| 0..=MAX_GAP) {
            let found = after.and_then(|after| self.end(items, after, at + skip, clause));
            if let Some(found) = found.filter(|f| best.is_none_or(|b| f.1 > b.1)) {
                best = Some(found);
            }
        }
        best
    }
}

fn edge(node: u32, word: u64) -> u64 {
    mix(word ^ (u64::from(node) << 32 | 0x51ed))
}
