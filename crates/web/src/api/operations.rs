//! `/api/v1/{sources,outbox,alerts}`.

use axum::Json;
use axum::extract::{RawQuery, State};

use super::Program;
use super::model::{ApiAlert, ApiEffect, ApiSource};
use super::paging::{Page, cut};
use super::problem::Problem;
use crate::options::Web;
use crate::params::Params;

/// Sources and how they do.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "operations", security(("bearer" = [])),
    params(
        ("limit" = Option<usize>, Query, description = "1 to 200, 50 unless given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of sources", body = Page<ApiSource>),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The token reads on behalf of a franchisee", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sources(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<ApiSource>>, Problem> {
    let rows = web.engine().sources(&viewer)?;
    Ok(Json(cut(&Params::parse(query.as_deref()), &rows, ApiSource::new)?))
}

/// What goes out: due, done and dead, newest first.
#[utoipa::path(
    get, path = "/api/v1/outbox", tag = "operations", security(("bearer" = [])),
    params(
        ("limit" = Option<usize>, Query, description = "1 to 200, 50 unless given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of the outbox", body = Page<ApiEffect>),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn outbox(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<ApiEffect>>, Problem> {
    let outbox = web.engine().outbox(&viewer)?;
    Ok(Json(cut(&Params::parse(query.as_deref()), &outbox.rows, ApiEffect::new)?))
}

/// Alerts: those that hold first, then the latest.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "operations", security(("bearer" = [])),
    params(
        ("limit" = Option<usize>, Query, description = "1 to 200, 50 unless given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of alerts", body = Page<ApiAlert>),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn alerts(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<ApiAlert>>, Problem> {
    let rows = web.engine().alerts(&viewer)?;
    Ok(Json(cut(&Params::parse(query.as_deref()), &rows, ApiAlert::new)?))
}
