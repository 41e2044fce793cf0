//! A search with more hits than a page, hits of one second, and items that are gone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source() -> HackerNews {
    HackerNews::new(&read_config(&toml::from_str("query = 'meubelhal'").unwrap()).unwrap()).unwrap()
}

fn answer(body: &Value) -> Response {
    fixture::page("https://hn.algolia.com/api/v1/search_by_date", "application/json", body.to_string())
}

/// Hits by falling second, within the bounds of the request, a hundred a page.
fn poll(seconds: &[i64], mut cursor: Cursor, now: i64) -> (BTreeSet<String>, Cursor) {
    let (mut found, now) = (BTreeSet::new(), Timestamp::from_second(now).unwrap());
    for _ in 0..200 {
        let url = source().plan(&cursor, &Context { now, credential: None }).unwrap().url;
        let bounds = url.query_pairs().find(|(k, _)| k == "numericFilters").map(|(_, v)| v.into_owned());
        let bounds = bounds.unwrap_or_default();
        let bound = |sign: char| {
            bounds
                .split(',')
                .find_map(|b| b.strip_prefix("created_at_i")?.strip_prefix(sign)?.parse::<i64>().ok())
        };
        let all: Vec<(usize, i64)> = seconds
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, s)| bound('>').is_none_or(|b| *s > b) && bound('<').is_none_or(|b| *s < b))
            .collect();
        let hits: Vec<Value> = all
            .iter()
            .take(100)
            .map(|(n, s)| json!({"objectID": format!("{s}.{n}"), "title": "x", "created_at_i": s}))
            .collect();
        let mut response = answer(&json!({"hits": hits, "nbHits": all.len()}));
        response.at = now;
        let page = source().parse(&cursor, &response).unwrap();
        found.extend(page.items.into_iter().map(|d| d.external_id));
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, next),
        }
    }
    panic!("never caught up");
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let file = serde_json::from_slice(&fixture::bytes("hacker-news/page.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(
        &source().parse(&Cursor::default(), &answer(&file)).unwrap()
    ));
}

#[test]
fn more_hits_than_a_search_shows_are_reached_by_their_moment() {
    let begin = 1_714_730_400;
    let (_, cursor) = poll(&[begin], Cursor::default(), begin + 10);
    // Three hits a second, more than a thousand.
    let seconds: Vec<i64> = (0..1_500).rev().map(|n| begin + 60 + n / 3).collect();
    let (found, _) = poll(&seconds, cursor, begin + 2_000);
    assert_eq!(found.len(), 1_500);
}

#[test]
fn requests_are_those_of_the_api() {
    let cx = Context { now: AT.parse().unwrap(), credential: None };
    let known = [Known { external_id: "4003".to_owned(), permalink: None }];
    let (_, cursor) = poll(&[1_714_730_400], Cursor::default(), 1_714_730_500);
    insta::assert_json_snapshot!([
        source().plan(&Cursor::default(), &cx).unwrap().url,
        source().plan(&cursor, &cx).unwrap().url,
        source().recheck(&known, &cx).unwrap().unwrap().url,
    ]);
}

#[test]
fn what_is_deleted_is_withdrawn_and_what_is_not_to_be_seen_yet_is_not() {
    let known = [Known { external_id: "4003".to_owned(), permalink: None }];
    let gone =
        |body: Value| source().read_recheck(&known, &answer(&body)).map(|d| d.iter().any(|d| d.withdrawn));
    assert!(gone(json!({"deleted": true, "id": 4003, "time": 1, "type": "comment"})).unwrap());
    assert!(gone(json!({"dead": true, "id": 4003})).unwrap());
    assert!(!gone(json!({"id": 4003, "text": "x"})).unwrap());
    assert!(!gone(Value::Null).unwrap());
    assert!(gone(json!({"deleted": true, "id": 5})).is_err());
}
