//! Replies on Lemmy, to comments and posts, through either generation of its interface, as its own client describes them
//! (lemmy-js-client 0.19.9 for `v3`, 1.0.0-beta.2 for `v4`). The newer one writes its words in small letters and refuses
//! others, and gives what it resolved as it stands, with its kind in `type_`.
//!
//! A post is known by its name in the whole network and to an instance by a number: it is asked for that first. Nothing
//! makes a comment one, so it is then looked among the newest answers. Texts are Markdown; 10,000 letters, says the server.

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::talk::{
    Ask, Next, NoKeys, Post, Way, api, at, base, gone, host, id_at, markdown, own, text, unnamed, wait,
};
use super::{Channel, kind};
use crate::answer::{Advice, never};
use crate::clean;
use crate::desk::http::{Shown, with_json};
use crate::plug::Refusal;

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "lemmy-reply",
        "comments on Lemmy",
        "that of the source: the login token of an account",
        "reply = true",
    ),
    source: "lemmy",
    length: Length { by: Measure::Letters, most: 10_000 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let base = base(settings.source, "base", None)?;
        let generation = if text(settings.source, "api") == Some("v4") { "v4" } else { "v3" };
        Ok(Box::new(Post(Lemmy { name: format!("lemmy:{}", host(&base)), base, generation })))
    },
};

const ADVICE: Advice = Advice {
    who: "the instance",
    unauthorized: "put a valid login token into the credential of the source",
    forbidden: "check that the account may write in that community",
    missing: "check `base` and `api` of the source",
    gone: "look whether the post still stands",
    moved: "put the address where it ends into `base` of the source",
    refused: "look at the post there (locked, or the account banned), or answer by hand",
};

struct Lemmy {
    base: Url,
    generation: &'static str,
    name: String,
}

/// The post, and the comment where one is answered, by the numbers of this instance.
#[derive(Clone, Copy)]
struct Target {
    post: u64,
    comment: Option<u64>,
}

impl Target {
    fn of(view: &Value, to: &str) -> Option<Result<Self, Refusal>> {
        let comment = view.get("comment").filter(|c| !c.is_null());
        let it = comment.or_else(|| view.get("post"))?;
        if at(it, "/ap_id") != Some(to) {
            return None;
        }
        let is = |name: &str| it.get(name).and_then(Value::as_bool) == Some(true);
        if is("deleted") || is("removed") {
            return Some(Err(gone("the instance")));
        }
        let number = |of: &Value, name: &str| of.get(name).and_then(Value::as_u64);
        let post = match comment {
            Some(comment) => number(comment, "post_id")?,
            None => number(it, "id")?,
        };
        let comment = match comment {
            Some(comment) => Some(number(comment, "id")?),
            None => None,
        };
        Some(Ok(Self { post, comment }))
    }

    fn word(self) -> String {
        format!("answers {} {}", self.post, self.comment.unwrap_or(0))
    }

    fn read(word: &str) -> Option<Self> {
        let (post, comment) = word.strip_prefix("answers ")?.split_once(' ')?;
        let comment: u64 = comment.parse().ok()?;
        Some(Self { post: post.parse().ok()?, comment: (comment != 0).then_some(comment) })
    }

    /// Whether a comment hangs right below: the last but one number of `0.12.34`.
    fn is_above(self, comment: &Value) -> bool {
        let above = at(comment, "/path").and_then(|path| path.rsplit('.').nth(1));
        above.is_some_and(|above| above == self.comment.unwrap_or(0).to_string())
    }
}

impl Way for Lemmy {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        if !ask.task.to.starts_with("http") {
            return Err(unnamed("Lemmy"));
        }
        let mut request = self.call(ask, Method::GET, &["resolve_object"])?;
        request.url.query_pairs_mut().append_pair("q", &ask.task.to);
        Ok(Next::Send(request, "post".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        let body = json_of(answer)?;
        let unreadable = || ADVICE.unreadable(answer);
        if word == "post" {
            let named = ["comment", "post"].iter().filter_map(|name| body.get(*name));
            let whole = Some(&body).filter(|body| body.get("type_").is_some());
            let target = whole.into_iter().chain(named).find_map(|view| Target::of(view, &ask.task.to));
            return self.answers(ask, target.ok_or_else(unreadable)??);
        }
        if let Some(target) = Target::read(word) {
            let list = ["comments", "items"].iter().find_map(|name| body.get(*name)?.as_array());
            let ours = list.ok_or_else(unreadable)?.iter().filter_map(|view| view.get("comment")).find(|c| {
                target.is_above(c) && at(c, "/content").is_some_and(|content| ask.is_said(content))
            });
            return match ours {
                Some(ours) => receipt(ours).map(Next::Done).ok_or_else(unreadable),
                None => self.write(ask, target),
            };
        }
        body.pointer("/comment_view/comment").and_then(receipt).map(Next::Done).ok_or_else(unreadable)
    }
}

impl Lemmy {
    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        let path = [&["api", self.generation], path].concat();
        api(ask, method, &self.base, &path, &self.name, Shown::As("Bearer "))
    }

    fn answers(&self, ask: &Ask<'_>, target: Target) -> Result<Next, Refusal> {
        let mut request = self.call(ask, Method::GET, &["comment", "list"])?;
        let mut query = request.url.query_pairs_mut();
        let (all, newest) = if self.generation == "v4" { ("all", "new") } else { ("All", "New") };
        query.append_pair("type_", all).append_pair("sort", newest).append_pair("limit", "50");
        query.append_pair("post_id", &target.post.to_string());
        if let Some(comment) = target.comment {
            query.append_pair("parent_id", &comment.to_string());
        }
        drop(query);
        Ok(Next::Send(request, target.word()))
    }

    fn write(&self, ask: &Ask<'_>, target: Target) -> Result<Next, Refusal> {
        let mut body = json!({"content": markdown(&ask.task.text), "post_id": target.post});
        if let (Some(comment), Some(body)) = (target.comment, body.as_object_mut()) {
            body.insert("parent_id".to_owned(), comment.into());
        }
        let request = self.call(ask, Method::POST, &["comment"])?;
        Ok(Next::Send(with_json(request, &body), "sent".to_owned()))
    }
}

fn receipt(comment: &Value) -> Option<Receipt> {
    let name = at(comment, "/ap_id")?;
    id_at(comment, "/id")?;
    Some(Receipt { id: Some(clean::line(name, 500)), url: clean::link(name) })
}

/// Errors have names, with any status; other names are not repeated.
fn json_of(answer: &Response) -> Result<Value, Refusal> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = at(&body, "/error").unwrap_or_default();
    Err(match error {
        "rate_limit_error" | "too_many_requests" => {
            wait("the instance asks to wait: it is tried again by itself", None)
        }
        "not_logged_in" | "incorrect_login" | "instance_is_private" => {
            never(format!("the instance does not know us: {}", ADVICE.unauthorized))
        }
        error if error.starts_with("couldnt_find") || error == "not_found" || error == "deleted" => {
            gone("the instance")
        }
        _ if matches!(answer.status.as_u16(), 404 | 410) => gone("the instance"),
        _ => return ADVICE.json(answer),
    })
}
