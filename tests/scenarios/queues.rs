//! Service queues and promises at work: the next case, who is at it, putting aside, many at once, and promises that are
//! found in words and kept with proof.

use gehoor_domain::case::{PromiseKind, QueueReason};
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::PlaceHint;
use gehoor_domain::policy::{AgentRule, ServiceQueue};
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::EngineError;
use gehoor_engine::desk::Next;
use gehoor_engine::presence::{Doing, SendBlock};
use gehoor_engine::promises::{PromisesQuery, Which};
use gehoor_engine::views::{Box as Tray, InboxQuery, Viewer};
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, franchisee, id, post, service_queue, viewer};
use jiff::SignedDuration;

const COMPLAINTS: [&str; 4] = [
    "@bouwhoek er komt rook uit de kachel van jullie, levensgevaarlijk! Mijn kind lag ernaast.",
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.",
    "@bouwhoek verkeerde kleur geleverd, wat een gedoe.",
    "@bouwhoek bestelling weer te laat, dit is de derde keer.",
];

fn agent(name: &str) -> Viewer {
    viewer(name, Role::Agent, Scope::All)
}

async fn four() -> World {
    let world = World::new().unwrap();
    hear(&world).await;
    world
}

async fn hear(world: &World) {
    let drafts = COMPLAINTS.iter().enumerate();
    let drafts =
        drafts.map(|(n, text)| post(&n.to_string(), &format!("klant{n}"), world.now(), text)).collect();
    world.hear(drafts).await.unwrap();
}

#[tokio::test]
async fn two_who_ask_at_once_never_get_the_same_case_and_the_gravest_goes_first() {
    let world = four().await;
    let first = world.inbox().await.unwrap().rows[0].case.id;
    let (bo, kim) = (agent("bo"), agent("kim"));
    let mut taken = Vec::new();
    for _ in 0..2 {
        let (a, b) = tokio::join!(world.engine.take_next(&bo, None), world.engine.take_next(&kim, None));
        for next in [a.unwrap(), b.unwrap()] {
            let Next::Case { id } = next else { panic!("{next:?}") };
            assert!(!taken.contains(&id), "{id} was given out twice");
            taken.push(id);
        }
    }
    assert!(taken[..2].contains(&first));
    assert_eq!(world.engine.take_next(&bo, None).await.unwrap(), Next::Nothing);
    let reader = viewer("mara", Role::Marketing, Scope::All);
    assert!(matches!(world.engine.take_next(&reader, None).await, Err(EngineError::Forbidden(_))));
}

#[tokio::test]
async fn a_limit_stops_taking_more_and_the_workload_shows_it() {
    let mut setup = chain();
    setup.policy.agents =
        vec![AgentRule { user: id("bo"), queues: Vec::new(), skills: Vec::new(), most: Some(1) }];
    let world = World::with(setup).unwrap();
    hear(&world).await;
    assert!(matches!(world.engine.take_next(&agent("bo"), None).await.unwrap(), Next::Case { .. }));
    assert_eq!(world.engine.take_next(&agent("bo"), None).await.unwrap(), Next::Full { own: 1, most: 1 });
    let load = world.engine.workload(&admin()).unwrap();
    assert_eq!((load.teams[0].open, load.teams[0].queued), (4, 3));
    let bo = load.people.iter().find(|p| p.id == "bo").unwrap();
    assert_eq!((bo.open, bo.most), (1, Some(1)));
}

#[tokio::test]
async fn a_limit_holds_by_hand_too_and_a_lead_gets_past_it() {
    let mut setup = chain();
    setup.policy.agents =
        vec![AgentRule { user: id("bo"), queues: Vec::new(), skills: Vec::new(), most: Some(1) }];
    let world = World::with(setup).unwrap();
    hear(&world).await;
    let (engine, bo, kim) = (&world.engine, agent("bo"), agent("kim"));
    let to_bo = || Command::Assign { to: Some(id("bo")) };
    engine.execute(&bo, CaseId(1), to_bo(), None).await.unwrap();
    for who in [&bo, &kim, &admin()] {
        let refused = engine.execute(who, CaseId(2), to_bo(), None).await;
        assert!(
            matches!(&refused, Err(EngineError::Refused(why)) if why.contains("bo owns 1 open cases")),
            "{refused:?}"
        );
    }
    let beyond = || Command::AssignBeyond { to: id("bo") };
    assert!(engine.execute(&kim, CaseId(2), beyond(), None).await.is_err(), "an agent does not");
    engine.execute(&admin(), CaseId(2), beyond(), None).await.unwrap();
    let owner = engine.case_page(&bo, CaseId(2)).await.unwrap().row.case.owner;
    assert_eq!(owner, Some(id("bo")));
    engine.execute(&bo, CaseId(1), to_bo(), None).await.unwrap();
}

