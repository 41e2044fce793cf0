//! Words with their place in the original text.
//!
//! A hand-written scanner, because what customers write is not prose: handles, hashtags, links, emoji and drawn-out
//! words are kinds of their own, and every token keeps its bytes so that a reason can be marked in the page.

use crate::normalise::{is_invisible, straight};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters, with an apostrophe inside (`foto's`). Short clitics are words of their own: `l'`, `c'`, `'t`.
    Word,
    /// Digits with `.`, `,`, `:`, `/` or `-` between them: amounts, times, dates, marks such as `5/10`.
    Number,
    /// `@name` or `@name@host`.
    Handle,
    /// `#word`.
    Hashtag,
    /// `http://…`, `https://…` or `www.…`.
    Url,
    /// An address such as `name@host.nl`, from the last word before the `@`.
    Mail,
    /// One emoji with its modifiers, or an emoticon such as `:-(`.
    Emoji,
    /// A run of one punctuation mark or symbol: `!!!`, `...`, `€`.
    Mark,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As written.
    pub text: &'a str,
    /// First byte in the text.
    pub start: usize,
}

impl Token<'_> {
    /// The byte after the last.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Splits a text. White space belongs to no token; everything else does, in order and without overlap.
#[must_use]
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// See [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let tail = self.text.get(self.at..)?;
        let blank = tail.find(|c: char| !is_gap(c))?;
        let start = self.at + blank;
        let rest = tail.get(blank..)?;
        let first = rest.chars().next()?;
        let after_word =
            || self.text.get(..start).and_then(|t| t.chars().next_back()).is_some_and(char::is_alphanumeric);
        let (kind, len) = scan(rest, first, after_word);
        self.at = start + len;
        Some(Token { kind, text: rest.get(..len)?, start })
    }
}

/// What stands between tokens.
fn is_gap(c: char) -> bool {
    if c.is_ascii() { c <= ' ' || c == '\u{7f}' } else { c.is_whitespace() || is_blank(c) }
}

/// Invisible or control characters that begin nothing (a joiner inside a word stays in the word).
fn is_blank(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

fn scan(rest: &str, first: char, after_word: impl Fn() -> bool) -> (Kind, usize) {
    if is_letter(first) {
        if let Some(len) = Some(rest).filter(|_| matches!(first, 'h' | 'H' | 'w' | 'W')).and_then(url) {
            return (Kind::Url, len);
        }
        let len = word(rest);
        return match mail(rest, len) {
            Some(whole) => (Kind::Mail, whole),
            None => (Kind::Word, len),
        };
    }
    if first.is_numeric() {
        // A keycap such as `5️⃣` is an emoji; other digits are a number.
        if let Some(len) = keycap(rest) {
            return (Kind::Emoji, len);
        }
        return (Kind::Number, number(rest));
    }
    if first == '@'
        && !after_word()
        && let Some(len) = handle(rest)
    {
        return (Kind::Handle, len);
    }
    if first == '#' && !after_word() {
        let tag = run(rest, 1, |c| c.is_alphanumeric() || c == '_');
        if tag > 1 {
            return (Kind::Hashtag, tag);
        }
    }
    if is_emoji(first) {
        return (Kind::Emoji, emoji(rest));
    }
    if let Some(len) = emoticon(rest) {
        return (Kind::Emoji, len);
    }
    (Kind::Mark, run(rest, first.len_utf8(), |c| c == first))
}

/// A letter, or a mark that belongs to one.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (!c.is_ascii() && (c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)))
}

/// Length of `rest` from byte `from` on while the characters are wanted.
fn run(rest: &str, from: usize, wanted: impl Fn(char) -> bool) -> usize {
    let tail = rest.get(from..).unwrap_or_default();
    from + tail.find(|c| !wanted(c)).unwrap_or(tail.len())
}

