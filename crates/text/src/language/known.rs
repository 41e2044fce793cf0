//! What the words say that were read before.

use super::{N, read_word};

/// Words that were read before: most of what is written are a few thousand of them.
#[derive(Default)]
pub(super) struct Known {
    /// The keys of words that may stand in each other's place, and where the words are.
    groups: Vec<([u64; PLACES], [u16; PLACES])>,
    /// In the order in which they came up: the frequent ones come early and stand close together.
    words: Vec<[u16; N]>,
    /// Counts new words, to tell the place of the next one.
    new: usize,
    /// For the word that is being read.
    pub(super) word: Vec<char>,
}

/// How many are kept.
const WORDS: usize = 16384;
/// Places that a word may have; a new one takes the place of any.
const PLACES: usize = 4;
const _: () = assert!(WORDS <= 1 << 16);
/// Longer words are read anew each time.
const LONGEST_KNOWN: usize = 24;

impl Known {
    /// Adds what one word says, from the words that were read before or anew.
    pub(super) fn add(&mut self, word: &[char], below: &mut [f32; N]) {
        if word.is_empty() {
            return;
        }
        let mut add = |steps: &[u16; N]| below.iter_mut().zip(steps).for_each(|(b, s)| *b += f32::from(*s));
        if word.len() > LONGEST_KNOWN {
            return add(&read_word(word));
        }
        if self.groups.is_empty() {
            self.groups.resize(WORDS / PLACES, ([0; PLACES], [0; PLACES]));
            self.words.reserve_exact(WORDS);
        }
        // 0 stands for an empty place.
        let key = word.iter().fold(0_u64, |h, c| (h ^ u64::from(*c)).wrapping_mul(0x0100_0000_01b3)) | 1;
        let Some((keys, places)) = self.groups.get_mut((key >> 24) as usize % (WORDS / PLACES)) else {
            return;
        };
        let found = keys.iter().position(|k| *k == key).and_then(|n| places.get(n));
        if let Some(steps) = found.and_then(|at| self.words.get(usize::from(*at))) {
            return add(steps);
        }
        let steps = read_word(word);
        add(&steps);
        self.new += 1;
        let place = self.new % PLACES;
        let (Some(old), Some(at)) = (keys.get_mut(place), places.get_mut(place)) else { return };
        if *old == 0 {
            *at = u16::try_from(self.words.len()).unwrap_or(u16::MAX);
            self.words.push(steps);
        } else if let Some(word) = self.words.get_mut(usize::from(*at)) {
            *word = steps;
        }
        *old = key;
    }
}
