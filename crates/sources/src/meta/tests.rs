//! Errors and places, as Meta writes them.

use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};

fn answer(body: &Value) -> Response {
    let answer =
        fixture::page("https://graph.facebook.com/v25.0/1/feed", "application/json", body.to_string());
    Response { status: StatusCode::BAD_REQUEST, ..answer }
}

fn error(code: u64, sub: Option<u64>) -> Value {
    json!({"error": {"message": "geheim", "type": "OAuthException", "code": code, "error_subcode": sub, "fbtrace_id": "x"}})
}

#[test]
fn codes_say_whether_to_wait_or_to_ask_a_person() {
    for code in [4, 17, 32, 613, 80_001, 80_002] {
        let said = refusal(&answer(&error(code, None))).unwrap();
        assert_eq!((said.not_before, said.ended), (Some(AN_HOUR), false), "{code}");
    }
    for (code, sub) in
        [(190, Some(463)), (10, None), (230, None), (283, None), (12, None), (100, Some(33)), (803, None)]
    {
        let said = refusal(&answer(&error(code, sub))).unwrap();
        assert!(said.ended && !said.why.contains("geheim"), "{code}");
    }
    for (code, sub) in [(1, None), (2, None), (100, None), (999, None)] {
        assert_eq!(refusal(&answer(&error(code, sub))), None, "{code}");
    }
}

#[test]
fn the_header_says_how_many_minutes_to_wait() {
    let mut answer = answer(&error(80_001, None));
    let usage = r#"{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":19}]}"#;
    answer.headers.insert("x-business-use-case-usage", HeaderValue::from_static(usage));
    assert_eq!(refusal(&answer).unwrap().not_before, Some(SignedDuration::from_mins(19)));
}

#[test]
fn of_the_next_address_only_the_place_is_kept() {
    let place = |address: &str| next(&json!({"paging": {"next": address, "cursors": {"after": "c"}}}));
    let with = "https://graph.facebook.com/v25.0/1/feed?access_token=geheim&limit=100&after=QVFa%3D&appsecret_proof=x";
    assert_eq!(place(with).as_deref(), Some("after=QVFa%3D"));
    let by_time = "https://evil.example/feed?until=1714730400&__paging_token=enc_1&access_token=geheim";
    assert_eq!(place(by_time).as_deref(), Some("until=1714730400&__paging_token=enc_1"));
    assert_eq!(place("https://graph.facebook.com/x?access_token=geheim").as_deref(), Some("after=c"));
    assert_eq!(next(&json!({"paging": {"cursors": {"after": "c"}}})), None);
    let mut url = Url::parse("https://graph.facebook.com/v25.0/1/feed?limit=100").unwrap();
    go_to(&mut url, "until=1714730400&__paging_token=enc_1");
    assert_eq!(url.query(), Some("limit=100&until=1714730400&__paging_token=enc_1"));
}

#[test]
fn a_call_carries_the_proof_but_not_the_secret() {
    let graph = Graph::new("https://graph.facebook.com", "v25.0", "facebook:1".to_owned()).unwrap();
    let credential = Secret::new("access_token=t0ken\napp_secret=s3cret");
    let cx = Context { now: AT.parse::<Timestamp>().unwrap(), credential: Some(&credential) };
    let request = graph.request(graph.url(&["1", "feed"], "id", "5"), &cx).unwrap();
    let query = request.url.query().unwrap();
    let proof = query.split("appsecret_proof=").nth(1).unwrap();
    assert!(proof.len() == 64 && proof.bytes().all(|b| b.is_ascii_hexdigit()), "{proof}");
    assert!(!query.contains("s3cret") && !query.contains("t0ken"));
    assert_eq!(request.headers["authorization"], "Bearer t0ken");
    assert!(request.headers["authorization"].is_sensitive());
    let plain = Secret::new("t0ken");
    let cx = Context { credential: Some(&plain), ..cx };
    assert!(!graph.request(graph.url(&["1"], "id", "5"), &cx).unwrap().url.as_str().contains("proof"));
    for version in ["25.0", "v25", "v25.x", "../v1.0"] {
        assert!(Graph::new("https://graph.facebook.com", version, String::new()).is_err(), "{version}");
    }
}

#[test]
fn a_post_is_gone_when_its_number_is_not_known_any_more_and_for_no_other_reason() {
    let known = [Known { external_id: "1_2".to_owned(), permalink: None }];
    let gone = read_recheck(&known, &answer(&error(100, Some(33)))).unwrap();
    assert!(gone.len() == 1 && gone[0].withdrawn && gone[0].external_id == "1_2");
    for (code, sub) in [(100, None), (100, Some(34)), (190, Some(463)), (10, None), (4, None), (2, None)] {
        assert!(read_recheck(&known, &answer(&error(code, sub))).is_err(), "{code}");
    }
    let stands = Response { status: StatusCode::OK, ..answer(&json!({"id": "1_2"})) };
    assert_eq!(read_recheck(&known, &stands).unwrap(), []);
    let other = Response { status: StatusCode::OK, ..answer(&json!({"id": "1_3"})) };
    assert!(read_recheck(&known, &other).is_err());
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&Secret::new("token")) };
    let graph = Graph::new("https://graph.facebook.com", "v25.0", "facebook:1".to_owned()).unwrap();
    let asked = recheck(&graph, &known, &cx).unwrap().unwrap();
    assert_eq!(asked.url.as_str(), "https://graph.facebook.com/v25.0/1_2?fields=id");
    assert!(recheck(&graph, &[Known { external_id: "../x".to_owned(), permalink: None }], &cx).is_none());
}

#[test]
fn a_refusal_of_the_token_is_none_of_one_post() {
    for code in [1, 2, 10, 102, 190, 200, 368] {
        assert!(is_of_all(&answer(&error(code, None))), "{code}");
    }
    for code in [100, 803] {
        assert!(!is_of_all(&answer(&error(code, Some(33)))), "{code}");
    }
}
