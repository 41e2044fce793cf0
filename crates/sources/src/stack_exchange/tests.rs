//! A site with several pages, an edit, and limits that stand in the body.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> StackExchange {
    let table = toml::from_str(&format!("site = 'stackoverflow'\n{text}")).unwrap();
    StackExchange::new(&read_config(&table).unwrap()).unwrap()
}

fn search() -> StackExchange {
    source("query = 'meubelhal'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://api.stackexchange.com/2.3/search/advanced", "application/json", body.to_string())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn question(n: i64, title: &str) -> Value {
    json!({"question_id": n, "title": title, "creation_date": minute(n).as_second()})
}

fn poll(all: &[Value], mut cursor: Cursor, now: Timestamp) -> (BTreeMap<String, Draft>, Cursor) {
    let mut found = BTreeMap::new();
    for _ in 0..200 {
        let url = search().plan(&cursor, &Context { now, credential: None }).unwrap().url;
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let (page, from): (usize, i64) =
            (query["page"].parse().unwrap(), query.get("fromdate").map_or(0, |d| d.parse().unwrap()));
        let rest: Vec<&Value> = all.iter().filter(|q| q["creation_date"].as_i64().unwrap() >= from).collect();
        let items: Vec<&&Value> = rest.iter().skip((page - 1) * 100).take(100).collect();
        let more = rest.len() > page * 100;
        let mut response = answer(&json!({"items": items, "has_more": more, "quota_remaining": 9}));
        response.at = now;
        let page = search().parse(&cursor, &response).unwrap();
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
    let file = serde_json::from_slice(&fixture::bytes("stack-exchange/page.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(
        &search().parse(&Cursor::default(), &answer(&file)).unwrap()
    ));
}

#[test]
fn requests_are_those_of_the_api() {
    let cx = Context { now: AT.parse().unwrap(), credential: None };
    let (_, cursor) = poll(&[question(0, "x")], Cursor::default(), minute(1));
    insta::assert_json_snapshot!([
        search().plan(&Cursor::default(), &cx).unwrap().url,
        search().plan(&cursor, &cx).unwrap().url,
        source("tagged = 'meubelhal-api'\nkey = 'public'").plan(&Cursor::default(), &cx).unwrap().url,
    ]);
}

#[test]
fn everything_is_found_and_an_edit_within_a_day() {
    let list = |n: i64| (0..n).rev().map(|n| question(n, "x")).collect::<Vec<_>>();
    let (_, cursor) = poll(&list(10), Cursor::default(), minute(10));
    let (found, cursor) = poll(&list(700), cursor, minute(700));
    assert!((10..700).all(|n| found.contains_key(&format!("stackoverflow/q/{n}"))));
    let mut edited = list(1_500);
    edited[1_500 - 500] = question(499, "y");
    let (found, _) = poll(&edited, cursor, minute(1_500));
    assert_eq!(found["stackoverflow/q/499"].title.as_deref(), Some("y"));
}

#[test]
fn what_the_body_says_about_waiting_is_kept_to() {
    let rest = |body: Value| search().parse(&Cursor::default(), &answer(&body)).unwrap().hints.not_before;
    assert_eq!(
        rest(json!({"items": [], "backoff": 10, "quota_remaining": 5})),
        Some(SignedDuration::from_secs(10))
    );
    assert_eq!(rest(json!({"items": [], "quota_remaining": 0})), Some(SignedDuration::from_hours(12)));
    assert_eq!(rest(json!({"items": []})), None);
    let throttled = json!({"error_id": 502, "error_name": "throttle_violation",
                           "error_message": "too many requests from this IP, more requests available in 82 seconds"});
    assert_eq!(
        search().refusal(&answer(&throttled)).unwrap().not_before,
        Some(SignedDuration::from_secs(82))
    );
    assert!(matches!(search().parse(&Cursor::default(), &answer(&throttled)), Err(ParseError::Refused(_))));
    assert!(search().refusal(&answer(&json!({"error_id": 400}))).unwrap().ended);
}

#[test]
fn what_is_missing_when_asked_by_number_is_gone_and_what_changed_is_read() {
    let known = ["stackoverflow/q/1", "stackoverflow/q/2", "elsewhere/q/3", "x"]
        .map(|id| Known { external_id: id.to_owned(), permalink: None });
    let cx = Context { now: minute(0), credential: None };
    let request = source("query = 'x'\nkey = 'public'").recheck(&known, &cx).unwrap().unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://api.stackexchange.com/2.3/questions/1;2?site=stackoverflow&pagesize=100&filter=withbody&key=public"
    );
    assert_eq!(request.credential.as_deref(), Some("stack-exchange:key"));
    let drafts = search().read_recheck(&known, &answer(&json!({"items": [question(1, "anders")]}))).unwrap();
    let told: Vec<_> = drafts.iter().map(|d| (d.external_id.as_str(), d.withdrawn)).collect();
    assert_eq!(told, [("stackoverflow/q/1", false), ("stackoverflow/q/2", true)]);
    // One that is there and cannot be read stays, and half an answer says nothing.
    let unreadable =
        search().read_recheck(&known, &answer(&json!({"items": [{"question_id": 1}, question(2, "x")]})));
    assert!(unreadable.unwrap().iter().all(|draft| !draft.withdrawn));
    assert!(search().read_recheck(&known, &answer(&json!({"items": [], "has_more": true}))).is_err());
}
