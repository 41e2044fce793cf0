//! An account with many locations, edits that come back to the top, and locations that cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use gehoor_wire::Secret;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};
use crate::plug::Next;

pub(super) fn source(more: &str) -> GoogleBusiness {
    let text = format!("account = 'accounts/1'\nclient_id = 'c1'\n{more}");
    GoogleBusiness::new(&read_config(&toml::from_str(&text).unwrap()).unwrap()).unwrap()
}

pub(super) fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

/// Reviews a page: fewer than Google gives, for speed.
const PAGE: usize = 5;

/// Reviews by location, as (name, when it last changed).
#[derive(Default)]
pub(super) struct Server {
    pub(super) reviews: BTreeMap<usize, Vec<(String, Timestamp)>>,
    asked: Vec<String>,
}

impl Server {
    pub(super) fn new(locations: usize, reviews: usize) -> Self {
        let of = |l: usize| {
            let hours = |n: usize| i64::try_from(n * 10).unwrap();
            (0..reviews).map(|n| (format!("{l}-{n}"), at(0) - SignedDuration::from_hours(hours(n)))).collect()
        };
        Self { reviews: (0..locations).map(|l| (l, of(l))).collect(), asked: vec![] }
    }

    pub(super) fn answer(&mut self, request: &Request) -> Value {
        let query = query(request);
        let start: usize = query.get("pageToken").map_or(0, |t| t.parse().unwrap());
        let token =
            |more: bool, page: usize| if more { json!((start + page).to_string()) } else { Value::Null };
        let location = review::location_of(request.url.path()).to_owned();
        self.asked.push(format!("{}@{start}", location.trim_start_matches('/')));
        let Some(number) = location.strip_prefix("locations/") else {
            let page = self.reviews.keys().skip(start).take(50);
            let page: Vec<_> =
                page.map(|l| json!({"name": format!("locations/{l}"), "title": "x"})).collect();
            return json!({"locations": page, "nextPageToken": token(start + 50 < self.reviews.len(), 50)});
        };
        let mut list = self.reviews[&number.parse::<usize>().unwrap()].clone();
        list.sort_by_key(|(_, changed)| std::cmp::Reverse(*changed));
        let page: Vec<_> = list.iter().skip(start).take(PAGE).map(|(name, changed)| {
            json!({"name": format!("accounts/1/{location}/reviews/{name}"), "starRating": "TWO", "comment": name,
                   "createTime": changed.to_string(), "updateTime": changed.to_string()})
        }).collect();
        json!({"reviews": page, "nextPageToken": token(start + PAGE < list.len(), PAGE)})
    }

    fn reviews_asked(&self) -> usize {
        self.asked.iter().filter(|asked| asked.starts_with("locations/")).count()
    }
}

