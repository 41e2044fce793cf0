//! The JSON-LD blocks of a page, read as leniently as search engines do.

use scraper::Html;
use serde_json::Value;

use super::elements;
use crate::plug::Warning;

/// What the blocks of a page held.
pub(super) struct Blocks {
    /// The nodes of those that could be read.
    pub(super) nodes: Vec<Value>,
    /// One for each that could not.
    pub(super) warnings: Vec<Warning>,
    /// How many there were.
    pub(super) count: usize,
}

/// Reads every `<script type="application/ld+json">`; a broken one does not touch the others.
pub(super) fn blocks(html: &Html) -> Blocks {
    let mut blocks = Blocks { nodes: Vec::new(), warnings: Vec::new(), count: 0 };
    for script in elements(html).filter(|e| e.value().name() == "script") {
        let kind = script.attr("type").unwrap_or_default().split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/ld+json") {
            continue;
        }
        blocks.count += 1;
        let text: String = script.text().collect();
        if text.trim().is_empty() {
            continue;
        }
        match lenient(&text) {
            Some(node) => blocks.nodes.push(node),
            None => blocks.warnings.push(Warning {
                item: format!("JSON-LD block {}", blocks.count),
                problem: "is not well-formed: it was left out".to_owned(),
            }),
        }
    }
    blocks
}

/// JSON as it is, then with raw line breaks in texts and commas too many mended, then with HTML's entities decoded.
fn lenient(text: &str) -> Option<Value> {
    let text = bare(text);
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    if let Ok(value) = serde_json::from_str(&mended(text)) {
        return Some(value);
    }
    let decoded =
        text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    serde_json::from_str(&mended(&decoded.replace("&amp;", "&"))).ok()
}

/// Without byte order mark, comment marks, CDATA marks and a last semicolon.
fn bare(text: &str) -> &str {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    for (before, after) in
        [("<!--", "-->"), ("/*<![CDATA[*/", "/*]]>*/"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")]
    {
        text = text.strip_prefix(before).unwrap_or(text).trim();
        text = text.strip_suffix(after).unwrap_or(text).trim();
    }
    text.trim_end_matches(';').trim()
}

/// Escapes control characters within texts and drops a comma before `}` or `]`.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut within, mut escaped) = (false, false);
    let mut comma: Option<usize> = None;
    for c in text.chars() {
        if within {
            match c {
                '\n' if !escaped => out.push_str("\\n"),
                '\t' if !escaped => out.push_str("\\t"),
                c if c.is_control() => {}
                c => out.push(c),
            }
            within = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        if matches!(c, '}' | ']')
            && let Some(at) = comma.take()
        {
            out.remove(at);
        }
        if c == ',' {
            comma = Some(out.len());
        } else if !c.is_whitespace() {
            comma = None;
        }
        within = c == '"';
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn wrappings_are_taken_off() {
        for text in [
            "\u{feff} {\"a\":1}; ",
            "<!-- {\"a\":1} -->",
            "//<![CDATA[\n{\"a\":1}\n//]]>",
            "/*<![CDATA[*/{\"a\":1}/*]]>*/",
        ] {
            assert_eq!(lenient(text), Some(json!({"a": 1})), "{text}");
        }
    }

    #[test]
    fn raw_line_breaks_commas_and_entities_are_mended() {
        assert_eq!(lenient("{\"a\":\"x\ny\tz\",}"), Some(json!({"a": "x\ny\tz"})));
        assert_eq!(lenient("{\"a\":[1, 2,\n ],\"b\":\"\\\",}\"}"), Some(json!({"a": [1, 2], "b": "\",}"})));
        assert_eq!(lenient("{&quot;a&quot;:&quot;R&amp;D&quot;}"), Some(json!({"a": "R&D"})));
        assert_eq!(lenient("{\"a\":\"&quot;\"}"), Some(json!({"a": "&quot;"})));
        assert_eq!(lenient("{\"a\":"), None);
    }

    proptest! {
        #[test]
        fn well_formed_json_is_never_changed(a in "\\PC{0,20}", b in -5i64..5) {
            let value = json!({"a": a, "b": [b, {"c": null}]});
            prop_assert_eq!(lenient(&value.to_string()), Some(value.clone()));
            prop_assert_eq!(serde_json::from_str::<Value>(&mended(&value.to_string())).ok(), Some(value));
        }
    }
}
