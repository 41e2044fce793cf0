//! Replies on Facebook and Instagram: comments under posts and comments, through Meta's Graph API.
//!
//! Nothing makes a comment one, so it is looked first among the newest comments. On Instagram an answer to an answer
//! hangs on the comment above both. There replies are short: 300 letters (from memory, as the 8,000 of Facebook).
//! Errors are codes (partly from memory); some ask to wait and say how long in a header.

use gehoor_domain::effect::{Receipt, ReplyTask};
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::login::part;
use gehoor_wire::signature::sign_hex;
use gehoor_wire::{Request, Response, Secret};
use http::Method;
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use super::talk::{
    Ask, Next, NoKeys, Post, Way, api, at, base, gone, id_at, is_id, own, text, unnamed, wait, with_form,
};
use super::{Channel, Settings, kind};
use crate::answer::{Advice, later, never};
use crate::clean;
use crate::desk::http::Shown;
use crate::plug::{BadConfig, Outlet, Refusal};

/// The entry of Facebook in the list of channels.
pub(super) static FACEBOOK: Channel = Channel {
    kind: kind(
        "facebook-reply",
        "comments on Facebook, as the page",
        "that of the source: a token of the page with pages_manage_engagement",
        "reply = true",
    ),
    source: "facebook",
    length: Length { by: Measure::Letters, most: 8000 },
    build: |settings| build(settings, Site::Facebook, "page"),
};

/// The entry of Instagram in the list of channels.
pub(super) static INSTAGRAM: Channel = Channel {
    kind: kind(
        "instagram-reply",
        "replies to comments under our own posts on Instagram",
        "that of the source: a token with instagram_manage_comments",
        "reply = true",
    ),
    source: "instagram",
    length: Length { by: Measure::Letters, most: 300 },
    build: |settings| {
        if text(settings.source, "mode") == Some("tags") {
            return Err(BadConfig(
                "Instagram takes replies under our own posts only: leave `reply` out with `mode = \"tags\"`"
                    .to_owned(),
            ));
        }
        build(settings, Site::Instagram, "account")
    },
};

fn build(settings: &Settings<'_>, site: Site, whose: &str) -> Result<Box<dyn Outlet>, BadConfig> {
    let NoKeys {} = own(settings.own)?;
    let mut base = base(settings.source, "base", Some("https://graph.facebook.com"))?;
    let version = text(settings.source, "version").unwrap_or("v25.0");
    base.path_segments_mut()
        .map_err(|()| BadConfig("`base` is no web address".to_owned()))?
        .pop_if_empty()
        .push(version);
    let name = format!("{}:{}", site.word(), text(settings.source, whose).unwrap_or_default());
    Ok(Box::new(Post(Meta { base, name, site })))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Facebook,
    Instagram,
}

impl Site {
    fn word(self) -> &'static str {
        match self {
            Site::Facebook => "facebook",
            Site::Instagram => "instagram",
        }
    }

    fn advice(self) -> Advice {
        Advice {
            who: if self == Site::Facebook { "Facebook" } else { "Instagram" },
            unauthorized: "make a new token and put it into the credential of the source",
            forbidden: "check in the app's review that it has the permission to write comments",
            missing: "check `base` and `version` of the source",
            gone: "look whether the post still stands",
            moved: "put the address where it ends into `base` of the source",
            refused: "look at the post there and shorten the reply, or answer by hand",
        }
    }
}

struct Meta {
    base: Url,
    name: String,
    site: Site,
}

