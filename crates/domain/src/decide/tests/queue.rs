use super::answers::{customer, reply, take};
use crate::advance::advance;
use crate::case::{Case, Outcome, QueueReason, TicketState};
use crate::clock::ClockKind;
use crate::context::Context;
use crate::decide::{Command, Decision, Refused, command};
use crate::effect::EffectKind;
use crate::event::Actor;
use crate::ids::OutletId;
use crate::policy::{Policy, QueueOutlet};
use crate::testing::{LOCATIONS, agent, answer, complaint, cx, done, mention, opened, policy, t, user};
use crate::user::Role;

fn outlet() -> OutletId {
    OutletId::parse("helpdesk").unwrap()
}

/// The defaults with a helpdesk that gets what goes back into the queue.
fn with_helpdesk() -> Policy {
    let mut policy = policy();
    policy.queue_outlets.push(QueueOutlet {
        outlet: outlet(),
        reasons: Vec::new(),
        from_points: 0.0,
        notes: true,
    });
    policy
}

fn keys(decision: &Decision) -> Vec<&str> {
    decision.effects.iter().map(|e| e.key.as_str()).collect()
}

/// With a ticket in the helpdesk, owned.
fn with_ticket() -> Case {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let ticket = Command::TicketOpened { outlet: outlet(), ticket: "42".into(), url: None };
    command(&case, &ticket, &Actor::Outlet(outlet()), Role::Agent, &cx("2026-06-05 10:06")).unwrap().case
}

#[test]
fn a_clock_that_runs_out_opens_one_ticket() {
    let policy = with_helpdesk();
    let cx = |now: &str| Context { policy: &policy, locations: &LOCATIONS, now: t(now) };
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let new = crate::decide::open(
        crate::CaseId(7),
        &m,
        &complaint(1, "delivery.late"),
        &[],
        &cx("2026-06-05 10:01"),
    );
    // A new case is no reason for a ticket unless the policy names it.
    assert!(new.effects.is_empty());
    let decision = advance(&new.case, &cx("2026-06-05 14:00")).unwrap();
    assert_eq!(keys(&decision), ["case-7:queue-2:helpdesk"]);
    assert!(
        matches!(&decision.effects[0].kind, EffectKind::Ticket { reason, .. } if reason == "clock_ran_out")
    );
    // The resolution clock runs out too: it stands in the queue for that reason already.
    let later = advance(&decision.case, &cx("2026-06-08 10:00")).unwrap();
    assert_eq!((later.case.queue_count, later.effects.len()), (2, 0));
}

#[test]
fn the_policy_says_which_reasons_and_from_how_many_points() {
    let mut policy = with_helpdesk();
    policy.queue_outlets[0].reasons = vec![QueueReason::Unowned];
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let open = |policy: &Policy| {
        let cx = Context { policy, locations: &LOCATIONS, now: t("2026-06-05 10:01") };
        crate::decide::open(crate::CaseId(7), &m, &complaint(1, "delivery.late"), &[], &cx).effects.len()
    };
    assert_eq!(open(&policy), 1);
    policy.queue_outlets[0].from_points = 500.0;
    assert_eq!(open(&policy), 0);
}

#[test]
fn after_downtime_everything_is_on_record_and_only_the_gravest_goes_out() {
    let policy = with_helpdesk();
    let cx = |now: &str| Context { policy: &policy, locations: &LOCATIONS, now: t(now) };
    let m = mention("m1", "anna", "2026-06-05 10:00");
    let case = crate::decide::open(
        crate::CaseId(7),
        &m,
        &complaint(1, "delivery.late"),
        &[],
        &cx("2026-06-05 10:01"),
    )
    .case;
    let promise = Command::Promise {
        kind: crate::promise::PromiseKind::CallBack,
        what: "we call".into(),
        due: t("2026-06-05 16:00"),
    };
    let case = command(&case, &promise, &agent(), Role::Agent, &cx("2026-06-05 10:05")).unwrap().case;
    let decision = advance(&case, &cx("2026-06-10 09:00")).unwrap();
    // Amber and red of two clocks, the reminder, the miss, and two stays in the queue.
    assert_eq!(decision.events.len(), 8);
    assert_eq!(decision.case.queue_count, 3);
    assert_eq!(keys(&decision), ["case-7:queue-3:helpdesk"]);
}

#[test]
fn taking_it_takes_it_out_of_the_queue_and_letting_go_puts_it_back() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    assert!(case.queued.is_none());
    let case = done(&case, &Command::Assign { to: None }, "2026-06-05 10:10");
    assert_eq!((case.queued.unwrap().reason, case.owner), (QueueReason::Released, None));
}

#[test]
fn an_owner_who_takes_a_case_whose_clocks_have_run_out_gets_a_new_date() {
    let case = advance(
        &take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05"),
        &cx("2026-06-08 12:00"),
    );
    let case = case.unwrap().case;
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::ClockRanOut);
    let case = take(&case, "2026-06-08 12:05");
    assert!(case.queued.is_none());
    // Nothing else would ever happen to it: it comes back by itself after three working days.
    assert_eq!(case.next_due, Some(t("2026-06-11 12:05")));
    let case = advance(&case, &cx("2026-06-11 12:05")).unwrap().case;
    assert_eq!(case.queued.as_ref().unwrap().reason, QueueReason::ClockRanOut);
}

