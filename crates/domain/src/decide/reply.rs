//! Our public replies: offered, approved, sent by Gehoor or by hand, and found at the source. What is sent counts as our
//! answer once, and only when it stands there.

use super::command::person;
use super::refused::text;
use super::work::Work;
use super::{Decision, Refused, talk};
use crate::case::Case;
use crate::context::Context;
use crate::effect::{Effect, EffectKind};
use crate::event::{Actor, What};
use crate::ids::{EffectKey, MentionId, OutletId, ReplyId};
use crate::mention::Mention;
use crate::reply::{Reply, ReplyState, same_words};
use crate::user::Role;

/// Stands in keys of replies that go through no outlet.
const BY_HAND: &str = "by-hand";

/// What can be asked of the replies of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyCommand {
    /// Send this, or have it approved first where the company asks for that.
    Offer {
        /// The reply that it takes the place of: one that was rejected, refused, or still waits.
        instead: Option<ReplyId>,
        /// Which post it answers; none for the latest of the customer.
        to: Option<MentionId>,
        /// The whole text, signed.
        text: String,
        /// Through which channel; none when somebody posts it by hand.
        outlet: Option<OutletId>,
        /// What the check warned of and the author ticked.
        ticked: Vec<String>,
    },
    /// The second person agrees.
    Approve {
        /// To which.
        reply: ReplyId,
    },
    /// The second person does not agree.
    Reject {
        /// To which.
        reply: ReplyId,
        /// Why.
        reason: String,
    },
    /// Leave it: it waits, was rejected or refused, or was to be posted by hand and was not.
    Drop {
        /// Which.
        reply: ReplyId,
    },
    /// It was posted by hand.
    Confirm {
        /// Which.
        reply: ReplyId,
        /// Where people read it.
        url: Option<String>,
    },
    /// Send one that was refused again.
    Again {
        /// Which.
        reply: ReplyId,
    },
    /// One that was refused is posted by hand.
    TakeOver {
        /// Which.
        reply: ReplyId,
    },
}

impl ReplyCommand {
    /// Its name in the audit log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            ReplyCommand::Offer { .. } => "offer_reply",
            ReplyCommand::Approve { .. } => "approve_reply",
            ReplyCommand::Reject { .. } => "reject_reply",
            ReplyCommand::Drop { .. } => "drop_reply",
            ReplyCommand::Confirm { .. } => "confirm_reply",
            ReplyCommand::Again { .. } => "send_reply_again",
            ReplyCommand::TakeOver { .. } => "post_reply_by_hand",
        }
    }
}

/// What a channel says about a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It stands there.
    Sent {
        /// The platform's own id of it, as a source would name it.
        id: Option<String>,
        /// Where people read it.
        url: Option<String>,
    },
    /// The platform does not take it.
    Refused {
        /// Why; never the text of a customer.
        why: String,
    },
}

/// Carries out what a person asks of the replies of a case. An offer that was made a moment ago already, to the same post
/// with the same text by the same person, changes nothing: whoever presses twice sends once.
///
/// # Errors
/// [`Refused`] with the reason and what to do; nothing has changed then.
pub fn reply(
    case: &Case,
    command: &ReplyCommand,
    actor: &Actor,
    role: Role,
    cx: &Context<'_>,
) -> Result<Decision, Refused> {
    if !role.works_cases() {
        return Err(Refused::RoleMayNot { role, what: "reply" });
    }
    let mut work = Work::begin(case, cx);
    work.must_not_be_merged()?;
    work.case.backlog = false;
    let effect = match command {
        ReplyCommand::Offer { instead, to, text, outlet, ticked } => {
            offer(&mut work, *instead, to.as_ref(), text, outlet.as_ref(), ticked, actor, role)?
        }
        ReplyCommand::Approve { reply } => approve(&mut work, *reply, actor, role)?,
        ReplyCommand::Reject { reply, reason } => {
            reject(&mut work, *reply, reason, actor, role)?;
            None
        }
        ReplyCommand::Drop { reply } => {
            drop_it(&mut work, *reply, actor, role)?;
            None
        }
        ReplyCommand::Confirm { reply, url } => {
            confirm(&mut work, *reply, url.as_deref(), actor)?;
            None
        }
        ReplyCommand::Again { reply } => {
            let at = past_unless(&work, *reply, |s| matches!(s, ReplyState::Refused { .. }))?;
            person(actor, "send a reply")?;
            go(&mut work, at, actor)
        }
        ReplyCommand::TakeOver { reply } => {
            let at = past_unless(&work, *reply, |s| matches!(s, ReplyState::Refused { .. }))?;
            person(actor, "post a reply")?;
            work.may_be_by_hand()?;
            if let Some(reply) = work.case.replies.get_mut(at) {
                reply.outlet = None;
            }
            go(&mut work, at, actor)
        }
    };
    let mut decision = work.finish();
    decision.effects.extend(effect);
    Ok(decision)
}

