//! A server with several pages, edits and deletions.

use std::collections::BTreeSet;

use gehoor_wire::Secret;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};
use crate::plug::Next;

const UNIT: &str = "507f191e810c19729de860ea";
const OTHER: &str = "507f191e810c19729de860eb";

fn source(more: &str) -> Trustpilot {
    let text = format!("business_units = ['{UNIT}', '{OTHER}']\n{more}");
    Trustpilot::new(&read_config(&toml::from_str(&text).unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn review(n: usize) -> Value {
    let when = at(0) - SignedDuration::from_hours(i64::try_from(n).unwrap());
    json!({"id": format!("r{n}"), "stars": 3, "text": format!("nummer {n}"), "createdAt": when.to_string()})
}

fn serve(reviews: &[Value], request: &Request) -> Value {
    let query = query(request);
    let page: usize = query["page"].parse().unwrap();
    let per: usize = query["perPage"].parse().unwrap();
    let list: &[Value] = if request.url.path().contains(UNIT) { reviews } else { &[] };
    json!({"reviews": list.iter().skip((page - 1) * per).take(per).collect::<Vec<_>>()})
}

fn names(drafts: &[Draft]) -> BTreeSet<&str> {
    drafts.iter().map(|draft| draft.external_id.as_str()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let answer = fixture::page(
        "https://api.trustpilot.com/",
        "application/json",
        fixture::bytes("trustpilot/page.json"),
    );
    insta::assert_json_snapshot!(fixture::shown(&source("").parse(&Cursor::default(), &answer).unwrap()));
}

#[test]
fn what_is_pushed_is_read_like_what_is_polled() {
    let table = toml::from_str("reply_as = 'meubelhal'").unwrap();
    let source = (WEBHOOK.build)(&table).unwrap();
    let body = fixture::bytes("trustpilot-webhook/push.json");
    let answer = fixture::page("https://gehoor.example/", "application/json", body);
    insta::assert_json_snapshot!(fixture::shown(&source.parse(&Cursor::default(), &answer).unwrap()));
    for body in ["{\"geheim\":1}", "", "[]"] {
        let answer = fixture::page("https://gehoor.example/", "application/json", body);
        assert!(source.parse(&Cursor::default(), &answer).is_err());
    }
}

#[test]
fn all_pages_of_the_window_are_read_and_then_only_what_is_new() {
    let source = source("window_days = 20");
    let mut reviews: Vec<Value> = (0..900).map(review).collect();
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&reviews, request));
    assert_eq!(names(&found).len(), 600, "up to the page that lies below 20 days");
    // Two new ones, while ten known ones were deleted.
    reviews.drain(0..10);
    reviews.splice(0..0, [review(2_000), review(2_001)]);
    let mut asked = 0;
    let (found, _, _) = poll(&source, cursor, at(1), |request| {
        asked += 1;
        serve(&reviews, request)
    });
    assert!(names(&found).contains("r2000") && names(&found).contains("r2001"));
    assert_eq!(asked, 3, "the head, one page below it, and the other unit");
}

#[test]
fn an_edit_far_below_is_found_by_the_slow_walk() {
    let source = source("");
    let mut reviews: Vec<Value> = (0..900).map(review).collect();
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&reviews, request));
    reviews[700]["text"] = json!("veranderd");
    let edited = |found: &[Draft]| found.iter().any(|draft| draft.text == "veranderd");
    let (found, _, cursor) = poll(&source, cursor, at(2), |request| serve(&reviews, request));
    assert!(!edited(&found));
    let (found, _, _) = poll(&source, cursor, at(25), |request| serve(&reviews, request));
    assert!(edited(&found));
}

#[test]
fn the_key_stands_in_a_header_and_the_token_of_the_private_api_too() {
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let request = source("").plan(&Cursor::default(), &cx).unwrap();
    assert!(request.headers["apikey"].is_sensitive());
    assert_eq!(
        request.url.as_str(),
        format!(
            "https://api.trustpilot.com/v1/business-units/{UNIT}/reviews?orderBy=createdat.desc&perPage=100&page=1"
        )
    );
    let private = source("api = 'private'\nclient_id = 'key1'");
    let request = private.plan(&Cursor::default(), &cx).unwrap();
    assert!(request.url.path().starts_with("/v1/private/business-units/"));
    assert_eq!(request.headers[AUTHORIZATION], "Bearer geheim");
    assert!(private.login().is_some() && source("").login().is_none());
}

#[test]
fn a_review_that_is_asked_about_stands_changed_or_is_gone() {
    let source = source("");
    let known = |id: &str| [Known { external_id: id.to_owned(), permalink: None }];
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let request = source.recheck(&known("r1/reply"), &cx).unwrap().unwrap();
    assert_eq!(request.url.path(), "/v1/reviews/r1");
    let gone = fixture::refused("https://api.trustpilot.com/", 404, "{}");
    assert!(source.read_recheck(&known("r1"), &gone).unwrap()[0].withdrawn);
    let there = fixture::page("https://api.trustpilot.com/", "application/json", review(1).to_string());
    let drafts = source.read_recheck(&known("r1"), &there).unwrap();
    assert_eq!((drafts.len(), drafts[0].withdrawn), (1, false));
    let drafts = source.read_recheck(&known("r1/reply"), &there).unwrap();
    assert!(drafts.iter().any(|d| d.external_id == "r1/reply" && d.withdrawn), "the reply was taken back");
    let odd = fixture::page("https://api.trustpilot.com/", "text/html", "<html>");
    assert!(source.read_recheck(&known("r1"), &odd).is_err());
}

#[test]
fn refusals_say_what_to_do() {
    let source = source("");
    let refusal = |status| {
        let url = format!("https://api.trustpilot.com/v1/business-units/{UNIT}/reviews");
        source.refusal(&fixture::refused(&url, status, "{\"message\":\"geheim\"}"))
    };
    assert!(refusal(401).unwrap().ended && refusal(403).unwrap().ended);
    assert!(refusal(404).unwrap().why.contains(UNIT));
    assert_eq!(refusal(429).unwrap().not_before, Some(COUNTED_OVER));
    assert_eq!(refusal(500), None);
}

#[test]
fn a_server_that_always_gives_a_full_page_ends_the_poll() {
    let reviews: Vec<Value> = (0..PAGE).map(review).collect();
    let (_, _, cursor) = poll(&source(""), Cursor::default(), at(0), |_| json!({"reviews": reviews}));
    let Next::CaughtUp(_) = Next::CaughtUp(cursor) else { panic!() };
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| match read_config::<Config>(&toml::from_str(text).unwrap())
        .and_then(|config| Trustpilot::new(&config))
    {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.0,
    };
    insta::assert_json_snapshot!([
        error("business_units = []"),
        error("business_units = ['../x']"),
        error("business_units = ['507f191e810c19729de860ea']\napi = 'private'"),
        error("business_unit = '507f191e810c19729de860ea'"),
    ]);
}

#[test]
fn the_login_of_the_private_api_renews_at_its_own_address() {
    let source = source("api = 'private'\nclient_id = 'key1'");
    let login = source.login().unwrap();
    let asked = |credential: &str| match login.ask(&Secret::new(credential), None, at(0)).unwrap() {
        gehoor_wire::login::Grant::Ask(request) => request.url.path().to_owned(),
        gehoor_wire::login::Grant::Ready(_) => panic!("nothing is asked"),
    };
    let base = "/v1/oauth/oauth-business-users-for-applications";
    assert_eq!(asked("secret"), format!("{base}/accesstoken"));
    assert_eq!(asked("client_secret=s\nrefresh_token=r"), format!("{base}/refresh"));
}
