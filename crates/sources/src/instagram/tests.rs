//! Own posts with comments and replies, and posts in which we are tagged.

use gehoor_wire::Secret;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(mode: &str) -> Instagram {
    let text = format!("account = '178414'\nmode = '{mode}'");
    Instagram::new(&read_config(&toml::from_str(&text).unwrap()).unwrap()).unwrap()
}

fn answer(body: &Value) -> Response {
    fixture::page("https://graph.facebook.com/v25.0/x", "application/json", body.to_string())
}

fn file(name: &str) -> Response {
    answer(&serde_json::from_slice(&fixture::bytes(&format!("instagram/{name}"))).unwrap())
}

fn media(count: u64) -> Response {
    answer(
        &json!({"data": [{"id": "18002", "caption": "x", "timestamp": "2024-05-03T10:10:00+0000", "username": "meubelhal",
                             "permalink": "https://www.instagram.com/p/abc/", "comments_count": count}]}),
    )
}

fn after(page: Page) -> Cursor {
    let (Next::More(cursor) | Next::CaughtUp(cursor)) = page.next;
    cursor
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let page = source("comments").parse(&Cursor::default(), &file("page.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn comments_and_their_replies_are_read_under_the_address_of_the_post() {
    let source = source("comments");
    let cursor = after(source.parse(&Cursor::default(), &media(3)).unwrap());
    insta::assert_json_snapshot!(fixture::shown(&source.parse(&cursor, &file("comments.json")).unwrap()));
}

#[test]
fn requests_are_those_of_the_api() {
    let token = Secret::new("token");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&token) };
    let comments = source("comments");
    let cursor = after(comments.parse(&Cursor::default(), &media(3)).unwrap());
    insta::assert_json_snapshot!([
        comments.plan(&Cursor::default(), &cx).unwrap().url,
        comments.plan(&cursor, &cx).unwrap().url,
        source("tags").plan(&Cursor::default(), &cx).unwrap().url,
    ]);
}

#[test]
fn pages_that_stand_oldest_first_are_read_to_their_end() {
    let source = source("comments");
    let cursor = after(source.parse(&Cursor::default(), &media(1)).unwrap());
    let comment = |id: u32, hour: u32| json!({"id": id.to_string(), "text": "x", "timestamp": format!("2024-05-03T{hour:02}:00:00+0000"), "username": "a"});
    let page =
        |comments: Value, next: Option<&str>| answer(&json!({"data": comments, "paging": {"next": next}}));
    let cursor = after(source.parse(&cursor, &page(json!([comment(1, 11)]), None)).unwrap());
    let cursor = after(source.parse(&cursor, &media(4)).unwrap());
    let next = Some("https://graph.facebook.com/x?after=2");
    let rising = source.parse(&cursor, &page(json!([comment(1, 9), comment(2, 10)]), next)).unwrap();
    assert!(matches!(rising.next, Next::More(_)), "the newest stand on the last page");
    let falling = source.parse(&cursor, &page(json!([comment(3, 12), comment(1, 9)]), next)).unwrap();
    assert!(matches!(falling.next, Next::CaughtUp(_)), "what is below was read before");
}

#[test]
fn comments_under_the_posts_of_others_are_not_asked_for() {
    let page = source("tags").parse(&Cursor::default(), &media(7)).unwrap();
    assert!(matches!(page.next, Next::CaughtUp(_)) && page.items.len() == 1);
}
