//! Replies on Reddit: comments on posts and comments.
//!
//! There is no key that would make a comment one, so it is looked first among the answers to the post whether it stands
//! there. The parameters `comment` and `context` of that list are from memory. Reddit says errors with a status of
//! success, among them that it wants us to wait; how long stands in a field, or only in the words of the error, as PRAW
//! (8.0) reads it. Texts are Markdown.

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::header::USER_AGENT;
use http::{HeaderValue, Method};
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use super::talk::{
    Ask, Next, NoKeys, Post, Way, api, at, base, gone, markdown, own, text, unnamed, wait, with_form,
};
use super::{Channel, kind};
use crate::answer::{Advice, never};
use crate::clean;
use crate::desk::http::Shown;
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "reddit-reply",
        "comments on Reddit",
        "that of the source, with `username` and `password`, or `refresh_token` (scopes read and submit)",
        "reply = true",
    ),
    source: "reddit",
    length: Length { by: Measure::Letters, most: 10_000 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let agent = text(settings.source, "user_agent").unwrap_or_default();
        let client = text(settings.source, "client_id").unwrap_or_default();
        Ok(Box::new(Post(Reddit {
            api: base(settings.source, "api", Some("https://oauth.reddit.com"))?,
            agent: HeaderValue::from_str(agent)
                .map_err(|_| BadConfig("`user_agent` holds what a header cannot hold".to_owned()))?,
            name: format!("reddit:{client}"),
        })))
    },
};

const ADVICE: Advice = Advice {
    who: "Reddit",
    unauthorized: "put a valid login into the credential of the source",
    forbidden: "check that the login is an account's (`username` and `password`, or `refresh_token`) that may write there",
    missing: "check `api` of the source",
    gone: "look whether the post still stands",
    moved: "put the address where it ends into `api` of the source",
    refused: "look at the post there and shorten the reply, or answer by hand",
};

/// What stands in place of what was deleted, by its author or by a moderator.
const GONE: [&str; 2] = ["[deleted]", "[removed]"];

struct Reddit {
    api: Url,
    agent: HeaderValue,
    name: String,
}

/// The key of a name such as `t3_1abc`, of that kind.
fn key<'a>(name: &'a str, kind: &str) -> Option<&'a str> {
    let key = name.strip_prefix(kind)?;
    (!key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(key)
}

impl Way for Reddit {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let to = ask.task.to.as_str();
        if key(to, "t3_").is_none() && key(to, "t1_").is_none() {
            return Err(unnamed("Reddit"));
        }
        let post = Some(to).into_iter().chain(ask.task.thread.as_deref()).find_map(|name| key(name, "t3_"));
        if let Some(post) = post {
            return self.answers(ask, post);
        }
        let mut request = self.call(ask, Method::GET, &["api", "info"])?;
        request.url.query_pairs_mut().append_pair("id", to).append_pair("raw_json", "1");
        Ok(Next::Send(request, "info".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        if matches!(answer.status.as_u16(), 404 | 410) {
            return Err(gone("Reddit"));
        }
        let body = ADVICE.json(answer)?;
        let unreadable = || ADVICE.unreadable(answer);
        match word {
            "info" => {
                let found =
                    body.pointer("/data/children").and_then(Value::as_array).ok_or_else(unreadable)?;
                let named = |t: &&Value| at(t, "/data/name") == Some(&ask.task.to);
                let thing = found.iter().find(named).ok_or_else(|| gone("Reddit"))?;
                let post = at(thing, "/data/link_id").and_then(|name| key(name, "t3_"));
                self.answers(ask, post.ok_or_else(unreadable)?)
            }
            "answers" => match standing(ask, &body).ok_or_else(unreadable)?? {
                Some(ours) => Ok(Next::Done(ours)),
                None => self.write(ask),
            },
            _ => {
                let errors = body.pointer("/json/errors").and_then(Value::as_array).ok_or_else(unreadable)?;
                if let Some(error) = errors.first() {
                    return Err(meaning(error, &body));
                }
                let thing = body.pointer("/json/data/things/0/data");
                thing.and_then(receipt).map(Next::Done).ok_or_else(unreadable)
            }
        }
    }
}

impl Reddit {
    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        let mut request = api(ask, method, &self.api, path, &self.name, Shown::As("Bearer "))?;
        request.headers.insert(USER_AGENT, self.agent.clone());
        Ok(request)
    }

