//! RSS and Atom, through `feed-rs`.

use chrono::{DateTime, Utc};
use feed_rs::model::{Content, Entry, Feed, FeedType, Link, Person, Text};
use feed_rs::parser::Builder;
use gehoor_domain::mention::Draft;
use gehoor_text::plain::from_html;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Found, mend};
use crate::plug::{Hints, ParseError, Warning};
use crate::raw::{self, when, words};

/// Reads a feed; where it is broken, item by item.
pub(super) fn read(text: &str, url: &Url) -> Result<Found, ParseError> {
    let refused = |found: String| ParseError::Shape { expected: "an RSS, Atom or JSON feed", found };
    let mended = mend::mend(text).ok_or_else(|| refused(words::what_is(text)))?;
    let (feed, broken) = match parse(&mended, url) {
        Some(feed) => (feed, Vec::new()),
        None => piecewise(&mended, url).ok_or_else(|| refused(words::what_is(text)))?,
    };
    let rest = period(mend::head(&mended));
    let ttl = feed.ttl.map(|minutes| SignedDuration::from_mins(i64::from(minutes)));
    let mut found = Found {
        warnings: broken,
        hints: Hints { not_before: ttl.max(rest).filter(|d| d.is_positive()), ended: false },
        ..Found::default()
    };
    for (at, entry) in feed.entries.iter().enumerate() {
        match draft(entry, &feed, url) {
            Some(draft) => found.items.push(draft),
            None => found.warnings.push(Warning {
                item: format!("item {}", at + 1),
                problem: "has neither text nor title: it was left out".to_owned(),
            }),
        }
    }
    Ok(found)
}

fn parse(xml: &str, url: &Url) -> Option<Feed> {
    let parser = Builder::new()
        .base_uri(Some(url.as_str()))
        // The crate invents a random id where there is none; ours has to be the same at every poll.
        .id_generator(|_, _, _| String::new())
        .sanitize_content(false)
        .timestamp_parser(|text| when::lenient(text).and_then(to_chrono))
        .build();
    parser.parse(xml.as_bytes()).ok()
}

/// Reads a broken feed item by item. `None` when not one of them can be read.
fn piecewise(xml: &str, url: &Url) -> Option<(Feed, Vec<Warning>)> {
    let mut whole: Option<Feed> = None;
    let mut warnings = vec![Warning {
        item: "the feed".to_owned(),
        problem: "is not well-formed or breaks off: it was read item by item".to_owned(),
    }];
    for (at, piece) in mend::pieces(xml).iter().enumerate() {
        match (parse(piece, url), &mut whole) {
            (Some(feed), None) => whole = Some(feed),
            (Some(feed), Some(all)) => all.entries.extend(feed.entries),
            (None, _) if at == 0 => {}
            (None, _) => warnings.push(Warning {
                item: format!("item {at}"),
                problem: "is not well-formed: it was left out".to_owned(),
            }),
        }
    }
    whole.filter(|feed| !feed.entries.is_empty()).map(|feed| (feed, warnings))
}

fn draft(entry: &Entry, feed: &Feed, url: &Url) -> Option<Draft> {
    let is_rss = feed.feed_type != FeedType::Atom;
    let title = entry.title.as_ref().and_then(|t| words::line(&plain(t, false)));
    let content = entry.content.as_ref().and_then(plain_content).filter(|t| !t.is_empty());
    let summary = entry.summary.as_ref().map(|s| plain(s, is_rss)).filter(|t| !t.is_empty());
    let text = content.or(summary).unwrap_or_default();
    if text.is_empty() && title.is_none() {
        return None;
    }
    let guid = entry.id.trim();
    let permalink = permalink(&entry.links, url).or_else(|| raw::link(guid, None));
    let published = entry.published.and_then(from_chrono);
    let updated = entry.updated.and_then(from_chrono);
    let external_id = if !guid.is_empty() {
        guid.to_owned()
    } else if let Some(link) = &permalink {
        link.clone()
    } else {
        let at = published.or(updated).map(|t| t.to_string()).unwrap_or_default();
        raw::digest([title.as_deref().unwrap_or_default(), at.as_str(), text.as_str()])
    };
    let author = entry.authors.iter().find_map(author).or_else(|| feed.authors.iter().find_map(author));
    let (author_name, author_url) = author.map_or((None, None), |(name, link)| (Some(name), link));
    Some(Draft {
        external_id,
        permalink,
        author_id: author_url.clone(),
        author_name,
        author_url,
        title,
        text,
        lang: entry.language.as_deref().or(feed.language.as_deref()).and_then(words::lang),
        published: published.or(updated),
        edited: updated.filter(|u| published.is_some_and(|p| *u > p)),
        ..Draft::default()
    })
}

