//! One post of X as a draft, whichever generation of names it comes in.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Draft, Reach};
use serde_json::Value;

use crate::raw::{api, words};

/// The authors that come with a page, by id.
pub(super) fn users(body: &Value) -> BTreeMap<&str, &Value> {
    let users = api::at(body, "includes/users").as_array().map(Vec::as_slice).unwrap_or_default();
    users.iter().filter_map(|user| Some((api::text(user, "id")?, user))).collect()
}

/// A field under its old or its new name.
fn either<'a>(of: &'a Value, old: &str, new: &str) -> &'a Value {
    match api::at(of, old) {
        Value::Null => api::at(of, new),
        found => found,
    }
}

/// The ids of all versions, oldest first.
fn history(post: &Value) -> Vec<&str> {
    let ids = either(post, "edit_history_tweet_ids", "edit_history_post_ids");
    ids.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|id| !id.is_empty()).collect()
}

/// Whether no later version is known.
pub(super) fn is_last_version(post: &Value) -> bool {
    history(post).last().is_none_or(|last| api::text(post, "id") == Some(last))
}

fn referenced<'a>(post: &'a Value, wanted: &str) -> Option<&'a str> {
    let list = either(post, "referenced_tweets", "referenced_posts").as_array()?;
    list.iter().find(|r| api::text(r, "type") == Some(wanted)).and_then(|r| api::text(r, "id"))
}

/// A repost without words of its own; its type has changed its name too.
pub(super) fn is_repost(post: &Value) -> bool {
    referenced(post, "retweeted").or_else(|| referenced(post, "reposted")).is_some()
}

/// The draft, and which version of the post it is.
pub(super) fn draft(post: &Value, users: &BTreeMap<&str, &Value>) -> Result<(Draft, usize), &'static str> {
    let id = api::text(post, "id").ok_or("has no id")?;
    let long = api::text(either(post, "note_tweet", "note_post"), "text");
    let text = long.or_else(|| api::text(post, "text")).ok_or("has no text")?;
    let history = history(post);
    let version = history.iter().position(|one| *one == id).unwrap_or(0);
    let first = history.first().copied().unwrap_or(id);
    let author = api::text(post, "author_id");
    let user = author.and_then(|id| users.get(id).copied()).unwrap_or(&Value::Null);
    let name =
        api::text(user, "username").filter(|n| n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    let metrics = api::at(post, "public_metrics");
    let shares = count(metrics, "retweet_count", "repost_count") + api::count(metrics, "quote_count");
    let draft = Draft {
        external_id: first.to_owned(),
        permalink: Some(format!("https://x.com/{}/status/{id}", name.unwrap_or("i"))),
        author_id: author.map(str::to_owned),
        author_name: api::text(user, "name").and_then(words::line),
        author_url: name.map(|name| format!("https://x.com/{name}")),
        author_handle: name.map(str::to_owned),
        text: words::tidy(&unescaped(text)),
        lang: api::text(post, "lang").filter(|l| *l != "und").and_then(words::lang),
        published: api::date(post, "created_at"),
        edited: api::date(post, "created_at").filter(|_| version > 0),
        thread: Some(api::text(post, "conversation_id").unwrap_or(first).to_owned()),
        in_reply_to: referenced(post, "replied_to").map(str::to_owned),
        reach: Reach {
            followers: api::count(user, "public_metrics/followers_count"),
            likes: api::count(metrics, "like_count"),
            shares,
            replies: api::count(metrics, "reply_count"),
        },
        ..Draft::default()
    };
    let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_plain { Ok((draft, version)) } else { Err("has an id that is none") }
}

fn count(metrics: &Value, old: &str, new: &str) -> u64 {
    either(metrics, old, new).as_u64().unwrap_or(0)
}

/// Only these three signs are escaped; the ampersand comes last, so that `&amp;lt;` stays what somebody typed.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The posts of which an answer says that they are gone or not shown to us any more. Which of two fields names
/// them is from memory, so both are read.
pub(super) fn gone(body: &Value) -> Vec<&str> {
    let errors = api::at(body, "errors").as_array().map(Vec::as_slice).unwrap_or_default();
    let is_gone = |error: &&Value| {
        let kind = api::text(error, "type").and_then(|t| t.rsplit('/').next());
        matches!(kind, Some("resource-not-found" | "not-authorized-for-resource"))
    };
    let ids = errors.iter().filter(is_gone);
    ids.filter_map(|error| api::text(error, "resource_id").or_else(|| api::text(error, "value"))).collect()
}
