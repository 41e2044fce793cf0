//! What holds for every channel of public replies.

use gehoor_outlets::reply::{CHANNELS, Settings};
use gehoor_outlets::{Retry, Step};
use gehoor_wire::{Outgoing, Secret};

use crate::common::{alert, answer, comment, delivery, request, shown, talk, ticket};
use crate::conformance::check_refusal;
use crate::places::{Platform, TEXT, every_kind, outlet, reply, settings, token, writes};

/// How many steps the longest conversation has.
fn steps(kind: &str) -> usize {
    let channel = crate::places::channel(kind);
    Platform::default().deliver_through(outlet(channel).as_ref(), kind, &reply(kind)).0.len()
}

/// The kinds that speak HTTP.
fn over_http() -> impl Iterator<Item = &'static str> {
    every_kind().filter(|kind| *kind != "email")
}

#[test]
fn every_channel_says_a_reply_as_it_stands_and_tells_where() {
    for channel in CHANNELS {
        let kind = channel.source;
        let platform = Platform::default();
        let (sent, end) = platform.deliver_through(outlet(channel).as_ref(), kind, &reply(kind));
        let Step::Done(receipt) = end else { panic!("{kind}: {end:?}") };
        assert!(receipt.id.is_some(), "{kind}: {receipt:?}");
        assert_eq!(platform.texts().len(), 1, "{kind}");
        assert!(channel.kind.read_by_customers && !channel.kind.tickets && !channel.kind.alerts);
        let mut all: Vec<String> = sent.iter().map(shown).collect();
        let again = Platform::default().deliver_through(outlet(channel).as_ref(), kind, &reply(kind)).0;
        assert_eq!(
            all,
            again.iter().map(shown).collect::<Vec<_>>(),
            "{kind}: the same reply is the same call"
        );
        all.push(format!("{receipt:?}\n"));
        insta::assert_snapshot!(format!("reply_{kind}"), all.join("\n---\n"));
    }
}

#[test]
fn a_reply_that_is_delivered_twice_stands_there_once() {
    for kind in every_kind() {
        let platform = Platform::default();
        for _ in 0..2 {
            let end = platform.deliver(&reply(kind));
            assert!(matches!(end, Step::Done(_)), "{kind}: {end:?}");
        }
        assert_eq!(platform.texts().len(), 1, "{kind}");
    }
}

#[test]
fn an_answer_that_gets_lost_doubles_no_reply() {
    for kind in every_kind() {
        let platform = Platform::default();
        *platform.loses.borrow_mut() = true;
        let end = platform.deliver(&reply(kind));
        assert!(matches!(&end, Step::Refused(r) if r.retry == Retry::BackOff), "{kind}: {end:?}");
        assert_eq!(platform.texts().len(), 1, "{kind}: it arrived");
        let end = platform.deliver(&reply(kind));
        assert!(matches!(end, Step::Done(_)), "{kind}: {end:?}");
        assert_eq!(platform.texts().len(), 1, "{kind}");
    }
}

#[test]
fn a_reply_that_stands_there_already_is_not_posted_again() {
    // A mail server does not tell what it has, and Bluesky takes the same record twice as one.
    for kind in over_http().filter(|kind| *kind != "bluesky") {
        let platform = Platform::with(TEXT);
        let channel = crate::places::channel(kind);
        let (sent, end) = platform.deliver_through(outlet(channel).as_ref(), kind, &reply(kind));
        assert!(sent.iter().all(|out| !writes(out)), "{kind}");
        // On Mastodon the handle is called before it: the words are the same.
        assert!(matches!(&end, Step::Done(r) if r.id.is_some()), "{kind}: {end:?}");
    }
}

#[test]
fn a_review_has_one_answer_and_the_new_one_takes_its_place() {
    for kind in ["app-store-connect", "google-business", "google-play", "kiyoh", "trustpilot"] {
        let platform = Platform::with("Een antwoord van vorige week.");
        let end = platform.deliver(&reply(kind));
        let Step::Done(receipt) = end else { panic!("{kind}: {end:?}") };
        assert_eq!(platform.texts(), [TEXT], "{kind}");
        // As the source names the answer to a review.
        assert!(receipt.id.is_some_and(|id| id.ends_with("/reply")), "{kind}");
    }
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
        if channel.source == "email" {
            continue;
        }
        for credential in [None, Some(Secret::new("\r\nX: y"))] {
            let (sent, end) =
                talk(plug.as_ref(), credential.as_ref(), &reply(channel.source), |_| answer(200, ""));
            assert!(sent.is_empty() && matches!(end, Step::Refused(_)));
        }
    }
}

