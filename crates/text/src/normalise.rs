//! One spelling for what reads the same.
//!
//! Two strengths: [`normalise`] keeps a readable text (for comparing and for logs of counts), [`fold_word`] makes the
//! key of a single word, without accents, apostrophes and drawn-out letters, so that `CAFÉ`, `cafe` and `café` meet.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

/// Whether a character is not seen but changes how a text is compared or shown: zero-width and soft-hyphen
/// characters, direction controls (Unicode UAX #9), variation selectors, the byte order mark.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character turns the direction of the text around it; such a text can lie about its order.
#[must_use]
pub fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Takes out control characters (but not line breaks and tabs) and direction controls, so that a text shown beside
/// others cannot reorder or hide them. Letters, emoji and right-to-left scripts stay as they are.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| !is_direction_control(*c) && (!c.is_control() || matches!(c, '\n' | '\t')))
        .collect()
}

/// The straight form of a quotation mark or apostrophe; other characters as they are.
#[must_use]
pub fn straight(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{b4}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => '"',
        other => other,
    }
}

/// Makes texts comparable: NFC, small letters, straight quotes, no invisible characters, letters repeated three times
/// or more brought back to two (`sleeecht` → `sleecht`), white space collapsed and trimmed. Accents stay.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = (None, 0_usize);
    let mut space = false;
    for c in text.nfc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).map(straight) {
        if c.is_whitespace() || c.is_control() {
            space = !out.is_empty();
            run = (None, 0);
            continue;
        }
        run = if run.0 == Some(c) { (run.0, run.1 + 1) } else { (Some(c), 1) };
        if run.1 > 2 && c.is_alphabetic() {
            continue;
        }
        if space {
            out.push(' ');
            space = false;
        }
        out.push(c);
    }
    out
}

/// Appends the key of one word to `out`: small letters without accents, apostrophes and invisible characters, letters
/// repeated three times or more brought back to two. Returns whether a letter was drawn out like that.
pub fn fold_word(word: &str, out: &mut String) -> bool {
    let start = out.len();
    if is_plain(word) {
        out.push_str(word);
        out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
        return false;
    }
    let mut run = (None, 0_usize);
    let mut drawn_out = false;
    let mut add = |c: char, out: &mut String| {
        run = if run.0 == Some(c) { (run.0, run.1 + 1) } else { (Some(c), 1) };
        if run.1 > 2 && c.is_alphabetic() {
            drawn_out = true;
        } else {
            out.push(c);
        }
    };
    for c in word.chars() {
        if c.is_ascii() {
            if c != '\'' && !c.is_ascii_control() {
                add(c.to_ascii_lowercase(), out);
            }
            continue;
        }
        if is_invisible(c) || straight(c) == '\'' {
            continue;
        }
        match c {
            'ß' => {
                add('s', out);
                add('s', out);
            }
            'æ' | 'Æ' => {
                add('a', out);
                add('e', out);
            }
            'œ' | 'Œ' => {
                add('o', out);
                add('e', out);
            }
            'ø' | 'Ø' => add('o', out),
            _ => decompose_compatible(c, |d| {
                if !unicode_normalization::char::is_combining_mark(d) {
                    d.to_lowercase().for_each(|l| add(l, out));
                }
            }),
        }
    }
    // A word that is nothing but marks keeps them: it must not become the empty key.
    if out.len() == start {
        out.extend(word.chars().filter(|c| !c.is_control()));
    }
    drawn_out
}

/// Whether a word is ASCII letters of which none stands three times in a row: most words, and their key is the word in
/// small letters.
fn is_plain(word: &str) -> bool {
    let bytes = word.as_bytes();
    let drawn_out = |w: &[u8]| matches!(w, [a, b, c] if (a ^ b | a ^ c) & !0x20 == 0);
    bytes.iter().all(u8::is_ascii_alphabetic) && !bytes.windows(3).any(drawn_out)
}

