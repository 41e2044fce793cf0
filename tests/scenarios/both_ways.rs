//! A case and its ticket: what goes there, in which visibility, and what comes back.

use std::sync::atomic::Ordering;

use gehoor_domain::case::{ClockKind, Outcome, QueueReason, TicketState};
use gehoor_domain::decide::{Command, PrivateStep};
use gehoor_domain::ids::CaseId;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, id, post};
use jiff::SignedDuration;

use crate::desk::{Desk, check};

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";
const CASE: CaseId = CaseId(1);

/// A case that nobody answered in time, with its ticket.
async fn with_ticket() -> (World, Desk) {
    let world = World::new().unwrap();
    let desk = Desk::of(&world);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(4)).await.unwrap();
    assert_eq!(desk.tickets().len(), 1);
    (world, desk)
}

/// We answer in public.
async fn say(world: &World, text: &str) {
    world.answer(&admin(), CASE, text).await.unwrap();
    world.settle().await.unwrap();
    check(world);
}

async fn act(world: &World, command: Command) {
    world.engine.execute(&admin(), CASE, command, None).await.unwrap();
    world.settle().await.unwrap();
    check(world);
}

fn again(number: &str, world: &World, text: &str) -> gehoor_domain::mention::Draft {
    let mut again = post(number, "anna", world.now(), text);
    again.thread = Some("1".into());
    again.in_reply_to = Some("1".into());
    again
}

#[tokio::test]
async fn a_later_post_an_answer_and_a_note_are_added_once_and_a_new_rank_is_pushed() {
    let (world, desk) = with_ticket().await;
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    act(&world, Command::Note { text: "magazijn gebeld".into() }).await;
    say(&world, "We zoeken het uit.").await;
    world
        .hear(vec![again("2", &world, "@bouwhoek ik hoor nog steeds niets, waar blijft mijn bank?")])
        .await
        .unwrap();
    let ticket = desk.tickets().remove(0);
    let added: Vec<&str> = ticket.texts.iter().skip(1).map(|(_, text)| text.as_str()).collect();
    assert_eq!(added.iter().filter(|t| t.contains("magazijn gebeld")).count(), 1, "{added:?}");
    assert_eq!(added.iter().filter(|t| t.contains("We zoeken het uit.")).count(), 1);
    assert_eq!(added.iter().filter(|t| t.contains("ik hoor nog steeds niets")).count(), 1);
    // All of them are comments: nobody asked for more.
    assert!(!world.net.asked().iter().any(|a| a.url.ends_with("/correspond")));

    act(&world, Command::Overrule { points: Some(99.0), reason: "pers".into() }).await;
    assert_eq!(desk.tickets()[0].priority, 99);
    let asked = world.net.asked().len();
    act(&world, Command::Overrule { points: Some(98.0), reason: "pers".into() }).await;
    let pushed = world.net.asked().iter().skip(asked).filter(|a| a.method == "PUT").count();
    assert_eq!(pushed, 0, "a point less is not worth a call");
}

#[tokio::test]
async fn an_answer_that_got_lost_after_the_ticket_was_made_makes_no_second_one() {
    let world = World::new().unwrap();
    let desk = Desk::of(&world);
    desk.lose.store(1, Ordering::SeqCst);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(5)).await.unwrap();
    assert_eq!((desk.tickets().len(), desk.tickets()[0].texts.len()), (1, 1));
    let page = world.engine.case_page(&admin(), CASE).await.unwrap();
    assert_eq!(page.row.case.tickets[0].id, "1", "and the case knows it");
    check(&world);
}

