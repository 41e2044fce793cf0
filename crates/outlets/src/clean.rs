//! Text of strangers made fit to be sent on: no control characters, no invisible or direction-changing ones, bounded.
//!
//! What an outlet must escape besides (HTML, Slack's mark-up) is its own business; this is what nobody wants.

use gehoor_domain::effect::Post;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

/// Characters that change how other text is shown, or that nobody can see. Joiners stay: emoji and several scripts
/// need them. Direction marks are those of Unicode 15, UAX #9, table 2.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a reader sees a new line here.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// One line of at most `max` bytes: white space and line ends become one space, hidden characters go.
pub(crate) fn line(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || ends_line(c) {
            gap = true;
            continue;
        }
        if is_hidden(c) {
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
        if out.len() > max {
            break;
        }
    }
    cut(out, max)
}

/// A text of at most `max` bytes that keeps its lines; never more than one empty line in a row.
pub(crate) fn block(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut breaks = 0_usize;
    let mut after_return = false;
    for c in text.chars() {
        if ends_line(c) {
            // CR LF is one line end.
            if !(c == '\n' && after_return) {
                breaks += 1;
            }
            after_return = c == '\r';
            continue;
        }
        after_return = false;
        let c = if c == '\t' { ' ' } else { c };
        if is_hidden(c) {
            continue;
        }
        if breaks > 0 && c.is_whitespace() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if breaks > 1 {
                "\n\n"
            } else if breaks == 1 {
                "\n"
            } else {
                ""
            });
        }
        breaks = 0;
        if !(out.is_empty() && c.is_whitespace()) {
            out.push(c);
        }
        if out.len() > max {
            break;
        }
    }
    out.truncate(out.trim_end().len());
    cut(out, max)
}

/// At most `max` bytes, ended by `…` when something was left out.
pub(crate) fn cut(mut text: String, max: usize) -> String {
    const MORE: char = '…';
    if text.len() <= max {
        return text;
    }
    let mut end = max.saturating_sub(MORE.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.truncate(text.trim_end().len());
    if text.len() + MORE.len_utf8() <= max {
        text.push(MORE);
    }
    text
}

/// Every line marked as quoted (`> `, or how that is written there), so that nobody takes it for ours.
pub(crate) fn quoted(text: &str, mark: &str) -> String {
    let lines: Vec<String> = text.lines().map(|l| format!("{mark}{l}")).collect();
    lines.join("\n")
}

/// The address when it is one that a browser opens harmlessly (http, https, at most 2,000 bytes); else nothing.
pub(crate) fn link(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let fit =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    // `Url` leaves these in queries and fragments; they end a link in chat mark-up and in plain text.
    let text = url.as_str().replace('|', "%7C").replace('\'', "%27").replace('`', "%60");
    (fit && text.len() <= 2000 && text.chars().all(|c| c.is_ascii_graphic())).then_some(text)
}

/// A key made of letters, digits, `-`, `_`, `:` and `.` only, at most 120 bytes: what is searched for at the other
/// side must be found again byte for byte, and must not mean anything there.
pub(crate) fn token(text: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.') { c } else { '-' };
    text.chars().take(120).map(fit).collect()
}

/// A name of letters, digits, `-` and `_`, at most 64 bytes, for a key of any form: the same for the same key, and
/// different for different ones.
pub(crate) fn name(key: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let hash = hex::encode(Sha256::digest(key.as_bytes()));
    let words: String = key.chars().map(|c| if fit(c) { c } else { '-' }).take(31).collect();
    format!("{words}-{}", hash.get(..32).unwrap_or_default())
}

/// A post made fit to be shown.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct Shown {
    /// Who, one line; `?` when nobody is named.
    pub(crate) author: String,
    /// When.
    pub(crate) at: Timestamp,
    /// What, with its lines.
    pub(crate) text: String,
    /// Where it is read.
    pub(crate) permalink: Option<String>,
}

/// The newest `most` posts, oldest first, each text at most `each` bytes; and how many older ones were left out.
pub(crate) fn posts(all: &[Post], most: usize, each: usize) -> (Vec<Shown>, usize) {
    let left_out = all.len().saturating_sub(most);
    let shown = all.iter().skip(left_out).map(|post| {
        let author = line(&post.author, 80);
        Shown {
            author: if author.is_empty() { "?".to_owned() } else { author },
            at: post.at,
            text: block(&post.text, each),
            permalink: post.permalink.as_deref().and_then(link),
        }
    });
    (shown.collect(), left_out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("a\r\nBcc: x\u{2028}b\t c\0d", 100), "a Bcc: x b cd");
        assert_eq!(line("\u{202e}abc\u{2066}", 100), "abc");
        assert_eq!(line("ééééé", 7), "éé…");
        assert_eq!(line("👩\u{200d}🚒", 100), "👩\u{200d}🚒");
    }

    #[test]
    fn a_block_keeps_its_lines_but_no_holes() {
        assert_eq!(block("a\r\nb\r\r\n\n\n c\n", 100), "a\nb\n\nc");
        assert_eq!(block("\n\n x", 100), "x");
        assert_eq!(quoted("a\n\nb", "> "), "> a\n> \n> b");
    }

    #[test]
    fn only_harmless_links_are_kept() {
        assert_eq!(link("https://x.test/a?b=|c"), Some("https://x.test/a?b=%7Cc".to_owned()));
        for bad in ["javascript:alert(1)", "data:text/html,x", "https://bank@evil.test/", "x", ""] {
            assert_eq!(link(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_tells_keys_apart() {
        assert!(name("case-7:queue-1:x").starts_with("case-7-queue-1-x-"));
        assert_ne!(name("a:b"), name("a-b"));
        assert!(name(&"é:".repeat(500)).len() <= 64);
    }

    proptest! {
        #[test]
        fn nothing_hidden_and_nothing_too_long_comes_out(text in any::<String>(), max in 4_usize..200) {
            for out in [line(&text, max), block(&text, max)] {
                prop_assert!(out.len() <= max);
                prop_assert!(out.chars().all(|c| c == '\n' || !is_hidden(c)));
                prop_assert!(!out.contains("\n\n\n"));
            }
            prop_assert!(!line(&text, max).contains('\n'));
            prop_assert_eq!(line(&line(&text, max), max), line(&text, max));
            prop_assert_eq!(block(&block(&text, max), max), block(&text, max));
        }
    }
}
