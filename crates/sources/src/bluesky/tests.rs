//! A network with a few pages, a late post, a deletion and positions that lead over empty pages.

use gehoor_wire::Secret;
use http::StatusCode;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> Bluesky {
    Bluesky::new(&read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap()
}

fn search() -> Bluesky {
    source("mode = 'search'\nquery = 'meubelhal'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://public.api.bsky.app/xrpc/x", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    fixture::page(
        "https://bsky.social/xrpc/x",
        "application/json",
        fixture::bytes(&format!("bluesky/{name}")),
    )
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn post(n: i64) -> Value {
    json!({"uri": format!("at://did:plc:a/app.bsky.feed.post/m{n}"), "author": {"did": "did:plc:a", "handle": "a.example"},
           "record": {"text": "x", "createdAt": minute(n).to_string()}, "indexedAt": minute(n).to_string()})
}

/// A search as the network gives it: newest first, `since` inclusive, every other page empty.
fn poll(source: &Bluesky, posts: &[i64], mut cursor: Cursor, now: Timestamp) -> (BTreeSet<String>, Cursor) {
    let mut found = BTreeSet::new();
    for _ in 0..200 {
        let request = source.plan(&cursor, &Context { now, credential: None }).unwrap();
        let query: std::collections::BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        let since: Option<Timestamp> = query.get("since").map(|t| t.parse().unwrap());
        let skip: usize = query.get("cursor").map_or(0, |c| c.parse().unwrap());
        let all: Vec<i64> =
            posts.iter().copied().filter(|n| since.is_none_or(|since| minute(*n) >= since)).collect();
        let page: Vec<Value> = match skip % 2 {
            0 => all.iter().skip(skip / 2 * 10).take(10).map(|n| post(*n)).collect(),
            _ => vec![],
        };
        let next = (all.len() > skip.div_ceil(2) * 10).then(|| (skip + 1).to_string());
        let mut response = answer(&json!({"posts": page, "cursor": next}));
        response.at = now;
        let page = source.parse(&cursor, &response).unwrap();
        assert_eq!(page.warnings, []);
        found.extend(page.items.into_iter().map(|d| d.external_id.rsplit('/').next().unwrap().to_owned()));
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, next),
        }
    }
    panic!("never caught up");
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    insta::assert_json_snapshot!(fixture::shown(
        &search().parse(&Cursor::default(), &file("page.json")).unwrap()
    ));
}

#[test]
fn notifications_that_are_words_are_read_and_likes_are_not() {
    let source = source("mode = 'notifications'\nidentifier = 'meubelhal.example'");
    let page = source.parse(&Cursor::default(), &file("notifications.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn a_feed_is_read_without_reposts_and_the_pinned_post() {
    let source = source("mode = 'author'\nactor = '@meubelhal.example'");
    let page = source.parse(&Cursor::default(), &file("feed.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn requests_are_those_of_the_api() {
    let now = AT.parse().unwrap();
    let secret = Secret::new("jwt");
    let (with, without) = (Context { now, credential: Some(&secret) }, Context { now, credential: None });
    let mine = source("mode = 'notifications'\nidentifier = 'meubelhal.example'");
    let known: Vec<Known> = ["at://did:plc:a/app.bsky.feed.post/1", "https://x.example/2"]
        .map(|id| Known { external_id: id.to_owned(), permalink: None })
        .to_vec();
    insta::assert_json_snapshot!([
        search().plan(&Cursor::default(), &without).unwrap().url,
        source("mode = 'search'\nquery = '#meubel hal'\nlang = 'nl'\nidentifier = 'a.example'\nserver = 'https://pds.example'")
            .plan(&Cursor::default(), &with).unwrap().url,
        source("mode = 'author'\nactor = 'a.example'").plan(&Cursor::default(), &without).unwrap().url,
        mine.plan(&Cursor::default(), &with).unwrap().url,
        mine.recheck(&known, &with).unwrap().unwrap().url,
    ]);
    let request = mine.plan(&Cursor::default(), &with).unwrap();
    assert_eq!(request.headers.get(AUTHORIZATION).unwrap(), "Bearer jwt");
    assert!(request.headers.get(AUTHORIZATION).unwrap().is_sensitive());
    assert_eq!(request.credential.as_deref(), Some("bluesky:meubelhal.example"));
    assert!(matches!(mine.plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
    assert!(mine.login().is_some() && search().login().is_none());
    assert!(search().recheck(&known[1..], &without).is_none());
}

#[test]
fn every_post_is_found_over_short_and_empty_pages() {
    let source = Bluesky { rules: Rules { backfill_pages: 3, ..search().rules }, ..search() };
    let newest_first = |range: std::ops::Range<i64>| range.rev().collect::<Vec<i64>>();
    let (found, cursor) = poll(&source, &newest_first(0..40), Cursor::default(), minute(40));
    assert_eq!(found.len(), 20, "three pages, of which one is empty");
    let (found, cursor) = poll(&source, &newest_first(0..140), cursor, minute(140));
    assert!((40..140).all(|n| found.contains(&format!("m{n}"))));
    // A post that is indexed late appears below what was read.
    let mut late = newest_first(0..139);
    late.insert(5, 139);
    let (found, _) = poll(&source, &late, cursor, minute(141));
    assert!(found.contains("m139") && found.len() < 30);
}

#[test]
fn what_is_missing_when_asked_by_name_is_gone() {
    let known = ["m1", "m2"]
        .map(|n| Known { external_id: format!("at://did:plc:a/app.bsky.feed.post/{n}"), permalink: None });
    let drafts = search().read_recheck(&known, &answer(&json!({"posts": [post(1)]}))).unwrap();
    assert_eq!(drafts.iter().map(|d| d.withdrawn).collect::<Vec<_>>(), [false, true]);
    for body in [json!({"error": "InternalServerError"}), json!({}), json!({"posts": null})] {
        assert!(search().read_recheck(&known, &answer(&body)).is_err());
    }
}

#[test]
fn refusals_that_a_person_has_to_mend_are_explained() {
    let refusal = |status: StatusCode, body: &str| {
        let answer = fixture::page("https://x.example/", "application/json", body);
        search().refusal(&Response { status, ..answer })
    };
    let said = [
        refusal(StatusCode::BAD_REQUEST, r#"{"error":"BadQueryString","message":"geheim"}"#),
        refusal(StatusCode::FORBIDDEN, r#"{"error":"Forbidden"}"#),
        refusal(StatusCode::UNAUTHORIZED, r#"{"error":"AuthMissing"}"#),
    ];
    assert!(said.iter().all(|r| r.as_ref().is_some_and(|r| r.ended && !r.why.contains("geheim"))));
    assert_eq!(refusal(StatusCode::BAD_REQUEST, r#"{"error":"ExpiredToken"}"#), None);
    assert_eq!(refusal(StatusCode::TOO_MANY_REQUESTS, r#"{"error":"RateLimitExceeded"}"#), None);
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| match read_config::<Config>(&toml::from_str(text).unwrap())
        .and_then(|c| Bluesky::new(&c))
    {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.0,
    };
    insta::assert_json_snapshot!([
        error("mode = 'search'"),
        error("mode = 'author'\nquery = 'x'"),
        error("mode = 'notifications'"),
        error("mode = 'search'\nquery = 'x'\nserver = 'bsky.social'"),
    ]);
}
