//! A house with three cases in two shops, four users, and all its addresses. The engine's loops are driven by hand.

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

pub(crate) const PASSWORD: &str = "een lang wachtwoord";

pub(crate) struct House {
    pub(crate) world: World,
    pub(crate) router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub(crate) fn user(name: &str, role: Role, shops: &[&str]) -> User {
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

pub(crate) async fn house() -> House {
    house_of(World::new().unwrap()).await
}

/// The same house in a world of its own.
pub(crate) async fn house_of(world: World) -> House {
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
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 50_000_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }
    pub(crate) async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
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
    pub(crate) async fn api(&self, path: &str, token: &str) -> Answer {
        let request =
            Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty());
        self.send(request.unwrap()).await
    }
    /// Logs in; gives the cookie and the token of forms.
    pub(crate) async fn login(&self, name: &str) -> (String, String) {
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
    pub(crate) async fn case_of(&self, shop: &str) -> u64 {
        let inbox = self.world.inbox().await.unwrap();
        inbox.rows.iter().find(|r| r.case.location().is_some_and(|l| l.as_str() == shop)).unwrap().case.id.0
    }
}
