//! A list by last change that shows seven days.

use gehoor_wire::Secret;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};

fn source(packages: &str) -> GooglePlay {
    let text = format!("packages = {packages}");
    GooglePlay::new(&read_config(&toml::from_str(&text).unwrap()).unwrap()).unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn review(name: &str, changed: Timestamp) -> Value {
    json!({"reviewId": name, "comments": [{"userComment": {"text": name, "starRating": 2, "lastModified": {"seconds": changed.as_second().to_string()}}}]})
}

/// The newest changes first, ten a page.
fn serve(reviews: &[(String, Timestamp)], request: &Request) -> Value {
    let start: usize = query(request).get("token").map_or(0, |token| token.parse().unwrap());
    let mut list = reviews.to_vec();
    list.sort_by_key(|(_, changed)| std::cmp::Reverse(*changed));
    let page: Vec<_> = list.iter().skip(start).take(10).map(|(name, at)| review(name, *at)).collect();
    let next =
        if start + 10 < list.len() { json!({"nextPageToken": (start + 10).to_string()}) } else { json!({}) };
    json!({"reviews": page, "tokenPagination": next})
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let answer =
        fixture::page("https://x.example/", "application/json", fixture::bytes("google-play/page.json"));
    let page = source("['nl.meubelhal.app']").parse(&Cursor::default(), &answer).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn edits_come_back_to_the_top_and_are_read_at_once() {
    let source = source("['a.b', 'c.d']");
    let mut reviews: Vec<_> = (0..45).map(|n| (format!("r{n}"), at(-n))).collect();
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&reviews, request));
    assert_eq!(found.len(), 90);
    // More edits than a page holds, all of reviews that are known.
    for (n, (_, changed)) in reviews.iter_mut().enumerate().skip(20) {
        *changed = at(1) + SignedDuration::from_secs(i64::try_from(n).unwrap());
    }
    let (found, _, cursor) = poll(&source, cursor, at(2), |request| serve(&reviews, request));
    let edited = found.iter().filter(|draft| draft.published > Some(at(1))).count();
    assert_eq!(edited, 50, "25 in each app");
    let mut asked = 0;
    poll(&source, cursor, at(3), |request| {
        asked += 1;
        serve(&reviews, request)
    });
    assert_eq!(asked, 4);
}

#[test]
fn a_pause_of_more_than_seven_days_is_said() {
    let source = source("['a.b']");
    let reviews = vec![("r".to_owned(), at(0))];
    let (_, warnings, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&reviews, request));
    assert_eq!(warnings, []);
    let (_, warnings, _) = poll(&source, cursor, at(24 * 8), |request| serve(&reviews, request));
    assert_eq!(warnings.len(), 1);
}

#[test]
fn quotas_are_counted_by_app_and_a_used_up_one_is_waited_for() {
    let source = source("['a.b']");
    let secret = Secret::new("geheim");
    let cx = Context { now: at(0), credential: Some(&secret) };
    let request = source.plan(&Cursor::default(), &cx).unwrap();
    assert_eq!(request.credential.as_deref(), Some("google-play:a.b"));
    assert_eq!(
        request.url.as_str(),
        "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/a.b/reviews?maxResults=100"
    );
    let body = r#"{"error":{"code":403,"errors":[{"reason":"quotaExceeded"}],"message":"geheim"}}"#;
    let refusal = source.refusal(&fixture::refused(request.url.as_str(), 403, body)).unwrap();
    assert!(refusal.not_before.is_some() && refusal.why.contains("a.b"));
    assert!(GooglePlay::new(&read_config(&toml::from_str("packages = ['../x']").unwrap()).unwrap()).is_err());
}
