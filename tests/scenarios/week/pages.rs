//! What the platforms answer: pages in the form that each documents, as they are at a moment.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use super::posts::Post;

/// Items of a feed.
const FEED: usize = 30;
/// Items of a page of a forum, and of a review site.
const PAGE: usize = 20;

/// A page: its type, its text, and the posts that it shows.
pub(crate) struct Page {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) shows: Vec<usize>,
}

fn parameter(url: &Url, name: &str) -> Option<u64> {
    url.query_pairs().find(|(key, _)| key == name)?.1.parse().ok()
}

/// The posts that are there, newest first.
fn there(posts: &[Post], now: Timestamp) -> impl Iterator<Item = (usize, &Post)> {
    posts.iter().enumerate().rev().filter(move |(_, post)| post.is_there(now))
}

/// RSS 2.0: the latest posts.
pub(crate) fn feed(channel: usize, posts: &[Post], now: Timestamp) -> Page {
    let (mut items, mut shows) = (String::new(), Vec::new());
    for (number, post) in there(posts, now).take(FEED) {
        let date = jiff::fmt::rfc2822::to_string(&post.at.to_zoned(TimeZone::UTC)).unwrap();
        let text = post.text(channel, number, now);
        items += &format!(
            "<item><guid isPermaLink=\"false\">c{channel}-p{number}</guid><title>Bericht {number}</title><description>{text}</description><pubDate>{date}</pubDate></item>"
        );
        shows.push(number);
    }
    let text = format!("<rss version=\"2.0\"><channel><title>c{channel}</title>{items}</channel></rss>");
    Page { kind: "application/rss+xml", text, shows }
}

/// An id with a clock in it, as Mastodon makes them.
fn snowflake(post: &Post, number: usize) -> u64 {
    (u64::try_from(post.at.as_millisecond()).unwrap() << 16) + (number as u64 & 0xffff)
}

/// A hashtag timeline of Mastodon. A page may be shorter than asked for, though there is more: `most`.
pub(crate) fn timeline(
    channel: usize,
    host: &str,
    posts: &[Post],
    url: &Url,
    most: usize,
    now: Timestamp,
) -> Page {
    let below = parameter(url, "max_id").unwrap_or(u64::MAX);
    let above = parameter(url, "min_id");
    let fits = |(number, post): &(usize, &Post)| {
        let id = snowflake(post, *number);
        id < below && above.is_none_or(|above| id > above)
    };
    let mut page: Vec<(usize, &Post)> = there(posts, now).filter(fits).collect();
    // `min_id` gives what lies immediately above it, `max_id` what lies immediately below.
    if above.is_some() && page.len() > most {
        page.drain(..page.len() - most);
    }
    page.truncate(most);
    let statuses: Vec<Value> = page
        .iter()
        .map(|(number, post)| {
            json!({
                "id": snowflake(post, *number).to_string(),
                "uri": format!("https://{host}/p/c{channel}-p{number}"),
                "url": format!("https://{host}/@a{number}/c{channel}-p{number}"),
                "visibility": "public", "language": "nl", "reblog": null, "in_reply_to_id": null,
                "created_at": post.at.to_string(),
                "edited_at": post.edited.filter(|at| *at <= now).map(|at| at.to_string()),
                "content": format!("<p>{}</p>", post.text(channel, *number, now)),
                "account": {"id": format!("{number}"), "acct": format!("a{number}"), "username": format!("a{number}"), "bot": false},
            })
        })
        .collect();
    Page {
        kind: "application/json",
        text: Value::Array(statuses).to_string(),
        shows: page.iter().map(|(number, _)| *number).collect(),
    }
}

/// The posts of a Discourse forum, or one of them by its id.
pub(crate) fn forum(channel: usize, posts: &[Post], url: &Url, now: Timestamp) -> Page {
    let one = |(number, post): (usize, &Post)| {
        json!({
            "id": number, "topic_id": number / 5 + 1, "topic_slug": "keukens", "topic_title": "Keukens",
            "post_number": number % 5 + 2, "username": format!("a{number}"),
            "cooked": format!("<p>{}</p>", post.text(channel, number, now)),
            "created_at": post.at.to_string(),
            "updated_at": post.edited.filter(|at| *at <= now).unwrap_or(post.at).to_string(),
            "version": if post.is_edited(now) { 2 } else { 1 },
        })
    };
    let wanted = parameter(url, "post_ids[]").map(|id| usize::try_from(id).unwrap());
    let below = parameter(url, "before").map_or(usize::MAX, |id| usize::try_from(id).unwrap());
    let page: Vec<(usize, &Post)> = match wanted {
        Some(wanted) => there(posts, now).filter(|(number, _)| *number == wanted).collect(),
        None => there(posts, now).filter(|(number, _)| *number < below).take(PAGE).collect(),
    };
    let shows = page.iter().map(|(number, _)| *number).collect();
    let list: Vec<Value> = page.into_iter().map(one).collect();
    let body = match wanted {
        Some(_) => json!({"post_stream": {"posts": list}}),
        None => json!({"latest_posts": list}),
    };
    Page { kind: "application/json", text: body.to_string(), shows }
}

/// A review site with numbered pages; what was deleted stays in the list and says so.
pub(crate) fn reviews(channel: usize, posts: &[Post], url: &Url, now: Timestamp) -> Page {
    let before = usize::try_from(parameter(url, "page").unwrap_or(1)).unwrap() - 1;
    let page: Vec<(usize, &Post)> = posts
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, post)| post.at <= now)
        .skip(before * PAGE)
        .take(PAGE)
        .collect();
    let list: Vec<Value> = page
        .iter()
        .map(|(number, post)| {
            json!({
                "id": format!("c{channel}-p{number}"), "text": post.text(channel, *number, now),
                "author": format!("a{number}"), "created": post.at.to_string(), "stars": 2,
                "edited": post.edited.filter(|at| *at <= now).map(|at| at.to_string()),
                "deleted": post.is_deleted(now),
            })
        })
        .collect();
    Page {
        kind: "application/json",
        text: json!({"reviews": list}).to_string(),
        shows: page.iter().map(|(number, _)| *number).collect(),
    }
}
