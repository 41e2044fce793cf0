//! What people do with a case: each form is a command.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use gehoor_classify::labels::TOPICS;
use gehoor_domain::assessment::{Intent, Responsible, Sentiment, Severity, Signal, Topic};
use gehoor_domain::case::Outcome;
use gehoor_domain::decide::{Command, PrivateStep, ReplyCommand};
use gehoor_domain::ids::{CaseId, MentionId, PromiseId, ReplyId};
use gehoor_domain::promise::PromiseKind;
use gehoor_engine::replies::NewReply;

use super::flash::done;
use super::refused;
use crate::access::{Reader, local};
use crate::error::Fail;
use crate::fields::{Fields, Sent};
use crate::options::Web;

/// A form, read: the command and what is said when it was carried out.
struct Asked {
    command: Command,
    said: &'static str,
}

/// `POST /cases/{id}/{action}`.
pub(crate) async fn act(
    State(web): State<Web>,
    Path((id, action)): Path<(u64, String)>,
    sent: Sent,
) -> Result<Response, Fail> {
    let id = CaseId(id);
    let Sent { reader, mut fields } = sent;
    fields.0.push(("action".to_owned(), action.clone()));
    match carry_out(&web, &reader, id, &action, &fields).await {
        Ok((said, number)) => {
            let back = local(fields.get("back")).unwrap_or_else(|| "/inbox".to_owned());
            // What has left the desk leaves the screen too; everything else stays open.
            let to = if matches!(action.as_str(), "close" | "hand-over" | "snooze") {
                back
            } else {
                let query = back.split_once('?').map(|(_, q)| format!("?{q}")).unwrap_or_default();
                format!("/cases/{id}{query}")
            };
            Ok(done(&web, &to, said, number))
        }
        Err(fail) if fail.to_change() || fail == Fail::Conflict => {
            refused::one(&web, reader, id, &fields, &fail).await
        }
        Err(fail) => Err(fail),
    }
}

async fn carry_out(
    web: &Web,
    reader: &Reader,
    id: CaseId,
    action: &str,
    fields: &Fields,
) -> Result<(&'static str, u64), Fail> {
    let engine = web.engine();
    match action {
        "split" => {
            let mentions: Vec<MentionId> = fields.all("mention").filter_map(MentionId::parse).collect();
            if mentions.is_empty() {
                return Err(Fail::field("mention"));
            }
            let new = engine.split(&reader.viewer, id, &mentions).await?;
            Ok(("done-split", new.0))
        }
        "reply" => {
            // Kept first: whatever the check says, nothing that was typed is lost.
            let mut typed = text(fields, "text");
            let to = match fields.some("post") {
                Some(post) => Some(MentionId::parse(post).ok_or_else(|| Fail::field("post"))?),
                None => None,
            };
            if let Some(block) = fields.some("block") {
                let desk = engine.reply_desk(&reader.viewer, id)?;
                let block =
                    desk.blocks.into_iter().find(|b| b.id == block).ok_or_else(|| Fail::field("block"))?;
                typed = [typed.trim(), block.text.trim()].join("\n").trim().to_owned();
                engine.keep_draft(&reader.viewer, id, to, &typed).await?;
                return Ok(("done-reply-block", id.0));
            }
            engine.keep_draft(&reader.viewer, id, to.clone(), &typed).await?;
            if fields.get("how") == "check" {
                return Ok(("done-reply-checked", id.0));
            }
            let ticked = fields.all("ticked").map(str::to_owned).collect();
            if matches!(fields.get("how"), "noted" | "") {
                engine.claim_reply(&reader.viewer, id, to, &typed, ticked, fields.maybe("version")?).await?;
                return Ok(("done-reply", id.0));
            }
            let new = NewReply {
                to,
                text: typed,
                ticked,
                by_hand: fields.get("how") == "by-hand",
                ..NewReply::default()
            };
            engine.offer_reply(&reader.viewer, id, new, fields.maybe("version")?).await?;
            Ok(("done-reply-offered", id.0))
        }
        "reply-act" => {
            let reply = ReplyId(fields.read("reply")?);
            let asked = match fields.get("do") {
                "approve" => ReplyCommand::Approve { reply },
                "reject" => ReplyCommand::Reject { reply, reason: text(fields, "reason") },
                "drop" => ReplyCommand::Drop { reply },
                "confirm" => ReplyCommand::Confirm { reply, url: fields.some("url").map(str::to_owned) },
                "again" => ReplyCommand::Again { reply },
                "by-hand" => ReplyCommand::TakeOver { reply },
                _ => return Err(Fail::field("do")),
            };
            engine.reply_act(&reader.viewer, id, &asked, fields.maybe("version")?).await?;
            Ok(("done-reply-act", id.0))
        }
        "merge" => {
            let from: CaseId = fields.read("from")?;
            engine.merge(&reader.viewer, id, from).await?;
            Ok(("done-merged", from.0))
        }
        _ => {
            let asked = command(web, reader, action, fields)?;
            // A note harms nobody's work, so it is written whatever happened in the meantime.
            let version = if action == "note" { None } else { fields.maybe("version")? };
            engine.execute(&reader.viewer, id, asked.command, version).await?;
            Ok((asked.said, id.0))
        }
    }
}

fn text(fields: &Fields, name: &str) -> String {
    // Browsers send line ends as CR LF.
    fields.get(name).replace("\r\n", "\n")
}

/// Only what a person changed is a correction; the form sends what it showed beside it.
fn changed(fields: &Fields, name: &str) -> bool {
    fields.get(name) != fields.get(&format!("was_{name}"))
}

