//! What people see and do.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

use crate::house::{Answer, PASSWORD, house};

#[tokio::test]
async fn whoever_is_not_logged_in_sees_the_login_page_and_returns_where_he_wanted_to_go() {
    let house = house().await;
    let answer = house.get("/cases/1?box=mine", "").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/login?next=%2Fcases%2F1%3Fbox%3Dmine")
    );
    assert_eq!(house.get("/login", "").await.status, StatusCode::OK);
    let wrong = house.form("/login", "", &[("name", "agent"), ("password", "fout fout fout")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.body.contains("horen niet bij elkaar"));
    let away = house
        .form("/login", "", &[("name", "agent"), ("password", PASSWORD), ("next", "//evil.example")])
        .await;
    assert_eq!(away.header("location"), "/inbox");
    let cookie = away.header("set-cookie");
    for part in ["__Host-gehoor=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn every_page_opens_for_everybody_who_may_see_it() {
    let house = house().await;
    let case = house.case_of("zwolle").await;
    let paths = [
        "/inbox",
        "/inbox?box=closed",
        "/inbox?box=aside",
        "/inbox?select=1",
        "/promises",
        "/promises?show=missed&kind=call_back",
        "/promises/export.csv",
        "/workload",
        "/search",
        "/search?q=kapot&intent=complaint",
        "/trends",
        "/trends?period=7",
        "/alerts",
        "/queue",
        "/settings",
        "/search/export.csv",
        "/search/export.jsonl",
        "/cases/export.csv",
        "/trends/days.csv",
        "/trends/topic.csv",
        "/trends/location.csv",
        "/trends/channel.csv",
        "/trends/lang.csv",
    ];
    for name in ["agent", "admin", "marketing", "fenna"] {
        let (cookie, _) = house.login(name).await;
        let own = ["", "/row", "/evidence.html", "/evidence.json"].map(|part| format!("/cases/{case}{part}"));
        for path in paths.iter().copied().chain(own.iter().map(String::as_str)) {
            let answer = house.get(path, &cookie).await;
            assert_eq!(answer.status, StatusCode::OK, "{name} {path}: {}", answer.body);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(
                answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self';")
            );
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(answer.header("strict-transport-security").contains("max-age"));
            assert!(!answer.header("x-request-id").is_empty());
        }
        for path in ["/sources", "/silences"] {
            let status = house.get(path, &cookie).await.status;
            assert_eq!(status == StatusCode::OK, name != "fenna", "{name} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn a_franchisee_finds_nothing_of_another_shop_on_any_page_or_in_any_file() {
    let house = house().await;
    let (cookie, csrf) = house.login("fenna").await;
    let (mine, other) = (house.case_of("zwolle").await, house.case_of("gouda").await);
    for path in [
        "/inbox",
        "/search",
        "/search?q=gouda",
        "/trends",
        "/alerts",
        "/queue",
        "/settings",
        "/search/export.csv",
        "/search/export.jsonl",
        "/cases/export.csv",
        "/trends/location.csv",
        "/search?location=gouda",
        "/inbox?location=gouda",
        &format!("/cases/{mine}"),
    ] {
        let body = house
            .get(path, &cookie)
            .await
            .body
            .replace("q=gouda", "")
            .replace("value=\"gouda\"", "")
            .replace("location=gouda", "");
        for word in ["klant1", "klant2", "Bouwhoek Gouda", "slechte service", "alert(&#x27;gouda"] {
            assert!(!body.contains(word), "{path} shows {word}");
        }
    }
    for path in ["", "/row", "/evidence.html", "/evidence.json"].map(|part| format!("/cases/{other}{part}")) {
        let hidden = house.get(&path, &cookie).await;
        let missing = house.get(&path.replace(&other.to_string(), "999"), &cookie).await;
        let strip = |a: &Answer| {
            a.body.split("error-request").next().unwrap().split("<code>").next().unwrap().to_owned()
        };
        assert_eq!((hidden.status, strip(&hidden)), (StatusCode::NOT_FOUND, strip(&missing)));
    }
    let note =
        house.form(&format!("/cases/{other}/note"), &cookie, &[("csrf", &csrf), ("text", "gezien")]).await;
    assert_eq!(note.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let path = format!("/cases/{case}/note");
    assert_eq!(house.form(&path, &cookie, &[("text", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house.form(&path, &cookie, &[("csrf", "fout"), ("text", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let body = format!("csrf={csrf}&text=x");
        let request = Request::post(&path)
            .header("cookie", &cookie)
            .header(name, value)
            .body(Body::from(body))
            .unwrap();
        assert_eq!(house.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let page = house.get(&format!("/cases/{case}"), &cookie).await.body;
    assert!(!page.contains("class=\"internal\""));
    assert_eq!(
        house.form(&path, &cookie, &[("csrf", &csrf), ("text", "wel")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(house.get(&format!("/cases/{case}"), &cookie).await.body.contains("class=\"internal\""));
}

/// The version that the page of a case was made from.
fn version(page: &str) -> String {
    page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_case_is_taken_answered_promised_and_closed_by_forms_alone() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let path = |action: &str| format!("/cases/{case}/{action}");
    let page = format!("/cases/{case}?box=open");
    let steps: [(&str, &[(&str, &str)]); 6] = [
        ("assign", &[("to", "me")]),
        ("reply", &[("text", "Wat vervelend. We bellen je vandaag.")]),
        ("promise", &[("kind", "call_back"), ("what", "Bellen over de bank"), ("due", "2026-11-23T16:00")]),
        ("keep", &[("promise", "1"), ("proof", "gebeld om 14:05")]),
        ("locate", &[("location", "gouda")]),
        ("close", &[("outcome", "solved"), ("note", "klant tevreden")]),
    ];
    for (action, fields) in steps {
        let version = version(&house.get(&page, &cookie).await.body);
        let mut all =
            vec![("csrf", csrf.as_str()), ("version", version.as_str()), ("back", "/inbox?box=open")];
        all.extend_from_slice(fields);
        let answer = house.form(&path(action), &cookie, &all).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}: {}", answer.body);
        assert!(answer.header("set-cookie").starts_with("flash=done-"), "{action}");
        let to = if action == "close" { "/inbox?box=open".to_owned() } else { page.clone() };
        assert_eq!(answer.header("location"), to);
    }
    let done = house.get(&page, &format!("{cookie}; flash=done-closed.{case}")).await;
    for words in
        ["nagekomen", "gebeld om 14:05", "Wat vervelend.", "opgelost, klant akkoord", "Heropenen kan altijd"]
    {
        assert!(done.body.contains(words), "{words}");
    }
    assert!(done.header("set-cookie").contains("flash=;"), "what was said is said once");
}

#[tokio::test]
async fn what_is_refused_says_why_and_keeps_what_was_typed() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let late = house
        .form(
            &format!("/cases/{case}/promise"),
            &cookie,
            &[("csrf", &csrf), ("kind", "refund"), ("what", "x"), ("due", "2020-01-01T10:00")],
        )
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("Een belofte eindigt in de toekomst"));
    let reply = [("csrf", csrf.as_str()), ("version", "0"), ("text", "Mijn lange <b>antwoord")];
    let conflict = house.form(&format!("/cases/{case}/reply"), &cookie, &reply).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.body.contains("Mijn lange &#60;b&#62;antwoord"), "{}", conflict.body);
}

#[tokio::test]
async fn marketing_reads_and_changes_nothing() {
    let house = house().await;
    let (cookie, csrf) = house.login("marketing").await;
    let case = house.case_of("zwolle").await;
    let page = house.get(&format!("/cases/{case}"), &cookie).await;
    assert!(!page.body.contains("/reply\""));
    let answer = house.form(&format!("/cases/{case}/note"), &cookie, &[("csrf", &csrf), ("text", "x")]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let user = house
        .form(
            "/settings/users",
            &cookie,
            &[("csrf", &csrf), ("id", "x"), ("name", "x"), ("role", "admin"), ("lang", "nl")],
        )
        .await;
    assert_eq!(user.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_adds_a_user_who_can_then_log_in_and_a_token_that_can_be_taken_back() {
    let house = house().await;
    let (cookie, csrf) = house.login("admin").await;
    let new = [
        ("csrf", csrf.as_str()),
        ("id", "nieuw"),
        ("name", "Nieuw"),
        ("role", "franchisee"),
        ("lang", "en"),
        ("location", "gouda"),
        ("password", PASSWORD),
        ("team", ""),
    ];
    assert_eq!(house.form("/settings/users", &cookie, &new).await.status, StatusCode::SEE_OTHER);
    let (other, _) = house.login("nieuw").await;
    assert!(house.get("/inbox", &other).await.body.contains("<html lang=\"en\""));
    let made = house
        .form("/settings/tokens", &cookie, &[("csrf", &csrf), ("name", "rapport"), ("user", "nieuw")])
        .await;
    let token = made
        .body
        .split("role=\"status\"")
        .nth(1)
        .unwrap()
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let cases = house.api("/api/v1/cases", &token).await.json();
    assert_eq!(cases["items"].as_array().unwrap().len(), 2, "the token sees what its user sees");
    let id = house
        .get("/settings", &cookie)
        .await
        .body
        .split("/settings/tokens/")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    house.form(&format!("/settings/tokens/{id}/revoke"), &cookie, &[("csrf", &csrf)]).await;
    let answer = house.api("/api/v1/cases", &token).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::UNAUTHORIZED, "application/problem+json")
    );
}

#[tokio::test]
async fn the_language_can_be_chosen_before_logging_in() {
    let house = house().await;
    let chosen = house.get("/login?lang=en", "").await;
    assert!(chosen.header("set-cookie").starts_with("lang=en"));
    assert!(house.get("/login", "lang=en").await.body.contains("Log in"));
    let request = Request::get("/login").header("accept-language", "en-GB").body(Body::empty()).unwrap();
    assert!(house.send(request).await.body.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn a_server_that_stops_ends_the_streams_that_are_open() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let house = house().await;
    let (cookie, _) = house.login("agent").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let server = tokio::spawn(gehoor_web::serve(listener, house.router.clone(), stop.clone()));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET /live HTTP/1.1\r\nhost: gehoor.test\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = vec![0; 4096];
    let mut text = String::new();
    while !text.contains("event: hello") {
        let n = stream.read(&mut heard).await.unwrap();
        assert!(n > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&heard[..n]));
    }
    stop.cancel();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), server).await;
    assert!(ended.expect("the server stops in time").unwrap().is_ok());
}

#[tokio::test]
async fn open_pages_hear_of_changes_within_their_scope_only() {
    use futures::StreamExt;
    let house = house().await;
    let listen = |cookie: String| {
        let router = house.router.clone();
        async move {
            let request = Request::get("/live").header("cookie", cookie).body(Body::empty()).unwrap();
            let response = router.oneshot(request).await.unwrap();
            assert_eq!(response.headers()["content-type"], "text/event-stream");
            response.into_body().into_data_stream()
        }
    };
    let (fenna, _) = house.login("fenna").await;
    let (agent, csrf) = house.login("agent").await;
    let (mut shop, mut head) = (listen(fenna).await, listen(agent.clone()).await);
    let (mine, other) = (house.case_of("zwolle").await, house.case_of("gouda").await);
    for case in [other, mine] {
        let answer =
            house.form(&format!("/cases/{case}/note"), &agent, &[("csrf", &csrf), ("text", "x")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let mut heard = [String::new(), String::new()];
    for (stream, text) in [&mut shop, &mut head].into_iter().zip(&mut heard) {
        while let Ok(Some(Ok(bytes))) =
            tokio::time::timeout(std::time::Duration::from_millis(400), stream.next()).await
        {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    let says = |text: &str, case: u64| text.contains(&format!("\"what\":\"case\",\"id\":{case}"));
    assert!(says(&heard[1], mine) && says(&heard[1], other), "{}", heard[1]);
    assert!(says(&heard[0], mine) && !says(&heard[0], other), "{}", heard[0]);
}
