//! Promises that were found in our own words: proposed, then accepted, changed or dismissed by a person.

use jiff::Timestamp;

use super::command::person;
use super::refused::text;
use super::work::Work;
use super::{Decision, Refused, promise};
use crate::case::Case;
use crate::context::Context;
use crate::event::{Actor, What};
use crate::ids::MentionId;
use crate::promise::PromiseKind;
use crate::promised::{Answer, Found, Proposed, due};

/// Proposals kept in a case; the oldest answered ones go first.
const MOST: usize = 40;

/// Proposes what was found in our words, said at a time, in a post of ours or in a reply written here. What was
/// proposed, promised or dismissed before in the same words is not proposed again, and nothing of a time that has
/// passed.
pub fn propose(
    case: &Case,
    found: &[Found],
    said: Timestamp,
    mention: Option<&MentionId>,
    cx: &Context<'_>,
) -> Decision {
    let mut work = Work::begin(case, cx);
    if !work.case.is_open() {
        return work.finish();
    }
    let calendar = cx.team_calendar(&case.team);
    for one in found {
        let by_then = one.named.as_ref().and_then(|named| due(named, said, calendar));
        let passed = by_then.is_some_and(|at| at <= cx.now);
        let key = words_only(&one.words);
        let again = work.case.proposed.iter().any(|p| {
            p.kind == one.kind && (words_only(&p.words) == key || (p.due.is_some() && p.due == by_then))
        });
        let made = work
            .case
            .promises
            .iter()
            .any(|p| p.kind == one.kind && (words_only(&p.what) == key || Some(p.due) == by_then));
        if passed || again || made || key.is_empty() {
            continue;
        }
        let id = work.case.proposed.iter().map(|p| p.id).max().unwrap_or(0) + 1;
        let words: String = one.words.chars().take(500).collect();
        work.note(cx.now, &Actor::Gehoor, What::PromiseProposed { proposal: id, words: words.clone() });
        let mention = mention.cloned();
        work.case.proposed.push(Proposed {
            id,
            kind: one.kind,
            words,
            due: by_then,
            said,
            mention,
            answer: None,
        });
        if work.case.proposed.len() > MOST {
            let oldest = work.case.proposed.iter().position(|p| p.answer.is_some()).unwrap_or(0);
            work.case.proposed.remove(oldest);
        }
    }
    work.finish()
}

/// Letters and digits, small: the same words found twice differ in marks only.
fn words_only(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A person says it is a promise; what is given replaces what was proposed.
pub(super) fn accept(
    work: &mut Work<'_>,
    id: u32,
    kind: Option<PromiseKind>,
    what: &str,
    until: Option<Timestamp>,
    by: &Actor,
) -> Result<(), Refused> {
    let proposed = find(work, id)?;
    let kind = kind.unwrap_or(proposed.kind);
    let what = if what.trim().is_empty() { proposed.words.clone() } else { what.to_owned() };
    let until = until.or(proposed.due).ok_or(Refused::PromiseNeedsTime)?;
    promise::make(work, kind, &what, until, by)?;
    if let Some(made) = work.case.promises.last().map(|p| p.id) {
        find(work, id)?.answer = Some(Answer::Accepted { promise: made });
    }
    Ok(())
}

/// A person says it is none.
pub(super) fn dismiss(work: &mut Work<'_>, id: u32, by: &Actor) -> Result<(), Refused> {
    let user = person(by, "dismiss a proposal")?;
    find(work, id)?.answer = Some(Answer::Dismissed { by: user });
    work.note(work.cx.now, by, What::ProposalDismissed { proposal: id });
    Ok(())
}

fn find<'w>(work: &'w mut Work<'_>, id: u32) -> Result<&'w mut Proposed, Refused> {
    work.must_not_be_merged()?;
    let found = work.case.proposed.iter_mut().find(|p| p.id == id && p.answer.is_none());
    found.ok_or(Refused::NoProposal(id))
}

/// A telephone call with the customer, as a person or the telephone system reports it. A call that was answered keeps
/// the promise it is for: the one named, else the only one to call back.
pub(super) fn called(
    work: &mut Work<'_>,
    answered: bool,
    seconds: u32,
    reference: &str,
    promise_id: Option<crate::ids::PromiseId>,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    person(by, "record a call")?;
    let reference = text("the reference of the call", reference)?;
    let now = work.cx.now;
    work.note(now, by, What::Called { answered, seconds, reference: reference.clone() });
    let standing = || {
        let mut calls = work
            .case
            .promises
            .iter()
            .filter(|p| p.kind == PromiseKind::CallBack && (p.is_open() || p.is_missed()));
        calls.next().filter(|_| calls.next().is_none()).map(|p| p.id)
    };
    let kept = promise_id.or_else(standing).filter(|_| answered);
    if let Some(id) = kept {
        let proof = format!("call {reference}, {seconds} s");
        promise::keep(work, id, &proof, by)?;
    }
    Ok(())
}