/// Letters; an apostrophe between letters belongs to the word, unless two letters or fewer stand before it: then it
/// ends the word, so that `l'attente` and `attente` share a word while `don't` stays one.
fn word(rest: &str) -> usize {
    // Nearly all words are plain letters up to a plain sign that ends them.
    let plain = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let tail = rest.get(plain..).unwrap_or_default();
    if tail.bytes().next().is_some_and(|b| b.is_ascii() && !matches!(b, b'\'' | b'`')) {
        return plain;
    }
    let mut letters = plain;
    let mut chars = tail.char_indices().map(|(at, c)| (plain + at, c)).peekable();
    while let Some((at, c)) = chars.next() {
        if is_letter(c) {
            letters += 1;
        } else if straight(c) == '\'' && letters > 2 && chars.peek().is_some_and(|(_, n)| is_letter(*n)) {
            continue;
        } else if !is_invisible(c) || !chars.peek().is_some_and(|(_, n)| is_letter(*n)) {
            return at;
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins =
            matches!(c, '.' | ',' | ':' | '/' | '-') && chars.peek().is_some_and(|(_, n)| n.is_ascii_digit());
        if !c.is_numeric() && !joins {
            return at;
        }
    }
    rest.len()
}

fn url(rest: &str) -> Option<usize> {
    let known = ["http://", "https://", "www."]
        .iter()
        .find_map(|p| rest.get(..p.len()).filter(|head| head.eq_ignore_ascii_case(p)).map(str::len))?;
    let whole = run(rest, known, |c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"') && !is_blank(c));
    let trimmed = rest.get(..whole)?.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…']);
    (trimmed.len() > known).then_some(trimmed.len())
}

fn handle(rest: &str) -> Option<usize> {
    let name = run(rest, 1, |c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let name = rest.get(..name)?.trim_end_matches(['.', '-']).len();
    if name < 2 {
        return None;
    }
    let tail = rest.get(name..)?;
    let host = match tail.starts_with('@') {
        true => run(tail, 1, |c| c.is_alphanumeric() || matches!(c, '.' | '-')),
        false => 0,
    };
    let host = tail.get(..host)?.trim_end_matches(['.', '-']).len();
    Some(if host > 1 { name + host } else { name })
}

/// The length of `word@host.tld` when the word at the start is followed by one.
fn mail(rest: &str, word: usize) -> Option<usize> {
    let tail = rest.get(word..)?;
    if !tail.starts_with('@') {
        return None;
    }
    let host = run(tail, 1, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let host = tail.get(..host)?.trim_end_matches(['.', '-']);
    host.get(1..)?.contains('.').then_some(word + host.len())
}

fn keycap(rest: &str) -> Option<usize> {
    let tail = rest.get(1..)?;
    let end = tail.strip_prefix('\u{fe0f}').unwrap_or(tail).strip_prefix('\u{20e3}')?;
    Some(rest.len() - end.len())
}

/// Whether a character is drawn as a picture (the blocks of Unicode that hold emoji, and the star and heart signs).
#[must_use]
pub fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1f300}'..='\u{1faff}' | '\u{1f000}'..='\u{1f2ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b05}'..='\u{2b55}'
        | '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23fa}' | '\u{203c}' | '\u{2049}')
}

fn emoji(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    let first = chars.next().map(|(_, c)| c).unwrap_or_default();
    let flag = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
    if flag(first) && chars.peek().is_some_and(|(_, c)| flag(*c)) {
        chars.next();
    }
    let mut joined = false;
    for (at, c) in chars {
        let modifies = is_invisible(c) || ('\u{1f3fb}'..='\u{1f3ff}').contains(&c);
        let continues = modifies || (joined && is_emoji(c));
        if !continues {
            return at;
        }
        joined = c == '\u{200d}';
    }
    rest.len()
}

fn emoticon(rest: &str) -> Option<usize> {
    if let Some(heart) = rest.strip_prefix("<3") {
        return (!heart.starts_with(|c: char| c.is_ascii_digit())).then_some(2);
    }
    let mut chars = rest.chars();
    let eyes = chars.next()?;
    if !matches!(eyes, ':' | ';' | '=') {
        return None;
    }
    let mut len = 1;
    let mut mouth = chars.next()?;
    if matches!(mouth, '-' | '\'') {
        mouth = chars.next()?;
        len += 1;
    }
    let ends = chars.next().is_none_or(|c| !c.is_alphanumeric());
    let known = matches!(mouth, ')' | '(' | '|' | '[' | ']')
        || (matches!(mouth, 'D' | 'P' | 'p' | 's' | 'S' | 'o' | 'O' | '/') && ends);
    known.then_some(len + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(Kind, &str)]) {
        let found: Vec<_> = tokens(text).map(|t| (t.kind, t.text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_customers_write_has_its_own_kinds() {
        use Kind::*;
        check(
            "@Meubelhal belt #nooit terug :-( 😡👍🏼",
            &[
                (Handle, "@Meubelhal"),
                (Word, "belt"),
                (Hashtag, "#nooit"),
                (Word, "terug"),
                (Emoji, ":-("),
                (Emoji, "😡"),
                (Emoji, "👍🏼"),
            ],
        );
        check(
            "zie https://a.nl/x?y=1. of WWW.b.nl!",
            &[
                (Word, "zie"),
                (Url, "https://a.nl/x?y=1"),
                (Mark, "."),
                (Word, "of"),
                (Url, "WWW.b.nl"),
                (Mark, "!"),
            ],
        );
        check(
            "om 14:12 €1.250,50 op 5/10!!!",
            &[
                (Word, "om"),
                (Number, "14:12"),
                (Mark, "€"),
                (Number, "1.250,50"),
                (Word, "op"),
                (Number, "5/10"),
                (Mark, "!!!"),
            ],
        );
        check(
            "@a.b@host.nl jan@mail.nl 5️⃣ 🇳🇱",
            &[(Handle, "@a.b@host.nl"), (Mail, "jan@mail.nl"), (Emoji, "5️⃣"), (Emoji, "🇳🇱")],
        );
    }

    #[test]
    fn short_clitics_are_words_of_their_own() {
        use Kind::*;
        check(
            "l’attente foto's don't",
            &[(Word, "l"), (Mark, "’"), (Word, "attente"), (Word, "foto's"), (Word, "don't")],
        );
        check("na\u{ad}tuur\u{200b} x", &[(Word, "na\u{ad}tuur"), (Word, "x")]);
    }

    proptest! {
        #[test]
        fn tokens_cover_all_but_white_space_in_order(text in "\\PC{0,60}|[@#:'a-c0-9 ./(\u{200d}😡]{0,40}") {
            let mut at = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= at && !token.text.is_empty());
                prop_assert_eq!(&text[token.start..token.end()], token.text);
                prop_assert!(text[at..token.start].chars().all(|c| c.is_whitespace() || is_blank(c)));
                at = token.end();
            }
            prop_assert!(text[at..].chars().all(|c| c.is_whitespace() || is_blank(c)));
        }
    }
}
