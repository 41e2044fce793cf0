//! The pages, one file each. A handler reads the address, asks the engine with the reader's scope, makes a view and
//! renders it; a form ends in a redirect (303) or in the same page with what was typed and what was wrong.

pub(crate) mod alerts;
pub(crate) mod cases;
pub(crate) mod coverage;
pub(crate) mod flash;
pub(crate) mod inbox;
pub(crate) mod login;
pub(crate) mod many;
pub(crate) mod many_replies;
pub(crate) mod models;
pub(crate) mod promises;
pub(crate) mod queue;
pub(crate) mod ranking;
pub(crate) mod refusal;
pub(crate) mod refused;
pub(crate) mod replies;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod sources;
pub(crate) mod trends;
pub(crate) mod workload;
pub(crate) mod wrong;

use askama::Template;
use axum::response::{Html as Answer, IntoResponse, Response};
use gehoor_engine::views::{InboxQuery, Viewer};

use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::ui::Ui;

/// Renders a template.
pub(crate) fn render(template: &impl Template) -> Result<Response, Fail> {
    Ok(Answer(template.render()?).into_response())
}

/// Counts for the rail.
pub(crate) async fn with_counts(web: &Web, mut reader: Reader) -> Result<Reader, Fail> {
    reader.ui.late = late(web, &reader.viewer).await?;
    Ok(reader)
}

/// How many cases are late, within the scope of the reader.
pub(crate) async fn late(web: &Web, viewer: &Viewer) -> Result<usize, Fail> {
    let query = InboxQuery { limit: 1, ..InboxQuery::default() };
    Ok(web.engine().inbox(viewer, &query).await?.counts.late)
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    ui: Ui,
    title: String,
    what: String,
    back: String,
    request: String,
}

#[derive(Template)]
#[template(path = "gate_error.html")]
struct GateError {
    ui: Ui,
    title: String,
    what: String,
    request: String,
}

/// The page of a failure. Never fails itself.
pub(crate) fn error_page(ui: Ui, title: String, what: String, request: String) -> Response {
    let plain = title.clone();
    let page = if ui.viewer.is_some() {
        ErrorPage { ui, title, what, back: "/inbox".to_owned(), request }.render()
    } else {
        GateError { ui, title, what, request }.render()
    };
    page.map_or_else(|_| plain.into_response(), |page| Answer(page).into_response())
}
