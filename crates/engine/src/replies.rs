//! Public replies: which channel answers which post, what people ask of them, and what the channels say.

use gehoor_domain::case::{Actor, Case, Reply, ReplyState};
use gehoor_domain::decide::{self, News, ReplyCommand};
use gehoor_domain::effect::{Delivery, EffectKind, OutboxRow, ReplyTask, Task};
use gehoor_domain::ids::{CaseId, MentionId, OutletId, ReplyId, SourceId};
use gehoor_domain::reply::{Filling, Length, Measure, ReplyDraft, fill, first_name, initials, signed};
use gehoor_store::Table;
use serde::Serialize;

use crate::Engine;
use crate::batch::{Batch, read};
use crate::commands::audit;
use crate::error::EngineError;
use crate::reply_check::{FoundInReply, held};
use crate::setup::ReplySetup;
use crate::views::Viewer;

/// A reply as asked for by a person or a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewReply {
    /// The reply that it takes the place of.
    pub instead: Option<ReplyId>,
    /// Which post it answers; none for the latest of the customer that wants an answer.
    pub to: Option<MentionId>,
    /// As typed; names in braces are filled in, and the signature is added.
    pub text: String,
    /// What the check warned of and was ticked.
    pub ticked: Vec<String>,
    /// Somebody posts it by hand, also where Gehoor could send it.
    pub by_hand: bool,
}

/// A building block, filled in for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilledBlock {
    /// Its name in forms.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What the reply form of a case needs to know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplyDesk {
    /// The post that is answered: the one that was chosen for the draft, else the customer's newest that asks something.
    pub to: Option<MentionId>,
    /// The name of the channel that sends it; none when somebody posts it by hand.
    pub channel: Option<String>,
    /// How long it may be.
    pub length: Length,
    /// People may post it by hand.
    pub by_hand: bool,
    /// A second person has to agree.
    pub needs_approval: bool,
    /// What the reader was writing.
    pub draft: Option<ReplyDraft>,
    /// The signature that is added.
    pub signature: String,
    /// Texts to begin with, filled in.
    pub blocks: Vec<FilledBlock>,
    /// What the check finds in the draft.
    pub findings: Vec<FoundInReply>,
    /// Why a reply on its way is not there yet, by its number.
    pub waits: Vec<(ReplyId, String)>,
}

impl Engine {
    /// What the reply form of a case needs to know.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] outside the reader's scope.
    pub fn reply_desk(&self, viewer: &Viewer, id: CaseId) -> Result<ReplyDesk, EngineError> {
        let (_, case) = self.visible_case(viewer, id)?;
        let draft: Option<ReplyDraft> = read(self.store(), Table::ReplyDraft, &draft_key(id, viewer))?;
        let chosen = draft.as_ref().and_then(|d| d.to.clone()).filter(|to| case.mention(to).is_some());
        let to = chosen.or_else(|| case.to_answer().cloned());
        let channel = to.as_ref().and_then(|to| self.channel_for(&case, to));
        let mut waits = Vec::new();
        for reply in case.replies.iter().filter(|r| matches!(r.state, ReplyState::Sending { .. })) {
            let row = read::<OutboxRow>(self.store(), Table::Outbox, reply.key.as_str())?;
            if let Some(why) = row.and_then(|row| row.last_error) {
                waits.push((reply.id, why));
            }
        }
        let findings = match &draft {
            Some(draft) => self.check_reply(viewer, id, draft.to.as_ref(), &draft.text)?,
            None => Vec::new(),
        };
        Ok(ReplyDesk {
            blocks: self.blocks_for(viewer, &case),
            findings,
            channel: channel.map(|c| c.outlet.name.clone()),
            length: self.length_for(&case, to.as_ref()),
            by_hand: self.inner.setup.policy.replies.by_hand,
            needs_approval: self.inner.setup.policy.replies.approval(&case, viewer.role).is_some(),
            draft,
            signature: self.signature(viewer),
            waits,
            to,
        })
    }

    /// Keeps what somebody is writing; an empty text forgets it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::BadInput`] when it is endless.
    pub async fn keep_draft(
        &self,
        viewer: &Viewer,
        id: CaseId,
        to: Option<MentionId>,
        text: &str,
    ) -> Result<(), EngineError> {
        self.visible_case(viewer, id)?;
        if text.chars().count() > decide::MAX_TEXT {
            return Err(EngineError::BadInput("the draft is too long".into()));
        }
        let key = draft_key(id, viewer);
        self.work(|batch| {
            if text.trim().is_empty() {
                batch.remove(Table::ReplyDraft, key.clone());
                return Ok(());
            }
            let draft = ReplyDraft { to: to.clone(), text: text.to_owned(), at: batch.at() };
            batch.append(Table::ReplyDraft, key.clone(), &draft).map_err(EngineError::from)
        })
        .await?;
        Ok(())
    }

