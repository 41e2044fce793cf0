//! Cuts the search field into signs: words, quotes, parentheses and operators, each with its place.

use crate::ask::{BadQuery, Wrong};
use crate::words::has_word;

/// The widest distance of `"…"~n`.
pub(crate) const MAX_DISTANCE: u32 = 50;

/// One sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sign {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `-` right before something.
    Minus,
    /// Anything else up to a blank, a quote or a parenthesis.
    Word(String),
    /// What stands between quotes, with the number behind `~`.
    Quoted(String, Option<u32>),
    /// `field:` right before a quote.
    Field(String),
}

/// A sign and the character where it begins, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) at: usize,
    pub(crate) sign: Sign,
}

/// Cuts the text. Marks that hold no word, such as a lone `&`, are left out.
pub(crate) fn signs(text: &str) -> Result<Vec<Placed>, BadQuery> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(c) = chars.get(next).copied() {
        let at = next + 1;
        let sign = match c {
            c if c.is_whitespace() => None,
            '(' => Some(Sign::Open),
            ')' => Some(Sign::Close),
            c if is_quote(c) => {
                let (sign, end) = quoted(&chars, next)?;
                next = end;
                found.push(Placed { at, sign });
                continue;
            }
            '-' if chars.get(next + 1).is_some_and(|n| binds(*n)) => Some(Sign::Minus),
            _ => {
                let (sign, end) = word(&chars, next);
                next = end;
                found.extend(sign.map(|sign| Placed { at, sign }));
                continue;
            }
        };
        next += 1;
        found.extend(sign.map(|sign| Placed { at, sign }));
    }
    Ok(found)
}

/// Straight quotes, and the curly ones that phones and word processors put in their place.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}

/// What a `-` before it takes away.
fn binds(c: char) -> bool {
    c == '(' || c == '-' || is_quote(c) || has_word(c.encode_utf8(&mut [0; 4]))
}

fn quoted(chars: &[char], open: usize) -> Result<(Sign, usize), BadQuery> {
    let inside = chars.get(open + 1..).unwrap_or_default();
    let Some(length) = inside.iter().position(|c| is_quote(*c)) else {
        return Err(BadQuery { at: open + 1, what: Wrong::OpenQuote });
    };
    let text: String = inside.iter().take(length).collect();
    if !has_word(&text) {
        return Err(BadQuery { at: open + 1, what: Wrong::NoWord });
    }
    let mut end = open + length + 2;
    if chars.get(end) != Some(&'~') {
        return Ok((Sign::Quoted(text, None), end));
    }
    end += 1;
    let digits: String = chars.iter().skip(end).take_while(|c| c.is_ascii_digit()).collect();
    match digits.parse() {
        Ok(distance @ 1..=MAX_DISTANCE) => Ok((Sign::Quoted(text, Some(distance)), end + digits.len())),
        _ => Err(BadQuery { at: end, what: Wrong::BadDistance { max: MAX_DISTANCE } }),
    }
}

fn word(chars: &[char], start: usize) -> (Option<Sign>, usize) {
    let length = chars
        .iter()
        .skip(start)
        .take_while(|c| !c.is_whitespace() && !is_quote(**c) && !matches!(c, '(' | ')'))
        .count();
    let end = start + length;
    let text: String = chars.iter().skip(start).take(length).collect();
    let sign = match text.as_str() {
        "AND" | "EN" | "&&" => Some(Sign::And),
        "OR" | "OF" | "||" => Some(Sign::Or),
        "NOT" | "NIET" => Some(Sign::Not),
        other => match other.strip_suffix(':') {
            Some(field) if is_name(field) && chars.get(end).is_some_and(|c| is_quote(*c)) => {
                Some(Sign::Field(field.to_owned()))
            }
            _ => has_word(other).then_some(Sign::Word(text)),
        },
    };
    (sign, end)
}

/// Looks like the name of a field, rather than like a time or a web address.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[Sign]) {
        let found: Vec<Sign> = signs(text).unwrap().into_iter().map(|p| p.sign).collect();
        assert_eq!(found, expect, "{text}");
    }
    fn word(text: &str) -> Sign {
        Sign::Word(text.into())
    }

    #[test]
    fn signs_are_told_from_words() {
        check(
            "bank EN (stoel OF-niet) -tafel",
            &[
                word("bank"),
                Sign::And,
                Sign::Open,
                word("stoel"),
                word("OF-niet"),
                Sign::Close,
                Sign::Minus,
                word("tafel"),
            ],
        );
        check("e-mail - & 'niet' 12:30", &[word("e-mail"), word("'niet'"), word("12:30")]);
        check(
            "“te laat” \"kapot bank\"~5 author:\"Jan\"",
            &[
                Sign::Quoted("te laat".into(), None),
                Sign::Quoted("kapot bank".into(), Some(5)),
                Sign::Field("author".into()),
                Sign::Quoted("Jan".into(), None),
            ],
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(signs("één \"twee").unwrap_err(), BadQuery { at: 5, what: Wrong::OpenQuote });
        assert_eq!(signs("a \"!!\"").unwrap_err(), BadQuery { at: 3, what: Wrong::NoWord });
        for bad in ["\"a b\"~", "\"a b\"~0", "\"a b\"~51", "\"a b\"~99999999999"] {
            assert!(matches!(signs(bad).unwrap_err().what, Wrong::BadDistance { .. }), "{bad}");
        }
    }
}