/// Takes over what a channel says about the reply with that key. What is known already changes nothing.
pub fn reply_news(
    case: &Case,
    key: &EffectKey,
    news: &News,
    outlet: &OutletId,
    cx: &Context<'_>,
) -> Decision {
    let mut work = Work::begin(case, cx);
    let now = cx.now;
    let Some(at) = work.case.replies.iter().position(|r| r.key == *key) else { return work.finish() };
    let Some(known) = work.case.replies.get(at).cloned() else { return work.finish() };
    let by = Actor::Outlet(outlet.clone());
    match (news, &known.state) {
        (News::Sent { id, url }, ReplyState::Sending { .. } | ReplyState::Refused { .. }) => {
            stands(&mut work, at, id.clone(), url.clone(), true);
        }
        // It was found at the source before the channel could say so.
        (News::Sent { id, url }, ReplyState::Sent { at: since, id: None, .. }) => {
            if let Some(reply) = work.case.replies.get_mut(at) {
                reply.state = ReplyState::Sent { at: *since, id: id.clone(), url: url.clone() };
            }
        }
        (News::Refused { why }, ReplyState::Sending { .. }) => {
            if let Some(reply) = work.case.replies.get_mut(at) {
                reply.state = ReplyState::Refused { at: now, why: why.clone() };
            }
            step(&mut work, known.id, "refused", why.clone(), &by);
        }
        _ => {}
    }
    work.finish()
}

#[expect(clippy::too_many_arguments, reason = "the parts of one command")]
fn offer(
    work: &mut Work<'_>,
    instead: Option<ReplyId>,
    to: Option<&MentionId>,
    words: &str,
    outlet: Option<&OutletId>,
    ticked: &[String],
    actor: &Actor,
    role: Role,
) -> Result<Option<Effect>, Refused> {
    let by = person(actor, "reply")?;
    if outlet.is_none() {
        work.may_be_by_hand()?;
    }
    let words = text("the reply", words)?;
    let now = work.cx.now;
    let to = match to {
        Some(id) => {
            work.case.mention(id).map(|m| m.id.clone()).ok_or_else(|| Refused::NoMention(id.clone()))?
        }
        None => work.case.to_answer().cloned().ok_or(Refused::NothingToAnswer)?,
    };
    let twin = |r: &Reply| r.by == by && r.to == to && r.text == words;
    if work.case.replies.iter().any(|r| twin(r) && is_under_way(&r.state, now)) {
        return Ok(None);
    }
    let new = work.case.replies.iter().map(|r| r.id.0).max().unwrap_or(0) + 1;
    let (at, id) = match instead {
        Some(id) => {
            let at =
                past_unless(work, id, |s| s.is_open_to_change() || matches!(s, ReplyState::Refused { .. }))?;
            if work.case.replies.get(at).is_some_and(|r| r.by != by) && !role.leads() {
                return Err(Refused::NotYourDraft);
            }
            (at, id)
        }
        None => (work.case.replies.len(), ReplyId(new)),
    };
    let sends = work.case.replies.get(at).map_or(0, |r| r.sends);
    let reply = Reply {
        id,
        key: key_of(work.case.id, id, sends + 1, outlet),
        to,
        text: words,
        by,
        written: now,
        outlet: outlet.cloned(),
        approved_by: None,
        ticked: ticked.to_vec(),
        mention: None,
        sends,
        state: ReplyState::Awaiting { since: now },
    };
    match work.case.replies.get_mut(at) {
        Some(known) => *known = reply,
        None => work.case.replies.push(reply),
    }
    if work.cx.policy.replies.approval(&work.case, role).is_some() {
        step(work, id, "waits", String::new(), actor);
        return Ok(None);
    }
    Ok(go(work, at, actor))
}

