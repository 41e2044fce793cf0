//! Who asks: the session of the cookie, the address of the peer, the language, and where a form may come from.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use gehoor_domain::user::Role;
use gehoor_engine::views::Viewer;

use crate::error::Fail;
use crate::locale::Tongue;
use crate::options::Web;
use crate::ui::{Place, Ui};

/// Somebody who is logged in, with what a page needs.
pub(crate) struct Reader {
    /// Words, time and way around.
    pub(crate) ui: Ui,
    /// Carries the scope into every read.
    pub(crate) viewer: Viewer,
    /// The session's token, as in the cookie.
    pub(crate) token: String,
}

/// The name of the session cookie. Over TLS its prefix makes browsers refuse one that a neighbour host sets.
pub(crate) fn session_cookie(web: &Web) -> &'static str {
    if web.options().secure_cookies { "__Host-gehoor" } else { "gehoor" }
}

/// A cookie of ours: never for scripts, never for other sites.
pub(crate) fn cookie(web: &Web, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(web.options().secure_cookies);
    cookie.set_max_age(
        axum_extra::extract::cookie::Cookie::parse(format!("x=y; Max-Age={seconds}"))
            .ok()
            .and_then(|c| c.max_age()),
    );
    cookie
}

/// The language: chosen by hand, else the user's, else the browser's, else Dutch.
fn tongue(jar: &CookieJar, headers: &HeaderMap, viewer: Option<&Viewer>) -> Tongue {
    jar.get("lang")
        .and_then(|c| Tongue::parse(c.value()))
        .or_else(|| viewer.and_then(|v| Tongue::parse(&v.lang)))
        .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Tongue::accepted))
        .unwrap_or_default()
}

fn place(path: &str) -> Place {
    match path.split('/').nth(1).unwrap_or("") {
        "" | "inbox" | "cases" => Place::Inbox,
        "search" => Place::Search,
        "trends" => Place::Trends,
        "alerts" | "silences" => Place::Alerts,
        "sources" => Place::Sources,
        "queue" => Place::Queue,
        "replies" => Place::Replies,
        "promises" => Place::Promises,
        "workload" => Place::Workload,
        "settings" => Place::Settings,
        _ => Place::Elsewhere,
    }
}

fn ui(web: &Web, headers: &HeaderMap, path: &str, viewer: Option<(&Viewer, String)>) -> Ui {
    let jar = CookieJar::from_headers(headers);
    let flash = jar.get("flash").and_then(|c| crate::pages::flash::read(c.value()));
    let theme = match jar.get("theme").map(Cookie::value) {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    };
    let names = match viewer {
        Some(_) => {
            let people = web.engine().users().unwrap_or_default();
            let takes = |u: &gehoor_domain::user::User| {
                u.disabled.is_none()
                    && u.role.works_cases()
                    && u.role != Role::Franchisee
                    && u.locations.is_empty()
            };
            let takers: Vec<_> =
                people.iter().filter(|u| takes(&u.user)).map(|u| u.user.id.clone()).collect();
            web.inner
                .names
                .with_people(people.into_iter().map(|u| (u.user.id, u.user.name)))
                .with_takers(takers)
        }
        None => web.inner.names.clone(),
    };
    Ui {
        tongue: tongue(&jar, headers, viewer.as_ref().map(|v| v.0)),
        now: web.engine().now(),
        zone: web.inner.zone.clone(),
        brand: web.options().brand_name.clone(),
        csrf: viewer.as_ref().map(|v| v.1.clone()).unwrap_or_default(),
        viewer: viewer.map(|v| v.0.clone()),
        place: place(path),
        flash,
        theme,
        names,
        late: 0,
    }
}

/// The page of somebody who is not logged in.
pub(crate) fn stranger(web: &Web, headers: &HeaderMap) -> Ui {
    ui(web, headers, "/login", None)
}

/// The reader of a request, if there is a session that holds.
pub(crate) fn reader_of(web: &Web, headers: &HeaderMap, uri: &Uri) -> Option<Reader> {
    let jar = CookieJar::from_headers(headers);
    let token = jar.get(session_cookie(web))?.value().to_owned();
    let session = web.engine().session(&token)?;
    let ui = ui(web, headers, uri.path(), Some((&session.viewer, session.csrf.clone())));
    Some(Reader { ui, viewer: session.viewer, token })
}

