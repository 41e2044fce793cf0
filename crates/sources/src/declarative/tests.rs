//! The styles of paging, each at a little server that keeps to it.

use std::collections::BTreeSet;

use gehoor_domain::mention::Draft;
use gehoor_wire::Secret;
use http::header::LINK;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::fixture::{self, AT, poll, query};
use crate::plug::Next;

const BASE: &str = "url = 'https://api.example/list?sort=-created'\nitems = 'items'\n";
const FIELDS: &str = "[fields]\nid = 'id'\ntext = 'text'\ndate = 'at'\n";

fn source(text: &str) -> Declared {
    Declared::new(read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap_or_else(|e| panic!("{e}"))
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn item(n: usize) -> Value {
    let made = at(0) - SignedDuration::from_hours(i64::try_from(n).unwrap());
    json!({"id": n, "text": format!("klacht {n}"), "at": made.to_string()})
}

fn names(drafts: &[Draft]) -> BTreeSet<&str> {
    drafts.iter().map(|draft| draft.external_id.as_str()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let example: toml::Table = toml::from_str(KIND.example).unwrap();
    let mut table = example["source"][0].as_table().unwrap().clone();
    table.retain(|key, _| !["id", "kind", "channel"].contains(&key));
    let source = Declared::new(read_config(&table).unwrap()).unwrap();
    let answer =
        fixture::page("https://complaints.example/", "application/json", fixture::bytes("json/page.json"));
    insta::assert_json_snapshot!(fixture::shown(&source.parse(&Cursor::default(), &answer).unwrap()));
}

/// Reads everything in pages of ten, and then what is new.
fn check(paging: &str, answer: impl Fn(&[Value], &Request) -> Value) {
    let source = source(&format!("{BASE}[paging]\n{paging}\n{FIELDS}"));
    let mut items: Vec<Value> = (0..95).map(item).collect();
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| answer(&items, request));
    assert_eq!(names(&found).len(), 95, "{paging}");
    let new = (200..215).map(|n| json!({"id": n, "text": format!("klacht {n}"), "at": at(1).to_string()}));
    items.splice(0..0, new);
    let (found, _, cursor) = poll(&source, cursor, at(1), |request| answer(&items, request));
    assert_eq!(names(&found).iter().filter(|name| name.len() == 3).count(), 15, "{paging}");
    items[80]["text"] = json!("veranderd");
    let (found, _, _) = poll(&source, cursor, at(26), |request| answer(&items, request));
    assert!(found.iter().any(|draft| draft.text == "veranderd"), "{paging}");
}

#[test]
fn page_numbers_offsets_cursors_and_addresses_are_followed_to_the_end() {
    let ten = |items: &[Value], from: usize| items.iter().skip(from).take(10).cloned().collect::<Vec<_>>();
    let number = |request: &Request, name: &str, or: usize| {
        query(request).get(name).map_or(or, |n| n.parse().unwrap())
    };
    check("style = 'page'\nparam = 'p'\nfirst = 0\nsize = 10", |items, request| {
        assert_eq!(query(request)["sort"], "-created");
        json!({"items": ten(items, number(request, "p", 99) * 10)})
    });
    check(
        "style = 'page'\nparam = 'p'",
        |items, request| json!({"items": ten(items, (number(request, "p", 99) - 1) * 10)}),
    );
    check("style = 'offset'\nparam = 'skip'\nsize = 10\nsize_param = 'take'", |items, request| {
        assert_eq!(query(request)["take"], "10");
        json!({"items": ten(items, number(request, "skip", 99))})
    });
    check("style = 'cursor'\nparam = 'after'\nnext = 'meta.next'", |items, request| {
        let from = number(request, "after", 0);
        let next = if from + 10 < items.len() { json!((from + 10).to_string()) } else { Value::Null };
        json!({"items": ten(items, from), "meta": {"next": next}})
    });
    check("style = 'next'\nnext = 'next'", |items, request| {
        let from = number(request, "from", 0);
        let next =
            if from + 10 < items.len() { json!(format!("/list?from={}", from + 10)) } else { Value::Null };
        json!({"items": ten(items, from), "next": next})
    });
}

#[test]
fn a_next_page_at_another_host_is_not_followed() {
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let next = source(&format!("{BASE}[paging]\nstyle = 'next'\nnext = 'next'\n{FIELDS}"));
    let body = json!({"items": [item(1)], "next": "https://evil.example/list"}).to_string();
    let answer = fixture::page("https://api.example/list", "application/json", &body);
    assert!(matches!(next.parse(&Cursor::default(), &answer).unwrap().next, Next::CaughtUp(_)));
    let by_link = source(&format!("{BASE}[paging]\nstyle = 'link'\n{FIELDS}"));
    for (target, more) in [("/list?p=2", true), ("https://evil.example/list?p=2", false)] {
        let mut answer = fixture::page("https://api.example/list", "application/json", &body);
        answer.headers.insert(LINK, format!("<{target}>; rel=\"next\"").parse().unwrap());
        match by_link.parse(&Cursor::default(), &answer).unwrap().next {
            Next::More(cursor) if more => {
                let request = by_link.plan(&cursor, &cx).unwrap();
                assert_eq!(request.url.as_str(), "https://api.example/list?p=2");
            }
            Next::CaughtUp(_) if !more => {}
            other => panic!("{target}: {other:?}"),
        }
    }
}

#[test]
fn a_list_by_last_change_shows_edits_at_once() {
    let source = source(&format!(
        "order = 'updated'\n{BASE}[paging]\nstyle = 'page'\nparam = 'p'\nsize = 10\n{FIELDS}edited = 'changed'\n"
    ));
    let serve = |items: &[Value], request: &Request| {
        let page: usize = query(request)["p"].parse().unwrap();
        json!({"items": items.iter().skip((page - 1) * 10).take(10).collect::<Vec<_>>()})
    };
    let mut items: Vec<Value> = (0..50).map(item).collect();
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&items, request));
    // Fifteen of the oldest change, so that all of the first page is known by name.
    let mut changed: Vec<Value> = items.drain(35..).collect();
    for item in &mut changed {
        item["changed"] = json!(at(1).to_string());
        item["text"] = json!("veranderd");
    }
    items.splice(0..0, changed);
    let (found, _, _) = poll(&source, cursor, at(2), |request| serve(&items, request));
    assert_eq!(found.iter().filter(|draft| draft.text == "veranderd").count(), 15);
}