#[tokio::test]
async fn a_case_given_by_hand_warns_of_skill_and_hours_and_who_was_warned_may_go_on() {
    let mut setup = chain();
    let queue = ServiceQueue { calendar: Some("default".into()), ..service_queue("Kachels", "kachels") };
    setup.policy.queues = vec![queue];
    let skilled = |name: &str, most| AgentRule {
        user: id(name),
        queues: Vec::new(),
        skills: vec!["kachels".into()],
        most,
    };
    setup.policy.agents = vec![skilled("kim", None), skilled("lou", Some(0))];
    let world = World::with(setup).unwrap();
    hear(&world).await;
    let (engine, bo) = (&world.engine, agent("bo"));
    let give = |name: &str| Command::Assign { to: Some(id(name)) };
    let beyond = |name: &str| Command::AssignBeyond { to: id(name) };
    let refused = engine.execute(&bo, CaseId(3), give("bo"), None).await.unwrap_err().to_string();
    assert!(refused.contains("asks for the skill `kachels`, and bo lacks it"), "{refused}");
    engine.execute(&bo, CaseId(3), give("kim"), None).await.unwrap();
    engine.execute(&bo, CaseId(3), beyond("bo"), None).await.unwrap();
    let limit = engine.execute(&bo, CaseId(3), beyond("lou"), None).await.unwrap_err().to_string();
    assert!(limit.contains("the limit is 0"), "an agent gets past skill and hours only: {limit}");
    engine.execute(&admin(), CaseId(3), beyond("lou"), None).await.unwrap();
    // Eleven in the evening: the queue is closed; what is urgent does not wait for the morning.
    for (case, points) in [(1, 90.0), (3, 10.0)] {
        let rank = Command::Overrule { points: Some(points), reason: "gezien".into() };
        engine.execute(&admin(), CaseId(case), rank, None).await.unwrap();
    }
    world.clock.set("2026-11-23T22:00:00Z".parse().unwrap());
    let shut = engine.execute(&bo, CaseId(3), give("kim"), None).await.unwrap_err().to_string();
    assert!(shut.contains("Kachels is closed now"), "{shut}");
    let many = engine.execute_many(&bo, &[CaseId(1), CaseId(3)], &give("kim")).await.unwrap();
    assert_eq!(many.iter().map(|one| one.refused.is_some()).collect::<Vec<_>>(), [false, true], "{many:?}");
    engine.execute(&bo, CaseId(3), beyond("kim"), None).await.unwrap();
    let owner = engine.case_page(&bo, CaseId(3)).await.unwrap().row.case.owner;
    assert_eq!(owner, Some(id("kim")));
}

#[tokio::test]
async fn who_writes_is_seen_holds_the_answer_and_can_be_taken_over() {
    let world = four().await;
    let (bo, kim, case) = (agent("bo"), agent("kim"), CaseId(1));
    let engine = &world.engine;
    let version = engine.case_page(&kim, case).await.unwrap().version;
    engine.be_present(&bo, case, Doing::Typing).unwrap();
    let others = engine.be_present(&kim, case, Doing::Reading).unwrap();
    assert_eq!((others[0].name.as_str(), others[0].doing), ("bo", Doing::Typing));
    let block = engine.send_block(&kim, case, Some(version)).unwrap();
    assert!(matches!(block, Some(SendBlock::Answering { ref name, .. }) if name == "bo"), "{block:?}");
    assert_eq!(engine.send_block(&bo, case, Some(version)).unwrap(), None);

    engine.take_over_writing(&kim, case).unwrap();
    assert_eq!(engine.send_block(&kim, case, Some(version)).unwrap(), None);
    assert!(engine.send_block(&bo, case, Some(version)).unwrap().is_some());

    world.clock.set(world.now() + SignedDuration::from_mins(1));
    world.answer_from(&kim, case, "Sorry!", Some(version)).await.unwrap();
    engine.leave(&kim, case).unwrap();
    let block = engine.send_block(&bo, case, Some(version)).unwrap();
    assert!(matches!(block, Some(SendBlock::Answered { .. })), "{block:?}");
    let fresh = engine.case_page(&bo, case).await.unwrap().version;
    assert_eq!(engine.send_block(&bo, case, Some(fresh)).unwrap(), None);

    // A lock without a script goes by itself.
    engine.be_present(&kim, case, Doing::Typing).unwrap();
    world.clock.set(world.now() + SignedDuration::from_mins(6));
    assert_eq!(engine.who(&bo, case).unwrap(), []);
    let outside = franchisee(&["zwolle"]);
    assert!(engine.be_present(&outside, case, Doing::Reading).is_err(), "presence is within the scope");
}