impl FromRequestParts<Web> for Reader {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fail> {
        let uri = OriginalUri::from_request_parts(parts, web)
            .await
            .map(|o| o.0)
            .unwrap_or_else(|_| parts.uri.clone());
        reader_of(web, &parts.headers, &uri).ok_or_else(|| {
            let wanted = uri.path_and_query().map_or("/inbox", |p| p.as_str());
            // After a form nobody can be sent back to it: the page it stood on is asked for anew.
            let page = || page_of(uri.path()).unwrap_or_else(|| "/inbox".to_owned());
            Fail::Login(if parts.method == Method::GET { wanted.to_owned() } else { page() })
        })
    }
}

/// The address that asks, for throttling.
pub(crate) fn peer(web: &Web, headers: &HeaderMap, info: Option<&ConnectInfo<SocketAddr>>) -> String {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.rsplit(',').next())
        .map(|v| v.trim().to_owned());
    match (web.options().trusted_proxy, forwarded, info) {
        (true, Some(address), _) if !address.is_empty() => address,
        (_, _, Some(info)) => info.0.ip().to_string(),
        _ => "unknown".to_owned(),
    }
}

/// Middleware: a form is only taken from our own pages. Programs with a token or a signature send no `Origin`.
pub(crate) async fn own_forms(State(web): State<Web>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe || comes_from_us(&web, request.headers()) {
        next.run(request).await
    } else {
        Fail::Csrf.into_response()
    }
}

fn comes_from_us(web: &Web, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|s| s != b"same-origin" && s != b"none") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    let base = url::Url::parse(&web.options().base_url)
        .map(|u| u.origin().ascii_serialization())
        .unwrap_or_default();
    origin == base || (!host.is_empty() && origin.split_once("://").is_some_and(|(_, o)| o == host))
}

/// What can be asked of a case by a form: `POST /cases/{id}/{action}`.
const ACTIONS: [&str; 25] = [
    "accept",
    "assign",
    "called",
    "close",
    "correct",
    "dismiss",
    "give-back",
    "hand-over",
    "keep",
    "locate",
    "merge",
    "note",
    "overrule",
    "presence",
    "private",
    "promise",
    "reopen",
    "reply",
    "reply-act",
    "responsible",
    "snooze",
    "split",
    "wait",
    "wake",
    "withdraw",
];

/// The page on which the form of an address stands: a browser shows that address after a refusal, and asks for it when
/// it is entered again.
pub(crate) fn page_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let numbered = |id: &str| id.bytes().all(|b| b.is_ascii_digit()) && !id.is_empty();
    Some(match parts.as_slice() {
        ["cases", "many"] => "/inbox?select=1".to_owned(),
        ["cases", id, action] if numbered(id) && ACTIONS.contains(action) => format!("/cases/{id}"),
        ["alerts", id, "ack"] if numbered(id) => format!("/alerts/{id}"),
        ["settings", "models", "again"] => "/settings/models".to_owned(),
        [place @ ("settings" | "silences" | "sources" | "workload" | "queue"), _, ..] => format!("/{place}"),
        ["logout"] => "/inbox".to_owned(),
        _ => return None,
    })
}

/// Where to go after something was done: only to a page of ours.
pub(crate) fn local(to: &str) -> Option<String> {
    let good = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains(['\\', '\r', '\n', '\t'])
        && to.len() < 2000;
    (good && to.is_ascii()).then(|| to.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_form_leads_back_to_its_page() {
        for (form, page) in [
            ("/cases/448/hand-over", "/cases/448"),
            ("/cases/many", "/inbox?select=1"),
            ("/settings/password", "/settings"),
            ("/settings/tokens/x/revoke", "/settings"),
            ("/settings/models/again", "/settings/models"),
            ("/alerts/3/ack", "/alerts/3"),
            ("/queue/resend", "/queue"),
        ] {
            assert_eq!(page_of(form).as_deref(), Some(page));
        }
        for none in ["/cases/x/close", "/cases/7/nonsense", "/alerts/x/ack", "/", "/nonsense"] {
            assert_eq!(page_of(none), None, "{none}");
        }
    }

    #[test]
    fn after_login_nobody_is_sent_to_another_host() {
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "inbox", "", "/a\nb"] {
            assert_eq!(local(bad), None, "{bad}");
        }
        assert_eq!(local("/cases/7?box=mine").as_deref(), Some("/cases/7?box=mine"));
    }
}