impl Way for Meta {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let (shelf, list) = match self.site {
            // All comments under the post, however deep.
            Site::Facebook => (ask.task.thread.as_deref().unwrap_or(&ask.task.to), "comments"),
            Site::Instagram => under(ask.task),
        };
        let mut request = self.call(ask, Method::GET, &[shelf, list])?;
        let mut query = request.url.query_pairs_mut();
        match self.site {
            Site::Facebook => query
                .append_pair("fields", "id,message,permalink_url")
                .append_pair("filter", "stream")
                .append_pair("order", "reverse_chronological"),
            Site::Instagram => query.append_pair("fields", "id,text"),
        };
        query.append_pair("limit", "100");
        drop(query);
        Ok(Next::Send(request, "answers".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        let unreadable = || self.site.advice().unreadable(answer);
        let body = self.json(answer)?;
        if word == "answers" {
            let field = if self.site == Site::Facebook { "/message" } else { "/text" };
            let list = body.get("data").and_then(Value::as_array).ok_or_else(unreadable)?;
            let ours = list.iter().find(|one| at(one, field).is_some_and(|text| ask.is_said(text)));
            return match ours {
                Some(ours) => receipt(ours).map(Next::Done).ok_or_else(unreadable),
                None => self.write(ask),
            };
        }
        receipt(&body).map(Next::Done).ok_or_else(unreadable)
    }

    fn token(&self, given: &Secret) -> Option<String> {
        let token = part(given, "access_token", true).ok()?;
        super::talk::plain(&token)
    }
}

/// Below which comment or post an answer hangs on Instagram, and what its list is called.
fn under(task: &ReplyTask) -> (&str, &'static str) {
    match (task.thread.as_deref(), task.in_reply_to.as_deref()) {
        (Some(post), _) if post == task.to => (&task.to, "comments"),
        (Some(post), Some(above)) if above != post => (above, "replies"),
        _ => (&task.to, "replies"),
    }
}

impl Meta {
    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        if !path.iter().all(|part| is_id(part)) {
            return Err(unnamed(self.site.advice().who));
        }
        let mut request = api(ask, method, &self.base, path, &self.name, Shown::As("Bearer "))?;
        // The proof that the app's secret is known, where the credential holds one.
        if let Some(secret) = ask.given.and_then(|given| part(given, "app_secret", false).ok()) {
            let proof = sign_hex(&secret, ask.token.as_bytes())
                .map_err(|_| never("`app_secret` of the credential cannot be used: copy it anew"))?;
            let proof = proof.strip_prefix("sha256=").unwrap_or(&proof);
            request.url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        Ok(request)
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let (shelf, list) = match self.site {
            Site::Facebook => (ask.task.to.as_str(), "comments"),
            Site::Instagram => under(ask.task),
        };
        let request = self.call(ask, Method::POST, &[shelf, list])?;
        Ok(Next::Send(with_form(request, &[("message", &ask.task.text)]), "sent".to_owned()))
    }

    /// The answer's JSON; an error is one with any status.
    fn json(&self, answer: &Response) -> Result<Value, Refusal> {
        let advice = self.site.advice();
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let error = body.get("error").unwrap_or(&Value::Null);
        let number = |name: &str| error.get(name).and_then(Value::as_u64);
        let who = advice.who;
        Err(match (number("code"), number("error_subcode")) {
            (Some(4 | 17 | 32 | 613 | 80_001 | 80_002), _) => wait(
                format!("the calls of this hour to {who} are used up: it is tried again by itself"),
                Some(regain(answer).unwrap_or(SignedDuration::from_hours(1))),
            ),
            (Some(1 | 2), _) => later(format!("{who} has a fault of its own: it is tried again by itself")),
            (Some(102 | 190), _) => never(format!("{who} does not know us: {}", advice.unauthorized)),
            (Some(10 | 200..=299), _) => never(format!("{who} does not allow it: {}", advice.forbidden)),
            (Some(100), Some(33)) | (Some(803), _) => gone(who),
            (Some(368), _) => never(format!(
                "{who} has blocked the app or account for what it takes for abuse: look at its dashboard"
            )),
            _ if matches!(answer.status.as_u16(), 404 | 410) => gone(who),
            (Some(_), _) if answer.status.is_success() => {
                never(format!("{who} refuses it: {}", advice.refused))
            }
            _ if answer.status.is_success() && !body.is_object() => advice.unreadable(answer),
            _ if answer.status.is_success() => return Ok(body),
            _ => advice.refusal(answer),
        })
    }
}

fn receipt(comment: &Value) -> Option<Receipt> {
    let id = id_at(comment, "/id")?;
    // On Instagram a comment has no address of its own.
    Some(Receipt { id: Some(id), url: at(comment, "/permalink_url").and_then(clean::link) })
}

/// How many minutes it takes until calls are allowed again, where the header says so.
fn regain(answer: &Response) -> Option<SignedDuration> {
    let usage: Value = serde_json::from_str(answer.header("x-business-use-case-usage")?).ok()?;
    let all = usage.as_object()?.values().filter_map(Value::as_array).flatten();
    let minutes = all.filter_map(|one| one.get("estimated_time_to_regain_access")?.as_i64()).max()?;
    (minutes > 0).then(|| SignedDuration::from_mins(minutes.min(24 * 60)))
}
