//! What of a text the model looks at: hashed n-grams of words and characters.
//!
//! Word n-grams say what is written, character n-grams forgive typing errors and cut compounds. All are hashed to 32
//! bits and never stored as text. Characters stay within a word, so that every n-gram belongs to words that can be
//! shown as a reason.

use gehoor_text::tokens::Kind;

use crate::lexicon::Lexicon;
use crate::prepare::{Item, Prepared, mix};

/// The two families, each brought to the same length whatever the text's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Word 1- and 2-grams, first words, words under a negation.
    Words,
    /// Character 3- to 5-grams within words.
    Letters,
}

const FIRST: u64 = 0x0f15;
const PAIR: u64 = 0x9a19;
const NEGATED: u64 = 0x4e60;
const MARKED: u64 = 0x3a4d;
const LETTERS: u64 = 0x1e77;
/// Words after a negation that are also seen as negated.
const REACH: usize = 3;
/// A word longer than this (a key mash, a link without a scheme) is read up to here.
const MAX_WORD: usize = 40;

fn narrow(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Calls `see(family, hash, item, items)` for every feature; `items` (1 or 2) starting at `item` carry it.
pub(crate) fn each(prepared: &Prepared, lexicon: &Lexicon, mut see: impl FnMut(Family, u32, usize, usize)) {
    let items = &prepared.items;
    let mut negated_until = 0;
    let mut before: Option<&Item> = None;
    for (at, item) in items.iter().enumerate() {
        see(Family::Words, narrow(mix(item.shape)), at, 1);
        let same_clause = before.filter(|b| b.clause == item.clause);
        match same_clause {
            Some(b) => see(Family::Words, narrow(mix(b.shape ^ mix(item.shape ^ PAIR))), at - 1, 2),
            None => see(Family::Words, narrow(mix(item.shape ^ FIRST)), at, 1),
        }
        if item.mark == b'?' || item.mark == b'!' {
            see(Family::Words, narrow(mix(item.shape ^ MARKED ^ u64::from(item.mark))), at, 1);
        }
        if before.is_none_or(|b| b.part != item.part) {
            negated_until = 0;
        }
        if at < negated_until {
            see(Family::Words, narrow(mix(item.shape ^ NEGATED)), at, 1);
        }
        if lexicon.negates(item) {
            negated_until = at + 1 + REACH;
        }
        if matches!(item.kind, Kind::Word | Kind::Hashtag) {
            letters(prepared.key(item).as_bytes(), |hash| see(Family::Letters, hash, at, 1));
        }
        before = Some(item);
    }
}

/// The 3-, 4- and 5-grams of a word with its borders. A word of one letter has none.
fn letters(key: &[u8], mut see: impl FnMut(u32)) {
    let mut buffer = [b'>'; MAX_WORD + 2];
    buffer[0] = b'<';
    let n = key.len().min(MAX_WORD);
    for (to, from) in buffer.iter_mut().skip(1).zip(key.iter().take(n)) {
        *to = *from;
    }
    let whole = buffer.get(..n + 2).unwrap_or_default();
    for (at, window) in whole.windows(3).enumerate() {
        let mut h = LETTERS;
        for b in window {
            h = (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        see(narrow(mix(h)));
        for b in whole.iter().skip(at + 3).take(2) {
            h = (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
            see(narrow(mix(h)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(Family, u32, usize, usize)> {
        let lexicon = Lexicon::parse(["", "", "", ""]).unwrap();
        let mut prepared = Prepared::default();
        prepared.read(text, |_| false);
        let mut out = Vec::new();
        each(&prepared, &lexicon, |f, h, at, n| out.push((f, h, at, n)));
        out
    }

    #[test]
    fn pairs_do_not_cross_a_clause() {
        let pairs = |t: &str| seen(t).iter().filter(|f| f.3 == 2).count();
        assert_eq!(pairs("bank kapot nu"), 2);
        assert_eq!(pairs("bank kapot. nu"), 1);
    }

    #[test]
    fn numbers_of_the_same_form_are_the_same_word() {
        assert_eq!(seen("12:30"), seen("09:45"));
        assert_ne!(seen("12:30"), seen("9:45"));
    }

    #[test]
    fn a_word_gives_its_3_4_and_5_letters_within_its_borders() {
        // <bank> has 4 + 3 + 2 n-grams of 3, 4 and 5 characters.
        assert_eq!(seen("bank").iter().filter(|f| f.0 == Family::Letters).count(), 9);
        assert_eq!(seen("a").iter().filter(|f| f.0 == Family::Letters).count(), 1);
    }
}
