//! What becomes of ordinary and less ordinary answers.

use std::time::Duration;

use crate::common::{after, client, get, noon, options, page, post, said};
use gehoor_fetch::{Client, Outcome, Transport, Validators};
use gehoor_wire::Request;
use http::{HeaderValue, Method};
use url::Url;
use wiremock::matchers::{any, body_string, header, header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn mount(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

fn moved(status: u16, to: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("location", to)
}

#[tokio::test]
async fn the_second_time_nothing_has_changed() {
    let server = MockServer::start().await;
    let known =
        Mock::given(header("if-none-match", "W/\"a b\"")).and(header("if-modified-since", "some day"));
    known
        .respond_with(ResponseTemplate::new(304).insert_header("cache-control", "max-age=60"))
        .mount(&server)
        .await;
    let fresh = ResponseTemplate::new(200)
        .insert_header("etag", "W/\"a b\"")
        .insert_header("last-modified", "some day")
        .set_body_string("news");
    mount(&server, "/feed", fresh).await;

    let client = client();
    let url = format!("{}/feed", server.uri());
    let Outcome::Body { response, validators, not_before } = get(&client, &url).await else {
        panic!("no body")
    };
    assert_eq!((&response.body[..], not_before), (&b"news"[..], None));
    assert_eq!(validators.url.as_deref(), Some(url.as_str()));

    let again = client.send(page(&url), Some(&validators), noon()).await;
    let Outcome::NotModified { not_before } = again else { panic!("{again:?}") };
    assert!(not_before.is_some_and(|at| at >= after(60) && at < after(62)));

    let unasked = client.send(Request { conditional: false, ..page(&url) }, Some(&validators), noon()).await;
    let Outcome::Body { validators: none, .. } = unasked else { panic!("{unasked:?}") };
    assert_eq!(none, Validators::default(), "a URL that may hold a token is not handed out to be stored");
    let of_another = Validators { url: Some("http://127.0.0.1/other".to_owned()), ..validators };
    assert_eq!(said(&client.send(page(&url), Some(&of_another), noon()).await), "body 200");
}

#[tokio::test]
async fn an_address_has_moved_only_if_every_step_says_for_ever() {
    let server = MockServer::start().await;
    mount(&server, "/a", moved(301, "/b")).await;
    mount(&server, "/b", moved(308, "/c#part")).await;
    mount(&server, "/c", ResponseTemplate::new(200).insert_header("etag", "\"1\"")).await;
    mount(&server, "/x", moved(301, "/y")).await;
    mount(&server, "/y", moved(302, "/c")).await;
    let client = client();
    let there = format!("{}/c", server.uri());
    for (from, to) in [("/a", Some(there.as_str())), ("/x", None), ("/c", None)] {
        let outcome = get(&client, &format!("{}{from}", server.uri())).await;
        let Outcome::Body { response, validators, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(response.moved_to.as_ref().map(Url::as_str), to, "{from}");
        assert_eq!(response.url.as_str(), there);
        assert_eq!(validators.url.as_deref(), Some(there.as_str()), "validators belong to who answered");
    }
}

#[tokio::test]
async fn validators_of_the_place_it_leads_to_are_sent_there() {
    let server = MockServer::start().await;
    mount(&server, "/old", moved(301, "/new")).await;
    Mock::given(path("/new"))
        .and(header("if-none-match", "\"1\""))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    let known = Validators {
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
        url: Some(format!("{}/new", server.uri())),
    };
    let outcome = client().send(page(&format!("{}/old", server.uri())), Some(&known), noon()).await;
    assert_eq!(said(&outcome), "not modified");
    let requests = server.received_requests().await.unwrap();
    assert!(!requests[0].headers.contains_key("if-none-match"), "not to the place that redirects");
}

#[tokio::test]
async fn redirects_end() {
    let server = MockServer::start().await;
    mount(&server, "/circle", moved(302, "/back")).await;
    mount(&server, "/back", moved(302, "/circle")).await;
    for n in 0..9 {
        mount(&server, &format!("/{n}"), moved(302, &format!("/{}", n + 1))).await;
    }
    mount(&server, "/9", ResponseTemplate::new(200)).await;
    let client = client();
    let at = |path: &str| format!("{}{path}", server.uri());
    assert_eq!(
        said(&get(&client, &at("/circle")).await),
        "permanent: 127.0.0.1 redirects in a circle (it may want cookies, which are not kept)"
    );
    assert_eq!(said(&get(&client, &at("/0")).await), "permanent: 127.0.0.1 redirects more than 5 times");
    assert_eq!(said(&get(&client, &at("/4")).await), "body 200");
}

#[tokio::test]
async fn a_redirect_does_not_reach_what_may_not_be_asked() {
    let server = MockServer::start().await;
    mount(&server, "/cloud", moved(302, "http://169.254.169.254/latest/meta-data/")).await;
    mount(&server, "/file", moved(302, "file:///etc/passwd")).await;
    mount(&server, "/odd", moved(302, "http://[bad")).await;
    let client = client();
    let mut all = Vec::new();
    for path in ["/cloud", "/file", "/odd"] {
        all.push(said(&get(&client, &format!("{}{path}", server.uri())).await));
    }
    assert_eq!(all[0], "blocked: 169.254.169.254 is a link-local or multicast address, which is never asked");
    assert_eq!(all[1], "blocked: only http and https addresses are fetched, not `file:`");
    assert_eq!(all[2], "permanent: 127.0.0.1 redirects to an address that cannot be read");
}

#[tokio::test]
async fn without_the_dangerous_option_nothing_private_is_asked() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    let client =
        Client::new(gehoor_fetch::Options { danger_allow_private_hosts: false, ..options() }).unwrap();
    let port = server.address().port();
    for host in ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"] {
        for obey_robots in [false, true] {
            let request = Request { obey_robots, ..page(&format!("http://{host}:{port}/")) };
            let outcome = client.send(request, None, noon()).await;
            assert!(said(&outcome).contains("is a private address"), "{host}: {}", said(&outcome));
        }
    }
}

#[tokio::test]
async fn credentials_stay_at_their_origin() {
    let (here, there) = (MockServer::start().await, MockServer::start().await);
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&there).await;
    mount(&here, "/", moved(302, &format!("{}/", there.uri()))).await;
    let client = client();
    for name in ["authorization", "cookie", "x-api-key"] {
        let mut request = page(&here.uri());
        request.headers.insert(name, HeaderValue::from_static("secret"));
        let outcome = client.send(request, None, noon()).await;
        assert!(said(&outcome).contains("credentials and messages are not sent along"), "{}", said(&outcome));
    }
    assert!(there.received_requests().await.unwrap().is_empty());

    let mut open = page(&here.uri());
    open.headers.insert("accept", HeaderValue::from_static("text/html"));
    assert_eq!(said(&client.send(open, None, noon()).await), "body 200");
    let seen = there.received_requests().await.unwrap();
    assert_eq!(seen[0].headers["accept"], "text/html");
}