/// Plain text of a text construct; `html` says that the format holds HTML whatever the type says.
fn plain(text: &Text, html: bool) -> String {
    match text.content_type.subty().as_str() {
        "html" | "xhtml" => from_html(&text.content),
        _ if html => from_html(&text.content),
        // RSS does not say what a title is; Atom's `type="text"` is text, but some escape twice.
        _ => words::maybe_html(&text.content),
    }
}

/// Plain text of a content element; pictures and other non-texts are none.
fn plain_content(content: &Content) -> Option<String> {
    let body = content.body.as_deref()?;
    let (kind, sub) = (content.content_type.ty().as_str(), content.content_type.subty().as_str());
    match (kind, sub) {
        ("text", "plain") => Some(words::maybe_html(body)),
        ("text", _) | ("application", "xhtml" | "xhtml+xml" | "xml") => Some(from_html(body)),
        _ => None,
    }
}

/// Where people read it: the alternate link, HTML before others.
fn permalink(links: &[Link], base: &Url) -> Option<String> {
    let alternate = |l: &&Link| matches!(l.rel.as_deref(), None | Some("alternate" | ""));
    let html = |l: &&Link| l.media_type.as_deref().is_none_or(|m| m.contains("html"));
    let best = links.iter().filter(alternate).find(html).or_else(|| links.iter().find(alternate))?;
    raw::link(&best.href, Some(base))
}

/// Name and page of an author. RSS has `mail (name)`, and `feed-rs` calls the nameless `author` or `unknown`.
fn author(person: &Person) -> Option<(String, Option<String>)> {
    let named = Some(person.name.trim()).filter(|n| !n.is_empty() && !matches!(*n, "author" | "unknown"));
    let mail = person.email.as_deref().map(str::trim).filter(|m| !m.is_empty());
    let name = named.map(str::to_owned).or_else(|| mail.map(name_in_mail))?;
    let page = person.uri.as_deref().and_then(|u| raw::link(u, None));
    words::line(&name).map(|name| (name, page))
}

/// The name beside an address; without one, what stands before the `@`: an address is not for showing.
fn name_in_mail(mail: &str) -> String {
    let inner = mail.split_once('(').and_then(|(_, rest)| rest.split(')').next()).map(str::trim);
    let outer = mail.split_once('<').map(|(name, _)| name.trim());
    let local = mail.split('@').next().unwrap_or(mail);
    inner.or(outer).filter(|n| !n.is_empty()).unwrap_or(local).to_owned()
}

/// `sy:updatePeriod` divided by `sy:updateFrequency` (<http://purl.org/rss/1.0/modules/syndication/>).
fn period(head: &str) -> Option<SignedDuration> {
    let hours = match mend::element(head, "updatePeriod")? {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 24 * 7,
        "monthly" => 24 * 30,
        "yearly" => 24 * 365,
        _ => return None,
    };
    let times: i64 = mend::element(head, "updateFrequency").and_then(|n| n.parse().ok()).unwrap_or(1);
    if hours == 1 && times <= 1 {
        return None;
    }
    Some(SignedDuration::from_secs(hours * 3600 / times.clamp(1, 3600)))
}

fn to_chrono(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.as_second(), u32::try_from(at.subsec_nanosecond()).unwrap_or(0))
}

fn from_chrono(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::new(at.timestamp(), i32::try_from(at.timestamp_subsec_nanos()).ok()?).ok()
}