#[tokio::test]
async fn solved_there_the_customer_is_told_in_public_or_the_case_is_back_in_the_queue() {
    let (world, desk) = with_ticket().await;
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    say(&world, "We zoeken het uit.").await;
    desk.set(0, "resolved");
    assert_eq!(world.engine.watch_outlet(&id("helpdesk")).await.unwrap(), 1);
    let case = || async { world.engine.case_page(&admin(), CASE).await.unwrap().row.case };
    let open = case().await;
    assert_eq!(open.tickets[0].state, TicketState::Resolved);
    assert!(open.running(ClockKind::TellCustomer).is_some() && open.queued.is_none());
    // A Monday afternoon: four office hours later it is Tuesday.
    world.pass(SignedDuration::from_hours(23)).await.unwrap();
    assert_eq!(case().await.queued.unwrap().reason, QueueReason::NotTold);
    say(&world, "Je bank komt donderdag.").await;
    let told = case().await;
    assert!(told.running(ClockKind::TellCustomer).is_none() && told.is_open());
    assert_eq!(told.outcome, None, "only an outcome closes a case");
}

#[tokio::test]
async fn a_customer_who_comes_back_reopens_the_ticket_with_what_was_said() {
    let (world, desk) = with_ticket().await;
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    say(&world, "Opgelost, excuus.").await;
    act(&world, Command::Close { outcome: Outcome::Solved, note: String::new() }).await;
    desk.set(0, "resolved");
    world.pass(SignedDuration::from_hours(2)).await.unwrap();
    world
        .hear(vec![again(
            "2",
            &world,
            "@bouwhoek nog steeds geen bank! Jullie zouden leveren, dit is echt belachelijk.",
        )])
        .await
        .unwrap();
    world.pass(SignedDuration::from_mins(10)).await.unwrap();
    let tickets = desk.tickets();
    assert_eq!((tickets.len(), tickets[0].status.as_str()), (1, "open"));
    assert!(tickets[0].texts.last().unwrap().1.contains("nog steeds geen bank"));
    check(&world);
}

#[tokio::test]
async fn a_day_without_the_helpdesk_loses_no_text_and_doubles_none() {
    let (world, desk) = with_ticket().await;
    desk.down.store(true, Ordering::SeqCst);
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    for text in ["eerste", "tweede", "derde"] {
        act(&world, Command::Note { text: text.into() }).await;
        world.pass(SignedDuration::from_hours(8)).await.unwrap();
    }
    assert_eq!(desk.tickets()[0].texts.len(), 1);
    desk.down.store(false, Ordering::SeqCst);
    desk.lose.store(2, Ordering::SeqCst);
    world.pass(SignedDuration::from_hours(6)).await.unwrap();
    let texts = desk.tickets().remove(0).texts;
    for text in ["eerste", "tweede", "derde"] {
        assert_eq!(texts.iter().filter(|(_, t)| t.contains(text)).count(), 1, "{text}: {texts:?}");
    }
    let outbox = world.engine.outbox(&admin()).unwrap();
    assert_eq!((outbox.due, outbox.dead), (0, 0));
    check(&world);
}

#[tokio::test]
async fn a_talk_in_private_that_ends_without_a_public_word_comes_back() {
    let (world, _desk) = with_ticket().await;
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    say(&world, "Stuur ons een DM?").await;
    act(&world, Command::AskPrivate).await;
    act(&world, Command::WaitForCustomer).await;
    let case = || async { world.engine.case_page(&admin(), CASE).await.unwrap().row.case };
    // One working day: Monday afternoon to Tuesday afternoon.
    world.pass(SignedDuration::from_hours(24)).await.unwrap();
    assert_eq!(case().await.queued.unwrap().reason, QueueReason::PrivateSilent);
    act(&world, Command::PrivateStep { step: PrivateStep::Came }).await;
    act(&world, Command::PrivateStep { step: PrivateStep::Solved }).await;
    let refused = world
        .engine
        .execute(&admin(), CASE, Command::Close { outcome: Outcome::Solved, note: String::new() }, None)
        .await;
    assert!(refused.unwrap_err().to_string().contains("last line"));
    world.pass(SignedDuration::from_hours(24)).await.unwrap();
    assert_eq!(case().await.queued.unwrap().reason, QueueReason::NotTold);
    say(&world, "Fijn dat het is opgelost.").await;
    act(&world, Command::Close { outcome: Outcome::Solved, note: String::new() }).await;
}
