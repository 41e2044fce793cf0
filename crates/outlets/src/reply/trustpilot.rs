//! Replies on Trustpilot: one to a review, through the private API.
//!
//! A source that reads with the private API shares its login; one that reads with an API key needs a credential of its
//! own for replies, with `client_id`. Address, login and fields are as in Trustpilot's own pages (seen 2026-11), where
//! `authorBusinessUserId` stands in every example. From memory: that it may be left out where the login is a user's, and
//! that a second reply takes the place of the first. What the answer to writing says is not told there, so it is looked
//! at the review again.

use gehoor_domain::effect::ReplyTask;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::review::{Review, Seen, Site, Standing, Written};
use super::talk::{Ask, Post, api, at, base, is_id, own, text, unnamed};
use super::{Channel, kind};
use crate::answer::Advice;
use crate::clean;
use crate::desk::http::{Shown, with_json};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "trustpilot-reply",
        "replies to reviews on Trustpilot",
        "that of the source with `api = \"private\"`; else one of its own: the client's secret, with `refresh_token` or user",
        "reply = true   # or { credential = \"env:TRUSTPILOT_SECRET\", client_id = \"…\", author = \"id of the business user\" }",
    ),
    source: "trustpilot",
    // No limit is documented.
    length: Length { by: Measure::Letters, most: 10_000 },
    build: |settings| {
        let Keys { client_id, author } = own(settings.own)?;
        let base = base(settings.source, "base", Some("https://api.trustpilot.com"))?;
        let shared = text(settings.source, "api") == Some("private");
        let login = client_id.map(|client_id| login(&base, client_id)).transpose()?;
        if !shared && login.is_none() {
            return Err(BadConfig(
                "`reply` needs the private API: set `client_id` and `credential` of `reply`".to_owned(),
            ));
        }
        let named =
            login.as_ref().map(|l| l.client_id.as_str()).or_else(|| text(settings.source, "client_id"));
        let name = format!("trustpilot:{}", named.unwrap_or_default());
        Ok(Box::new(Post(Review(Trustpilot { base, name, login, author }))))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    author: Option<String>,
}

fn login(base: &Url, client_id: String) -> Result<OAuth2, BadConfig> {
    let at = |end: &str| {
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| BadConfig("`base` is no web address".to_owned()))?
            .pop_if_empty()
            .extend(["v1", "oauth", "oauth-business-users-for-applications", end]);
        Ok(url)
    };
    Ok(OAuth2 {
        token_url: at("accesstoken")?,
        refresh_url: Some(at("refresh")?),
        client_id,
        auth: ClientAuth::Basic,
        scope: None,
        holds: Some(SignedDuration::from_hours(24 * 30)),
    })
}

struct Trustpilot {
    base: Url,
    name: String,
    login: Option<OAuth2>,
    author: Option<String>,
}

impl Trustpilot {
    fn call(&self, ask: &Ask<'_>, method: Method, end: &[&str]) -> Result<Request, Refusal> {
        let id = Some(ask.task.to.as_str()).filter(|id| is_id(id)).ok_or_else(|| unnamed("Trustpilot"))?;
        let path = [&["v1", "private", "reviews", id], end].concat();
        api(ask, method, &self.base, &path, &self.name, Shown::As("Bearer "))
    }
}

impl Site for Trustpilot {
    const ADVICE: Advice = Advice {
        who: "Trustpilot",
        unauthorized: "make a new login for the private API, of the source or of its `reply`",
        forbidden: "check that the plan and the user of the login may reply to reviews",
        missing: "check `base` of the source",
        gone: "look whether the review still stands",
        moved: "put the address where it ends into `base` of the source",
        refused: "look at the review there; set `author` of `reply` if it asks who replies; or answer by hand",
    };

    fn look(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        self.call(ask, Method::GET, &[])
    }

    fn standing(&self, ask: &Ask<'_>, review: &Value) -> Result<Option<Standing>, ()> {
        at(review, "/id").filter(|id| *id == ask.task.to).ok_or(())?;
        let text = at(review, "/companyReply/text").filter(|t| !t.trim().is_empty());
        Ok(text.map(|text| Standing { text: text.to_owned(), seen: Seen::Yes, id: None }))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Request, Refusal> {
        let mut body = json!({"message": ask.task.text});
        if let (Some(author), Some(body)) = (&self.author, body.as_object_mut()) {
            body.insert("authorBusinessUserId".to_owned(), author.as_str().into());
        }
        Ok(with_json(self.call(ask, Method::POST, &["reply"])?, &body))
    }

    fn written(&self, _ask: &Ask<'_>, _answer: &Response) -> Option<Written> {
        Some(Written::Unsaid)
    }

    fn page(&self, task: &ReplyTask) -> Option<String> {
        task.permalink.as_deref().and_then(clean::link)
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }
}
