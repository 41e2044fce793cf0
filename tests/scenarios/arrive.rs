//! Posts that arrive together, late, or through a login.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use gehoor_domain::case::{ClockKind, Voice};
use gehoor_domain::decide::Command;
use gehoor_domain::mention::Draft;
use gehoor_domain::policy::{AlertRule, Trigger};
use gehoor_engine::SourceSetup;
use gehoor_engine::outcomes::Polled;
use gehoor_engine::views::Health;
use gehoor_testkit::build::{admin, chain, id, post, source};
use gehoor_testkit::{Answer, World};
use gehoor_wire::Secret;
use jiff::SignedDuration;

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";

#[tokio::test]
async fn posts_of_one_author_that_arrive_together_are_one_case() {
    let world = World::new().unwrap();
    let again =
        "@bouwhoek nog steeds is mijn bank in Zwolle niet geleverd en niemand belt terug, zes weken nu al!";
    let other = "@bouwhoek de keukenkraan uit Gouda lekt na een dag al, wat een waardeloze kwaliteit";
    world
        .hear(vec![
            post("1", "anna", world.now(), COMPLAINT),
            post("2", "anna", world.now() + SignedDuration::from_mins(1), again),
            post("3", "bert", world.now(), other),
        ])
        .await
        .unwrap();
    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.rows.len(), 2);
    let anna = inbox.rows.iter().find(|row| row.case.mentions.len() == 2);
    assert!(anna.is_some(), "{:?}", inbox.rows);
}

/// Complaints of which none is a copy of another.
fn complaints() -> impl Iterator<Item = String> {
    let troubles = [
        "is na zes weken wachten nog altijd niet geleverd",
        "kwam kapot aan en niemand wil hem ruilen",
        "heeft overal krassen, zo stuur je dat toch niet op",
        "lekt al sinds de eerste dag en dat blijft maar zo",
        "is twee keer in de verkeerde kleur gebracht, wat een drama",
    ];
    let ends = [
        "en niemand belt terug, ik heb er zo genoeg van, echt schandalig",
        "dus ik wil mijn geld terug, wat een waardeloze klantenservice hebben jullie toch",
    ];
    troubles.into_iter().flat_map(move |trouble| {
        ends.into_iter().map(move |end| format!("@bouwhoek mijn bank {trouble} {end}"))
    })
}

