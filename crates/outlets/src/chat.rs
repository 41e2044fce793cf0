//! What all chats have in common: an alert in few words, each fit to be shown where mark-up is read.

use gehoor_domain::effect::{Delivery, Task};
use gehoor_wire::{Body, Request, Secret};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::answer::never;
use crate::letter::Words;
use crate::plug::Refusal;
use crate::{clean, defuse};

/// How grave an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Urgent,
    Warning,
    Info,
    /// It is over.
    Resolved,
}

impl Level {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "urgent" => Level::Urgent,
            "warning" => Level::Warning,
            "resolved" => Level::Resolved,
            _ => Level::Info,
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Level::Urgent => "🔴",
            Level::Warning => "🟠",
            Level::Info => "🔵",
            Level::Resolved => "🟢",
        }
    }
}

/// How much a chat takes, in bytes.
pub(crate) struct Size {
    pub(crate) subject: usize,
    pub(crate) lines: usize,
    pub(crate) posts: usize,
    pub(crate) post: usize,
}

/// An alert with everything broken up that means something to a chat.
pub(crate) struct Message {
    pub(crate) level: Level,
    /// With the sign of its level.
    pub(crate) subject: String,
    /// Our paragraphs, one a line. Of their addresses only our own become links: they may repeat what somebody wrote.
    pub(crate) lines: String,
    pub(crate) posts: Vec<Said>,
    /// That older posts are not shown.
    pub(crate) left_out: Option<String>,
    /// Where it is read in Gehoor.
    pub(crate) open: Option<String>,
    pub(crate) words: &'static Words,
}

/// A post in a chat.
pub(crate) struct Said {
    pub(crate) author: String,
    pub(crate) at: Timestamp,
    pub(crate) text: String,
    pub(crate) permalink: Option<String>,
}

/// The number and the level of an alert; what is none is refused.
pub(crate) fn alert<'a>(delivery: &'a Delivery, who: &str) -> Result<(u64, &'a str), Refusal> {
    match &delivery.task {
        Task::Alert { alert, level } => Ok((alert.0, level)),
        Task::Digest { .. } => {
            Err(never(format!("{who} takes no digests: name an outlet of the kind email in the digest")))
        }
        Task::Ticket { .. } | Task::Comment { .. } | Task::Push { .. } | Task::Reply(_) => {
            Err(never(format!("{who} takes alerts, no tickets: name another outlet as service queue")))
        }
    }
}

impl Message {
    pub(crate) fn of(delivery: &Delivery, level: &str, size: &Size, include_text: bool) -> Self {
        let level = Level::of(level);
        let words = Words::of(&delivery.lang);
        let lines: Vec<String> =
            delivery.lines.iter().take(40).map(|l| clean::block(l, size.lines)).collect();
        let (posts, left_out) = match include_text {
            true => clean::posts(&delivery.posts, size.posts, size.post),
            false => (Vec::new(), 0),
        };
        let posts = posts.into_iter().map(|post| Said {
            author: clean::cut(defuse::chat(&post.author), 120),
            at: post.at,
            text: clean::cut(defuse::chat(&post.text), size.post),
            permalink: post.permalink.map(|link| defuse::link(&link)),
        });
        Self {
            level,
            subject: clean::cut(
                format!("{} {}", level.sign(), defuse::chat(&clean::line(&delivery.subject, size.subject))),
                size.subject,
            ),
            lines: clean::cut(defuse::ours(&defuse::chat(&lines.join("\n")), &delivery.url), size.lines),
            posts: posts.collect(),
            left_out: words.left_out(left_out),
            open: clean::link(&delivery.url).map(|link| defuse::link(&link)),
            words,
        }
    }
}

/// The address that is itself the secret.
pub(crate) fn address(credential: Option<&Secret>) -> Result<Url, Refusal> {
    let secret = credential.ok_or_else(|| {
        never("there is no address: set `credential` of this outlet to the address of the incoming webhook")
    })?;
    let url = Url::parse(secret.reveal().trim()).ok();
    url.filter(|url| matches!(url.scheme(), "https" | "http") && url.host_str().is_some())
        .ok_or_else(|| never("the credential of this outlet is not the address of a webhook: copy all of it"))
}

/// A JSON message to an address.
pub(crate) fn message(kind: &str, method: Method, url: Url, body: &Value) -> Request {
    let mut request = Request::api(method, url);
    request.credential = request.url.host_str().map(|host| format!("{kind}:{host}"));
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.body = Body::Bytes(body.to_string().into());
    request
}

/// The default of `include_text`.
pub(crate) fn yes() -> bool {
    true
}
