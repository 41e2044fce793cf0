//! Both generations; an instance with several pages, an edit, and what is deleted.

use std::collections::BTreeMap;

use gehoor_wire::Secret;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> Lemmy {
    let table = toml::from_str(&format!("base = 'https://lemmy.example'\n{text}")).unwrap();
    Lemmy::new(&read_config(&table).unwrap()).unwrap()
}

fn comments() -> Lemmy {
    source("what = 'comments'\nquery = 'meubelhal'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://lemmy.example/api/v3/search", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    answer(&serde_json::from_slice(&fixture::bytes(&format!("lemmy/{name}"))).unwrap())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn comment(n: i64, text: &str) -> Value {
    json!({"comment": {"id": n, "content": text, "ap_id": format!("https://a.example/{n}"), "published": minute(n).to_string(),
           "path": format!("0.{n}")}, "creator": {"name": "a"}, "post": {"ap_id": "https://a.example/post/1"}})
}

fn poll(
    source: &Lemmy,
    all: &[Value],
    mut cursor: Cursor,
    now: Timestamp,
) -> (BTreeMap<String, Draft>, Cursor) {
    let mut found = BTreeMap::new();
    for _ in 0..200 {
        let url = source.plan(&cursor, &Context { now, credential: None }).unwrap().url;
        let page =
            url.query_pairs().find(|(k, _)| k == "page").map_or(1, |(_, v)| v.parse::<usize>().unwrap());
        let views: Vec<&Value> = all.iter().skip((page - 1) * 50).take(50).collect();
        let mut response = answer(&json!({"comments": views}));
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
fn a_page_of_the_older_generation_is_read_with_all_that_it_says() {
    insta::assert_json_snapshot!(fixture::shown(
        &comments().parse(&Cursor::default(), &file("page.json")).unwrap()
    ));
}

#[test]
fn a_page_of_the_newer_generation_is_read_and_gone_on_from() {
    let source = source("what = 'posts'\nquery = 'meubelhal'\napi = 'v4'\nbackfill_pages = 2");
    let page = source.parse(&Cursor::default(), &file("v4.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
    let Next::More(cursor) = page.next else { panic!("there is a second page") };
    let cx = Context { now: AT.parse().unwrap(), credential: None };
    assert!(source.plan(&cursor, &cx).unwrap().url.as_str().ends_with("&page_cursor=P123"));
}

#[test]
fn requests_are_those_of_the_api() {
    let token = Secret::new("jwt");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&token) };
    let known = [Known { external_id: "https://elders.example/comment/77".to_owned(), permalink: None }];
    let url = |text: &str| source(text).plan(&Cursor::default(), &cx).unwrap().url;
    insta::assert_json_snapshot!([
        url("what = 'comments'\nquery = 'meubel hal'"),
        url("what = 'comments'\ncommunity = 'klachten'"),
        url("what = 'posts'"),
        url("what = 'posts'\nquery = 'x'\napi = 'v4'"),
        url("what = 'comments'\napi = 'v4'\ncommunity = 'klachten'"),
        comments().recheck(&known, &cx).unwrap().unwrap().url,
    ]);
    let request = comments().plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.headers["authorization"], "Bearer jwt");
}

#[test]
fn everything_is_found_and_an_edit_within_a_day() {
    let list = |n: i64| (0..n).rev().map(|n| comment(n, "x")).collect::<Vec<_>>();
    let (_, cursor) = poll(&comments(), &list(10), Cursor::default(), minute(10));
    let (found, cursor) = poll(&comments(), &list(400), cursor, minute(400));
    assert_eq!(found.len(), 400);
    let mut edited = list(1_500);
    edited[1_500 - 300] = comment(299, "y");
    let (found, _) = poll(&comments(), &edited, cursor, minute(1_500));
    assert_eq!(found["https://a.example/299"].text, "y");
}

#[test]
fn what_is_deleted_or_not_found_is_withdrawn_and_what_is_refused_is_not() {
    let known = [Known { external_id: "https://a.example/1".to_owned(), permalink: None }];
    let read = |status: StatusCode, body: &Value| {
        comments().read_recheck(&known, &Response { status, ..answer(body) })
    };
    let mut gone = comment(1, "");
    gone["comment"]["deleted"] = json!(true);
    assert!(read(StatusCode::OK, &json!({"comment": gone})).unwrap()[0].withdrawn);
    assert_eq!(read(StatusCode::OK, &json!({"comment": comment(1, "z")})).unwrap()[0].text, "z");
    assert!(read(StatusCode::BAD_REQUEST, &json!({"error": "couldnt_find_object"})).unwrap()[0].withdrawn);
    // The newer generation.
    let mut whole = comment(1, "q");
    whole["type_"] = json!("comment");
    assert_eq!(read(StatusCode::OK, &whole).unwrap()[0].text, "q");
    assert!(read(StatusCode::NOT_FOUND, &json!({"error": "not_found"})).unwrap()[0].withdrawn);
    assert!(read(StatusCode::OK, &json!({"type_": "person", "person": {}})).is_err());
    for (status, error) in
        [(StatusCode::BAD_REQUEST, "rate_limit_error"), (StatusCode::OK, "couldnt_find_object")]
    {
        assert!(read(status, &json!({"error": error})).is_err());
    }
}

#[test]
fn a_limit_without_a_header_is_waited_for() {
    let refusal = |error: &str| comments().refusal(&answer(&json!({"error": error})));
    assert_eq!(refusal("rate_limit_error").unwrap().not_before, Some(SignedDuration::from_mins(1)));
    assert!(refusal("instance_is_private").unwrap().ended);
    assert_eq!(refusal("geheim"), None);
}