#[tokio::test]
async fn a_message_arrives_as_it_was_made_and_is_not_turned_into_a_question() {
    let server = MockServer::start().await;
    let whole = Mock::given(method("POST"))
        .and(path("/ticket"))
        .and(body_string("{}"))
        .and(header("content-type", "application/json"))
        .and(header_exists("user-agent"));
    whole.respond_with(moved(303, "/made")).mount(&server).await;
    Mock::given(method("GET"))
        .and(path("/made"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    mount(&server, "/moved", moved(302, "/made")).await;
    let client = client();
    let mut request = post(&format!("{}/ticket", server.uri()), "{}");
    request.headers.insert("content-type", HeaderValue::from_static("application/json"));
    assert_eq!(said(&client.send(request, None, noon()).await), "body 200");
    let lost = client.send(post(&format!("{}/moved", server.uri()), "{}"), None, noon()).await;
    assert!(
        said(&lost).starts_with("permanent: 127.0.0.1 answered 302 to a POST: configure"),
        "{}",
        said(&lost)
    );
}

#[tokio::test]
async fn both_forms_of_retry_after_are_kept_to() {
    for (value, seconds) in [("120", 120), ("Sun, 01 Mar 2026 18:03:00 GMT", 180)] {
        let server = MockServer::start().await;
        let busy = ResponseTemplate::new(429)
            .insert_header("retry-after", value)
            .insert_header("date", "Sun, 01 Mar 2026 18:00:00 GMT");
        Mock::given(any()).respond_with(busy).expect(2).mount(&server).await;
        let client = client();
        let first = get(&client, &server.uri()).await;
        let Outcome::Wait { until, .. } = first else { panic!("{first:?}") };
        assert!(until >= after(seconds) && until < after(seconds + 2), "{value}: {until}");
        assert_eq!(said(&first), "wait: 127.0.0.1 answered 429 Too Many Requests");

        let early = client.send(page(&server.uri()), None, after(seconds - 2)).await;
        assert_eq!(said(&early), "wait: 127.0.0.1 asked for patience");
        let _ = client.send(page(&server.uri()), None, after(seconds + 2)).await;
    }
}

#[tokio::test]
async fn a_quota_that_is_used_up_holds_its_credential_only() {
    let server = MockServer::start().await;
    let last = ResponseTemplate::new(200)
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-reset", "300");
    Mock::given(any()).respond_with(last).expect(2).mount(&server).await;
    let client = client();
    let with = |name: &str| Request { credential: Some(name.to_owned()), ..page(&server.uri()) };
    let outcome = client.send(with("mastodon:one"), None, noon()).await;
    let Outcome::Body { not_before, .. } = outcome else { panic!("{outcome:?}") };
    assert!(not_before.is_some_and(|at| at >= after(300) && at < after(302)));
    let held = client.send(with("mastodon:one"), None, after(10)).await;
    assert_eq!(said(&held), "wait: the service of `mastodon:one` asked for patience");
    assert_eq!(said(&client.send(with("mastodon:two"), None, after(10)).await), "body 200");
}

#[tokio::test]
async fn refusals_say_what_they_are() {
    let server = MockServer::start().await;
    for status in [404u16, 410, 401, 500, 503, 304] {
        let refusal = ResponseTemplate::new(status).set_body_string("sorry");
        mount(&server, &format!("/{status}"), refusal).await;
    }
    let client = client();
    let at = |status: u16| format!("{}/{status}?token=hush", server.uri());
    let mut all = Vec::new();
    for status in [404, 410, 401, 500, 503, 304] {
        let outcome = get(&client, &at(status)).await;
        if let Outcome::Permanent { response, .. } | Outcome::Transient { response, .. } = &outcome {
            assert_eq!(response.as_ref().unwrap().status.as_u16(), status);
        }
        all.push(said(&outcome));
    }
    assert_eq!(
        all,
        [
            "permanent: 127.0.0.1 answered 404 Not Found: nothing is at this address (any more)",
            "gone: 127.0.0.1 answered 410 Gone: it is gone for good",
            "permanent: 127.0.0.1 answered 401 Unauthorized: the credential is missing, wrong or expired",
            "transient: 127.0.0.1 answered 500 Internal Server Error",
            "transient: 127.0.0.1 answered 503 Service Unavailable",
            "transient: 127.0.0.1 answered 304 Not Modified without being asked whether anything changed",
        ]
    );
}

#[tokio::test]
async fn only_what_may_not_be_repeated_is_ambiguous() {
    let server = MockServer::start().await;
    mount(&server, "/", ResponseTemplate::new(502)).await;
    let client = client();
    let once = post(&server.uri(), "{}");
    let keyed = Request { repeatable: true, ..once.clone() };
    assert_eq!(said(&client.send(once, None, noon()).await), "ambiguous: 127.0.0.1 answered 502 Bad Gateway");
    assert_eq!(
        said(&client.send(keyed, None, noon()).await),
        "transient: 127.0.0.1 answered 502 Bad Gateway"
    );
}

#[tokio::test]
async fn html_instead_of_json_is_handed_on_for_the_source_to_say() {
    let server = MockServer::start().await;
    mount(&server, "/api", ResponseTemplate::new(200).set_body_raw("<html>log in</html>", "text/html")).await;
    let outcome = get(&client(), &format!("{}/api", server.uri())).await;
    let Outcome::Body { response, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(response.header("content-type"), Some("text/html"));
}

#[tokio::test]
async fn a_host_that_keeps_failing_is_left_alone() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(500)).expect(6).mount(&server).await;
    let client = client();
    for _ in 0..5 {
        assert!(said(&get(&client, &server.uri()).await).starts_with("transient"));
    }
    let outcome = get(&client, &server.uri()).await;
    assert_eq!(said(&outcome), "wait: 127.0.0.1 failed 5 times in a row");
    let Outcome::Wait { until, .. } = outcome else { panic!("no wait") };
    assert!(said(&client.send(page(&server.uri()), None, until).await).starts_with("transient"), "one trial");
    assert!(said(&client.send(page(&server.uri()), None, until).await).starts_with("wait"));
}

#[tokio::test]
async fn spacing_is_slept_through_when_short_and_given_back_when_long() {
    let server = MockServer::start().await;
    mount(&server, "/", ResponseTemplate::new(200)).await;
    let spaced = |spacing, nap| {
        let options = gehoor_fetch::Options {
            min_spacing: Duration::from_millis(spacing),
            max_nap: Duration::from_millis(nap),
            ..options()
        };
        Client::new(options).unwrap()
    };
    let impatient = spaced(10_000, 100);
    assert_eq!(said(&get(&impatient, &server.uri()).await), "body 200");
    let outcome = get(&impatient, &server.uri()).await;
    assert_eq!(said(&outcome), "wait: at least 10 s between requests to 127.0.0.1");

    let patient = spaced(150, 1000);
    let begin = std::time::Duration::from_millis(150);
    let started = tokio::time::Instant::now();
    get(&patient, &server.uri()).await;
    assert_eq!(said(&get(&patient, &server.uri()).await), "body 200");
    assert!(started.elapsed() >= begin);
}

#[tokio::test]
async fn a_redirect_is_followed_even_at_a_host_that_is_asked_slowly() {
    let server = MockServer::start().await;
    mount(&server, "/a", moved(301, "/b")).await;
    mount(&server, "/b", ResponseTemplate::new(200)).await;
    let options = gehoor_fetch::Options {
        min_spacing: Duration::from_secs(60),
        max_nap: Duration::from_millis(50),
        ..options()
    };
    let outcome = get(&Client::new(options).unwrap(), &format!("{}/a", server.uri())).await;
    assert_eq!(said(&outcome), "body 200");
}

#[tokio::test]
async fn one_host_is_spoken_to_by_one_at_a_time() {
    let (slow, other) = (MockServer::start().await, MockServer::start().await);
    mount(&slow, "/", ResponseTemplate::new(200).set_delay(Duration::from_millis(400))).await;
    mount(&other, "/", ResponseTemplate::new(200)).await;
    let options = gehoor_fetch::Options { max_nap: Duration::from_millis(100), ..options() };
    let client = Client::new(options).unwrap();
    let (slow, other) = (slow.uri(), other.uri());
    let (first, second, elsewhere) =
        tokio::join!(get(&client, &slow), get(&client, &slow), get(&client, &other));
    assert_eq!(said(&first), "body 200");
    assert_eq!(said(&second), "wait: another request to 127.0.0.1 is under way");
    assert_eq!(said(&elsewhere), "body 200");
}

#[tokio::test]
async fn a_client_works_behind_the_seam() {
    let server = MockServer::start().await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let transport: std::sync::Arc<dyn Transport> = std::sync::Arc::new(client());
    let request = Request::api(Method::PUT, Url::parse(&server.uri()).unwrap());
    assert_eq!(said(&transport.send(request, None, noon()).await), "body 204");
}
