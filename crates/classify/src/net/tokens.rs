//! A text as the net reads it: words in small letters, numbers, marks of a shout or a question, signs.
//!
//! The same in `models/words/train.py`: what is changed here is changed there.

/// Stands for any number.
pub(super) const NUMBER: &str = "0";
/// Marks in a row of which no more than these count.
const MOST_MARKS: usize = 3;

/// Calls `see` with each word of `text`, which is in small letters, until it says `false`.
pub(super) fn each(text: &str, mut see: impl FnMut(&str) -> bool) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (end, token) = if first.is_alphabetic() {
            let end = end_of_word(rest);
            (end, rest.get(..end))
        } else if first.is_ascii_digit() {
            (run(rest, |c| c.is_ascii_digit()), Some(NUMBER))
        } else if matches!(first, '!' | '?') {
            let end = run(rest, |c| matches!(c, '!' | '?'));
            (end, rest.get(..end.min(MOST_MARKS)))
        } else {
            let end = first.len_utf8();
            (end, rest.get(..end).filter(|_| is_sign(first)))
        };
        if token.is_some_and(|token| !see(token)) {
            return;
        }
        rest = rest.get(end..).unwrap_or_default();
    }
}

/// Arrows, symbols, emoji: everything from there on that is no letter.
fn is_sign(c: char) -> bool {
    c >= '\u{2190}' && c != '\u{fe0f}' && !c.is_whitespace()
}

fn run(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// Letters, and apostrophes between letters.
fn end_of_word(text: &str) -> usize {
    let mut end = 0;
    loop {
        end += run(text.get(end..).unwrap_or_default(), char::is_alphabetic);
        let mut after = text.get(end..).unwrap_or_default().chars();
        if after.next() != Some('\'') || !after.next().is_some_and(char::is_alphabetic) {
            return end;
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        each(text, |word| {
            out.push(word.to_owned());
            true
        });
        out
    }

    #[test]
    fn words_numbers_marks_and_signs_are_told_apart() {
        let text = "ze zeggen 't komt: auto's om 14.30, 3x gebeld?!?! 😡😡 'no' e-mail ½ …";
        assert_eq!(words(text).join("|"), "ze|zeggen|t|komt|auto's|om|0|0|0|x|gebeld|?!?|😡|😡|no|e|mail");
    }

    #[test]
    fn reading_ends_when_it_is_enough() {
        let mut n = 0;
        each("a b c d", |_| {
            n += 1;
            n < 2
        });
        assert_eq!(n, 2);
    }
}
