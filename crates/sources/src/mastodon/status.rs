//! One status of the Mastodon API as a draft (<https://docs.joinmastodon.org/entities/Status/>).

use std::collections::{BTreeMap, BTreeSet};

use gehoor_domain::mention::{Draft, Reach};
use gehoor_text::plain::from_html;
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use super::walk::{self, State};
use crate::plug::Warning;
use crate::raw::{self, when, words};

/// An id and the date of its post agree within this where ids carry time.
const SAME_TIME: SignedDuration = SignedDuration::from_secs(2);

/// Reads the statuses of a page. Boosts, bots and what is not public give nothing: a boost's post is found on its
/// own, and a direct message is between two people.
pub(super) fn drafts(
    statuses: &[&Value],
    url: &Url,
    bots: bool,
    roots: &mut Vec<(String, String)>,
) -> (Vec<Draft>, Vec<Warning>) {
    let mut warnings = Vec::new();
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    let on_page: BTreeMap<&str, &Value> =
        statuses.iter().filter_map(|s| Some((text(s, "id")?, *s))).collect();
    for (at, status) in statuses.iter().enumerate() {
        let name = text(status, "id").map_or_else(|| format!("post {}", at + 1), |id| format!("post {id}"));
        let warn = |problem: &str| Warning { item: name.clone(), problem: problem.to_owned() };
        if !status.is_object() {
            warnings.push(warn("is no post: it was left out"));
            continue;
        }
        if status.get("reblog").is_some_and(|r| !r.is_null()) {
            continue;
        }
        match text(status, "visibility") {
            Some("public" | "unlisted") => {}
            Some(_) => continue,
            None => {
                warnings.push(warn("does not say who may see it: it was left out"));
                continue;
            }
        }
        let account = status.get("account").unwrap_or(&Value::Null);
        if !bots && account.get("bot").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let Some(uri) = text(status, "uri").or_else(|| text(status, "url")) else {
            warnings.push(warn("has no `uri`: it was left out"));
            continue;
        };
        if seen.insert(uri) {
            let thread = thread(status, &on_page, roots);
            items.push(draft(status, uri, url, thread, &on_page));
        }
    }
    (items, warnings)
}

fn draft(
    status: &Value,
    uri: &str,
    url: &Url,
    root: Option<String>,
    on_page: &BTreeMap<&str, &Value>,
) -> Draft {
    let host = host(url);
    let account = status.get("account").unwrap_or(&Value::Null);
    let handle =
        text(account, "acct").or_else(|| text(account, "username")).map(|acct| match acct.contains('@') {
            true => acct.to_owned(),
            false => format!("{acct}@{host}"),
        });
    let parent = text(status, "in_reply_to_id");
    let parent_uri = parent.map(|id| match on_page.get(id).and_then(|p| text(p, "uri")) {
        Some(uri) => uri.to_owned(),
        None => format!("id:{id}"),
    });
    let warning_line = text(status, "spoiler_text").map(words::tidy).filter(|t| !t.is_empty());
    let content = text(status, "content").map(from_html).unwrap_or_default();
    let count = |of: &Value, name: &str| of.get(name).and_then(Value::as_u64).unwrap_or(0);
    let name = text(account, "display_name").or_else(|| text(account, "username")).and_then(words::line);
    Draft {
        external_id: uri.to_owned(),
        permalink: text(status, "url").or(Some(uri)).and_then(|u| raw::link(u, None)),
        author_id: handle.clone(),
        author_name: name,
        author_handle: handle,
        author_url: text(account, "url").and_then(|u| raw::link(u, None)),
        text: warning_line
            .into_iter()
            .chain(Some(content))
            .collect::<Vec<_>>()
            .join("\n\n")
            .trim()
            .to_owned(),
        lang: text(status, "language").and_then(words::lang),
        published: text(status, "created_at").and_then(when::lenient),
        edited: text(status, "edited_at").and_then(when::lenient),
        thread: root.map(|id| format!("{host}/{id}")),
        in_reply_to: parent_uri,
        reach: Reach {
            followers: count(account, "followers_count"),
            likes: count(status, "favourites_count"),
            shares: count(status, "reblogs_count"),
            replies: count(status, "replies_count"),
        },
        ..Draft::default()
    }
}

/// The id of the first post of the thread, as far as it is known: up through the page and through what is
/// remembered of earlier pages; a post that answers nobody is the first of its own.
fn thread(
    status: &Value,
    on_page: &BTreeMap<&str, &Value>,
    roots: &mut Vec<(String, String)>,
) -> Option<String> {
    let own = text(status, "id")?;
    let mut root = own;
    // A thread longer than this is cut; a ring of replies ends here too.
    for _ in 0..50 {
        let parent = on_page.get(root).and_then(|s| text(s, "in_reply_to_id"));
        match parent {
            Some(parent) => root = parent,
            None => break,
        }
    }
    let root =
        roots.iter().find(|(reply, _)| reply == root).map_or(root.to_owned(), |(_, first)| first.clone());
    if root != own {
        State::remember(roots, own, &root);
    }
    Some(root)
}

/// Host and, where it is not the usual one, port.
fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Whether the ids on the page say when their posts were made: more than half of them, so that one bridged post
/// with an odd date does not change the way of walking.
pub(super) fn ids_carry_time(statuses: &[&Value]) -> bool {
    let agree = statuses.iter().filter(|status| {
        let of_id = text(status, "id").and_then(walk::time_of);
        let said = text(status, "created_at").and_then(when::lenient);
        matches!((of_id, said), (Some(a), Some(b)) if a.duration_since(b).abs() <= SAME_TIME)
    });
    agree.count() * 2 > statuses.len()
}

/// A text field that is not empty.
fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str).filter(|t| !t.trim().is_empty())
}
