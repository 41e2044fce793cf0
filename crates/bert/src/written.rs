//! Texts as tokenizers want them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// No language has longer words; breaking such a one up takes time that grows with its square.
const LONGEST_WORD: usize = 200;
/// The text with words without end cut.
#[must_use]
pub fn tame(text: &str) -> Cow<'_, str> {
    if text.split_whitespace().all(|word| word.chars().nth(LONGEST_WORD).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_inclusive(char::is_whitespace).map(cut_before_space).collect())
}

fn cut(word: &str) -> &str {
    let end = word.char_indices().nth(LONGEST_WORD).map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

fn cut_before_space(word: &str) -> String {
    let space = word.chars().next_back().filter(|c| c.is_whitespace());
    let bare = word.strip_suffix(char::is_whitespace).unwrap_or(word);
    cut(bare).chars().chain(space).collect()
}

/// Letters in their plain form, marks without width as spaces, one space for many, written as the pieces write it.
#[must_use]
pub fn as_pieces_are_made(text: &str) -> String {
    let plain: String =
        text.nfkc().filter(|c| !is_dropped(*c)).map(|c| if is_space(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    words.iter().flat_map(|word| ["\u{2581}", word]).collect()
}

fn is_dropped(c: char) -> bool {
    matches!(c, '\u{1}'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{8f}' | '\u{9f}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2581}' | '\u{feff}' | '\u{fffd}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_end_are_cut_and_nothing_else_is_touched() {
        let long = "x".repeat(500);
        assert_eq!(tame("een  gewone\ntekst "), "een  gewone\ntekst ");
        assert_eq!(tame(&format!("é {long}\n b")), format!("é {}\n b", "x".repeat(200)));
    }

    #[test]
    fn spaces_and_marks_without_width_become_one_space() {
        assert_eq!(as_pieces_are_made(" een  ﬁjne\u{a0}\u{200b}dag\u{1}\n"), "▁een▁fijne▁dag");
        assert_eq!(as_pieces_are_made("\u{feff} \n"), "");
    }
}
