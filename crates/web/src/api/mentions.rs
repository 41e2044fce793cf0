//! `/api/v1/mentions`.

use axum::Json;
use axum::extract::{RawQuery, State};

use super::Program;
use super::model::ApiMention;
use super::paging::{Page, limit};
use super::problem::Problem;
use crate::options::Web;
use crate::params::Params;

/// Mentions by text and filters, newest first unless asked otherwise.
#[utoipa::path(
    get, path = "/api/v1/mentions", tag = "mentions", security(("bearer" = [])),
    params(
        ("q" = Option<String>, Query, description = "Words, \"phrases\", OR, -not, near ~5, prefix*, field:value"),
        ("location" = Option<Vec<String>>, Query, description = "Of one of these locations"),
        ("source" = Option<Vec<String>>, Query, description = "From one of these sources"),
        ("channel" = Option<Vec<String>>, Query, description = "In one of these channels"),
        ("lang" = Option<Vec<String>>, Query, description = "In one of these languages"),
        ("sentiment" = Option<Vec<String>>, Query, description = "With one of these feelings"),
        ("intent" = Option<Vec<String>>, Query, description = "With one of these intents"),
        ("topic" = Option<Vec<String>>, Query, description = "About one of these topics or groups of topics"),
        ("signal" = Option<Vec<String>>, Query, description = "With one of these signals"),
        ("stars_min" = Option<f64>, Query, description = "At least so many stars, 1 to 5"),
        ("stars_max" = Option<f64>, Query, description = "At most so many stars, 1 to 5"),
        ("severity" = Option<u8>, Query, description = "At least so severe, 0 to 3"),
        ("from" = Option<String>, Query, description = "Published on that day or at that time, or later"),
        ("until" = Option<String>, Query, description = "Published on that day at the latest, or before that time"),
        ("author" = Option<String>, Query, description = "By this author's key"),
        ("own" = Option<String>, Query, description = "`yes`: only our own posts, `no`: only those of others"),
        ("elsewhere" = Option<String>, Query, description = "`no`: without what head office, a carrier or a supplier has to solve"),
        ("copies" = Option<String>, Query, description = "`1`: also copies of texts that were known before"),
        ("copies_of" = Option<String>, Query, description = "only copies of this mention"),
        ("withdrawn" = Option<String>, Query, description = "`1`: also what is gone from its platform"),
        ("sort" = Option<String>, Query, description = "`relevance`, else newest first"),
        ("limit" = Option<usize>, Query, description = "1 to 200, 50 unless given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of mentions within the scope of the token", body = Page<ApiMention>),
        (status = 400, description = "A parameter or the words cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<ApiMention>>, Problem> {
    let params = Params::parse(query.as_deref());
    let query = params.search_in(&web, &viewer, limit(&params)?).await?;
    let answer = web.engine().mentions(&viewer, &query).await?;
    let case = |id| answer.cases.iter().find(|(mention, _)| mention == id).map(|(_, case)| case.0);
    let items = answer
        .found
        .hits
        .iter()
        .map(|hit| ApiMention::new(&hit.doc.mention, hit.doc.assessment.as_ref(), case(&hit.doc.mention.id)))
        .collect();
    Ok(Json(Page { items, next: answer.found.next }))
}