const BODIES: [&str; 4] =
    ["", "KLANTTEKST", r#"{"error":"KLANTTEKST","message":"KLANTTEKST"}"#, "<html>login</html>"];

#[test]
fn a_refusal_at_any_step_says_what_to_do_and_is_tried_again_only_where_that_helps() {
    for kind in over_http() {
        let channel = crate::places::channel(kind);
        for step in 0..steps(kind) {
            for (status, text) in [301, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503, 504]
                .into_iter()
                .flat_map(|status| BODIES.map(|text| (status, text)))
            {
                // These two go on where one way does not lead there.
                let goes_on = matches!(status, 404 | 410) && kind == "google-play" && step == 0;
                if goes_on {
                    continue;
                }
                let (platform, mut at) = (Platform::default(), 0);
                let (_, end) = talk(outlet(channel).as_ref(), Some(&token()), &reply(kind), |out| {
                    at += 1;
                    if at == step + 1 { answer(status, text) } else { platform.answer(kind, out) }
                });
                let Step::Refused(refusal) = end else { panic!("{kind} {step} {status}: {end:?}") };
                check_refusal(&refusal);
                let waits = matches!(status, 429 | 500..);
                assert_eq!(refusal.retry != Retry::No, waits, "{kind} {step} {status}: {}", refusal.reason);
                assert!(
                    platform.texts().is_empty() || at > step + 1 || kind == "trustpilot",
                    "{kind} {step}"
                );
            }
        }
    }
}

#[test]
fn a_success_that_says_something_else_is_no_success() {
    for kind in over_http() {
        let channel = crate::places::channel(kind);
        for step in 0..steps(kind) {
            for text in BODIES {
                let (platform, mut at) = (Platform::default(), 0);
                let (sent, end) = talk(outlet(channel).as_ref(), Some(&token()), &reply(kind), |out| {
                    at += 1;
                    // What is written arrives nowhere.
                    if at == step + 1 { answer(200, text) } else { platform.answer(kind, out) }
                });
                let Step::Refused(refusal) = end else { panic!("{kind} {step} {text}: {end:?}") };
                check_refusal(&refusal);
                if !writes(&sent[step]) {
                    assert_eq!(refusal.retry, Retry::BackOff, "{kind} {step}: {}", refusal.reason);
                }
            }
        }
    }
}

#[test]
fn half_an_answer_is_read_again_and_doubles_nothing() {
    for kind in over_http() {
        let channel = crate::places::channel(kind);
        for step in 0..steps(kind) {
            let (platform, mut at) = (Platform::default(), 0);
            let (_, end) = talk(outlet(channel).as_ref(), Some(&token()), &reply(kind), |out| {
                at += 1;
                let mut whole = platform.answer(kind, out);
                if at == step + 1 {
                    whole.body = whole.body.slice(..whole.body.len() / 2);
                }
                whole
            });
            match end {
                Step::Refused(refusal) => assert_eq!(refusal.retry, Retry::BackOff, "{kind} {step}"),
                // It was looked again whether it stands there.
                Step::Done(_) => assert!(matches!(kind, "kiyoh" | "trustpilot"), "{kind} {step}"),
                Step::Send(..) => panic!("{kind}"),
            }
            assert!(matches!(platform.deliver(&reply(kind)), Step::Done(_)), "{kind} {step}");
            assert_eq!(platform.texts().len(), 1, "{kind} {step}");
        }
    }
}

#[test]
fn calls_are_counted_by_the_credential_of_the_source_and_show_no_secret() {
    for kind in over_http() {
        let channel = crate::places::channel(kind);
        let (sent, _) = Platform::default().deliver_through(outlet(channel).as_ref(), kind, &reply(kind));
        for out in &sent {
            let name = request(out).credential.as_deref().unwrap_or_default();
            assert!(name.starts_with(kind.split('-').next().unwrap()), "{kind}: {name}");
            assert!(!request(out).url.as_str().contains("token-"), "{kind}");
        }
        let once: Vec<&Outgoing> = sent.iter().filter(|out| writes(out)).collect();
        assert_eq!(once.len(), 1, "{kind}: one call writes");
    }
}

#[test]
fn a_typo_in_the_keys_of_a_reply_is_named() {
    for channel in CHANNELS {
        let (source, mut own) = settings(channel);
        own.insert("zzz".into(), true.into());
        let error = (channel.build)(&Settings { source: &source, own: &own }).err().unwrap();
        assert!(error.0.contains("zzz"), "{error}");
    }
}
