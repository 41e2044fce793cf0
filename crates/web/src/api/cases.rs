//! `/api/v1/cases`.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::Channel;

use super::Program;
use super::model::{ApiCase, ApiCasePage};
use super::paging::{Page, limit, mark, skip};
use super::problem::Problem;
use crate::options::Web;
use crate::pages::inbox::{BOXES, asked};
use crate::params::Params;

/// Cases, first things first.
#[utoipa::path(
    get, path = "/api/v1/cases", tag = "cases", security(("bearer" = [])),
    params(
        ("box" = Option<String>, Query, description = "`open` (default), `mine`, `queue`, `waiting` or `closed`"),
        ("location" = Option<String>, Query, description = "Only of this location and below"),
        ("channel" = Option<String>, Query, description = "Only of this channel"),
        ("team" = Option<String>, Query, description = "Only of this team"),
        ("limit" = Option<usize>, Query, description = "1 to 200, 50 unless given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of cases within the scope of the token", body = Page<ApiCase>),
        (status = 400, description = "A parameter cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<ApiCase>>, Problem> {
    let params = Params::parse(query.as_deref());
    check(&params)?;
    let mut inbox_query = asked(&params);
    inbox_query.limit = limit(&params)?;
    inbox_query.skip = skip(&params)?;
    let inbox = web.engine().inbox(&viewer, &inbox_query).await?;
    let items: Vec<ApiCase> = inbox.rows.iter().map(ApiCase::new).collect();
    let next = mark(inbox_query.skip, items.len(), inbox.total);
    Ok(Json(Page { items, next }))
}

/// A page leaves out what it cannot read; a program is told.
fn check(params: &Params) -> Result<(), Problem> {
    let bad = |name: &str| {
        Err(Problem::bad(format!("`{name}` is not one of the values it can have: see /api/v1/openapi.json")))
    };
    let (tray, channel) = (params.get("box"), params.get("channel"));
    if !tray.is_empty() && !BOXES.iter().any(|(_, name)| *name == tray) {
        return bad("box");
    }
    if !channel.is_empty() && Channel::parse(channel).is_none() {
        return bad("channel");
    }
    if !params.get("location").is_empty()
        && params.get("location").parse::<gehoor_domain::LocationId>().is_err()
    {
        return bad("location");
    }
    if !params.get("team").is_empty() && params.get("team").parse::<gehoor_domain::TeamId>().is_err() {
        return bad("team");
    }
    Ok(())
}

/// One case with its posts and its history.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}", tag = "cases", security(("bearer" = [])),
    params(("id" = u64, Path, description = "The number of the case")),
    responses(
        (status = 200, description = "The case", body = ApiCasePage),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
) -> Result<Json<ApiCasePage>, Problem> {
    let id: CaseId = id.parse().map_err(|_| Problem::not_found("a case is named by its number"))?;
    let page = web.engine().case_page(&viewer, id).await?;
    Ok(Json(ApiCasePage::new(&page)))
}
