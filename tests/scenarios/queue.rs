//! A complaint, its clocks, the service queue and the helpdesk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gehoor_domain::case::{CaseState, ClockKind, Outcome, PromiseKind, QueueReason, TicketState};
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_testkit::build::{admin, id, post};
use gehoor_testkit::{Answer, World};
use jiff::SignedDuration;

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";

/// A Request Tracker that takes tickets.
fn helpdesk(world: &World) -> Arc<AtomicUsize> {
    let made = Arc::new(AtomicUsize::new(0));
    world.net.always(
        "GET",
        "https://rt.test/REST/2.0/tickets",
        200,
        r#"{"count":0,"items":[],"total":0,"pages":1,"page":1,"per_page":20}"#,
    );
    let count = Arc::clone(&made);
    world.net.on("POST", "https://rt.test/REST/2.0/ticket", move |asked| {
        if asked.url.ends_with("/comment") {
            return Answer::Status(201, r#"["Comments added"]"#.into());
        }
        let number = count.fetch_add(1, Ordering::SeqCst) + 20;
        Answer::Status(
            201,
            format!(
                r#"{{"id":"{number}","type":"ticket","_url":"https://rt.test/REST/2.0/ticket/{number}"}}"#
            ),
        )
    });
    made
}

#[tokio::test]
async fn a_complaint_that_nobody_answers_lands_in_the_helpdesk_when_its_clock_runs_out() {
    let world = World::new().unwrap();
    let made = helpdesk(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();

    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.rows.len(), 1);
    let row = &inbox.rows[0];
    assert_eq!(row.case.queued.as_ref().unwrap().reason, QueueReason::Unowned);
    assert!(row.priority.total > 0.0 && !row.priority.parts.is_empty(), "{:?}", row.priority);
    assert_eq!(made.load(Ordering::SeqCst), 0, "a new case alone opens no ticket");

    world.pass(SignedDuration::from_hours(4)).await.unwrap();
    assert_eq!(made.load(Ordering::SeqCst), 1);
    let page = world.engine.case_page(&admin(), CaseId(1)).await.unwrap();
    assert_eq!(page.row.case.queued.as_ref().unwrap().reason, QueueReason::ClockRanOut);
    assert_eq!(page.row.case.tickets[0].id, "20");
    let mails = world.net.mails();
    assert!(mails.iter().any(|m| m.subject.contains("Klok afgelopen")), "{mails:?}");

    // Nothing is sent twice, however often time is looked at.
    world.pass(SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_ticket_that_is_solved_in_the_helpdesk_comes_back_to_be_told_to_the_customer() {
    let world = World::new().unwrap();
    helpdesk(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(4)).await.unwrap();
    world.net.always(
        "GET",
        "https://rt.test/REST/2.0/ticket/20",
        200,
        r#"{"id":20,"type":"ticket","Status":"resolved"}"#,
    );
    assert_eq!(world.engine.watch_outlet(&id("helpdesk")).await.unwrap(), 1);
    let page = world.engine.case_page(&admin(), CaseId(1)).await.unwrap();
    assert_eq!(page.row.case.tickets[0].state, TicketState::Resolved);
    assert!(page.row.case.is_open(), "only an outcome closes a case");
    assert_eq!(world.engine.watch_outlet(&id("helpdesk")).await.unwrap(), 0, "the same news is no news");
}

#[tokio::test]
async fn a_missed_promise_puts_the_case_back_on_top_though_the_customer_said_thanks() {
    let world = World::new().unwrap();
    helpdesk(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    let me = admin();
    let case = CaseId(1);
    let due = world.now() + SignedDuration::from_hours(2);
    world.answer(&me, case, "Vervelend, we bellen je vandaag.").await.unwrap();
    for command in [
        Command::Assign { to: Some(me.user.clone()) },
        Command::Promise { kind: PromiseKind::CallBack, what: "we bellen je vandaag".into(), due },
    ] {
        world.engine.execute(&me, case, command, None).await.unwrap();
    }
    let before = world.inbox().await.unwrap().rows[0].priority.total;
    let mut thanks =
        post("2", "anna", world.now() + SignedDuration::from_mins(5), "@bouwhoek oké, dank je wel!");
    thanks.in_reply_to = Some("1".into());
    thanks.thread = Some("1".into());
    world.pass(SignedDuration::from_mins(10)).await.unwrap();
    world.hear(vec![thanks]).await.unwrap();
    world.pass(SignedDuration::from_hours(2)).await.unwrap();

    let row = world.engine.case_row(&me, case).await.unwrap();
    assert_eq!(row.case.queued.as_ref().unwrap().reason, QueueReason::PromiseMissed);
    assert_eq!(row.case.owner, Some(me.user.clone()), "who owned it still owns it");
    assert!(row.priority.total > before, "{} is not above {before}", row.priority.total);
    assert!(world.net.mails().iter().any(|m| m.subject.contains("Belofte gemist")));
}

#[tokio::test]
async fn a_helpdesk_that_is_down_for_a_day_loses_nothing_and_doubles_nothing() {
    let world = World::new().unwrap();
    world.net.on("GET", "https://rt.test/", |_| Answer::Down);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(28)).await.unwrap();
    let outbox = world.engine.outbox(&admin()).unwrap();
    assert!(outbox.due > 0 && outbox.dead == 0, "{} due, {} dead", outbox.due, outbox.dead);
    let made = helpdesk(&world);
    world.pass(SignedDuration::from_hours(2)).await.unwrap();
    assert_eq!(made.load(Ordering::SeqCst), 1);
    assert_eq!(world.engine.outbox(&admin()).unwrap().due, 0);
}

#[tokio::test]
async fn a_customer_who_comes_back_after_closing_finds_the_same_owner() {
    let world = World::new().unwrap();
    helpdesk(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    let me = admin();
    world.answer(&me, CaseId(1), "Opgelost, excuus.").await.unwrap();
    for command in [
        Command::Assign { to: Some(me.user.clone()) },
        Command::Close { outcome: Outcome::Solved, note: String::new() },
    ] {
        world.engine.execute(&me, CaseId(1), command, None).await.unwrap();
    }
    assert_eq!(world.inbox().await.unwrap().rows.len(), 0);
    world.pass(SignedDuration::from_hours(3)).await.unwrap();
    let mut again = post(
        "2",
        "anna",
        world.now(),
        "@bouwhoek nog steeds geen bank! Jullie zouden leveren, dit is echt belachelijk.",
    );
    again.thread = Some("1".into());
    again.in_reply_to = Some("1".into());
    world.hear(vec![again]).await.unwrap();
    let row = world.engine.case_row(&me, CaseId(1)).await.unwrap();
    assert_eq!(row.case.state, CaseState::Open);
    assert_eq!(row.case.owner, Some(me.user.clone()));
    assert_eq!(row.case.regressed, 1);
    assert!(row.case.clocks.iter().any(|c| c.kind == ClockKind::NextResponse));
}

#[tokio::test]
async fn the_same_post_is_one_mention_however_often_it_is_found() {
    let world = World::new().unwrap();
    helpdesk(&world);
    let found = post("1", "anna", world.now(), COMPLAINT);
    for _ in 0..3 {
        world.hear(vec![found.clone(), found.clone()]).await.unwrap();
    }
    let page = world.engine.search(&admin(), &gehoor_search::SearchQuery::default()).await.unwrap();
    assert_eq!(page.found.total, 1);
    assert_eq!(world.inbox().await.unwrap().total, 1);
}

#[tokio::test]
async fn an_alert_is_told_once_and_again_only_after_its_interval_while_it_holds() {
    let world = World::new().unwrap();
    helpdesk(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    let told =
        |world: &World| world.net.mails().iter().filter(|m| m.subject.contains("Klok afgelopen")).count();
    world.pass(SignedDuration::from_mins(4 * 60 + 5)).await.unwrap();
    assert_eq!(told(&world), 1);
    for _ in 0..5 {
        world.engine.watch_alerts().await.unwrap();
        world.settle().await.unwrap();
    }
    assert_eq!(told(&world), 1, "looking again tells nobody");
    world.pass(SignedDuration::from_hours(5)).await.unwrap();
    world.engine.watch_alerts().await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(told(&world), 2, "it still holds after its interval");
    world.answer(&admin(), CaseId(1), "Geregeld, excuus.").await.unwrap();
    let close = Command::Close { outcome: Outcome::Solved, note: String::new() };
    world.engine.execute(&admin(), CaseId(1), close, None).await.unwrap();
    world.pass(SignedDuration::from_hours(9)).await.unwrap();
    world.engine.watch_alerts().await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(told(&world), 2, "a closed case is quiet");
}

#[tokio::test]
async fn another_weight_is_tried_on_the_open_cases_and_changes_nothing() {
    let world = World::new().unwrap();
    let gas = "@bouwhoek de gaskachel uit Zwolle ruikt naar gas en mijn baby slaapt ernaast, wat nu?";
    let late = "@bouwhoek al zes weken wacht ik op mijn bank in Gouda, echt schandalig slecht";
    world
        .hear(vec![post("1", "anna", world.now(), gas), post("2", "bert", world.now(), late)])
        .await
        .unwrap();
    let before = world.inbox().await.unwrap();
    let mut weights = world.engine.weights().clone();
    let same = world.engine.what_if(&admin(), &weights, 50).unwrap();
    let places: Vec<_> = same.top.iter().map(|m| (m.row.case.id, m.place, m.new_place)).collect();
    let shown: Vec<_> = before.rows.iter().zip(1..).map(|(row, n)| (row.case.id, n, n)).collect();
    assert_eq!(places, shown, "the weights that hold change nothing");

    weights.long_wait = 500.0;
    let other = world.engine.what_if(&admin(), &weights, 1).unwrap();
    assert_eq!((other.top[0].place, other.top[0].new_place), (2, 1));
    assert_eq!(other.left[0].row.case.id, before.rows[0].case.id);
    assert_eq!(other.open, 2);
    assert_eq!(world.inbox().await.unwrap().rows, before.rows);
}

#[tokio::test]
async fn each_call_of_a_conversation_with_a_slow_helpdesk_is_made_at_its_own_time() {
    let world = World::new().unwrap();
    let slow = |status: u16, body: &'static str| {
        let clock = Arc::clone(&world.clock);
        move |_: &gehoor_testkit::Asked| {
            clock.pass(SignedDuration::from_secs(7));
            Answer::Status(status, body.into())
        }
    };
    let none = r#"{"count":0,"items":[],"total":0,"pages":1,"page":1,"per_page":20}"#;
    let made = r#"{"id":"20","type":"ticket","_url":"https://rt.test/REST/2.0/ticket/20"}"#;
    world.net.on("GET", "https://rt.test/REST/2.0/tickets", slow(200, none));
    world.net.on("POST", "https://rt.test/REST/2.0/ticket", slow(201, made));
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(4)).await.unwrap();
    let asked: Vec<_> =
        world.net.asked().into_iter().filter(|a| a.url.starts_with("https://rt.test")).collect();
    let first = asked.iter().position(|a| a.method == "POST").unwrap();
    let before = &asked[first - 1];
    assert_eq!(before.method, "GET");
    assert!(
        asked[first].at >= before.at + SignedDuration::from_secs(7),
        "{} then {}",
        before.at,
        asked[first].at
    );
}
