//! A text as the model reads it: words with their keys, their clauses and their places.

use std::sync::LazyLock;

use gehoor_text::normalise::{fold_word, is_invisible, squeeze};
use gehoor_text::tokens::{Kind, Token, tokens};

/// Words beyond this are not read: a text of 50 KB says in its first pages what it is about.
pub(crate) const MAX_ITEMS: usize = 3000;

/// Words that set two parts of a sentence against each other, as keys.
const CONTRASTS: [&str; 14] = [
    "maar",
    "echter",
    "helaas",
    "alleen",
    "but",
    "however",
    "unfortunately",
    "although",
    "aber",
    "leider",
    "allerdings",
    "mais",
    "cependant",
    "malheureusement",
];

/// One word, number, handle, link or emoji.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// Its key within the arena.
    key: (u32, u32),
    /// Hash of the key; numbers in full.
    pub(crate) hash: u64,
    /// Hash of the key with every digit as `0`.
    pub(crate) shape: u64,
    pub(crate) kind: Kind,
    /// Bytes in the original text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Counts up at every `.`, `!`, `?`, `;`, `:` and line break.
    pub(crate) clause: u32,
    /// Counts up at every clause and comma: a negation reaches no further.
    pub(crate) part: u32,
    /// The mark that ends the clause stands right after it, or 0.
    pub(crate) mark: u8,
}

/// How a text looks, whatever its words.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Shape {
    pub(crate) questions: u32,
    pub(crate) exclamations: u32,
    pub(crate) ellipses: u32,
    pub(crate) quotes: u32,
    pub(crate) letters: u32,
    pub(crate) capitals: u32,
    pub(crate) urls: u32,
    pub(crate) handles: u32,
    pub(crate) hashtags: u32,
    pub(crate) emoji: u32,
    pub(crate) numbers: u32,
    pub(crate) drawn_out: u32,
    pub(crate) lines: u32,
    pub(crate) ends_with_question: bool,
    pub(crate) starts_with_handle: bool,
}

/// The words of one text; kept and filled again, so that a batch allocates once.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    arena: String,
    pub(crate) items: Vec<Item>,
    pub(crate) shape: Shape,
    /// The last word that sets two parts of the text against each other.
    pub(crate) contrast: Option<usize>,
}

/// A quick hash of bytes (multiply and mix); only compared with itself.
pub(crate) fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    let mut h = seed ^ 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        h = mix(h ^ u64::from_le_bytes(*chunk));
    }
    if !rest.is_empty() {
        h = mix(h ^ rest.iter().rev().fold(0_u64, |w, b| (w << 8) | u64::from(*b)));
    }
    mix(h ^ bytes.len() as u64)
}

/// Spreads the bits of a number (the finishing step of SplitMix64).
pub(crate) fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

impl Prepared {
    pub(crate) fn key(&self, item: &Item) -> &str {
        self.arena.get(item.key.0 as usize..item.key.1 as usize).unwrap_or_default()
    }

    /// Reads a text. `known` says whether a word (by hash) is in the lexicon: it decides how a drawn-out word is
    /// brought back.
    pub(crate) fn read(&mut self, text: &str, known: impl Fn(u64) -> bool) {
        self.arena.clear();
        self.items.clear();
        self.shape = Shape::default();
        let (mut clause, mut part) = (0, 0);
        let mut last_end = 0;
        for token in tokens(text) {
            let gap = text.as_bytes().get(last_end..token.start).unwrap_or_default();
            if gap.contains(&b'\n') {
                clause += 1;
                part += 1;
                self.shape.lines += 1;
            }
            last_end = token.end();
            if token.kind == Kind::Mark && !matches!(token.text, "€" | "%") {
                self.mark(&token, &mut clause);
                part += u32::from(!matches!(token.text, "'" | "’" | "-"));
            } else {
                if self.items.len() == MAX_ITEMS {
                    break;
                }
                self.item(&token, (clause, part), &known);
            }
        }
        self.contrast = self.items.iter().rposition(is_contrast);
    }

