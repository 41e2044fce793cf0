//! What of a text the model looks at: hashed n-grams of words and characters.
//!
//! Word n-grams say what is written, character n-grams forgive typing errors and cut compounds. All are hashed to 32
//! bits and never stored as text. Characters stay within a word, so that every n-gram belongs to words that can be
//! shown as a reason.

use gehoor_text::tokens::Kind;

use crate::lexicon::{Lexicon, Match};
use crate::prepare::{Item, Prepared, mix};

/// The families, each brought to the same length whatever the text's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Word 1- and 2-grams, first words, words under a negation.
    Words,
    /// Character 3- to 5-grams within words.
    Letters,
    /// Two signs in one clause: cues, and what the lexicon says of its expressions.
    Signs,
}

/// How many families there are.
pub(crate) const FAMILIES: usize = 3;

const FIRST: u64 = 0x0f15;
const PAIR: u64 = 0x9a19;
const NEGATED: u64 = 0x4e60;
const MARKED: u64 = 0x3a4d;
const LETTERS: u64 = 0x1e77;
const SIGNS: u64 = 0x5196;
/// Words after a negation that are also seen as negated.
const REACH: usize = 3;
/// A word longer than this (a key mash, a link without a scheme) is read up to here.
const MAX_WORD: usize = 40;
/// Signs of one clause that are paired; a long clause without a full stop has more.
const MAX_SIGNS: usize = 14;

