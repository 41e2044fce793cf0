//! The `Link` header (RFC 8288): where the next page is.
//!
//! Commas and semicolons stand inside targets and quoted strings too, so this is a tokenizer and not a split.

use http::HeaderMap;
use http::header::LINK;
use url::Url;

use crate::headers::texts;

/// More links than this in one answer are not read.
const MOST_LINKS: usize = 100;

/// One link of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it points, resolved against the URL that answered. Always http or https.
    pub target: Url,
    /// Its relation types, in lower case.
    pub rels: Vec<String>,
    /// All other parameters, names in lower case, values as sent without quotes.
    pub params: Vec<(String, String)>,
}

/// All links of an answer. `base` is the URL that answered. What cannot be read is left out.
#[must_use]
pub fn links(headers: &HeaderMap, base: &Url) -> Vec<Link> {
    let raw = texts(headers, LINK.as_str()).flat_map(tokenize).take(MOST_LINKS);
    raw.filter_map(|raw| raw.resolve(base)).collect()
}

/// The first link with this relation, such as `next`.
///
/// Links with an `anchor` speak about another page and are passed over. Credentials may go with the next request
/// only if [`same_origin`] holds: a page can be made to point anywhere.
#[must_use]
pub fn link(headers: &HeaderMap, base: &Url, rel: &str) -> Option<Url> {
    let is_it = |link: &Link| {
        let about_this_page = link.params.iter().all(|(name, _)| name != "anchor");
        about_this_page && link.rels.iter().any(|r| r.eq_ignore_ascii_case(rel))
    };
    links(headers, base).into_iter().find(is_it).map(|link| link.target)
}

/// Whether two URLs have the same scheme, host and port.
#[must_use]
pub fn same_origin(one: &Url, other: &Url) -> bool {
    // The origin of a URL without a host is opaque and equal to nothing, not even itself: what is wanted here.
    one.origin() == other.origin()
}

/// A link before its target is resolved.
#[derive(Debug, Default, PartialEq, Eq)]
struct Raw {
    target: String,
    params: Vec<(String, String)>,
}

impl Raw {
    fn resolve(self, base: &Url) -> Option<Link> {
        let target =
            base.join(self.target.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let mut rels = None;
        let mut params = Vec::new();
        for (name, value) in self.params {
            if name != "rel" {
                params.push((name, value));
            } else if rels.is_none() {
                // Only the first `rel` counts (RFC 8288 §3.3).
                rels = Some(value.split_ascii_whitespace().map(str::to_ascii_lowercase).collect());
            }
        }
        Some(Link { target, rels: rels.unwrap_or_default(), params })
    }
}

/// Splits one header line into links.
fn tokenize(line: &str) -> Vec<Raw> {
    let mut reader = Reader { rest: line };
    let mut found = Vec::new();
    while found.len() < MOST_LINKS {
        reader.skip(|c| c.is_ascii_whitespace() || c == ',');
        if reader.rest.is_empty() {
            break;
        }
        match reader.link() {
            Some(raw) => found.push(raw),
            // Not a link: go on behind the next comma.
            None => {
                reader.take(|c| c != ',');
            }
        }
    }
    found
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Takes the longest prefix of characters that fit.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, fits: impl Fn(char) -> bool) {
        self.take(fits);
    }

