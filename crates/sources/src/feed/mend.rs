//! Makes XML readable that is not quite XML, and cuts a broken feed into its items.

use std::borrow::Cow;

use gehoor_text::plain::from_html;

/// The names that old generators gave to the same vocabulary, and the name by which it is known now.
const OLD_NAMES: [(&str, &str); 8] = [
    ("http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/"),
    ("http://channel.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/"),
    ("http://purl.org/net/rss1.1#", "http://purl.org/rss/1.0/"),
    ("http://backend.userland.com/rss2", "http://purl.org/rss/1.0/"),
    ("http://backend.userland.com/RSS2", "http://purl.org/rss/1.0/"),
    ("http://blogs.law.harvard.edu/tech/rss", "http://purl.org/rss/1.0/"),
    ("http://purl.org/atom/ns#", "http://www.w3.org/2005/Atom"),
    ("http://example.com/newformat#", "http://www.w3.org/2005/Atom"),
];

/// Versions of RSS that `feed-rs` reads; every other one is close enough to 2.0.
const VERSIONS: [&str; 3] = ["2.0", "0.91", "0.92"];

/// The whole document in a form that `feed-rs` reads: no declaration (the text is decoded already), no control
/// characters, HTML's entities as characters, known names and versions. `None` when there is no element at all.
pub(super) fn mend(text: &str) -> Option<String> {
    let text = text.get(text.find('<')?..)?;
    let text = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, body)| body),
        None => text,
    };
    let text = entities(text);
    let text = match text.contains(is_illegal) {
        true => Cow::Owned(text.replace(is_illegal, "")),
        false => text,
    };
    let (from, to) = root(&text)?;
    let tag = mend_root(text.get(from..to)?);
    let rest = text.get(to..)?;
    match name(&tag).ends_with("rss") {
        true => Some([text.get(..from)?, &tag, rest].concat()),
        false => Some([text.get(..from)?, &tag, &types(rest)].concat()),
    }
}

/// Types of Atom texts by the names that Atom gives them; one unknown name costs the whole feed otherwise.
fn types(text: &str) -> String {
    let mut text = text.to_owned();
    for (long, short) in [("application/xhtml+xml", "xhtml"), ("text/plain", "text"), ("", "text")] {
        for quote in ['"', '\''] {
            let written = format!(" type={quote}{long}{quote}");
            if text.contains(&written) {
                text = text.replace(&written, &format!(" type={quote}{short}{quote}"));
            }
        }
    }
    text
}

fn is_illegal(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Where the start tag of the root element begins and ends, in bytes.
fn root(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let open = rest.find('<')?;
        let here = rest.get(open..)?;
        let skip = if here.starts_with("<!--") {
            here.find("-->")? + 3
        } else if here.starts_with("<?") {
            here.find("?>")? + 2
        } else if here.starts_with("<!") {
            // A DOCTYPE may hold declarations in brackets, with `>` in them.
            match (here.find('['), here.find('>')?) {
                (Some(bracket), end) if bracket < end => here.find("]>").map_or(end + 1, |i| i + 2),
                (_, end) => end + 1,
            }
        } else {
            let end = here.find('>')? + 1;
            return Some((at + open, at + open + end));
        };
        at += open + skip;
    }
}

fn mend_root(tag: &str) -> String {
    let mut tag = tag.to_owned();
    for (old, new) in OLD_NAMES {
        tag = tag.replace(old, new);
    }
    if !name(&tag).eq_ignore_ascii_case("rss") {
        return tag;
    }
    let version = tag.split_once("version").map(|(_, v)| v.trim_start_matches([' ', '=', '"', '\'']));
    let version = version.and_then(|v| v.split(['"', '\'', ' ', '>']).next()).unwrap_or_default().to_owned();
    if VERSIONS.contains(&version.as_str()) {
        return tag;
    }
    // A second `version` attribute would be refused, so the old one gets another name.
    let rest = tag.get(4..).unwrap_or_default().replace("version", "was");
    format!("<rss version=\"2.0\"{rest}")
}

/// The name in a start tag, with its prefix.
fn name(tag: &str) -> &str {
    let tag = tag.trim_start_matches('<');
    let end = tag.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default()
}

