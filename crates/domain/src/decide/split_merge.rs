//! Grouping is reversible and keeps all history (rule 2). Both cases are decided together and must be committed
//! together.

use super::command::person;
use super::work::Work;
use super::{Decision, Refused};
use crate::case::{Case, CaseMention, CaseState, Outcome, PrivateTalk, QueueReason, Voice};
use crate::clock::{Clock, ClockKind, ClockState};
use crate::context::Context;
use crate::event::{Actor, What};
use crate::ids::{CaseId, MentionId};
use crate::promise;
use crate::rank::Priority;

/// Takes mentions out of a case into one of their own. The first decision is for the old case, the second for the new
/// one. Promises, tickets and hand-over stay with the old case; whoever owns that one, or had it handed over, owns both.
///
/// # Errors
/// [`Refused`] when a mention is not part of the case, or one of the two would be left without a post of a customer.
pub fn split(
    case: &Case,
    mentions: &[MentionId],
    new_id: CaseId,
    actor: &Actor,
    cx: &Context<'_>,
) -> Result<(Decision, Decision), Refused> {
    person(actor, "split a case")?;
    let mut old = Work::begin(case, cx);
    old.must_not_be_merged()?;
    if let Some(missing) = mentions.iter().find(|id| case.mention(id).is_none()) {
        return Err(Refused::NoMention(missing.clone()));
    }
    let (mut taken, kept): (Vec<CaseMention>, Vec<CaseMention>) =
        old.case.mentions.drain(..).partition(|m| mentions.contains(&m.id));
    if !kept.iter().any(|m| m.voice == Voice::Customer) {
        return Err(Refused::NobodyLeft);
    }
    // The first who is not one of us is the customer of the new case.
    let first = taken.iter().find(|m| m.voice != Voice::Us).ok_or(Refused::NobodyLeft)?;
    let author = first.author.clone().unwrap_or_else(|| case.author.clone());
    let channel = first.channel.unwrap_or(case.channel);
    let began = first.at;
    for mention in &mut taken {
        let by = mention.author.take().unwrap_or_else(|| case.author.clone());
        let at = mention.channel.take().unwrap_or(case.channel);
        if mention.voice != Voice::Us {
            mention.voice = if by == author { Voice::Customer } else { Voice::Bystander };
        }
        mention.author = (by != author).then_some(by);
        mention.channel = (at != channel).then_some(at);
    }
    let answered = answered_after(&old.case.clocks, began);
    // What is with others for a while still belongs to those who handed it over.
    let (team, owner) = match &old.case.hand_over {
        Some(over) => (over.from.clone(), over.owner_before.clone()),
        None => (old.case.team.clone(), old.case.owner.clone()),
    };
    let mut new = Work::bare(
        Case {
            id: new_id,
            state: CaseState::Open,
            author,
            other_accounts: Vec::new(),
            channel,
            threads: threads_of(&taken),
            began,
            opened: cx.now,
            changed: cx.now,
            mentions: taken,
            team,
            owner,
            queued: None,
            queue_count: 0,
            priority: Priority::default(),
            clocks: Vec::new(),
            promises: Vec::new(),
            hand_over: None,
            hand_overs: 0,
            late_hand_overs: 0,
            backlog: false,
            tickets: Vec::new(),
            private_talk: PrivateTalk::default(),
            linked: vec![case.id],
            regressed: 0,
            tries: 0,
            replies: Vec::new(),
            unseen_replies: 0,
            proposed: Vec::new(),
            snoozed: None,
            follow_up: None,
            outcome: None,
            closed: None,
            next_due: None,
            events: 0,
            ..old.case.clone()
        },
        cx,
    );
    new.refold();
    new.note(cx.now, actor, What::SplitFrom { from: case.id });
    new.start_clock(ClockKind::FirstResponse, began);
    new.start_clock(ClockKind::Resolution, began);
    let ours = new.case.mentions.iter().filter(|m| m.voice == Voice::Us && m.at >= began).map(|m| m.at);
    if let Some(at) = ours.chain(answered).min() {
        new.answered(at);
    }
    if new.case.owner.is_none() {
        new.queue(QueueReason::Unowned, cx.now);
    }

    old.case.threads = threads_of(&kept);
    old.case.mentions = kept;
    link(&mut old.case, new_id);
    old.refold();
    let into = new_id;
    old.note(cx.now, actor, What::SplitOff { mentions: mentions.to_vec(), into });
    Ok((old.finish(), new.finish()))
}

