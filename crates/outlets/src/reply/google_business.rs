//! Replies to Google reviews, through the Business Profile API (v4).
//!
//! Google looks at a reply before it is shown: one that waits is asked for again until it is approved or rejected.
//! Names of states that are not known count as shown.

use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::review::{Review, Seen, Site, Standing, Written};
use super::talk::{Ask, NoKeys, Post, api, at, base, is_id, own, text, unnamed};
use super::{Channel, google, kind};
use crate::answer::Advice;
use crate::desk::http::{Shown, with_json};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "google-business-reply",
        "replies to Google reviews of your locations",
        "that of the source: an OAuth client whose project was approved",
        "reply = true",
    ),
    source: "google-business",
    length: Length { by: Measure::Bytes, most: 4096 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let account = text(settings.source, "account").unwrap_or_default().trim_start_matches("accounts/");
        if account.is_empty() || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadConfig("`account` of the source is accounts/ and a number".to_owned()));
        }
        let client = text(settings.source, "client_id").unwrap_or_default();
        Ok(Box::new(Post(Review(GoogleBusiness {
            base: base(settings.source, "base", Some("https://mybusiness.googleapis.com/v4"))?,
            account: account.to_owned(),
            name: format!("google:{client}"),
        }))))
    },
};

struct GoogleBusiness {
    base: Url,
    account: String,
    name: String,
}

impl GoogleBusiness {
    fn call(&self, ask: &Ask<'_>, method: Method, end: &[&str]) -> Result<Request, Refusal> {
        let parts: Vec<&str> = ask.task.to.split('/').collect();
        let ["locations", location, "reviews", review] = parts.as_slice() else {
            return Err(unnamed("Google"));
        };
        if !is_id(location) || !is_id(review) {
            return Err(unnamed("Google"));
        }
        let path = [&["accounts", &self.account], parts.as_slice(), end].concat();
        api(ask, method, &self.base, &path, &self.name, Shown::As("Bearer "))
    }
}

fn seen(reply: &Value) -> Seen {
    match at(reply, "/reviewReplyState") {
        Some("PENDING") => Seen::NotYet,
        Some("REJECTED") => Seen::Never,
        _ => Seen::Yes,
    }
}

impl Site for GoogleBusiness {
    const ADVICE: Advice = Advice {
        who: "Google",
        unauthorized: "put a new `refresh_token` into the credential of the source",
        forbidden: "check that the account of the login manages this location",
        missing: "check `base` of the source",
        gone: "look whether the review still stands",
        moved: "put the address where it ends into `base` of the source",
        refused: "check that the location is verified and shorten the reply, or answer by hand",
    };

    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        self.call(ask, Method::GET, &[])
    }

    fn standing(&self, ask: &Ask<'_>, review: &Value) -> Result<Option<Standing>, ()> {
        at(review, "/name").filter(|name| name.ends_with(&ask.task.to)).ok_or(())?;
        let Some(reply) = review.get("reviewReply") else { return Ok(None) };
        let text = at(reply, "/comment").filter(|t| !t.trim().is_empty());
        Ok(text.map(|text| Standing { text: text.to_owned(), seen: seen(reply), id: None }))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        Ok(with_json(self.call(ask, Method::PUT, &["reply"])?, &json!({"comment": ask.task.text})))
    }

    fn written(&self, _ask: &Ask<'_>, answer: &Response) -> Option<Written> {
        let reply: Value = serde_json::from_slice(&answer.body).ok()?;
        at(&reply, "/comment")?;
        Some(Written::There(seen(&reply)))
    }

    fn refusal(&self, answer: &Response) -> Refusal {
        google::refusal(&Self::ADVICE, answer)
    }
}
