//! What robots.txt of a server allows, forbids and delays.

use crate::common::{Act, after, answer, client, noon, raw, said};
use gehoor_fetch::{Client, Outcome, Transport};
use gehoor_wire::Request;
use http::Method;
use jiff::Timestamp;
use url::Url;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn site(robots: ResponseTemplate, times: u64) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/robots.txt")).respond_with(robots).expect(times).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("page")).mount(&server).await;
    server
}

fn file(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(text)
}

async fn ask(client: &Client, base: &str, path: &str, now: Timestamp) -> Outcome {
    client.send(Request::get(Url::parse(base).unwrap().join(path).unwrap()), None, now).await
}

async fn pages_asked(server: &MockServer) -> usize {
    let all = server.received_requests().await.unwrap();
    all.iter().filter(|request| request.url.path() != "/robots.txt").count()
}

#[tokio::test]
async fn the_file_is_read_once_and_kept_to() {
    let server = site(file("User-agent: gehoor\nDisallow: /private\n"), 1).await;
    let client = client();
    assert_eq!(said(&ask(&client, &server.uri(), "/reviews", noon()).await), "body 200");
    let refused = ask(&client, &server.uri(), "/private/1", noon()).await;
    assert_eq!(said(&refused), "blocked: robots.txt of 127.0.0.1 does not allow it");
    assert_eq!(said(&ask(&client, &server.uri(), "/reviews", after(3600)).await), "body 200");
    assert_eq!(pages_asked(&server).await, 2);
}

#[tokio::test]
async fn after_a_day_it_is_read_again() {
    let server = site(file(""), 2).await;
    let client = client();
    for now in [noon(), after(23 * 3600), after(25 * 3600)] {
        assert_eq!(said(&ask(&client, &server.uri(), "/", now).await), "body 200");
    }
}

#[tokio::test]
async fn calls_of_an_api_do_not_ask_for_it() {
    let server = site(file("User-agent: *\nDisallow: /\n"), 0).await;
    let request = Request::api(Method::GET, Url::parse(&server.uri()).unwrap());
    assert_eq!(said(&client().send(request, None, noon()).await), "body 200");
}

#[tokio::test]
async fn a_site_without_the_file_may_be_read() {
    for status in [401, 403, 404, 410] {
        let server = site(ResponseTemplate::new(status), 1).await;
        assert_eq!(said(&ask(&client(), &server.uri(), "/", noon()).await), "body 200", "{status}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_reached_means_no_until_it_can() {
    let server = MockServer::start().await;
    let broken = Mock::given(path("/robots.txt")).respond_with(ResponseTemplate::new(500)).up_to_n_times(1);
    broken.mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let client = client();
    for now in [noon(), after(60)] {
        let refused = ask(&client, &server.uri(), "/", now).await;
        assert_eq!(
            said(&refused),
            "transient: robots.txt cannot be reached, so nothing is asked: answered 500 Internal Server Error"
        );
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "not asked again at once");
    assert_eq!(said(&ask(&client, &server.uri(), "/", after(660)).await), "body 200");
}

#[tokio::test]
async fn a_server_that_breaks_off_forbids_too() {
    let (url, heads) = raw(vec![Act::Close]).await;
    let refused = ask(&client(), &url, "/", noon()).await;
    assert!(said(&refused).starts_with("transient: robots.txt cannot be reached"), "{}", said(&refused));
    assert!(heads.lock().unwrap().iter().all(|head| head.starts_with("GET /robots.txt ")));
}

#[tokio::test]
async fn a_busy_server_is_waited_for() {
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "60");
    let server = site(busy, 1).await;
    let client = client();
    let outcome = ask(&client, &server.uri(), "/", noon()).await;
    assert_eq!(said(&outcome), "wait: robots.txt of 127.0.0.1 answered 429 Too Many Requests");
    assert_eq!(
        said(&ask(&client, &server.uri(), "/", after(30)).await),
        "wait: 127.0.0.1 asked for patience"
    );
    assert_eq!(pages_asked(&server).await, 0);
}

#[tokio::test]
async fn redirects_of_the_file_count_for_the_site_that_was_asked() {
    let there = site(file("User-agent: *\nDisallow: /a\n"), 1).await;
    let to = format!("{}/robots.txt", there.uri());
    let here = site(ResponseTemplate::new(301).insert_header("location", to), 1).await;
    let client = client();
    assert!(said(&ask(&client, &here.uri(), "/a", noon()).await).starts_with("blocked"));
    assert_eq!(said(&ask(&client, &here.uri(), "/b", noon()).await), "body 200");

    let circle = ResponseTemplate::new(302).insert_header("location", "/robots.txt?again");
    let endless = site(circle, 6).await;
    assert_eq!(said(&ask(&client, &endless.uri(), "/", noon()).await), "body 200", "as if there were none");
}

#[tokio::test]
async fn a_page_that_leads_elsewhere_is_asked_for_there_too() {
    let there = site(file("User-agent: *\nDisallow: /\n"), 1).await;
    let here = MockServer::start().await;
    let away = ResponseTemplate::new(302).insert_header("location", format!("{}/x", there.uri()));
    Mock::given(path("/away")).respond_with(away).mount(&here).await;
    let outcome = ask(&client(), &here.uri(), "/away", noon()).await;
    assert_eq!(said(&outcome), "blocked: robots.txt of 127.0.0.1 does not allow it");
    assert_eq!(pages_asked(&there).await, 0);
}

#[tokio::test]
async fn its_crawl_delay_is_the_spacing() {
    let server = site(file("User-agent: *\nCrawl-delay: 10\n"), 1).await;
    let client = client();
    let outcome = ask(&client, &server.uri(), "/", noon()).await;
    let Outcome::Wait { until, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(said(&outcome), "wait: at least 10 s between requests to 127.0.0.1");
    assert_eq!(said(&ask(&client, &server.uri(), "/", until).await), "body 200");
    assert!(said(&ask(&client, &server.uri(), "/", until).await).starts_with("wait"));
}

#[tokio::test]
async fn a_giant_file_is_read_as_far_as_the_cap() {
    let mut text = b"User-agent: *\nDisallow: /a\n".to_vec();
    text.extend(b"Allow: /filler\n".repeat(60_000));
    let (url, _) = raw(vec![
        Act::Send(answer("200 OK\r\nconnection: close", &text)),
        Act::Send(answer("200 OK\r\nconnection: close", b"page")),
    ])
    .await;
    let client = client();
    assert!(said(&ask(&client, &url, "/a", noon()).await).starts_with("blocked"));
    assert_eq!(said(&ask(&client, &url, "/b", noon()).await), "body 200");
}
