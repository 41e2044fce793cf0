//! Mark-up that is already safe, and the only ways to make it.
//!
//! Askama escapes every value of a template. A few small things (a time, an icon, a chart) are made in Rust; they are
//! [`Html`], whose only makers escape what they are given. Text of customers becomes [`Piece`]s, which templates escape.

use std::fmt;

use askama::filters::HtmlSafe;

/// Mark-up made here, with everything foreign in it escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// Takes mark-up as it is. Only for text of this crate, or what went through [`escape`].
    pub(crate) fn trusted(markup: impl Into<String>) -> Self {
        Self(markup.into())
    }
    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl HtmlSafe for Html {}

/// Escapes text for an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A stretch of a customer's text, decisive or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The text, not escaped.
    pub(crate) text: String,
    /// Shown as a mark.
    pub(crate) mark: bool,
}

/// Cuts a text at the given byte ranges. Ranges may overlap, lie outside or split a character: what cannot be marked
/// is shown without a mark, and no letter is ever lost.
pub(crate) fn pieces(text: &str, ranges: &[(usize, usize)]) -> Vec<Piece> {
    let mut good: Vec<(usize, usize)> =
        ranges.iter().copied().filter(|&(a, b)| a < b && text.get(a..b).is_some()).collect();
    good.sort_unstable();
    let mut out = Vec::new();
    let mut at = 0;
    for (from, until) in good {
        let from = from.max(at);
        if until <= from {
            continue;
        }
        push(&mut out, text.get(at..from), false);
        push(&mut out, text.get(from..until), true);
        at = until;
    }
    push(&mut out, text.get(at..), false);
    out
}

fn push(out: &mut Vec<Piece>, text: Option<&str>, mark: bool) {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return };
    match out.last_mut() {
        Some(last) if last.mark == mark => last.text.push_str(text),
        _ => out.push(Piece { text: text.to_owned(), mark }),
    }
}

/// A link that may be shown: only `http` and `https`, as the parser reads it.
pub(crate) fn safe_link(link: Option<&str>) -> Option<String> {
    let url = url::Url::parse(link?).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, ranges: &[(usize, usize)]) -> String {
        pieces(text, ranges)
            .iter()
            .map(|p| if p.mark { format!("[{}]", p.text) } else { p.text.clone() })
            .collect()
    }

    #[test]
    fn decisive_words_are_marked() {
        assert_eq!(
            shown("nooit teruggebeld, gas geroken", &[(19, 22), (0, 17)]),
            "[nooit teruggebeld], [gas] geroken"
        );
    }

    #[test]
    fn ranges_that_overlap_touch_or_lie_outside_lose_no_letter() {
        for ranges in [&[(0, 99)][..], &[(1, 2)], &[(3, 2)], &[(0, 4), (2, 6)], &[(0, 2), (2, 4)]] {
            let text = "€éa<b>";
            let joined: String = pieces(text, ranges).iter().map(|p| p.text.as_str()).collect();
            assert_eq!(joined, text, "{ranges:?}");
        }
        assert_eq!(shown("abcdef", &[(0, 4), (2, 6)]), "[abcdef]");
    }

    #[test]
    fn only_web_links_are_shown() {
        assert_eq!(safe_link(Some("https://a.example/x?y=1")).as_deref(), Some("https://a.example/x?y=1"));
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//a.example",
            "/local",
            "ftp://a.example",
            " java\nscript:alert(1)",
            "",
        ] {
            assert_eq!(safe_link(Some(bad)), None, "{bad}");
        }
        assert_eq!(
            safe_link(Some("https://a.example/\"onmouseover=x")).as_deref(),
            Some("https://a.example/%22onmouseover=x")
        );
    }

    #[test]
    fn escaping_leaves_no_way_out_of_an_attribute() {
        assert_eq!(escape("<a href='x' title=\"&\">"), "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt;");
    }
}
