//! What goes out: waiting to be sent, sent, and dead letters.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gehoor_domain::effect::EffectState;
use gehoor_domain::ids::EffectKey;
use gehoor_engine::views::InboxQuery;

use super::flash::done;
use super::render;
use crate::access::Reader;
use crate::error::Fail;
use crate::fields::Sent;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::outbox::EffectView;

/// Rows on the page: the latest, after all dead letters.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "queue.html")]
pub(crate) struct QueuePage {
    pub(crate) ui: Ui,
    pub(crate) rows: Vec<EffectView>,
    pub(crate) waiting: usize,
    pub(crate) due: usize,
    pub(crate) done: usize,
    pub(crate) dead: usize,
}

/// `GET /queue`.
pub(crate) async fn list(State(web): State<Web>, mut reader: Reader) -> Result<Response, Fail> {
    let query = InboxQuery { limit: 1, ..InboxQuery::default() };
    let counts = web.engine().inbox(&reader.viewer, &query).await?.counts;
    reader.ui.late = counts.late;
    let mut outbox = web.engine().outbox(&reader.viewer)?;
    outbox.rows.sort_by_key(|row| !matches!(row.state, EffectState::Dead { .. }));
    let rows = outbox.rows.iter().take(ROWS).map(|row| EffectView::new(&reader.ui, row)).collect();
    render(&QueuePage {
        ui: reader.ui,
        rows,
        waiting: counts.queue,
        due: outbox.due,
        done: outbox.done,
        dead: outbox.dead,
    })
}

/// `POST /queue/resend`.
pub(crate) async fn resend(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let key = EffectKey(sent.fields.get("key").to_owned());
    web.engine().resend(&sent.reader.viewer, &key).await?;
    Ok(done(&web, "/queue", "done-resent", 0))
}
