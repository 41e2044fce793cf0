//! Coverage: what was heard of each source, and what was not.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use gehoor_domain::ids::SourceId;
use gehoor_engine::EngineError;
use gehoor_engine::coverage::PlaceRow;
use gehoor_engine::views::SourceRow;
use jiff::SignedDuration;

use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::params::Params;
use crate::ui::Ui;
use crate::view::Tab;
use crate::view::coverage::{CoverageView, PlaceView, deaf_within};

/// The days that the page shows.
const SHOWN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Locations that the page shows: those that are silent longest.
const PLACES: usize = 500;

#[derive(Template)]
#[template(path = "coverage.html")]
pub(crate) struct CoveragePage {
    pub(crate) ui: Ui,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) sources: Vec<CoverageView>,
    pub(crate) note: String,
    pub(crate) all_heard: bool,
    pub(crate) places: Vec<PlaceView>,
    /// The one source whose locations are shown; none shows those of all.
    pub(crate) of: Option<String>,
    /// Locations that are not shown because there are too many.
    pub(crate) more: usize,
}

/// `GET /sources/coverage`; `source` narrows the locations to what one source brings.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    if !ui.operates() {
        return Err(Fail::NotFound);
    }
    let source = Params::parse(query.as_deref()).get("source").parse::<SourceId>().ok();
    let engine = web.engine().clone();
    let (of, reader) = (source.clone(), viewer.clone());
    let read =
        move || Ok::<_, EngineError>((engine.sources(&reader)?, engine.places_heard(&reader, of.as_ref())?));
    let (rows, places) = tokio::task::spawn_blocking(read)
        .await
        .map_err(|e| EngineError::Index(format!("counting stopped: {e}")))??;
    let from = ui.now.saturating_sub(SHOWN).unwrap_or(ui.now);
    let heard = web.engine().listening(&viewer, from, ui.now);
    let note = deaf_within(&ui, &heard);
    render(&page(ui, rows, note, &places, source.as_ref()))
}

/// The page, what cannot be heard now first.
pub(crate) fn page(
    ui: Ui,
    mut rows: Vec<SourceRow>,
    note: Option<String>,
    places: &[PlaceRow],
    of: Option<&SourceId>,
) -> CoveragePage {
    rows.sort_by_key(|row| !row.gaps.iter().any(|gap| gap.until.is_none()));
    CoveragePage {
        tabs: tabs(&ui, true),
        sources: rows.iter().map(|row| CoverageView::new(&ui, row)).collect(),
        all_heard: note.is_none(),
        note: note.unwrap_or_else(|| ui.t("coverage-all-heard")),
        places: places.iter().take(PLACES).map(|row| PlaceView::new(&ui, row)).collect(),
        of: of.map(|id| ui.source_name(id)),
        more: places.len().saturating_sub(PLACES),
        ui,
    }
}

/// The two sides of the sources page.
pub(crate) fn tabs(ui: &Ui, coverage: bool) -> Vec<Tab> {
    let tab = |href: &str, key, here| Tab { href: href.to_owned(), text: ui.t(key), here, count: None };
    vec![tab("/sources", "coverage-state", !coverage), tab("/sources/coverage", "coverage", coverage)]
}
