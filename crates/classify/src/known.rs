//! What was found out about single words, kept: cues and letters of a word do not depend on what stands around it.
//!
//! A few thousand words make up most of what is written, so that most words need no look at their letters. The sums
//! are whole numbers, so a word from here and one read anew give exactly the same score.

use crate::labels::COLUMNS;

/// Words that are kept.
const WORDS: usize = 16384;
/// Places that a word may have; a new one takes the place of any.
const PLACES: usize = 4;

/// One word. Aligned so that it fills three lines of memory and no fourth.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Word {
    pub(crate) cues: u64,
    /// N-grams of letters, known or not.
    pub(crate) ngrams: u32,
    /// What the known ones add, in steps of [`crate::model::FINEST`].
    pub(crate) sums: [i16; COLUMNS],
}

impl Word {
    const EMPTY: Self = Self { cues: 0, ngrams: 0, sums: [0; COLUMNS] };
}

/// The words of one model.
#[derive(Debug, Default)]
pub(crate) struct Known {
    model: u64,
    groups: Vec<Group>,
    /// In the order in which they came up: the frequent ones come early and stand close together.
    words: Vec<Word>,
    /// Counts new words, to tell the place of the next one.
    new: usize,
}

/// The keys of words that may stand in each other's place, and where the words are.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    keys: [u64; PLACES],
    words: [u16; PLACES],
}

const _: () = assert!(WORDS <= 1 << 16);

impl Group {
    /// The place of a key, [`PLACES`] when it is not there.
    fn place(&self, key: u64) -> usize {
        // Without a branch: which place it is cannot be foretold.
        self.keys.iter().enumerate().fold(PLACES, |at, (n, k)| if *k == key { n } else { at })
    }
}

impl Known {
    /// Forgets everything when it belongs to another model.
    pub(crate) fn of(&mut self, model: u64) -> &mut Self {
        if self.model != model || self.groups.is_empty() {
            self.model = model;
            self.groups.clear();
            self.groups.resize(WORDS / PLACES, Group::default());
            self.words.clear();
            self.words.reserve_exact(WORDS);
        }
        self
    }

    /// The word under a key; `read` fills it in when it is not there.
    pub(crate) fn word(&mut self, key: u64, read: impl FnOnce(&mut Word)) -> Option<&Word> {
        // 0 stands for an empty place.
        let key = key | 1;
        let group = self.groups.get_mut((key >> 20) as usize % (WORDS / PLACES))?;
        let found = group.place(key);
        if let Some(at) = group.words.get(found) {
            return self.words.get(usize::from(*at));
        }
        self.new += 1;
        let place = self.new % PLACES;
        let (old, at) = (group.keys.get_mut(place)?, group.words.get_mut(place)?);
        if *old == 0 {
            *at = u16::try_from(self.words.len()).ok()?;
            self.words.push(Word::EMPTY);
        }
        *old = key;
        let word = self.words.get_mut(usize::from(*at))?;
        *word = Word::EMPTY;
        read(word);
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_once_and_again_for_another_model() {
        let mut known = Known::default();
        let mut reads = 0;
        for (model, key) in [(1, 77), (1, 77), (2, 77), (2, 77)] {
            let word = known.of(model).word(key, |w| {
                reads += 1;
                w.cues = model;
            });
            assert_eq!(word.map(|w| w.cues), Some(model));
        }
        assert_eq!(reads, 2);
    }
}
