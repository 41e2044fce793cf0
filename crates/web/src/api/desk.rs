//! `/api/v1`: what people do, for programs: commands on cases, the next case, many at once, presence, promises and the
//! workload. A token acts on behalf of its user, within the same scope and role.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_engine::presence::Doing;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Program;
use super::problem::Problem;
use crate::options::Web;
use crate::pages::promises::asked;
use crate::params::Params;

fn number(id: &str) -> Result<CaseId, Problem> {
    id.parse().map_err(|_| Problem::not_found("a case is named by its number"))
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
}

/// Carries out one command on a case, such as `{"command": "record_call", "answered": true, "seconds": 95,
/// "reference": "pbx-17"}`: a call that was answered is the proof of a promise to call.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/commands", tag = "cases", security(("bearer" = [])),
    params(
        ("id" = u64, Path, description = "The number of the case"),
        ("version" = Option<u64>, Query, description = "The version the decision was made from; refused with 409 when the case has changed"),
    ),
    request_body(content = Object, description = "`command` names it: assign, assign_beyond (past the warning that who gets it lacks a skill, or that the queue is closed; a team lead also beyond their limit), note, reply, ask_private, private_step, wait_for_customer, promise, keep_promise, withdraw_promise, accept_proposal, dismiss_proposal, record_call, hand_over, give_back, snooze, wake, close, close_answered_elsewhere (a solution although nobody answered here; the note tells how it was answered), reopen, overrule, set_location, set_responsible, correct (`mention` names the post; without it all of the case so far); the other fields are those of the form. `reply` with `sent` false tells that one was posted by hand: it is checked (`ticked` as for replies) and approved like every other; `sent` true is refused"),
    responses(
        (status = 204, description = "Done"),
        (status = 400, description = "The command cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The case has changed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Refused, with the reason", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn command(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Json(mut body): Json<Value>,
) -> Result<StatusCode, Problem> {
    // No command of a case: it goes through the check of replies.
    let noted = match body.as_object_mut() {
        Some(fields) if fields.get("command").is_some_and(|c| c == "reply") => {
            fields.remove("command");
            Some(read::<Noted>(body.take())?)
        }
        _ => None,
    };
    let params = Params::parse(query.as_deref());
    let version = match params.get("version") {
        "" => None,
        text => Some(text.parse().map_err(|_| Problem::bad("`version` is a number"))?),
    };
    let id = number(&id)?;
    match noted {
        Some(Noted { sent: true, .. }) => {
            return Err(Problem::bad(
                "only Gehoor says that Gehoor sent a reply: send it through `/api/v1/cases/{id}/replies`, or tell with \
                 `sent` false that it was posted by hand",
            ));
        }
        Some(Noted { text, ticked, .. }) => {
            web.engine().claim_reply(&viewer, id, None, &text, ticked, version).await?;
        }
        None => web.engine().execute(&viewer, id, read(body)?, version).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A reply that was posted by hand, as a program tells of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    text: String,
    #[serde(default)]
    sent: bool,
    #[serde(default)]
    ticked: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Many {
    cases: Vec<CaseId>,
    #[serde(rename = "do")]
    what: Command,
}

/// One command on many cases (200 at most): assign, assign_beyond, hand_over, close, close_answered_elsewhere, snooze, wake or note. Each is done on its own.
#[utoipa::path(
    post, path = "/api/v1/cases/many", tag = "cases", security(("bearer" = [])),
    request_body(content = Object, description = "`cases` (numbers) and `do` (a command)"),
    responses(
        (status = 200, description = "What became of each case: `id` and `refused` (null when done)", body = Object),
        (status = 400, description = "The body cannot be read, or the command is not for many", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn many(
    State(web): State<Web>,
    Program(viewer): Program,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let many: Many = read(body)?;
    let items = web.engine().execute_many(&viewer, &many.cases, &many.what).await?;
    Ok(Json(json!({ "items": items })))
}

/// The most important case that the user of the token may take; it is his from then on.
#[utoipa::path(
    post, path = "/api/v1/next", tag = "queue", security(("bearer" = [])),
    params(("queue" = Option<String>, Query, description = "Only from this service queue")),
    responses(
        (status = 200, description = "`next` is `case` (with `id`), `nothing`, or `full` (with `own` and `most`)", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role works on no cases", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn next(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let params = Params::parse(query.as_deref());
    let queue = Some(params.get("queue")).filter(|q| !q.is_empty());
    Ok(Json(json!(web.engine().take_next(&viewer, queue).await?)))
}

/// The others who are at a case now, and whether an answer may be sent from `version`.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/presence", tag = "queue", security(("bearer" = [])),
    params(
        ("id" = u64, Path, description = "The number of the case"),
        ("version" = Option<u64>, Query, description = "The version the answer was written on"),
    ),
    responses(
        (status = 200, description = "`present`, and `block` (null when an answer may be sent)", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn present(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let id = number(&id)?;
    let version = Params::parse(query.as_deref()).get("version").parse().ok();
    let present = web.engine().who(&viewer, id)?;
    let block = web.engine().send_block(&viewer, id, version)?;
    Ok(Json(json!({ "present": present, "block": block })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presence {
    doing: String,
}

/// Says what the user of the token does at a case: `reading`, `typing`, `left` or `take_over`. Renew it within a minute
/// (reading) or five (typing).
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/presence", tag = "queue", security(("bearer" = [])),
    params(("id" = u64, Path, description = "The number of the case")),
    request_body(content = Object, description = "`doing`"),
    responses(
        (status = 204, description = "Noted"),
        (status = 400, description = "The body cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn presence(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<StatusCode, Problem> {
    let (id, asked) = (number(&id)?, read::<Presence>(body)?);
    if !viewer.role.works_cases() {
        return Err(Problem::not_found("this role is at no case"));
    }
    match asked.doing.as_str() {
        "reading" => web.engine().be_present(&viewer, id, Doing::Reading).map(|_| ())?,
        "typing" => web.engine().be_present(&viewer, id, Doing::Typing).map(|_| ())?,
        "left" => web.engine().leave(&viewer, id)?,
        "take_over" => web.engine().take_over_writing(&viewer, id)?,
        _ => return Err(Problem::bad("`doing` is `reading`, `typing`, `left` or `take_over`")),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Promises within the scope of the token, with how many are kept.
#[utoipa::path(
    get, path = "/api/v1/promises", tag = "queue", security(("bearer" = [])),
    params(
        ("show" = Option<String>, Query, description = "`open` (default), `soon`, `missed`, `kept` or `withdrawn`"),
        ("team" = Option<String>, Query, description = "Only of this team"),
        ("location" = Option<String>, Query, description = "Only of this location and below"),
        ("kind" = Option<String>, Query, description = "Only of this kind"),
    ),
    responses(
        (status = 200, description = "`rows` (1,000 at most), `counts`, and the kept rates `all`, `teams`, `locations`, `kinds`; `share` is null when there are too few to say", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn promises(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = asked(&Params::parse(query.as_deref()), 1_000);
    Ok(Json(json!(web.engine().promises(&viewer, &query)?)))
}

/// How much each team and person has, within the scope of the token.
#[utoipa::path(
    get, path = "/api/v1/workload", tag = "queue", security(("bearer" = [])),
    responses(
        (status = 200, description = "`teams`, `people` and `queues`", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn workload(
    State(web): State<Web>,
    Program(viewer): Program,
) -> Result<Json<Value>, Problem> {
    Ok(Json(json!(web.engine().workload(&viewer)?)))
}