/// A second press of the same button, or a second tab.
fn is_under_way(state: &ReplyState, now: jiff::Timestamp) -> bool {
    let recent = |at: &jiff::Timestamp| now.duration_since(*at) < jiff::SignedDuration::from_mins(10);
    match state {
        ReplyState::Awaiting { .. } | ReplyState::Sending { .. } | ReplyState::ByHand { .. } => true,
        ReplyState::Sent { at, .. } => recent(at),
        ReplyState::Rejected { .. } | ReplyState::Refused { .. } => false,
    }
}

fn approve(
    work: &mut Work<'_>,
    reply: ReplyId,
    actor: &Actor,
    role: Role,
) -> Result<Option<Effect>, Refused> {
    let at = second_person(work, reply, actor, role)?;
    if let (Some(known), Actor::User(user)) = (work.case.replies.get_mut(at), actor) {
        known.approved_by = Some(user.clone());
    }
    step(work, reply, "approved", String::new(), actor);
    Ok(go(work, at, actor))
}

fn reject(
    work: &mut Work<'_>,
    reply: ReplyId,
    reason: &str,
    actor: &Actor,
    role: Role,
) -> Result<(), Refused> {
    let at = second_person(work, reply, actor, role)?;
    let by = person(actor, "reject a reply")?;
    let reason = text("the reason", reason)?;
    if let Some(known) = work.case.replies.get_mut(at) {
        known.state = ReplyState::Rejected { at: work.cx.now, by, reason: reason.clone() };
    }
    step(work, reply, "rejected", reason, actor);
    Ok(())
}

/// Whoever approves is somebody else, and a lead where the rule says so. The rule is that of the strictest author: it is
/// not asked again who wrote it, or a changed role would change what was asked for.
fn second_person(work: &Work<'_>, reply: ReplyId, actor: &Actor, role: Role) -> Result<usize, Refused> {
    let by = person(actor, "approve a reply")?;
    let at = past_unless(work, reply, |s| matches!(s, ReplyState::Awaiting { .. }))?;
    if work.case.replies.get(at).is_some_and(|r| r.by == by) {
        return Err(Refused::OwnApproval);
    }
    let rules = &work.cx.policy.replies;
    let by_lead = Role::ALL.iter().any(|author| rules.approval(&work.case, *author).is_some_and(|r| r.lead));
    if by_lead && !role.leads() { Err(Refused::LeadApproves) } else { Ok(at) }
}

fn drop_it(work: &mut Work<'_>, reply: ReplyId, actor: &Actor, role: Role) -> Result<(), Refused> {
    let by = person(actor, "drop a reply")?;
    let open = |s: &ReplyState| !matches!(s, ReplyState::Sending { .. } | ReplyState::Sent { .. });
    let at = past_unless(work, reply, open)?;
    if work.case.replies.get(at).is_some_and(|r| r.by != by) && !role.leads() {
        return Err(Refused::NotYourDraft);
    }
    work.case.replies.remove(at);
    step(work, reply, "dropped", String::new(), actor);
    Ok(())
}

fn confirm(work: &mut Work<'_>, reply: ReplyId, url: Option<&str>, actor: &Actor) -> Result<(), Refused> {
    person(actor, "confirm a reply")?;
    let at =
        past_unless(work, reply, |s| matches!(s, ReplyState::ByHand { .. } | ReplyState::Refused { .. }))?;
    // One that was meant for a channel.
    if work.case.replies.get(at).is_some_and(|r| r.outlet.is_some()) {
        work.may_be_by_hand()?;
    }
    let url = url.map(str::trim).filter(|u| u.starts_with("https://") || u.starts_with("http://"));
    stands(work, at, None, url.map(str::to_owned), false);
    Ok(())
}

