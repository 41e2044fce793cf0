//! One reply to many cases: each with a first line of its own, each through the same check, approval and outbox as a reply
//! to one, each in a commit of its own. What is refused says why and keeps its text.

use std::collections::HashMap;

use gehoor_domain::assessment::Lang;
use gehoor_domain::case::Case;
use gehoor_domain::ids::{CaseId, ReplyId};
use gehoor_domain::many::{self, ForOne, MOST_CASES};
use gehoor_domain::reply::addressed;
use gehoor_text::reply::opening;
use serde::Serialize;

use crate::Engine;
use crate::error::EngineError;
use crate::replies::NewReply;
use crate::reply_check::FoundInReply;
use crate::views::Viewer;

/// A case, as one of those that get the same reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposedLine {
    /// Which case.
    pub case: CaseId,
    /// The version that the page was made from.
    pub version: u64,
    /// The customer's name as shown. Hostile text.
    pub author: String,
    /// What is answered. Hostile text.
    pub asked: String,
    /// The language it is in.
    pub lang: Lang,
    /// The proposed first line.
    pub first_line: String,
    /// The channel that sends it; none when somebody posts it by hand.
    pub channel: Option<String>,
    /// A second person has to agree.
    pub needs_approval: bool,
    /// People may post it by hand.
    pub by_hand: bool,
}

/// What one case of many gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneReply {
    /// Which case.
    pub case: CaseId,
    /// Its own first line, as typed.
    pub first_line: String,
    /// What the check warned of in this case and was ticked.
    pub ticked: Vec<String>,
    /// The version the page was made from; none to skip that check.
    pub version: Option<u64>,
}

/// One reply to many cases, as a person or a program asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyToMany {
    /// What all of them get, below the first line.
    pub body: String,
    /// The cases.
    pub cases: Vec<OneReply>,
    /// Somebody posts them by hand, also where Gehoor could send them.
    pub by_hand: bool,
}

/// What became of one case, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepliedOne {
    /// Which case.
    pub id: CaseId,
    /// The number of the reply, once it was taken.
    pub reply: Option<ReplyId>,
    /// What the check found in it.
    pub findings: Vec<FoundInReply>,
    /// Why it was not taken; none when it was, or would be.
    pub refused: Option<String>,
}

impl Engine {
    /// The cases with the first line that is proposed for each. What the reader may not see, or what has no post to
    /// answer, is left out.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for those who do not work on cases, [`EngineError::BadInput`] for too many cases.
    pub fn propose_lines(&self, viewer: &Viewer, ids: &[CaseId]) -> Result<Vec<ProposedLine>, EngineError> {
        works(viewer)?;
        if ids.len() > MOST_CASES {
            return Err(EngineError::BadInput(format!("at most {MOST_CASES} cases at once: choose fewer")));
        }
        let mut out: Vec<ProposedLine> = Vec::with_capacity(ids.len());
        for id in ids {
            if out.iter().any(|one| one.case == *id) {
                continue;
            }
            let Ok((version, case)) = self.visible_case(viewer, *id) else { continue };
            let Some(to) = case.to_answer().cloned() else { continue };
            let Some(doc) = self.mention_doc(&to)? else { continue };
            let lang = doc.assessment.map_or(case.facts.lang, |a| a.lang.label);
            let author = doc.mention.author.name;
            out.push(ProposedLine {
                case: *id,
                version,
                first_line: many::greeting(lang, addressed(&author).as_deref()),
                author,
                asked: doc.mention.text,
                lang,
                channel: self.channel_for(&case, &to).map(|c| c.outlet.name.clone()),
                by_hand: self.inner.setup.policy.replies.by_hand,
                needs_approval: self.inner.setup.policy.replies.approval(&case, viewer.role).is_some(),
            });
        }
        Ok(out)
    }

    /// Checks the reply in each case as it would be sent, the other replies of the same go included: an opening that they
    /// share is the same opening.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for too many cases, [`EngineError::Forbidden`] for those who do not work on cases.
    pub fn check_many(&self, viewer: &Viewer, asked: &ReplyToMany) -> Result<Vec<RepliedOne>, EngineError> {
        Ok(self.look_at_many(viewer, asked)?.into_iter().map(|(one, _)| one).collect())
    }