/// A text as a key of itself, with the way back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Small letters without accents; one space for any white space.
    pub text: String,
    /// For each byte of `text`, and its end, the byte in the original where its character begins.
    offsets: Vec<usize>,
}

impl Folded {
    /// Folds a whole text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(text.len()), offsets: Vec::with_capacity(text.len() + 1) };
        for (at, c) in text.char_indices() {
            let from = folded.text.len();
            if c.is_whitespace() {
                if !folded.text.ends_with(' ') {
                    folded.text.push(' ');
                }
            } else if c.is_ascii() {
                folded.text.push(c.to_ascii_lowercase());
            } else if !is_invisible(c) {
                decompose_compatible(straight(c), |d| {
                    if !unicode_normalization::char::is_combining_mark(d) {
                        folded.text.extend(d.to_lowercase());
                    }
                });
            }
            folded.offsets.extend(std::iter::repeat_n(at, folded.text.len() - from));
        }
        folded.offsets.push(text.len());
        folded
    }

    /// The bytes of the original that became these bytes of the folded text.
    #[must_use]
    pub fn original(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let at = |i: usize| self.offsets.get(i).or(self.offsets.last()).copied().unwrap_or_default();
        at(range.start)..at(range.end).max(at(range.start))
    }
}

/// The key with every run of the same letter brought back to one (`sleecht` → `slecht`): the second try for a word
/// that was drawn out.
#[must_use]
pub fn squeeze(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for c in key.chars() {
        if !out.ends_with(c) || !c.is_alphabetic() {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(word: &str) -> String {
        let mut out = String::new();
        fold_word(word, &mut out);
        out
    }

    #[test]
    fn what_reads_the_same_compares_the_same() {
        assert_eq!(normalise("  Wát \u{201e}SLEEEECHT\u{201d}\u{200b} \n hè?!!! "), "wát \"sleecht\" hè?!!!");
        assert_eq!(normalise("cafe\u{301}"), normalise("CAFÉ"));
        assert_eq!(normalise("1000 euro"), "1000 euro");
    }

    #[test]
    fn a_word_has_one_key_whatever_its_dress() {
        for word in ["CAFÉ", "cafe\u{301}", "ca\u{ad}fe", "café", "caf\u{200d}e"] {
            assert_eq!(folded(word), "cafe", "{word}");
        }
        assert_eq!(folded("Straße"), "strasse");
        assert_eq!(folded("don’t"), "dont");
        assert_eq!(folded("𝓢𝓵𝓮𝓬𝓱𝓽"), "slecht");
        assert_eq!(squeeze(&folded("sleeeecht")), "slecht");
        assert!(fold_word("neeee", &mut String::new()));
        assert!(!fold_word("nee", &mut String::new()));
    }

    #[test]
    fn a_folded_text_knows_the_way_back() {
        let text = "In  ’s-Hërtogenbosch ﬁjn";
        let folded = Folded::of(text);
        assert_eq!(folded.text, "in 's-hertogenbosch fijn");
        let at = folded.text.find("hertogenbosch").unwrap();
        assert_eq!(&text[folded.original(at..at + 13)], "Hërtogenbosch");
        let end = folded.text.len();
        assert_eq!(&text[folded.original(end - 4..end)], "ﬁjn");
    }

    #[test]
    fn a_text_cannot_reorder_its_neighbours() {
        assert_eq!(visible("a\u{202e}b\u{0}\u{2067}c\nשלום"), "abc\nשלום");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,40}|[a-cA-C'’ \u{ad}]{0,40}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
        #[test]
        fn every_piece_of_a_folded_text_has_an_original(text in "\\PC{0,30}|[a-zé ﬁ\u{ad}]{0,30}") {
            let folded = Folded::of(&text);
            for (at, c) in folded.text.char_indices() {
                prop_assert!(text.get(folded.original(at..at + c.len_utf8())).is_some());
            }
        }
        #[test]
        fn a_word_with_letters_never_gets_an_empty_key(word in "\\PC{1,12}") {
            prop_assert!(!folded(&word).is_empty());
        }
    }
}
