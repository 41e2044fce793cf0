//! The machine thinks again: a stronger model looks a second time, or a new model takes the place of the old one.
//! Nobody said anything new, so this changes what is known and the rank, and leaves a line in the history; it is not
//! the customer speaking again.

use jiff::Timestamp;

use super::Decision;
use super::arrive::{begin_case, customer_moves, is_old};
use super::correct::keep_in_facts;
use super::work::Work;
use crate::assessment::{Assessment, Intent};
use crate::case::{Case, Voice};
use crate::context::Context;
use crate::event::{Actor, Shift, What};
use crate::facts::Facts;
use crate::ids::CaseId;
use crate::mention::Mention;
use crate::rank;

/// Why a mention is judged again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// A stronger model looks at what the quick one found urgent or was not sure of, soon after it came in.
    SecondLook,
    /// Another model took the place of the one that judged, maybe long ago.
    NewModel,
}

impl Again {
    /// The name used in records and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Again::SecondLook => "second_look",
            Again::NewModel => "new_model",
        }
    }
}

/// Whether a mention without a case may still open or join one when it is judged again. One that was published longer
/// ago than `backlog_after` may not: a new model would open a case for years of posts. One that was old already when
/// it was found may at the second look, which belongs to its arrival: it opens a case that sends nothing, as always.
#[must_use]
pub fn may_still_open(mention: &Mention, again: Again, cx: &Context<'_>) -> bool {
    young(mention.published, cx) || (again == Again::SecondLook && is_old(mention, cx))
}

/// Opens a case for a mention that a new model understands better. It waits in the inbox without clock points,
/// tickets and clock alerts until somebody acts, like a post that was old when it was found: a new model floods
/// nothing.
pub fn open_late(
    id: CaseId,
    mention: &Mention,
    assessment: &Assessment,
    linked: &[CaseId],
    cx: &Context<'_>,
) -> Decision {
    begin_case(id, mention, assessment, linked, true, cx)
}

/// A mention of the case was judged again. What people corrected stays. A closed case stays closed, unless a second
/// look finds that what came after its end wants an answer after all.
///
/// A new model that says the same leaves nothing to commit.
pub fn rejudge(
    case: &Case,
    mention: &Mention,
    assessment: &Assessment,
    again: Again,
    cx: &Context<'_>,
) -> Decision {
    let unchanged = || Decision { case: case.clone(), events: Vec::new(), effects: Vec::new() };
    let known = case.mention(&mention.id).filter(|m| m.voice == Voice::Customer);
    let Some((known, old)) = known.and_then(|m| Some((m, m.facts.as_ref()?))) else { return unchanged() };
    let mut new = Facts::of(mention, assessment);
    keep_in_facts(&mut new, old, &known.corrected);
    let changed = shifts(old, &new);
    if again == Again::NewModel && changed.is_empty() {
        return unchanged();
    }
    let wants = matches!(new.intent, Intent::Complaint | Intent::Question);
    let newly = wants && !known.wants_answer;

    let mut work = Work::begin(case, cx);
    let points_before = rank::priority(&work.case, cx).total;
    if let Some(known) = work.case.mentions.iter_mut().find(|m| m.id == mention.id) {
        known.wants_answer = wants;
        known.facts = Some(new);
    }
    work.refold();
    let what = What::Reassessed {
        mention: mention.id.clone(),
        model: assessment.model.clone(),
        because: again.as_str().to_owned(),
        changed,
        points_before,
        points_after: rank::priority(&work.case, cx).total,
    };
    work.note(cx.now, &Actor::Gehoor, what);
    let open = work.case.is_open();
    let after_its_end = work.case.closed.is_some_and(|closed| mention.published > closed);
    let heard_now = again == Again::SecondLook && young(mention.published, cx);
    if newly && (open || (after_its_end && heard_now)) && mention.withdrawn.is_none() {
        customer_moves(&mut work, mention.published, Some(&mention.id), true);
    }
    work.finish()
}

fn young(published: Timestamp, cx: &Context<'_>) -> bool {
    cx.now.duration_since(published) <= cx.policy.backlog_after
}

/// Which fields say something else now.
fn shifts(old: &Facts, new: &Facts) -> Vec<Shift> {
    let list = |all: Vec<&str>| {
        let mut all = all;
        all.sort_unstable();
        all.join(" ")
    };
    let topics = |f: &Facts| list(f.topics.iter().map(crate::assessment::Topic::as_str).collect());
    let signals = |f: &Facts| list(f.signals.iter().map(|s| s.0.as_str()).collect());
    let level = |f: &Facts| f.severity.level().to_string();
    let pairs = [
        ("intent", old.intent.as_str().to_owned(), new.intent.as_str().to_owned()),
        ("severity", level(old), level(new)),
        ("sentiment", old.sentiment.as_str().to_owned(), new.sentiment.as_str().to_owned()),
        ("topics", topics(old), topics(new)),
        ("signals", signals(old), signals(new)),
    ];
    let differs = |(_, from, to): &(&str, String, String)| from != to;
    let shift = |(field, from, to): (&str, String, String)| Shift { field: field.to_owned(), from, to };
    pairs.into_iter().filter(differs).map(shift).collect()
}
