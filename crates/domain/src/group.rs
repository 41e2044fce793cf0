//! Which case a mention belongs to (rules 1 and 4).
//!
//! The caller looks up cases that share a thread or an author with the mention; this decides. It checks everything
//! again, so a lookup that finds too much does no harm.

mod order;

pub use order::answered_first;

use std::borrow::Borrow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Intent};
use crate::case::{Case, Outcome, Voice};
use crate::context::Context;
use crate::copies::Copier;
use crate::ids::{CaseId, MentionId};
use crate::mention::Mention;

/// A new case is linked with so many others at most, the latest first: hundreds may answer one post of ours.
const MAX_LINKED: usize = 10;

/// What binds a mention to a case; kept in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The same conversation.
    Thread,
    /// The same author, about the same subject, soon after.
    Author,
    /// It answers a post of the case.
    Reply,
    /// A linked account.
    Linked,
    /// A person said so.
    Manual,
    /// It is a copy of a post of the case.
    Copy,
}

impl Because {
    /// The name used in records and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Because::Thread => "thread",
            Because::Author => "author",
            Because::Reply => "reply",
            Because::Linked => "linked",
            Because::Manual => "manual",
            Because::Copy => "copy",
        }
    }
}

/// Where a mention goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Join {
    /// It joins this open case of its author.
    Into {
        /// Which.
        case: CaseId,
        /// Why.
        because: Because,
    },
    /// Its author comes back: it joins this closed case, which opens again.
    Reopen {
        /// Which.
        case: CaseId,
        /// Why.
        because: Because,
    },
    /// It opens a case of its own.
    New {
        /// Cases it has to do with: others of the author, or that of whom it answers.
        linked: Vec<CaseId>,
    },
    /// It is kept with this case and does not change where the case stands for being a customer's: our own reply, a
    /// bystander, or the customer's thanks after the end.
    Attach {
        /// Which.
        case: CaseId,
        /// Who speaks.
        voice: Voice,
        /// Why.
        because: Because,
    },
    /// It belongs to no case.
    Nothing,
}

/// The conversations of a mention, as `source|thread`: the keys under which its case is found. A post without a thread
/// begins one under its own id, and goes on with the one of the post that it answers.
#[must_use]
pub fn thread_keys(mention: &Mention) -> Vec<String> {
    let key = |id: &str| format!("{}|{id}", mention.space());
    if let Some(thread) = &mention.thread {
        return vec![key(thread)];
    }
    let answered = mention.in_reply_to.iter().filter(|id| **id != mention.external_id);
    answered.map(|id| key(id)).chain([key(&mention.external_id)]).collect()
}

/// Decides where a mention goes. `candidates`: cases that share a thread or an author with it, in any order.
#[must_use]
pub fn join(
    mention: &Mention,
    assessment: &Assessment,
    candidates: &[impl Borrow<Case>],
    cx: &Context<'_>,
) -> Join {
    if mention.withdrawn.is_some() {
        return Join::Nothing;
    }
    let threads = thread_keys(mention);
    let answered = mention.in_reply_to.as_ref().map(|id| MentionId::derive(mention.space(), id));
    // What became part of another case lives on in that one.
    let mut all: Vec<&Case> = candidates
        .iter()
        .map(Borrow::borrow)
        .filter(|c: &&Case| c.outcome != Some(Outcome::Merged))
        .collect();
    // The one whose post is answered, then open ones, then the latest.
    let answers = |c: &Case| answered.as_ref().is_some_and(|id| c.mention(id).is_some());
    all.sort_by_key(|c| (!answers(c), !c.is_open(), std::cmp::Reverse((c.changed, c.id))));
    let in_thread: Vec<&Case> =
        all.iter().copied().filter(|c| answers(c) || c.threads.iter().any(|t| threads.contains(t))).collect();

    let attach = |case: &Case, voice| {
        let because = if answers(case) { Because::Reply } else { Because::Thread };
        Join::Attach { case: case.id, voice, because }
    };
    if mention.own {
        return in_thread.first().map_or(Join::Nothing, |c| attach(c, Voice::Us));
    }
    if let Some(attached) = with_its_original(assessment, &all) {
        return attached;
    }
    let own: Vec<&Case> = all.iter().copied().filter(|c| c.is_of(&mention.author.key)).collect();
    let own_in_thread: Vec<&Case> =
        in_thread.iter().copied().filter(|c| c.is_of(&mention.author.key)).collect();

    if let Some(case) = best_own(&own_in_thread, assessment) {
        if case.is_open() {
            return Join::Into { case: case.id, because: Because::Thread };
        }
        let recent = came_back_soon(case, mention, cx);
        if !assessment.wants_case() {
            return if recent {
                Join::Attach { case: case.id, voice: Voice::Customer, because: Because::Thread }
            } else {
                Join::Nothing
            };
        }
        return if recent {
            Join::Reopen { case: case.id, because: Because::Thread }
        } else {
            Join::New { linked: vec![case.id] }
        };
    }
    if !assessment.wants_case() {
        return bystander(mention, assessment, in_thread.first().map(|c| attach(c, Voice::Bystander)));
    }
    let same = own.iter().copied().filter(|c| same_subject(c, assessment));
    for case in same {
        if case.is_open() && soon_after(case, mention, cx) {
            return Join::Into { case: case.id, because: Because::Author };
        }
        if !case.is_open() && came_back_soon(case, mention, cx) {
            return Join::Reopen { case: case.id, because: Because::Author };
        }
    }
    // A question to the customer is no question to us; an own complaint always is.
    let to_the_customer = in_thread.first().is_some_and(|c| {
        let post = answered.as_ref().and_then(|id| c.mention(id));
        post.is_some_and(|m| m.voice == Voice::Customer)
    });
    if assessment.intent.label == Intent::Question && to_the_customer {
        return bystander(mention, assessment, in_thread.first().map(|c| attach(c, Voice::Bystander)));
    }
    let related = own.iter().filter(|c| c.is_open() || came_back_soon(c, mention, cx));
    let mut linked: Vec<CaseId> = related.map(|c| c.id).collect();
    linked.extend(in_thread.iter().map(|c| c.id).filter(|id| !linked.contains(id)).collect::<Vec<_>>());
    linked.truncate(MAX_LINKED);
    Join::New { linked }
}