    fn answers(&self, ask: &Ask<'_>, post: &str) -> Result<Next, Refusal> {
        let mut request = self.call(ask, Method::GET, &["comments", post])?;
        let mut query = request.url.query_pairs_mut();
        query.append_pair("raw_json", "1").append_pair("sort", "new").append_pair("limit", "200");
        match key(&ask.task.to, "t1_") {
            Some(comment) => {
                query.append_pair("comment", comment).append_pair("context", "0").append_pair("depth", "2")
            }
            None => query.append_pair("depth", "1"),
        };
        drop(query);
        Ok(Next::Send(request, "answers".to_owned()))
    }

    fn write(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let text = markdown(&ask.task.text);
        let fields = [("api_type", "json"), ("raw_json", "1"), ("thing_id", &ask.task.to), ("text", &text)];
        let request = self.call(ask, Method::POST, &["api", "comment"])?;
        Ok(Next::Send(with_form(request, &fields), "sent".to_owned()))
    }
}

/// Our comment among the answers of a page: the post, and a list of comments. `None` when it cannot be read.
fn standing(ask: &Ask<'_>, page: &Value) -> Option<Result<Option<Receipt>, Refusal>> {
    let to = ask.task.to.as_str();
    let post = page.pointer("/0/data/children/0/data")?;
    let comments = page.pointer("/1/data/children")?.as_array()?;
    let (target, answers) = if at(post, "/name") == Some(to) {
        (post, comments.as_slice())
    } else {
        let Some(comment) = comments.iter().find(|c| at(c, "/data/name") == Some(to)) else {
            return Some(Err(gone("Reddit")));
        };
        // Without answers an empty text stands there.
        let answers = comment.pointer("/data/replies/data/children").and_then(Value::as_array);
        (comment.get("data")?, answers.map_or(&[][..], Vec::as_slice))
    };
    let is_gone =
        ["/author", "/body", "/selftext"].iter().filter_map(|p| at(target, p)).any(|t| GONE.contains(&t));
    if is_gone || at(target, "/removed_by_category").is_some() {
        return Some(Err(gone("Reddit")));
    }
    let ours = |c: &&Value| {
        at(c, "/data/parent_id") == Some(to) && at(c, "/data/body").is_some_and(|body| ask.is_said(body))
    };
    match answers.iter().find(ours) {
        Some(ours) => Some(Ok(Some(receipt(ours.get("data")?)?))),
        None => Some(Ok(None)),
    }
}

fn receipt(comment: &Value) -> Option<Receipt> {
    let name =
        at(comment, "/name").or_else(|| at(comment, "/id")).filter(|name| key(name, "t1_").is_some())?;
    // Only a path: nothing there may lead elsewhere.
    let path = at(comment, "/permalink").filter(|p| p.starts_with("/r/") || p.starts_with("/user/"));
    let url = path.and_then(|path| clean::link(&format!("https://www.reddit.com{path}")));
    Some(Receipt { id: Some(name.to_owned()), url })
}

/// What the name of an error means: `["THREAD_LOCKED", "…", "parent"]`.
fn meaning(error: &Value, body: &Value) -> Refusal {
    match at(error, "/0").unwrap_or_default() {
        "RATELIMIT" => {
            let field = body.pointer("/json/ratelimit").and_then(Value::as_f64);
            let seconds = field.or_else(|| spoken(at(error, "/1")?));
            let span = seconds.and_then(|s| SignedDuration::try_from_secs_f64(s.clamp(0.0, 86_400.0)).ok());
            wait("Reddit asks to wait before the next comment: it is tried again by itself", span)
        }
        "DELETED_COMMENT" | "DELETED_LINK" | "DELETED_THING" => gone("Reddit"),
        "THREAD_LOCKED" | "TOO_OLD" => never(
            "Reddit takes no more comments there, the thread is locked or too old: choose another way to the customer",
        ),
        "USER_REQUIRED" => never(
            "Reddit takes comments of an account only: put `username` and `password`, or `refresh_token`, into the \
             credential of the source",
        ),
        _ => never(format!("Reddit refuses it: {}", ADVICE.refused)),
    }
}

/// The span in `you are doing that too much. try again in 9 minutes.`, in seconds and one more.
fn spoken(text: &str) -> Option<f64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let number = f64::from(number.parse::<u16>().ok()?);
        match unit.trim_end_matches(|c: char| !c.is_ascii_alphabetic()) {
            "minute" | "minutes" => Some(number * 60.0 + 1.0),
            "second" | "seconds" => Some(number + 1.0),
            "millisecond" | "milliseconds" => Some(1.0),
            _ => None,
        }
    })
}
