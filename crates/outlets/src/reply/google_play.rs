//! Replies to reviews in Google Play, through the Developer API. Replying again overwrites.
//!
//! Reviews are shown for seven days after their last change; an older one may still be replied to, so it is tried.

use gehoor_domain::effect::ReplyTask;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::review::{Review, Seen, Site, Standing, Written};
use super::talk::{Ask, NoKeys, Post, api, at, base, is_id, own, unnamed};
use super::{Channel, google, kind};
use crate::answer::{Advice, never};
use crate::clean;
use crate::desk::http::{Shown, with_json};
use crate::plug::Refusal;

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "google-play-reply",
        "replies to reviews of your apps in Google Play",
        "that of the source: a service account that may reply to reviews",
        "reply = true",
    ),
    source: "google-play",
    length: Length { by: Measure::Letters, most: 350 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let packages = settings.source.get("packages").and_then(toml::Value::as_array);
        let packages = packages.into_iter().flatten().filter_map(toml::Value::as_str);
        Ok(Box::new(Post(Review(GooglePlay {
            base: base(
                settings.source,
                "base",
                Some("https://androidpublisher.googleapis.com/androidpublisher/v3"),
            )?,
            packages: packages.map(str::to_owned).collect(),
        }))))
    },
};

struct GooglePlay {
    base: Url,
    packages: Vec<String>,
}

impl GooglePlay {
    /// The app: its page holds it; where one app is configured it is that one.
    fn package(&self, task: &ReplyTask) -> Option<&str> {
        let page: Option<Url> = task.permalink.as_deref().and_then(|link| link.parse().ok());
        let named =
            page.and_then(|url| url.query_pairs().find(|(n, _)| n == "id").map(|(_, id)| id.into_owned()));
        match (named, self.packages.as_slice()) {
            (Some(named), all) => all.iter().find(|p| **p == named).map(String::as_str),
            (None, [one]) => Some(one),
            (None, _) => None,
        }
    }

    fn call(&self, ask: &Ask<'_>, method: Method, end: &str) -> Result<Request, Refusal> {
        let id = Some(ask.task.to.as_str()).filter(|id| is_id(id)).ok_or_else(|| unnamed("Google Play"))?;
        let package = self.package(ask.task).ok_or_else(|| {
            never("the app of this review is not among `packages` of the source: add it, or answer by hand")
        })?;
        let name = format!("google-play:{package}");
        let path = ["applications", package, "reviews", &format!("{id}{end}")];
        api(ask, method, &self.base, &path, &name, Shown::As("Bearer "))
    }
}

impl Site for GooglePlay {
    const WRITES_UNSEEN: bool = true;
    const ADVICE: Advice = Advice {
        who: "Google Play",
        unauthorized: "put a new key of the service account into the credential of the source",
        forbidden: "check in the Play Console that the service account may reply to reviews",
        missing: "check `base` of the source",
        gone: "look whether the review still stands",
        moved: "put the address where it ends into `base` of the source",
        refused: "look at the review there and shorten the reply, or answer by hand",
    };

    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        self.call(ask, Method::GET, "")
    }

    fn standing(&self, ask: &Ask<'_>, review: &Value) -> Result<Option<Standing>, ()> {
        at(review, "/reviewId").filter(|id| *id == ask.task.to).ok_or(())?;
        let comments = review.get("comments").and_then(Value::as_array).ok_or(())?;
        let text = comments.iter().filter_map(|c| at(c, "/developerComment/text")).next_back();
        Ok(text.map(|text| Standing { text: text.to_owned(), seen: Seen::Yes, id: None }))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        Ok(with_json(self.call(ask, Method::POST, ":reply")?, &json!({"replyText": ask.task.text})))
    }

    fn written(&self, _ask: &Ask<'_>, answer: &Response) -> Option<Written> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        at(&body, "/result/replyText")?;
        Some(Written::There(Seen::Yes))
    }

    fn refusal(&self, answer: &Response) -> Refusal {
        google::refusal(&Self::ADVICE, answer)
    }

    fn page(&self, task: &ReplyTask) -> Option<String> {
        task.permalink.as_deref().and_then(clean::link)
    }
}