fn narrow(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Calls `see(hash, item, other)` for every n-gram of words; both items carry it (the same one twice if it is one).
pub(crate) fn words(prepared: &Prepared, lexicon: &Lexicon, mut see: impl FnMut(u32, usize, usize)) {
    let items = &prepared.items;
    let mut negated_until = 0;
    let mut before: Option<&Item> = None;
    for (at, item) in items.iter().enumerate() {
        see(narrow(mix(item.shape)), at, at);
        let same_clause = before.filter(|b| b.clause == item.clause);
        match same_clause {
            Some(b) => see(narrow(mix(b.shape ^ mix(item.shape ^ PAIR))), at - 1, at),
            None => see(narrow(mix(item.shape ^ FIRST)), at, at),
        }
        if item.mark == b'?' || item.mark == b'!' {
            see(narrow(mix(item.shape ^ MARKED ^ u64::from(item.mark))), at, at);
        }
        if before.is_none_or(|b| b.part != item.part) {
            negated_until = 0;
        }
        if at < negated_until {
            see(narrow(mix(item.shape ^ NEGATED)), at, at);
        }
        if lexicon.negates(item) {
            negated_until = at + 1 + REACH;
        }
        before = Some(item);
    }
}

/// The signs of one clause, each once, with the item that carries it.
type Signs = Vec<(u32, usize)>;

/// Numbers of signs: the cues come first, then topics, then these.
const TOPICS_FROM: u32 = 64;
const BAD: u32 = 110;
const GOOD: u32 = 112;
const COMPLAINS: u32 = 114;
const NUMBER: u32 = 116;
const ASKS: u32 = 117;
const CALLS: u32 = 118;
const NOT: u32 = 119;
const HANDLE: u32 = 120;
const LINK: u32 = 121;
const HASHTAG: u32 = 122;

/// Calls `see(hash, item, other)` for every two signs of one clause. They mean the same in every language: "staff" and
/// "bad" in one clause is learnt from Dutch and holds in French.
pub(crate) fn signs(
    prepared: &Prepared,
    lexicon: &Lexicon,
    matches: &[Match],
    cues: &[u64],
    mut see: impl FnMut(u32, usize, usize),
) {
    let items = &prepared.items;
    let mut signs: Signs = Vec::with_capacity(MAX_SIGNS);
    let mut matches = matches.iter().peekable();
    let mut clause = 0;
    for (at, item) in items.iter().enumerate() {
        if item.clause != clause {
            paired(&signs, &mut see);
            signs.clear();
            clause = item.clause;
        }
        let mut add = |sign: u32| {
            if signs.len() < MAX_SIGNS && !signs.iter().any(|(s, _)| *s == sign) {
                signs.push((sign, at));
            }
        };
        if let Some(m) = matches.next_if(|m| m.from == at) {
            said(m, &mut add);
        }
        each_bit(cues.get(at).copied().unwrap_or_default(), &mut add);
        match item.kind {
            Kind::Number => add(NUMBER),
            Kind::Handle => add(HANDLE),
            Kind::Url => add(LINK),
            Kind::Hashtag => add(HASHTAG),
            _ if lexicon.negates(item) => add(NOT),
            _ => {}
        }
        match item.mark {
            b'?' => add(ASKS),
            b'!' => add(CALLS),
            _ => {}
        }
    }
    paired(&signs, &mut see);
}

fn each_bit(mut bits: u64, mut add: impl FnMut(u32)) {
    while bits != 0 {
        add(bits.trailing_zeros());
        bits &= bits - 1;
    }
}

/// What an expression says, as signs.
fn said(m: &Match, mut add: impl FnMut(u32)) {
    let entry = &m.entry;
    let strong = u32::from(entry.sentiment.unsigned_abs() >= 3);
    match entry.sentiment.signum() * if m.negated { -1 } else { 1 } {
        1 => add(GOOD + strong),
        -1 => add(BAD + strong),
        _ => {}
    }
    if entry.complaint > 0 && !m.negated {
        add(COMPLAINS + u32::from(entry.complaint >= 3));
    }
    each_bit(entry.topics, |topic| add(TOPICS_FROM + topic));
}

fn paired(signs: &Signs, see: &mut impl FnMut(u32, usize, usize)) {
    for (n, (one, at)) in signs.iter().enumerate() {
        for (other, there) in signs.iter().skip(n + 1) {
            let (low, high) = (one.min(other), one.max(other));
            let hash = mix(u64::from(*low) << 16 ^ u64::from(*high) ^ SIGNS << 32);
            see(narrow(hash), *at, *there);
        }
    }
}

/// Whether the letters of an item are looked at.
pub(crate) fn has_letters(item: &Item) -> bool {
    matches!(item.kind, Kind::Word | Kind::Hashtag)
}

/// The 3-, 4- and 5-grams of a word with its borders. A word of one letter has one.
pub(crate) fn letters(key: &[u8], mut see: impl FnMut(u32)) {
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
    use gehoor_text::language::Language;

    fn read(text: &str) -> Prepared {
        let mut prepared = Prepared::default();
        prepared.read(text, |_| false);
        prepared
    }

    fn seen(text: &str) -> Vec<(u32, usize, usize)> {
        let lexicon = Lexicon::parse(["", "", "", ""]).unwrap();
        let mut out = Vec::new();
        words(&read(text), &lexicon, |h, at, other| out.push((h, at, other)));
        out
    }

    /// The hashes of the pairs of signs, sorted.
    fn pairs(language: Language, text: &str) -> Vec<u32> {
        let bad = "slecht\t-3\t2\t-\t-\n";
        let mal = "mauvais\t-3\t2\t-\t-\n";
        let lexicon = Lexicon::parse([bad, "", "", mal]).unwrap();
        let prepared = read(text);
        let (mut matches, mut cued, mut out) = (Vec::new(), Vec::new(), Vec::new());
        lexicon.find(language, &prepared.items, &mut matches);
        crate::cues::find(language, &prepared, &mut cued);
        signs(&prepared, &lexicon, &matches, &cued, |h, _, _| out.push(h));
        out.sort_unstable();
        out
    }

    #[test]
    fn pairs_do_not_cross_a_clause() {
        let pairs = |t: &str| seen(t).iter().filter(|f| f.1 != f.2).count();
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
        let count = |word: &str| {
            let mut n = 0;
            letters(word.as_bytes(), |_| n += 1);
            n
        };
        // <bank> has 4 + 3 + 2 n-grams of 3, 4 and 5 characters.
        assert_eq!((count("bank"), count("a")), (9, 1));
    }

    #[test]
    fn two_signs_in_one_clause_are_the_same_pair_in_every_language() {
        let dutch = pairs(Language::Nl, "slecht terugbetaald");
        assert!(!dutch.is_empty());
        // The French word carries a further cue.
        let french = pairs(Language::Fr, "remboursement mauvais");
        assert!(dutch.iter().all(|pair| french.contains(pair)));
        assert!(pairs(Language::Nl, "slecht. terugbetaald").len() < dutch.len());
    }
}
