//! The service queue at work: take the next case, who has how much, and who is at a case.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gehoor_domain::ids::CaseId;
use gehoor_engine::desk::{Load, Next, Workload};
use gehoor_engine::presence::Doing;

use super::flash::done;
use super::{render, with_counts};
use crate::access::{Reader, local};
use crate::error::Fail;
use crate::fields::Sent;
use crate::options::Web;
use crate::ui::Ui;

#[derive(Template)]
#[template(path = "workload.html")]
pub(crate) struct WorkloadPage {
    pub(crate) ui: Ui,
    pub(crate) load: Workload,
}

impl WorkloadPage {
    /// "3 / 12" when there is a limit.
    fn open(&self, load: &Load) -> String {
        match load.most {
            Some(most) => format!("{} / {}", self.ui.num(load.open), self.ui.num(most)),
            None => self.ui.num(load.open),
        }
    }
    fn name(&self, load: &Load) -> String {
        if load.id.is_empty() { self.ui.t("owner-none") } else { load.name.clone() }
    }
}

/// `GET /workload`.
pub(crate) async fn show(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let load = web.engine().workload(&viewer)?;
    render(&WorkloadPage { ui, load })
}

/// `POST /workload/next`: the most important case that the reader may take.
pub(crate) async fn next(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let queue = sent.fields.some("queue");
    let back = local(sent.fields.get("back")).unwrap_or_else(|| "/workload".to_owned());
    Ok(match web.engine().take_next(&sent.reader.viewer, queue).await? {
        Next::Case { id } => done(&web, &format!("/cases/{id}?box=mine"), "done-next", id.0),
        Next::Nothing => done(&web, &back, "done-next-none", 0),
        Next::Full { most, .. } => done(&web, &back, "done-next-full", u64::from(most)),
    })
}

/// `POST /cases/{id}/presence`: somebody writes an answer, stops, or takes the writing over. Without script it is a
/// button; with script the field of the answer tells it by itself.
pub(crate) async fn presence(
    State(web): State<Web>,
    Path(id): Path<u64>,
    sent: Sent,
) -> Result<Response, Fail> {
    let (viewer, id) = (&sent.reader.viewer, CaseId(id));
    if !viewer.role.works_cases() {
        return Err(Fail::NotFound);
    }
    match sent.fields.get("doing") {
        "typing" => web.engine().be_present(viewer, id, Doing::Typing).map(|_| ())?,
        "reading" => web.engine().be_present(viewer, id, Doing::Reading).map(|_| ())?,
        "left" => web.engine().leave(viewer, id)?,
        "take-over" => web.engine().take_over_writing(viewer, id)?,
        _ => return Err(Fail::field("doing")),
    }
    let back = local(sent.fields.get("back")).unwrap_or_else(|| "/inbox".to_owned());
    let query = back.split_once('?').map(|(_, q)| format!("?{q}")).unwrap_or_default();
    Ok(done(&web, &format!("/cases/{id}{query}"), "done-step", id.0))
}
