use super::answers::{customer, take};
use crate::assessment::{Intent, Severity};
use crate::case::{Case, CaseState, ClockKind, Outcome};
use crate::decide::{Again, Command, may_still_open, open, open_late, rejudge};
use crate::event::What;
use crate::ids::CaseId;
use crate::mention::Mention;
use crate::testing::{assessment, complaint, cx, done, mention, thanks};

const AT: &str = "2026-06-05 10:00";

fn first() -> Mention {
    mention("m1", "anna", AT)
}

fn judged(assessment: &crate::assessment::Assessment) -> Case {
    open(CaseId(1), &first(), assessment, &[], &cx("2026-06-05 10:01")).case
}

#[test]
fn a_second_look_changes_the_rank_and_says_who_judged_and_what_changed() {
    let case = judged(&complaint(1, "delivery.late"));
    let mut better = complaint(3, "product.safety");
    better.model = "strong-1".into();
    let decision = rejudge(&case, &first(), &better, Again::SecondLook, &cx("2026-06-05 10:05"));
    assert_eq!(decision.case.facts.severity.level(), 3);
    assert!(decision.case.priority.total > case.priority.total);
    let Some(What::Reassessed { model, because, changed, points_before, points_after, .. }) =
        decision.events.iter().map(|e| &e.what).find(|w| matches!(w, What::Reassessed { .. }))
    else {
        panic!("no line in the history: {:?}", decision.events)
    };
    assert_eq!((model.as_str(), because.as_str()), ("strong-1", "second_look"));
    assert_eq!(
        changed.iter().map(|s| (&*s.field, &*s.from, &*s.to)).collect::<Vec<_>>(),
        [("severity", "1", "3"), ("topics", "delivery.late", "product.safety")]
    );
    assert!(points_after > points_before);
    // Nobody spoke: the same clocks run, and nothing was told to the helpdesk.
    assert_eq!(decision.case.clocks, case.clocks);
    assert!(decision.effects.is_empty());
}

#[test]
fn a_new_model_that_says_the_same_leaves_nothing_to_commit_and_a_second_look_leaves_a_line() {
    let case = judged(&complaint(2, "delivery.late"));
    let look = |again| {
        rejudge(&case, &first(), &complaint(2, "delivery.late"), again, &cx("2026-06-05 10:05")).events.len()
    };
    assert_eq!((look(Again::NewModel), look(Again::SecondLook)), (0, 1));
}

#[test]
fn what_a_person_corrected_survives_a_second_look() {
    let case = judged(&complaint(3, "product.safety"));
    let calm = Command::Correct {
        mention: None,
        intent: None,
        severity: Severity::new(1),
        sentiment: None,
        topics: None,
        signals: None,
    };
    let case = done(&case, &calm, "2026-06-05 10:02");
    for again in [Again::SecondLook, Again::NewModel] {
        let after =
            rejudge(&case, &first(), &complaint(3, "product.quality"), again, &cx("2026-06-05 10:05")).case;
        assert_eq!(after.facts.severity.level(), 1);
        assert_eq!(after.facts.topics[0].as_str(), "product.quality");
    }
}

#[test]
fn a_closed_case_stays_closed_unless_what_came_after_its_end_wants_an_answer_after_all() {
    let case = take(&judged(&complaint(2, "delivery.late")), "2026-06-05 10:05");
    let close = Command::Close { outcome: Outcome::NotOurs, note: String::new() };
    let closed = done(&case, &close, "2026-06-05 10:20");
    let worse = complaint(3, "product.safety");
    for again in [Again::SecondLook, Again::NewModel] {
        let after = rejudge(&closed, &first(), &worse, again, &cx("2026-06-05 11:00")).case;
        assert_eq!((after.state, after.facts.severity.level()), (CaseState::Closed, 3));
    }
    let thanked = customer(&closed, "m2", "2026-06-05 10:30", &thanks(), "2026-06-05 10:31");
    assert_eq!(thanked.state, CaseState::Closed);
    let second = mention("m2", "anna", "2026-06-05 10:30");
    let after = |again| rejudge(&thanked, &second, &worse, again, &cx("2026-06-05 11:00")).case.state;
    assert_eq!(after(Again::NewModel), CaseState::Closed);
    assert_eq!(after(Again::SecondLook), CaseState::Open);
}

#[test]
fn remarks_that_turn_out_to_ask_start_the_clock_at_their_own_time() {
    let case = judged(&complaint(2, "delivery.late"));
    let answered = super::answers::reply(&take(&case, "2026-06-05 10:05"), "2026-06-05 10:10");
    let remark = assessment(Intent::Remark);
    let case = customer(&answered, "m2", "2026-06-05 10:30", &remark, "2026-06-05 10:31");
    assert!(case.running(ClockKind::NextResponse).is_none());
    let m2 = mention("m2", "anna", "2026-06-05 10:30");
    let asks = complaint(2, "delivery.late");
    let after = rejudge(&case, &m2, &asks, Again::SecondLook, &cx("2026-06-05 10:40")).case;
    assert_eq!(after.running(ClockKind::NextResponse).unwrap().started, m2.published);
}

#[test]
fn years_of_posts_open_no_case_when_they_are_judged_again() {
    let yesterday = cx("2026-06-06 10:00");
    let next_year = cx("2027-06-05 10:00");
    for again in [Again::SecondLook, Again::NewModel] {
        assert!(may_still_open(&first(), again, &yesterday));
        assert!(!may_still_open(&first(), again, &next_year));
    }
    let mut old_when_found = first();
    old_when_found.seen = next_year.now;
    assert!(may_still_open(&old_when_found, Again::SecondLook, &next_year));
    assert!(!may_still_open(&old_when_found, Again::NewModel, &next_year));
}

#[test]
fn a_case_that_a_new_model_opens_sends_nothing_until_somebody_acts() {
    let late = open_late(CaseId(1), &first(), &complaint(3, "product.safety"), &[], &cx("2026-06-07 10:00"));
    assert!(late.case.backlog && late.effects.is_empty());
    let case = take(&late.case, "2026-06-07 10:05");
    assert!(!case.backlog);
}