fn texts(drafts: &[Draft]) -> BTreeSet<&str> {
    drafts.iter().map(|draft| draft.text.as_str()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let source = source("place_by = 'store_code'");
    let mut answers = ["locations", "page"].into_iter();
    let (mut cursor, mut shown) = (Cursor::default(), Vec::new());
    for _ in 0..2 {
        let secret = Secret::new("geheim");
        let request = source.plan(&cursor, &Context { now: at(0), credential: Some(&secret) }).unwrap();
        let body = fixture::bytes(&format!("google-business/{}.json", answers.next().unwrap()));
        let page =
            source.parse(&cursor, &fixture::page(request.url.as_str(), "application/json", body)).unwrap();
        shown.push(json!([request.url.as_str(), fixture::shown(&page)]));
        let (Next::More(next) | Next::CaughtUp(next)) = page.next;
        cursor = next;
    }
    insta::assert_json_snapshot!(shown);
}

#[test]
fn all_locations_of_a_large_account_are_read_the_newest_of_each_first() {
    // Each tenth has a second page, which is backlog.
    let mut server = Server::new(1_500, 1);
    let of_more = |location: usize| location % 10 == 9;
    for (location, reviews) in server.reviews.iter_mut().filter(|(location, _)| of_more(**location)) {
        reviews
            .extend((1..6).map(|n| (format!("{location}-{n}"), at(0) - SignedDuration::from_hours(10 * n))));
    }
    let source = source("window_days = 3650");
    let (found, warnings, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    assert_eq!((texts(&found).len(), warnings.len()), (1_500 + 150 * 5, 0));
    let first: BTreeSet<&str> = found.iter().take(1_500 + 150 * 4).map(|d| d.text.as_str()).collect();
    assert!(first.contains("1499-0"), "every location is heard before the backlog of any");
    // Twice a page of each and twice the list, and the second pages: the work grows as the number of locations does.
    assert_eq!(server.asked.len(), 2 * (1_500 + 30) + 150);
    assert!(cursor.0.to_string().len() < 1_000, "the cursor stays small");
    // A later round asks each once.
    server.asked.clear();
    let (_, _, _) = poll(&source, cursor, at(2), |request| server.answer(request));
    assert_eq!(server.reviews_asked(), 1_500);
}

#[test]
fn what_is_remembered_on_the_way_does_not_grow_with_the_number_of_locations() {
    let largest = |locations: usize| {
        let (mut server, source, secret) = (Server::new(locations, 1), source(""), Secret::new("geheim"));
        let (mut cursor, mut largest) = (Cursor::default(), 0);
        loop {
            let cx = Context { now: at(0), credential: Some(&secret) };
            let request = source.plan(&cursor, &cx).unwrap();
            let body = server.answer(&request).to_string();
            let answer = fixture::page(request.url.as_str(), "application/json", body);
            let Next::More(next) = source.parse(&cursor, &answer).unwrap().next else { return largest };
            largest = largest.max(next.0.to_string().len());
            cursor = next;
        }
    };
    // A page of locations at a time.
    let (few, many) = (largest(50), largest(300));
    assert!(few < 4_000 && many < few + 500, "{few} and {many} bytes");
}

#[test]
fn an_edit_comes_back_to_the_top_and_is_read_at_once() {
    let mut server = Server::new(3, 20);
    let source = source("");
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    assert_eq!(texts(&found).len(), 60);
    server.reviews.get_mut(&1).unwrap()[19] = ("edited".into(), at(1));
    server.asked.clear();
    let (found, _, _) = poll(&source, cursor, at(2), |request| server.answer(request));
    assert!(texts(&found).contains("edited"));
    assert_eq!(server.reviews_asked(), 3);
}

#[test]
fn a_location_is_read_down_to_the_round_before() {
    let mut server = Server::new(2, 10);
    let source = source("");
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    let news = (0..32).map(|n| (format!("new{n}"), at(1)));
    server.reviews.get_mut(&0).unwrap().extend(news);
    let (found, _, _) = poll(&source, cursor, at(2), |request| server.answer(request));
    assert_eq!(texts(&found).iter().filter(|text| text.starts_with("new")).count(), 32);
}

/// Polls on a clock with a server that refuses some locations; tries again later, as the engine does.
fn poll_deaf(
    source: &GoogleBusiness,
    server: &mut Server,
    deaf: &[&str],
    mut cursor: Cursor,
    mut now: Timestamp,
) -> (Vec<Draft>, Vec<String>, Cursor) {
    let secret = Secret::new("geheim");
    let (mut found, mut warned) = (Vec::new(), Vec::new());
    for _ in 0..2_000 {
        let request = source.plan(&cursor, &Context { now, credential: Some(&secret) }).unwrap();
        if deaf.contains(&review::location_of(request.url.path().trim_end_matches("/reviews"))) {
            now += SignedDuration::from_mins(15);
            continue;
        }
        let mut response =
            fixture::page(request.url.as_str(), "application/json", server.answer(&request).to_string());
        response.at = now;
        let page = source.parse(&cursor, &response).unwrap();
        now += SignedDuration::from_millis(100);
        found.extend(page.items);
        warned.extend(page.warnings.into_iter().map(|warning| warning.item));
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(next) => return (found, warned, next),
        }
    }
    panic!("never caught up")
}

#[test]
fn a_location_that_cannot_be_read_does_not_hold_up_the_others() {
    let mut server = Server::new(120, 3);
    let source = source("");
    let deaf = ["locations/10", "locations/7"];
    let (found, warned, cursor) = poll_deaf(&source, &mut server, &deaf, Cursor::default(), at(0));
    assert!(texts(&found).len() >= 117 * 3, "at most one more is given up with them");
    assert!(deaf.iter().all(|name| warned.iter().any(|warned| warned == name)));
    // It is left alone for some hours, and then read down to where it was left.
    let (found, warned, cursor) = poll_deaf(&source, &mut server, &deaf, cursor, at(3));
    assert_eq!(warned, Vec::<String>::new());
    assert!(texts(&found).len() >= 117 * 3);
    let (found, _, _) = poll_deaf(&source, &mut server, &[], cursor, at(30));
    assert!(texts(&found).contains("7-0"));
}

#[test]
fn tokens_that_are_too_old_cost_no_location() {
    let mut server = Server::new(130, 3);
    let source = source("");
    let (mut cursor, mut found) = (Cursor::default(), BTreeSet::new());
    let secret = Secret::new("geheim");
    let mut now = at(0);
    // Broken off for a day after the second page of locations.
    for step in 0..2_000 {
        if step == 60 {
            now += SignedDuration::from_hours(24);
        }
        now += SignedDuration::from_millis(100);
        let request = source.plan(&cursor, &Context { now, credential: Some(&secret) }).unwrap();
        assert!(step != 60 || !query(&request).contains_key("pageToken"));
        let mut response =
            fixture::page(request.url.as_str(), "application/json", server.answer(&request).to_string());
        response.at = now;
        let page = source.parse(&cursor, &response).unwrap();
        found.extend(page.items.into_iter().map(|item| item.text));
        match page.next {
            Next::More(next) => cursor = next,
            Next::CaughtUp(_) => break,
        }
    }
    assert_eq!(found.len(), 130 * 3);
}

#[test]
fn an_account_that_shows_no_location_does_not_count_as_read() {
    let source = source("");
    let mut server = Server::new(2, 3);
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    let (_, warnings, cursor) = poll(&source, cursor, at(72), |_| json!({}));
    assert_eq!(warnings.len(), 1);
    server.reviews.get_mut(&0).unwrap().push(("between".into(), at(10)));
    let (found, _, _) = poll(&source, cursor, at(144), |request| server.answer(request));
    assert!(texts(&found).contains("between"));
}

#[test]
fn pages_that_never_end_do() {
    let source = source("");
    let same = json!({"name": "accounts/1/locations/1/reviews/x", "starRating": "ONE", "updateTime": at(0).to_string()});
    poll(&source, Cursor::default(), at(0), |request| match request.url.path().ends_with("/reviews") {
        true => json!({"reviews": [same], "nextPageToken": "again"}),
        false => json!({"locations": [{"name": "locations/1"}], "nextPageToken": "again"}),
    });
}

#[test]
fn a_refusal_names_the_location_and_a_review_can_be_asked_about() {
    let source = source("");
    let url = "https://mybusiness.googleapis.com/v4/accounts/1/locations/9/reviews?pageSize=50";
    let body = r#"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"geheim"}}"#;
    let refusal = source.refusal(&fixture::refused(url, 403, body)).unwrap();
    assert!(refusal.why.contains("locations/9") && !refusal.why.contains("geheim") && !refusal.ended);
    let known = [Known { external_id: "locations/9/reviews/x".into(), permalink: None }];
    let secret = Secret::new("geheim");
    let request =
        source.recheck(&known, &Context { now: at(0), credential: Some(&secret) }).unwrap().unwrap();
    assert_eq!(request.url.path(), "/v4/accounts/1/locations/9/reviews/x");
    assert!(source.read_recheck(&known, &fixture::refused(url, 404, "{}")).unwrap()[0].withdrawn);
}

#[test]
fn the_login_renews_with_the_refresh_token() {
    let source = source("");
    let credential = Secret::new("client_secret=s\nrefresh_token=r");
    let login = source.login().unwrap();
    let gehoor_wire::login::Grant::Ask(request) = login.ask(&credential, None, at(0)).unwrap() else {
        panic!("nothing is asked")
    };
    let gehoor_wire::Body::Bytes(body) = request.body else { panic!("no form") };
    assert_eq!(request.url.as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!(body, "grant_type=refresh_token&refresh_token=r&client_id=c1&client_secret=s".as_bytes());
}
