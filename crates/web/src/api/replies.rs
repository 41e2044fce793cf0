//! `/api/v1/cases/{id}/replies`: public replies for programs, with the same check, approval and outbox as on the page.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use gehoor_domain::decide::ReplyCommand;
use gehoor_domain::ids::{CaseId, MentionId, ReplyId};
use gehoor_domain::many::MOST_CASES;
use gehoor_engine::many_replies::{OneReply, ReplyToMany};
use gehoor_engine::replies::NewReply;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Program;
use super::problem::Problem;
use crate::options::Web;
use crate::params::Params;

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

/// One reply to many cases, as a program asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedMany {
    body: String,
    cases: Vec<AskedOne>,
    #[serde(default)]
    by_hand: bool,
    #[serde(default)]
    check_only: bool,
}

/// One of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedOne {
    case: CaseId,
    #[serde(default)]
    first_line: Option<String>,
    #[serde(default)]
    ticked: Vec<String>,
    #[serde(default)]
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

/// One reply to many cases (50 at most), each with a first line of its own, each checked and sent on its own.
#[utoipa::path(
    post, path = "/api/v1/replies/many", tag = "cases", security(("bearer" = [])),
    request_body(content = Object, description = "`body`: what all of them get; `cases`: each with `case` (its number), `first_line` (the proposed greeting unless given), `ticked` (what the check warns of and may stand) and `version`; `by_hand`: somebody posts them; `check_only`"),
    responses(
        (status = 200, description = "`items`: of each case `id`, `reply` (its number, null when refused or only checked), `findings` of the check, which counts the replies of the same go, and `refused` (null when taken). The same go a moment ago is sent once", body = Object),
        (status = 400, description = "The body cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role works on no cases", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Too many cases: none of them was answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn many(
    State(web): State<Web>,
    Program(viewer): Program,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let asked: AskedMany = serde_json::from_value(body)
        .map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))?;
    let engine = web.engine();
    let greeted: Vec<CaseId> =
        asked.cases.iter().filter(|c| c.first_line.is_none()).map(|c| c.case).take(MOST_CASES).collect();
    let proposed = engine.propose_lines(&viewer, &greeted)?;
    let line = |id: CaseId| proposed.iter().find(|p| p.case == id).map(|p| p.first_line.clone());
    let cases = asked.cases.into_iter().map(|one| OneReply {
        case: one.case,
        first_line: one.first_line.or_else(|| line(one.case)).unwrap_or_default(),
        ticked: one.ticked,
        version: one.version,
    });
    let many = ReplyToMany { body: asked.body, cases: cases.collect(), by_hand: asked.by_hand };
    let items = if asked.check_only {
        engine.check_many(&viewer, &many)?
    } else {
        engine.reply_to_many(&viewer, &many).await?
    };
    Ok(Json(json!({ "items": items })))
}

/// Replies that are not settled, within the scope of the token.
#[utoipa::path(
    get, path = "/api/v1/replies", tag = "cases", security(("bearer" = [])),
    params(
        ("show" = Option<String>, Query, description = "`awaiting` (a second person; default), `sending`, `refused`, `by_hand` or `rejected`"),
        ("team" = Option<String>, Query, description = "Only in cases of this team"),
        ("location" = Option<String>, Query, description = "Only in cases of this location"),
        ("mine" = Option<String>, Query, description = "`1`: only what the user of the token wrote"),
    ),
    responses(
        (status = 200, description = "`rows` (1,000 at most), longest waiting first, and `counts` of awaiting, sending, refused, by_hand and rejected", body = Object),
        (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn waiting(
    State(web): State<Web>,
    Program(viewer): Program,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = crate::pages::replies::asked(&Params::parse(query.as_deref()), 1_000);
    Ok(Json(json!(web.engine().waiting_replies(&viewer, &query)?)))
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
