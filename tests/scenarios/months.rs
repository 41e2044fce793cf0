//! Three months of a chain on the fake clock: weekends, holidays, the end of summer time, midnight, a day without the
//! helpdesk, a day without the program, double clicks, two agents at once. After every step all laws hold, and the
//! helpdesk has each ticket and each text once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gehoor_domain::case::{Case, ClockKind, Outcome, PromiseKind, QueueReason};
use gehoor_domain::decide::{Command, PrivateStep};
use gehoor_domain::ids::CaseId;
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::EngineError;
use gehoor_store::{MemoryStore, Table, scan_prefix_as};
use gehoor_testkit::build::{admin, chain, id, post, viewer};
use gehoor_testkit::{FakeClock, World};
use jiff::{SignedDuration, Timestamp};

use crate::desk::{Desk, check};

/// The same numbers on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

const WORDS: [&str; 5] = [
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.",
    "@bouwhoek de boormachine uit Gouda begon te roken, levensgevaarlijk!",
    "@bouwhoek wanneer wordt mijn bestelling geleverd?",
    "@bouwhoek medewerker in Zwolle was ontzettend onbeschoft tegen mijn moeder",
    "@bouwhoek nog steeds geen antwoord, waar blijft mijn geld?",
];

fn world_at(time: &str) -> (World, Desk) {
    let store = Arc::new(MemoryStore::new());
    let world = World::on(chain(), store, Arc::new(FakeClock::at(time))).unwrap();
    let desk = Desk::of(&world);
    (world, desk)
}

fn cases(world: &World) -> Vec<Case> {
    let all = scan_prefix_as::<Case>(world.store.as_ref(), Table::Case, "", 100_000).unwrap();
    all.into_iter().map(|(_, case, _)| case).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Every ticket once per case, every text once per ticket.
fn nothing_doubled(desk: &Desk) {
    let mut of_case: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in desk.tickets() {
        *of_case.entry(ticket.subject.rsplit('[').next().unwrap().to_owned()).or_default() += 1;
        let mut keys: Vec<&str> =
            ticket.texts.iter().skip(1).map(|(subject, _)| subject.rsplit('[').next().unwrap()).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all, "{ticket:?}");
    }
    assert!(of_case.values().all(|n| *n == 1), "{of_case:?}");
}

async fn act(world: &World, case: &Case, dice: &mut Dice) {
    let me = admin();
    let due = world.now() + SignedDuration::from_hours(1 + i64::try_from(dice.roll(96)).unwrap());
    let version = world.engine.case_page(&me, case.id).await.unwrap().version;
    let command = match dice.roll(13) {
        0 | 1 => Command::Assign { to: Some(me.user.clone()) },
        2..=4 => {
            let text = format!("Excuus, we zoeken het uit ({}).", dice.roll(1_000_000));
            let first = world.answer_from(&me, case.id, &text, Some(version)).await;
            let after = world.engine.case_page(&me, case.id).await.unwrap().version;
            // A second click is the same answer.
            let second = world.answer_from(&me, case.id, &text, Some(version)).await;
            if let Ok(reply) = first {
                assert_eq!(second.unwrap(), reply);
                assert_eq!(world.engine.case_page(&me, case.id).await.unwrap().version, after);
            }
            return;
        }
        5 => Command::Promise { kind: PromiseKind::CallBack, what: "we bellen".into(), due },
        6 => match case.promises.iter().find(|p| p.is_open()) {
            Some(open) => Command::KeepPromise { promise: open.id, proof: "gebeld".into() },
            None => Command::Note { text: "gebeld".into() },
        },
        7 => Command::Note { text: format!("notitie {}", dice.roll(1_000_000)) },
        8 => Command::AskPrivate,
        9 => Command::PrivateStep {
            step: [PrivateStep::Came, PrivateStep::Solved, PrivateStep::ClosedInPublic]
                [usize::try_from(dice.roll(3)).unwrap()],
        },
        10 => Command::WaitForCustomer,
        11 => Command::Close { outcome: Outcome::Explained, note: String::new() },
        _ => Command::Overrule {
            points: Some(f32::from(u8::try_from(dice.roll(100)).unwrap())),
            reason: "x".into(),
        },
    };
    let first = world.engine.execute(&me, case.id, command.clone(), Some(version)).await;
    // A second click, or a colleague who read the same page: one of them wins, the other is told.
    let second = world.engine.execute(&me, case.id, command, Some(version)).await;
    if first.is_ok() {
        let unchanged = world.engine.case_page(&me, case.id).await.unwrap().version == version;
        assert!(unchanged || matches!(second, Err(EngineError::Conflict(_))), "{second:?}");
    }
}

