//! One post of the AT Protocol as a draft.

use gehoor_domain::mention::{Draft, Reach};
use gehoor_wire::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::{EXPECTED, refused};
use crate::plug::{Known, ParseError};
use crate::raw::{api, when, words};

/// Notifications that are somebody's words.
pub(super) const REASONS: [&str; 3] = ["mention", "reply", "quote"];

/// A post as a list shows it (`postView`, or a notification, which holds the record but no counts).
pub(super) fn draft(entry: &Value) -> Result<Draft, &'static str> {
    let uri = api::text(entry, "uri").ok_or("has no `uri`")?;
    let mut draft =
        of_record(uri, api::at(entry, "record")).ok_or("is no post with an address and a text")?;
    draft.published = sort_at(entry);
    draft.author_name = api::text(entry, "author/displayName").and_then(words::line);
    // An account whose handle does not resolve any more is shown as this.
    draft.author_handle =
        api::text(entry, "author/handle").filter(|h| *h != "handle.invalid").map(str::to_owned);
    draft.reach = Reach {
        followers: 0,
        likes: api::count(entry, "likeCount"),
        shares: api::count(entry, "repostCount") + api::count(entry, "quoteCount"),
        replies: api::count(entry, "replyCount"),
    };
    Ok(draft)
}

/// What the record itself says; all that a stream has.
pub(crate) fn of_record(uri: &str, record: &Value) -> Option<Draft> {
    let (did, key) = parts(uri)?;
    let text = words::tidy(record.get("text").and_then(Value::as_str)?);
    // A picture without words is no text that anybody could answer.
    let text = if text.is_empty() { alt_texts(record)? } else { text };
    let profile = format!("https://bsky.app/profile/{did}");
    let root = api::text(record, "reply/root/uri");
    Some(Draft {
        external_id: uri.to_owned(),
        permalink: Some(format!("{profile}/post/{key}")),
        author_id: Some(did.to_owned()),
        author_url: Some(profile),
        text,
        lang: api::at(record, "langs").get(0).and_then(Value::as_str).and_then(words::lang),
        published: api::date(record, "createdAt"),
        thread: Some(root.unwrap_or(uri).to_owned()),
        in_reply_to: api::text(record, "reply/parent/uri").map(str::to_owned),
        ..Draft::default()
    })
}

/// What the author wrote about the pictures.
fn alt_texts(record: &Value) -> Option<String> {
    let images = api::at(record, "embed/images").as_array()?;
    let texts: Vec<String> =
        images.iter().filter_map(|image| api::text(image, "alt")).map(words::tidy).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Account and key out of `at://did:plc:abc/app.bsky.feed.post/3l3`.
fn parts(uri: &str) -> Option<(&str, &str)> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    let (did, collection, key) = (parts.next()?, parts.next()?, parts.next()?);
    let plain =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b".:_~%-".contains(&b));
    let fits = did.starts_with("did:") && collection == "app.bsky.feed.post" && parts.next().is_none();
    (fits && plain(did) && plain(key)).then_some((did, key))
}

/// The address of a post.
pub(crate) fn address_of(did: &str, key: &str) -> String {
    format!("at://{did}/app.bsky.feed.post/{key}")
}

/// The moment by which the network orders: the earlier one of what the author's program says and the arrival.
pub(super) fn sort_at(entry: &Value) -> Option<Timestamp> {
    let said = api::text(entry, "record/createdAt").and_then(when::lenient);
    let arrived = api::date(entry, "indexedAt");
    match (said, arrived) {
        (Some(said), Some(arrived)) => Some(said.min(arrived)),
        (said, arrived) => said.or(arrived),
    }
}

/// Whether the account labels itself a bot.
pub(super) fn is_bot(entry: &Value) -> bool {
    let labels = api::at(entry, "author/labels").as_array();
    labels.is_some_and(|labels| labels.iter().any(|label| api::text(label, "val") == Some("bot")))
}

/// The answer of `getPosts`: what is missing is gone, what is there is as it says.
pub(crate) fn still_there(known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
    let body = api::body(response, EXPECTED)?;
    if let Some(error) = body.get("error") {
        return Err(refused(error.as_str().unwrap_or_default()));
    }
    let posts = api::list(&body, "posts", EXPECTED)?;
    let find = |uri: &str| posts.iter().find(|post| api::text(post, "uri") == Some(uri));
    let asked = known.iter().filter(|k| k.external_id.starts_with("at://")).take(super::KIND.recheck);
    Ok(asked
        .filter_map(|one| match find(&one.external_id) {
            // A post that is there and cannot be read is not gone.
            Some(post) => draft(post).ok(),
            None => Some(Draft { external_id: one.external_id.clone(), withdrawn: true, ..Draft::default() }),
        })
        .collect())
}
