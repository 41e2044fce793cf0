//! Batches of frames, breaks, and hosts that change.

use serde_json::json;

use super::*;
use crate::fixture::{self, AT};

fn source(text: &str) -> Jetstream {
    Jetstream::new(read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap()
}

fn answer(body: &str) -> Response {
    fixture::page("wss://jetstream1.us-east.bsky.network/subscribe", "application/jsonl", body)
}

fn frame(time_us: u64, did: &str, key: &str, record: &Value) -> String {
    json!({"did": did, "time_us": time_us, "kind": "commit", "commit":
           {"operation": "create", "collection": POSTS, "rkey": key, "record": record}})
    .to_string()
}

fn read(source: &Jetstream, cursor: &Cursor, body: &str) -> (Page, Cursor) {
    let page = source.parse(cursor, &answer(body)).unwrap();
    let Next::CaughtUp(next) = page.next.clone() else { panic!("a stream has no further page") };
    (page, next)
}

fn asked(source: &Jetstream, cursor: &Cursor) -> String {
    let cx = Context { now: AT.parse().unwrap(), credential: None };
    source.plan(cursor, &cx).unwrap().url.to_string()
}

#[test]
fn a_batch_is_read_with_all_that_it_says() {
    let body = String::from_utf8(fixture::bytes("jetstream/page.jsonl")).unwrap();
    let (page, _) = read(&source("words = ['Meubelhal']"), &Cursor::default(), &body);
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn it_goes_on_where_it_was_and_a_little_earlier_on_another_host() {
    let here = source("words = ['x']");
    insta::assert_json_snapshot!([
        asked(&here, &Cursor::default()),
        asked(&source("authors = ['did:plc:a', 'did:web:b.example']"), &Cursor::default()),
    ]);
    let (_, cursor) = read(
        &here,
        &Cursor::default(),
        &frame(1_714_730_400_000_000, "did:plc:a", "1", &json!({"text": "y"})),
    );
    assert!(asked(&here, &cursor).ends_with("&cursor=1714730400000001"));
    let (_, same) = read(&here, &cursor, "");
    assert_eq!(same, cursor);
    // A frame from before, and one of a clock that is ahead, do not move it.
    for time in [1_714_730_300_000_000, 4_000_000_000_000_000] {
        let (_, same) = read(&here, &cursor, &frame(time, "did:plc:a", "2", &json!({"text": "y"})));
        assert_eq!(same, cursor);
    }
    let there = source("words = ['x']\nurl = 'wss://jetstream.example/subscribe'");
    assert!(asked(&there, &cursor).ends_with("&cursor=1714730390000000"));
}

#[test]
fn posts_to_our_account_are_found_without_a_word() {
    let source = source("mentions = ['did:plc:us']");
    let mention = json!({"text": "@us hallo", "facets": [{"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:us"}]}]});
    let reply = json!({"text": "nee", "reply": {"root": {"uri": "at://did:plc:b/app.bsky.feed.post/1"}, "parent": {"uri": "at://did:plc:us/app.bsky.feed.post/2"}}});
    let body = [
        frame(1_714_730_400_000_000, "did:plc:a", "1", &mention),
        frame(1_714_730_400_000_001, "did:plc:a", "2", &reply),
        frame(1_714_730_400_000_002, "did:plc:a", "3", &json!({"text": "us"})),
    ];
    let (page, _) = read(&source, &Cursor::default(), &body.join("\n"));
    assert_eq!(page.items.len(), 2);
}

#[test]
fn words_are_found_where_a_word_begins() {
    for (text, word, expected) in [
        ("#meubelhal is dicht", "meubelhal", true),
        ("de meubelhalwinkel", "meubelhal", true),
        ("een verhaal", "haal", false),
        ("verhaal haal", "haal", true),
    ] {
        assert_eq!(begins_a_word(text, word), expected, "{text}");
    }
}

#[test]
fn a_post_that_is_made_and_deleted_in_one_batch_is_gone() {
    let made = frame(1_714_730_400_000_000, "did:plc:a", "1", &json!({"text": "x"}));
    let gone = json!({"did": "did:plc:a", "time_us": 1_714_730_400_000_001_u64, "kind": "commit",
                      "commit": {"operation": "delete", "collection": POSTS, "rkey": "1"}});
    let (page, _) = read(&source("words = ['x']"), &Cursor::default(), &format!("{made}\n{gone}\n"));
    assert_eq!(page.items.iter().map(|i| i.withdrawn).collect::<Vec<_>>(), [true]);
}

#[test]
fn a_break_that_is_longer_than_the_stream_remembers_is_said() {
    let source = source("words = ['x']");
    let cursor = raw::cursor(&State { time_us: Some(1_714_500_000_000_000), host: source.host.clone() });
    let (page, _) =
        read(&source, &cursor, &frame(1_714_650_000_000_000, "did:plc:a", "1", &json!({"text": "y"})));
    insta::assert_json_snapshot!(page.warnings);
}

#[test]
fn a_large_batch_is_read_on_at_once_and_a_small_one_is_not() {
    let batch = |frames: u64| {
        let one =
            |n: u64| frame(1_714_730_400_000_000 + n, "did:plc:a", &n.to_string(), &json!({"text": "y"}));
        let text = (0..frames).map(one).collect::<Vec<_>>().join("\n");
        source("words = ['x']").parse(&Cursor::default(), &answer(&text)).unwrap().next
    };
    assert!(matches!(batch(1_000), Next::More(_)) && matches!(batch(20), Next::CaughtUp(_)));
    let long = frame(1_714_730_400_000_000, "did:plc:a", "1", &json!({"text": "y".repeat(MUCH)}));
    let page = source("words = ['x']").parse(&Cursor::default(), &answer(&long)).unwrap();
    assert!(matches!(page.next, Next::More(_)));
}

#[test]
fn a_bad_frame_is_a_warning_and_what_is_no_stream_an_error() {
    let source = source("words = ['x']");
    let good = frame(1_714_730_400_000_000, "did:plc:a", "1", &json!({"text": "x"}));
    let (page, _) = read(&source, &Cursor::default(), &format!("{good}\n{{\"did\":\n[1]\n"));
    assert_eq!((page.items.len(), page.warnings.len()), (1, 2));
    assert!(source.parse(&Cursor::default(), &answer("<html>geheim</html>")).is_err());
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| {
        let built = read_config(&toml::from_str(text).unwrap()).and_then(Jetstream::new);
        built.err().map_or("accepted".to_owned(), |error| error.0)
    };
    insta::assert_json_snapshot!([
        error("words = [' ']"),
        error("mentions = ['@meubelhal']"),
        error("words = ['x']\nurl = 'https://jetstream.example'"),
    ]);
}
