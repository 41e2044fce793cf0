//! One thing of Reddit as a draft: a post (`t3`), or a comment (`t1`).

use gehoor_domain::mention::{Draft, Reach};
use serde_json::Value;
use url::Url;

use crate::raw::{self, api, words};

/// What stands in place of a name or a text that is gone: by its author, or by a moderator.
const GONE: [&str; 2] = ["[deleted]", "[removed]"];

pub(super) fn draft(thing: &Value) -> Result<Draft, &'static str> {
    let is_post = match api::text(thing, "kind") {
        Some("t3") => true,
        Some("t1") => false,
        _ => return Err("is neither a post nor a comment"),
    };
    let data = api::at(thing, "data");
    let name = api::text(data, "name").ok_or("has no name")?;
    let text =
        api::text(data, if is_post { "selftext" } else { "body" }).map(words::tidy).unwrap_or_default();
    let removed = api::text(data, "removed_by_category").is_some();
    if removed || GONE.contains(&text.as_str()) {
        return Ok(Draft { external_id: name.to_owned(), withdrawn: true, ..Draft::default() });
    }
    let title = api::text(data, "title").and_then(words::line).filter(|_| is_post);
    if text.is_empty() && title.is_none() {
        return Err("has neither a title nor a text");
    }
    let author = api::text(data, "author").filter(|a| !GONE.contains(a)).and_then(words::line);
    let reddit = Url::parse("https://www.reddit.com/").ok();
    let thread = match is_post {
        true => Some(name),
        false => api::text(data, "link_id"),
    };
    Ok(Draft {
        external_id: name.to_owned(),
        permalink: permalink(data, name, reddit.as_ref()),
        author_id: api::text(data, "author_fullname").filter(|_| author.is_some()).map(str::to_owned),
        author_url: author.as_ref().and_then(|a| raw::link(&format!("/user/{a}"), reddit.as_ref())),
        author_handle: author.clone(),
        author_name: author,
        title,
        text,
        published: api::unix(data, "created_utc"),
        // `false`, or when.
        edited: api::unix(data, "edited"),
        thread: thread.map(str::to_owned),
        in_reply_to: api::text(data, "parent_id").filter(|_| !is_post).map(str::to_owned),
        reach: Reach {
            followers: 0,
            likes: api::count(data, "score"),
            shares: 0,
            replies: api::count(data, "num_comments"),
        },
        ..Draft::default()
    })
}

/// Mentions among the messages hold a `context` instead of a permalink (from memory).
fn permalink(data: &Value, name: &str, reddit: Option<&Url>) -> Option<String> {
    let path = api::text(data, "permalink").or_else(|| api::text(data, "context"))?;
    // Only paths: nothing there may lead elsewhere.
    let path = path.strip_prefix('/').filter(|p| !p.starts_with(['/', '\\']) && !name.is_empty())?;
    raw::link(&format!("/{path}"), reddit)
}