    /// Sends a reply, or lays it before a second person, or into the hands of who posts it; returns its number.
    ///
    /// # Errors
    /// As [`Engine::execute`]. The same text to the same post by the same person a moment ago is no conflict and is sent
    /// once.
    pub async fn offer_reply(
        &self,
        viewer: &Viewer,
        id: CaseId,
        new: NewReply,
        version: Option<u64>,
    ) -> Result<ReplyId, EngineError> {
        let (current, known) = self.visible_case(viewer, id)?;
        let text = self.written(viewer, &known, &new.text);
        let to = new.to.clone().or_else(|| known.to_answer().cloned());
        let twin = |case: &Case| {
            let mine = |r: &&Reply| r.by == viewer.user && Some(&r.to) == to.as_ref() && r.text == text;
            case.replies.iter().rev().find(mine).map(|r| r.id)
        };
        // A second press comes from the same page: its version is old because of the first one.
        let version = if twin(&known).is_some() { None } else { version };
        if version.is_some_and(|seen| seen != current) {
            return Err(EngineError::Conflict(id));
        }
        let findings = self.check_reply(viewer, id, to.as_ref(), &new.text)?;
        if let Some(why) = held(&findings, &new.ticked) {
            return Err(EngineError::Refused(why));
        }
        let outlet = to.as_ref().filter(|_| !new.by_hand).and_then(|to| self.channel_for(&known, to));
        let command = ReplyCommand::Offer {
            instead: new.instead,
            to: to.clone(),
            text: text.clone(),
            outlet: outlet.map(|r| r.outlet.id.clone()),
            ticked: new.ticked.clone(),
        };
        self.carry_out(viewer, id, &command, version).await?;
        self.keep_draft(viewer, id, None, "").await?;
        self.stop_writing(viewer, id);
        let (_, case) = self.visible_case(viewer, id)?;
        twin(&case).ok_or_else(|| EngineError::NotFound(format!("the reply in case {id}")))
    }

    /// Takes over that a reply was posted elsewhere already. It is checked and approved like every other, and refused
    /// where replies are not posted by hand: nobody gets round the check by saying that it is too late for it. Where a
    /// second person agrees first, it waits for that and is confirmed afterwards.
    ///
    /// # Errors
    /// As [`Engine::offer_reply`].
    pub async fn claim_reply(
        &self,
        viewer: &Viewer,
        id: CaseId,
        to: Option<MentionId>,
        text: &str,
        ticked: Vec<String>,
        version: Option<u64>,
    ) -> Result<ReplyId, EngineError> {
        let new = NewReply { to, text: text.to_owned(), ticked, by_hand: true, ..NewReply::default() };
        let reply = self.offer_reply(viewer, id, new, version).await?;
        let (_, case) = self.visible_case(viewer, id)?;
        if case.reply(reply).is_some_and(|r| matches!(r.state, ReplyState::ByHand { .. })) {
            self.reply_act(viewer, id, &ReplyCommand::Confirm { reply, url: None }, None).await?;
        }
        Ok(reply)
    }

    /// Carries out what a person asks of the replies that a case has. A new one is offered by [`Engine::offer_reply`],
    /// which checks it.
    ///
    /// # Errors
    /// As [`Engine::execute`]; [`EngineError::BadInput`] for an offer.
    pub async fn reply_act(
        &self,
        viewer: &Viewer,
        id: CaseId,
        command: &ReplyCommand,
        version: Option<u64>,
    ) -> Result<(), EngineError> {
        if matches!(command, ReplyCommand::Offer { .. }) {
            return Err(EngineError::BadInput("a new reply goes through the check: offer it there".into()));
        }
        self.carry_out(viewer, id, command, version).await?;
        if matches!(command, ReplyCommand::Confirm { .. }) {
            self.stop_writing(viewer, id);
        }
        Ok(())
    }

    async fn carry_out(
        &self,
        viewer: &Viewer,
        id: CaseId,
        command: &ReplyCommand,
        version: Option<u64>,
    ) -> Result<(), EngineError> {
        self.work(|batch| {
            let case = self.case_for(viewer, batch, id, version)?;
            let actor = Actor::User(viewer.user.clone());
            let decision = decide::reply(&case, command, &actor, viewer.role, &self.context(batch.at()))
                .map_err(|refused| EngineError::Refused(refused.to_string()))?;
            if decision.is_empty() {
                return Ok(());
            }
            self.stage(batch, Some(&case), decision)?;
            audit(batch, viewer, command.name(), format!("case {id}"))
        })
        .await?;
        Ok(())
    }

    /// The text as it would be sent: filled in and signed.
    #[must_use]
    pub fn written(&self, viewer: &Viewer, case: &Case, text: &str) -> String {
        let text = fill(text, &self.filling(viewer, case));
        signed(&text, self.signature(viewer).trim_start_matches('^'))
    }

    /// The building blocks that are meant for a case, in the customer's language.
    fn blocks_for(&self, viewer: &Viewer, case: &Case) -> Vec<FilledBlock> {
        let rules = &self.inner.setup.policy.replies;
        if rules.blocks.is_empty() {
            return Vec::new();
        }
        let doc = case.to_answer().and_then(|to| self.mention_doc(to).ok().flatten());
        let lang = doc.and_then(|doc| doc.assessment).map(|a| a.lang.label.as_str());
        let filling = self.filling(viewer, case);
        let meant = rules.blocks.iter().filter(|b| b.fits(case, lang, &self.inner.setup.locations));
        meant
            .map(|b| FilledBlock { id: b.id.clone(), name: b.name.clone(), text: fill(&b.text, &filling) })
            .collect()
    }

