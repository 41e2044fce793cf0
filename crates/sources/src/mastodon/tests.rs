//! Servers with ids that tell the time, servers without, and servers that do not keep to the rules.

use gehoor_domain::mention::Draft;
use gehoor_wire::Secret;
use http::header::LINK;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(mode: &str) -> Mastodon {
    let table = toml::from_str(&format!(
        "base = 'https://social.example'\nmode = '{mode}'\ntag = '#meubelhal'\nquery = 'meubel hal'\naccount = '1097'"
    ))
    .unwrap();
    Mastodon::new(&read_config(&table).unwrap()).unwrap()
}

fn answer(body: &Value) -> Response {
    fixture::page(
        "https://social.example/api/v1/timelines/tag/meubelhal",
        "application/json",
        body.to_string(),
    )
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A post of that minute after 10:00 with an id that tells the time.
fn post(minute: i64) -> Value {
    let when = at("2024-05-03T10:00:00Z") + SignedDuration::from_mins(minute);
    let id = (u64::try_from(when.as_millisecond()).unwrap() << 16) + 1;
    opaque(&id.to_string(), when)
}

fn opaque(id: &str, when: Timestamp) -> Value {
    json!({"id": id, "uri": format!("https://social.example/{id}"), "created_at": when.to_string(), "content": "<p>x</p>",
           "visibility": "public", "account": {"acct": "a"}})
}

fn id(post: &Value) -> &str {
    post["id"].as_str().unwrap()
}

/// A server with a timeline, newest first, that follows the rules of paging.
struct Server {
    posts: Vec<Value>,
    page: usize,
    /// Whether it looks up `min_id` and `max_id` instead of comparing them, as snac does.
    looks_up: bool,
    asked: Vec<String>,
}

impl Server {
    fn answer(&mut self, request: &Request) -> Value {
        let query: std::collections::BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        self.asked.push(request.url.query().unwrap_or_default().to_owned());
        let place = |wanted: &str| self.posts.iter().position(|p| id(p) == wanted);
        let posts: Vec<&Value> = match (query.get("min_id"), query.get("max_id")) {
            (Some(min), _) if self.looks_up => {
                place(min).map_or(vec![], |n| self.posts[..n].iter().collect())
            }
            (_, Some(max)) if self.looks_up => {
                place(max).map_or(vec![], |n| self.posts[n + 1..].iter().collect())
            }
            (Some(min), _) => self.posts.iter().filter(|p| id(p) > min.as_str()).collect(),
            (_, Some(max)) => self.posts.iter().filter(|p| id(p) < max.as_str()).collect(),
            _ => self.posts.iter().collect(),
        };
        let skip = if query.contains_key("min_id") { posts.len().saturating_sub(self.page) } else { 0 };
        posts.into_iter().skip(skip).take(self.page).cloned().collect()
    }
}

/// Polls until caught up; gives the names of what was found, and the cursor.
fn poll(source: &Mastodon, server: &mut Server, mut cursor: Cursor, now: Timestamp) -> (Vec<Draft>, Cursor) {
    let mut found = Vec::new();
    for _ in 0..500 {
        let request = source.plan(&cursor, &Context { now, credential: None }).unwrap();
        let mut response = answer(&server.answer(&request));
        response.at = now;
        let page = source.parse(&cursor, &response).unwrap();
        found.extend(page.items);
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, next),
        }
    }
    panic!("never caught up");
}

