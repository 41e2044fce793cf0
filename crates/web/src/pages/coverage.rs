//! Coverage: what was heard of each source, and what was not.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gehoor_engine::views::SourceRow;
use jiff::SignedDuration;

use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::Tab;
use crate::view::coverage::{CoverageView, deaf_within};

/// The days that the page shows.
const SHOWN: SignedDuration = SignedDuration::from_hours(14 * 24);

#[derive(Template)]
#[template(path = "coverage.html")]
pub(crate) struct CoveragePage {
    pub(crate) ui: Ui,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) sources: Vec<CoverageView>,
    pub(crate) note: String,
    pub(crate) all_heard: bool,
}

/// `GET /sources/coverage`.
pub(crate) async fn show(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    if !ui.operates() {
        return Err(Fail::NotFound);
    }
    let rows = web.engine().sources(&viewer)?;
    let from = ui.now.saturating_sub(SHOWN).unwrap_or(ui.now);
    let heard = web.engine().listening(&viewer, from, ui.now);
    let note = deaf_within(&ui, &heard);
    render(&page(ui, rows, note))
}

/// The page, what cannot be heard now first.
pub(crate) fn page(ui: Ui, mut rows: Vec<SourceRow>, note: Option<String>) -> CoveragePage {
    rows.sort_by_key(|row| !row.gaps.iter().any(|gap| gap.until.is_none()));
    CoveragePage {
        tabs: tabs(&ui, true),
        sources: rows.iter().map(|row| CoverageView::new(&ui, row)).collect(),
        all_heard: note.is_none(),
        note: note.unwrap_or_else(|| ui.t("coverage-all-heard")),
        ui,
    }
}

/// The two sides of the sources page.
pub(crate) fn tabs(ui: &Ui, coverage: bool) -> Vec<Tab> {
    let tab = |href: &str, key, here| Tab { href: href.to_owned(), text: ui.t(key), here, count: None };
    vec![tab("/sources", "coverage-state", !coverage), tab("/sources/coverage", "coverage", coverage)]
}
