//! One thing done to many cases, from the list in which they were chosen.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use gehoor_domain::case::Outcome;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_engine::desk::OneOfMany;

use super::{refusal, refused, render, with_counts};
use crate::access::{Reader, local};
use crate::error::Fail;
use crate::fields::{Fields, Sent};
use crate::locale::Arg;
use crate::options::Web;
use crate::ui::Ui;

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
    /// Cases that were refused with a warning that may be passed; how, to whom and as what it was to be done.
    pub(crate) beyond: Vec<u64>,
    pub(crate) how: String,
    pub(crate) person: String,
    pub(crate) outcome: String,
    pub(crate) note: String,
    pub(crate) says: String,
    pub(crate) back: String,
}

/// `POST /cases/many`: one thing done to many cases; says what became of each.
pub(crate) async fn many(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let Sent { reader, fields } = sent;
    let ids: Vec<CaseId> = fields.all("case").filter_map(|id| id.parse().ok()).collect();
    if fields.get("do") == "reply" && !ids.is_empty() {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("back", fields.get("back"));
        for id in &ids {
            query.append_pair("case", &id.to_string());
        }
        return Ok(Redirect::to(&format!("/replies/many?{}", query.finish())).into_response());
    }
    match carry_out(&web, &reader, &fields, &ids).await {
        Ok(results) => {
            let Reader { ui, .. } = with_counts(&web, reader).await?;
            render(&page(ui, &fields, results))
        }
        Err(fail) if fail.to_change() => refused::many(&web, reader, &fields, &fail).await,
        Err(fail) => Err(fail),
    }
}

async fn carry_out(
    web: &Web,
    reader: &Reader,
    fields: &Fields,
    ids: &[CaseId],
) -> Result<Vec<OneOfMany>, Fail> {
    if ids.is_empty() {
        return Err(Fail::field("case"));
    }
    let command = asked(web, reader, fields)?;
    Ok(web.engine().execute_many(&reader.viewer, ids, &command).await?)
}

fn page(ui: Ui, fields: &Fields, results: Vec<OneOfMany>) -> ManyPage {
    let how = fields.get("do").to_owned();
    let warned = |why: &str| match how.as_str() {
        "take" | "assign" => refusal::may_go_beyond(&ui, why),
        "close" => refusal::may_be_elsewhere(why),
        _ => false,
    };
    let well = results.iter().filter(|r| r.refused.is_none()).count();
    let beyond: Vec<u64> =
        results.iter().filter(|r| r.refused.as_deref().is_some_and(warned)).map(|r| r.id.0).collect();
    let results: Vec<Result1> = results
        .into_iter()
        .map(|r| Result1 { id: r.id.0, refused: r.refused.map(|why| refusal::words(&ui, &why)) })
        .collect();
    let count = |n: usize| Arg::N(i64::try_from(n).unwrap_or(i64::MAX));
    ManyPage {
        says: ui.tx("many-says", &[("n", count(well)), ("all", count(results.len()))]),
        results,
        beyond,
        how,
        person: fields.get("person").to_owned(),
        outcome: fields.get("outcome").to_owned(),
        note: note(fields),
        back: local(fields.get("back")).unwrap_or_else(|| "/inbox".to_owned()),
        ui,
    }
}

fn note(fields: &Fields) -> String {
    // Browsers send line ends as CR LF.
    fields.get("note").replace("\r\n", "\n")
}

fn asked(web: &Web, reader: &Reader, fields: &Fields) -> Result<Command, Fail> {
    let note = note(fields);
    let give = |to| {
        let beyond = fields.get("beyond") == "1";
        if beyond { Command::AssignBeyond { to } } else { Command::Assign { to: Some(to) } }
    };
    Ok(match fields.get("do") {
        "take" => give(reader.viewer.user.clone()),
        "release" => Command::Assign { to: None },
        "assign" => give(fields.read("person")?),
        "hand-over" => Command::HandOver { to: fields.read("team")?, location: None, note, urgent: None },
        "close" => close(fields.named("outcome", Outcome::parse)?, note, fields),
        "snooze" => Command::Snooze { until: fields.time("until", &web.inner.zone)?, reason: note },
        _ => return Err(Fail::field("do")),
    })
}

/// The end of one case, or of many: as answered here, or as answered elsewhere.
pub(super) fn close(outcome: Outcome, note: String, fields: &Fields) -> Command {
    // Only a solution needs an answer: whatever else is ticked, nothing has to be told of the others.
    if fields.get("elsewhere") == "1" && outcome.is_solution() {
        return Command::CloseAnsweredElsewhere { outcome, note };
    }
    Command::Close { outcome, note }
}
