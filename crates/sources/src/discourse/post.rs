//! One post of a Discourse forum as a draft.

use gehoor_domain::mention::{Draft, Reach};
use gehoor_text::plain::from_html;
use serde_json::Value;
use url::Url;

use crate::plug::Known;
use crate::raw::{self, api, words};

/// The forum, and the page on which a post stands.
pub(crate) struct Place<'a> {
    pub(crate) base: &'a Url,
    pub(crate) host: &'a str,
    pub(crate) page: &'a [Value],
    pub(crate) body: &'a Value,
}

pub(crate) fn draft(post: &Value, place: &Place<'_>) -> Result<Draft, &'static str> {
    let id = api::id(post, "id").ok_or("has no id")?;
    let external_id = name(place.host, &id);
    if !api::at(post, "deleted_at").is_null() || api::is(post, "user_deleted") || api::is(post, "hidden") {
        return Ok(Draft { external_id, withdrawn: true, ..Draft::default() });
    }
    let text = match (api::text(post, "cooked"), api::text(post, "blurb")) {
        (Some(cooked), _) => from_html(&without_quotes(cooked)),
        (None, Some(blurb)) => words::maybe_html(blurb),
        (None, None) => return Err("has no text"),
    };
    let number = api::at(post, "post_number").as_u64();
    let topic = api::id(post, "topic_id").ok_or("names no topic")?;
    let of_topic = topic_of(place.body, &topic);
    let title = api::text(post, "topic_title").or_else(|| api::text(of_topic, "title"));
    let title = title.and_then(words::line).filter(|_| number == Some(1));
    if text.is_empty() && title.is_none() {
        return Err("has no text");
    }
    let slug = api::text(post, "topic_slug").or_else(|| api::text(of_topic, "slug")).unwrap_or("-");
    let mut link = api::end_point(place.base, &["t", slug, &topic]);
    if let (Some(number), Ok(mut path)) = (number, link.path_segments_mut()) {
        path.push(&number.to_string());
    }
    let user = api::text(post, "username").and_then(words::line);
    let answers = api::at(post, "reply_to_post_number").as_u64();
    let handle = user.as_ref().map(|user| format!("{user}@{}", place.host));
    Ok(Draft {
        external_id,
        permalink: raw::link(link.as_str(), None),
        author_id: handle.clone(),
        author_url: user.as_ref().map(|user| api::end_point(place.base, &["u", user]).to_string()),
        author_name: api::text(post, "name").and_then(words::line).or(user),
        author_handle: handle,
        title,
        text,
        published: api::date(post, "created_at"),
        edited: api::date(post, "updated_at").filter(|_| api::count(post, "version") > 1),
        in_reply_to: answers.and_then(|number| by_number(place, &topic, number)),
        thread: Some(format!("{}/t/{topic}", place.host)),
        reach: Reach {
            followers: 0,
            likes: api::count(post, "like_count"),
            shares: 0,
            replies: api::count(post, "reply_count"),
        },
        ..Draft::default()
    })
}

/// A post's name: its id belongs to one forum.
fn name(host: &str, id: &str) -> String {
    format!("{host}/p/{id}")
}

/// The topic as a search gives it, in a list of its own.
fn topic_of<'a>(body: &'a Value, id: &str) -> &'a Value {
    let topics = api::at(body, "topics").as_array().map(Vec::as_slice).unwrap_or_default();
    topics.iter().find(|t| api::id(t, "id").as_deref() == Some(id)).unwrap_or(&Value::Null)
}

/// A post is answered by its number within the topic; its name is known when it stands on the same page.
fn by_number(place: &Place<'_>, topic: &str, number: u64) -> Option<String> {
    let is_it = |p: &&Value| {
        api::at(p, "post_number").as_u64() == Some(number) && api::id(p, "topic_id").as_deref() == Some(topic)
    };
    Some(name(place.host, &api::id(place.page.iter().find(is_it)?, "id")?))
}

/// Without what is quoted of others: it is not the author's word (`<aside class="quote …">`, from memory).
fn without_quotes(html: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, quote)) = rest.split_once("<aside class=\"quote") {
        out.push_str(before);
        rest = quote.split_once("</aside>").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// The ids of a stored post and of its topic.
pub(super) fn places(known: &Known, host: &str) -> Option<(String, String)> {
    let id = known.external_id.strip_prefix(host)?.strip_prefix("/p/")?;
    let url = Url::parse(known.permalink.as_deref()?).ok()?;
    let mut path = url.path_segments()?.skip_while(|part| *part != "t").skip(1);
    let (_slug, topic) = (path.next()?, path.next()?);
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (digits(id) && digits(topic)).then(|| (id.to_owned(), topic.to_owned()))
}