/// Into the outbox, or into somebody's hands.
fn go(work: &mut Work<'_>, at: usize, actor: &Actor) -> Option<Effect> {
    let (case, now) = (work.case.id, work.cx.now);
    let reply = work.case.replies.get_mut(at)?;
    reply.sends += 1;
    reply.key = key_of(case, reply.id, reply.sends, reply.outlet.as_ref());
    let (id, outlet, key) = (reply.id, reply.outlet.clone(), reply.key.clone());
    reply.state = match outlet {
        Some(_) => ReplyState::Sending { since: now },
        None => ReplyState::ByHand { since: now },
    };
    step(work, id, if outlet.is_some() { "sending" } else { "by_hand" }, String::new(), actor);
    outlet.map(|outlet| Effect { key, outlet, kind: EffectKind::Reply { case, reply: id }, created: now })
}

/// It stands in public: that is our answer, by whoever wrote it.
fn stands(work: &mut Work<'_>, at: usize, id: Option<String>, url: Option<String>, sent: bool) {
    let now = work.cx.now;
    let Some(reply) = work.case.replies.get_mut(at) else { return };
    reply.state = ReplyState::Sent { at: now, id, url };
    let (number, text, by) = (reply.id, reply.text.clone(), reply.by.clone());
    let what = What::Replied { text, sent, mention: None, reply: Some(number) };
    work.note(now, &Actor::User(by), what);
    talk::answered_here(work);
}

/// Our own post came in. The reply that it is, and whether that was counted as our answer before.
pub(super) fn found(work: &mut Work<'_>, mention: &Mention) -> Option<(ReplyId, bool)> {
    let named = |r: &Reply| match &r.state {
        ReplyState::Sent { id, url, .. } => {
            id.as_ref() == Some(&mention.external_id) || (url.is_some() && *url == mention.permalink)
        }
        _ => false,
    };
    let said = |r: &Reply| {
        !matches!(r.state, ReplyState::Awaiting { .. } | ReplyState::Rejected { .. })
            && same_words(&r.text, &mention.text)
    };
    let free = |r: &&mut Reply| r.mention.is_none();
    let by_name = work.case.replies.iter().position(|r| r.mention.is_none() && named(r));
    let by_words = || work.case.replies.iter().position(|r| r.mention.is_none() && said(r));
    let at = by_name.or_else(by_words)?;
    let reply = work.case.replies.get_mut(at).filter(free)?;
    reply.mention = Some(mention.id.clone());
    let counted = matches!(reply.state, ReplyState::Sent { .. });
    if !counted {
        reply.state = ReplyState::Sent {
            at: mention.published,
            id: Some(mention.external_id.clone()),
            url: mention.permalink.clone(),
        };
    }
    Some((reply.id, counted))
}

/// Replies go along with a merge, under new numbers; those on their way keep their key, by which they are found.
pub(super) fn take_replies(to: &mut Case, from: &mut Case) {
    for mut moved in std::mem::take(&mut from.replies) {
        moved.id = ReplyId(to.replies.iter().map(|r| r.id.0).max().unwrap_or(0) + 1);
        to.replies.push(moved);
    }
}

fn key_of(case: crate::ids::CaseId, reply: ReplyId, sends: u32, outlet: Option<&OutletId>) -> EffectKey {
    let outlet = outlet.map_or(BY_HAND, OutletId::as_str);
    EffectKey(format!("case-{case}:reply-{reply}-{sends}:{outlet}"))
}

fn step(work: &mut Work<'_>, reply: ReplyId, step: &str, note: String, by: &Actor) {
    let now = work.cx.now;
    work.note(now, by, What::ReplyStep { reply, step: step.to_owned(), note });
}

fn past_unless(
    work: &Work<'_>,
    reply: ReplyId,
    fits: impl Fn(&ReplyState) -> bool,
) -> Result<usize, Refused> {
    let at = work.case.replies.iter().position(|r| r.id == reply).ok_or(Refused::NoReply(reply))?;
    if work.case.replies.get(at).is_some_and(|r| fits(&r.state)) { Ok(at) } else { Err(Refused::ReplyPast) }
}
