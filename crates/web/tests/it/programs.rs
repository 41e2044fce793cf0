//! What programs and whoever watches over this one see.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gehoor_testkit::World;
use gehoor_testkit::build::{chain, id, post, source};
use gehoor_wire::Secret;
use gehoor_wire::signature::sign_hex;
use serde_json::Value;

use crate::house::{house, house_of};

#[tokio::test]
async fn programs_page_through_everything_once_and_get_problems_as_json() {
    let house = house().await;
    let token = house.world.engine.add_token("t", &id("admin")).await.unwrap();
    let token = token.reveal();
    for (list, total) in [("cases", 3), ("mentions", 3)] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = house.api(&format!("/api/v1/{list}?limit=1&after={after}"), token).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].to_string()));
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), total, "{list}");
        seen.dedup();
        assert_eq!(seen.len(), total, "{list}");
    }
    for path in
        ["sources", "outbox", "alerts", "openapi.json", "mentions?q=kapot&intent=complaint", "cases/1"]
    {
        let answer = house.api(&format!("/api/v1/{path}"), token).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, "application/json"),
            "{path}"
        );
    }
    for (path, status) in [
        ("cases?limit=0", 400),
        ("cases?box=x", 400),
        ("cases?after=7", 400),
        ("mentions?channel=tv", 400),
        ("mentions?q=%22open", 400),
        ("cases/999", 404),
        ("cases/x", 404),
        ("nothing", 404),
    ] {
        let answer = house.api(&format!("/api/v1/{path}"), token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
        assert_eq!(answer.json()["status"], status, "{path}");
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty());
    }
    let answer = house.send(Request::post("/api/v1/cases").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::METHOD_NOT_ALLOWED, "application/problem+json")
    );
}

#[tokio::test]
async fn deliveries_are_refused_with_the_reason() {
    let house = house().await;
    let send = |path: &'static str, kind: &'static str, body: &'static str| {
        house.send(Request::post(path).header("content-type", kind).body(Body::from(body)).unwrap())
    };
    assert_eq!(send("/ingest/nothing", "application/json", "{}").await.status, StatusCode::NOT_FOUND);
    assert_eq!(send("/ingest/form", "text/html", "{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send("/ingest/form", "application/json", "{}").await.status, StatusCode::UNAUTHORIZED);
    let large = Request::post("/ingest/form")
        .header("content-type", "application/json")
        .body(Body::from(vec![b' '; 5_500_000]));
    assert_eq!(house.send(large.unwrap()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn health_and_metrics_answer_without_a_login() {
    let house = house().await;
    assert_eq!(house.get("/health/live", "").await.body, "ok\n");
    let ready = house.get("/health/ready", "").await;
    assert_eq!(ready.status == StatusCode::OK, ready.json()["ready"].as_bool().unwrap());
    assert_eq!(house.get("/metrics", "").await.body, "gehoor_up 1\n");
}

#[tokio::test]
async fn a_file_of_mentions_holds_the_words_and_no_formula() {
    let house = house().await;
    let draft =
        post("9", "=HYPERLINK(1)", house.world.now(), "=cmd|' /C calc'!A0 wat een slechte kapotte bank");
    house.world.hear(vec![draft]).await.unwrap();
    let (cookie, _) = house.login("agent").await;
    let csv = house.get("/search/export.csv", &cookie).await;
    assert!(
        csv.header("content-disposition")
            .starts_with("attachment; filename=\"gehoor-mentions-2026-11-23.csv\"")
    );
    assert_eq!(csv.body.lines().next().unwrap().split(',').count(), 23);
    assert!(csv.body.contains(",'=HYPERLINK(1),"), "{}", csv.body);
    assert!(!csv.body.contains(",=") && !csv.body.contains("\"="));
    let lines = house.get("/search/export.jsonl", &cookie).await.body;
    assert_eq!(lines.lines().filter(|l| serde_json::from_str::<Value>(l).is_ok()).count(), 4);
}

#[tokio::test]
async fn a_platform_that_signs_in_its_own_way_checks_the_address_first_and_pushes_then() {
    let mut setup = chain();
    let mut pushed = source("facebook-push", "facebook-webhook", "");
    pushed.signing = vec![Secret::new("app_secret=geheim-van-de-app\nverify_token=afgesproken")];
    setup.sources.push(pushed);
    let house = house_of(World::with(setup).unwrap()).await;
    let check = async |token: &str, challenge: &str| {
        let path = format!(
            "/ingest/facebook-push?hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}"
        );
        house.send(Request::get(path).body(Body::empty()).unwrap()).await
    };
    let good = check("afgesproken", "1158201444").await;
    assert_eq!((good.status, good.body.as_str()), (StatusCode::OK, "1158201444"));
    assert!(good.header("content-type").starts_with("text/plain"), "{}", good.header("content-type"));
    assert_eq!(check("geraden", "1158201444").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(check("afgesproken", "%3Cscript%3E").await.status, StatusCode::BAD_REQUEST);
    let nobody =
        Request::get("/ingest/form?hub.mode=subscribe&hub.verify_token=x").body(Body::empty()).unwrap();
    assert_eq!(house.send(nobody).await.status, StatusCode::NOT_FOUND);
    let body = r#"{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{"item":"comment","verb":"add",
        "comment_id":"1_2","post_id":"1_1","from":{"id":"5"},"message":"Niemand belt terug over mijn kapotte bank","created_time":1795420700}}]}]}"#;
    for (key, status) in [("geraden", StatusCode::UNAUTHORIZED), ("geheim-van-de-app", StatusCode::ACCEPTED)]
    {
        let signature = sign_hex(&Secret::new(key), body.as_bytes()).unwrap();
        let push = Request::post("/ingest/facebook-push")
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signature);
        assert_eq!(house.send(push.body(Body::from(body)).unwrap()).await.status, status, "{key}");
    }
}
