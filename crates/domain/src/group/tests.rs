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
    let close = Command::CloseAnsweredElsewhere { outcome: Outcome::Solved, note: "gebeld".into() };
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
    assert_eq!(join(&m, &complaint(1, "staff.attitude"), &[closed()], &at), Join::New { linked: vec![CASE] });
}

#[test]
fn long_after_the_end_it_is_a_new_case() {
    let m = mention("m2", "anna", "2026-08-20 11:00");
    let at = cx("2026-08-20 11:01");
    assert_eq!(join(&m, &complaint(1, "delivery.late"), &[closed()], &at), Join::New { linked: vec![CASE] });
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
    let carls = open(CaseId(2), &theirs, &complaint(1, "delivery.late"), &[], &cx("2026-06-05 10:31")).case;
    for (answered, expected) in [("m1", CASE), ("c1", CaseId(2))] {
        let ours = Mention { in_reply_to: Some(answered.into()), ..mention("r1", "us", "2026-06-05 11:00") };
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
    let m =
        Mention { withdrawn: Some(cx("2026-06-05 11:00").now), ..mention("m2", "anna", "2026-06-05 11:00") };
    assert_eq!(joined(&m, &complaint(1, "delivery.late"), &[case()]), Join::Nothing);
}