/// Makes a case part of another: the same customer, or the same problem told twice. The first decision is for the case
/// that goes on, the second for the one that became part of it.
///
/// Counts as the customer speaking: a closed case that takes in an open one opens again, an answer that is owed stays
/// owed since it was, promises go on with their times, and what the customer waits for is waited for no shorter.
///
/// # Errors
/// [`Refused`] when one of them became part of a case already, or both are the same.
pub fn merge(
    into: &Case,
    from: &Case,
    actor: &Actor,
    cx: &Context<'_>,
) -> Result<(Decision, Decision), Refused> {
    person(actor, "merge cases")?;
    if into.id == from.id {
        return Err(Refused::SameCase);
    }
    let mut to = Work::begin(into, cx);
    let mut gone = Work::begin(from, cx);
    to.must_not_be_merged()?;
    gone.must_not_be_merged()?;
    let now = cx.now;
    let moved: Vec<MentionId> = gone.case.mentions.iter().map(|m| m.id.clone()).collect();

    take_mentions(&mut to.case, &gone.case);
    to.note(now, actor, What::MergedIn { from: from.id, mentions: moved });
    if gone.case.is_open() && !to.case.is_open() {
        to.note(now, actor, What::Reopened { mention: None });
        to.begin_again(now);
        if to.case.owner.is_none() && gone.case.owner.is_none() {
            to.queue(QueueReason::Unowned, now);
        }
    }
    if gone.case.state == CaseState::Open {
        to.go_on(now);
        // What waits in the other one was not put aside.
        if gone.case.snoozed.is_none() {
            to.wake_up(now, "merged");
        }
    }
    take_promises(&mut to.case, &mut gone.case);
    super::reply::take_replies(&mut to.case, &mut gone.case);
    take_owed_answer(&mut to.case, &gone.case);
    let target = &mut to.case;
    if target.owner.is_none() && target.is_open() {
        target.owner.clone_from(&gone.case.owner);
        let owned = target.owner.is_some();
        target.queued.take_if(|q| owned && q.reason == QueueReason::Unowned);
    }
    target.began = target.began.min(gone.case.began);
    target.located = target.located.take().or_else(|| gone.case.located.clone());
    target.tries = target.tries.min(gone.case.tries);
    target.regressed += gone.case.regressed;
    for ticket in &gone.case.tickets {
        if !target.tickets.iter().any(|t| t.outlet == ticket.outlet && t.id == ticket.id) {
            target.tickets.push(ticket.clone());
        }
    }
    for case in gone.case.linked.clone() {
        link(target, case);
    }
    target.linked.retain(|l| *l != from.id && *l != into.id);
    to.refold();
    if let Some(queued) = gone.case.queued.clone().filter(|_| to.case.is_open()) {
        // A queue does not forget somebody because of a merge.
        let taken = to.case.owner.is_some() && queued.reason == QueueReason::Unowned;
        if !taken {
            to.queue(queued.reason, now);
        }
    }

    gone.note(now, actor, What::MergedInto { into: into.id });
    gone.end(Outcome::Merged);
    gone.case.merged_into = Some(into.id);
    Ok((to.finish(), gone.finish()))
}

fn take_mentions(to: &mut Case, from: &Case) {
    for account in from.accounts() {
        if !to.is_of(account) {
            to.other_accounts.push(account.clone());
        }
    }
    for mention in &from.mentions {
        if to.mention(&mention.id).is_some() {
            continue;
        }
        let mut mention = mention.clone();
        let by = mention.author.take().unwrap_or_else(|| from.author.clone());
        let at = mention.channel.take().unwrap_or(from.channel);
        mention.author = (by != to.author).then_some(by);
        mention.channel = (at != to.channel).then_some(at);
        to.mentions.push(mention);
    }
    to.mentions.sort_by_key(|m| m.at);
    for thread in &from.threads {
        if !to.threads.contains(thread) {
            to.threads.push(thread.clone());
        }
    }
}

/// Promises go along, in whatever state, under new numbers: what was promised to the customer stays promised.
fn take_promises(to: &mut Case, from: &mut Case) {
    for mut moved in std::mem::take(&mut from.proposed).into_iter().filter(|p| p.answer.is_none()) {
        moved.id = to.proposed.iter().map(|p| p.id).max().unwrap_or(0) + 1;
        to.proposed.push(moved);
    }
    for mut moved in std::mem::take(&mut from.promises) {
        moved.id = promise::next_id(&to.promises);
        to.promises.push(moved);
    }
}

/// The answer that the customer waits for in the other case is waited for here, since the same moment and with what
/// was announced about it (SL-1).
fn take_owed_answer(to: &mut Case, from: &Case) {
    if !to.is_open() {
        return;
    }
    let owed =
        from.clocks.iter().filter(|c| c.kind != ClockKind::Resolution && c.state == ClockState::Running);
    let Some(owed) = owed.min_by_key(|c| c.red_at) else { return };
    let here = to.clocks.iter_mut().filter(|c| c.kind != ClockKind::Resolution && !c.is_over());
    let earliest = here.min_by_key(|c| c.red_at);
    match earliest {
        Some(known) if known.red_at <= owed.red_at => {}
        Some(known) => {
            let kind = known.kind;
            *known = Clock { kind, ..owed.clone() };
        }
        None => to.clocks.push(Clock { kind: ClockKind::NextResponse, ..owed.clone() }),
    }
    to.clocks.sort_by_key(|c| c.started);
}

fn answered_after(clocks: &[Clock], began: jiff::Timestamp) -> Option<jiff::Timestamp> {
    let responses = clocks.iter().filter(|c| c.kind != ClockKind::Resolution);
    let done = responses.filter_map(|c| match c.state {
        ClockState::Done(at) => Some(at),
        _ => None,
    });
    done.filter(|at| *at >= began).min()
}

fn threads_of(mentions: &[CaseMention]) -> Vec<String> {
    let mut threads: Vec<String> = Vec::new();
    for thread in mentions.iter().flat_map(|m| &m.threads) {
        if !threads.contains(thread) {
            threads.push(thread.clone());
        }
    }
    threads
}

fn link(case: &mut Case, other: CaseId) {
    if !case.linked.contains(&other) {
        case.linked.push(other);
    }
}