#[tokio::test]
async fn a_reply_that_promises_something_proposes_it_and_a_missed_promise_comes_back_on_top() {
    let world = four().await;
    let (bo, case, engine) = (agent("bo"), CaseId(3), &world.engine);
    engine.execute(&bo, case, Command::Assign { to: Some(id("bo")) }, None).await.unwrap();
    let text = "Wat vervelend! We bellen u morgen voor 12 uur. Kunt u uw nummer sturen?";
    world.answer(&bo, case, text).await.unwrap();
    let page = engine.case_page(&bo, case).await.unwrap();
    let proposed = &page.row.case.proposed;
    assert_eq!(proposed.len(), 1, "{proposed:?}");
    assert_eq!(
        (proposed[0].kind, proposed[0].words.as_str()),
        (PromiseKind::CallBack, "We bellen u morgen voor 12 uur")
    );
    assert_eq!(proposed[0].due.unwrap().to_string(), "2026-11-24T11:00:00Z");

    // The same reply is found at the source: nothing is proposed twice.
    let mut own =
        post("o1", "bouwhoek", world.now(), "@klant2 Wat vervelend! We bellen u morgen voor 12 uur.");
    own.in_reply_to = Some("2".into());
    own.own = true;
    world.hear(vec![own]).await.unwrap();
    assert_eq!(engine.case_page(&bo, case).await.unwrap().row.case.proposed.len(), 1);

    let accept = Command::AcceptProposal { proposal: 1, promise: None, what: String::new(), due: None };
    engine.execute(&bo, case, accept, None).await.unwrap();
    let open = engine.promises(&bo, &PromisesQuery { limit: 10, ..PromisesQuery::default() }).unwrap();
    assert_eq!((open.rows.len(), open.counts[0], open.rows[0].case), (1, 1, case));

    world.pass(SignedDuration::from_hours(27)).await.unwrap();
    let inbox = world.inbox().await.unwrap();
    let missed = inbox.rows.iter().find(|row| row.case.id == case).unwrap();
    assert_eq!(missed.case.queued.as_ref().unwrap().reason, QueueReason::PromiseMissed);
    let query = PromisesQuery { which: Which::Missed, limit: 10, ..PromisesQuery::default() };
    let page = engine.promises(&bo, &query).unwrap();
    assert_eq!((page.rows.len(), page.all.kept, page.all.ended), (1, 0, 1));
    assert_eq!(page.all.share, None, "one promise is too few to say anything");

    let call = Command::RecordCall { answered: true, seconds: 120, reference: "pbx-1".into(), promise: None };
    engine.execute(&bo, case, call, None).await.unwrap();
    let kept = engine
        .promises(&bo, &PromisesQuery { which: Which::Kept, limit: 10, ..PromisesQuery::default() })
        .unwrap();
    assert_eq!((kept.rows.len(), kept.all.kept), (1, 0), "kept late is not kept in time");
}

#[tokio::test]
async fn a_customer_who_tells_of_a_broken_promise_is_marked_with_its_date() {
    let world = World::new().unwrap();
    let text =
        "@bouwhoek jullie zouden mij vrijdag terugbellen, weer niets gehoord. Wat een slechte service!";
    world.hear(vec![post("1", "anna", world.now(), text)]).await.unwrap();
    let page = world.engine.case_page(&admin(), CaseId(1)).await.unwrap();
    let told = &page.told_broken[0];
    assert_eq!((told.kind, told.on.unwrap().to_string().as_str()), (PromiseKind::CallBack, "2026-11-20"));
    let signals = &page.row.case.facts.signals;
    assert!(
        signals.iter().any(|(s, words)| s.as_str() == "promise_broken" && words.contains("vrijdag")),
        "{signals:?}"
    );
}

