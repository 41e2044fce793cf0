//! A forum with several pages, an edit, a deletion, and a limit.

use std::collections::BTreeMap;

use gehoor_wire::Secret;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> Discourse {
    let table = toml::from_str(&format!("base = 'https://forum.example'\n{text}")).unwrap();
    Discourse::new(&read_config(&table).unwrap()).unwrap()
}

fn posts_of() -> Discourse {
    source("mode = 'posts'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://forum.example/posts.json", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    answer(&serde_json::from_slice(&fixture::bytes(&format!("discourse/{name}"))).unwrap())
}

fn minute(n: u64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n.cast_signed())
}

fn post(n: u64, text: &str) -> Value {
    json!({"id": n, "username": "a", "cooked": text, "created_at": minute(n).to_string(), "topic_id": 1, "post_number": 2})
}

/// Posts by falling id, fifty a page, `before` exclusive.
fn poll(
    source: &Discourse,
    posts: &[Value],
    mut cursor: Cursor,
    now: Timestamp,
) -> (BTreeMap<String, Draft>, Cursor) {
    let mut found = BTreeMap::new();
    for _ in 0..200 {
        let request = source.plan(&cursor, &Context { now, credential: None }).unwrap();
        let before =
            request.url.query_pairs().find(|(k, _)| k == "before").map(|(_, v)| v.parse::<u64>().unwrap());
        let page: Vec<&Value> = posts
            .iter()
            .filter(|p| before.is_none_or(|before| p["id"].as_u64().unwrap() < before))
            .take(50)
            .collect();
        let mut response = answer(&json!({"latest_posts": page}));
        response.at = now;
        let page = source.parse(&cursor, &response).unwrap();
        found.extend(page.items.into_iter().map(|d| (d.external_id.clone(), d)));
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
        &posts_of().parse(&Cursor::default(), &file("page.json")).unwrap()
    ));
}

#[test]
fn a_search_is_read_with_the_titles_of_its_topics() {
    let source = source("mode = 'search'\nquery = 'meubelhal'\nbackfill_pages = 2");
    let page = source.parse(&Cursor::default(), &file("search.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
    let Next::More(cursor) = page.next else { panic!("there is a second page") };
    let cx = Context { now: AT.parse().unwrap(), credential: None };
    assert_eq!(source.plan(&cursor, &cx).unwrap().url.query(), Some("q=meubelhal+order%3Alatest&page=2"));
}

#[test]
fn requests_are_those_of_the_api() {
    let key = Secret::new("key");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&key) };
    let known = Known {
        external_id: "forum.example/p/104".to_owned(),
        permalink: Some("https://forum.example/t/bank-kapot/31/2".to_owned()),
    };
    let source = source("mode = 'posts'\nusername = 'gehoor'");
    let request = source.plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.url.as_str(), "https://forum.example/posts.json");
    assert!(request.headers["api-key"].is_sensitive() && request.headers["api-username"] == "gehoor");
    assert!(posts_of().plan(&Cursor::default(), &cx).unwrap().headers.contains_key("user-api-key"));
    let asked = source.recheck(std::slice::from_ref(&known), &cx).unwrap().unwrap();
    assert_eq!(asked.url.as_str(), "https://forum.example/t/31/posts.json?post_ids%5B%5D=104");
    let elsewhere = Known { external_id: "ander.example/p/1".to_owned(), ..known };
    assert!(source.recheck(&[elsewhere], &cx).is_none());
}

#[test]
fn every_post_is_found_and_an_edit_within_a_day() {
    let list = |n: u64| (1..=n).rev().map(|n| post(n, "x")).collect::<Vec<_>>();
    let (found, cursor) = poll(&posts_of(), &list(120), Cursor::default(), minute(120));
    assert_eq!(found.len(), 50);
    let (found, cursor) = poll(&posts_of(), &list(500), cursor, minute(500));
    assert!((121..=500).all(|n| found.contains_key(&format!("forum.example/p/{n}"))));
    let mut edited = list(1_600);
    edited[1_600 - 400] = post(400, "y");
    let (found, cursor) = poll(&posts_of(), &edited, cursor, minute(1_600));
    assert_eq!(found["forum.example/p/400"].text, "y", "once a day the last day is read again");
    let (found, _) = poll(&posts_of(), &edited, cursor, minute(1_601));
    assert!(found.len() <= 100);
}

#[test]
fn what_is_deleted_or_not_found_is_withdrawn() {
    let known = [Known {
        external_id: "forum.example/p/104".to_owned(),
        permalink: Some("https://forum.example/t/bank-kapot/31/2".to_owned()),
    }];
    let read = |body: Value| posts_of().read_recheck(&known, &answer(&body)).unwrap();
    let stream = |posts: Value| json!({"post_stream": {"posts": posts}, "id": 31});
    assert!(read(stream(json!([])))[0].withdrawn);
    let mut gone = post(104, "x");
    gone["deleted_at"] = json!("2024-05-04T10:00:00Z");
    assert!(read(stream(json!([gone])))[0].withdrawn);
    assert_eq!(read(stream(json!([post(104, "<p>anders</p>")])))[0].text, "anders");
    let missing = Response {
        status: StatusCode::NOT_FOUND,
        ..answer(&json!({"errors": ["x"], "error_type": "not_found"}))
    };
    assert!(posts_of().read_recheck(&known, &missing).unwrap()[0].withdrawn);
}

#[test]
fn the_forum_says_how_long_to_wait_and_whom_it_lets_in() {
    let refusal = |body: Value| posts_of().refusal(&answer(&body));
    let wait = json!({"errors": ["geheim"], "error_type": "rate_limit", "extras": {"wait_seconds": 12, "time_left": "12 seconds"}});
    assert_eq!(refusal(wait).unwrap().not_before, Some(SignedDuration::from_secs(12)));
    assert!(refusal(json!({"errors": ["geheim"], "error_type": "not_logged_in"})).unwrap().ended);
    assert_eq!(refusal(json!({"errors": []})), None);
    assert!(posts_of().parse(&Cursor::default(), &answer(&json!({"errors": ["geheim"]}))).is_err());
}