#[tokio::test]
async fn years_of_old_posts_flood_neither_the_inbox_nor_the_helpdesk() {
    let world = World::new().unwrap();
    let tickets = Arc::new(AtomicUsize::new(0));
    let made = Arc::clone(&tickets);
    world.net.on("POST", "https://rt.test/REST/2.0/ticket", move |_| {
        made.fetch_add(1, Ordering::SeqCst);
        Answer::Status(
            201,
            r#"{"id":"20","type":"ticket","_url":"https://rt.test/REST/2.0/ticket/20"}"#.into(),
        )
    });
    world.net.always(
        "GET",
        "https://rt.test/REST/2.0/tickets",
        200,
        r#"{"count":0,"items":[],"total":0,"pages":1}"#,
    );
    let day = SignedDuration::from_hours(24);
    let old = (0..10_i32)
        .zip(complaints())
        .map(|(n, text)| post(&format!("old{n}"), &format!("a{n}"), world.now() - day * (40 + n), &text));
    let old: Vec<_> = old.collect();
    world.hear(old).await.unwrap();
    world.hear(vec![post("new", "bert", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(5)).await.unwrap();
    assert_eq!(tickets.load(Ordering::SeqCst), 1, "only the new one goes to the helpdesk");
    let inbox = world.inbox().await.unwrap();
    let seen: Vec<&str> = inbox.rows.iter().map(|row| row.author.as_str()).collect();
    assert_eq!(inbox.total, 11, "all are there to be seen: {seen:?}");
    assert!(!inbox.rows[0].case.backlog && inbox.rows[1].case.backlog, "the new one stands on top");
    assert!(inbox.rows[1].priority.parts.iter().all(|part| part.kind != "clock"));

    // Whoever takes an old one up has a case like any other.
    let old = inbox.rows[1].case.id;
    world.engine.execute(&admin(), old, Command::Assign { to: Some(id("eva")) }, None).await.unwrap();
    let page = world.engine.case_page(&admin(), old).await.unwrap();
    assert!(!page.row.case.backlog);
    assert!(page.row.priority.parts.iter().any(|part| part.kind == "clock"));
    assert!(page.row.case.running(ClockKind::FirstResponse).is_some());
}

/// A Bluesky source, whose app password opens a session.
fn bluesky() -> SourceSetup {
    let mut setup = chain();
    let mut source = setup.sources.remove(0);
    let table =
        toml::from_str("mode = 'notifications'\nserver = 'https://pds.test'\nidentifier = 'bouwhoek.test'");
    let table: toml::Table = table.unwrap();
    source.id = id("bluesky");
    source.kind = "bluesky";
    source.plug = Arc::from(gehoor_sources::build("bluesky", &table).unwrap());
    source.credential = Some(Secret::new("app-password"));
    source
}

#[tokio::test]
async fn a_session_is_opened_once_and_made_anew_when_it_has_ended() {
    let mut setup = chain();
    setup.sources.push(bluesky());
    let world = World::with(setup).unwrap();
    let logins = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&logins);
    world.net.on("POST", "https://pds.test/xrpc/com.atproto.server.", move |asked| {
        let n = count.fetch_add(1, Ordering::SeqCst) + 1;
        let refresh = asked.url.ends_with("refreshSession");
        assert_eq!(refresh, n > 1, "the password is used once only: {}", asked.url);
        Answer::Status(
            200,
            format!(r#"{{"accessJwt":"access-{n}","refreshJwt":"refresh-{n}","did":"did:plc:x"}}"#),
        )
    });
    world.net.always("GET", "https://pds.test/xrpc/app.bsky.notification.", 200, r#"{"notifications":[]}"#);
    let source = id("bluesky");
    world.engine.poll_one(&source).await.unwrap();
    world.clock.set(world.now() + SignedDuration::from_mins(10));
    world.engine.poll_one(&source).await.unwrap();
    assert_eq!(logins.load(Ordering::SeqCst), 1);
    // From now on the server calls the first token ended.
    world.net.on("GET", "https://pds.test/xrpc/app.bsky.notification.", |asked| {
        let bearer = asked.headers.iter().find(|(name, _)| name == "authorization").map(|(_, v)| v.as_str());
        match bearer {
            Some("Bearer access-1") => {
                Answer::Status(400, r#"{"error":"ExpiredToken","message":"x"}"#.into())
            }
            _ => Answer::Status(200, r#"{"notifications":[]}"#.into()),
        }
    });
    world.clock.set(world.now() + SignedDuration::from_mins(10));
    world.engine.poll_one(&source).await.unwrap();
    assert_eq!(logins.load(Ordering::SeqCst), 2);
    let rows = world.engine.sources(&admin()).unwrap();
    let row = rows.iter().find(|row| row.id == source).unwrap();
    assert_eq!(row.failures, 0, "{:?}", row.last_error);
}

#[tokio::test]
async fn a_platform_that_says_in_its_own_words_how_long_to_wait_is_heard() {
    let mut setup = chain();
    setup.sources.push(source("forum", "discourse", "base = 'https://forum.test'\nmode = 'posts'"));
    let world = World::with(setup).unwrap();
    let body = r#"{"errors":["slow down"],"error_type":"rate_limit","extras":{"wait_seconds":3600}}"#;
    world.net.always("GET", "https://forum.test/posts.json", 429, body);
    let forum = id("forum");
    assert_eq!(world.engine.poll_one(&forum).await.unwrap(), Polled::Waits);
    let rows = world.engine.sources(&admin()).unwrap();
    let row = rows.iter().find(|row| row.id == forum).unwrap();
    assert_eq!(
        row.next,
        Some(world.now() + SignedDuration::from_hours(1)),
        "not after the two minutes of its header"
    );
    assert_eq!(row.last_error.as_deref(), Some("the forum asks to wait"));
    assert_eq!((row.failures, row.health), (0, Health::Waits));
}

#[tokio::test]
async fn our_answer_joins_the_case_whether_it_is_read_before_what_it_answers_with_it_or_after() {
    let complaint = "Al zes weken wacht ik op mijn bank en niemand belt terug. Schandalig!";
    for (name, turns) in [
        ("before", vec![vec!["ours"], vec!["call"]]),
        ("with it", vec![vec!["ours", "call"]]),
        ("after", vec![vec!["call"], vec!["ours"]]),
    ] {
        let world = World::new().unwrap();
        let begun = world.now();
        let call = post("1", "anneke", begun, complaint);
        let ours = Draft {
            own: true,
            in_reply_to: Some("1".into()),
            ..post("2", "bouwhoek", begun, "Wat vervelend, dat zoeken we uit.")
        };
        for turn in turns {
            let drafts = turn.iter().map(|who| if *who == "call" { call.clone() } else { ours.clone() });
            world.hear(drafts.collect()).await.unwrap();
        }
        let inbox = world.inbox().await.unwrap();
        let case = &inbox.rows[0].case;
        let voices: Vec<Voice> = case.mentions.iter().map(|m| m.voice).collect();
        assert_eq!(voices, [Voice::Customer, Voice::Us], "{name}");
        assert!(case.running(ClockKind::FirstResponse).is_none(), "{name}: it was answered");
    }
}

#[tokio::test]
async fn a_login_that_ends_soon_is_told_and_the_days_that_are_left_are_shown() {
    let mut setup = chain();
    setup.sources.push(bluesky());
    setup.policy.alerts = vec![AlertRule {
        name: "login-ends".into(),
        when: Trigger::LoginEnds { within: SignedDuration::from_hours(14 * 24) },
        outlets: vec![id("mail")],
        repeat_after: SignedDuration::from_hours(72),
    }];
    let world = World::with(setup).unwrap();
    let end = world.now() + SignedDuration::from_hours(20 * 24);
    // A token says in its middle part when it ends.
    let body = format!(r#"{{"exp":{}}}"#, end.as_second());
    let token = format!("x.{}.x", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(body));
    let session = format!(r#"{{"accessJwt":"{token}","refreshJwt":"{token}","did":"did:plc:x"}}"#);
    world.net.always("POST", "https://pds.test/xrpc/com.atproto.server.", 200, &session);
    world.net.always("GET", "https://pds.test/xrpc/app.bsky.notification.", 200, r#"{"notifications":[]}"#);
    world.engine.poll_one(&id("bluesky")).await.unwrap();
    let ends = || world.engine.sources(&admin()).unwrap().into_iter().find_map(|row| row.login_ends);
    assert_eq!(ends(), Some(end));
    for (days, told) in [(0, 0), (5, 0), (2, 1)] {
        world.clock.pass(SignedDuration::from_hours(24 * days));
        world.engine.watch_sources().await.unwrap();
        world.settle().await.unwrap();
        assert_eq!(world.net.mails().len(), told, "{days} days later: {:?}", world.net.mails());
    }
}

#[tokio::test]
async fn a_complaint_that_goes_round_rises_without_a_new_word() {
    use gehoor_domain::mention::Reach;
    let world = World::new().unwrap();
    let with = |shares| Draft {
        reach: Reach { followers: 40, shares, ..Reach::default() },
        ..post("1", "anna", "2026-11-23T08:59:00Z".parse().unwrap(), COMPLAINT)
    };
    world.hear(vec![with(0)]).await.unwrap();
    let page = || async {
        let id = world.inbox().await.unwrap().rows[0].case.id;
        world.engine.case_page(&admin(), id).await.unwrap()
    };
    let before = page().await;
    world.hear(vec![with(20)]).await.unwrap();
    assert_eq!(page().await.row.case.events, before.row.case.events, "a little further is no news");
    world.hear(vec![with(9_000)]).await.unwrap();
    let after = page().await;
    assert!(after.row.case.facts.reach > 9_000);
    let reach = |page: &gehoor_engine::views::CasePage| {
        page.row.priority.parts.iter().find(|part| part.kind == "reach").map_or(0.0, |part| part.points)
    };
    assert!(reach(&after) > reach(&before), "{:?}", after.row.priority.parts);
    assert_eq!(after.row.case.mentions.len(), 1);
    let said =
        |page: &gehoor_engine::views::CasePage| format!("{:?}", page.timeline).matches("Revised").count();
    assert_eq!(said(&after), 0, "the customer changed nothing");
}
