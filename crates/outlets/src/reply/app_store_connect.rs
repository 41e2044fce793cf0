//! Responses to reviews in Apple's App Store, through App Store Connect.
//!
//! A review has one response. Posting another one takes its place, says Apple's documentation; should it refuse that with
//! 409, the old one is taken away first. A response is published up to a day later and is asked for again until then.
//! Fields and states are as in Apple's OpenAPI description (2026). From memory: the most letters, 5,970.

use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::review::{Review, Seen, Site, Standing, Written};
use super::talk::{Ask, NoKeys, Post, api, at, base, is_id, own, text, unnamed};
use super::{Channel, kind};
use crate::answer::Advice;
use crate::desk::http::{Shown, with_json};
use crate::plug::Refusal;

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "app-store-connect-reply",
        "responses to reviews of your apps in Apple's App Store",
        "that of the source: a key with the role Customer Support or Admin",
        "reply = true",
    ),
    source: "app-store-connect",
    length: Length { by: Measure::Letters, most: 5970 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let key = text(settings.source, "key_id").unwrap_or_default();
        Ok(Box::new(Post(Review(Connect {
            base: base(settings.source, "base", Some("https://api.appstoreconnect.apple.com"))?,
            name: format!("app-store-connect:{key}"),
        }))))
    },
};

const RESPONSES: &str = "customerReviewResponses";

struct Connect {
    base: Url,
    name: String,
}

impl Connect {
    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        if !path.iter().all(|part| is_id(part)) {
            return Err(unnamed("App Store Connect"));
        }
        let path = [&["v1"], path].concat();
        api(ask, method, &self.base, &path, &self.name, Shown::As("Bearer "))
    }
}

fn seen(response: &Value) -> Seen {
    match at(response, "/attributes/state") {
        Some("PENDING_PUBLISH") => Seen::NotYet,
        _ => Seen::Yes,
    }
}

impl Site for Connect {
    const ADVICE: Advice = Advice {
        who: "App Store Connect",
        unauthorized: "check `issuer`, `key_id` and the key of the source",
        forbidden: "give the key the role Customer Support or Admin",
        missing: "check `base` of the source",
        gone: "look whether the review still stands",
        moved: "put the address where it ends into `base` of the source",
        refused: "look at the review there and shorten the response, or answer by hand",
    };

    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        let mut request = self.call(ask, Method::GET, &["customerReviews", &ask.task.to])?;
        request.url.query_pairs_mut().append_pair("include", "response");
        Ok(request)
    }

    fn standing(&self, ask: &Ask<'_>, review: &Value) -> Result<Option<Standing>, ()> {
        at(review, "/data/id").filter(|id| *id == ask.task.to).ok_or(())?;
        let included = review.get("included").and_then(Value::as_array);
        let response = included.into_iter().flatten().find(|one| at(one, "/type") == Some(RESPONSES));
        Ok(response.and_then(|of| {
            let text = at(of, "/attributes/responseBody")?.to_owned();
            let id = at(of, "/id").filter(|id| is_id(id)).map(str::to_owned);
            Some(Standing { text, seen: seen(of), id })
        }))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        let body = json!({"data": {
            "type": RESPONSES,
            "attributes": {"responseBody": ask.task.text},
            "relationships": {"review": {"data": {"type": "customerReviews", "id": ask.task.to}}},
        }});
        Ok(with_json(self.call(ask, Method::POST, &[RESPONSES])?, &body))
    }

    fn written(&self, _ask: &Ask<'_>, answer: &Response) -> Option<Written> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        at(&body, "/data/id")?;
        Some(Written::There(body.get("data").map_or(Seen::Yes, seen)))
    }

    fn take_back(&self, ask: &Ask<'_>, id: &str) -> Option<Result<Request, Refusal>> {
        Some(self.call(ask, Method::DELETE, &[RESPONSES, id]))
    }
}