#[tokio::test]
async fn three_months_with_all_that_happens_in_them_break_no_law() {
    // A Thursday, three weeks before the end of summer time; until the second week of January.
    let (world, desk) = world_at("2026-10-01T06:00:00Z");
    let mut dice = Dice(2026);
    let end = at("2027-01-10T12:00:00Z");
    let helpdesk_down = (at("2026-11-03T09:00:00Z"), at("2026-11-04T09:00:00Z"));
    let program_down = (at("2026-12-24T12:00:00Z"), at("2026-12-25T12:00:00Z"));
    let (mut posts, mut steps, mut slept) = (0, 0, false);
    while world.now() < end {
        let now = world.now();
        desk.down.store(now >= helpdesk_down.0 && now < helpdesk_down.1, Ordering::SeqCst);
        if dice.roll(6) == 0 {
            posts += 1;
            let author = ["anna", "carl", "dirk", "eva"][usize::try_from(dice.roll(4)).unwrap()];
            let text = WORDS[usize::try_from(dice.roll(5)).unwrap()];
            let mut said = post(&format!("p{posts}"), author, now, text);
            said.thread = Some(format!("{author}-{}", dice.roll(3)));
            // The same post is found twice.
            world.hear(vec![said.clone(), said]).await.unwrap();
        }
        if dice.roll(3) == 0 {
            let open: Vec<Case> = cases(&world).into_iter().filter(|c| c.merged_into.is_none()).collect();
            if !open.is_empty() {
                let case = &open[usize::try_from(dice.roll(open.len() as u64)).unwrap()];
                act(&world, case, &mut dice).await;
            }
        }
        if dice.roll(8) == 0 && !desk.down.load(Ordering::SeqCst) {
            let count = desk.tickets().len() as u64;
            if count > 0 {
                let status = ["resolved", "open", "stalled"][usize::try_from(dice.roll(3)).unwrap()];
                desk.set(usize::try_from(dice.roll(count)).unwrap(), status);
            }
        }
        if dice.roll(20) == 0 {
            desk.lose.store(1, Ordering::SeqCst);
        }
        world.settle().await.unwrap();
        world.engine.watch_outlet(&id("helpdesk")).await.unwrap();
        world.engine.watch_alerts().await.unwrap();
        world.settle().await.unwrap();
        check(&world);
        steps += 1;
        // Nobody is there for a day: time passes, and nothing runs.
        let step = if !slept && now >= program_down.0 {
            slept = true;
            program_down.1.duration_since(now)
        } else {
            SignedDuration::from_mins(60 + i64::try_from(dice.roll(300)).unwrap())
        };
        world.clock.set(now + step);
    }
    // What was held up is delivered in the end.
    for _ in 0..12 {
        world.clock.pass(SignedDuration::from_hours(1));
        world.settle().await.unwrap();
    }
    let all = cases(&world);
    let outbox = world.engine.outbox(&admin()).unwrap();
    assert_eq!((outbox.due, outbox.dead), (0, 0));
    assert!(slept && steps > 400 && posts > 60, "{steps} steps, {posts} posts");
    // Otherwise the laws above would say less than they seem to.
    assert!(
        all.len() > 5 && desk.tickets().len() > 5,
        "{} cases, {} tickets",
        all.len(),
        desk.tickets().len()
    );
    assert!(desk.tickets().iter().any(|t| t.texts.len() > 3));
    assert!(
        all.iter().any(|c| c.regressed > 0) && all.iter().any(|c| c.promises.iter().any(|p| p.is_missed()))
    );
    assert!(all.iter().any(|c| c.clocks.iter().any(|k| k.kind == ClockKind::TellCustomer)));
    nothing_doubled(&desk);
    // A mail is one mail, however often it was tried.
    let mails = world.net.mails();
    let mut names: Vec<&str> = mails.iter().map(|m| m.message_id.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), mails.len());
}

/// When the first-response clock of a post runs out.
async fn red(posted: &str) -> Timestamp {
    let (world, _desk) = world_at(posted);
    world.hear(vec![post("1", "anna", world.now(), WORDS[0])]).await.unwrap();
    cases(&world)[0].running(ClockKind::FirstResponse).unwrap().red_at
}

