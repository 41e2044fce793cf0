//! Our own answer is read before the post it answers: two sources of one platform, the slower one has the post.

use gehoor_domain::case::{ClockKind, Voice};
use gehoor_domain::clock::ClockState;
use gehoor_domain::mention::Draft;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, post, source};
use jiff::SignedDuration;

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";

/// A chain that hears one platform by two sources.
fn world() -> World {
    let mut setup = chain();
    for name in ["own", "search"] {
        let mut one = source(name, "webhook", "");
        (one.platform, one.shared_ids) = ("bluesky".into(), true);
        setup.sources.push(one);
    }
    World::with(setup).unwrap()
}

/// An answer of ours to a post, which begins with the root of its thread.
fn answer(world: &World, name: &str, to: &str, minutes: i64, text: &str) -> Draft {
    Draft {
        in_reply_to: Some(to.to_owned()),
        thread: Some("at://anna/app.bsky.feed.post/3k1".to_owned()),
        own: true,
        ..post(name, "bouwhoek", world.now() + SignedDuration::from_mins(minutes), text)
    }
}

async fn hear(world: &World, source: &str, drafts: Vec<Draft>) {
    world.engine.import(&id(source), drafts).await.unwrap();
    world.settle().await.unwrap();
}

#[tokio::test]
async fn answers_of_ours_that_were_read_first_join_the_case_of_the_post_they_answer() {
    let world = world();
    let first =
        answer(&world, "o1", "at://anna/app.bsky.feed.post/3k1", 3, "Wat vervelend! We zoeken het uit.");
    let second = answer(&world, "o2", "o1", 4, "Stuur ons je ordernummer in een privébericht?");
    // A name that begins like the other is another post.
    let other = Draft {
        thread: Some("at://anna/app.bsky.feed.post/3k1/x".to_owned()),
        ..answer(&world, "o3", "at://anna/app.bsky.feed.post/3k1/x", 5, "Fijn om te horen!")
    };
    hear(&world, "own", vec![second, other]).await;
    hear(&world, "own", vec![first]).await;
    assert_eq!(world.inbox().await.unwrap().total, 0);

    let call = Draft {
        thread: Some("at://anna/app.bsky.feed.post/3k1".to_owned()),
        ..post("at://anna/app.bsky.feed.post/3k1", "anna", world.now(), COMPLAINT)
    };
    hear(&world, "search", vec![call]).await;
    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.rows.len(), 1);
    let case = &inbox.rows[0].case;
    let voices: Vec<Voice> = case.mentions.iter().map(|m| m.voice).collect();
    assert_eq!(voices.iter().filter(|v| **v == Voice::Us).count(), 2, "{voices:?}");
    assert_eq!(voices.len(), 3, "{voices:?}");
    let page = world.engine.case_page(&admin(), case.id).await.unwrap();
    let clock = page.row.case.clocks.iter().find(|c| c.kind == ClockKind::FirstResponse).unwrap();
    assert!(matches!(clock.state, ClockState::Done(_)), "our answer counts: {clock:?}");

    // Nothing waits any more: the same answers again change nothing.
    let again = answer(&world, "o2", "o1", 4, "Stuur ons je ordernummer in een privébericht?");
    hear(&world, "search", vec![again]).await;
    assert_eq!(world.inbox().await.unwrap().rows[0].case.mentions.len(), 3);
}

#[tokio::test]
async fn an_answer_read_first_to_a_post_that_is_no_complaint_opens_nothing_and_an_edit_brings_it() {
    let world = world();
    let ours = answer(&world, "o1", "3k1", 3, "Wat vervelend! We zoeken het uit.");
    let call = |text: &str| Draft { thread: Some("3k1".into()), ..post("3k1", "anna", world.now(), text) };
    hear(&world, "own", vec![ours]).await;
    hear(&world, "search", vec![call("mooie folder van @bouwhoek vandaag")]).await;
    assert_eq!(world.inbox().await.unwrap().total, 0);
    hear(&world, "search", vec![call(COMPLAINT)]).await;
    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.rows.len(), 1);
    assert_eq!(inbox.rows[0].case.mentions.len(), 2);
}

#[tokio::test]
async fn an_answer_that_names_its_post_by_a_number_waits_under_the_conversation() {
    let world = world();
    let thread = Some("social.example/5".to_owned());
    let ours = Draft {
        in_reply_to: Some("id:5".to_owned()),
        thread: thread.clone(),
        ..answer(&world, "https://social.example/7", "", 3, "Wat vervelend! We zoeken het uit.")
    };
    let call = Draft { thread, ..post("https://social.example/5", "anna", world.now(), COMPLAINT) };
    hear(&world, "own", vec![ours]).await;
    hear(&world, "search", vec![call]).await;
    assert_eq!(world.inbox().await.unwrap().rows[0].case.mentions.len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_gone_before_its_post_is_read_does_not_count() {
    let world = world();
    let ours = answer(&world, "o1", "3k1", 3, "Wat vervelend! We zoeken het uit.");
    hear(&world, "own", vec![ours.clone()]).await;
    hear(&world, "own", vec![Draft { withdrawn: true, ..ours }]).await;
    let call = Draft { thread: Some("3k1".into()), ..post("3k1", "anna", world.now(), COMPLAINT) };
    hear(&world, "search", vec![call]).await;
    assert_eq!(world.inbox().await.unwrap().rows[0].case.mentions.len(), 1);
}
