//! A search that pays by the post: windows, pages, edits, deletions, and caps.

use gehoor_wire::Secret;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> X {
    X::new(&read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap()
}

fn search() -> X {
    source("mode = 'search'\nquery = 'meubelhal'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://api.x.com/2/tweets/search/recent", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    answer(&serde_json::from_slice(&fixture::bytes(&format!("x/{name}"))).unwrap())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

/// Posts of every minute within the window that is asked for, a hundred a page; gives names and how many were paid.
fn poll(posts: i64, mut cursor: Cursor, now: Timestamp) -> (Vec<String>, usize, Cursor) {
    let (mut found, mut paid, key) = (Vec::new(), 0, Secret::new("token"));
    for _ in 0..200 {
        let url = search().plan(&cursor, &Context { now, credential: Some(&key) }).unwrap().url;
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let start: Option<Timestamp> = query.get("start_time").map(|t| t.parse().unwrap());
        let skip: usize = query.get("next_token").map_or(0, |t| t.parse().unwrap());
        let all: Vec<i64> = (0..posts).rev().filter(|n| start.is_none_or(|s| minute(*n) >= s)).collect();
        let page: Vec<Value> = all
            .iter()
            .skip(skip)
            .take(100)
            .map(|n| json!({"id": n.to_string(), "text": "x", "created_at": minute(*n).to_string()}))
            .collect();
        paid += page.len();
        let mut body = json!({"meta": {"result_count": page.len()}});
        if !page.is_empty() {
            body["data"] = json!(page);
        }
        if all.len() > skip + 100 {
            body["meta"]["next_token"] = json!((skip + 100).to_string());
        }
        let mut response = answer(&body);
        response.at = now;
        let page = search().parse(&cursor, &response).unwrap();
        found.extend(page.items.into_iter().map(|d| d.external_id));
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, paid, next),
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
fn a_page_with_the_new_names_is_read_the_same() {
    let source = source("mode = 'mentions'\nuser_id = '22'\nnaming = 'post'");
    insta::assert_json_snapshot!(fixture::shown(
        &source.parse(&Cursor::default(), &file("posts.json")).unwrap()
    ));
}

#[test]
fn requests_are_those_of_the_api() {
    let key = Secret::new("token");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&key) };
    let known = ["1800", "1803"].map(|n| Known { external_id: n.to_owned(), permalink: None });
    let mentions = source("mode = 'mentions'\nuser_id = '22'\nnaming = 'post'\nclient_id = 'app'");
    insta::assert_json_snapshot!([
        search().plan(&Cursor::default(), &cx).unwrap().url,
        mentions.plan(&Cursor::default(), &cx).unwrap().url,
        search().recheck(&known, &cx).unwrap().unwrap().url,
    ]);
    let thrifty = source("mode = 'search'\nquery = 'x'\nfollow_deletions = false");
    assert!(thrifty.recheck(&known, &cx).is_none());
    assert!(mentions.login().is_some() && search().login().is_none());
    let request = mentions.plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.credential.as_deref(), Some("x:app"));
    assert!(request.headers["authorization"].is_sensitive());
    let without = Context { now: AT.parse().unwrap(), credential: None };
    assert!(matches!(search().plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn every_post_is_found_and_few_are_paid_twice() {
    let (found, _, cursor) = poll(300, Cursor::default(), minute(300));
    assert_eq!(found.len(), 100);
    let (found, paid, cursor) = poll(1_000, cursor, minute(1_000));
    assert!((300..1_000).all(|n| found.contains(&n.to_string())));
    assert!(paid < 710, "{paid}");
    let (_, paid, cursor) = poll(1_000, cursor, minute(1_010));
    assert_eq!(paid, 3);
    // After more than seven days the beginning is left to the platform.
    let key = Secret::new("token");
    let late = Context { now: minute(8 * 24 * 60 + 1_000), credential: Some(&key) };
    assert!(!search().plan(&cursor, &late).unwrap().url.as_str().contains("start_time"));
}

#[test]
fn only_what_is_said_to_be_gone_is_withdrawn() {
    let known = ["1", "2", "3", "4"].map(|n| Known { external_id: n.to_owned(), permalink: None });
    let body = json!({
        "data": [{"id": "1", "text": "oud", "edit_history_tweet_ids": ["1", "9"]}],
        "errors": [
            {"resource_id": "2", "type": "https://api.x.com/2/problems/resource-not-found"},
            {"value": "3", "type": "https://api.twitter.com/2/problems/not-authorized-for-resource"},
            {"resource_id": "4", "type": "https://api.x.com/2/problems/rate-limit-exceeded"}]});
    let drafts = search().read_recheck(&known, &answer(&body)).unwrap();
    let gone: Vec<&str> = drafts.iter().filter(|d| d.withdrawn).map(|d| d.external_id.as_str()).collect();
    assert_eq!((gone, drafts.len()), (vec!["2", "3"], 2), "an old version is no news");
    let all =
        json!({"errors": [{"resource_id": "1", "type": "https://api.x.com/2/problems/resource-not-found"}]});
    assert!(search().read_recheck(&known, &answer(&all)).unwrap()[0].withdrawn);
}

#[test]
fn a_cap_is_waited_for_and_a_missing_right_is_not() {
    let refusal = |status: StatusCode, body: Value| search().refusal(&Response { status, ..answer(&body) });
    let capped = json!({"title": "UsageCapExceeded", "detail": "geheim", "type": "https://api.x.com/2/problems/usage-capped"});
    let capped = refusal(StatusCode::TOO_MANY_REQUESTS, capped).unwrap();
    assert_eq!((capped.not_before, capped.ended), (Some(SignedDuration::from_hours(24)), false));
    let forbidden = json!({"type": "https://api.x.com/2/problems/client-forbidden", "title": "geheim"});
    assert!(refusal(StatusCode::FORBIDDEN, forbidden).unwrap().ended);
    for body in [
        json!({"title": "Too Many Requests", "type": "about:blank", "status": 429}),
        json!({"errors": [{"code": 88}]}),
    ] {
        assert_eq!(refusal(StatusCode::TOO_MANY_REQUESTS, body), None);
    }
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| {
        let built = read_config::<Config>(&toml::from_str(text).unwrap()).and_then(|c| X::new(&c));
        built.err().map_or("accepted".to_owned(), |error| error.0)
    };
    insta::assert_json_snapshot!([
        error("mode = 'search'"),
        error("mode = 'mentions'\nuser_id = '@meubelhal'"),
        error(&format!("mode = 'search'\nquery = '{}'", "x".repeat(4_097))),
    ]);
}
