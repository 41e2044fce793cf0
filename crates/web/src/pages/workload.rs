//! The service queue at work: take the next case, who has how much, and one thing done to many cases.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use gehoor_domain::case::Outcome;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_engine::desk::{Load, Next, Workload};
use gehoor_engine::presence::Doing;

use super::flash::done;
use super::{render, with_counts};
use crate::access::{Reader, local};
use crate::error::Fail;
use crate::fields::{Fields, Sent};
use crate::locale::Arg;
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

/// What became of one case.
pub(crate) struct Result1 {
    pub(crate) id: u64,
    pub(crate) refused: Option<String>,
}

#[derive(Template)]
#[template(path = "many.html")]
pub(crate) struct ManyPage {
    pub(crate) ui: Ui,
    pub(crate) results: Vec<Result1>,
    /// Cases that were refused with a warning that may be passed; how and to whom they were to be given.
    pub(crate) beyond: Vec<u64>,
    pub(crate) how: String,
    pub(crate) person: String,
    pub(crate) says: String,
    pub(crate) back: String,
}

/// `POST /cases/many`: one thing done to many cases; says what became of each.
pub(crate) async fn many(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let Sent { reader, fields } = sent;
    let ids: Vec<CaseId> = fields.all("case").filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() {
        return Err(Fail::field("case"));
    }
    if fields.get("do") == "reply" {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("back", fields.get("back"));
        for id in &ids {
            query.append_pair("case", &id.to_string());
        }
        return Ok(Redirect::to(&format!("/replies/many?{}", query.finish())).into_response());
    }
    let command = asked(&web, &reader, &fields)?;
    let reader = with_counts(&web, reader).await?;
    let results = web.engine().execute_many(&reader.viewer, &ids, &command).await?;
    let well = results.iter().filter(|r| r.refused.is_none()).count();
    let gives = matches!(fields.get("do"), "take" | "assign");
    let warned = |why: &str| gives && super::refusal::may_go_beyond(&reader.ui, why);
    let beyond: Vec<u64> =
        results.iter().filter(|r| r.refused.as_deref().is_some_and(warned)).map(|r| r.id.0).collect();
    let results = results.into_iter().map(|r| Result1 {
        id: r.id.0,
        refused: r.refused.map(|why| super::refusal::words(&reader.ui, &why)),
    });
    let back = local(fields.get("back")).unwrap_or_else(|| "/inbox".to_owned());
    let results: Vec<Result1> = results.collect();
    let count = |n: usize| Arg::N(i64::try_from(n).unwrap_or(i64::MAX));
    let says = reader.ui.tx("many-says", &[("n", count(well)), ("all", count(results.len()))]);
    let (how, person) = (fields.get("do").to_owned(), fields.get("person").to_owned());
    render(&ManyPage { results, beyond, how, person, says, back, ui: reader.ui })
}

fn asked(web: &Web, reader: &Reader, fields: &Fields) -> Result<Command, Fail> {
    let note = fields.get("note").replace("\r\n", "\n");
    let give = |to| {
        let beyond = fields.get("beyond") == "1";
        if beyond { Command::AssignBeyond { to } } else { Command::Assign { to: Some(to) } }
    };
    Ok(match fields.get("do") {
        "take" => give(reader.viewer.user.clone()),
        "release" => Command::Assign { to: None },
        "assign" => give(fields.read("person")?),
        "hand-over" => Command::HandOver { to: fields.read("team")?, location: None, note, urgent: None },
        "close" => Command::Close { outcome: fields.named("outcome", Outcome::parse)?, note },
        "snooze" => Command::Snooze { until: fields.time("until", &web.inner.zone)?, reason: note },
        _ => return Err(Fail::field("do")),
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
