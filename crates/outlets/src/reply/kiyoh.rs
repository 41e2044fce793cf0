//! Replies to reviews at Kiyoh and Klantenvertellen.
//!
//! Known from its clients, not from the manual. There is no call for one review: what stands there is looked for among
//! those that changed last, where a review is after a reply. The customer gets no mail of it (`responseEmail`): an
//! answer that was lost and sent again would be two mails. What the answer to writing says is not known: where it is no
//! object it is looked again. From memory: the tenant 99 of Klantenvertellen. No limit of length is documented.

use gehoor_domain::effect::ReplyTask;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::review::{Review, Seen, Site, Standing, Written};
use super::talk::{Ask, NoKeys, Post, api, at, base, is_id, own, text, unnamed};
use super::{Channel, kind};
use crate::answer::{Advice, never};
use crate::desk::http::{Shown, with_json};
use crate::plug::Refusal;

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "kiyoh-reply",
        "replies to reviews at Kiyoh and Klantenvertellen",
        "that of the source: the publication token",
        "reply = true",
    ),
    source: "kiyoh",
    length: Length { by: Measure::Letters, most: 10_000 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let (address, tenant) = match text(settings.source, "site") {
            Some("klantenvertellen") => ("https://www.klantenvertellen.nl", "99"),
            _ => ("https://www.kiyoh.com", "98"),
        };
        let locations = settings.source.get("locations").and_then(toml::Value::as_array);
        let mut locations = locations.into_iter().flatten().filter_map(toml::Value::as_str).map(str::trim);
        Ok(Box::new(Post(Review(Kiyoh {
            base: base(settings.source, "base", Some(address))?,
            tenant: text(settings.source, "tenant").unwrap_or(tenant).to_owned(),
            only: locations.next().map(str::to_owned).filter(|_| locations.next().is_none()),
        }))))
    },
};

struct Kiyoh {
    base: Url,
    tenant: String,
    /// The location, where one alone is configured.
    only: Option<String>,
}

impl Kiyoh {
    fn location<'a>(&'a self, task: &'a ReplyTask) -> Result<&'a str, Refusal> {
        let named = task.place.as_deref().and_then(|place| place.strip_prefix("kiyoh:"));
        named.or(self.only.as_deref()).ok_or_else(|| {
            never(
                "the location of this review is not known: name one alone in `locations`, or answer by hand",
            )
        })
    }

    fn call(&self, ask: &Ask<'_>, method: Method, end: &str) -> Result<Request, Refusal> {
        if !is_id(&ask.task.to) {
            return Err(unnamed("Kiyoh"));
        }
        let path = ["v1", "publication", "review", end];
        let name = format!("kiyoh:{}", self.tenant);
        api(ask, method, &self.base, &path, &name, Shown::Header("x-publication-api-token"))
    }
}

impl Site for Kiyoh {
    const ADVICE: Advice = Advice {
        who: "Kiyoh",
        unauthorized: "put a valid publication token into the credential of the source",
        forbidden: "check that the token holds for this location and may reply",
        missing: "check `site` and `base` of the source",
        gone: "look whether the review still stands",
        moved: "put the address where it ends into `base` of the source",
        refused: "check `tenant` and `locations` of the source, or answer by hand",
    };

    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        let location = self.location(ask.task)?;
        let mut request = self.call(ask, Method::GET, "external")?;
        request
            .url
            .query_pairs_mut()
            .append_pair("locationId", location)
            .append_pair("tenantId", &self.tenant)
            .append_pair("orderBy", "UPDATE_DATE")
            .append_pair("sortOrder", "DESC")
            .append_pair("limit", "250");
        Ok(request)
    }

    fn standing(&self, ask: &Ask<'_>, page: &Value) -> Result<Option<Standing>, ()> {
        let reviews = page.get("reviews").and_then(Value::as_array).ok_or(())?;
        let review = reviews.iter().find(|one| at(one, "/reviewId") == Some(&ask.task.to));
        let text = review.and_then(|one| at(one, "/reviewComments")).filter(|t| !t.trim().is_empty());
        Ok(text.map(|text| Standing { text: text.to_owned(), seen: Seen::Yes, id: None }))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        let body = json!({
            "locationId": self.location(ask.task)?,
            "tenantId": self.tenant,
            "reviewId": ask.task.to,
            "response": ask.task.text,
            "reviewResponseType": "PUBLIC",
            "responseEmail": "false",
        });
        Ok(with_json(self.call(ask, Method::PUT, "response")?, &body))
    }

    fn written(&self, _ask: &Ask<'_>, answer: &Response) -> Option<Written> {
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            return Some(Written::Unsaid);
        }
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        // It says errors with 200 too.
        let is_error = ["errorCode", "detailedError", "error"].iter().any(|name| body.get(name).is_some());
        Some(match body {
            _ if is_error => Written::Error,
            Value::Object(_) => Written::There(Seen::Yes),
            _ => Written::Unsaid,
        })
    }
}