    /// Sends the reply to each case, or lays it before a second person, or into the hands of who posts it. One that is
    /// refused stops no other, and its text is kept as a draft unless there is one already. The same go once more sends
    /// nothing twice.
    ///
    /// # Errors
    /// As [`Engine::check_many`]; and when the store fails.
    pub async fn reply_to_many(
        &self,
        viewer: &Viewer,
        asked: &ReplyToMany,
    ) -> Result<Vec<RepliedOne>, EngineError> {
        let looked = self.look_at_many(viewer, asked)?;
        let mut out = Vec::with_capacity(looked.len());
        for (mut one, text) in looked {
            let Some(text) = text else {
                out.push(one);
                continue;
            };
            let typed = asked.cases.iter().find(|c| c.case == one.id);
            if one.refused.is_none() {
                let new = NewReply {
                    text: text.clone(),
                    ticked: typed.map(|t| t.ticked.clone()).unwrap_or_default(),
                    by_hand: asked.by_hand,
                    ..NewReply::default()
                };
                match self.offer_reply(viewer, one.id, new, typed.and_then(|t| t.version)).await {
                    Ok(reply) => one.reply = Some(reply),
                    Err(error @ (EngineError::Store(_) | EngineError::Index(_))) => return Err(error),
                    Err(error) => one.refused = Some(error.to_string()),
                }
            }
            if one.refused.is_some() && self.reply_desk(viewer, one.id).is_ok_and(|d| d.draft.is_none()) {
                self.keep_draft(viewer, one.id, None, &text).await?;
            }
            out.push(one);
        }
        Ok(out)
    }

    /// What the check says of each, with the text that it would get.
    fn look_at_many(
        &self,
        viewer: &Viewer,
        asked: &ReplyToMany,
    ) -> Result<Vec<(RepliedOne, Option<String>)>, EngineError> {
        works(viewer)?;
        let wanted: Vec<ForOne> = asked
            .cases
            .iter()
            .map(|one| ForOne { case: one.case, first_line: one.first_line.clone() })
            .collect();
        let texts = many::texts(&asked.body, &wanted).map_err(|r| EngineError::Refused(r.to_string()))?;
        let mut openings: HashMap<CaseId, String> = HashMap::new();
        for (id, text) in &texts {
            if let (Ok(text), Ok((_, case))) = (text, self.visible_case(viewer, *id)) {
                openings.insert(*id, opening(&self.written(viewer, &case, text)));
            }
        }
        let mut out = Vec::with_capacity(texts.len());
        for (id, text) in texts {
            let mut one = RepliedOne { id, reply: None, findings: Vec::new(), refused: None };
            let case = match self.visible_case(viewer, id) {
                Ok((_, case)) => case,
                Err(EngineError::NotFound(_)) => {
                    one.refused = Some(EngineError::NotFound(format!("case {id}")).to_string());
                    out.push((one, None));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let text = match text {
                Ok(text) => text,
                Err(why) => {
                    one.refused = Some(EngineError::Refused(why.to_string()).to_string());
                    out.push((one, None));
                    continue;
                }
            };
            // A second press of the same button: it went already, and what the check says now changes nothing.
            if !self.is_said(viewer, &case, &text) {
                let others: Vec<String> =
                    openings.iter().filter(|(other, _)| **other != id).map(|(_, o)| o.clone()).collect();
                one.findings = self.check_reply_among(viewer, id, None, &text, &others)?;
                let ticked = asked.cases.iter().find(|c| c.case == id).map(|c| c.ticked.as_slice());
                one.refused = crate::reply_check::held(&one.findings, ticked.unwrap_or_default())
                    .map(|why| EngineError::Refused(why).to_string());
            }
            out.push((one, Some(text)));
        }
        Ok(out)
    }

    /// Whether the reader's very words stand in the case already, on their way or sent.
    fn is_said(&self, viewer: &Viewer, case: &Case, text: &str) -> bool {
        let text = self.written(viewer, case, text);
        let to = case.to_answer();
        case.replies.iter().any(|r| r.by == viewer.user && Some(&r.to) == to && r.text == text)
    }
}

fn works(viewer: &Viewer) -> Result<(), EngineError> {
    if viewer.role.works_cases() {
        return Ok(());
    }
    Err(EngineError::Forbidden("your role reads cases and does not change them".into()))
}
