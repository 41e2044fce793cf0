//! A source of several shops of which some are refused: the others are heard, and when none is, the source is deaf.

use std::sync::{Arc, Mutex};

use gehoor_domain::liveness::Deaf;
use gehoor_engine::outcomes::Polled;
use gehoor_testkit::build::{admin, chain, id, source};
use gehoor_testkit::{Answer, World};
use gehoor_wire::Secret;
use jiff::SignedDuration;

const UNITS: [&str; 3] = ["aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccccccc"];

/// A world with three shops at one review site, and the status with which each is answered.
fn world() -> (World, Arc<Mutex<[u16; 3]>>) {
    let mut setup = chain();
    let mut reviews = source("reviews", "trustpilot", &format!("business_units = {UNITS:?}"));
    reviews.credential = Some(Secret::new("key"));
    setup.sources.push(reviews);
    let world = World::with(setup).unwrap();
    let answers = Arc::new(Mutex::new([200; 3]));
    let now = world.now();
    for (at, unit) in UNITS.into_iter().enumerate() {
        let answers = Arc::clone(&answers);
        world.net.on("GET", &format!("https://api.trustpilot.com/v1/business-units/{unit}"), move |_| {
            let status = answers.lock().unwrap()[at];
            let body = format!(
                r#"{{"reviews":[{{"id":"r{at}","stars":1,"title":"Kapot","text":"De bank van winkel {at} is kapot en niemand belt terug",
                    "createdAt":"{now}","consumer":{{"id":"c{at}","displayName":"Jan"}}}}]}}"#
            );
            Answer::Status(status, if status == 200 { body } else { "{}".to_owned() })
        });
    }
    (world, answers)
}

#[tokio::test]
async fn a_shop_that_is_refused_is_named_and_the_others_are_heard() {
    for status in [400, 403, 404, 410] {
        let (world, answers) = world();
        *answers.lock().unwrap() = [status, 200, 200];
        let read = world.engine.poll_one(&id("reviews")).await.unwrap();
        assert_eq!(read, Polled::Read { news: 2, more: false }, "{status}");
        let row =
            world.engine.sources(&admin()).unwrap().into_iter().find(|row| row.id == id("reviews")).unwrap();
        assert!(
            row.warnings.iter().any(|warning| warning.contains(UNITS[0])),
            "{status}: {:?}",
            row.warnings
        );
        assert_eq!((row.last_success, row.failures), (Some(world.now()), 0), "{status}");
    }
}

#[tokio::test]
async fn a_source_of_which_every_shop_is_refused_is_deaf_and_hears_again_by_itself() {
    let (world, answers) = world();
    *answers.lock().unwrap() = [404, 403, 404];
    for _ in 0..2 {
        let failed = world.engine.poll_one(&id("reviews")).await.unwrap();
        assert!(matches!(failed, Polled::Failed(_)), "{failed:?}");
        world.clock.pass(SignedDuration::from_mins(20));
    }
    let row =
        || world.engine.sources(&admin()).unwrap().into_iter().find(|row| row.id == id("reviews")).unwrap();
    assert_eq!(row().last_success, None, "a refusal is no sign of life");
    assert!(matches!(&row().gaps.last().unwrap().why, Deaf::Failed { .. }));
    *answers.lock().unwrap() = [200, 200, 404];
    let mut news = 0;
    for _ in 0..3 {
        if let Polled::Read { news: found, .. } = world.engine.poll_one(&id("reviews")).await.unwrap() {
            news += found;
        }
        world.clock.pass(SignedDuration::from_mins(20));
    }
    assert_eq!(news, 2, "those that are answered again are heard, though the last one never is");
    assert!(row().last_success.is_some());
}
