//! Which case a mention belongs to (rules 1 and 4).
//!
//! The caller looks up cases that share a thread or an author with the mention; this decides. It checks everything
//! again, so a lookup that finds too much does no harm.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Intent};
use crate::case::{Case, Outcome, Voice};
use crate::context::Context;
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
pub fn join(mention: &Mention, assessment: &Assessment, candidates: &[Case], cx: &Context<'_>) -> Join {
    if mention.withdrawn.is_some() {
        return Join::Nothing;
    }
    let threads = thread_keys(mention);
    let answered = mention.in_reply_to.as_ref().map(|id| MentionId::derive(mention.space(), id));
    // What became part of another case lives on in that one.
    let mut all: Vec<&Case> = candidates.iter().filter(|c| c.outcome != Some(Outcome::Merged)).collect();
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
mod tests {
    use super::*;
    use crate::case::CaseState;
    use crate::decide::{Command, open, take_in};
    use crate::ids::CaseId;
    use crate::testing::{assessment, at_shop, complaint, cx, done, mention, opened, question, thanks};

    const CASE: CaseId = CaseId(1);

    /// Anna's open case about a late delivery, in the thread `t1`, of Friday 10:00.
    fn case() -> Case {
        opened("2026-06-05 10:00", "2026-06-05 10:01").case
    }

    fn closed() -> Case {
        let close = Command::Close { outcome: Outcome::Solved, note: String::new() };
        done(&case(), &close, "2026-06-05 12:00")
    }

    /// A post in another thread.
    fn elsewhere(author: &str, at: &str) -> Mention {
        Mention { thread: Some("t2".into()), ..mention("m2", author, at) }
    }

    fn joined(m: &Mention, a: &Assessment, cases: &[Case]) -> Join {
        join(m, a, cases, &cx("2026-06-06 12:00"))
    }

    const IN_THREAD: Join = Join::Into { case: CASE, because: Because::Thread };

    #[test]
    fn a_complaint_or_question_opens_a_case_and_nothing_else_does() {
        let m = mention("m2", "carl", "2026-06-05 11:00");
        for (intent, opens) in [
            (Intent::Complaint, true),
            (Intent::Question, true),
            (Intent::Praise, false),
            (Intent::Remark, false),
            (Intent::Irrelevant, false),
        ] {
            let expected = if opens { Join::New { linked: Vec::new() } } else { Join::Nothing };
            assert_eq!(joined(&m, &assessment(intent), &[]), expected, "{intent:?}");
        }
    }

    #[test]
    fn whatever_the_customer_says_in_the_thread_joins_the_open_case() {
        let m = mention("m2", "anna", "2026-06-05 11:00");
        for a in
            [complaint(1, "product.damaged"), question("delivery.late"), thanks(), assessment(Intent::Remark)]
        {
            assert_eq!(joined(&m, &a, &[case()]), IN_THREAD);
        }
    }

    #[test]
    fn the_same_author_elsewhere_joins_when_it_is_about_the_same() {
        let m = elsewhere("anna", "2026-06-05 11:00");
        let by_author = Join::Into { case: CASE, because: Because::Author };
        assert_eq!(joined(&m, &complaint(1, "delivery.not_delivered"), &[case()]), by_author);
        assert_eq!(joined(&m, &assessment(Intent::Complaint), &[case()]), by_author);
        // Praise elsewhere is no part of it.
        assert_eq!(joined(&m, &thanks(), &[case()]), Join::Nothing);
    }

    #[test]
    fn something_else_is_a_case_of_its_own_that_is_linked() {
        let m = elsewhere("anna", "2026-06-05 11:00");
        let linked = Join::New { linked: vec![CASE] };
        assert_eq!(joined(&m, &complaint(1, "staff.attitude"), &[case()]), linked);
        // About another shop it is another problem, whatever the topic.
        let mut at_breda = case();
        at_breda.located = at_shop(complaint(1, "delivery.late"), "breda").located;
        assert_eq!(joined(&m, &at_shop(complaint(1, "delivery.late"), "ede"), &[at_breda]), linked);
    }

    #[test]
    fn the_same_author_much_later_opens_a_new_case() {
        let m = elsewhere("anna", "2026-06-20 11:00");
        let linked = Join::New { linked: vec![CASE] };
        assert_eq!(join(&m, &complaint(1, "delivery.late"), &[case()], &cx("2026-06-20 11:01")), linked);
    }

    #[test]
    fn the_order_in_which_posts_are_found_does_not_matter() {
        let m = elsewhere("anna", "2026-06-04 11:00");
        let by_author = Join::Into { case: CASE, because: Because::Author };
        assert_eq!(joined(&m, &complaint(1, "delivery.late"), &[case()]), by_author);
    }

    #[test]
    fn a_customer_who_comes_back_soon_reopens_the_case() {
        let in_thread = mention("m2", "anna", "2026-06-20 11:00");
        let late = complaint(1, "delivery.late");
        let at = cx("2026-06-20 11:01");
        let reopen = |because| Join::Reopen { case: CASE, because };
        assert_eq!(join(&in_thread, &late, &[closed()], &at), reopen(Because::Thread));
        let m = elsewhere("anna", "2026-06-20 11:00");
        assert_eq!(join(&m, &late, &[closed()], &at), reopen(Because::Author));
        // About something else: new, and linked.
        assert_eq!(
            join(&m, &complaint(1, "staff.attitude"), &[closed()], &at),
            Join::New { linked: vec![CASE] }
        );
    }

    #[test]
    fn long_after_the_end_it_is_a_new_case() {
        let m = mention("m2", "anna", "2026-08-20 11:00");
        let at = cx("2026-08-20 11:01");
        assert_eq!(
            join(&m, &complaint(1, "delivery.late"), &[closed()], &at),
            Join::New { linked: vec![CASE] }
        );
        assert_eq!(join(&m, &thanks(), &[closed()], &at), Join::Nothing);
    }

    #[test]
    fn thanks_after_the_end_are_kept_with_the_case() {
        let m = mention("m2", "anna", "2026-06-05 13:00");
        let attach = Join::Attach { case: CASE, voice: Voice::Customer, because: Because::Thread };
        assert_eq!(joined(&m, &thanks(), &[closed()]), attach);
    }

    #[test]
    fn our_own_post_opens_nothing_and_answers_in_its_thread() {
        let ours = mention("r1", "us", "2026-06-05 11:00");
        let attach = Join::Attach { case: CASE, voice: Voice::Us, because: Because::Thread };
        assert_eq!(joined(&ours, &complaint(3, "delivery.late"), &[case()]), attach);
        assert_eq!(
            joined(&elsewhere("us", "2026-06-05 11:00"), &complaint(3, "delivery.late"), &[case()]),
            Join::Nothing
        );
        assert_eq!(joined(&ours, &complaint(3, "delivery.late"), &[]), Join::Nothing);
    }

    #[test]
    fn our_answer_goes_to_the_case_whose_post_it_answers() {
        let theirs = mention("c1", "carl", "2026-06-05 10:30");
        let carls =
            open(CaseId(2), &theirs, &complaint(1, "delivery.late"), &[], &cx("2026-06-05 10:31")).case;
        for (answered, expected) in [("m1", CASE), ("c1", CaseId(2))] {
            let ours =
                Mention { in_reply_to: Some(answered.into()), ..mention("r1", "us", "2026-06-05 11:00") };
            let attach = Join::Attach { case: expected, voice: Voice::Us, because: Because::Reply };
            assert_eq!(joined(&ours, &assessment(Intent::Remark), &[case(), carls.clone()]), attach);
        }
    }

    #[test]
    fn somebody_else_who_complains_in_the_thread_gets_an_own_case() {
        let m = mention("c1", "carl", "2026-06-05 11:00");
        assert_eq!(joined(&m, &complaint(1, "delivery.late"), &[case()]), Join::New { linked: vec![CASE] });
        // So does one who asks us something there: our own post may have been the beginning of the thread.
        assert_eq!(joined(&m, &question("delivery.late"), &[case()]), Join::New { linked: vec![CASE] });
    }

    #[test]
    fn somebody_else_who_talks_to_the_customer_is_a_bystander() {
        let m = Mention { in_reply_to: Some("m1".into()), ..mention("c1", "carl", "2026-06-05 11:00") };
        let attach = Join::Attach { case: CASE, voice: Voice::Bystander, because: Because::Reply };
        assert_eq!(joined(&m, &question("delivery.late"), &[case()]), attach);
        assert_eq!(joined(&m, &assessment(Intent::Remark), &[case()]), attach);
        assert_eq!(joined(&m, &assessment(Intent::Irrelevant), &[case()]), Join::Nothing);
        let aside = mention("c1", "carl", "2026-06-05 11:00");
        assert_eq!(joined(&aside, &assessment(Intent::Remark), &[case()]), Join::Nothing);
    }

    #[test]
    fn a_platform_without_threads_is_followed_from_answer_to_answer() {
        let post = |id: &str, answers: Option<&str>, author: &str| Mention {
            thread: None,
            in_reply_to: answers.map(str::to_owned),
            ..mention(id, author, "2026-06-05 10:00")
        };
        let cx = cx("2026-06-05 10:01");
        let case = open(CASE, &post("a", None, "anna"), &complaint(1, "delivery.late"), &[], &cx).case;
        let ours = post("b", Some("a"), "us");
        let to = joined(&ours, &assessment(Intent::Remark), std::slice::from_ref(&case));
        let case = take_in(&to, &[case], CaseId(9), &ours, &assessment(Intent::Remark), &cx).unwrap().case;
        assert_eq!(joined(&post("c", Some("b"), "anna"), &thanks(), &[case]), IN_THREAD);
    }

    #[test]
    fn what_was_merged_away_is_not_joined() {
        let gone = Case {
            state: CaseState::Closed,
            outcome: Some(Outcome::Merged),
            merged_into: Some(CaseId(2)),
            ..case()
        };
        let m = mention("m2", "anna", "2026-06-05 11:00");
        assert_eq!(joined(&m, &thanks(), &[gone]), Join::Nothing);
    }

    #[test]
    fn another_account_that_was_merged_in_is_the_customer() {
        let mut both = case();
        both.other_accounts.push(crate::AuthorKey("town:anna2".into()));
        assert_eq!(joined(&mention("m2", "anna2", "2026-06-05 11:00"), &thanks(), &[both]), IN_THREAD);
    }

    #[test]
    fn a_lookup_that_found_too_much_does_no_harm() {
        let m = elsewhere("carl", "2026-06-05 11:00");
        assert_eq!(joined(&m, &complaint(1, "delivery.late"), &[case()]), Join::New { linked: Vec::new() });
        assert_eq!(joined(&m, &thanks(), &[case()]), Join::Nothing);
    }

    #[test]
    fn a_withdrawn_post_joins_nothing() {
        let m = Mention {
            withdrawn: Some(cx("2026-06-05 11:00").now),
            ..mention("m2", "anna", "2026-06-05 11:00")
        };
        assert_eq!(joined(&m, &complaint(1, "delivery.late"), &[case()]), Join::Nothing);
    }
}
