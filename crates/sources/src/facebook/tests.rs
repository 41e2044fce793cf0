//! A page with posts, comments that grow, and comments that cannot be read.

use std::collections::BTreeMap;

use gehoor_wire::Secret;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> Facebook {
    Facebook::new(&read_config(&toml::from_str(&format!("page = '1'\n{text}")).unwrap()).unwrap()).unwrap()
}

fn answer(body: &Value) -> Response {
    fixture::page("https://graph.facebook.com/v25.0/x", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    answer(&serde_json::from_slice(&fixture::bytes(&format!("facebook/{name}"))).unwrap())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn stamp(n: i64) -> String {
    minute(n).strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// A page: a post an hour, each with so many comments, one a minute; ten a page.
struct Wall {
    posts: i64,
    comments: BTreeMap<i64, i64>,
    asked: Vec<String>,
}

impl Wall {
    fn answer(&mut self, request: &Request) -> Value {
        let query: BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        let path: Vec<&str> = request.url.path_segments().unwrap().collect();
        self.asked.push(path[1..].join("/"));
        let skip: usize = query.get("after").map_or(0, |a| a.parse().unwrap());
        let all: Vec<Value> = if path[2] == "feed" {
            let count = |n: i64| self.comments.get(&n).copied().unwrap_or(0);
            (0..self.posts)
                .rev()
                .map(|n| {
                    json!({"id": format!("p{n}"), "message": "x", "created_time": stamp(n * 60),
                                "comments": {"summary": {"total_count": count(n)}}})
                })
                .collect()
        } else {
            let n: i64 = path[1].trim_start_matches('p').parse().unwrap();
            (0..self.comments[&n])
                .rev()
                .map(
                    |c| json!({"id": format!("c{n}_{c}"), "message": "y", "created_time": stamp(n * 60 + c)}),
                )
                .collect()
        };
        let page: Vec<&Value> = all.iter().skip(skip).take(10).collect();
        let more = all.len() > skip + 10;
        let next =
            more.then(|| format!("https://graph.facebook.com/x?access_token=geheim&after={}", skip + 10));
        json!({"data": page, "paging": {"next": next}})
    }

    fn poll(
        &mut self,
        source: &Facebook,
        mut cursor: Cursor,
        now: Timestamp,
    ) -> (BTreeMap<String, Draft>, Cursor) {
        let (mut found, token) = (BTreeMap::new(), Secret::new("token"));
        self.asked.clear();
        for _ in 0..500 {
            let request = source.plan(&cursor, &Context { now, credential: Some(&token) }).unwrap();
            let mut response = answer(&self.answer(&request));
            response.at = now;
            let page = source.parse(&cursor, &response).unwrap();
            assert_eq!(page.warnings, []);
            found.extend(page.items.into_iter().map(|d| (d.external_id.clone(), d)));
            match page.next {
                Next::More(next) => cursor = next,
                Next::CaughtUp(next) => return (found, next),
            }
        }
        panic!("never caught up");
    }
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    insta::assert_json_snapshot!(fixture::shown(
        &source("").parse(&Cursor::default(), &file("page.json")).unwrap()
    ));
}

#[test]
fn comments_are_read_with_what_they_answer() {
    let source = source("");
    let post = json!({"data": [{"id": "1_101", "message": "x", "created_time": "2024-05-03T10:00:00+0000",
                       "permalink_url": "https://www.facebook.com/1/posts/101", "comments": {"summary": {"total_count": 3}}}]});
    let Next::More(cursor) = source.parse(&Cursor::default(), &answer(&post)).unwrap().next else {
        panic!("done")
    };
    insta::assert_json_snapshot!(fixture::shown(&source.parse(&cursor, &file("comments.json")).unwrap()));
}

#[test]
fn requests_are_those_of_the_api() {
    let token = Secret::new("token");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&token) };
    let mut wall = Wall { posts: 1, comments: [(0, 1)].into(), asked: vec![] };
    let first = source("").plan(&Cursor::default(), &cx).unwrap();
    let page = source("").parse(&Cursor::default(), &answer(&wall.answer(&first))).unwrap();
    let Next::More(cursor) = page.next else { panic!("done") };
    insta::assert_json_snapshot!([
        first.url,
        source("").plan(&cursor, &cx).unwrap().url,
        source("list = 'visitor_posts'\nversion = 'v26.0'").plan(&Cursor::default(), &cx).unwrap().url,
        source("list = 'tagged'").plan(&Cursor::default(), &cx).unwrap().url,
    ]);
    assert_eq!(first.credential.as_deref(), Some("facebook:1"));
    let without = Context { now: AT.parse().unwrap(), credential: None };
    assert!(matches!(source("").plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn comments_are_found_under_old_posts_and_read_again_only_when_there_are_more() {
    let source = source("backfill_pages = 3");
    let mut wall = Wall { posts: 40, comments: [(39, 25), (20, 1)].into(), asked: vec![] };
    let (found, cursor) = wall.poll(&source, Cursor::default(), minute(40 * 60));
    assert_eq!(found.len(), 30 + 26);
    assert_eq!(found["c39_24"].thread.as_deref(), Some("p39"));
    // A hundred more come under one post, and a post from before the first poll gets one.
    wall.comments.extend([(39, 125), (2, 1)]);
    let (found, cursor) = wall.poll(&source, cursor, minute(41 * 60));
    assert!((25..125).all(|c| found.contains_key(&format!("c39_{c}"))) && found.contains_key("c2_0"));
    assert!(wall.asked.iter().filter(|p| p.starts_with("p39")).count() <= 15, "{:?}", wall.asked);
    wall.poll(&source, cursor, minute(42 * 60));
    assert!(wall.asked.iter().all(|path| path == "1/feed"), "{:?}", wall.asked);
}

#[test]
fn comments_that_are_refused_again_and_again_do_not_hold_up_the_rest() {
    let (source, token) = (source(""), Secret::new("token"));
    let mut wall = Wall { posts: 3, comments: [(2, 4)].into(), asked: vec![] };
    let ask = |cursor: &Cursor, now| source.plan(cursor, &Context { now, credential: Some(&token) }).unwrap();
    let mut first = answer(&wall.answer(&ask(&Cursor::default(), minute(200))));
    first.at = minute(200);
    let Next::More(cursor) = source.parse(&Cursor::default(), &first).unwrap().next else { panic!("done") };
    assert!(ask(&cursor, minute(201)).url.path().ends_with("/p2/comments"));
    let mut again = answer(&wall.answer(&ask(&cursor, minute(240))));
    again.at = minute(240);
    let page = source.parse(&cursor, &again).unwrap();
    assert_eq!(page.items.len(), 3);
    let Next::More(cursor) = page.next else { panic!("given up at once") };
    assert!(ask(&cursor, minute(241)).url.path().ends_with("/p2/comments"));
    again.at = minute(300);
    let page = source.parse(&cursor, &again).unwrap();
    assert!(matches!(page.next, Next::CaughtUp(_)) && page.warnings.len() == 1);
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| {
        let built = read_config::<Config>(&toml::from_str(text).unwrap()).and_then(|c| Facebook::new(&c));
        built.err().map_or("accepted".to_owned(), |error| error.0)
    };
    insta::assert_json_snapshot!([
        error("page = 'https://facebook.com/x'"),
        error("page = '1'\nversion = '25'"),
        error("page = '1'\nlist = 'ratings'"),
    ]);
}
