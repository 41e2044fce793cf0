//! Replies on Mastodon, and on every server with its client interface.
//!
//! A post is known to us by its name in the whole network, and to a server by a number of its own: the number stands in
//! the name, is found by a search for it, or among our notifications, where the servers that cannot search have it. The
//! reply is as visible as the post it answers, so that nothing that was said among few is answered before all, and calls
//! the customer by the handle that the server itself uses. `Idempotency-Key` is remembered for an hour; after that it is
//! seen among the answers to the post that it stands there already.
//!
//! Source: Mastodon's documentation (2026-07); tried with a real snac 2.75 by the test of the main job.

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure, same_words};
use gehoor_wire::{Request, Response};
use http::{HeaderValue, Method};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use super::talk::{Ask, Next, NoKeys, Post, Way, base, gone, own, plain_of_html};
use super::{Channel, kind};
use crate::answer::{Advice, later, never};
use crate::clean;
use crate::desk::http::{Shown, call, show, with_json};
use crate::plug::Refusal;

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "mastodon-reply",
        "replies on Mastodon and other servers with its interface",
        "that of the source, with write:statuses and read:statuses",
        "reply = true",
    ),
    source: "mastodon",
    length: Length { by: Measure::Mastodon, most: 500 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        Ok(Box::new(Post(Mastodon { base: base(settings.source, "base", None)? })))
    },
};

const ADVICE: Advice = Advice {
    who: "the server",
    unauthorized: "put a valid token into the credential of the source",
    forbidden: "make a token with `write:statuses` and `read:statuses` for the source",
    missing: "check `base` of the source",
    gone: "look whether the account still stands",
    moved: "put the address where it ends into `base` of the source",
    refused: "look at the post there and shorten the reply, or answer by hand",
};

struct Mastodon {
    base: Url,
}

/// The post that is answered, as this server knows it.
struct Target {
    id: String,
    visibility: String,
    acct: String,
}

impl Target {
    fn of(status: &Value) -> Option<Self> {
        let text = |at: &str| status.pointer(at).and_then(Value::as_str);
        Some(Self {
            id: text("/id").filter(|id| fits(id))?.to_owned(),
            visibility: text("/visibility").unwrap_or("public").to_owned(),
            acct: text("/account/acct").map(|a| clean::line(a, 200)).unwrap_or_default(),
        })
    }

    fn word(&self) -> String {
        format!("context {} {} {}", self.id, self.visibility, self.acct)
    }

    fn read(word: &str) -> Option<Self> {
        let mut parts = word.strip_prefix("context ")?.splitn(3, ' ');
        Some(Self {
            id: parts.next()?.to_owned(),
            visibility: parts.next()?.to_owned(),
            acct: parts.next()?.to_owned(),
        })
    }
}

