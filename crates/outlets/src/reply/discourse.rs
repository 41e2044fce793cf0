//! Replies in a Discourse forum.
//!
//! It is looked first among the answers to the post whether the reply stands there (the path `posts/ID/replies.json` is
//! of Discourse's description; the forum itself refuses the same text again for some minutes only). Texts are Markdown.
//! The most letters are the forum's own choice; 32,000 unless it changed that (from memory).

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::{HeaderValue, Method};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use super::talk::{
    Ask, Next, NoKeys, Post, Way, api, at, base, gone, host, id_at, markdown, own, plain_of_html, text,
    unnamed, wait,
};
use super::{Channel, kind};
use crate::answer::{Advice, never};
use crate::clean;
use crate::desk::http::{Shown, page, with_json};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "discourse-reply",
        "replies in a Discourse forum",
        "that of the source: an API key with `username`, or a user API key that may write",
        "reply = true",
    ),
    source: "discourse",
    length: Length { by: Measure::Letters, most: 32_000 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let base = base(settings.source, "base", None)?;
        let username = text(settings.source, "username").map(|name| {
            HeaderValue::from_str(name)
                .map_err(|_| BadConfig("`username` holds what a header cannot hold".to_owned()))
        });
        Ok(Box::new(Post(Discourse { host: host(&base), base, username: username.transpose()? })))
    },
};

const ADVICE: Advice = Advice {
    who: "the forum",
    unauthorized: "put a valid key into the credential of the source",
    forbidden: "check that the key is valid and its user may write in that topic",
    missing: "check `base` of the source",
    gone: "look whether the post still stands",
    moved: "put the address where it ends into `base` of the source",
    refused: "look at the topic there (closed, or the text too short, too long or said before), or answer by hand",
};

struct Discourse {
    base: Url,
    host: String,
    username: Option<HeaderValue>,
}

impl Way for Discourse {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let request = self.call(ask, Method::GET, &["posts", &format!("{}.json", self.number(ask)?)])?;
        Ok(Next::Send(request, "post".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        if matches!(answer.status.as_u16(), 404 | 410) {
            return Err(gone("the forum"));
        }
        let body = json_of(answer)?;
        let unreadable = || ADVICE.unreadable(answer);
        let number = self.number(ask)?;
        if word == "post" {
            let count = |name: &str| body.get(name).and_then(Value::as_u64);
            if id_at(&body, "/id").as_deref() != Some(number) {
                return Err(unreadable());
            }
            let is = |name: &str| body.get(name).and_then(Value::as_bool) == Some(true);
            if at(&body, "/deleted_at").is_some() || is("user_deleted") || is("hidden") {
                return Err(gone("the forum"));
            }
            let (topic, place) = count("topic_id").zip(count("post_number")).ok_or_else(unreadable)?;
            let request = self.call(ask, Method::GET, &["posts", number, "replies.json"])?;
            return Ok(Next::Send(request, format!("answers {topic} {place}")));
        }
        let place = word.strip_prefix("answers ").and_then(|rest| {
            let (topic, place) = rest.split_once(' ')?;
            Some((topic.parse::<u64>().ok()?, place.parse::<u64>().ok()?))
        });
        if let Some((topic, place)) = place {
            let answers = body.as_array().ok_or_else(unreadable)?;
            let said = |p: &Value| at(p, "/cooked").map(plain_of_html).is_some_and(|text| ask.is_said(&text));
            return match answers.iter().find(|post| said(post)) {
                Some(ours) => self.receipt(ours).map(Next::Done).ok_or_else(unreadable),
                None => self.write(ask, topic, place),
            };
        }
        // What waits for a moderator is answered with success too.
        if at(&body, "/action") == Some("enqueued") {
            return Err(never(
                "the forum keeps the reply for a moderator: look there whether it is let through; it counts when it is found there",
            ));
        }
        self.receipt(&body).map(Next::Done).ok_or_else(unreadable)
    }
}

impl Discourse {
    fn number<'a>(&self, ask: &'a Ask<'_>) -> Result<&'a str, Refusal> {
        let id = ask.task.to.strip_prefix(&self.host).and_then(|rest| rest.strip_prefix("/p/"));
        id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
            .ok_or_else(|| unnamed("this forum"))
    }

    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        let shown = Shown::Header(if self.username.is_some() { "api-key" } else { "user-api-key" });
        let name = format!("discourse:{}", self.host);
        let mut request = api(ask, method, &self.base, path, &name, shown)?;
        if let Some(user) = &self.username {
            request.headers.insert("api-username", user.clone());
        }
        Ok(request)
    }

    fn write(&self, ask: &Ask<'_>, topic: u64, place: u64) -> Result<Next, Refusal> {
        let body = json!({"raw": markdown(&ask.task.text), "topic_id": topic, "reply_to_post_number": place});
        let request = self.call(ask, Method::POST, &["posts.json"])?;
        Ok(Next::Send(with_json(request, &body), "sent".to_owned()))
    }

    /// As the source names posts.
    fn receipt(&self, post: &Value) -> Option<Receipt> {
        let (id, topic) = (id_at(post, "/id")?, id_at(post, "/topic_id")?);
        let number = id_at(post, "/post_number")?;
        let slug = at(post, "/topic_slug").unwrap_or("-");
        Some(Receipt {
            id: Some(clean::line(&format!("{}/p/{id}", self.host), 500)),
            url: page(&self.base, &["t", slug, &topic, &number]),
        })
    }
}

fn json_of(answer: &Response) -> Result<Value, Refusal> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match at(&body, "/error_type") {
        Some("rate_limit") => {
            let seconds = body.pointer("/extras/wait_seconds").and_then(Value::as_i64);
            let span = seconds.map(|s| SignedDuration::from_secs(s.clamp(0, 86_400)));
            Err(wait("the forum asks to wait: it is tried again by itself", span))
        }
        Some("invalid_access" | "not_logged_in") => {
            Err(never(format!("the forum does not allow it: {}", ADVICE.forbidden)))
        }
        _ if answer.status.is_success() && body.get("errors").is_some() => {
            Err(never(format!("the forum refuses it: {}", ADVICE.refused)))
        }
        _ => ADVICE.json(answer),
    }
}