fn names(drafts: &[Draft]) -> std::collections::BTreeSet<&str> {
    drafts.iter().map(|d| d.external_id.rsplit('/').next().unwrap()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let page = source("hashtag")
        .parse(
            &Cursor::default(),
            &answer(&serde_json::from_slice(&fixture::bytes("mastodon/page.json")).unwrap()),
        )
        .unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn a_page_of_snac_is_read_and_its_thread_is_one() {
    let table = toml::from_str("base = 'http://127.0.0.1:8001'\nmode = 'hashtag'\ntag = 'klacht'").unwrap();
    let source = Mastodon::new(&read_config(&table).unwrap()).unwrap();
    let page = source
        .parse(
            &Cursor::default(),
            &answer(&serde_json::from_slice(&fixture::bytes("mastodon/snac.json")).unwrap()),
        )
        .unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
    assert!(page.items.iter().all(|i| i.thread == page.items[0].thread));
}

#[test]
fn only_mentions_that_everybody_may_see_are_taken_from_notifications() {
    let page = source("notifications")
        .parse(
            &Cursor::default(),
            &answer(&serde_json::from_slice(&fixture::bytes("mastodon/notifications.json")).unwrap()),
        )
        .unwrap();
    assert_eq!((page.items.len(), page.warnings.len()), (1, 0));
    assert!(!format!("{page:?}").contains("onder ons"));
}

#[test]
fn requests_are_those_of_the_api() {
    let cx = Context { now: at(AT), credential: Some(&Secret::new("t0ken")) };
    let url = |mode: &str| source(mode).plan(&Cursor::default(), &cx).unwrap().url.to_string();
    insta::assert_json_snapshot!([url("hashtag"), url("search"), url("notifications")]);
    let request = source("search").plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.headers.get(AUTHORIZATION).unwrap(), "Bearer t0ken");
    assert_eq!(request.credential.as_deref(), Some("mastodon:social.example"));
    let without = Context { now: at(AT), credential: None };
    assert!(source("hashtag").plan(&Cursor::default(), &without).is_ok());
    assert!(matches!(source("search").plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn every_post_is_found_once_the_pages_are_walked() {
    let mut server =
        Server { posts: (0..3).rev().map(post).collect(), page: 40, looks_up: false, asked: vec![] };
    let source = source("hashtag");
    let (found, cursor) = poll(&source, &mut server, Cursor::default(), at("2024-05-03T10:05:00Z"));
    assert_eq!(found.len(), 3);
    server.posts = (0..300).rev().map(post).collect();
    let (found, cursor) = poll(&source, &mut server, cursor, at("2024-05-03T15:00:00Z"));
    assert!(names(&found).len() >= 297, "{}", names(&found).len());
    server.asked.clear();
    poll(&source, &mut server, cursor, at("2024-05-03T15:01:00Z"));
    assert!(server.asked.len() <= 4, "{:?}", server.asked);
}

#[test]
fn a_post_that_arrives_late_is_found_by_looking_back() {
    let mut server = Server { posts: [50, 10].map(post).to_vec(), page: 40, looks_up: false, asked: vec![] };
    let source = source("hashtag");
    let (_, cursor) = poll(&source, &mut server, Cursor::default(), at("2024-05-03T10:55:00Z"));
    server.posts.insert(1, post(20));
    let (found, cursor) = poll(&source, &mut server, cursor, at("2024-05-03T11:00:00Z"));
    assert!(names(&found).contains(id(&post(20))));
    server.posts.insert(2, post(-300));
    let (found, cursor) = poll(&source, &mut server, cursor, at("2024-05-03T11:05:00Z"));
    assert!(!names(&found).contains(id(&post(-300))));
    let (found, _) = poll(&source, &mut server, cursor, at("2024-05-04T03:00:00Z"));
    assert!(!names(&found).contains(id(&post(-300))), "not a day later yet");
}

#[test]
fn once_a_day_the_last_day_is_read_again() {
    let mut server = Server { posts: vec![post(0)], page: 40, looks_up: false, asked: vec![] };
    let source = source("hashtag");
    let (_, cursor) = poll(&source, &mut server, Cursor::default(), at("2024-05-03T10:05:00Z"));
    server.posts = [24 * 60, 300, 0].map(post).to_vec();
    let (_, cursor) = poll(&source, &mut server, cursor, at("2024-05-04T10:02:00Z"));
    server.posts.insert(1, post(400));
    let (found, cursor) = poll(&source, &mut server, cursor, at("2024-05-04T10:06:00Z"));
    assert!(names(&found).contains(id(&post(400))));
    let (found, _) = poll(&source, &mut server, cursor, at("2024-05-04T10:08:00Z"));
    assert!(!names(&found).contains(id(&post(400))));
}

#[test]
fn the_first_poll_reads_as_many_pages_as_configured() {
    for (looks_up, pages, expected) in [(false, 1, 40), (false, 3, 120), (true, 3, 120)] {
        let posts = match looks_up {
            false => (0..300).rev().map(post).collect(),
            true => (0..300).rev().map(|n| opaque(&format!("x{n}y"), at(AT))).collect(),
        };
        let mut server = Server { posts, page: 40, looks_up, asked: vec![] };
        let source = Mastodon { backfill_pages: pages, ..source("hashtag") };
        let (found, cursor) = poll(&source, &mut server, Cursor::default(), at("2024-05-03T15:00:00Z"));
        assert_eq!(names(&found).len(), expected);
        // And after it, only what is new.
        let (found, _) = poll(&source, &mut server, cursor, at("2024-05-03T23:00:00Z"));
        assert!(names(&found).len() <= 40);
    }
}

#[test]
fn ids_that_tell_nothing_are_walked_back_to_a_known_one() {
    let entry = |n: usize| opaque(&format!("z{n}q"), at(AT));
    let mut server =
        Server { posts: (0..5).rev().map(entry).collect(), page: 40, looks_up: true, asked: vec![] };
    let source = source("hashtag");
    let (_, cursor) = poll(&source, &mut server, Cursor::default(), at(AT));
    server.posts = (0..105).rev().map(entry).collect();
    // The newest known post was deleted meanwhile.
    server.posts.retain(|p| id(p) != "z4q");
    let (found, cursor) = poll(&source, &mut server, cursor, at(AT));
    assert_eq!(names(&found).len(), 104);
    server.posts.clear();
    let (_, cursor) = poll(&source, &mut server, cursor, at(AT));
    server.posts = (0..106).rev().map(entry).collect();
    let (found, _) = poll(&source, &mut server, cursor, at(AT));
    assert!(names(&found).contains("z105q"), "an empty page must not forget what is known");
}

#[test]
fn a_server_that_always_gives_the_same_page_ends_the_walk() {
    for posts in [vec![post(9), post(8)], vec![opaque("a", at(AT)), opaque("b", at(AT))]] {
        let source = Mastodon { backfill_pages: 9, ..source("hashtag") };
        let mut cursor = Cursor::default();
        for _ in 0..3 {
            let mut pages = 0;
            while let Next::More(next) = source.parse(&cursor, &answer(&json!(posts))).unwrap().next {
                cursor = next;
                pages += 1;
            }
            assert!(pages <= 2, "{pages}");
        }
    }
}

#[test]
fn older_pages_are_where_the_link_header_says() {
    let source = Mastodon { backfill_pages: 2, ..source("hashtag") };
    let mut response = answer(&json!([post(9)]));
    response
        .headers
        .insert(LINK, HeaderValue::from_static("<https://evil.example/?max_id=77>; rel=\"next\""));
    let Next::More(cursor) = source.parse(&Cursor::default(), &response).unwrap().next else {
        panic!("done")
    };
    let request = source.plan(&cursor, &Context { now: at(AT), credential: None }).unwrap();
    assert_eq!(
        (request.url.host_str(), request.url.query()),
        (Some("social.example"), Some("limit=40&max_id=77"))
    );
    response
        .headers
        .insert(LINK, HeaderValue::from_static("<https://social.example/?min_id=77>; rel=\"prev\""));
    assert!(matches!(source.parse(&Cursor::default(), &response).unwrap().next, Next::CaughtUp(_)));
}

#[test]
fn a_reply_joins_the_thread_of_a_post_seen_at_an_earlier_poll() {
    let source = source("hashtag");
    let reply = |minute: i64, to: &Value| {
        let mut post = post(minute);
        post["in_reply_to_id"] = to["id"].clone();
        post
    };
    let (root, first) = (post(0), reply(1, &post(0)));
    let second = reply(2, &first);
    let mut cursor = Cursor::default();
    let mut threads = Vec::new();
    for one in [&root, &first, &second] {
        let page = source.parse(&cursor, &answer(&json!([one]))).unwrap();
        threads.push(page.items[0].thread.clone().unwrap());
        let (Next::More(next) | Next::CaughtUp(next)) = page.next;
        cursor = next;
    }
    assert_eq!(threads, [threads[0].clone(), threads[0].clone(), threads[0].clone()]);
    let page = source.parse(&Cursor::default(), &answer(&json!([second, first, root]))).unwrap();
    assert_eq!(page.items[0].in_reply_to.as_deref(), first["uri"].as_str());
}

#[test]
fn refusals_and_other_bodies_are_errors() {
    let parse = |body: &str| {
        source("hashtag")
            .parse(&Cursor::default(), &fixture::page("https://social.example/", "text/html", body))
    };
    assert!(matches!(
        parse("{\"error\":\"This method requires an authenticated user\"}"),
        Err(ParseError::Refused(_))
    ));
    for body in ["<html>geheim</html>", "[{\"id\":\"1\",", "", "{\"statuses\":[]}", "7"] {
        let error = parse(body).unwrap_err();
        assert!(
            matches!(error, ParseError::Shape { .. }) && !error.to_string().contains("geheim"),
            "{error}"
        );
    }
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| match read_config::<Config>(&toml::from_str(text).unwrap())
        .and_then(|c| Mastodon::new(&c))
    {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.0,
    };
    insta::assert_json_snapshot!([
        error("base = 'https://a.example'\nmode = 'hashtag'"),
        error("base = 'https://a.example'\nmode = 'search'\ntag = 'a'"),
        error("base = 'a.example'\nmode = 'notifications'"),
        error("base = 'https://a.example'\nmode = 'notifications'\ntoken = 'geheim'"),
        error("base = 'https://a.example'\nmode = 'home'"),
    ]);
}

#[test]
fn whether_a_post_still_stands_is_asked_at_its_home_without_our_token() {
    let uri = "https://elsewhere.example/users/jan/statuses/1";
    let known = [Known { external_id: uri.to_owned(), permalink: None }];
    let token = Secret::new("geheim");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&token) };
    let request = source("hashtag").recheck(&known, &cx).unwrap().unwrap();
    assert_eq!(request.url.as_str(), uri);
    assert!(request.headers.get(AUTHORIZATION).is_none() && request.credential.is_none());
    assert!(
        source("hashtag").recheck(&[Known { external_id: "7".to_owned(), permalink: None }], &cx).is_none()
    );
    let read = |status: u16, body: Value| {
        let answer = fixture::refused(uri, status, &body.to_string());
        source("hashtag")
            .read_recheck(&known, &answer)
            .map(|drafts| drafts.iter().any(|draft| draft.withdrawn))
    };
    assert!(read(410, json!({})).unwrap() && read(404, json!({"error": "Record not found"})).unwrap());
    assert!(read(200, json!({"id": uri, "type": "Tombstone"})).unwrap());
    assert!(!read(200, json!({"id": uri, "type": "Note", "content": "x"})).unwrap());
    assert!(!read(200, json!({"id": "https://elsewhere.example/other", "type": "Tombstone"})).unwrap());
    assert!(read(200, json!({"error": "x"})).is_err());
}

#[test]
fn what_our_account_says_is_read_without_a_token_and_without_what_it_passes_on() {
    let cx = Context { now: at(AT), credential: None };
    let asked = source("account").plan(&Cursor::default(), &cx).unwrap();
    let expected = "https://social.example/api/v1/accounts/1097/statuses?exclude_reblogs=true&limit=40";
    assert_eq!(asked.url.as_str(), expected);
    let ours = json!({"id": "7", "uri": "https://social.example/7", "created_at": AT, "content": "<p>x</p>",
        "visibility": "public", "in_reply_to_id": "5", "account": {"acct": "meubelhal"}});
    let page = source("account").parse(&Cursor::default(), &answer(&json!([ours]))).unwrap();
    // Its parent is on no page: it is named by its number, and so is the conversation.
    assert_eq!(page.items[0].in_reply_to.as_deref(), Some("id:5"));
    assert_eq!(page.items[0].thread.as_deref(), Some("social.example/5"));
    let table = toml::from_str("base = 'https://social.example'\nmode = 'account'").unwrap();
    assert!(Mastodon::new(&read_config(&table).unwrap()).is_err(), "whose?");
}
