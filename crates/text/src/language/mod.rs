//! Which language a text is in: Dutch, English, German, French, or something else.
//!
//! A character model: for each letter, how likely it is after the four before it in each of 18 languages, with the
//! longest known n-gram deciding; and lists of frequent words. The languages that are not told apart by name
//! (Afrikaans, Spanish, Italian, Swedish, …) are in the table so that their texts are not taken for one of the four.
//! The table is built by `examples/language_table.rs`; `models/gehoor-language/card.md` says from what, and how well
//! it does on short texts.

use std::cell::RefCell;
use std::sync::LazyLock;

mod known;

use known::Known;

/// The languages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Anything else, or too little to tell.
    Other,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The most likely language.
    pub language: Language,
    /// Its probability, 0 to 1.
    pub p: f32,
    /// The most likely one of the four known languages, whatever `language` says.
    pub nearest: Language,
}

/// Languages in the table, the four known ones first.
pub const LANGUAGES: [&str; 18] = [
    "nl", "en", "de", "fr", "af", "es", "it", "pt", "sv", "da", "nb", "pl", "ro", "tr", "cs", "fi", "hu",
    "ca",
];
const N: usize = LANGUAGES.len();
const TOLD_APART: [Language; 4] = [Language::Nl, Language::En, Language::De, Language::Fr];

/// Steps of a stored value per unit of log-probability; the most that is stored is 255 steps below the best language.
pub const STEPS: f32 = 20.0;
/// Letters that are looked at; more change nothing.
const MAX_LETTERS: usize = 250;
/// Letters after which a language that is far ahead of all others needs no more.
const ENOUGH: usize = 80;
/// Steps that count as far ahead: what is left for all others is less than one in a million.
const FAR: f32 = 500.0;
/// Letters of a text hang together: their evidence, and what was expected before, count at this share.
const SHARE: f32 = 0.6;
/// What is expected before a word is read. Argued: a Dutch company; the rest is shared by the others. On lists of
/// single words a flatter expectation is a little better, in practice the known languages are far more frequent.
const BEFORE: [f32; 4] = [0.21, 0.18, 0.15, 0.14];

const PACKED: &[u8] = include_bytes!("../../../../models/gehoor-language/ngrams.bin.zst");

/// Rows by hash: how far each language is below the best one, in steps.
struct Table {
    slots: Vec<(u32, u32)>,
    rows: Vec<[u8; N]>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test unpacks the file; should it ever be broken, every text is of an unknown language.
    let bytes = zstd::bulk::decompress(PACKED, 16 << 20).unwrap_or_default();
    Table::read(&bytes)
});

