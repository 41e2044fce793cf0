//! The whole of it over a real engine in memory: who may see what, forms, headers, live changes, the interface for
//! programs. The engine's loops are driven by hand.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use gehoor_domain::mention::PlaceHint;
use gehoor_domain::user::{Role, User};
use gehoor_testkit::World;
use gehoor_testkit::build::{id, post};
use gehoor_web::{Options, router};
use gehoor_wire::Secret;
use serde_json::Value;
use tower::ServiceExt;

const PASSWORD: &str = "een lang wachtwoord";

struct House {
    world: World,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn user(name: &str, role: Role, shops: &[&str]) -> User {
    User {
        id: id(name),
        name: name.to_owned(),
        role,
        locations: shops.iter().map(|s| id(s)).collect(),
        team: None,
        lang: Some("nl".into()),
        password: None,
        disabled: None,
    }
}

async fn house() -> House {
    let world = World::new().unwrap();
    let mut drafts = Vec::new();
    for (n, (shop, text)) in [
        ("zwolle", "Al drie weken geleden zou ik teruggebeld worden over mijn kapotte bank. Niemand belt!"),
        ("gouda", "Wat een slechte service, mijn bestelling is na drie weken nog niet geleverd!"),
        ("gouda", "<script>alert('gouda')</script> mijn kast is kapot geleverd, ik wil mijn geld terug"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut draft = post(&n.to_string(), &format!("klant{n}"), world.now(), text);
        draft.place = Some(PlaceHint { id: Some(format!("location:{shop}")), name: None });
        drafts.push(draft);
    }
    world.hear(drafts).await.unwrap();
    for user in [
        user("agent", Role::Agent, &[]),
        user("admin", Role::Admin, &[]),
        user("marketing", Role::Marketing, &[]),
        user("fenna", Role::Franchisee, &["zwolle"]),
    ] {
        world.engine.put_user(user, Some(&Secret::new(PASSWORD))).await.unwrap();
    }
    let options = Options {
        engine: world.engine.clone(),
        base_url: "https://gehoor.test".into(),
        secure_cookies: true,
        trusted_proxy: false,
        metrics: Some(std::sync::Arc::new(|| "gehoor_up 1\n".to_owned())),
        brand_name: "Bouwhoek".into(),
        demo_logins: Vec::new(),
    };
    House { router: router(options), world }
}

impl House {
    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 50_000_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }
    async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, "https://gehoor.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()))
            .unwrap();
        self.send(request).await
    }
    async fn api(&self, path: &str, token: &str) -> Answer {
        let request =
            Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty());
        self.send(request.unwrap()).await
    }
    /// Logs in; gives the cookie and the token of forms.
    async fn login(&self, name: &str) -> (String, String) {
        let answer =
            self.form("/login", "", &[("name", name), ("password", PASSWORD), ("next", "/inbox")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let page = self.get("/settings", &cookie).await;
        let csrf =
            page.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (cookie, csrf)
    }
    /// The number of the case of a shop.
    async fn case_of(&self, shop: &str) -> u64 {
        let inbox = self.world.inbox().await.unwrap();
        inbox.rows.iter().find(|r| r.case.location().is_some_and(|l| l.as_str() == shop)).unwrap().case.id.0
    }
}

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
        let own = [format!("/cases/{case}"), format!("/cases/{case}/row")];
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
    for path in [format!("/cases/{other}"), format!("/cases/{other}/row")] {
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
async fn the_language_can_be_chosen_before_logging_in() {
    let house = house().await;
    let chosen = house.get("/login?lang=en", "").await;
    assert!(chosen.header("set-cookie").starts_with("lang=en"));
    assert!(house.get("/login", "lang=en").await.body.contains("Log in"));
    let request = Request::get("/login").header("accept-language", "en-GB").body(Body::empty()).unwrap();
    assert!(house.send(request).await.body.contains("<html lang=\"en\""));
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
    assert_eq!(csv.body.lines().next().unwrap().split(',').count(), 22);
    assert!(csv.body.contains(",'=HYPERLINK(1),"), "{}", csv.body);
    assert!(!csv.body.contains(",=") && !csv.body.contains("\"="));
    let lines = house.get("/search/export.jsonl", &cookie).await.body;
    assert_eq!(lines.lines().filter(|l| serde_json::from_str::<Value>(l).is_ok()).count(), 4);
}
