//! One comment or post of Lemmy as a draft, in the shape of either generation.

use gehoor_domain::mention::{Draft, Reach};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::raw::{self, api, words};

/// The views of an answer, which the newer generation calls items; `None` when it holds no list that could be one.
pub(super) fn list(body: &Value, posts: bool) -> Option<Vec<&Value>> {
    let wanted = if posts { "posts" } else { "comments" };
    let found = [wanted, "items"].iter().find_map(|name| body.get(*name)?.as_array())?;
    Some(found.iter().collect())
}

/// The view that was asked for by its name: the older generation gives it by its kind, the newer one as it stands.
pub(super) fn resolved(body: &Value) -> Option<&Value> {
    if body.get("type_").is_some() {
        return Some(body);
    }
    ["comment", "post"].iter().find_map(|kind| body.get(*kind).filter(|view| !view.is_null()))
}

/// The comment or post within its view.
pub(super) fn inner(view: &Value) -> &Value {
    view.get("comment").or_else(|| view.get("post")).unwrap_or(&Value::Null)
}

pub(super) fn published(view: &Value) -> Option<Timestamp> {
    of_both(inner(view), "published_at", "published")
}

fn of_both(of: &Value, new: &str, old: &str) -> Option<Timestamp> {
    api::date(of, new).or_else(|| api::date(of, old))
}

pub(super) fn draft(view: &Value, host: &str, page: &[&Value]) -> Result<Draft, &'static str> {
    let comment = view.get("comment").filter(|c| !c.is_null());
    let it = inner(view);
    let external_id = api::text(it, "ap_id").ok_or("has no `ap_id`")?.to_owned();
    if api::is(it, "deleted") || api::is(it, "removed") {
        return Ok(Draft { external_id, withdrawn: true, ..Draft::default() });
    }
    let text = api::text(it, if comment.is_some() { "content" } else { "body" }).map(words::tidy);
    let text = text.unwrap_or_default();
    let title = api::text(it, "name").and_then(words::line).filter(|_| comment.is_none());
    if text.is_empty() && title.is_none() {
        return Err("has neither a title nor a text");
    }
    let creator = api::at(view, "creator");
    let profile = api::text(creator, "ap_id").or_else(|| api::text(creator, "actor_id"));
    let name = api::text(creator, "name").and_then(words::line);
    let home = profile.and_then(|p| Url::parse(p).ok()).map_or(host.to_owned(), |url| api::host(&url));
    let count = |name: &str| api::count(it, name).max(api::count(api::at(view, "counts"), name));
    let post = api::text(view, "post/ap_id");
    Ok(Draft {
        permalink: raw::link(&external_id, None),
        author_id: profile.map(str::to_owned),
        author_url: profile.and_then(|p| raw::link(p, None)),
        author_name: api::text(creator, "display_name").and_then(words::line).or_else(|| name.clone()),
        author_handle: name.map(|name| format!("{name}@{home}")),
        title,
        text,
        published: published(view),
        edited: of_both(it, "updated_at", "updated"),
        thread: Some(if comment.is_some() { post.unwrap_or(&external_id) } else { &external_id }.to_owned()),
        in_reply_to: comment
            .and_then(|c| parent(c, host, page))
            .or(post.filter(|_| comment.is_some()).map(str::to_owned)),
        reach: Reach {
            followers: 0,
            likes: count("score"),
            shares: 0,
            replies: count("child_count").max(count("comments")),
        },
        external_id,
        ..Draft::default()
    })
}

/// The comment that is answered: the last but one number of `0.12.34`, a number of this instance. Its name is known
/// when it stands on the same page; `None` when the post itself is answered.
fn parent(comment: &Value, host: &str, page: &[&Value]) -> Option<String> {
    let mut path = api::text(comment, "path")?.rsplit('.').skip(1);
    let id = path.next().filter(|id| *id != "0" && !id.is_empty())?;
    let on_page = page.iter().map(|v| inner(v)).find(|c| api::id(c, "id").as_deref() == Some(id));
    let named = on_page.and_then(|c| api::text(c, "ap_id")).map(str::to_owned);
    named.or_else(|| id.bytes().all(|b| b.is_ascii_digit()).then(|| format!("https://{host}/comment/{id}")))
}
