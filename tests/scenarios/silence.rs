//! A feed and its habit: quiet when it never is, quiet when it always is, and deaf when it cannot be asked.

use std::sync::{Arc, Mutex};

use gehoor_domain::alert::Subject;
use gehoor_domain::liveness::Deaf;
use gehoor_domain::policy::{AlertRule, Trigger};
use gehoor_testkit::build::{admin, chain, franchisee, id};
use gehoor_testkit::{Answer, World};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A house with a feed that is asked every hour, and what the feed holds.
struct Feed {
    world: World,
    posts: Arc<Mutex<Vec<Timestamp>>>,
}

impl Feed {
    fn new() -> Self {
        let mut setup = chain();
        setup.policy.alerts = vec![AlertRule {
            name: "source-quiet".into(),
            when: Trigger::SourceQuiet { one_in: 1_000 },
            outlets: Vec::new(),
            repeat_after: SignedDuration::from_hours(24),
        }];
        setup.policy.queue_outlets.clear();
        for source in &mut setup.sources {
            (source.min_every, source.max_every) = (HOUR, HOUR);
        }
        let world = World::with(setup).unwrap();
        let posts: Arc<Mutex<Vec<Timestamp>>> = Arc::default();
        let held = Arc::clone(&posts);
        world.net.on("GET", "https://feed.test/rss", move |_| {
            let items: String = held.lock().unwrap().iter().rev().take(20).map(|at| item(*at)).collect();
            Answer::Status(
                200,
                format!("<rss version=\"2.0\"><channel><title>f</title>{items}</channel></rss>"),
            )
        });
        Self { world, posts }
    }

    /// Time passes; on working days from nine to nine two posts come every hour, unless the feed is `quiet`.
    async fn pass(&self, hours: u32, quiet: bool) {
        for _ in 0..hours {
            let now = self.world.now();
            let local = now.to_zoned(TimeZone::get("Europe/Amsterdam").unwrap());
            let works = local.weekday().to_monday_one_offset() <= 5 && (9..21).contains(&local.hour());
            if works && !quiet {
                let mut posts = self.posts.lock().unwrap();
                posts.extend([1, 31].map(|minutes| now + SignedDuration::from_mins(minutes)));
            }
            self.world.clock.set(now + HOUR);
            self.world.engine.poll_one(&id("feed")).await.unwrap();
            self.world.settle().await.unwrap();
        }
        self.world.engine.watch_sources().await.unwrap();
    }

    /// Three weeks, until Monday at one o'clock.
    async fn usual() -> Self {
        let feed = Self::new();
        feed.pass(21 * 24 + 3, false).await;
        feed
    }

    fn told(&self) -> bool {
        let alerts = self.world.engine.alerts(&admin()).unwrap();
        alerts
            .iter()
            .any(|row| row.alert.ended.is_none() && row.alert.finding.subject == Subject::Source(id("feed")))
    }
}

fn item(at: Timestamp) -> String {
    let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap();
    let n = at.as_second();
    format!(
        "<item><guid isPermaLink=\"false\">p{n}</guid><title>Post {n}</title><description>Mooie winkel, fijn geholpen.</description><pubDate>{date}</pubDate></item>"
    )
}

#[tokio::test]
async fn a_busy_feed_that_goes_quiet_on_a_working_day_is_told_within_the_day_and_not_on_a_sunday() {
    let feed = Feed::usual().await;
    assert!(!feed.told(), "it speaks");
    feed.pass(2, true).await;
    assert!(!feed.told(), "two quiet hours may be chance");
    feed.pass(6, true).await;
    assert!(feed.told(), "Monday evening, and nothing since noon");
    let row = &feed.world.engine.sources(&admin()).unwrap()[0];
    assert!(row.missing.unwrap() > 10.0, "{:?}", row.missing);
    // It speaks again: Tuesday to Friday evening, and then its usual quiet weekend.
    feed.pass(4 * 24 - 8 + 11, false).await;
    assert!(!feed.told(), "it is over");
    feed.pass(48, false).await;
    assert!(!feed.told(), "it is always quiet on Sunday");
    let row = &feed.world.engine.sources(&admin()).unwrap()[0];
    assert_eq!(row.days.len(), 14);
    assert!(row.days.iter().filter(|(_, found)| *found == 0).count() >= 3, "{:?}", row.days);
    assert!(row.gaps.is_empty(), "{:?}", row.gaps);
}

#[tokio::test]
async fn a_feed_that_cannot_be_asked_is_a_gap_and_no_silence() {
    let feed = Feed::usual().await;
    let world = &feed.world;
    let (before, now) = (world.now() - HOUR, world.now());
    assert_eq!(world.engine.listening(&admin(), before, now).deaf, 0);
    world.net.on("GET", "https://feed.test/rss", |_| Answer::Down);
    feed.pass(9, true).await;
    assert!(!feed.told(), "who does not listen hears no silence");
    let now = world.now();
    for viewer in [admin(), franchisee(&["zwolle"])] {
        let heard = world.engine.listening(&viewer, now - HOUR, now);
        assert_eq!((heard.deaf, heard.deaf_now), (1, 1));
    }
    let row = &world.engine.sources(&admin()).unwrap()[0];
    let gap = row.gaps.last().unwrap();
    assert_eq!((gap.from, gap.until), (row.last_success.unwrap(), None));
    assert!(matches!(&gap.why, Deaf::Failed { why } if why.contains("refused")), "{:?}", gap.why);
    assert_eq!(world.engine.listening(&admin(), before - HOUR * 9, before).deaf_now, 1);
}

#[tokio::test]
async fn a_program_that_did_not_run_leaves_a_gap_that_stays_known() {
    let feed = Feed::new();
    feed.pass(5, false).await;
    let stopped = feed.world.now();
    feed.world.clock.set(stopped + HOUR * 30);
    let during = (stopped + HOUR, stopped + HOUR * 2);
    assert_eq!(feed.world.engine.listening(&admin(), during.0, during.1).deaf_now, 1);
    feed.pass(1, false).await;
    let heard = feed.world.engine.listening(&admin(), during.0, during.1);
    assert_eq!((heard.deaf, heard.deaf_now, heard.since), (1, 0, Some(during.0)));
    let gaps = &feed.world.engine.sources(&admin()).unwrap()[0].gaps;
    assert_eq!((gaps[0].from, gaps[0].until), (stopped, Some(feed.world.now())));
    assert_eq!(gaps[0].why, Deaf::NotAsked);
}

#[tokio::test]
async fn a_feed_that_was_never_heard_is_not_taken_for_a_quiet_one() {
    let feed = Feed::new();
    let world = &feed.world;
    let ago = world.now() - HOUR;
    let heard = world.engine.listening(&admin(), ago, world.now());
    assert_eq!((heard.deaf, heard.deaf_now, heard.since), (1, 1, Some(ago)), "the program has just begun");
    feed.pass(1, true).await;
    let now = world.now();
    let heard = world.engine.listening(&admin(), now, now);
    assert_eq!((heard.sources, heard.deaf_now), (2, 0), "it said that there is nothing");
}
