//! What was found out about single words, kept: cues and letters of a word do not depend on what stands around it.
//!
//! A few thousand words make up most of what is written, so that most words need no look at their letters. The sums
//! are whole numbers, so a word from here and one read anew give exactly the same score.

use crate::labels::COLUMNS;

/// Words that are kept; each has two places, and a new one takes that of the older.
const WORDS: usize = 16384;

/// One word.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    key: u64,
    pub(crate) cues: u64,
    /// N-grams of letters, known or not.
    pub(crate) ngrams: u32,
    /// What the known ones add, in steps of [`crate::model::FINEST`].
    pub(crate) sums: [i16; COLUMNS],
}

impl Word {
    const EMPTY: Self = Self { key: 0, cues: 0, ngrams: 0, sums: [0; COLUMNS] };
}

/// The words of one model.
#[derive(Debug, Default)]
pub(crate) struct Known {
    model: u64,
    words: Vec<Word>,
}

impl Known {
    /// Forgets everything when it belongs to another model.
    pub(crate) fn of(&mut self, model: u64) -> &mut Self {
        if self.model != model || self.words.is_empty() {
            self.model = model;
            self.words.clear();
            self.words.resize(WORDS, Word::EMPTY);
        }
        self
    }

    /// The word under a key; `read` fills it in when it is not there.
    pub(crate) fn word(&mut self, key: u64, read: impl FnOnce(&mut Word)) -> Option<&Word> {
        // 0 stands for an empty place.
        let key = key | 1;
        let at = (key >> 20) as usize % (WORDS / 2) * 2;
        let [newer, older] = self.words.get_mut(at..at + 2)? else { return None };
        if newer.key == key {
            return Some(newer);
        }
        if older.key == key {
            return Some(older);
        }
        std::mem::swap(newer, older);
        *newer = Word { key, ..Word::EMPTY };
        read(newer);
        Some(newer)
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
