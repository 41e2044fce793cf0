//! `/api/v1/cases/{id}/replies`: public replies for programs, with the same check, approval and outbox as on the page.

use axum::Json;
use axum::extract::{Path, State};
use gehoor_domain::decide::ReplyCommand;
use gehoor_domain::ids::{CaseId, MentionId, ReplyId};
use gehoor_engine::replies::NewReply;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Program;
use super::problem::Problem;
use crate::options::Web;

/// A reply as a program asks for it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    text: String,
    to: Option<String>,
    instead: Option<u64>,
    ticked: Vec<String>,
    by_hand: bool,
    check_only: bool,
    version: Option<u64>,
}

/// What is asked of a reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Act {
    r#do: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    version: Option<u64>,
}

fn number(id: &str) -> Result<CaseId, Problem> {
    id.parse().map_err(|_| Problem::not_found("a case is named by its number"))
}

/// The replies of a case, and what a new one would have to keep to.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/replies", tag = "cases", security(("bearer" = [])),
    params(("id" = u64, Path, description = "The number of the case")),
    responses(
        (status = 200, description = "`replies` in their order, and `desk`: the channel, the length, whether a second person agrees, the draft", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = number(&id)?;
    let row = web.engine().case_row(&viewer, id).await?;
    let desk = web.engine().reply_desk(&viewer, id)?;
    Ok(Json(json!({"replies": row.case.replies, "desk": desk})))
}

/// Checks a reply, or sends it.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/replies", tag = "cases", security(("bearer" = [])),
    params(("id" = u64, Path, description = "The number of the case")),
    request_body(content = Object, description = "`text`; `to`: which mention, the latest of the customer unless given; `ticked`: what the check warns of and may stand; `by_hand`: somebody posts it; `instead`: the number of the reply it takes the place of; `check_only`; `version`: refused with 409 when the case has changed"),
    responses(
        (status = 200, description = "`findings` of the check, and `reply`: its number, unless only checked. The same text to the same post a moment ago is sent once", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The case has changed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Refused, by the rules or by the check", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn offer(
    State(web): State<Web>,
    Program(viewer): Program,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let id = number(&id)?;
    let asked: Asked = serde_json::from_value(body)
        .map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))?;
    let to = match &asked.to {
        Some(to) => Some(MentionId::parse(to).ok_or_else(|| Problem::bad("`to` is the id of a mention"))?),
        None => None,
    };
    let findings = web.engine().check_reply(&viewer, id, to.as_ref(), &asked.text)?;
    if asked.check_only {
        return Ok(Json(json!({"findings": findings})));
    }
    let new = NewReply {
        instead: asked.instead.map(ReplyId),
        to,
        text: asked.text,
        ticked: asked.ticked,
        by_hand: asked.by_hand,
    };
    let reply = web.engine().offer_reply(&viewer, id, new, asked.version).await?;
    Ok(Json(json!({"findings": findings, "reply": reply})))
}

/// Agrees to a reply, or whatever else is to be done with it.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/replies/{reply}", tag = "cases", security(("bearer" = [])),
    params(
        ("id" = u64, Path, description = "The number of the case"),
        ("reply" = u64, Path, description = "The number of the reply"),
    ),
    request_body(content = Object, description = "`do`: approve, reject (with `reason`), drop, confirm (posted by hand, with `url`), again (send one that was refused) or by_hand; `version`"),
    responses(
        (status = 204, description = "Done"),
        (status = 400, description = "The body cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not within the scope of the token", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The case has changed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Refused, with the reason", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn act(
    State(web): State<Web>,
    Program(viewer): Program,
    Path((id, reply)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<axum::http::StatusCode, Problem> {
    let id = number(&id)?;
    let reply =
        reply.parse().map(ReplyId).map_err(|_| Problem::not_found("a reply is named by its number"))?;
    let act: Act = serde_json::from_value(body)
        .map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))?;
    let command = match act.r#do.as_str() {
        "approve" => ReplyCommand::Approve { reply },
        "reject" => ReplyCommand::Reject { reply, reason: act.reason },
        "drop" => ReplyCommand::Drop { reply },
        "confirm" => ReplyCommand::Confirm { reply, url: act.url },
        "again" => ReplyCommand::Again { reply },
        "by_hand" => ReplyCommand::TakeOver { reply },
        _ => return Err(Problem::bad("`do` is approve, reject, drop, confirm, again or by_hand")),
    };
    web.engine().reply_act(&viewer, id, &command, act.version).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
