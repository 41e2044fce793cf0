//! What holds for every channel of public replies, and how each speaks.

use gehoor_domain::effect::{Delivery, ReplyTask, Task};
use gehoor_domain::ids::{CaseId, EffectKey};
use gehoor_outlets::reply::{CHANNELS, Channel, Settings};
use gehoor_outlets::{Outlet, Retry, Step};
use gehoor_wire::{Outgoing, Response, Secret};

use crate::common::{alert, answer, body, comment, delivery, request, shown, talk, ticket};
use crate::conformance::check_refusal;

const TEXT: &str = "Beste Anna, je bank komt vrijdag 27 november. Zie https://bouwhoek.example/hulp. ^EV";

fn source(kind: &str) -> toml::Table {
    match kind {
        "mastodon" => "base = \"https://m.example\"\nmode = \"hashtag\"\ntag = \"x\"",
        "bluesky" => "mode = \"notifications\"\nidentifier = \"bouwhoek.example\"",
        other => panic!("give {other} a source here"),
    }
    .parse()
    .unwrap()
}

fn outlet(channel: &Channel) -> Box<dyn Outlet> {
    let (source, own) = (source(channel.source), toml::Table::new());
    (channel.build)(&Settings { source: &source, own: &own }).unwrap()
}

fn to(kind: &str) -> &'static str {
    match kind {
        "mastodon" => "https://m.example/users/anna/statuses/1",
        "bluesky" => "at://did:plc:anna/app.bsky.feed.post/3k1",
        other => panic!("give {other} a post here"),
    }
}

