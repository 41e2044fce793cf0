//! For other programs, kept stable: `/api/v1/…` with a bearer token, `/ingest/{source}` with a signature,
//! `/health/…` and `/metrics`. Errors are problem+json (RFC 9457); lists are paged by a mark.

pub(crate) mod cases;
pub(crate) mod desk;
pub(crate) mod health;
pub(crate) mod ingest;
pub(crate) mod mentions;
pub(crate) mod model;
pub(crate) mod openapi;
pub(crate) mod operations;
pub(crate) mod paging;
pub(crate) mod problem;
pub(crate) mod replies;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::routing::{get, post};
use gehoor_engine::views::Viewer;

use crate::options::Web;
use problem::Problem;

/// A program with a token, and on whose behalf it reads.
pub(crate) struct Program(pub(crate) Viewer);

impl FromRequestParts<Web> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
        let (scheme, token) = header.split_once(' ').unwrap_or(("", ""));
        let viewer = if scheme.eq_ignore_ascii_case("bearer") {
            web.engine().token_viewer(token.trim())
        } else {
            None
        };
        viewer.map(Program).ok_or_else(Problem::unauthorized)
    }
}

/// The routes below `/api/v1`.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/cases", get(cases::list))
        .route("/cases/many", post(desk::many))
        .route("/cases/{id}", get(cases::one))
        .route("/cases/{id}/commands", post(desk::command))
        .route("/cases/{id}/presence", get(desk::present).post(desk::presence))
        .route("/cases/{id}/replies", get(replies::list).post(replies::offer))
        .route("/cases/{id}/replies/{reply}", post(replies::act))
        .route("/replies", get(replies::waiting))
        .route("/replies/many", post(replies::many))
        .route("/next", post(desk::next))
        .route("/promises", get(desk::promises))
        .route("/workload", get(desk::workload))
        .route("/mentions", get(mentions::list))
        .route("/sources", get(operations::sources))
        .route("/outbox", get(operations::outbox))
        .route("/alerts", get(operations::alerts))
        .route("/openapi.json", get(openapi::document))
        .fallback(|| async { Problem::not_found("there is no such resource: see /api/v1/openapi.json") })
        .method_not_allowed_fallback(|| async { Problem::method() })
}
