//! JSON Feed 1.0 and 1.1 (<https://www.jsonfeed.org/version/1.1/>), item by item.

use gehoor_domain::mention::Draft;
use gehoor_text::plain::from_html;
use serde_json::Value;
use url::Url;

use super::Found;
use crate::plug::{Hints, ParseError, Warning};
use crate::raw::{self, when, words};

/// Reads a feed; an item without text, or that is no object, is a warning.
pub(super) fn read(text: &str, url: &Url) -> Result<Found, ParseError> {
    let refused = |found: String| ParseError::Shape { expected: "an RSS, Atom or JSON feed", found };
    let text = text.trim_start_matches('\u{feff}');
    let feed: Value = serde_json::from_str(text)
        .map_err(|e| refused(format!("JSON that breaks off or is not well-formed at line {}", e.line())))?;
    let is_feed =
        feed.get("version").and_then(Value::as_str).is_some_and(|v| v.contains("jsonfeed.org/version"));
    let items = feed.get("items").and_then(Value::as_array).filter(|_| is_feed);
    let Some(items) = items else { return Err(refused(words::what_is(text))) };

    let ended = feed.get("expired").and_then(Value::as_bool).unwrap_or(false);
    let mut found = Found { hints: Hints { not_before: None, ended }, ..Found::default() };
    for (at, item) in items.iter().enumerate() {
        match draft(item, &feed, url) {
            Some(draft) => found.items.push(draft),
            None => found.warnings.push(Warning {
                item: format!("item {}", at + 1),
                problem: "has neither text nor title: it was left out".to_owned(),
            }),
        }
    }
    Ok(found)
}

fn draft(item: &Value, feed: &Value, url: &Url) -> Option<Draft> {
    let field = |name: &str| item.get(name).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    let title = field("title").and_then(words::line);
    let html = field("content_html").map(from_html).filter(|t| !t.is_empty());
    let plain = field("content_text").or_else(|| field("summary")).map(words::tidy);
    let text = html.or(plain).unwrap_or_default();
    if text.is_empty() && title.is_none() {
        return None;
    }
    let permalink = field("url").or_else(|| field("external_url")).and_then(|u| raw::link(u, Some(url)));
    let published = field("date_published").and_then(when::lenient);
    let modified = field("date_modified").and_then(when::lenient);
    let given = match item.get("id") {
        Some(Value::String(id)) => Some(id.trim().to_owned()),
        // The format asks for text, and asks readers to bear numbers.
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let external_id = given.filter(|id| !id.is_empty()).or_else(|| permalink.clone()).unwrap_or_else(|| {
        raw::digest([
            title.as_deref().unwrap_or_default(),
            field("date_published").unwrap_or_default(),
            &text,
        ])
    });
    let author = author(item).or_else(|| author(feed));
    let (author_name, author_url) = author.map_or((None, None), |(name, page)| (Some(name), page));
    let lang = field("language").or_else(|| feed.get("language").and_then(Value::as_str));
    Some(Draft {
        external_id,
        permalink,
        author_id: author_url.clone(),
        author_name,
        author_url,
        title,
        text,
        lang: lang.and_then(words::lang),
        published: published.or(modified),
        edited: modified.filter(|m| published.is_some_and(|p| *m > p)),
        ..Draft::default()
    })
}

/// The first author with a name: `authors` of 1.1, `author` of 1.0.
fn author(of: &Value) -> Option<(String, Option<String>)> {
    let listed = of.get("authors").and_then(Value::as_array).into_iter().flatten();
    listed.chain(of.get("author")).find_map(|author| {
        let name = author.get("name").and_then(Value::as_str).and_then(words::line)?;
        let page = author.get("url").and_then(Value::as_str).and_then(|u| raw::link(u, None));
        Some((name, page))
    })
}