/// All that is ticked of a list, where that is not what was ticked when the form was shown.
fn ticked<'a>(fields: &'a Fields, name: &'static str) -> Option<Vec<&'a str>> {
    let was = fields.0.iter().find(|(k, _)| k.strip_prefix("was_") == Some(name)).map(|(_, v)| v.as_str())?;
    let was: BTreeSet<&str> = was.split(' ').filter(|v| !v.is_empty()).collect();
    let now: BTreeSet<&str> = fields.all(name).collect();
    (was != now).then(|| now.into_iter().collect())
}

/// A topic that we know, or that stood there already.
fn topic(fields: &Fields, name: &str) -> Result<Topic, Fail> {
    let known = TOPICS.contains(&name) || fields.get("was_topic").split(' ').any(|was| was == name);
    if known { Ok(Topic(name.to_owned())) } else { Err(Fail::field("topic")) }
}

fn signal(name: &str) -> Result<Signal, Fail> {
    Signal::ALL.iter().find(|s| s.as_str() == name).copied().ok_or_else(|| Fail::field("signal"))
}

fn severity(text: &str) -> Option<Severity> {
    text.parse().ok().and_then(Severity::new)
}

fn command(web: &Web, reader: &Reader, action: &str, fields: &Fields) -> Result<Asked, Fail> {
    let asked = |command, said| Ok(Asked { command, said });
    match action {
        "assign" => match fields.get("to") {
            "" => asked(Command::Assign { to: None }, "done-released"),
            to => {
                let (me, beyond) = (to == "me", fields.get("beyond") == "1");
                let to = if me { reader.viewer.user.clone() } else { fields.read("to")? };
                let command =
                    if beyond { Command::AssignBeyond { to } } else { Command::Assign { to: Some(to) } };
                asked(command, if me { "done-taken" } else { "done-assigned" })
            }
        },
        "note" => asked(Command::Note { text: text(fields, "text") }, "done-note"),
        "private" if fields.get("step") == "asked" => asked(Command::AskPrivate, "done-private"),
        "private" => {
            asked(Command::PrivateStep { step: fields.named("step", PrivateStep::parse)? }, "done-step")
        }
        "wait" => asked(Command::WaitForCustomer, "done-waiting"),
        "promise" => asked(
            Command::Promise {
                kind: fields.named("kind", PromiseKind::parse)?,
                what: text(fields, "what"),
                due: fields.time("due", &web.inner.zone)?,
            },
            "done-promise",
        ),
        "keep" => asked(
            Command::KeepPromise {
                promise: PromiseId(fields.read("promise")?),
                proof: text(fields, "proof"),
            },
            "done-kept",
        ),
        "withdraw" => asked(
            Command::WithdrawPromise {
                promise: PromiseId(fields.read("promise")?),
                reason: text(fields, "reason"),
            },
            "done-withdrawn",
        ),
        "hand-over" => asked(
            Command::HandOver {
                to: fields.read("to")?,
                location: fields.maybe("location")?,
                note: text(fields, "note"),
                // Not ticked: the rank decides which return date counts.
                urgent: (fields.get("urgent") == "1").then_some(true),
            },
            "done-handed-over",
        ),
        "accept" => asked(
            Command::AcceptProposal {
                proposal: fields.read("proposal")?,
                promise: fields.some("kind").map(|_| fields.named("kind", PromiseKind::parse)).transpose()?,
                what: text(fields, "what"),
                due: fields.some("due").map(|_| fields.time("due", &web.inner.zone)).transpose()?,
            },
            "done-accepted",
        ),
        "dismiss" => asked(Command::DismissProposal { proposal: fields.read("proposal")? }, "done-dismissed"),
        "called" => asked(
            Command::RecordCall {
                answered: fields.get("answered") == "1",
                seconds: fields.maybe("seconds")?.unwrap_or(0),
                reference: text(fields, "reference"),
                promise: fields.maybe("promise")?.map(PromiseId),
            },
            "done-called",
        ),
        "snooze" => asked(
            Command::Snooze { until: fields.time("until", &web.inner.zone)?, reason: text(fields, "reason") },
            "done-snoozed",
        ),
        "wake" => asked(Command::Wake, "done-woken"),
        "give-back" => asked(Command::GiveBack { note: text(fields, "note") }, "done-given-back"),
        "close" => asked(
            super::many::close(fields.named("outcome", Outcome::parse)?, text(fields, "note"), fields),
            "done-closed",
        ),
        "reopen" => asked(Command::Reopen { note: text(fields, "note") }, "done-reopened"),
        "overrule" => asked(
            Command::Overrule { points: fields.maybe("points")?, reason: text(fields, "reason") },
            "done-overruled",
        ),
        "locate" => asked(Command::SetLocation { location: fields.maybe("location")? }, "done-located"),
        "responsible" => asked(
            Command::SetResponsible { responsible: fields.named("responsible", Responsible::parse)? },
            "done-responsible",
        ),
        "correct" => asked(
            Command::Correct {
                mention: match fields.some("mention") {
                    Some(id) => Some(MentionId::parse(id).ok_or_else(|| Fail::field("mention"))?),
                    None => None,
                },
                intent: changed(fields, "intent")
                    .then(|| fields.named("intent", Intent::parse))
                    .transpose()?,
                severity: changed(fields, "severity")
                    .then(|| fields.named("severity", severity))
                    .transpose()?,
                sentiment: changed(fields, "sentiment")
                    .then(|| fields.named("sentiment", Sentiment::parse))
                    .transpose()?,
                topics: ticked(fields, "topic")
                    .map(|topics| topics.into_iter().map(|t| topic(fields, t)).collect())
                    .transpose()?,
                signals: ticked(fields, "signal")
                    .map(|signals| signals.into_iter().map(signal).collect())
                    .transpose()?,
            },
            "done-corrected",
        ),
        _ => Err(Fail::NotFound),
    }
}
