//! Facts that come in from outside: a mention is found, changes, or is gone.

use std::borrow::Borrow;

use super::Decision;
use super::correct::keep_in_facts;
use super::work::Work;
use crate::assessment::{Assessment, Responsible};
use crate::case::{Case, CaseMention, CaseState, PrivateTalk, QueueReason, Queued, Voice};
use crate::clock::ClockKind;
use crate::context::Context;
use crate::event::{Actor, What};
use crate::facts::Facts;
use crate::group::{Because, Join, thread_keys};
use crate::ids::{CaseId, MentionId};
use crate::mention::Mention;
use crate::rank::Priority;

/// Carries out what [`crate::group::join`] said. `new_id` is used when it opens a case.
///
/// `None` when the mention belongs to no case, or the case it should join is not among the candidates.
#[must_use]
pub fn take_in(
    join: &Join,
    candidates: &[impl Borrow<Case>],
    new_id: CaseId,
    mention: &Mention,
    assessment: &Assessment,
    cx: &Context<'_>,
) -> Option<Decision> {
    let find = |id: &CaseId| candidates.iter().map(Borrow::borrow).find(|c: &&Case| c.id == *id);
    let add = |case: &CaseId, voice, because| {
        Some(add_mention(find(case)?, mention, assessment, voice, because, cx))
    };
    match join {
        Join::Nothing => None,
        Join::New { linked } => Some(open(new_id, mention, assessment, linked, cx)),
        Join::Into { case, because } | Join::Reopen { case, because } => add(case, Voice::Customer, *because),
        Join::Attach { case, voice, because } => add(case, *voice, *because),
    }
}

/// Opens a case with its first mention. The clocks start when the post was published (rule 3); how long we took to
/// see it is in the history.
pub fn open(
    id: CaseId,
    mention: &Mention,
    assessment: &Assessment,
    linked: &[CaseId],
    cx: &Context<'_>,
) -> Decision {
    begin_case(id, mention, assessment, linked, is_old(mention, cx), cx)
}

pub(super) fn begin_case(
    id: CaseId,
    mention: &Mention,
    assessment: &Assessment,
    linked: &[CaseId],
    backlog: bool,
    cx: &Context<'_>,
) -> Decision {
    let now = cx.now;
    let located = assessment.located.clone();
    let responsible = assessment.responsible.label;
    let team = cx.route(located.as_ref().map(|l| &l.location), responsible);
    let case = Case {
        id,
        state: CaseState::Open,
        author: mention.author.key.clone(),
        other_accounts: Vec::new(),
        channel: mention.channel,
        threads: thread_keys(mention),
        began: mention.published,
        opened: now,
        changed: now,
        mentions: vec![as_said(mention, assessment, Voice::Customer)],
        facts: Facts::of(mention, assessment),
        located,
        responsible,
        team,
        owner: None,
        queued: None,
        queue_count: 0,
        priority: Priority::default(),
        clocks: Vec::new(),
        promises: Vec::new(),
        hand_over: None,
        hand_overs: 0,
        late_hand_overs: 0,
        backlog,
        tickets: Vec::new(),
        private_talk: PrivateTalk::default(),
        linked: linked.to_vec(),
        regressed: 0,
        tries: 0,
        replies: Vec::new(),
        unseen_replies: 0,
        proposed: Vec::new(),
        snoozed: None,
        follow_up: None,
        merged_into: None,
        outcome: None,
        closed: None,
        next_due: None,
        events: 0,
    };
    let mut work = Work::bare(case, cx);
    let detection_delay = mention.seen.duration_since(mention.published).max(jiff::SignedDuration::ZERO);
    work.note(now, &Actor::Gehoor, What::Opened { mention: mention.id.clone(), detection_delay });
    work.queue(QueueReason::Unowned, now);
    work.start_clock(ClockKind::FirstResponse, mention.published);
    work.start_clock(ClockKind::Resolution, mention.published);
    work.finish()
}

/// Whether a post was old already when it was found.
pub(super) fn is_old(mention: &Mention, cx: &Context<'_>) -> bool {
    mention.seen.duration_since(mention.published) > cx.policy.backlog_after
}

/// Adds a mention to a case: the customer's, our own reply found at the source, or a bystander's. A mention that is
/// part of the case already changes nothing.
pub fn add_mention(
    case: &Case,
    mention: &Mention,
    assessment: &Assessment,
    voice: Voice,
    because: Because,
    cx: &Context<'_>,
) -> Decision {
    // What was said before a clock ran out was said in time, also when we hear of it later.
    let mut work = Work::begin_at(case, cx, mention.published);
    if work.case.mention(&mention.id).is_some() {
        return work.finish();
    }
    let mut said = as_said(mention, assessment, voice);
    said.author = (mention.author.key != work.case.author).then(|| mention.author.key.clone());
    said.channel = (mention.channel != work.case.channel).then_some(mention.channel);
    for thread in &said.threads {
        if !work.case.threads.contains(thread) {
            work.case.threads.push(thread.clone());
        }
    }
    let after = work.case.mentions.partition_point(|m| m.at <= said.at);
    work.case.mentions.insert(after, said);
    if !is_old(mention, cx) && voice != Voice::Bystander {
        work.case.backlog = false;
    }
    match voice {
        Voice::Customer => customer_said(&mut work, mention, assessment, because),
        Voice::Us => we_said(&mut work, mention),
        Voice::Bystander => joined(&mut work, mention, voice, because),
    }
    work.finish()
}