    /// Takes one given character, if it comes next.
    fn eat(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn link(&mut self) -> Option<Raw> {
        if !self.eat('<') {
            return None;
        }
        let target = self.take(|c| c != '>').to_owned();
        if !self.eat('>') {
            return None;
        }
        let mut params = Vec::new();
        loop {
            self.skip(|c| c.is_ascii_whitespace());
            if !self.eat(';') {
                break;
            }
            self.skip(|c| c.is_ascii_whitespace());
            let name =
                self.take(|c| !matches!(c, '=' | ';' | ',') && !c.is_ascii_whitespace()).to_ascii_lowercase();
            self.skip(|c| c.is_ascii_whitespace());
            let value = if self.eat('=') { self.value() } else { String::new() };
            if !name.is_empty() {
                params.push((name, value));
            }
        }
        Some(Raw { target, params })
    }

    fn value(&mut self) -> String {
        self.skip(|c| c.is_ascii_whitespace());
        if !self.eat('"') {
            return self.take(|c| !matches!(c, ';' | ',') && !c.is_ascii_whitespace()).to_owned();
        }
        let mut value = String::new();
        loop {
            value.push_str(self.take(|c| c != '"' && c != '\\'));
            if self.eat('\\') {
                let mut chars = self.rest.chars();
                value.extend(chars.next());
                self.rest = chars.as_str();
            } else {
                // The closing quote, or the end of a line that was cut.
                self.eat('"');
                return value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::test_help::headers;

    fn base() -> Url {
        Url::parse("https://example.org/api/v1/timelines?limit=2").unwrap()
    }

    fn next(line: &str) -> Option<String> {
        link(&headers(&[("link", line)]), &base(), "next").map(String::from)
    }

    #[test]
    fn the_next_page_is_found_among_others() {
        let line =
            r#"<https://example.org/x?max_id=5>; rel="next", <https://example.org/x?min_id=9>; rel="prev""#;
        assert_eq!(next(line).as_deref(), Some("https://example.org/x?max_id=5"));
    }

    #[test]
    fn commas_and_semicolons_inside_targets_and_quotes_do_not_cut() {
        let line = r#"<https://example.org/a,b;c>; title="one, <two>; \"rel=next\""; rel=prev, </n?a=1,2>; rel="next""#;
        assert_eq!(next(line).as_deref(), Some("https://example.org/n?a=1,2"));
        let found = links(&headers(&[("link", line)]), &base());
        assert_eq!(found[0].target.path(), "/a,b;c");
        assert_eq!(found[0].params, [("title".to_owned(), r#"one, <two>; "rel=next""#.to_owned())]);
    }

    #[test]
    fn relations_are_a_list_in_any_case_and_the_first_rel_counts() {
        assert!(next(r#"</n>; REL="last Next""#).is_some());
        assert!(next(r#"</n>; rel=prev; rel=next"#).is_none());
        assert!(next(r#"</n>; rel = next"#).is_some());
    }

    #[test]
    fn relative_targets_are_resolved_and_other_schemes_left_out() {
        assert_eq!(
            next("<?page=2>; rel=next").as_deref(),
            Some("https://example.org/api/v1/timelines?page=2")
        );
        assert_eq!(next("<//other.example/p>; rel=next").as_deref(), Some("https://other.example/p"));
        assert_eq!(next("<file:///etc/passwd>; rel=next"), None);
    }

    #[test]
    fn a_link_about_another_page_is_passed_over() {
        assert_eq!(next(r##"</n>; rel=next; anchor="#other""##), None);
    }

    #[test]
    fn several_lines_are_one_list() {
        let sent = headers(&[("link", "</a>; rel=prev"), ("link", "</b>; rel=next")]);
        assert_eq!(link(&sent, &base(), "next").unwrap().path(), "/b");
    }

    #[test]
    fn broken_links_are_left_out_and_the_rest_is_read() {
        assert_eq!(next("nonsense, </n>; rel=next").as_deref(), Some("https://example.org/n"));
        assert_eq!(next("</n; rel=next"), None);
        assert_eq!(next(r#"</n>; rel="next"#).as_deref(), Some("https://example.org/n"));
        assert_eq!(next(r#"</n>;;; rel=next"#).as_deref(), Some("https://example.org/n"));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |other: &str| same_origin(&base(), &Url::parse(other).unwrap());
        assert!(same("https://example.org:443/else"));
        assert!(!same("http://example.org/"));
        assert!(!same("https://example.org:8443/"));
        assert!(!same("https://evil.example.org/"));
    }
}
