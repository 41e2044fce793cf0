//! Logging in and out. Checking a password is heavy work, so only a few are checked at once.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use askama::Template;
use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use gehoor_engine::account::LoginError;

use super::render;
use crate::access::{cookie, local, peer, reader_of, session_cookie, stranger};
use crate::error::{Fail, inside};
use crate::fields::{Fields, Sent};
use crate::locale::Tongue;
use crate::options::{DemoLogin, Web};
use crate::ui::Ui;

/// Passwords checked at the same time.
const AT_ONCE: usize = 4;
/// Largest form.
const MAX_FORM: usize = 8 * 1024;
/// How long the cookie of a session is kept; the engine ends the session itself earlier.
const SESSION_SECONDS: i64 = 12 * 3600;
/// How long a choice of language or theme is kept: a year.
pub(crate) const YEAR_SECONDS: i64 = 365 * 86_400;

#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    pub(crate) ui: Ui,
    pub(crate) next: String,
    pub(crate) name: String,
    pub(crate) error: Option<String>,
    pub(crate) demo: Vec<DemoLogin>,
}

/// `GET /login`.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Fail> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    if let Some(tongue) = Tongue::parse(fields.get("lang")) {
        let jar = jar.add(cookie(&web, "lang", tongue.as_str().to_owned(), YEAR_SECONDS));
        return Ok((jar, Redirect::to("/login")).into_response());
    }
    if reader_of(&web, &headers, &axum::http::Uri::from_static("/login")).is_some() {
        return Ok(Redirect::to("/inbox").into_response());
    }
    let ui = stranger(&web, &headers);
    let demo = web.options().demo_logins.clone();
    render(&LoginPage { ui, next: fields.get("next").to_owned(), name: String::new(), error: None, demo })
}

/// `POST /login`.
pub(crate) async fn enter(
    State(web): State<Web>,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Fail> {
    let headers = request.headers().clone();
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let body: Bytes = to_bytes(request.into_body(), MAX_FORM).await.map_err(|_| Fail::TooLarge)?;
    let fields = Fields::parse(&body);
    let name = fields.get("name").to_owned();
    let next = local(fields.get("next")).unwrap_or_else(|| "/inbox".to_owned());
    // The password is taken as typed, blanks included.
    let password = fields.0.iter().find(|(k, _)| k == "password").map_or("", |(_, v)| v.as_str());
    if web.inner.logins.fetch_add(1, Ordering::SeqCst) >= AT_ONCE {
        web.inner.logins.fetch_sub(1, Ordering::SeqCst);
        return Err(Fail::TooMany);
    }
    let result = web.engine().login(&name, password, &peer(&web, &headers, info.as_ref())).await;
    web.inner.logins.fetch_sub(1, Ordering::SeqCst);
    let ui = stranger(&web, &headers);
    let (status, error) = match result {
        Ok(session) => {
            let token = session.token.reveal().to_owned();
            let jar = jar.add(cookie(&web, session_cookie(&web), token, SESSION_SECONDS));
            return Ok((jar, Redirect::to(&next)).into_response());
        }
        Err(LoginError::Wrong) => (StatusCode::UNAUTHORIZED, ui.t("login-wrong")),
        Err(LoginError::Throttled { until }) => {
            (StatusCode::TOO_MANY_REQUESTS, ui.tv("login-throttled", &ui.relative(until)))
        }
        Err(LoginError::Engine(error)) => return Err(inside(&error)),
    };
    let demo = web.options().demo_logins.clone();
    let page = render(&LoginPage { ui, next, name, error: Some(error), demo })?;
    Ok((status, page).into_response())
}

/// `POST /logout`.
pub(crate) async fn leave(State(web): State<Web>, jar: CookieJar, sent: Sent) -> Result<Response, Fail> {
    web.engine().logout(&sent.reader.token).await?;
    let jar = jar.add(cookie(&web, session_cookie(&web), String::new(), 0));
    Ok((jar, Redirect::to("/login")).into_response())
}
