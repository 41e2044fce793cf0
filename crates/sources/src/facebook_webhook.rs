//! What Facebook pushes about a page: posts and comments that are written, edited, hidden or removed.
//!
//! Set up in the app's dashboard: the address of the source, the field `feed` of the object `page`, and a token that
//! Meta repeats when it checks the address. Beside the polled kind `facebook`, not in its place: a delivery that could not
//! be made for 36 hours is lost. From memory: that `post.permalink_url` stands in a change, and the words of `item`.

use gehoor_domain::mention::{Channel, Draft};
use jiff::SignedDuration;

use crate::meta::push::{Change, Push};
use crate::plug::Kind;
use crate::raw::{self, api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "facebook-webhook",
    about: "receives posts and comments that Facebook pushes; beside the polled source, not in its place",
    channel: Channel::Facebook,
    credential: "required: `app_secret`, which signs, and `verify_token`, which Meta repeats when it checks the address",
    polled: false,
    example: r#"[[source]]
id = "facebook-push"
kind = "facebook-webhook"
platform = "facebook"   # as the polled source, so that posts and authors are the same
credential = "env:FACEBOOK_PUSH"
"#,
    reach: "only what is sent from now on, with edits and removals; lost when it cannot be delivered for 36 hours",
    recheck: 0,
    shared: Some("facebook"),
    every: SignedDuration::ZERO,
    build: |table| PUSH.build(table),
};

const EXPECTED: &str = "changes of a page as Facebook pushes them";

const PUSH: Push = Push { object: "page", expected: EXPECTED, read, warn: |_| Vec::new() };

fn read(change: &Change<'_>) -> Result<Option<Draft>, &'static str> {
    let value = change.value;
    if change.field != "feed" {
        return Err("is of a list that is not read: only `feed` is");
    }
    let is_comment = match api::text(value, "item") {
        Some("comment") => true,
        Some("post" | "status" | "photo" | "video" | "share" | "link") => false,
        // Likes and the like say nothing.
        Some(_) => return Ok(None),
        None => return Err("names no item"),
    };
    let post = api::id(value, "post_id");
    let id = if is_comment { api::id(value, "comment_id") } else { post.clone() }.ok_or("has no id")?;
    match api::text(value, "verb") {
        Some("add" | "edited" | "edit" | "unhide") => {}
        Some("remove" | "hide" | "delete") => {
            return Ok(Some(Draft { external_id: id, withdrawn: true, ..Draft::default() }));
        }
        _ => return Ok(None),
    }
    let text = api::text(value, "message").map(words::tidy).filter(|text| !text.is_empty());
    // A picture or a sticker without words says nothing.
    let Some(text) = text else { return Ok(None) };
    let author = api::id(value, "from/id");
    Ok(Some(Draft {
        permalink: api::text(value, "post/permalink_url").and_then(|link| raw::link(link, None)),
        own: author.is_some() && author == change.of,
        author_id: author,
        author_name: api::text(value, "from/name").and_then(words::line),
        text,
        published: api::unix(value, "created_time"),
        in_reply_to: api::id(value, "parent_id").or_else(|| post.clone()).filter(|_| is_comment),
        thread: post.or_else(|| Some(id.clone())),
        external_id: id,
        ..Draft::default()
    }))
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
        let page = parse(fixture::bytes("facebook-webhook/push.json")).unwrap();
        insta::assert_json_snapshot!(fixture::shown(&page));
    }

    #[test]
    fn what_the_page_itself_writes_is_ours_and_a_removal_withdraws() {
        let page = parse(fixture::bytes("facebook-webhook/push.json")).unwrap();
        let of = |id: &str| page.items.iter().find(|item| item.external_id == id).unwrap();
        assert!(of("1001_9002").own && !of("1001_9001").own);
        assert!(of("1001_9003").withdrawn && of("1001_9003").text.is_empty());
    }

    #[test]
    fn what_is_pushed_for_something_else_is_an_error() {
        for body in [r#"{"object":"instagram","entry":[]}"#, r#"{"object":"page"}"#, "[]", "<html>"] {
            assert!(parse(body).is_err(), "{body}");
        }
    }
}
