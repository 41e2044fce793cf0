//! Replies on Bluesky, as records of the AT Protocol.
//!
//! The record gets a key of our own, made of the effect's key and the moment it was decided, and is put there: the same
//! record put twice is one post. A reply names the post it answers and the first post of the thread, each with the hash of
//! what stood there. The network reads no links out of a text: they are marked as facets, by bytes.
//!
//! Source: the lexicons of the AT Protocol (2026-08).

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::talk::{Ask, Next, NoKeys, Post, Way, base, gone, own, text};
use super::{Channel, kind};
use crate::answer::{Advice, later, never};
use crate::clean;
use crate::desk::http::{Shown, call, show, with_json};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "bluesky-reply",
        "replies on Bluesky",
        "that of the source: `identifier` and an app password",
        "reply = true",
    ),
    source: "bluesky",
    length: Length { by: Measure::Graphemes, most: 300 },
    build: |settings| {
        let NoKeys {} = own(settings.own)?;
        let account = text(settings.source, "identifier").ok_or_else(|| {
            BadConfig("`reply` needs the account that replies: set `identifier` of the source".to_owned())
        })?;
        Ok(Box::new(Post(Bluesky {
            server: base(settings.source, "server", Some("https://bsky.social"))?,
            account: account.to_owned(),
        })))
    },
};

const ADVICE: Advice = Advice {
    who: "Bluesky",
    unauthorized: "put a valid app password into the credential of the source",
    forbidden: "check that the account may post",
    missing: "check `server` of the source",
    gone: "look whether the account still stands",
    moved: "put the address where it ends into `server` of the source",
    refused: "look at the post there and shorten the reply, or answer by hand",
};

const POSTS: &str = "app.bsky.feed.post";

struct Bluesky {
    server: Url,
    account: String,
}

impl Way for Bluesky {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        if !ask.task.to.starts_with("at://") {
            return Err(never("the post has no name on Bluesky: look at it there and answer by hand"));
        }
        let mut request = self.call(ask, Method::GET, "app.bsky.feed.getPosts")?;
        request.url.query_pairs_mut().append_pair("uris", &ask.task.to);
        Ok(Next::Send(request, "post".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        if word == "post" {
            let body = heard(answer)?;
            let posts =
                body.get("posts").and_then(Value::as_array).ok_or_else(|| ADVICE.unreadable(answer))?;
            let post = posts
                .iter()
                .find(|p| p.get("uri").and_then(Value::as_str) == Some(&ask.task.to))
                .ok_or_else(|| gone("Bluesky"))?;
            return self.write(ask, post).ok_or_else(|| ADVICE.unreadable(answer))?;
        }
        let body = heard(answer)?;
        let uri = body.get("uri").and_then(Value::as_str).filter(|uri| uri.starts_with("at://"));
        let uri = uri.ok_or_else(|| ADVICE.unreadable(answer))?;
        Ok(Next::Done(Receipt { id: Some(clean::line(uri, 500)), url: page(uri) }))
    }
}

impl Bluesky {
    fn call(&self, ask: &Ask<'_>, method: Method, name: &str) -> Result<Request, Refusal> {
        let mut request = call("bluesky", method, &self.server, &["xrpc", name])?;
        show(&mut request, &ask.token, Shown::As("Bearer "))?;
        Ok(request)
    }

    /// The request that puts the record there; `None` when the post that is answered cannot be read.
    fn write(&self, ask: &Ask<'_>, post: &Value) -> Option<Result<Next, Refusal>> {
        let parent = strong(post)?;
        let root = post.pointer("/record/reply/root").and_then(strong).unwrap_or_else(|| parent.clone());
        let mut record = json!({
            "$type": POSTS,
            "text": ask.task.text,
            "createdAt": ask.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "reply": {"root": root, "parent": parent},
        });
        let facets = facets(&ask.task.text);
        if let Some(record) = record.as_object_mut() {
            if let Some(lang) = &ask.task.lang {
                record.insert("langs".to_owned(), json!([lang]));
            }
            if !facets.is_empty() {
                record.insert("facets".to_owned(), facets.into());
            }
        }
        let body = json!({
            "repo": self.account,
            "collection": POSTS,
            "rkey": record_key(ask),
            "record": record,
        });
        Some(self.call(ask, Method::POST, "com.atproto.repo.putRecord").map(|request| {
            let mut request = with_json(request, &body);
            // The same record under the same key is one post.
            request.repeatable = true;
            Next::Send(request, "sent".to_owned())
        }))
    }
}

fn strong(of: &Value) -> Option<Value> {
    let (uri, cid) = (of.get("uri")?.as_str()?, of.get("cid")?.as_str()?);
    Some(json!({"uri": uri, "cid": cid}))
}

/// A timestamp identifier: 53 bits of microseconds and 10 bits that tell replies of one moment apart, in the sortable
/// alphabet of base 32. The same for the same reply.
fn record_key(ask: &Ask<'_>) -> String {
    const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let micros = u64::try_from(ask.at.as_microsecond()).unwrap_or(0) & ((1 << 53) - 1);
    let hash = Sha256::digest(ask.key.as_bytes());
    let clock = hash.iter().take(2).fold(0_u64, |n, b| (n << 8) | u64::from(*b)) & 0x3ff;
    let number = (micros << 10) | clock;
    (0..13_u32)
        .rev()
        .filter_map(|at| ALPHABET.get(usize::try_from((number >> (5 * at)) & 31).unwrap_or(0)))
        .map(|b| char::from(*b))
        .collect()
}

/// The links of a text, by bytes.
fn facets(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut from = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = from;
        from += word.len();
        let link = word.trim_end().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
        if (link.starts_with("https://") || link.starts_with("http://")) && clean::link(link).is_some() {
            found.push(json!({
                "index": {"byteStart": start, "byteEnd": start + link.len()},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}],
            }));
        }
    }
    found
}

/// Errors have names here, whatever their status.
fn heard(answer: &Response) -> Result<Value, Refusal> {
    if answer.status.as_u16() == 400 {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(match body.get("error").and_then(Value::as_str) {
            Some("ExpiredToken") => {
                later("the login at Bluesky has ended: it is made anew and tried again by itself")
            }
            Some("NotFound") => gone("Bluesky"),
            _ => ADVICE.refusal(answer),
        });
    }
    ADVICE.json(answer)
}

/// Where people read a post.
fn page(uri: &str) -> Option<String> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    let (who, _, key) = (parts.next()?, parts.next()?, parts.next()?);
    clean::link(&format!("https://bsky.app/profile/{who}/post/{key}"))
}
