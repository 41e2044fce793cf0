//! Names that hold, a scale that is found out, and a list with offsets.

use std::collections::BTreeSet;

use gehoor_wire::Secret;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT, poll, query};

fn source() -> Webwinkelkeur {
    Webwinkelkeur::new(&read_config(&toml::from_str("shop = '12345'\nwindow_days = 3650").unwrap()).unwrap())
        .unwrap()
}

fn at(hours: i64) -> Timestamp {
    AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn rating(n: i64) -> Value {
    let made = (at(-n)).strftime("%Y-%m-%d %H:%M:%S").to_string();
    json!({"name": format!("klant {n}"), "rating": 3, "comment": format!("nummer {n}"), "created": made})
}

fn serve(ratings: &[Value], request: &Request) -> Value {
    let query = query(request);
    let number = |name: &str| -> usize { query[name].parse().unwrap() };
    let page: Vec<_> = ratings.iter().skip(number("offset")).take(number("limit")).collect();
    json!({"status": "success", "total": ratings.len(), "ratings": page})
}

fn read(body: &Value) -> Vec<Draft> {
    let answer = fixture::page("https://x.example/", "application/json", body.to_string());
    source().parse(&Cursor::default(), &answer).unwrap().items
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let answer =
        fixture::page("https://x.example/", "application/json", fixture::bytes("webwinkelkeur/page.json"));
    let page = source().parse(&Cursor::default(), &answer).unwrap();
    let shown = fixture::shown(&page);
    assert!(!shown.to_string().contains("klant.example"), "mail addresses are not kept");
    insta::assert_json_snapshot!(shown);
}

#[test]
fn the_name_of_a_rating_survives_an_edit_and_a_reaction() {
    let one = rating(1);
    let mut later = one.clone();
    later["rating"] = json!(1);
    later["comment"] = json!("veranderd");
    later["read"] = json!(true);
    later["reaction"] = json!("Dank u");
    let (first, second) = (read(&json!({"ratings": [one]})), read(&json!({"ratings": [later]})));
    assert_eq!(first[0].external_id, second[0].external_id);
    assert_eq!(second[1].external_id, format!("{}/reply", first[0].external_id));
    let twice = read(&json!({"ratings": [one, one]}));
    assert_ne!(twice[0].external_id, twice[1].external_id);
}

#[test]
fn a_rating_above_five_shows_that_the_scale_goes_to_ten() {
    let of = |value: i64, n: i64| {
        let mut rating = rating(n);
        rating["rating"] = json!(value);
        rating
    };
    let best = |drafts: Vec<Draft>| drafts.iter().map(|draft| draft.stars.unwrap().best).collect::<Vec<_>>();
    assert_eq!(best(read(&json!({"ratings": [of(4, 1), of(5, 2)]}))), [5.0, 5.0]);
    assert_eq!(best(read(&json!({"ratings": [of(4, 1), of(8, 2)]}))), [10.0, 10.0]);
    let source = source();
    let (_, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&[of(8, 1)], request));
    let (found, _, _) = poll(&source, cursor, at(1), |request| serve(&[of(4, 0)], request));
    assert_eq!(found[0].stars.unwrap().best, 10.0, "it is remembered");
}

#[test]
fn all_ratings_are_read_and_reactions_are_found_a_day_later() {
    let source = source();
    let mut ratings: Vec<Value> = (0..450).map(rating).collect();
    let (found, _, cursor) = poll(&source, Cursor::default(), at(0), |request| serve(&ratings, request));
    let names: BTreeSet<_> = found.iter().map(|draft| draft.external_id.as_str()).collect();
    assert_eq!(names.len(), 450);
    ratings[400]["reaction"] = json!("Dank u");
    ratings.insert(0, rating(-1));
    let (found, _, cursor) = poll(&source, cursor, at(2), |request| serve(&ratings, request));
    assert!(found.iter().any(|draft| draft.text == "nummer -1"));
    let (found, _, _) = poll(&source, cursor, at(25), |request| serve(&ratings, request));
    assert!(found.iter().any(|draft| draft.text == "Dank u"));
}

#[test]
fn dates_are_local_and_errors_come_as_a_success() {
    let winter = read(&json!({"ratings": [{"name": "a", "rating": 1, "created": "2024-01-02 00:30:00"}]}));
    assert_eq!(winter[0].published.unwrap().to_string(), "2024-01-01T23:30:00Z");
    let body = r#"{"status":"error","message":"Incorrect authentication credentials."}"#;
    let error =
        source().parse(&Cursor::default(), &fixture::page("https://x.example/", "application/json", body));
    assert_eq!(
        error.unwrap_err().to_string(),
        "the platform refuses: the number of the shop or the code of the API is wrong"
    );
}

#[test]
fn the_code_stands_in_the_address_and_is_not_shown() {
    let secret = Secret::new("geheim");
    let request =
        source().plan(&Cursor::default(), &Context { now: at(0), credential: Some(&secret) }).unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://dashboard.webwinkelkeur.nl/api/1.0/ratings.json?id=12345&limit=100&offset=0&code=geheim"
    );
    assert!(!format!("{request:?}").contains("geheim"));
}