/// A copy is kept with the case of its original and says nothing new there; unless that case has ended and its customer
/// posts the words once more: then they are said again.
fn with_its_original(assessment: &Assessment, all: &[&Case]) -> Option<Join> {
    let copy = assessment.copy_of.as_ref()?;
    let case = all.iter().find(|c| c.mention(&copy.original).is_some())?;
    let voice = match copy.by {
        Copier::Author if !case.is_open() => return None,
        Copier::Author => Voice::Customer,
        Copier::Other => Voice::Bystander,
    };
    Some(Join::Attach { case: case.id, voice, because: Because::Copy })
}

/// The author's case of this conversation: with several (after a split) the one about the same subject.
fn best_own<'c>(own: &[&'c Case], assessment: &Assessment) -> Option<&'c Case> {
    let open = own.iter().copied().filter(|c| c.is_open());
    let mut open_and_same = open.filter(|c| same_subject(c, assessment));
    open_and_same.next().or_else(|| own.first().copied())
}

/// Somebody else who only says something: kept with the case whose post it answers.
fn bystander(mention: &Mention, assessment: &Assessment, attached: Option<Join>) -> Join {
    if mention.in_reply_to.is_none() || assessment.intent.label == Intent::Irrelevant {
        return Join::Nothing;
    }
    attached.unwrap_or(Join::Nothing)
}

/// Shares a topic group, or one of them has none; and is not about another shop.
fn same_subject(case: &Case, assessment: &Assessment) -> bool {
    let here = assessment.located.as_ref().map(|l| &l.location);
    if let (Some(a), Some(b)) = (case.location(), here)
        && a != b
    {
        return false;
    }
    let known = &case.facts.topics;
    if known.is_empty() || assessment.topics.is_empty() {
        return true;
    }
    assessment.topics.iter().any(|t| known.iter().any(|k| k.group() == t.label.group()))
}

/// Comes within the time in which a mention of the same author joins an open case, counted from what the customer
/// said last. The order in which mentions are found does not matter.
fn soon_after(case: &Case, mention: &Mention, cx: &Context<'_>) -> bool {
    let said = case.mentions.iter().filter(|m| m.voice == Voice::Customer);
    said.map(|m| apart(m.at, mention.published)).min().is_none_or(|gap| gap <= cx.policy.same_author_within)
}

fn came_back_soon(case: &Case, mention: &Mention, cx: &Context<'_>) -> bool {
    let closed = case.closed.unwrap_or(case.changed);
    mention.published.duration_since(closed) <= cx.policy.regress_within
}

fn apart(a: Timestamp, b: Timestamp) -> jiff::SignedDuration {
    a.max(b).duration_since(a.min(b))
}

#[cfg(test)]
mod tests;
