//! HTML fragments to plain text.
//!
//! One pass over the bytes, no tree: what comes from feeds and networks may be broken, endless or hostile, and only
//! its words and line breaks are wanted. So there is no depth to cap, and the time is linear in the input.

use std::borrow::Cow;

/// Bytes of HTML that are looked at; the rest is dropped.
pub const MAX_HTML: usize = 2 * 1024 * 1024;
/// Bytes of plain text that are kept; the rest is dropped.
pub const MAX_PLAIN: usize = 200 * 1024;

/// Elements whose content is not for readers.
const DROPPED: [&str; 12] = [
    "script", "style", "template", "head", "svg", "math", "iframe", "object", "noembed", "noframes",
    "select", "textarea",
];
/// Elements around which a line ends.
const LINES: [&str; 18] = [
    "div",
    "li",
    "tr",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "nav",
    "main",
    "figure",
    "figcaption",
    "form",
    "address",
    "fieldset",
    "option",
];
/// Elements around which a paragraph ends.
const PARAGRAPHS: [&str; 15] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "table",
    "pre",
    "hr",
    "details",
];

/// Turns an HTML fragment into plain text: tags are taken out, `script`, `style` and the like with all they hold,
/// entities are decoded, blocks and `br` become line breaks, other white space is collapsed. Text without any
/// mark-up stays what it is, but for white space. Never fails; [`MAX_HTML`] and [`MAX_PLAIN`] bound the work.
#[must_use]
pub fn from_html(html: &str) -> String {
    let mut out = Lines::default();
    let mut rest = cut(html, MAX_HTML);
    let mut quotes = Quotes::default();
    let mut dropping: Option<(String, usize)> = None;
    while out.text.len() < MAX_PLAIN {
        let Some(at) = rest.find('<') else {
            if dropping.is_none() {
                out.words(rest);
            }
            break;
        };
        let (before, tail) = rest.split_at(at);
        if dropping.is_none() {
            out.words(before);
        }
        let piece = markup(tail, &mut quotes);
        rest = tail.get(piece.len..).unwrap_or_default();
        match &mut dropping {
            Some((name, depth)) => {
                if piece.kind == Kind::Close && piece.name.eq_ignore_ascii_case(name) {
                    *depth -= 1;
                } else if piece.kind == Kind::Open && piece.name.eq_ignore_ascii_case(name) {
                    *depth += 1;
                }
                if *depth == 0 {
                    dropping = None;
                }
            }
            None => {
                let name = piece.name.to_ascii_lowercase();
                match piece.kind {
                    Kind::Text => out.words(piece.inner),
                    Kind::Other => {}
                    Kind::Open if name == "script" || name == "style" => rest = after_raw(rest, &name),
                    Kind::Open if DROPPED.contains(&name.as_str()) => dropping = Some((name, 1)),
                    Kind::Open | Kind::Empty if name == "img" => {
                        // Networks and web logs write emoji as pictures whose `alt` is the emoji.
                        let alt = attribute(piece.inner, "alt").unwrap_or_default();
                        if alt.len() <= 32 && !alt.is_ascii() && !alt.chars().any(char::is_alphanumeric) {
                            out.words(alt);
                        }
                    }
                    Kind::Open | Kind::Close | Kind::Empty => out.tag(&name, piece.kind),
                }
            }
        }
    }
    out.finish()
}

/// Cuts at a character boundary at or below `max` bytes.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Empty,
    /// Comment, doctype, processing instruction.
    Other,
    /// CDATA, or a `<` that begins nothing.
    Text,
}

struct Piece<'a> {
    kind: Kind,
    name: &'a str,
    /// Attributes of a tag, or the characters of a text.
    inner: &'a str,
    /// Bytes it takes, at least one.
    len: usize,
}

/// Remembers which closing quotes cannot be found any more, so that broken input is not searched again and again.
#[derive(Default)]
struct Quotes {
    no_double: bool,
    no_single: bool,
}

/// Reads what begins with the `<` at the start of `text`.
fn markup<'a>(text: &'a str, quotes: &mut Quotes) -> Piece<'a> {
    let whole = |kind, len: usize| Piece { kind, name: "", inner: "", len: len.max(1) };
    if let Some(body) = text.strip_prefix("<!--") {
        let len = body.find("-->").map_or(text.len(), |end| 4 + end + 3);
        return whole(Kind::Other, len);
    }
    if let Some(body) = text.strip_prefix("<![CDATA[") {
        let end = body.find("]]>").unwrap_or(body.len());
        let inner = body.get(..end).unwrap_or_default();
        return Piece { kind: Kind::Text, name: "", inner, len: (9 + end + 3).min(text.len()) };
    }
    let second = text.as_bytes().get(1).copied().unwrap_or_default();
    if second == b'!' || second == b'?' {
        return whole(Kind::Other, text.find('>').map_or(text.len(), |end| end + 1));
    }
    let closes = second == b'/';
    let name_at = 1 + usize::from(closes);
    let tail = text.get(name_at..).unwrap_or_default();
    if !tail.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Piece { kind: Kind::Text, name: "", inner: text.get(..1).unwrap_or_default(), len: 1 };
    }
    let name_len =
        tail.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '<')).unwrap_or(tail.len());
    let (name, attributes) = tail.split_at(name_len);
    let end = tag_end(attributes, quotes);
    let inner = attributes.get(..end).unwrap_or_default();
    let kind = match (closes, inner.ends_with('/')) {
        (true, _) => Kind::Close,
        (false, true) => Kind::Empty,
        (false, false) => Kind::Open,
    };
    let closed = usize::from(attributes.as_bytes().get(end) == Some(&b'>'));
    Piece { kind, name, inner, len: name_at + name_len + end + closed }
}

