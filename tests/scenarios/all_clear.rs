//! The end of an alert reaches those who heard of it, once.

use gehoor_domain::ids::CaseId;
use gehoor_engine::Setup;
use gehoor_testkit::build::{admin, chain, outlet, post};
use gehoor_testkit::{Answer, World};
use jiff::SignedDuration;
use serde_json::Value;

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";

/// Clocks that run out are told to Alertmanager and by mail.
fn setup(tell_end: Option<bool>) -> Setup {
    let mut setup = chain();
    setup.policy.queue_outlets.clear();
    setup.outlets.push(outlet("operations", "alertmanager", "base = \"https://am.test\"", ""));
    for rule in &mut setup.policy.alerts {
        rule.outlets.push("operations".parse().unwrap());
    }
    for outlet in setup.outlets.iter_mut().filter(|o| o.kind.name == "email") {
        outlet.tell_end = tell_end;
    }
    setup
}

/// That it ranks high is another alert.
const CLOCK: &str = "Klok afgelopen";

/// The ends that were told of alerts that hold these words.
fn ends_of(world: &World, words: &str) -> Vec<Value> {
    let posts = world.net.asked().into_iter();
    let posts = posts.filter(|a| a.url.starts_with("https://am.test") && a.body.contains(words));
    let sent: Vec<Value> = posts.map(|a| serde_json::from_str(&a.body).unwrap()).collect();
    // One that ends is told without a beginning.
    sent.into_iter().filter(|alerts| alerts[0].get("startsAt").is_none()).collect()
}

fn ends(world: &World) -> Vec<Value> {
    ends_of(world, CLOCK)
}

async fn answered(world: &World) {
    world.answer(&admin(), CaseId(1), "Excuus, we zoeken het uit.").await.unwrap();
    world.settle().await.unwrap();
}

#[tokio::test]
async fn an_answer_ends_the_alert_where_ends_are_known_and_elsewhere_only_when_configured() {
    for (tell_end, mails) in [(None, 0), (Some(true), 1)] {
        let world = World::with(setup(tell_end)).unwrap();
        world.net.always("POST", "https://am.test", 200, "");
        world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
        world.pass(SignedDuration::from_mins(4 * 60 + 2)).await.unwrap();
        assert_eq!(ends(&world).len(), 0);
        answered(&world).await;
        let over = ends(&world);
        assert_eq!(over.len(), 1, "{over:?}");
        assert_eq!(over[0].as_array().unwrap().len(), 3, "whatever its level was");
        let told =
            || world.net.mails().iter().filter(|m| m.subject.contains("Voorbij: Klok afgelopen")).count();
        assert_eq!(told(), mails);
        // However often somebody looks.
        world.pass(SignedDuration::from_hours(10)).await.unwrap();
        world.engine.watch_alerts().await.unwrap();
        world.settle().await.unwrap();
        assert_eq!((ends(&world).len(), told()), (1, mails));
    }
}

#[tokio::test]
async fn what_never_arrived_is_not_said_to_be_over_and_what_is_on_its_way_comes_first() {
    let world = World::with(setup(None)).unwrap();
    world.net.on("POST", "https://am.test", |_| Answer::Down);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_mins(4 * 60 + 2)).await.unwrap();
    answered(&world).await;
    world.net.always("POST", "https://am.test", 200, "");
    let before = world.net.asked().len();
    world.pass(SignedDuration::from_hours(3)).await.unwrap();
    let bodies: Vec<bool> = world
        .net
        .asked()
        .iter()
        .skip(before)
        .filter(|a| a.url.starts_with("https://am.test") && a.body.contains(CLOCK))
        .map(|a| a.body.contains("startsAt"))
        .collect();
    assert_eq!(bodies, [true, false], "told, and then that it is over");

    // Refused for good: there is nobody to tell that it is over.
    let world = World::with(setup(None)).unwrap();
    world.net.always("POST", "https://am.test", 400, "");
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_mins(4 * 60 + 2)).await.unwrap();
    answered(&world).await;
    world.net.always("POST", "https://am.test", 200, "");
    world.pass(SignedDuration::from_hours(3)).await.unwrap();
    assert!(ends_of(&world, "").is_empty());
}

#[tokio::test]
async fn an_alert_that_comes_back_is_told_again_and_ends_again() {
    let world = World::with(setup(None)).unwrap();
    world.net.always("POST", "https://am.test", 200, "");
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_mins(4 * 60 + 2)).await.unwrap();
    answered(&world).await;
    let mut again = post("2", "anna", world.now(), "@bouwhoek wat een onzin, waar blijft mijn bank nou?");
    again.thread = Some("1".into());
    again.in_reply_to = Some("1".into());
    world.hear(vec![again]).await.unwrap();
    world.pass(SignedDuration::from_hours(5)).await.unwrap();
    answered(&world).await;
    assert_eq!(ends(&world).len(), 2);
}