/// A mention's text changed, it travelled much further, or it was judged again. A review that turned for the worse counts as the customer
/// speaking again; one that turned for the better does not end anything by itself.
pub fn revise(case: &Case, mention: &Mention, assessment: &Assessment, cx: &Context<'_>) -> Decision {
    let mut work = Work::begin(case, cx);
    let now = cx.now;
    let Some(known) = work.case.mentions.iter_mut().find(|m| m.id == mention.id) else {
        return work.finish();
    };
    let (mut worse, mut only_spread) = (false, false);
    if known.voice == Voice::Customer {
        let mut new = Facts::of(mention, assessment);
        let wants = assessment.wants_case();
        if let Some(old) = &known.facts {
            keep_in_facts(&mut new, old, &known.corrected);
            let fewer_stars = matches!((new.stars, old.stars), (Some(n), Some(o)) if n < o);
            worse = wants && (!known.wants_answer || new.severity > old.severity || fewer_stars);
            let alike = Facts { reach: new.reach, ..old.clone() } == new;
            only_spread = alike && new.reach > old.reach && known.withdrawn == mention.withdrawn;
        }
        known.wants_answer = wants;
        known.facts = Some(new);
    }
    // It is there again.
    known.withdrawn = mention.withdrawn;
    work.refold();
    // That it travelled further is no word of the customer: the rank shows it.
    if !only_spread {
        work.note(now, &Actor::Gehoor, What::Revised { mention: mention.id.clone() });
    }
    if worse {
        customer_moves(&mut work, now, Some(&mention.id), true);
    }
    work.finish()
}

/// A mention is gone from its platform: the case keeps it, struck out (rule 8), and stays as it is.
pub fn withdraw(case: &Case, mention: &MentionId, cx: &Context<'_>) -> Decision {
    let mut work = Work::begin(case, cx);
    let now = cx.now;
    let known = work.case.mentions.iter_mut().find(|m| m.id == *mention);
    if let Some(known) = known.filter(|m| m.withdrawn.is_none()) {
        known.withdrawn = Some(now);
        work.note(now, &Actor::Gehoor, What::Withdrawn { mention: mention.clone() });
    }
    work.finish()
}

fn as_said(mention: &Mention, assessment: &Assessment, voice: Voice) -> CaseMention {
    let customer = voice == Voice::Customer;
    CaseMention {
        id: mention.id.clone(),
        source: mention.source.clone(),
        at: mention.published,
        seen: mention.seen,
        voice,
        wants_answer: customer && assessment.wants_case(),
        author: None,
        channel: None,
        threads: thread_keys(mention),
        facts: customer.then(|| Facts::of(mention, assessment)),
        corrected: Vec::new(),
        withdrawn: mention.withdrawn,
    }
}

fn joined(work: &mut Work<'_>, mention: &Mention, voice: Voice, because: Because) {
    let because = because.as_str().to_owned();
    work.note(work.cx.now, &Actor::Gehoor, What::Joined { mention: mention.id.clone(), voice, because });
}

fn customer_said(work: &mut Work<'_>, mention: &Mention, assessment: &Assessment, because: Because) {
    work.refold();
    joined(work, mention, Voice::Customer, because);
    if because == Because::Copy {
        // Nothing was said that was not said before.
        return;
    }
    if work.case.located.is_none() && assessment.located.is_some() {
        work.case.located.clone_from(&assessment.located);
        work.route_anew();
    }
    if work.case.responsible == Responsible::Unknown && assessment.responsible.label != Responsible::Unknown {
        work.case.responsible = assessment.responsible.label;
        work.route_anew();
    }
    customer_moves(work, mention.published, Some(&mention.id), assessment.wants_case());
}

/// The customer moved: waiting ends, a closed case opens again for what wants an answer, and an answer is owed since
/// then. Thanks do none of the last two, and never end a promise.
pub(super) fn customer_moves(
    work: &mut Work<'_>,
    at: jiff::Timestamp,
    mention: Option<&MentionId>,
    wants_answer: bool,
) {
    if work.case.merged_into.is_some() {
        return;
    }
    let now = work.cx.now;
    if !work.case.is_open() {
        if wants_answer {
            // One that was written before the end was only seen after it: the customer did not come back.
            if work.case.closed.is_none_or(|closed| at > closed) {
                work.case.regressed += 1;
            }
            work.note(now, &Actor::Gehoor, What::Reopened { mention: mention.cloned() });
            work.begin_again(at);
            work.queue(QueueReason::Regressed, now);
            work.owe_answer(at);
        }
        return;
    }
    work.case.tries = 0;
    work.go_on(at);
    if let Some(Queued { reason: QueueReason::CustomerSilent, since }) = work.case.queued {
        // The reason is gone; without an owner it still has to be taken.
        let unowned = work.case.owner.is_none();
        work.case.queued = unowned.then_some(Queued { reason: QueueReason::Unowned, since });
    }
    if wants_answer {
        work.wake_up(now, "customer");
        work.owe_answer(at);
    }
}

/// Our own post in the thread: the answer that response clocks wait for.
fn we_said(work: &mut Work<'_>, mention: &Mention) {
    let at = mention.published;
    let known = super::reply::found(work, mention);
    let what = What::Replied {
        text: String::new(),
        sent: false,
        mention: Some(mention.id.clone()),
        reply: known.map(|(id, _)| id),
    };
    work.note(at, &Actor::Gehoor, what);
    // One that was still on its way was not counted yet.
    let noted_before = known.map_or(work.case.unseen_replies > 0, |(_, counted)| counted);
    if noted_before {
        work.case.unseen_replies = work.case.unseen_replies.saturating_sub(1);
    }
    work.last_line(at);
    if work.case.is_open() {
        if !noted_before {
            work.case.tries += 1;
        }
        work.answered(at);
        work.dealt_with(false);
    }
}
