//! For whoever watches over the program.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::options::Web;

/// Whether the program can serve, and how far its loops are behind. No names and no errors: anybody may ask.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// The store is open and the loops run.
    pub(crate) ready: bool,
    /// Entries of the journal.
    pub(crate) head: u64,
    /// Entries not assessed yet.
    pub(crate) assess_behind: u64,
    /// Entries not indexed yet.
    pub(crate) index_behind: u64,
}

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /health/ready`.
#[utoipa::path(
    get, path = "/health/ready", tag = "operations",
    responses(
        (status = 200, description = "Ready", body = Ready),
        (status = 503, description = "Not ready yet", body = Ready),
    )
)]
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    let health = web.engine().health();
    let body = Ready {
        ready: health.ready,
        head: health.head,
        assess_behind: health.head.saturating_sub(health.assessed),
        index_behind: health.head.saturating_sub(health.indexed),
    };
    let status = if body.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(web): State<Web>) -> Response {
    match &web.options().metrics {
        Some(text) => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
