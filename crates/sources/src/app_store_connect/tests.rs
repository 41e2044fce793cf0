//! A list with cursors, responses beside the reviews, and a key that signs.

use std::collections::BTreeSet;

use gehoor_wire::Secret;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};

fn source(more: &str) -> Connect {
    let text = format!("issuer = 'i'\nkey_id = 'K1'\napps = ['1404176564', '2']\n{more}");
    Connect::new(&read_config(&toml::from_str(&text).unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn review(n: i64) -> Value {
    json!({"id": format!("r{n}"), "attributes": {"rating": 2, "body": format!("nummer {n}"), "createdDate": at(-n).to_string()}})
}

fn serve(reviews: &[Value], request: &Request) -> Value {
    let start: usize = query(request).get("cursor").map_or(0, |cursor| cursor.parse().unwrap());
    let page: Vec<_> = reviews.iter().skip(start).take(200).collect();
    let next = format!("https://evil.example/v1/x?limit=200&cursor={}", start + 200);
    match start + 200 < reviews.len() {
        true => json!({"data": page, "links": {"next": next}}),
        false => json!({"data": page, "links": {}}),
    }
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let body = fixture::bytes("app-store-connect/page.json");
    let answer = fixture::page("https://api.appstoreconnect.apple.com/", "application/json", body);
    insta::assert_json_snapshot!(fixture::shown(&source("").parse(&Cursor::default(), &answer).unwrap()));
}

#[test]
fn cursors_are_followed_at_our_own_address_only() {
    let source = source("territories = ['nld', 'bel']");
    let mut reviews: Vec<Value> = (0..900).map(review).collect();
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| {
        assert_eq!(request.url.host_str(), Some("api.appstoreconnect.apple.com"));
        assert_eq!(query(request)["filter[territory]"], "NLD,BEL");
        serve(&reviews, request)
    });
    let names: BTreeSet<_> = found.iter().map(|draft| draft.external_id.as_str()).collect();
    assert_eq!(names.len(), 900);
    reviews.insert(0, json!({"id": "new", "attributes": {"rating": 1, "createdDate": at(1).to_string()}}));
    reviews[800]["attributes"]["body"] = json!("veranderd");
    let (found, _, cursor) = poll(&source, cursor, at(2), |request| serve(&reviews, request));
    assert!(found.iter().any(|draft| draft.external_id == "new"));
    let (found, _, _) = poll(&source, cursor, at(25), |request| serve(&reviews, request));
    assert!(found.iter().any(|draft| draft.text == "veranderd"), "by the slow walk");
}

#[test]
fn a_review_that_is_asked_about_stands_or_is_gone() {
    let source = source("");
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let known =
        [Known { external_id: "r1".into(), permalink: Some("https://apps.apple.com/app/id2".into()) }];
    let request = source.recheck(&known, &cx).unwrap().unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://api.appstoreconnect.apple.com/v1/customerReviews/r1?include=response"
    );
    let there =
        fixture::page("https://x.example/", "application/json", json!({"data": review(1)}).to_string());
    let drafts = source.read_recheck(&known, &there).unwrap();
    assert_eq!((drafts.len(), drafts[0].permalink.clone()), (1, known[0].permalink.clone()));
    let body = r#"{"errors":[{"id":"1","status":"404","code":"NOT_FOUND","title":"x","detail":"y"}]}"#;
    assert!(
        source.read_recheck(&known, &fixture::refused("https://x.example/", 404, body)).unwrap()[0].withdrawn
    );
    assert!(source.refusal(&fixture::refused("https://x.example/", 403, body)).unwrap().ended);
    assert_eq!(
        source.refusal(&fixture::refused("https://x.example/", 429, body)).unwrap().not_before,
        Some(BURST)
    );
}
