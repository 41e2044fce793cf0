//! What can go wrong with a request, and what the reader is shown: what happened, what is safe, what to do.
//!
//! A handler returns a [`Fail`]; [`pages`] turns it into a page in the reader's language, [`crate::api::problem`]
//! into problem+json. Neither shows anything of the inside.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gehoor_engine::{EngineError, Unusable};
use gehoor_search::BadQuery;
use url::form_urlencoded;

use crate::access::{self, Reader};
use crate::options::Web;
use crate::pages::{refusal, wrong};

/// Why a request did not end as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fail {
    /// Not logged in; afterwards the reader wants to go there.
    Login(String),
    /// It is not there, or not within the scope.
    NotFound,
    /// The role may not do this.
    Forbidden,
    /// The form does not come from one of our pages, or its session has ended.
    Csrf,
    /// What was sent cannot be used, in words for people.
    Bad(String),
    /// A field of a form or an address that cannot be read.
    Field(String),
    /// What was filled in cannot be used.
    Unusable(Unusable),
    /// A search text that cannot be read.
    Query(BadQuery),
    /// The rules refuse it, in words for people.
    Refused(String),
    /// Somebody else changed it.
    Conflict,
    /// Too much at once.
    TooMany,
    /// The body is too large.
    TooLarge,
    /// It took too long.
    Slow,
    /// Something of ours broke.
    Inside,
}

impl Fail {
    /// A field of a form that cannot be read.
    pub(crate) fn field(name: &str) -> Self {
        Fail::Field(name.to_owned())
    }
    /// Whether what was sent has to be changed: its form is shown again, with what was typed.
    pub(crate) fn to_change(&self) -> bool {
        matches!(self, Fail::Bad(_) | Fail::Field(_) | Fail::Unusable(_) | Fail::Query(_) | Fail::Refused(_))
    }
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Fail::Login(_) => StatusCode::UNAUTHORIZED,
            Fail::NotFound => StatusCode::NOT_FOUND,
            Fail::Forbidden | Fail::Csrf => StatusCode::FORBIDDEN,
            Fail::Bad(_) | Fail::Field(_) | Fail::Unusable(_) | Fail::Query(_) => StatusCode::BAD_REQUEST,
            Fail::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Fail::Conflict => StatusCode::CONFLICT,
            Fail::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Fail::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Fail::Slow => StatusCode::SERVICE_UNAVAILABLE,
            Fail::Inside => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<EngineError> for Fail {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NotFound(_) | EngineError::NotPushed(_) => Fail::NotFound,
            EngineError::Forbidden(_) => Fail::Forbidden,
            EngineError::Refused(why) => Fail::Refused(why),
            EngineError::BadInput(why) => Fail::Bad(why),
            EngineError::Unusable(why) => Fail::Unusable(why),
            EngineError::Query(wrong) => Fail::Query(wrong),
            EngineError::Conflict(_) | EngineError::Raced(_) => Fail::Conflict,
            error @ (EngineError::Store(_) | EngineError::Index(_) | EngineError::Classify(_)) => {
                inside(&error)
            }
        }
    }
}

impl From<askama::Error> for Fail {
    fn from(error: askama::Error) -> Self {
        inside(&error)
    }
}

/// Logs the whole chain once, and tells the reader nothing of it.
pub(crate) fn inside(error: &dyn std::error::Error) -> Fail {
    let mut chain = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        next = cause.source();
    }
    tracing::error!(error = %chain, "a request failed");
    Fail::Inside
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: puts a page in the place of a bare [`Fail`].
pub(crate) async fn pages(State(web): State<Web>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let wants_page = headers.get("x-fragment").is_none();
    let place = request.uri().clone();
    let asks = request.method() == Method::GET;
    let response = next.run(request).await;
    if asks
        && response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Some(page) = access::page_of(place.path())
    {
        return Redirect::to(&page).into_response();
    }
    let fail = response.extensions().get::<Fail>().cloned();
    let fail = match (fail, response.status()) {
        (Some(fail), _) => fail,
        (None, StatusCode::METHOD_NOT_ALLOWED) => Fail::NotFound,
        (None, StatusCode::SERVICE_UNAVAILABLE) => Fail::Slow,
        _ => return response,
    };
    if let Fail::Login(to) = &fail {
        if !wants_page {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let next: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", to).finish();
        return Redirect::to(&format!("/login?{next}")).into_response();
    }
    let mut reader = access::reader_of(&web, &headers, &place);
    // What fails or is slow is not asked for more.
    if let Some(reader) =
        reader.as_mut().filter(|_| !matches!(fail, Fail::Inside | Fail::Slow | Fail::TooMany))
    {
        reader.ui.late = crate::pages::late(&web, &reader.viewer).await.unwrap_or(0);
    }
    page(&web, &headers, reader, &fail)
}

fn page(web: &Web, headers: &HeaderMap, reader: Option<Reader>, fail: &Fail) -> Response {
    let request = headers.get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let ui = reader.map_or_else(|| access::stranger(web, headers), |r| r.ui);
    let (title, what) = words(&ui, fail);
    let body = crate::pages::error_page(ui, title, what, request);
    (fail.status(), [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], body).into_response()
}

/// Title and explanation of a failure.
pub(crate) fn words(ui: &crate::ui::Ui, fail: &Fail) -> (String, String) {
    match fail {
        Fail::Login(_) | Fail::NotFound => (ui.t("error-not-found"), ui.t("error-not-found-what")),
        Fail::Forbidden => (ui.t("error-forbidden"), ui.t("error-forbidden-what")),
        Fail::Csrf => (ui.t("error-csrf"), ui.t("error-csrf-what")),
        Fail::Bad(why) => (ui.t("error-bad"), ui.tv("error-because", &refusal::words(ui, why))),
        // Nothing was chosen: there is nothing that cannot be read.
        Fail::Field(name) if matches!(name.as_str(), "case" | "mention") => {
            (ui.t("error-refused"), wrong::field(ui, name))
        }
        Fail::Field(name) => (ui.t("error-bad"), wrong::field(ui, name)),
        Fail::Unusable(why) => (ui.t("error-bad"), wrong::unusable(ui, why)),
        Fail::Query(wrong) => (ui.t("error-bad"), ui.tv("search-bad", &wrong::query(ui, wrong))),
        Fail::Refused(why) => (ui.t("error-refused"), ui.tv("error-because", &refusal::words(ui, why))),
        Fail::Conflict => (ui.t("error-conflict"), ui.t("error-conflict-what")),
        Fail::TooMany | Fail::Slow => (ui.t("error-too-many"), ui.t("error-too-many-what")),
        Fail::TooLarge => (ui.t("error-too-large"), ui.t("error-too-large-what")),
        Fail::Inside => (ui.t("error-inside"), ui.t("error-inside-what")),
    }
}