fn fits(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl Way for Mastodon {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        if let Some(id) = self.own_number(&ask.task.to) {
            return Ok(Next::Send(self.get(ask, &["statuses", &id])?, "status".to_owned()));
        }
        let mut request = self.call(ask, Method::GET, &["api", "v2", "search"])?;
        request
            .url
            .query_pairs_mut()
            .append_pair("q", &ask.task.to)
            .append_pair("type", "statuses")
            .append_pair("resolve", "true")
            .append_pair("limit", "5");
        Ok(Next::Send(request, "search".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        match word {
            "status" => {
                if matches!(answer.status.as_u16(), 404 | 410) {
                    return Err(gone("the server"));
                }
                let status = ADVICE.json(answer)?;
                self.context(ask, &Target::of(&status).ok_or_else(|| ADVICE.unreadable(answer))?)
            }
            "search" => {
                // Without the right to search, or without an index, it is looked for elsewhere.
                let found = match answer.status.as_u16() {
                    200..=299 => ADVICE.json(answer)?,
                    401 | 429 | 500.. => return Err(ADVICE.refusal(answer)),
                    _ => Value::Null,
                };
                let named = find(found.get("statuses"), |s| s, &ask.task.to);
                match named {
                    Some(target) => self.context(ask, &target),
                    None => {
                        let mut request = self.get(ask, &["notifications"])?;
                        request
                            .url
                            .query_pairs_mut()
                            .append_pair("types[]", "mention")
                            .append_pair("limit", "80");
                        Ok(Next::Send(request, "notifications".to_owned()))
                    }
                }
            }
            "notifications" => {
                let found = ADVICE.json(answer)?;
                let target = find(Some(&found), |n| n.get("status").unwrap_or(&Value::Null), &ask.task.to);
                match target {
                    Some(target) => self.context(ask, &target),
                    None => Err(unknown(ask, answer)),
                }
            }
            "sent" => {
                if answer.status.as_u16() == 404 {
                    return Err(gone("the server"));
                }
                let status = ADVICE.json(answer)?;
                receipt(&status).map(Next::Done).ok_or_else(|| ADVICE.unreadable(answer))
            }
            _ => {
                let target = Target::read(word).ok_or_else(|| ADVICE.unreadable(answer))?;
                if matches!(answer.status.as_u16(), 404 | 410) {
                    return Err(gone("the server"));
                }
                let context = ADVICE.json(answer)?;
                let answers = context.get("descendants").and_then(Value::as_array);
                let answers = answers.ok_or_else(|| ADVICE.unreadable(answer))?;
                match answers.iter().find(|status| is_ours(status, &target.id, &ask.task.text)) {
                    Some(status) => receipt(status).map(Next::Done).ok_or_else(|| ADVICE.unreadable(answer)),
                    None => self.write(ask, &target),
                }
            }
        }
    }
}

impl Mastodon {
    fn call(&self, ask: &Ask<'_>, method: Method, path: &[&str]) -> Result<Request, Refusal> {
        let mut request = call("mastodon", method, &self.base, path)?;
        show(&mut request, &ask.token, Shown::As("Bearer "))?;
        Ok(request)
    }

    fn get(&self, ask: &Ask<'_>, path: &[&str]) -> Result<Request, Refusal> {
        self.call(ask, Method::GET, &[&["api", "v1"], path].concat())
    }

    fn context(&self, ask: &Ask<'_>, target: &Target) -> Result<Next, Refusal> {
        Ok(Next::Send(self.get(ask, &["statuses", &target.id, "context"])?, target.word()))
    }

    fn write(&self, ask: &Ask<'_>, target: &Target) -> Result<Next, Refusal> {
        let calls = !target.acct.is_empty() && !ask.task.text.contains(&format!("@{}", target.acct));
        let text = if calls { format!("@{} {}", target.acct, ask.task.text) } else { ask.task.text.clone() };
        let mut body = json!({
            "status": text,
            "in_reply_to_id": target.id,
            "visibility": target.visibility,
        });
        if let (Some(lang), Some(body)) = (&ask.task.lang, body.as_object_mut()) {
            body.insert("language".to_owned(), lang.as_str().into());
        }
        let mut request = with_json(self.call(ask, Method::POST, &["api", "v1", "statuses"])?, &body);
        if let Ok(key) = HeaderValue::from_str(ask.key) {
            request.headers.insert("idempotency-key", key);
            request.repeatable = true;
        }
        Ok(Next::Send(request, "sent".to_owned()))
    }

    /// The server's own number of a post, where the post is at home there: `…/users/jan/statuses/1` or `…/@jan/1`.
    fn own_number(&self, name: &str) -> Option<String> {
        let url: Url = name.parse().ok()?;
        let same = url.host_str() == self.base.host_str()
            && url.port_or_known_default() == self.base.port_or_known_default();
        let path: Vec<&str> = url.path_segments()?.collect();
        let id = match path.as_slice() {
            [.., "statuses", id] => *id,
            [user, id] if user.starts_with('@') => *id,
            _ => return None,
        };
        (same && fits(id) && id.bytes().all(|b| b.is_ascii_digit())).then(|| id.to_owned())
    }
}

/// A server may hear of a post, or tell us of it, some minutes after it was found elsewhere.
fn unknown(ask: &Ask<'_>, answer: &Response) -> Refusal {
    if answer.at.duration_since(ask.at) < SignedDuration::from_mins(15) {
        return later("the server does not know the post yet: it is looked for again by itself");
    }
    never(
        "the server does not know the post: look at it there and answer by hand, or give the source a token with \
         `read:search`",
    )
}

fn find<'a>(list: Option<&'a Value>, status: impl Fn(&'a Value) -> &'a Value, uri: &str) -> Option<Target> {
    let list = list.and_then(Value::as_array)?;
    let named = |s: &&Value| s.get("uri").and_then(Value::as_str) == Some(uri);
    list.iter().map(status).find(named).and_then(Target::of)
}

fn is_ours(status: &Value, to: &str, text: &str) -> bool {
    let content = status.get("content").and_then(Value::as_str).unwrap_or_default();
    status.get("in_reply_to_id").and_then(Value::as_str) == Some(to)
        && same_words(text, &plain_of_html(content))
}

fn receipt(status: &Value) -> Option<Receipt> {
    let text = |at: &str| status.get(at).and_then(Value::as_str);
    let uri = text("uri").or_else(|| text("id"))?;
    Some(Receipt { id: Some(clean::line(uri, 500)), url: text("url").or(Some(uri)).and_then(clean::link) })
}
