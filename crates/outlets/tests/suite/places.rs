//! Small platforms that take replies: each keeps what stands there, and can lose an answer.

use std::cell::RefCell;
use std::rc::Rc;

use gehoor_domain::effect::{Delivery, ReplyTask, Task};
use gehoor_domain::ids::{CaseId, EffectKey};
use gehoor_outlets::reply::{CHANNELS, Channel, Settings};
use gehoor_outlets::{Outlet, Step};
use gehoor_wire::{Outgoing, Request, Response, Secret};
use serde_json::{Value, json};

use crate::common::{answer, body, talk};

pub(crate) const TEXT: &str =
    "Beste Anna, je bank komt vrijdag 27 november. Zie https://bouwhoek.example/hulp. ^EV";

/// What a place has of one kind of source: its keys, those of `reply`, and the post that is answered.
pub(crate) struct Place {
    pub(crate) source: &'static str,
    pub(crate) own: &'static str,
    to: &'static str,
    thread: Option<&'static str>,
    in_reply_to: Option<&'static str>,
    permalink: Option<&'static str>,
    place: Option<&'static str>,
}

const BARE: Place =
    Place { source: "", own: "", to: "", thread: None, in_reply_to: None, permalink: None, place: None };

pub(crate) fn place(kind: &str) -> Place {
    match kind {
        "app-store-connect" => Place {
            source: "issuer = \"i\"\nkey_id = \"ABC123\"\napps = [\"1404176564\"]",
            to: "00000012-aa",
            permalink: Some("https://apps.apple.com/app/id1404176564"),
            ..BARE
        },
        "bluesky" => Place {
            source: "mode = \"notifications\"\nidentifier = \"bouwhoek.example\"",
            to: "at://did:plc:anna/app.bsky.feed.post/3k1",
            ..BARE
        },
        "discourse" => Place {
            source: "base = \"https://forum.example\"\nmode = \"posts\"\nusername = \"bouwhoek\"",
            to: "forum.example/p/12",
            thread: Some("forum.example/t/5"),
            ..BARE
        },
        "email" => Place {
            source: "host = \"mail.example\"\nuser = \"klachten@bouwhoek.example\"",
            own: "server = \"main\"\nfrom = \"Bouwhoek <klachten@bouwhoek.example>\"",
            to: "drie@post.example",
            thread: Some("een@post.example"),
            in_reply_to: Some("twee@bouwhoek.example"),
            ..BARE
        },
        "facebook" => Place {
            source: "page = \"77\"",
            to: "77_12",
            thread: Some("77_10"),
            in_reply_to: Some("77_10"),
            ..BARE
        },
        "google-business" => Place {
            source: "account = \"accounts/1\"\nclient_id = \"c\"",
            to: "locations/2/reviews/x",
            permalink: Some("https://maps.google.com/?cid=2"),
            place: Some("google:locations/2"),
            ..BARE
        },
        "google-play" => Place {
            source: "packages = [\"nl.a.app\", \"nl.meubelhal.app\"]",
            to: "gp:1",
            permalink: Some("https://play.google.com/store/apps/details?id=nl.meubelhal.app&reviewId=gp%3A1"),
            ..BARE
        },
        "instagram" => Place {
            source: "account = \"17\"\nmode = \"comments\"",
            to: "180",
            thread: Some("179"),
            in_reply_to: Some("179"),
            ..BARE
        },
        "kiyoh" => Place { source: "", to: "uuid-1", place: Some("kiyoh:1234567"), ..BARE },
        "lemmy" => Place {
            source: "base = \"https://lemmy.example\"\nwhat = \"comments\"",
            to: "https://far.example/comment/9",
            ..BARE
        },
        "mastodon" => Place {
            source: "base = \"https://m.example\"\nmode = \"hashtag\"\ntag = \"x\"",
            to: "https://m.example/users/anna/statuses/1",
            ..BARE
        },
        "reddit" => Place {
            source: "mode = \"mentions\"\nclient_id = \"app\"\nuser_agent = \"linux:gehoor:0.1 (by /u/b)\"",
            to: "t1_c1",
            thread: Some("t3_p1"),
            ..BARE
        },
        "trustpilot" => Place {
            source: "business_units = [\"507f191e810c19729de860ea\"]\napi = \"private\"\nclient_id = \"c\"",
            to: "64aa",
            permalink: Some("https://www.trustpilot.com/reviews/64aa"),
            ..BARE
        },
        "youtube" => Place {
            source: "channel_id = \"UCx\"",
            own: "client_id = \"c\"",
            to: "Ugx.1",
            permalink: Some("https://www.youtube.com/watch?v=vid&lc=Ugx.1"),
            ..BARE
        },
        other => panic!("give {other} a place here"),
    }
}