#[test]
fn the_helpdesk_hears_what_happened_to_its_ticket_and_notes_unless_they_are_kept_here() {
    let case = with_ticket();
    let note = command(
        &case,
        &Command::Note { text: "she is right".into() },
        &agent(),
        Role::Agent,
        &cx("2026-06-05 10:10"),
    )
    .unwrap();
    let number = note.numbered().next().unwrap().0;
    assert_eq!(keys(&note), [format!("case-1:event-{number}:helpdesk")]);
    let mut kept = with_helpdesk();
    kept.queue_outlets[0].notes = false;
    let cx_kept = Context { policy: &kept, locations: &LOCATIONS, now: t("2026-06-05 10:10") };
    let note =
        command(&case, &Command::Note { text: "she is right".into() }, &agent(), Role::Agent, &cx_kept)
            .unwrap();
    assert!(note.effects.is_empty());
    let replied = answer(&case, "sorry", &cx("2026-06-05 10:10"));
    let number = replied.numbered().next().unwrap().0;
    // The answer, and that the most pressing clock is another one now.
    assert_eq!(
        keys(&replied),
        [format!("case-1:event-{number}:helpdesk"), "case-1:push-42-1:helpdesk".to_owned()]
    );
}

#[test]
fn what_the_helpdesk_says_does_not_come_back_to_it() {
    let case = with_ticket();
    assert_eq!(case.tickets.len(), 1);
    let changed =
        Command::TicketChanged { outlet: outlet(), ticket: "42".into(), state: TicketState::Pending };
    let by = Actor::Outlet(outlet());
    let decision = command(&case, &changed, &by, Role::Agent, &cx("2026-06-05 10:10")).unwrap();
    assert!(decision.effects.is_empty() && decision.events.len() == 1);
    assert!(command(&decision.case, &changed, &by, Role::Agent, &cx("2026-06-05 10:11")).unwrap().is_empty());
    let unknown =
        Command::TicketChanged { outlet: outlet(), ticket: "43".into(), state: TicketState::Pending };
    assert!(matches!(
        command(&case, &unknown, &by, Role::Agent, &cx("2026-06-05 10:10")),
        Err(Refused::NoTicket { .. })
    ));
    assert_eq!(
        command(&case, &changed, &agent(), Role::Lead, &cx("2026-06-05 10:10")),
        Err(Refused::NeedsHelpdesk)
    );
}

#[test]
fn solved_in_the_helpdesk_we_still_have_to_tell_the_customer() {
    let case =
        done(&reply(&with_ticket(), "2026-06-05 10:20"), &Command::WaitForCustomer, "2026-06-05 10:21");
    let solved =
        Command::TicketChanged { outlet: outlet(), ticket: "42".into(), state: TicketState::Resolved };
    let case =
        command(&case, &solved, &Actor::Outlet(outlet()), Role::Agent, &cx("2026-06-05 15:00")).unwrap().case;
    let tell = case.running(ClockKind::TellCustomer).unwrap();
    assert_eq!(tell.started, t("2026-06-05 15:00"));
    assert_eq!(case.state, crate::case::CaseState::Open);
    // Nobody tells: it stands in the queue, and says why.
    let red = advance(&case, &cx("2026-06-08 12:00")).unwrap().case;
    assert_eq!(red.queued.as_ref().unwrap().reason, QueueReason::NotTold);
    assert!(
        red.priority.parts.iter().any(|p| p.kind == "clock" && p.points > 0.0),
        "the clock has its points: {:?}",
        red.priority
    );
    // Our public line ends it, on time.
    let told = reply(&case, "2026-06-05 16:00");
    let clock = told.clocks.iter().find(|c| c.kind == ClockKind::TellCustomer).unwrap();
    assert_eq!(clock.met(t("2026-06-09 10:00")), Some(true));
    assert!(told.queued.is_none());
}

#[test]
fn a_case_that_is_solved_in_the_helpdesk_twice_has_one_clock_to_tell() {
    let by = Actor::Outlet(outlet());
    let mut case = reply(&with_ticket(), "2026-06-05 10:20");
    for (state, at) in [
        (TicketState::Resolved, "2026-06-05 11:00"),
        (TicketState::Open, "2026-06-05 11:10"),
        (TicketState::Resolved, "2026-06-05 11:20"),
    ] {
        let changed = Command::TicketChanged { outlet: outlet(), ticket: "42".into(), state };
        case = command(&case, &changed, &by, Role::Agent, &cx(at)).unwrap().case;
    }
    assert_eq!(case.clocks.iter().filter(|c| c.kind == ClockKind::TellCustomer).count(), 1);
    // The customer asks again meanwhile: that is another clock, and a shorter one.
    let case = customer(&case, "m2", "2026-06-05 11:59", &complaint(1, "delivery.late"), "2026-06-05 12:00");
    assert!(
        case.running(ClockKind::NextResponse).is_some() && case.running(ClockKind::TellCustomer).is_some()
    );
}

