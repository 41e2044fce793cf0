//! `/cases/{id}/evidence.html` and `.json`: the signed evidence file of a case, to be saved.

use axum::extract::{Path, State};
use axum::response::Response;
use gehoor_domain::ids::CaseId;

use super::file;
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;

/// `GET /cases/{id}/evidence.html`.
pub(crate) async fn html(
    State(web): State<Web>,
    Path(id): Path<u64>,
    reader: Reader,
) -> Result<Response, Fail> {
    let bundle = web.engine().evidence(&reader.viewer, CaseId(id)).await?;
    Ok(file(bundle.html, "text/html; charset=utf-8", &format!("case-{id}.html"), reader.ui.now))
}

/// `GET /cases/{id}/evidence.json`.
pub(crate) async fn json(
    State(web): State<Web>,
    Path(id): Path<u64>,
    reader: Reader,
) -> Result<Response, Fail> {
    let bundle = web.engine().evidence(&reader.viewer, CaseId(id)).await?;
    Ok(file(bundle.json, "application/json", &format!("case-{id}.json"), reader.ui.now))
}