    fn signature(&self, viewer: &Viewer) -> String {
        let signs = self.inner.setup.policy.sign_replies;
        if signs { format!("^{}", initials(&viewer.name)) } else { String::new() }
    }

    pub(crate) fn filling(&self, viewer: &Viewer, case: &Case) -> Filling {
        let author = case.to_answer().and_then(|id| self.mention_doc(id).ok().flatten());
        let name = author.map(|doc| doc.mention.author.name).filter(|name| !name.trim().is_empty());
        let place = case.location().and_then(|l| self.inner.setup.locations.get(l)).map(|l| l.name.clone());
        Filling {
            first_name: name.as_deref().and_then(first_name).or_else(|| name.clone()),
            name,
            location: place,
            brand: Some(self.inner.setup.brand.name.clone()),
            agent: Some(viewer.name.clone()),
            initials: Some(initials(&viewer.name)),
        }
    }

    /// The channel that answers a post: that of the source that found it.
    pub(crate) fn channel_for(&self, case: &Case, to: &MentionId) -> Option<&ReplySetup> {
        let source = &case.mention(to)?.source;
        self.channel_of(source)
    }

    fn channel_of(&self, source: &SourceId) -> Option<&ReplySetup> {
        self.inner.setup.replies.iter().find(|r| r.sources.contains(source))
    }

    pub(crate) fn length_for(&self, case: &Case, to: Option<&MentionId>) -> Length {
        let source = to.and_then(|to| case.mention(to)).and_then(|m| self.source_setup(&m.source));
        let known = source.and_then(|s| gehoor_outlets::reply::length(s.kind));
        known.unwrap_or(Length { by: Measure::Letters, most: decide::MAX_TEXT })
    }

    /// The case in which a reply stands: after a merge, the one that goes on.
    fn case_of_reply(
        &self,
        batch: &mut Batch<'_>,
        id: CaseId,
    ) -> Result<Option<std::sync::Arc<Case>>, EngineError> {
        let Some(case) = self.case_in(batch, id)? else { return Ok(None) };
        match case.merged_into {
            Some(into) => Ok(self.case_in(batch, into)?),
            None => Ok(Some(case)),
        }
    }

    /// What a channel said is written into the case, in the same commit as the row of the outbox.
    pub(crate) fn note_reply(
        &self,
        batch: &mut Batch<'_>,
        row: &OutboxRow,
        news: &News,
    ) -> Result<(), EngineError> {
        let EffectKind::Reply { case, .. } = &row.effect.kind else { return Ok(()) };
        let Some(before) = self.case_of_reply(batch, *case)? else { return Ok(()) };
        let cx = self.context(batch.at());
        let decision = decide::reply_news(&before, &row.effect.key, news, &row.effect.outlet, &cx);
        self.stage(batch, Some(&before), decision)
    }

    /// The reply with all that its channel needs; none when there is nothing left to say.
    pub(crate) fn reply_delivery(
        &self,
        row: &OutboxRow,
        id: CaseId,
    ) -> Result<Option<Delivery>, EngineError> {
        let Some(mut case) = self.case_record(id)? else { return Ok(None) };
        if let Some(into) = case.merged_into {
            let Some(kept) = self.case_record(into)? else { return Ok(None) };
            case = kept;
        }
        let on_its_way =
            |r: &&Reply| matches!(r.state, ReplyState::Sending { .. } | ReplyState::Refused { .. });
        let Some(reply) = case.replies.iter().find(|r| r.key == row.effect.key).filter(on_its_way) else {
            return Ok(None);
        };
        let Some(doc) = self.mention_doc(&reply.to)? else { return Ok(None) };
        let post = doc.mention;
        let lang = post.lang.clone().or_else(|| doc.assessment.map(|a| a.lang.label.as_str().to_owned()));
        let task = ReplyTask {
            case: case.id,
            text: reply.text.clone(),
            lang: lang.filter(|l| l.len() == 2),
            to: post.external_id,
            permalink: post.permalink,
            thread: post.thread,
            in_reply_to: post.in_reply_to,
            place: post.place.and_then(|p| p.id),
            handle: post.author.handle,
            title: post.title,
        };
        Ok(Some(Delivery {
            key: row.effect.key.clone(),
            task: Task::Reply(Box::new(task)),
            subject: String::new(),
            lines: Vec::new(),
            posts: Vec::new(),
            url: String::new(),
            lang: self.inner.setup.lang.clone(),
            at: row.effect.created,
        }))
    }
}

fn draft_key(id: CaseId, viewer: &Viewer) -> String {
    format!("{}/{}", id.key(), viewer.user)
}

/// The name of the channel that answers for a source.
///
/// # Errors
/// When the name of the source is too long to be part of another one.
pub fn channel_name(source: &SourceId) -> Result<OutletId, gehoor_domain::ids::BadId> {
    OutletId::parse(&format!("reply.{source}"))
}
