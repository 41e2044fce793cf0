//! What Instagram pushes: comments under our own posts, and that somebody mentions us.
//!
//! Set up in the app's dashboard: the address of the source, the fields `comments` and `mentions` of the object
//! `instagram`, and a token that Meta repeats when it checks the address. A mention comes without its words, which have to
//! be asked for with the account's token: it is said as a warning with its number, so that a person can look. The shape
//! of `comments` is from memory.

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::Response;
use jiff::SignedDuration;

use crate::meta::push::{Change, Push};
use crate::plug::{Kind, Warning};
use crate::raw::{api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "instagram-webhook",
    about: "receives comments that Instagram pushes; beside the polled source, not in its place",
    channel: Channel::Instagram,
    credential: "required: `app_secret`, which signs, and `verify_token`, which Meta repeats when it checks the address",
    polled: false,
    example: r#"[[source]]
id = "instagram-push"
kind = "instagram-webhook"
platform = "instagram"   # as the polled source, so that comments and authors are the same
credential = "env:INSTAGRAM_PUSH"
"#,
    reach: "only what is sent from now on; no edits, no deletions, and of mentions only that there is one",
    recheck: 0,
    shared: Some("instagram"),
    every: SignedDuration::ZERO,
    build: |table| PUSH.build(table),
};

const EXPECTED: &str = "changes of an account as Instagram pushes them";

const PUSH: Push = Push { object: "instagram", expected: EXPECTED, read, warn: mentions };

fn read(change: &Change<'_>) -> Result<Option<Draft>, &'static str> {
    let value = change.value;
    match change.field {
        "comments" | "live_comments" => {}
        "mentions" => return Ok(None),
        _ => return Err("is of a list that is not read: `comments` and `mentions` are"),
    }
    let id = api::id(value, "id").ok_or("has no id")?;
    let text = api::text(value, "text").map(words::tidy).filter(|text| !text.is_empty());
    let Some(text) = text else { return Ok(None) };
    let name = api::text(value, "from/username");
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b));
    let media = api::id(value, "media/id");
    let number = api::id(value, "from/id");
    Ok(Some(Draft {
        own: number.is_some() && number == change.of,
        // As in the polled kind: the name is what is always there.
        author_id: name.map(str::to_lowercase),
        author_name: name.and_then(words::line),
        author_handle: name.map(str::to_owned),
        author_url: name.filter(plain).map(|name| format!("https://www.instagram.com/{name}/")),
        text,
        published: api::unix(change.entry, "time"),
        in_reply_to: api::id(value, "parent_id").or_else(|| media.clone()),
        thread: media.or_else(|| Some(id.clone())),
        external_id: id,
        ..Draft::default()
    }))
}

/// Mentions, of which only the number is told.
fn mentions(response: &Response) -> Vec<Warning> {
    let body = api::body(response, EXPECTED).unwrap_or_default();
    let entries = api::at(&body, "entry").as_array().into_iter().flatten();
    let changes = entries.filter_map(|entry| api::at(entry, "changes").as_array()).flatten();
    let mentions = changes.filter(|change| api::text(change, "field") == Some("mentions"));
    let named = mentions.filter_map(|change| api::id(change, "value/media_id"));
    let problem = "mentions us; its words are not sent along: look at the post in Instagram";
    named.map(|media| Warning { item: format!("media {media}"), problem: problem.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::plug::{Cursor, Page, ParseError, Source as _};

    fn parse(body: impl AsRef<[u8]>) -> Result<Page, ParseError> {
        PUSH.parse(&Cursor::default(), &fixture::page("https://x.example/", "application/json", body))
    }

    #[test]
    fn what_is_pushed_is_read_like_what_is_polled() {
        let page = parse(fixture::bytes("instagram-webhook/push.json")).unwrap();
        insta::assert_json_snapshot!(fixture::shown(&page));
    }

    #[test]
    fn what_is_pushed_for_something_else_is_an_error() {
        for body in [r#"{"object":"page","entry":[]}"#, r#"{"object":"instagram"}"#, "[]", "<html>"] {
            assert!(parse(body).is_err(), "{body}");
        }
    }
}