#[test]
fn the_credential_goes_where_it_is_told_to() {
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let header = |more: &str, name: &str| {
        let request = source(&format!("{more}\n{BASE}{FIELDS}")).plan(&Cursor::default(), &cx).unwrap();
        assert!(request.headers[name].is_sensitive());
        request.headers[name].to_str().unwrap().to_owned()
    };
    assert_eq!(header("", "authorization"), "Bearer geheim");
    assert_eq!(header("credential_header = 'X-Api-Key'", "x-api-key"), "geheim");
    assert_eq!(header("credential_prefix = 'Token '", "authorization"), "Token geheim");
    let login = "login = { token_url = 'https://id.example/token', client_id = 'c' }";
    let source = source(&format!("{login}\n{BASE}{FIELDS}"));
    assert!(source.login().is_some());
    let without = Context { now: at(0), credential: None };
    assert!(matches!(source.plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn a_refusal_within_an_answer_and_a_missing_list_are_errors() {
    let source = source(&format!("error = 'error.message'\n{BASE}{FIELDS}"));
    let parse = |body: &str| {
        source.parse(&Cursor::default(), &fixture::page("https://api.example/", "application/json", body))
    };
    assert!(matches!(parse(r#"{"error":{"message":"no"},"items":[]}"#), Err(ParseError::Refused(_))));
    assert!(matches!(parse(r#"{"list":[]}"#), Err(ParseError::Shape { .. })));
    assert!(parse(r#"{"items":[],"error":null}"#).unwrap().items.is_empty());
}

#[test]
fn what_an_api_says_is_gone_is_withdrawn() {
    let source = source(&format!("{BASE}{FIELDS}deleted = 'deleted_at'\n"));
    let body =
        json!({"items": [{"id": 1, "deleted_at": "2024-05-01"}, {"id": 2, "text": "x", "deleted_at": null}]});
    let answer = fixture::page("https://api.example/", "application/json", body.to_string());
    let page = source.parse(&Cursor::default(), &answer).unwrap();
    assert_eq!(page.items.iter().map(|item| item.withdrawn).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error =
        |text: &str| match read_config::<Config>(&toml::from_str(text).unwrap()).and_then(Declared::new) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.0,
        };
    insta::assert_json_snapshot!([
        error("url = 'https://a.example'"),
        error("url = 'https://a.example'\n[fields]\nid = 'id'"),
        error("url = 'https://a.example'\n[fields]\ntext = 'text'\ntekst = 'x'"),
        error("url = 'https://a.example'\n[paging]\nstyle = 'cursor'\nparam = 'x'\n[fields]\ntext = 'text'"),
        error("url = 'https://a.example'\n[paging]\nstyle = 'pages'\n[fields]\ntext = 'text'"),
        error("url = 'https://a.example'\nzone = 'Mars'\n[fields]\ntext = 'text'"),
        error("url = 'https://a.example'\nheaders = { 'a b' = 'x' }\n[fields]\ntext = 'text'"),
        error("url = 'https://a.example'\nitem = 'x'\n[fields]\ntext = 'text'"),
    ]);
}
