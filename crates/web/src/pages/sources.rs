//! Sources and how they do; how Gehoor itself does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gehoor_domain::ids::SourceId;
use gehoor_engine::views::Health;

use super::flash::done;
use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::fields::Sent;
use crate::locale::Arg;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::Tab;
use crate::view::coverage::deaf_now;
use crate::view::sources::SourceView;

#[derive(Template)]
#[template(path = "sources.html")]
pub(crate) struct SourcesPage {
    pub(crate) ui: Ui,
    pub(crate) sources: Vec<SourceView>,
    pub(crate) summary: String,
    pub(crate) health: String,
    pub(crate) loops: Vec<String>,
    pub(crate) repaired: Vec<String>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) deaf: Option<String>,
}

/// `GET /sources`.
pub(crate) async fn list(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    if !ui.operates() {
        return Err(Fail::NotFound);
    }
    let mut rows = web.engine().sources(&viewer)?;
    // What needs somebody comes first.
    rows.sort_by_key(|row| match row.health {
        Health::Stopped => 0,
        Health::Failing => 1,
        Health::Silent => 2,
        Health::Waits => 3,
        Health::New => 4,
        Health::Well => 5,
    });
    let ill = rows.iter().filter(|r| !matches!(r.health, Health::Well | Health::New)).count();
    let all = i64::try_from(rows.len()).unwrap_or(0);
    let summary =
        ui.tx("sources-summary", &[("n", Arg::N(all)), ("ill", Arg::N(i64::try_from(ill).unwrap_or(0)))]);
    let health = web.engine().health();
    let behind = |at: u64| ui.num(health.head.saturating_sub(at));
    let says = ui.tx(
        "health-says",
        &[
            ("head", Arg::S(&ui.num(health.head))),
            ("assess", Arg::S(&behind(health.assessed))),
            ("index", Arg::S(&behind(health.indexed))),
        ],
    );
    let loops = health
        .loops
        .iter()
        .filter_map(|(name, error)| {
            error.as_ref().map(|e| ui.tx("health-loop", &[("v", Arg::S(name)), ("why", Arg::S(e))]))
        })
        .collect();
    let sources = rows.iter().map(|row| SourceView::new(&ui, row)).collect();
    let deaf = deaf_now(&ui, &web.engine().listening(&viewer, ui.now, ui.now));
    let tabs = super::coverage::tabs(&ui, false);
    render(&SourcesPage { ui, sources, summary, health: says, loops, repaired: health.repaired, tabs, deaf })
}

/// `POST /sources/{id}/poll`.
pub(crate) async fn poll(
    State(web): State<Web>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Fail> {
    let id = SourceId::parse(&id).map_err(|_| Fail::NotFound)?;
    web.engine().poll_now(&sent.reader.viewer, &id).await?;
    Ok(done(&web, "/sources", "done-polled", 0))
}