    fn mark(&mut self, token: &Token<'_>, clause: &mut u32) {
        let n = u32::try_from(token.text.len()).unwrap_or(u32::MAX);
        let first = token.text.chars().next().unwrap_or_default();
        let shape = &mut self.shape;
        shape.ends_with_question =
            first == '?' || (shape.ends_with_question && matches!(first, '!' | '"' | ')'));
        match first {
            '?' => shape.questions += n,
            '!' => shape.exclamations += n,
            '…' => shape.ellipses += 1,
            '.' if n > 1 => shape.ellipses += 1,
            '"' | '“' | '”' | '„' | '«' | '»' | '‘' => shape.quotes += 1,
            _ => {}
        }
        if matches!(first, '.' | '!' | '?' | ';' | ':' | '…') {
            let last = self.items.last_mut().filter(|last| last.clause == *clause && last.mark == 0);
            if let Some(last) = last {
                last.mark = if first.is_ascii() { first as u8 } else { b'.' };
            }
            *clause += 1;
        }
    }

    fn item(&mut self, token: &Token<'_>, (clause, part): (u32, u32), known: &impl Fn(u64) -> bool) {
        let from = self.arena.len();
        let mut drawn_out = false;
        self.shape.ends_with_question = false;
        match token.kind {
            Kind::Word | Kind::Mark => drawn_out = self.word(token.text, known),
            Kind::Hashtag => {
                self.shape.hashtags += 1;
                drawn_out = self.word(token.text.trim_start_matches('#'), known);
            }
            Kind::Number => {
                self.shape.numbers += 1;
                self.arena.push_str(token.text);
            }
            Kind::Emoji => {
                self.shape.emoji += 1;
                let plain = |c: &char| !is_invisible(*c) && !('\u{1f3fb}'..='\u{1f3ff}').contains(c);
                self.arena.extend(token.text.chars().filter(plain));
            }
            Kind::Handle => {
                self.shape.handles += 1;
                self.shape.starts_with_handle |= self.items.is_empty();
                self.arena.push('@');
            }
            Kind::Url => {
                self.shape.urls += 1;
                self.arena.push_str("://");
            }
            Kind::Mail => self.arena.push_str("@."),
        }
        let key = self.arena.get(from..).unwrap_or_default();
        let hash = hash_bytes(key.as_bytes(), 1);
        let shape = if token.kind == Kind::Number {
            let mut buffer = [0_u8; 16];
            let n = buffer
                .iter_mut()
                .zip(key.bytes())
                .map(|(to, b)| *to = if b.is_ascii_digit() { b'0' } else { b })
                .count();
            hash_bytes(buffer.get(..n).unwrap_or_default(), 2)
        } else {
            hash
        };
        self.shape.drawn_out += u32::from(drawn_out);
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.items.push(Item {
            key: (narrow(from), narrow(self.arena.len())),
            hash,
            shape,
            kind: token.kind,
            start: narrow(token.start),
            end: narrow(token.end()),
            clause,
            part,
            mark: 0,
        });
    }

    fn word(&mut self, word: &str, known: &impl Fn(u64) -> bool) -> bool {
        self.shape.letters += u32::try_from(word.len()).unwrap_or(u32::MAX);
        self.shape.capitals += word.bytes().map(|c| u32::from(c.is_ascii_uppercase())).sum::<u32>();
        let from = self.arena.len();
        let drawn_out = fold_word(word, &mut self.arena);
        if drawn_out {
            let key = self.arena.get(from..).unwrap_or_default();
            if !known(hash_bytes(key.as_bytes(), 1)) {
                let shorter = squeeze(key);
                if known(hash_bytes(shorter.as_bytes(), 1)) {
                    self.arena.truncate(from);
                    self.arena.push_str(&shorter);
                }
            }
        }
        drawn_out
    }
}

fn is_contrast(item: &Item) -> bool {
    static HASHES: LazyLock<[u64; 14]> = LazyLock::new(|| CONTRASTS.map(|w| hash_bytes(w.as_bytes(), 1)));
    HASHES.contains(&item.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_keys_clauses_and_marks() {
        let mut p = Prepared::default();
        p.read("@Shop Sleeecht!! Nooit\nmeer 12:30 #Fail 👍🏼", |h| h == hash_bytes(b"slecht", 1));
        let keys: Vec<_> = p.items.iter().map(|i| (p.key(i), i.clause, i.mark)).collect();
        assert_eq!(
            keys,
            [
                ("@", 0, 0),
                ("slecht", 0, b'!'),
                ("nooit", 1, 0),
                ("meer", 2, 0),
                ("12:30", 2, 0),
                ("fail", 2, 0),
                ("👍", 2, 0)
            ]
        );
        assert!(p.shape.starts_with_handle && p.shape.drawn_out == 1 && p.shape.exclamations == 2);
    }
}