#[test]
fn a_helpdesk_hears_of_a_new_rank_or_due_time_once_and_not_of_every_minute() {
    let policy = with_helpdesk();
    let at = |now: &str| Context { policy: &policy, locations: &LOCATIONS, now: t(now) };
    let pushes = |decision: &Decision| {
        decision.effects.iter().filter(|e| matches!(e.kind, EffectKind::TicketPush { .. })).count()
    };
    let case = with_ticket();
    let act =
        |case: &Case, what: Command, now: &str| command(case, &what, &agent(), Role::Lead, &at(now)).unwrap();
    let noted = act(&case, Command::Note { text: "x".into() }, "2026-06-05 10:30");
    assert_eq!(pushes(&noted), 0, "a minute later the rank is a point higher: not worth a call");
    let points = Some(case.priority.total + 30.0);
    let raised = act(&case, Command::Overrule { points, reason: "press".into() }, "2026-06-05 10:31");
    assert_eq!(keys(&raised), ["case-1:push-42-1:helpdesk"]);
    let again = act(&raised.case, Command::Note { text: "y".into() }, "2026-06-05 10:32");
    assert_eq!(pushes(&again), 0);
    // The answer ends the most pressing clock: the next one has a later time.
    let answered = answer(&raised.case, "sorry", &at("2026-06-05 10:40"));
    assert_eq!(pushes(&answered), 1);
    // A ticket that is solved there is nobody's next work.
    let solved =
        Command::TicketChanged { outlet: outlet(), ticket: "42".into(), state: TicketState::Resolved };
    let by = Actor::Outlet(outlet());
    let solved = command(&answered.case, &solved, &by, Role::Agent, &at("2026-06-05 11:00")).unwrap();
    assert_eq!(pushes(&solved), 0);
}

#[test]
fn a_ticket_that_is_reopened_carries_what_led_to_it() {
    let policy = with_helpdesk();
    let at = |now: &str| Context { policy: &policy, locations: &LOCATIONS, now: t(now) };
    let close = Command::Close { outcome: Outcome::Solved, note: String::new() };
    let closed = command(
        &reply(&with_ticket(), "2026-06-05 10:20"),
        &close,
        &agent(),
        Role::Agent,
        &at("2026-06-05 11:00"),
    )
    .unwrap();
    assert_eq!(closed.effects.len(), 1);
    let again = mention("m2", "anna", "2026-06-06 10:00");
    let voice = crate::case::Voice::Customer;
    let decision = crate::decide::add_mention(
        &closed.case,
        &again,
        &complaint(1, "delivery.late"),
        voice,
        crate::group::Because::Thread,
        &at("2026-06-06 10:01"),
    );
    // One reopening; no comments beside it about the same post.
    assert_eq!(keys(&decision), ["case-1:queue-2:helpdesk"]);
    let known = Command::TicketOpened { outlet: outlet(), ticket: "42".into(), url: None };
    let told =
        command(&decision.case, &known, &Actor::Outlet(outlet()), Role::Agent, &at("2026-06-06 10:02"))
            .unwrap();
    assert_eq!(told.case.tickets.len(), 1);
}

#[test]
fn a_later_post_of_the_customer_is_added_to_the_ticket() {
    let case = reply(&with_ticket(), "2026-06-05 10:20");
    let after = customer(&case, "m2", "2026-06-05 11:00", &complaint(1, "delivery.late"), "2026-06-05 11:01");
    assert!(after.events > case.events);
    let m = mention("m3", "anna", "2026-06-05 11:10");
    let decision = crate::decide::add_mention(
        &after,
        &m,
        &complaint(1, "delivery.late"),
        crate::case::Voice::Customer,
        crate::group::Because::Thread,
        &cx("2026-06-05 11:11"),
    );
    assert!(matches!(decision.effects[0].kind, EffectKind::TicketComment { .. }));
    assert_eq!(decision.effects.len(), 1);
}

#[test]
fn what_bystanders_say_is_not_told_to_the_helpdesk() {
    let m = mention("b1", "carl", "2026-06-05 11:10");
    let voice = crate::case::Voice::Bystander;
    let because = crate::group::Because::Reply;
    let decision = crate::decide::add_mention(
        &with_ticket(),
        &m,
        &complaint(1, "x.y"),
        voice,
        because,
        &cx("2026-06-05 11:11"),
    );
    assert!(decision.effects.is_empty());
}

#[test]
fn a_user_who_is_assigned_twice_is_assigned_once() {
    let case = take(&opened("2026-06-05 10:00", "2026-06-05 10:01").case, "2026-06-05 10:05");
    let again = Command::Assign { to: Some(user("bo")) };
    assert!(command(&case, &again, &agent(), Role::Agent, &cx("2026-06-05 10:06")).unwrap().is_empty());
}