#[tokio::test]
async fn clocks_know_evenings_weekends_midnight_and_the_hour_that_comes_twice() {
    // 8:00 to 22:00 every day, four hours.
    for (posted, due) in [
        // Friday 21:50: ten minutes that evening, the rest on Saturday.
        ("2026-11-06T20:50:00Z", "2026-11-07T10:50:00Z"),
        // A second before midnight, and midnight: both in the morning.
        ("2026-11-06T22:59:59Z", "2026-11-07T11:00:00Z"),
        ("2026-11-06T23:00:00Z", "2026-11-07T11:00:00Z"),
        // The night in which summer time ends: 8:00 is an hour later than the day before.
        ("2026-10-24T22:30:00Z", "2026-10-25T11:00:00Z"),
        ("2026-10-24T20:00:00Z", "2026-10-25T11:00:00Z"),
        // The night in which it begins.
        ("2027-03-28T00:30:00Z", "2027-03-28T10:00:00Z"),
        // Public posts are answered on Christmas Day too.
        ("2026-12-25T09:00:00Z", "2026-12-25T13:00:00Z"),
    ] {
        assert_eq!(red(posted).await, at(due), "posted {posted}");
    }
}

#[tokio::test]
async fn office_hours_leave_out_christmas_and_the_days_between_count() {
    // Thursday 24 December 15:00 in the Netherlands: 2:30 that day, Friday and Saturday are Christmas, then the weekend.
    let (world, _desk) = world_at("2026-12-24T14:00:00Z");
    world.hear(vec![post("1", "anna", world.now(), WORDS[0])]).await.unwrap();
    let solve = cases(&world)[0].running(ClockKind::Resolution).unwrap().red_at;
    assert_eq!(solve, at("2026-12-28T14:00:00Z"));
}

#[tokio::test]
async fn after_a_day_without_the_program_all_stages_are_on_record_and_the_gravest_is_told_once() {
    let (world, desk) = world_at("2026-11-23T09:00:00Z");
    world.hear(vec![post("1", "anna", world.now(), WORDS[0])]).await.unwrap();
    let me = admin();
    let due = world.now() + SignedDuration::from_hours(3);
    for command in [
        Command::Assign { to: Some(me.user.clone()) },
        Command::Promise { kind: PromiseKind::CallBack, what: "we bellen".into(), due },
    ] {
        world.engine.execute(&me, CaseId(1), command, None).await.unwrap();
    }
    world.clock.pass(SignedDuration::from_hours(26));
    world.settle().await.unwrap();
    check(&world);
    let case = world.engine.case_page(&me, CaseId(1)).await.unwrap().row.case;
    assert_eq!(case.queued.unwrap().reason, QueueReason::PromiseMissed);
    assert_eq!(desk.tickets().len(), 1);
    let told: Vec<_> = world.net.mails().into_iter().filter(|m| !m.subject.contains("Dringend")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].subject.contains("Belofte gemist"), "{}", told[0].subject);
}

#[tokio::test]
async fn two_agents_at_once_and_a_double_click_do_it_once() {
    let (world, _desk) = world_at("2026-11-23T09:00:00Z");
    world.hear(vec![post("1", "anna", world.now(), WORDS[0])]).await.unwrap();
    let me = admin();
    let version = world.engine.case_page(&me, CaseId(1)).await.unwrap().version;
    let text = "Excuus, we zoeken het uit.";
    let (bo, kim) = (viewer("bo", Role::Agent, Scope::All), viewer("kim", Role::Agent, Scope::All));
    let (one, other) = tokio::join!(
        world.answer_from(&bo, CaseId(1), text, Some(version)),
        world.answer_from(&kim, CaseId(1), text, Some(version)),
    );
    let lost = [&one, &other].iter().filter(|r| matches!(r, Err(EngineError::Conflict(_)))).count();
    assert_eq!((lost, [&one, &other].iter().filter(|r| r.is_ok()).count()), (1, 1), "{one:?} {other:?}");
    let winner = if one.is_ok() { &bo } else { &kim };
    let again = world.answer_from(winner, CaseId(1), text, Some(version)).await;
    assert_eq!(again.unwrap(), one.or(other).unwrap(), "a double click is the same answer");
    let case = world.engine.case_page(&me, CaseId(1)).await.unwrap().row.case;
    assert_eq!((case.replies.len(), case.unseen_replies), (1, 1));
    check(&world);
}
