//! The feed with all its habits.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll};

fn source() -> AppStore {
    let text = "apps = ['1404176564']\ncountries = ['NL', 'be']";
    AppStore::new(&read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn entry(n: usize) -> Value {
    json!({"id": {"label": n.to_string()}, "im:rating": {"label": "2"}, "title": {"label": format!("nummer {n}")}})
}

fn page_of(request: &Request) -> usize {
    let part = request.url.path_segments().unwrap().find_map(|part| part.strip_prefix("page=")).unwrap();
    part.parse().unwrap()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let answer =
        fixture::page("https://itunes.apple.com/", "text/javascript", fixture::bytes("app-store/page.json"));
    insta::assert_json_snapshot!(fixture::shown(&source().parse(&Cursor::default(), &answer).unwrap()));
}

#[test]
fn a_single_review_comes_without_its_list_and_none_without_anything() {
    let read = |body: Value| {
        let answer = fixture::page("https://itunes.apple.com/", "application/json", body.to_string());
        source().parse(&Cursor::default(), &answer).unwrap().items.len()
    };
    assert_eq!(read(json!({"feed": {"entry": entry(1)}})), 1);
    assert_eq!(read(json!({"feed": {}})), 0);
}

#[test]
fn ten_pages_of_every_country_are_read_and_pages_that_are_empty_for_a_while_are_passed_over() {
    let source = source();
    let mut asked = Vec::new();
    let mut serve = |request: &Request, empty: &[usize], of: &[Value]| {
        let page = page_of(request);
        asked.push(request.url.path().to_owned());
        let list: Vec<_> =
            of.iter().skip((page - 1) * 50).take(50).filter(|_| !empty.contains(&page)).collect();
        if list.is_empty() { json!({"feed": {}}) } else { json!({"feed": {"entry": list}}) }
    };
    let entries: Vec<Value> = (1_000..1_600).rev().map(entry).collect();
    let (found, _, cursor) =
        poll(&source, Cursor::default(), at(0), |request| serve(request, &[3, 4], &entries));
    let names: BTreeSet<_> = found.iter().map(|draft| draft.external_id.clone()).collect();
    assert_eq!(names.len(), 400);
    let (found, _, cursor) = poll(&source, cursor, at(25), |request| serve(request, &[2], &entries));
    assert!(found.iter().any(|draft| draft.external_id == "1499"), "the slow walk makes up for it");
    let newer: Vec<Value> = [entry(2_000)].into_iter().chain(entries.iter().cloned()).collect();
    let (found, _, _) = poll(&source, cursor, at(26), |request| serve(request, &[], &newer));
    assert!(found.iter().any(|draft| draft.external_id == "2000"));
    assert!(
        asked.contains(&"/be/rss/customerreviews/page=10/id=1404176564/sortby=mostrecent/json".to_owned())
    );
    assert!(!asked.iter().any(|path| path.contains("page=11")));
}