/// The bytes up to the `>` that ends the tag; a `>` within quotes does not.
fn tag_end(attributes: &str, quotes: &mut Quotes) -> usize {
    let bytes = attributes.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let missing = match byte {
            b'>' => return at,
            b'"' => &mut quotes.no_double,
            b'\'' => &mut quotes.no_single,
            _ => {
                at += 1;
                continue;
            }
        };
        at += 1;
        if *missing {
            continue;
        }
        match bytes.get(at..).and_then(|tail| tail.iter().position(|b| b == byte)) {
            Some(offset) => at += offset + 1,
            None => *missing = true,
        }
    }
    bytes.len()
}

/// What follows the end tag of a `script` or `style`; nothing when it never ends.
fn after_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            return rest.find('>').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
        }
    }
    ""
}

/// The raw value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some(at) = rest.find('=') {
        let (before, tail) = rest.split_at(at);
        let value = tail.get(1..)?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(q) => value.get(1..)?.split_once(q)?,
            None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        if before.split_ascii_whitespace().last().is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// The text so far, with the white space that is due before the next word.
#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
    breaks: usize,
    pre: usize,
}

impl Lines {
    fn words(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        let decoded = match raw.contains('&') {
            true => html_escape::decode_html_entities(raw),
            false => Cow::Borrowed(raw),
        };
        for c in decoded.chars() {
            if c == '\n' && self.pre > 0 {
                self.breaks = (self.breaks + 1).min(2);
            } else if c.is_whitespace() {
                self.space = true;
            } else if !c.is_control() {
                self.push(c);
            }
        }
    }

    fn push(&mut self, c: char) {
        if !self.text.is_empty() {
            match self.breaks {
                0 if self.space => self.text.push(' '),
                0 => {}
                n => self.text.extend(std::iter::repeat_n('\n', n)),
            }
        }
        self.space = false;
        self.breaks = 0;
        self.text.push(c);
    }

    fn tag(&mut self, name: &str, kind: Kind) {
        if name == "br" {
            self.breaks = (self.breaks + 1).min(2);
        } else if PARAGRAPHS.contains(&name) {
            self.breaks = 2;
        } else if LINES.contains(&name) {
            self.breaks = self.breaks.max(1);
        } else if name == "td" || name == "th" {
            self.space = true;
        }
        if name == "pre" {
            self.pre = if kind == Kind::Open { self.pre + 1 } else { self.pre.saturating_sub(1) };
        }
    }

    fn finish(mut self) -> String {
        let end = cut(&self.text, MAX_PLAIN).len();
        self.text.truncate(end);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(html: &str, plain: &str) {
        assert_eq!(from_html(html), plain, "{html}");
    }

    #[test]
    fn blocks_become_lines_and_paragraphs() {
        check("<p>Een</p><p>twee<br>drie<br/>vier</p>", "Een\n\ntwee\ndrie\nvier");
        check("<div>a</div><div>b</div>\n<ul><li>c</li><li>d</li></ul>e", "a\nb\n\nc\nd\n\ne");
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
        check("  veel \n\t wit&nbsp;&nbsp;hier  ", "veel wit hier");
        check("<pre>a\nb</pre>", "a\nb");
    }

    #[test]
    fn words_split_by_inline_tags_stay_whole() {
        check("<p><a href='x'><span class=\"invisible\">https://</span>a.nl</a></p>", "https://a.nl");
        check("sl<b>e</b>cht", "slecht");
    }

    #[test]
    fn scripts_styles_comments_and_pictures_are_dropped() {
        check(
            "a<script>if (a < b) { x(\"</p>\") }</script>b<style>p > a {}</style>c<!-- <b>d</b> -->e",
            "abce",
        );
        check("a<SCRIPT SRC=//evil></SCRIPT >b<svg><svg>x</svg>y</svg>c", "abc");
        check("a<script>never ends", "a");
        check("<img alt=\"🙂\" src=x> mooi <img src=y alt='onze winkel'>", "🙂 mooi");
    }

    #[test]
    fn entities_are_decoded_once() {
        check("caf&eacute; &amp;lt; &#8364;5 &#x1F600; &onzin; A&B", "café &lt; €5 😀 &onzin; A&B");
        check("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>");
    }

    #[test]
    fn broken_markup_loses_no_words() {
        check("2 < 3 en 4 > 3 <3", "2 < 3 en 4 > 3 <3");
        check("a <b c", "a");
        check("<a title=\"x > y\">z</a>", "z");
        check("<a title=\"never closed>z</a> meer", "z meer");
        check("<![CDATA[ruw <b>]]> tekst", "ruw <b> tekst");
    }

    #[test]
    fn endless_input_takes_linear_time_and_bounded_space() {
        for piece in
            ["<b \"", "<a '", "<div>", "<!--", "<![CDATA[", "</", "<script></scrip", "&amp;", "x ", "<svg>"]
        {
            let html = piece.repeat(MAX_HTML / piece.len() + 10);
            assert!(from_html(&html).len() <= MAX_PLAIN, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn anything_becomes_text_without_control_characters(html in "[<>/a-c\"'=!&;# \\n-]{0,60}|\\PC{0,60}") {
            let plain = from_html(&html);
            prop_assert!(plain.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert!(!plain.starts_with(char::is_whitespace) && !plain.ends_with(char::is_whitespace));
        }
    }
}
