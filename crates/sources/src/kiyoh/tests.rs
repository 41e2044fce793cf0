//! A server that filters by the last change, for one, some and all locations.

use std::collections::{BTreeMap, BTreeSet};

use gehoor_domain::mention::Draft;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};
use crate::plug::Next;
use crate::raw::when;

fn source(more: &str) -> Kiyoh {
    Kiyoh::new(&read_config(&toml::from_str(more).unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

/// Reviews by location, as (name, when it last changed).
struct Server {
    reviews: BTreeMap<String, Vec<(String, Timestamp)>>,
    /// What it gives at most, whatever is asked.
    most: usize,
    asked: Vec<String>,
}

impl Server {
    fn new(locations: usize, reviews: usize) -> Self {
        let of = |l: usize| {
            let hours = |n: usize| i64::try_from(n * 10).unwrap();
            (0..reviews).map(|n| (format!("{l}-{n}"), at(0) - SignedDuration::from_hours(hours(n)))).collect()
        };
        let reviews = (0..locations).map(|l| (format!("loc{l}"), of(l))).collect();
        Self { reviews, most: 250, asked: vec![] }
    }

    fn locations(&self) -> String {
        format!("locations = {:?}", self.reviews.keys().collect::<Vec<_>>())
    }

    fn answer(&mut self, request: &Request) -> Value {
        let query = query(request);
        let location = query.get("locationId").map_or(ALL, String::as_str);
        let since = query.get("updatedSince").map(|since| when::lenient(since).unwrap());
        self.asked.push(format!("{location}{}", if since.is_some() { " since" } else { "" }));
        let read = |location: &str| {
            let mut list = self.reviews[location].clone();
            list.retain(|(_, changed)| since.is_none_or(|since| *changed >= since));
            list.sort_by_key(|(_, changed)| *changed);
            if query.get("sortOrder").is_some_and(|order| order == "DESC") {
                list.reverse();
            }
            let all = list.into_iter().map(|(name, changed)| json!({"reviewId": name, "rating": 3, "locationId": location, "dateSince": changed.to_string(), "updatedSince": changed.to_string()}));
            all.collect::<Vec<_>>()
        };
        if location == ALL {
            let offset: usize = query["offset"].parse().unwrap();
            let all: Vec<Value> = self.reviews.keys().flat_map(|location| read(location)).collect();
            return json!({"reviews": all.iter().skip(offset).take(self.most).collect::<Vec<_>>()});
        }
        let list: Vec<Value> = read(location).into_iter().take(self.most).collect();
        json!({"locationId": location, "numberReviews": self.reviews[location].len(), "reviews": list})
    }
}

fn names(drafts: &[Draft]) -> BTreeSet<&str> {
    drafts.iter().map(|draft| draft.external_id.as_str()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let source = source("locations = ['1234567']");
    let answer =
        fixture::page("https://www.kiyoh.com/", "application/json", fixture::bytes("kiyoh/page.json"));
    insta::assert_json_snapshot!(fixture::shown(&source.parse(&Cursor::default(), &answer).unwrap()));
}

#[test]
fn the_newest_page_of_every_location_comes_before_the_backlog_of_any() {
    let mut server = Server::new(3, 700);
    let source = source(&format!("window_days = 3650\n{}", server.locations()));
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    assert_eq!(names(&found).len(), 2_100);
    assert_eq!(server.asked[..4], ["loc0", "loc1", "loc2", "loc0 since"]);
    server.asked.clear();
    // An edit of a year ago and a new review, in two locations.
    server.reviews.get_mut("loc1").unwrap()[600].1 = at(1);
    server.reviews.get_mut("loc2").unwrap().push(("new".into(), at(1)));
    let (found, _, _) = poll(&source, cursor, at(2), |request| server.answer(request));
    assert!(names(&found).contains("1-600") && names(&found).contains("new"));
    assert!(server.asked.len() <= 6, "{:?}", server.asked);
}

#[test]
fn a_server_that_gives_smaller_pages_than_were_asked_for_is_read_to_the_end() {
    let mut server = Server { most: 20, ..Server::new(2, 100) };
    let source = source(&format!("window_days = 3650\n{}", server.locations()));
    let (found, _, _) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    assert_eq!(names(&found).len(), 200);
}

#[test]
fn all_locations_of_a_token_are_read_by_offset() {
    let mut server = Server::new(1_500, 2);
    let source = source("");
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    assert_eq!(names(&found).len(), 3_000);
    assert!(found.iter().any(|draft| draft.place.as_ref().unwrap().id.as_deref() == Some("kiyoh:loc1499")));
    let (_, _, cursor) = poll(&source, cursor, at(31), |request| server.answer(request));
    server.reviews.get_mut("loc7").unwrap().push(("new".into(), at(32)));
    server.asked.clear();
    let (found, _, _) = poll(&source, cursor, at(33), |request| server.answer(request));
    assert_eq!(names(&found), BTreeSet::from(["new"]), "only what changed since");
}

#[test]
fn a_poll_that_fails_half_way_goes_on_where_it_was() {
    let server = Server::new(3, 5);
    let source = source(&server.locations());
    let cursor = Cursor(json!({"began": at(0).to_string(), "turn": {"location": "loc2"}}));
    let secret = gehoor_wire::Secret::new("geheim");
    let request = source.plan(&cursor, &Context { now: at(9), credential: Some(&secret) }).unwrap();
    assert_eq!(query(&request)["locationId"], "loc2");
    assert!(request.headers["x-publication-api-token"].is_sensitive());
    let body = json!({"locationId": "loc2", "reviews": []}).to_string();
    let page = source.parse(&cursor, &fixture::page(request.url.as_str(), "application/json", body)).unwrap();
    let Next::CaughtUp(cursor) = page.next else { panic!("more") };
    assert_eq!(cursor.0["since"], at(0).to_string(), "from when the poll began, not from when it ended");
}

#[test]
fn a_page_that_never_ends_and_a_refusal_within_an_answer_do_no_harm() {
    let source = source("locations = ['a', 'b']");
    let later = |n: usize| (at(0) + SignedDuration::from_secs(i64::try_from(n).unwrap())).to_string();
    let mut n = 0;
    poll(&source, Cursor::default(), at(0), |_| {
        n += 1;
        json!({"numberReviews": 9, "reviews": [{"reviewId": "x", "rating": 3, "updatedSince": later(n)}]})
    });
    let body = r#"{"errorCode":"INVALID_HASH","detailedError":[{"message":"geheim"}]}"#;
    let error =
        source.parse(&Cursor::default(), &fixture::page("https://x.example/", "application/json", body));
    assert_eq!(error.unwrap_err().to_string(), "the platform refuses: error `INVALID_HASH`");
    assert!(source.refusal(&fixture::refused("https://x.example/", 403, body)).unwrap().ended);
}

#[test]
fn the_other_site_has_its_own_address_and_tenant() {
    let secret = gehoor_wire::Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let request =
        source("site = 'klantenvertellen'\nlocations = ['1']").plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://www.klantenvertellen.nl/v1/publication/review/external?locationId=1&tenantId=99&orderBy=UPDATE_DATE&sortOrder=DESC&limit=250"
    );
}

#[test]
fn a_location_that_was_refused_is_read_from_where_it_was_left() {
    let mut server = Server::new(3, 3);
    let source = source(&server.locations());
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| server.answer(request));
    let token = gehoor_wire::Secret::new("token");
    // Two days long the second one is refused, and something is written there in the meantime.
    let mut cursor = cursor;
    for hours in [10, 34, 58] {
        server.reviews.get_mut("loc1").unwrap().push((format!("new{hours}"), at(hours)));
        loop {
            let request =
                source.plan(&cursor, &Context { now: at(hours), credential: Some(&token) }).unwrap();
            let is_refused = query(&request)["locationId"] == "loc1";
            let body = server.answer(&request).to_string();
            let mut answer = fixture::page(request.url.as_str(), "application/json", body);
            answer.at = at(hours);
            let page = match is_refused {
                true => {
                    source.refused(&cursor, &Response { status: StatusCode::FORBIDDEN, ..answer }).unwrap()
                }
                false => source.parse(&cursor, &answer).unwrap(),
            };
            match page.next {
                Next::More(next) => cursor = next,
                Next::CaughtUp(next) => break cursor = next,
            }
        }
    }
    let (found, _, cursor) = poll(&source, cursor, at(80), |request| server.answer(request));
    for name in ["new10", "new34", "new58"] {
        assert!(names(&found).contains(name), "{name} was lost");
    }
    // And then it is like the others again.
    assert!(!cursor.0.to_string().contains("owed"), "{}", cursor.0);
}
