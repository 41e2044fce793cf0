//! That an alert is over arrives at a real Alertmanager.

use gehoor_domain::decide::Command;
use gehoor_testkit::build::{chain, outlet, post};
use jiff::SignedDuration;
use serde_json::Value;

use crate::part::Part;
use crate::peer::{act, say, staff, world};

#[tokio::test]
async fn a_real_alertmanager_hears_that_a_clock_ran_out_and_that_it_is_over() {
    let part = Part::start("alertmanager");
    let mut setup = chain();
    setup.policy.queue_outlets.clear();
    let keys = format!("base = \"{}\"", part.text("url"));
    setup.outlets = vec![outlet("operations", "alertmanager", &keys, "")];
    setup.policy.alerts.retain(|rule| rule.name == "clock-red");
    for rule in &mut setup.policy.alerts {
        rule.outlets = vec!["operations".parse().unwrap()];
    }
    let (world, _wire) = world(setup);
    // Alertmanager lives in our day: what it is told lies in its past or future by the fake clock, so that clock is set.
    #[expect(clippy::disallowed_methods, reason = "a real server has a real clock")]
    let today = jiff::Timestamp::now();
    // A little behind: an end that lies in Alertmanager's future is none to it (seen at 0.25).
    world.clock.set(today - SignedDuration::from_mins(3));
    let url = format!("{}/api/v2/alerts?active=true", part.text("url"));
    let active = || async { staff("GET", &url, ("accept", "application/json"), &Value::Null).await };
    // Published five hours of the day ago at least, whatever the hour is now: a day ago.
    let long_ago = world.now() - SignedDuration::from_hours(24);
    let words = "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";
    world.hear(vec![post("1", "anna", long_ago, words)]).await.unwrap();
    world.pass(SignedDuration::from_mins(1)).await.unwrap();
    let seen = active().await;
    assert_eq!(seen.as_array().unwrap().len(), 1, "{seen}");
    say(&world, "Excuus, we zoeken het uit.").await;
    // The resolution clock may have run out as well: then the alert still holds, until the case is closed.
    act(&world, Command::Close { outcome: gehoor_domain::case::Outcome::Explained, note: String::new() })
        .await;
    // It ends a minute in the future of the real clock at most.
    world.settle().await.unwrap();
    for _ in 0..90 {
        if active().await.as_array().unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    panic!("it is still active: {}", active().await);
}