#[tokio::test]
async fn what_is_put_aside_leaves_the_inbox_and_comes_back_on_its_day() {
    let world = four().await;
    let (bo, case, engine) = (agent("bo"), CaseId(3), &world.engine);
    world.answer(&bo, case, "Dank, we kijken.").await.unwrap();
    let until = world.now() + SignedDuration::from_hours(2);
    engine
        .execute(&bo, case, Command::Snooze { until, reason: "onderdeel komt".into() }, None)
        .await
        .unwrap();
    let inbox = engine.inbox(&bo, &InboxQuery::default()).await.unwrap();
    assert!(inbox.rows.iter().all(|row| row.case.id != case));
    assert_eq!(inbox.counts.aside, 1);
    let aside = InboxQuery { r#box: Tray::Aside, ..InboxQuery::default() };
    assert_eq!(engine.inbox(&bo, &aside).await.unwrap().rows[0].case.id, case);

    let mut thanks = post("t1", "klant2", world.now(), "@bouwhoek bedankt!");
    thanks.in_reply_to = Some("2".into());
    world.hear(vec![thanks]).await.unwrap();
    assert_eq!(engine.inbox(&bo, &aside).await.unwrap().total, 1, "thanks leave it aside");
    world.pass(SignedDuration::from_hours(3)).await.unwrap();
    let back = engine.case_page(&bo, case).await.unwrap().row.case;
    assert_eq!((back.snoozed, back.queued.unwrap().reason), (None, QueueReason::Woken));
}

#[tokio::test]
async fn one_thing_is_done_to_many_cases_with_a_result_for_each() {
    let world = four().await;
    let (bo, engine) = (agent("bo"), &world.engine);
    let close = Command::Close { outcome: gehoor_domain::case::Outcome::NotOurs, note: String::new() };
    engine.execute(&bo, CaseId(2), close.clone(), None).await.unwrap();
    let ids = [CaseId(1), CaseId(2), CaseId(9), CaseId(1)];
    let done = engine.execute_many(&bo, &ids, &close).await.unwrap();
    assert_eq!(
        done.iter().map(|one| (one.id.0, one.refused.is_some())).collect::<Vec<_>>(),
        [(1, false), (2, true), (9, true)]
    );
    let one_by_one = Command::AskPrivate;
    assert!(matches!(engine.execute_many(&bo, &ids, &one_by_one).await, Err(EngineError::BadInput(_))));
}

#[tokio::test]
async fn promises_of_other_shops_are_not_shown_and_head_office_does_not_lower_a_shops_rate() {
    let world = World::new().unwrap();
    let mut drafts = Vec::new();
    for n in 0..10 {
        let mut draft = post(&n.to_string(), &format!("k{n}"), world.now(), COMPLAINTS[2]);
        draft.place = Some(PlaceHint {
            id: Some(format!("test:{}", if n < 9 { "zwolle" } else { "gouda" })),
            name: None,
        });
        drafts.push(draft);
    }
    world.hear(drafts).await.unwrap();
    let engine = &world.engine;
    let rows = world.inbox().await.unwrap().rows;
    let (gouda, mut ids): (Vec<CaseId>, Vec<CaseId>) = {
        let at = |row: &&gehoor_engine::views::CaseRow| row.case.location() == Some(&id("gouda"));
        let (gouda, zwolle): (Vec<_>, Vec<_>) = rows.iter().partition(at);
        (gouda.iter().map(|r| r.case.id).collect(), zwolle.iter().map(|r| r.case.id).collect())
    };
    let ninth = ids[8];
    ids.extend(gouda);
    for (id, n) in ids.iter().copied().zip(1..) {
        let due = world.now() + SignedDuration::from_hours(3);
        let promise = Command::Promise { kind: PromiseKind::Deliver, what: "levering".into(), due };
        engine.execute(&admin(), id, promise, None).await.unwrap();
        if n <= 6 {
            let keep = Command::KeepPromise { promise: gehoor_domain::PromiseId(1), proof: "bon".into() };
            engine.execute(&admin(), id, keep, None).await.unwrap();
        }
    }
    for id in ids {
        let shop = Command::SetResponsible { responsible: gehoor_domain::assessment::Responsible::Location };
        engine.execute(&admin(), id, shop, None).await.unwrap();
    }
    // The ninth was the carrier's fault.
    let carrier = Command::SetResponsible { responsible: gehoor_domain::assessment::Responsible::Carrier };
    engine.execute(&admin(), ninth, carrier, None).await.unwrap();
    world.pass(SignedDuration::from_hours(4)).await.unwrap();
    let query = PromisesQuery { limit: 50, which: Which::Missed, ..PromisesQuery::default() };
    let all = engine.promises(&admin(), &query).unwrap();
    assert_eq!((all.rows.len(), all.all.kept, all.all.ended), (4, 6, 10));
    let zwolle = all.locations.iter().find(|k| k.id == "zwolle").unwrap();
    assert_eq!((zwolle.kept, zwolle.ended), (6, 8), "the carrier's promise does not count for the shop");
    let (share, low, high) = zwolle.share.unwrap();
    assert!(
        (share - 0.75).abs() < 1e-9 && low > 0.40 && low < 0.41 && high > 0.92 && high < 0.94,
        "{low} {high}"
    );
    let gouda = engine.promises(&franchisee(&["gouda"]), &query).unwrap();
    assert_eq!((gouda.rows.len(), gouda.all.ended, gouda.all.share), (1, 1, None));
}
