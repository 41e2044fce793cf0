//! A list with offsets, and failures that come as a success.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};

fn source() -> FeedbackCompany {
    FeedbackCompany::new(&read_config(&toml::from_str("client_id = 'c1'").unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn answer(body: &str) -> Response {
    fixture::page("https://www.feedbackcompany.com/", "application/json", body)
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let body = String::from_utf8(fixture::bytes("feedback-company/page.json")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(
        &source().parse(&Cursor::default(), &answer(&body)).unwrap()
    ));
}

#[test]
fn everything_is_read_and_an_edit_is_found_by_the_slow_walk() {
    let source = source();
    let mut reviews: Vec<Value> = (0..320)
        .map(|n| json!({"id": 1_000 - n, "total_score": 3, "date_created": at(-n).to_string()}))
        .collect();
    let serve = |reviews: &[Value], request: &Request| {
        let start: usize = query(request)["start"].parse().unwrap();
        // It gives fewer than were asked for.
        let page: Vec<_> = reviews.iter().skip(start).take(50).collect();
        json!({"success": true, "reviews": page, "count": {"total": reviews.len()}})
    };
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&reviews, request));
    let names: BTreeSet<_> = found.iter().map(|draft| draft.external_id.as_str()).collect();
    assert_eq!(names.len(), 320);
    reviews[300]["total_score"] = json!(1);
    let (found, _, _) = poll(&source, cursor, at(25), |request| serve(&reviews, request));
    assert!(found.iter().any(|draft| draft.stars.unwrap().value == 1.0));
}

#[test]
fn the_login_asks_in_its_own_way_and_believes_no_failure() {
    let login = source();
    let login = login.login().unwrap();
    let Grant::Ask(request) = login.ask(&Secret::new("geheim"), None, at(0)).unwrap() else {
        panic!("ready")
    };
    assert_eq!(
        request.url.as_str(),
        "https://www.feedbackcompany.com/api/v2/oauth2/token?client_id=c1&client_secret=geheim&grant_type=authorization_code"
    );
    assert!(!format!("{request:?}").contains("geheim"));
    let token = login.read(None, &answer(r#"{"access_token":"t","error":false}"#)).unwrap();
    assert_eq!((token.access.reveal(), token.expires), ("t", Some(at(24 * 60))));
    assert!(login.read(None, &answer(r#"{"error":"invalid","access_token":""}"#)).is_err());
    assert!(login.has_ended(&answer(r#"{"success":false,"error":"401 Unauthorized"}"#)));
    assert!(!login.has_ended(&answer(r#"{"success":true,"reviews":[]}"#)));
}

#[test]
fn failures_come_as_a_success_and_are_told_without_their_words() {
    let error = |body: &str| source().parse(&Cursor::default(), &answer(body)).unwrap_err().to_string();
    assert!(error(r#"{"success":false,"error":"401 Unauthorized"}"#).contains("token has ended"));
    assert!(!error(r#"{"success":false,"error":"geheim"}"#).contains("geheim"));
    assert!(error(r#"{"success":false}"#).contains("error of its own"));
}