/// HTML's named entities as characters. XML knows five names; feeds use all of HTML's without declaring them.
fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let end =
            tail.get(1..).and_then(|t| t.find(|c: char| !c.is_ascii_alphanumeric())).unwrap_or_default();
        let reference = tail.get(..end + 2).filter(|r| (2..=32).contains(&end) && r.ends_with(';'));
        match reference.and_then(character) {
            Some(character) => {
                out.push_str(&character);
                rest = tail.get(end + 2..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of `&name;`; `None` for XML's own five, which must stay, and for unknown names.
fn character(reference: &str) -> Option<String> {
    if reference == "&nbsp;" {
        return Some("\u{a0}".to_owned());
    }
    let character = from_html(reference);
    // Nothing that is mark-up may come out of it.
    (!character.is_empty() && !character.is_ascii()).then_some(character)
}

/// A feed that cannot be read as a whole, as small feeds: first what stands before the items, then each item.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let Some((from, to)) = root(text) else { return Vec::new() };
    let tag = text.get(from..to).unwrap_or_default();
    let root_name = name(tag).to_owned();
    let (open, close) = match root_name.eq_ignore_ascii_case("rss") {
        true => (format!("{tag}<channel>"), format!("</channel></{root_name}>")),
        false => (tag.to_owned(), format!("</{root_name}>")),
    };
    let mut pieces = vec![format!("{}{close}", head(text))];
    let mut rest = text.get(to..).unwrap_or_default();
    while let Some((start, item)) = next_item(rest) {
        let end_tag = format!("</{item}>");
        let body = rest.get(start..).unwrap_or_default();
        let end = body.find(&end_tag).map(|at| at + end_tag.len());
        // An item that never ends may have swallowed the next one: it is cut before that one.
        let next = body.get(1..).and_then(next_item).map(|(at, _)| at + 1);
        let length = match (end, next) {
            (Some(end), Some(next)) if next < end => next,
            (Some(end), _) => end,
            (None, next) => next.unwrap_or(body.len()),
        };
        pieces.push(format!("{open}{}{close}", body.get(..length).unwrap_or_default()));
        if pieces.len() > super::MAX_ITEMS {
            break;
        }
        rest = body.get(length..).unwrap_or_default();
    }
    pieces
}

/// Where the next `<item>` or `<entry>` begins, and its name with prefix.
fn next_item(text: &str) -> Option<(usize, String)> {
    text.match_indices('<').find_map(|(at, _)| {
        let name = name(text.get(at..).unwrap_or_default().get(..40).or(text.get(at..))?);
        let local = name.rsplit(':').next()?;
        matches!(local, "item" | "entry").then(|| (at, name.to_owned()))
    })
}

/// What stands before the first item: the place of `sy:updatePeriod`.
pub(super) fn head(text: &str) -> &str {
    let end = next_item(text).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// The text of the first element of that local name, without mark-up in it.
pub(super) fn element<'a>(text: &'a str, local: &str) -> Option<&'a str> {
    let key = format!(":{local}>");
    let at = text.find(&key)?;
    text.get(at + key.len()..)?.split('<').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_html_become_characters_and_those_of_xml_stay() {
        let mended = mend("<a>caf&eacute;&nbsp;&amp; &lt;b&gt; &LT; &onzin; R&D</a>").unwrap();
        assert_eq!(mended, "<a>café\u{a0}&amp; &lt;b&gt; &LT; &onzin; R&D</a>");
    }

    #[test]
    fn junk_declarations_and_control_characters_are_dropped() {
        assert_eq!(
            mend("\u{feff}\n <?xml version='1.0' encoding='x'?><a>\u{0}b\u{1b}</a>").unwrap(),
            "<a>b</a>"
        );
        assert_eq!(mend("no element"), None);
    }

    #[test]
    fn old_versions_and_names_are_brought_up_to_date() {
        assert_eq!(
            mend("<rss version='0.94'><channel/>").unwrap(),
            "<rss version=\"2.0\" was='0.94'><channel/>"
        );
        assert_eq!(mend("<rss><channel/>").unwrap(), "<rss version=\"2.0\"><channel/>");
        assert_eq!(mend("<rss version=\"2.0\">").unwrap(), "<rss version=\"2.0\">");
        assert!(
            mend("<!-- x --><!DOCTYPE a [<!ENTITY b '>'>]><feed xmlns='http://purl.org/atom/ns#'>")
                .unwrap()
                .contains("2005/Atom")
        );
    }

    #[test]
    fn types_of_texts_get_the_names_that_atom_gives_them() {
        let mended = mend(
            "<feed><title type='text/plain'/><content type=\"application/xhtml+xml\"/><summary type=''/></feed>",
        );
        assert_eq!(
            mended.unwrap(),
            "<feed><title type='text'/><content type=\"xhtml\"/><summary type='text'/></feed>"
        );
    }

    #[test]
    fn a_broken_feed_is_cut_into_its_items() {
        let cut = pieces(
            "<rss version=\"2.0\"><channel><title>x</title><item>a</item><item>b<item>c</item><item>d",
        );
        assert_eq!(cut.len(), 5);
        assert_eq!(cut[0], "<rss version=\"2.0\"><channel><title>x</title></channel></rss>");
        assert_eq!(cut[2], "<rss version=\"2.0\"><channel><item>b</channel></rss>");
        assert_eq!(cut[3], "<rss version=\"2.0\"><channel><item>c</item></channel></rss>");
    }
}
