//! Small decisions about texts: is it HTML, which language is declared, what was found instead.

use std::borrow::Cow;

use gehoor_text::plain::from_html;

/// Plain text out of a field that may hold HTML or not, and does not say which (RSS titles, review bodies).
///
/// Only a closing tag, a line break tag or an entity counts as HTML: `gebruik <script> nooit` is what somebody wrote.
pub(crate) fn maybe_html(text: &str) -> String {
    if looks_like_html(text) {
        let plain = from_html(text);
        if !plain.is_empty() {
            return plain;
        }
    }
    tidy(text)
}

fn looks_like_html(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let closing = lower
        .match_indices("</")
        .any(|(at, _)| lower.as_bytes().get(at + 2).is_some_and(u8::is_ascii_alphabetic));
    closing || lower.contains("<br") || lower.contains("<p>") || entity_at(text).is_some()
}

fn entity_at(text: &str) -> Option<usize> {
    text.match_indices('&').map(|(at, _)| at).find(|at| {
        let name = text.get(at + 1..).unwrap_or_default();
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).unwrap_or(name.len());
        (1..=32).contains(&end) && name.as_bytes().get(end) == Some(&b';')
    })
}

/// Plain text as it is, but without control characters, odd line ends, and more than one empty line.
pub(crate) fn tidy(text: &str) -> String {
    let text: Cow<'_, str> =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() };
    let mut out = String::with_capacity(text.len());
    let mut breaks = 0;
    for line in text.lines() {
        let line: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
        let line = line.trim();
        if line.is_empty() {
            breaks += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if breaks > 0 { "\n\n" } else { "\n" });
        }
        breaks = 0;
        out.push_str(line);
    }
    out.trim().to_owned()
}

/// One line of plain text for a name or a title, at most 300 characters; `None` when nothing is left.
pub(crate) fn line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let one: String = words.join(" ").chars().filter(|c| !c.is_control()).take(300).collect();
    (!one.is_empty()).then_some(one)
}

/// The two-letter code out of a declared language such as `nl-NL`.
pub(crate) fn lang(text: &str) -> Option<String> {
    let code = text.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}

/// Says what a body is in a few words, without repeating any of it.
pub(crate) fn what_is(text: &str) -> String {
    let head: String = text.trim_start().chars().take(300).collect::<String>().to_ascii_lowercase();
    let kind = if head.is_empty() {
        "an empty body"
    } else if head.contains("<!doctype html") || head.contains("<html") {
        "an HTML page"
    } else if head.starts_with('{') || head.starts_with('[') {
        "JSON of another shape"
    } else if head.starts_with('<') {
        "XML of another kind"
    } else {
        "something else"
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_not_taken_for_html() {
        assert_eq!(maybe_html("gebruik <script> nooit"), "gebruik <script> nooit");
        assert_eq!(maybe_html("ik <3 jullie & 2 < 3"), "ik <3 jullie & 2 < 3");
        assert_eq!(maybe_html("<b>vet</b> &amp; caf&eacute;"), "vet & café");
        assert_eq!(maybe_html("a<br>b"), "a\nb");
    }

    #[test]
    fn a_text_that_is_nothing_but_a_script_is_shown_as_text() {
        assert_eq!(maybe_html("<script>alert(1)</script>"), "<script>alert(1)</script>");
    }

    #[test]
    fn line_ends_are_evened_out() {
        assert_eq!(tidy("a\r\n b\r\n\r\n\r\n\r\nc\u{7}  \n"), "a\nb\n\nc");
    }

    #[test]
    fn languages_are_two_letters() {
        assert_eq!(lang("nl-NL").as_deref(), Some("nl"));
        assert_eq!(lang("EN_us").as_deref(), Some("en"));
        assert_eq!(lang("Nederlands"), None);
        assert_eq!(lang(""), None);
    }

    #[test]
    fn what_was_found_is_named_without_repeating_it() {
        assert_eq!(what_is("  <!DOCTYPE html><p>geheim"), "an HTML page");
        assert_eq!(what_is("{\"a\":\"geheim\"}"), "JSON of another shape");
        assert_eq!(what_is(""), "an empty body");
    }
}
