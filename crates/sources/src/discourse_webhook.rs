//! What a Discourse forum pushes: posts that are written, edited, removed or brought back.
//!
//! Set up by an administrator of the forum (Admin, API, Webhooks): the address of the source, JSON, a secret, and the
//! events of posts. What happened stands in a header that the signature does not cover; a body that is taken twice does no
//! harm, and only one that the forum has signed is taken at all. From memory: the names of events.

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::discourse::{Place, post_draft};
use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Vouched,
    read_config,
};
use crate::raw::{self, api};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "discourse-webhook",
    about: "receives posts that a Discourse forum pushes; beside the polled source, not in its place",
    channel: Channel::Forum,
    credential: "required: the secret of the webhook, which signs what is sent",
    polled: false,
    example: r#"[[source]]
id = "forum-push"
kind = "discourse-webhook"
credential = "env:FORUM_PUSH_SECRET"
base = "https://forum.example"
"#,
    reach: "only what is sent from now on, with edits and removals",
    recheck: 0,
    shared: Some("discourse"),
    every: SignedDuration::ZERO,
    build: |table| Ok(Box::new(Webhook::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "an event as Discourse pushes it";
/// What happened.
const EVENT: &str = "x-discourse-event";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: String,
}

struct Webhook {
    base: Url,
    host: String,
}

impl Webhook {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        Ok(Self { host: api::host(&base), base })
    }
}

impl Source for Webhook {
    fn back(&self) -> Back {
        Back::Nothing
    }

    fn vouched(&self) -> Vouched {
        Vouched::Hmac("x-discourse-event-signature")
    }

    fn plan(&self, _cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        Err(PlanError::Pushed)
    }

    fn parse(&self, _cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let body = api::body(response, EXPECTED)?;
        let mut page =
            Page { next: Next::CaughtUp(Cursor::default()), hints: Hints::default(), ..Page::default() };
        let post = api::at(&body, "post");
        if post.is_object() {
            let page_of = std::slice::from_ref(post);
            let place = Place { base: &self.base, host: &self.host, page: page_of, body: &Value::Null };
            let gone = response.header(EVENT) == Some("post_destroyed");
            match post_draft(post, &place) {
                Ok(draft) if gone => {
                    let external_id = draft.external_id;
                    page.items.push(Draft { external_id, withdrawn: true, ..Draft::default() });
                }
                Ok(draft) => page.items.push(draft),
                Err(because) => page.warnings.push(api::left_out("the post".to_owned(), because)),
            }
            return Ok(page);
        }
        // The first call is a ping, and topics or users are told with posts of their own.
        let others = ["ping", "topic", "user", "category", "tag", "group", "notification"];
        match body.as_object().is_some_and(|fields| fields.keys().any(|key| others.contains(&key.as_str()))) {
            true => Ok(page),
            false => Err(api::other_shape(EXPECTED)),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::fixture;

    fn parse(event: &'static str, body: impl AsRef<[u8]>) -> Result<Page, ParseError> {
        let mut answer = fixture::page("https://x.example/", "application/json", body);
        answer.headers.insert(EVENT, HeaderValue::from_static(event));
        let source = Webhook::new(&Config { base: "https://forum.example".to_owned() }).unwrap();
        source.parse(&Cursor::default(), &answer)
    }

    #[test]
    fn what_is_pushed_is_read_like_what_is_polled() {
        let page = parse("post_created", fixture::bytes("discourse-webhook/push.json")).unwrap();
        insta::assert_json_snapshot!(fixture::shown(&page));
    }

    #[test]
    fn a_post_that_is_removed_is_withdrawn_and_a_ping_is_nothing() {
        let page = parse("post_destroyed", fixture::bytes("discourse-webhook/push.json")).unwrap();
        assert!(page.items[0].withdrawn && page.items[0].text.is_empty());
        assert_eq!(parse("ping", r#"{"ping":"OK"}"#).unwrap().items, []);
        assert!(parse("post_created", r#"{"x":1}"#).is_err());
        assert_eq!(parse("post_created", r#"{"post":{"id":7}}"#).unwrap().warnings.len(), 1);
    }
}