fn reply(kind: &str) -> Delivery {
    Delivery {
        key: EffectKey(format!("case-7:reply-1-1:reply.{kind}")),
        task: Task::Reply(Box::new(ReplyTask {
            case: CaseId(7),
            text: TEXT.to_owned(),
            lang: Some("nl".to_owned()),
            to: to(kind).to_owned(),
            permalink: None,
            thread: None,
            in_reply_to: None,
            place: None,
            handle: Some("anna@m.example".to_owned()),
            title: None,
        })),
        subject: String::new(),
        lines: Vec::new(),
        posts: Vec::new(),
        url: String::new(),
        lang: "nl".to_owned(),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

/// A platform that has the post, and our reply when `there`.
fn platform(kind: &'static str, there: bool) -> impl FnMut(&Outgoing) -> Response {
    move |out| {
        let asked = request(out);
        let path = asked.url.path();
        let ours = r#"{"id":"2","uri":"https://m.example/users/b/statuses/2","url":"https://m.example/@b/2","in_reply_to_id":"1","content":"<p>@anna Beste Anna, je bank komt vrijdag 27 november. Zie <a href=\"https://bouwhoek.example/hulp\">https://bouwhoek.example/hulp</a>. ^EV</p>"}"#.to_owned();
        match kind {
            "mastodon" if asked.method == "POST" => answer(200, ours),
            "mastodon" if path.ends_with("/context") => {
                let known = if there { ours } else { String::new() };
                answer(200, format!(r#"{{"ancestors":[],"descendants":[{known}]}}"#))
            }
            "mastodon" => answer(
                200,
                r#"{"id":"1","uri":"https://m.example/users/anna/statuses/1","visibility":"public","account":{"acct":"anna"}}"#,
            ),
            _ if asked.method == "POST" => {
                let sent: serde_json::Value = serde_json::from_slice(body(asked)).unwrap();
                let key = sent["rkey"].as_str().unwrap();
                answer(200, format!(r#"{{"uri":"at://did:plc:us/app.bsky.feed.post/{key}","cid":"bafyus"}}"#))
            }
            _ => answer(
                200,
                r#"{"posts":[{"uri":"at://did:plc:anna/app.bsky.feed.post/3k1","cid":"bafyanna","record":{"reply":{"root":{"uri":"at://did:plc:x/app.bsky.feed.post/1","cid":"bafyroot"}}}}]}"#,
            ),
        }
    }
}

fn token() -> Secret {
    Secret::new("token-0123456789")
}

#[test]
fn every_channel_says_a_reply_as_it_stands_and_tells_where() {
    for channel in CHANNELS {
        let kind = channel.source;
        let (sent, end) = talk(outlet(channel).as_ref(), Some(&token()), &reply(kind), platform(kind, false));
        let Step::Done(receipt) = end else { panic!("{kind}: {end:?}") };
        assert!(receipt.id.is_some() && receipt.url.is_some(), "{kind}: {receipt:?}");
        assert!(channel.kind.read_by_customers && !channel.kind.tickets && !channel.kind.alerts);
        let all: Vec<String> = sent.iter().map(shown).collect();
        insta::assert_snapshot!(format!("reply_{kind}"), all.join("\n---\n"));
        let (again, _) = talk(outlet(channel).as_ref(), Some(&token()), &reply(kind), platform(kind, false));
        assert_eq!(
            all,
            again.iter().map(shown).collect::<Vec<_>>(),
            "{kind}: the same reply is the same call"
        );
    }
}

#[test]
fn a_reply_that_stands_there_already_is_not_posted_again() {
    let channel = gehoor_outlets::reply::channel("mastodon").unwrap();
    let (sent, end) =
        talk(outlet(channel).as_ref(), Some(&token()), &reply("mastodon"), platform("mastodon", true));
    assert!(matches!(&end, Step::Done(r) if r.url.as_deref() == Some("https://m.example/@b/2")), "{end:?}");
    assert!(sent.iter().all(|out| request(out).method == "GET"));
}

#[test]
fn nothing_but_a_reply_goes_where_customers_read() {
    for channel in CHANNELS {
        let plug = outlet(channel);
        for task in [ticket(None), comment(Some("1")), alert()] {
            let (sent, end) =
                talk(plug.as_ref(), Some(&token()), &delivery("x", channel.source, task), |_| {
                    answer(200, "")
                });
            let Step::Refused(refusal) = end else { panic!("{end:?}") };
            assert!(sent.is_empty() && refusal.retry == Retry::No);
            check_refusal(&refusal);
        }
        for credential in [None, Some(Secret::new("\r\nX: y"))] {
            let (sent, end) =
                talk(plug.as_ref(), credential.as_ref(), &reply(channel.source), |_| answer(200, ""));
            assert!(sent.is_empty() && matches!(end, Step::Refused(_)));
        }
    }
}

#[test]
fn a_refusal_says_what_to_do_and_is_tried_again_only_where_that_helps() {
    let bodies = ["", "KLANTTEKST", r#"{"error":"KLANTTEKST","message":"KLANTTEKST"}"#, "<html>login</html>"];
    for channel in CHANNELS {
        for status in [301, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503, 504] {
            for text in bodies {
                let (_, end) = talk(outlet(channel).as_ref(), Some(&token()), &reply(channel.source), |_| {
                    answer(status, text)
                });
                let Step::Refused(refusal) = end else { panic!("{} {status}: {end:?}", channel.source) };
                check_refusal(&refusal);
                let wait = matches!(status, 429 | 500..);
                assert_eq!(
                    refusal.retry != Retry::No,
                    wait,
                    "{} {status}: {}",
                    channel.source,
                    refusal.reason
                );
            }
        }
        for text in bodies {
            let (_, end) =
                talk(outlet(channel).as_ref(), Some(&token()), &reply(channel.source), |_| answer(200, text));
            let Step::Refused(refusal) = end else { panic!("{}: {end:?}", channel.source) };
            check_refusal(&refusal);
            assert_eq!(refusal.retry, Retry::BackOff, "{}: {}", channel.source, refusal.reason);
        }
    }
}

#[test]
fn a_typo_in_the_keys_of_a_reply_is_named() {
    for channel in CHANNELS {
        let (source, mut own) = (source(channel.source), toml::Table::new());
        own.insert("zzz".into(), true.into());
        let error = (channel.build)(&Settings { source: &source, own: &own }).err().unwrap();
        assert!(error.0.contains("zzz"), "{error}");
    }
}

#[test]
fn a_post_that_the_server_does_not_know_is_looked_for_elsewhere_and_again_for_a_while() {
    let channel = gehoor_outlets::reply::channel("mastodon").unwrap();
    let mut delivery = reply("mastodon");
    let Task::Reply(task) = &mut delivery.task else { panic!("a reply") };
    task.to = "https://far.example/users/anna/statuses/9".to_owned();
    let mut peer = |out: &Outgoing| match request(out).url.path() {
        "/api/v2/search" => answer(403, "{}"),
        _ => answer(200, "[]"),
    };
    delivery.at = crate::common::now();
    let (sent, end) = talk(outlet(channel).as_ref(), Some(&token()), &delivery, &mut peer);
    assert_eq!(sent.len(), 2, "searched, and looked for among the notifications");
    assert!(matches!(&end, Step::Refused(r) if r.retry == Retry::BackOff), "{end:?}");
    delivery.at = "2026-11-22T11:00:00Z".parse().unwrap();
    let (_, end) = talk(outlet(channel).as_ref(), Some(&token()), &delivery, &mut peer);
    let Step::Refused(refusal) = end else { panic!("{end:?}") };
    check_refusal(&refusal);
    assert_eq!(refusal.retry, Retry::No);
}
