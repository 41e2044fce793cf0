use super::answers::{clock, reply, take};
use crate::advance::advance;
use crate::case::{Case, QueueReason};
use crate::clock::ClockKind;
use crate::decide::{Command, Refused};
use crate::event::What;
use crate::ids::{LocationId, TeamId};
use crate::testing::{act, cx, done, opened, t, user};

fn to_breda(urgent: Option<bool>) -> Command {
    Command::HandOver {
        to: TeamId::parse("shop").unwrap(),
        location: Some(LocationId::parse("breda").unwrap()),
        note: "please call her".into(),
        urgent,
    }
}

/// Owned by `bo` and answered, then handed to Breda on Friday at 16:00 with the short return date.
fn handed_over() -> Case {
    let case = reply(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        "2026-06-05 10:20",
    );
    done(&case, &to_breda(Some(true)), "2026-06-05 16:00")
}

#[test]
fn a_case_goes_to_the_shop_with_a_return_date_in_its_opening_hours() {
    let case = handed_over();
    assert_eq!((case.team.as_str(), case.owner.as_ref(), case.hand_overs), ("shop", None, 1));
    assert_eq!(case.location().unwrap().as_str(), "breda");
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::Unowned);
    // Four hours: Friday 16:00 to 18:00, Saturday 10:00 to 12:00.
    assert_eq!(case.hand_over.as_ref().unwrap().due, t("2026-06-06 12:00"));
}

#[test]
fn a_norm_with_hours_of_its_own_is_not_changed_by_who_works_on_it() {
    assert_eq!(clock(&handed_over(), ClockKind::Resolution).red_at, t("2026-06-08 10:00"));
}

#[test]
fn the_rank_decides_which_return_date_counts_when_nobody_says() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let calm = done(&case, &to_breda(None), "2026-06-05 10:10");
    // 24 opening hours of the shop: 7:20 on Friday, 7:30 on Saturday and Monday, 1:40 on Tuesday.
    assert_eq!(calm.hand_over.unwrap().due, t("2026-06-09 11:40"));
    let hot =
        done(&case, &Command::Overrule { points: Some(80.0), reason: "press".into() }, "2026-06-05 10:06");
    let hot = done(&hot, &to_breda(None), "2026-06-05 10:10");
    assert_eq!(hot.hand_over.unwrap().due, t("2026-06-05 14:40"));
}

#[test]
fn not_done_in_time_it_returns_by_itself_to_whom_it_came_from() {
    let decision = advance(&handed_over(), &cx("2026-06-06 12:00")).unwrap();
    let case = &decision.case;
    assert_eq!((case.team.as_str(), case.owner.as_ref()), ("webcare", Some(&user("bo"))));
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::HandOverLate);
    assert_eq!((case.late_hand_overs, case.hand_over.as_ref()), (1, None));
    assert!(decision.events.iter().any(|e| matches!(e.what, What::Returned { late: true, .. })));
}

#[test]
fn given_back_in_time_it_is_its_owners_again() {
    let case = done(&handed_over(), &Command::GiveBack { note: "called her".into() }, "2026-06-06 11:00");
    assert_eq!((case.team.as_str(), case.owner.as_ref()), ("webcare", Some(&user("bo"))));
    assert!(case.queued.is_none() && case.late_hand_overs == 0 && case.next_due.is_some());
    let again = act(&case, &Command::GiveBack { note: String::new() }, "2026-06-06 11:01");
    assert_eq!(again, Err(Refused::NotHandedOver));
}

#[test]
fn handed_on_it_still_returns_to_those_who_own_the_problem() {
    let case = handed_over();
    let back_office = Command::HandOver {
        to: TeamId::parse("webcare").unwrap(),
        location: None,
        note: "not ours".into(),
        urgent: Some(true),
    };
    let case = done(&case, &back_office, "2026-06-06 10:30");
    let over = case.hand_over.unwrap();
    assert_eq!((over.from.as_str(), over.owner_before), ("webcare", Some(user("bo"))));
}

#[test]
fn while_the_customer_is_to_move_the_shop_is_not_late() {
    let case = done(&handed_over(), &Command::Assign { to: Some(user("kim")) }, "2026-06-05 16:30");
    let case = done(&case, &Command::WaitForCustomer, "2026-06-05 17:00");
    assert!(advance(&case, &cx("2026-06-06 12:30")).is_none());
    let case = super::answers::customer(
        &case,
        "m2",
        "2026-06-08 10:00",
        &crate::testing::thanks(),
        "2026-06-08 10:01",
    );
    // Three of the four hours were left: Monday 10:00 to 13:00.
    assert_eq!(case.hand_over.unwrap().due, t("2026-06-08 13:00"));
}

#[test]
fn it_goes_to_teams_and_shops_that_exist() {
    let case = opened("2026-06-05 10:00", "2026-06-05 10:01").case;
    let hand_over = |to: &str, shop: Option<&str>, note: &str| {
        let location = shop.map(|s| LocationId::parse(s).unwrap());
        let to = TeamId::parse(to).unwrap();
        act(&case, &Command::HandOver { to, location, note: note.into(), urgent: None }, "2026-06-05 10:05")
    };
    assert!(matches!(hand_over("nobody", None, "x"), Err(Refused::NoTeam(_))));
    assert!(matches!(hand_over("shop", Some("mars"), "x"), Err(Refused::NoLocation(_))));
    assert!(matches!(hand_over("webcare", None, "x"), Err(Refused::SameTeam(_))));
    assert_eq!(hand_over("shop", None, " "), Err(Refused::Empty("the note on what is asked")));
}

#[test]
fn clocks_in_the_hours_of_a_team_go_on_in_the_hours_of_the_next() {
    let mut policy = crate::testing::policy();
    policy.norms.resolution.calendar = None;
    let cx = |now: &str| crate::context::Context { policy: &policy, ..cx(now) };
    let mention = crate::testing::mention("m1", "anna", "2026-06-05 10:00");
    let complaint = crate::testing::complaint(1, "delivery.late");
    let case = crate::decide::open(crate::CaseId(1), &mention, &complaint, &[], &cx("2026-06-05 10:01")).case;
    assert_eq!(clock(&case, ClockKind::Resolution).calendar, "default");
    let actor = crate::testing::agent();
    let role = crate::user::Role::Agent;
    let case = crate::decide::command(&case, &to_breda(Some(true)), &actor, role, &cx("2026-06-05 16:00"))
        .unwrap()
        .case;
    // 8:30 less 6:00 are left: Friday 16:00 to 18:00 and half an hour of Saturday.
    let resolution = clock(&case, ClockKind::Resolution);
    assert_eq!((resolution.calendar.as_str(), resolution.red_at), ("shop", t("2026-06-06 10:30")));
    // And back again when it is late.
    let case = advance(&case, &cx("2026-06-06 12:00")).unwrap().case;
    assert_eq!(clock(&case, ClockKind::Resolution).red_at, t("2026-06-06 10:30"));
}
