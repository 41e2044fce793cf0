//! A subreddit with several pages, an edit, a deletion, and ids that lead nowhere any more.

use std::collections::{BTreeMap, BTreeSet};

use gehoor_wire::Secret;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

const APP: &str = "client_id = 'app'\nuser_agent = 'linux:gehoor:0.1 (by /u/x)'\n";

fn source(text: &str) -> Reddit {
    Reddit::new(&read_config(&toml::from_str(&format!("{APP}{text}")).unwrap()).unwrap()).unwrap()
}

fn comments() -> Reddit {
    source("mode = 'comments'\nsubreddit = 'r/nederlands'")
}

fn answer(body: &Value) -> Response {
    fixture::page("https://oauth.reddit.com/r/x/new", "application/json", body.to_string())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn comment(n: i64, text: &str) -> Value {
    json!({"kind": "t1", "data": {"name": format!("t1_m{n}"), "body": text, "author": "a", "author_fullname": "t2_a",
           "created_utc": minute(n).as_second(), "edited": false, "link_id": "t3_x", "parent_id": "t3_x"}})
}

fn listing_of(children: &[Value], after: Option<&str>) -> Value {
    json!({"kind": "Listing", "data": {"after": after, "children": children}})
}

/// A listing, newest first; an `after` that is not in it (any more) gives nothing.
fn poll(
    source: &Reddit,
    comments: &[Value],
    mut cursor: Cursor,
    now: Timestamp,
    lost: &str,
) -> (BTreeMap<String, Draft>, Cursor) {
    let (mut found, secret) = (BTreeMap::new(), Secret::new("jwt"));
    for _ in 0..300 {
        let request = source.plan(&cursor, &Context { now, credential: Some(&secret) }).unwrap();
        let query: BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        let name = |c: &Value| c["data"]["name"].as_str().unwrap().to_owned();
        let from = match query.get("after") {
            Some(after) if after == lost => comments.len(),
            Some(after) => comments.iter().position(|c| name(c) == *after).map_or(comments.len(), |n| n + 1),
            None => 0,
        };
        let page: Vec<Value> = comments.iter().skip(from).take(100).cloned().collect();
        let after = (from + page.len() < comments.len()).then(|| page.last().map(name)).flatten();
        let mut response = answer(&listing_of(&page, after.as_deref()));
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
    let answer =
        fixture::page("https://oauth.reddit.com/", "application/json", fixture::bytes("reddit/page.json"));
    insta::assert_json_snapshot!(fixture::shown(&comments().parse(&Cursor::default(), &answer).unwrap()));
}

#[test]
fn requests_are_those_of_the_api() {
    let secret = Secret::new("jwt");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&secret) };
    let known = ["t3_a", "t1_b", "x"].map(|n| Known { external_id: n.to_owned(), permalink: None });
    let url = |text: &str| source(text).plan(&Cursor::default(), &cx).unwrap().url;
    insta::assert_json_snapshot!([
        url("mode = 'new'\nsubreddit = 'nederlands'"),
        url("mode = 'comments'\nsubreddit = '/r/nederlands/'"),
        url("mode = 'search'\nquery = 'meubel hal'"),
        url("mode = 'search'\nquery = 'x'\nsubreddit = 'nederlands'"),
        url("mode = 'mentions'"),
        comments().recheck(&known, &cx).unwrap().unwrap().url,
    ]);
    let request = comments().plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.headers.get(USER_AGENT).unwrap(), "linux:gehoor:0.1 (by /u/x)");
    assert_eq!(request.credential.as_deref(), Some("reddit:app"));
    let without = Context { now: AT.parse().unwrap(), credential: None };
    assert!(matches!(comments().plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn everything_is_found_though_the_newest_known_item_was_deleted() {
    let list = |range: std::ops::Range<i64>| range.rev().map(|n| comment(n, "x")).collect::<Vec<_>>();
    let source = comments();
    let (_, cursor) = poll(&source, &list(0..50), Cursor::default(), minute(50), "");
    let mut posts = list(0..450);
    posts.retain(|c| c["data"]["name"] != "t1_m49");
    let (found, cursor) = poll(&source, &posts, cursor, minute(450), "");
    assert!((50..450).all(|n| found.contains_key(&format!("t1_m{n}"))));
    // The id at which the second page begins is lost at the next poll: it is tried once more from the top.
    let (found, cursor) = poll(&source, &list(0..700), cursor, minute(700), "t1_m600");
    assert!((601..700).all(|n| found.contains_key(&format!("t1_m{n}"))));
    let (found, _) = poll(&source, &list(0..701), cursor, minute(701), "");
    assert!(found.contains_key("t1_m700"));
}

#[test]
fn an_edit_is_seen_by_the_daily_sweep_and_a_deletion_when_asked() {
    let source = comments();
    let mut posts: Vec<Value> = (0..300).rev().map(|n| comment(n, "x")).collect();
    let (_, cursor) = poll(&source, &posts, Cursor::default(), minute(300), "");
    posts[250] = comment(49, "y");
    let (found, cursor) = poll(&source, &posts, cursor, minute(310), "");
    assert!(!found.contains_key("t1_m49"));
    let (found, _) = poll(&source, &posts, cursor, minute(24 * 60 + 5), "");
    assert!(!found.contains_key("t1_m49"), "not a day later yet");
    let (_, cursor) = poll(&source, &posts, Cursor::default(), minute(300), "");
    let source = Reddit {
        rules: Rules { sweep: source.rules.sweep.map(|(e, b)| (e, b + b)), ..source.rules },
        ..source
    };
    let (found, _) = poll(&source, &posts, cursor, minute(300 + 24 * 60), "");
    assert_eq!(found.get("t1_m49").unwrap().text, "y");
}

#[test]
fn what_is_deleted_removed_missing_or_of_a_deleted_account_is_withdrawn() {
    let known = ["t1_m1", "t1_m2", "t1_m3", "t3_m4", "t1_m5"]
        .map(|n| Known { external_id: n.to_owned(), permalink: None });
    let mut anonymous = comment(2, "staat er nog");
    anonymous["data"]["author"] = json!("[deleted]");
    anonymous["data"].as_object_mut().unwrap().remove("author_fullname");
    let post =
        json!({"kind": "t3", "data": {"name": "t3_m4", "title": "x", "removed_by_category": "moderator"}});
    let body = listing_of(&[comment(1, "zo"), anonymous, comment(3, "[deleted]"), post], None);
    let drafts = comments().read_recheck(&known, &answer(&body)).unwrap();
    let gone: BTreeSet<&str> =
        drafts.iter().filter(|d| d.withdrawn).map(|d| d.external_id.as_str()).collect();
    assert_eq!(gone, BTreeSet::from(["t1_m2", "t1_m3", "t3_m4", "t1_m5"]));
    assert_eq!(drafts.iter().find(|d| !d.withdrawn).unwrap().text, "zo");
}

#[test]
fn errors_inside_a_successful_answer_are_errors() {
    for body in [
        json!({"json": {"errors": [["RATELIMIT", "geheim", "ratelimit"]], "ratelimit": 180.1}}),
        json!({"error": 403, "message": "Forbidden", "reason": "geheim"}),
        listing_of(&[json!({"kind": "t5", "data": {"name": "t5_x"}})], None),
    ] {
        let error = comments().parse(&Cursor::default(), &answer(&body)).unwrap_err();
        assert!(matches!(error, ParseError::Refused(_)) && !error.to_string().contains("geheim"));
    }
}

#[test]
fn a_subreddit_that_is_closed_is_explained() {
    let refusal =
        |body: Value| comments().refusal(&Response { status: StatusCode::FORBIDDEN, ..answer(&body) });
    let said = refusal(json!({"reason": "private", "message": "Forbidden", "error": 403})).unwrap();
    assert!(said.ended && said.why.contains("private"));
    assert_eq!(refusal(json!({"message": "Too Many Requests", "error": 429})), None);
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| {
        let table = toml::from_str(text).unwrap();
        match read_config::<Config>(&table).and_then(|c| Reddit::new(&c)) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.0,
        }
    };
    insta::assert_json_snapshot!([
        error("mode = 'new'\nuser_agent = 'x'"),
        error(&format!("{APP}mode = 'new'")),
        error(&format!("{APP}mode = 'search'")),
        error(&format!("{APP}mode = 'new'\nsubreddit = 'a/../b'")),
    ]);
}