pub(crate) fn settings(channel: &Channel) -> (toml::Table, toml::Table) {
    let place = place(channel.source);
    (place.source.parse().unwrap(), place.own.parse().unwrap())
}

pub(crate) fn outlet(channel: &Channel) -> Box<dyn Outlet> {
    let (source, own) = settings(channel);
    (channel.build)(&Settings { source: &source, own: &own }).unwrap()
}

pub(crate) fn channel(kind: &str) -> &'static Channel {
    gehoor_outlets::reply::channel(kind).unwrap()
}

pub(crate) fn reply(kind: &str) -> Delivery {
    let place = place(kind);
    let text = |t: Option<&str>| t.map(str::to_owned);
    Delivery {
        key: EffectKey(format!("case-7:reply-1-1:reply.{kind}")),
        task: Task::Reply(Box::new(ReplyTask {
            case: CaseId(7),
            text: TEXT.to_owned(),
            lang: Some("nl".to_owned()),
            to: place.to.to_owned(),
            permalink: text(place.permalink),
            thread: text(place.thread),
            in_reply_to: text(place.in_reply_to),
            place: text(place.place),
            handle: Some("anna@m.example".to_owned()),
            title: Some("Bank niet geleverd".to_owned()),
        })),
        subject: String::new(),
        lines: Vec::new(),
        posts: Vec::new(),
        url: String::new(),
        lang: "nl".to_owned(),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

/// The same, changed.
pub(crate) fn reply_with(kind: &str, change: impl FnOnce(&mut ReplyTask)) -> Delivery {
    let mut delivery = reply(kind);
    let Task::Reply(task) = &mut delivery.task else { panic!("a reply") };
    change(task);
    delivery
}

pub(crate) fn token() -> Secret {
    Secret::new("token-0123456789")
}

pub(crate) fn every_kind() -> impl Iterator<Item = &'static str> {
    CHANNELS.iter().map(|c| c.source)
}

/// A platform: what stands there, each under the key by which it knows it.
#[derive(Clone, Default)]
pub(crate) struct Platform {
    pub(crate) standing: Rc<RefCell<Vec<(String, String)>>>,
    /// The next writing is done, and its answer lost.
    pub(crate) loses: Rc<RefCell<bool>>,
}

/// Whether it writes.
pub(crate) fn writes(out: &Outgoing) -> bool {
    match out {
        Outgoing::Mail(_) => true,
        Outgoing::Http(request) => request.method != "GET",
    }
}

impl Platform {
    pub(crate) fn with(text: &str) -> Self {
        let platform = Self::default();
        platform.standing.borrow_mut().push(("old".to_owned(), text.to_owned()));
        platform
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.standing.borrow().iter().map(|(_, text)| text.clone()).collect()
    }

    /// Puts a text there; under the same key it takes the place of the other.
    fn put(&self, key: &str, text: &str) {
        let mut standing = self.standing.borrow_mut();
        standing.retain(|(known, _)| known != key);
        standing.push((key.to_owned(), text.to_owned()));
    }

    /// The one answer that a review has.
    fn replace(&self, text: &str) {
        self.standing.borrow_mut().clear();
        self.put("reply", text);
    }

    fn add(&self, text: &str) {
        let key = self.standing.borrow().len().to_string();
        self.put(&key, text);
    }

    pub(crate) fn deliver(&self, delivery: &Delivery) -> Step {
        let kind = delivery.key.as_str().rsplit("reply.").next().unwrap().to_owned();
        let kind = every_kind().find(|k| *k == kind).unwrap();
        self.deliver_through(outlet(channel(kind)).as_ref(), kind, delivery).1
    }

    pub(crate) fn deliver_through(
        &self,
        outlet: &dyn Outlet,
        kind: &str,
        delivery: &Delivery,
    ) -> (Vec<Outgoing>, Step) {
        talk(outlet, Some(&token()), delivery, |out| self.answer(kind, out))
    }

    /// What the platform answers.
    pub(crate) fn answer(&self, kind: &str, out: &Outgoing) -> Response {
        let answered = match out {
            Outgoing::Mail(mail) => {
                self.put(&mail.message_id, &mail.text);
                answer(200, "")
            }
            Outgoing::Http(request) => {
                let (status, value) = self.say(kind, request);
                answer(status, value.to_string())
            }
        };
        if writes(out) && self.loses.replace(false) { answer(503, "") } else { answered }
    }

    fn say(&self, kind: &str, asked: &Request) -> (u16, Value) {
        let (path, query) = (asked.url.path(), asked.url.query().unwrap_or_default());
        let sent: Value = serde_json::from_slice(body(asked)).unwrap_or_default();
        let form: Vec<(String, String)> = url::form_urlencoded::parse(body(asked)).into_owned().collect();
        let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap();
        let post = asked.method != "GET";
        let texts = self.texts();
        let first = texts.first().cloned();
        let all = |make: &dyn Fn(usize, &str) -> Value| -> Vec<Value> {
            texts.iter().enumerate().map(|(n, text)| make(n, text)).collect()
        };
        match (kind, post) {
            ("app-store-connect", false) => {
                let included: Vec<Value> = first.iter().map(|t| json!({"id": "resp1", "type": "customerReviewResponses",
                    "attributes": {"responseBody": t, "state": "PUBLISHED"}})).collect();
                (200, json!({"data": {"id": "00000012-aa", "type": "customerReviews"}, "included": included}))
            }
            ("app-store-connect", true) => {
                self.replace(sent["data"]["attributes"]["responseBody"].as_str().unwrap());
                (201, json!({"data": {"id": "resp1", "attributes": {"state": "PUBLISHED"}}}))
            }
            ("bluesky", false) => (200, json!({"posts": [{"uri": "at://did:plc:anna/app.bsky.feed.post/3k1", "cid": "bafyanna",
                "record": {"reply": {"root": {"uri": "at://did:plc:x/app.bsky.feed.post/1", "cid": "bafyroot"}}}}]})),
            ("bluesky", true) => {
                let key = sent["rkey"].as_str().unwrap();
                self.put(key, sent["record"]["text"].as_str().unwrap());
                (200, json!({"uri": format!("at://did:plc:us/app.bsky.feed.post/{key}"), "cid": "bafyus"}))
            }
            ("discourse", false) if path.ends_with("/replies.json") => (200, all(&|n, t| json!({
                "id": 90 + n, "topic_id": 5, "topic_slug": "bank", "post_number": 4 + n, "cooked": format!("<p>{t}</p>")})).into()),
            ("discourse", false) => (200, json!({"id": 12, "topic_id": 5, "post_number": 3, "deleted_at": null, "hidden": false})),
            ("discourse", true) => {
                self.add(sent["raw"].as_str().unwrap());
                (200, json!({"id": 90, "topic_id": 5, "topic_slug": "bank", "post_number": 4}))
            }
            ("facebook", false) => (200, json!({"data": all(&|n, t| json!({"id": format!("77_9{n}"), "message": t,
                "permalink_url": format!("https://www.facebook.com/77/posts/10?comment_id=9{n}")}))})),
            ("instagram", false) => (200, json!({"data": all(&|n, t| json!({"id": format!("19{n}"), "text": t}))})),
            ("facebook" | "instagram", true) => {
                self.add(&field("message"));
                (200, json!({"id": "190"}))
            }
            ("google-business", false) => {
                let mut review = json!({"name": "accounts/1/locations/2/reviews/x"});
                if let Some(text) = first {
                    review["reviewReply"] = json!({"comment": text});
                }
                (200, review)
            }
            ("google-business", true) => {
                self.replace(sent["comment"].as_str().unwrap());
                (200, json!({"comment": sent["comment"], "updateTime": "2026-11-22T12:00:00Z"}))
            }
            ("google-play", false) => {
                let mut comments = vec![json!({"userComment": {"text": "Slecht"}})];
                comments.extend(first.map(|t| json!({"developerComment": {"text": t}})));
                (200, json!({"reviewId": "gp:1", "comments": comments}))
            }
            ("google-play", true) => {
                self.replace(sent["replyText"].as_str().unwrap());
                (200, json!({"result": {"replyText": sent["replyText"], "lastEdited": {"seconds": "1"}}}))
            }
            ("kiyoh", false) => (200, json!({"reviews": [{"reviewId": "uuid-2"}, {"reviewId": "uuid-1", "reviewComments": first}]})),
            ("kiyoh", true) => {
                self.replace(sent["response"].as_str().unwrap());
                (200, json!({"reviewId": "uuid-1"}))
            }
            ("lemmy", false) if path.ends_with("resolve_object") => (200, json!({"comment": {
                "comment": {"id": 34, "post_id": 3, "ap_id": "https://far.example/comment/9", "path": "0.34", "content": "Slecht"}}})),
            ("lemmy", false) => (200, json!({"comments": all(&|n, t| json!({"comment": {"id": 40 + n,
                "ap_id": format!("https://lemmy.example/comment/{}", 40 + n), "path": format!("0.34.{}", 40 + n), "content": t}}))})),
            ("lemmy", true) => {
                self.add(sent["content"].as_str().unwrap());
                (200, json!({"comment_view": {"comment": {"id": 40, "ap_id": "https://lemmy.example/comment/40"}}}))
            }
            ("mastodon", false) if path.ends_with("/context") => {
                (200, json!({"ancestors": [], "descendants": all(&|_, t| status(t))}))
            }
            ("mastodon", false) => (200, json!({"id": "1", "uri": "https://m.example/users/anna/statuses/1",
                "visibility": "public", "account": {"acct": "anna"}})),
            ("mastodon", true) => {
                self.add(sent["status"].as_str().unwrap());
                (200, status(sent["status"].as_str().unwrap()))
            }
            ("reddit", false) => {
                let answers = all(&|n, t| json!({"kind": "t1", "data": comment(n, t)}));
                let replies = if answers.is_empty() { json!("") } else { json!({"data": {"children": answers}}) };
                let customer = json!({"name": "t1_c1", "author": "anna", "body": "Slecht", "replies": replies});
                (200, json!([
                    {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"name": "t3_p1", "author": "x"}}]}},
                    {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": customer}]}},
                ]))
            }
            ("reddit", true) => {
                self.add(&field("text"));
                (200, json!({"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": comment(0, "x")}]}}}))
            }
            ("trustpilot", false) => (200, json!({"id": "64aa", "companyReply": first.map(|t| json!({"text": t}))})),
            ("trustpilot", true) => {
                self.replace(sent["message"].as_str().unwrap());
                (201, Value::Null)
            }
            ("youtube", false) if query.contains("parentId=") => (200, json!({"items": all(&|n, t| json!({
                "id": format!("Ugx.9{n}"), "snippet": {"textDisplay": t}}))})),
            ("youtube", false) => (200, json!({"items": [{"id": "Ugx.1", "snippet": {"parentId": "Ugx"}}]})),
            ("youtube", true) => {
                self.add(sent["snippet"]["textOriginal"].as_str().unwrap());
                (200, json!({"id": "Ugx.90", "snippet": {}}))
            }
            (other, _) => panic!("give {other} answers here"),
        }
    }
}

fn status(text: &str) -> Value {
    json!({"id": "2", "uri": "https://m.example/users/b/statuses/2", "url": "https://m.example/@b/2",
        "in_reply_to_id": "1", "content": format!("<p>{text}</p>")})
}

fn comment(n: usize, text: &str) -> Value {
    json!({"name": format!("t1_our{n}"), "parent_id": "t1_c1", "author": "b", "body": text,
        "permalink": format!("/r/klachten/comments/p1/x/our{n}/")})
}
