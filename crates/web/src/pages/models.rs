//! Which models judge, how far they are with judging older mentions again, and what the team taught them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gehoor_engine::views::ModelsPage as Judges;
use jiff::Timestamp;

use super::flash::done;
use super::{render, with_counts};
use crate::access::Reader;
use crate::error::{Fail, inside};
use crate::export::file;
use crate::fields::Sent;
use crate::options::Web;
use crate::ui::Ui;

/// How far judging again is.
pub(crate) struct Again {
    pub(crate) says: String,
    pub(crate) done: u64,
    pub(crate) total: u64,
    pub(crate) began: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "models.html")]
pub(crate) struct ModelsPage {
    pub(crate) ui: Ui,
    pub(crate) quick: String,
    pub(crate) stronger: Option<String>,
    /// How many wait for the stronger model, in words.
    pub(crate) waiting: String,
    pub(crate) again: Option<Again>,
    pub(crate) corrections: usize,
    pub(crate) corrections_says: String,
}

/// `GET /settings/models`.
pub(crate) async fn show(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    let Reader { ui, .. } = with_counts(&web, reader).await?;
    if !ui.operates() {
        return Err(Fail::NotFound);
    }
    let engine = web.engine();
    render(&page(ui, engine.models_page(), engine.corrections_count()?))
}

/// The page as shown.
pub(crate) fn page(ui: Ui, judges: Judges, corrections: usize) -> ModelsPage {
    let again = judges.reassess.map(|again| Again {
        says: ui.tn("models-again-changed", again.changed),
        done: again.done.min(again.total),
        total: again.total,
        began: again.started,
        finished: again.finished,
    });
    ModelsPage {
        waiting: ui.tn("models-waiting", judges.looks_waiting),
        quick: judges.quick,
        stronger: judges.stronger,
        again,
        corrections,
        corrections_says: ui.tn("models-corrections-n", corrections),
        ui,
    }
}

/// `POST /settings/models/again`: everything is judged again, newest first, in the background.
pub(crate) async fn again(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    if !sent.reader.ui.administers() {
        return Err(Fail::Forbidden);
    }
    web.engine().reassess_from_start(true).await?;
    Ok(done(&web, "/settings/models", "done-judged-again", 0))
}

/// `GET /settings/models/corrections.jsonl`: what the team corrected, as `gehoor train --with-corrections` reads it.
pub(crate) async fn corrections(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    let rows = web.engine().corrections(&reader.viewer)?;
    let lines: Result<Vec<String>, _> =
        rows.iter().map(|row| serde_json::to_string(row).map(|l| l + "\n")).collect();
    let lines = lines.map_err(|e| inside(&e))?.concat();
    Ok(file(lines, "application/x-ndjson; charset=utf-8", "corrections.jsonl", reader.ui.now))
}