impl Table {
    /// The file: hashes (u32, little-endian) and rows (18 bytes), alternating.
    fn read(bytes: &[u8]) -> Self {
        let (records, _) = bytes.as_chunks::<{ 4 + N }>();
        let size = (records.len() * 2).next_power_of_two().max(16);
        let mut table = Self { slots: vec![(0, u32::MAX); size], rows: Vec::with_capacity(records.len()) };
        for record in records {
            let [a, b, c, d, row @ ..] = record;
            let hash = u32::from_le_bytes([*a, *b, *c, *d]);
            let number = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            table.rows.push(*row);
            let mut at = hash as usize & (size - 1);
            while let Some(slot) = table.slots.get_mut(at) {
                if slot.1 == u32::MAX {
                    *slot = (hash, number);
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        table
    }

    fn get(&self, hash: u32) -> Option<&[u8; N]> {
        let mut at = hash as usize & (self.slots.len() - 1);
        loop {
            let (key, row) = *self.slots.get(at)?;
            if row == u32::MAX {
                return None;
            }
            if key == hash {
                return self.rows.get(row as usize);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// Adds one character in front of an n-gram (n-grams are hashed from their end).
fn before(hash: u32, c: char) -> u32 {
    let h = (hash ^ u32::from(c)).wrapping_mul(0x9e37_79b1);
    (h ^ (h >> 15)).wrapping_mul(0x85eb_ca77)
}

const START: u32 = 0x1234_5678;
const WORD: u32 = 0x0bad_cafe;

/// The key of an n-gram of letters in the table.
#[must_use]
pub fn ngram_key(ngram: &str) -> u32 {
    ngram.chars().rev().fold(START, before)
}

/// The key of a whole word in the table.
#[must_use]
pub fn word_key(word: &str) -> u32 {
    word.chars().rev().fold(WORD, before)
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Tells the language of a text. Links, handles, digits and signs are not looked at.
#[must_use]
pub fn detect(text: &str) -> Guess {
    KNOWN.with(|cell| match cell.try_borrow_mut() {
        Ok(mut known) => detect_with(text, &mut known),
        Err(_) => detect_with(text, &mut Known::default()),
    })
}

fn detect_with(text: &str, known: &mut Known) -> Guess {
    let mut below = [0.0_f32; N];
    let (mut latin, mut foreign) = (0_usize, 0_usize);
    let mut word = std::mem::take(&mut known.word);
    for token in text.split_whitespace() {
        if is_no_word(token) {
            continue;
        }
        let mut see = |c: char| {
            if !c.is_alphabetic() {
                known.add(&word, &mut below);
                word.clear();
            } else if u32::from(c) < 0x250 || ('\u{1e00}'..='\u{1eff}').contains(&c) {
                latin += 1;
                word.push(c);
            } else {
                foreign += 1;
            }
        };
        for c in token.chars() {
            if c.is_ascii() { see(c.to_ascii_lowercase()) } else { c.to_lowercase().for_each(&mut see) }
        }
        see(' ');
        if latin + foreign > MAX_LETTERS || (latin > ENOUGH && foreign == 0 && is_clear(&below)) {
            break;
        }
    }
    known.word = word;
    if latin == 0 || foreign > latin {
        return Guess {
            language: Language::Other,
            p: if foreign > 0 { 0.99 } else { 0.5 },
            nearest: Language::Nl,
        };
    }
    decide(&below)
}

/// Handles, hashtags, links and addresses.
fn is_no_word(token: &str) -> bool {
    token.starts_with('#')
        || (token.bytes().any(|b| matches!(b, b'@' | b':')) && (token.contains('@') || token.contains("://")))
}

/// Whether one language is far ahead of the others.
fn is_clear(below: &[f32; N]) -> bool {
    let (mut best, mut second) = (f32::MAX, f32::MAX);
    for steps in below {
        if *steps < best {
            (best, second) = (*steps, best);
        } else {
            second = second.min(*steps);
        }
    }
    second - best > FAR
}

/// The steps of all letters of a word, and of the word itself.
fn read_word(word: &[char]) -> [u16; N] {
    let table = &*TABLE;
    let mut steps = [0_u16; N];
    let mut add = |row: &[u8; N]| {
        steps.iter_mut().zip(row).for_each(|(sum, step)| *sum = sum.saturating_add(u16::from(*step)));
    };
    for end in 1..=word.len() {
        let mut hash = START;
        // The longest n-gram that is known decides: it is looked for first.
        let mut hashes = [None; 5];
        for (slot, c) in hashes.iter_mut().zip(word.get(..end).unwrap_or_default().iter().rev()) {
            hash = before(hash, *c);
            *slot = Some(hash);
        }
        if let Some(row) = hashes.into_iter().rev().flatten().find_map(|hash| table.get(hash)) {
            add(row);
        }
    }
    if let Some(row) = table.get(word.iter().rev().take(20).fold(WORD, |h, c| before(h, *c))) {
        add(row);
    }
    steps
}

fn decide(below: &[f32; N]) -> Guess {
    let rest = (1.0 - BEFORE.iter().sum::<f32>()) / (N - BEFORE.len()) as f32;
    let mut p = [0.0_f32; N];
    for (at, (p, steps)) in p.iter_mut().zip(below).enumerate() {
        *p = BEFORE.get(at).copied().unwrap_or(rest).ln() * SHARE - SHARE * steps / STEPS;
    }
    let max = p.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    p.iter_mut().for_each(|p| *p = (*p - max).exp());
    let sum: f32 = p.iter().sum();
    let known = TOLD_APART.into_iter().zip(p);
    let (nearest, best) =
        known.fold((Language::Nl, 0.0), |best, one| if one.1 > best.1 { one } else { best });
    let other: f32 = p.iter().skip(TOLD_APART.len()).sum();
    let (language, p) = if other > best { (Language::Other, other) } else { (nearest, best) };
    Guess { language, p: p / sum, nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, language: Language) {
        assert_eq!(detect(text).language, language, "{text} {:?}", detect(text));
    }

    #[test]
    fn the_table_unpacks() {
        assert!(TABLE.rows.len() > 10_000 && TABLE.get(ngram_key("sch")).is_some());
    }

    #[test]
    fn short_posts_are_told_apart() {
        check("wanneer komt mijn pakketje nou eens", Language::Nl);
        check("geweldige service, dank jullie wel!", Language::Nl);
        check("still waiting for my refund", Language::En);
        check("wo bleibt meine Bestellung?", Language::De);
        check("toujours pas de réponse du service client", Language::Fr);
    }

    #[test]
    fn related_languages_are_something_else() {
        check("ek wag al drie weke vir my bestelling en niemand antwoord nie", Language::Other);
        check("¿cuándo llega mi pedido? nadie contesta el teléfono", Language::Other);
        check("il pacco non è mai arrivato e nessuno risponde", Language::Other);
        check("jag väntar fortfarande på min beställning", Language::Other);
    }

    #[test]
    fn other_scripts_and_wordless_texts_are_something_else() {
        check("где мой заказ", Language::Other);
        check("המוצר הגיע שבור", Language::Other);
        for text in ["", "👍👍", "12:30", "@shop https://example.nl/de/het/een"] {
            check(text, Language::Other);
            assert!(detect(text).p <= 0.5);
        }
    }
}
