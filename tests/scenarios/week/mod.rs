//! A week of polling three hundred sources, with the real client in front of platforms in memory: limits are kept in
//! every window, nobody starves, every post arrives once, and the program dies at random moments.
//!
//! Time is tokio's paused time, so that naps, spacing and answers take as long as they take and the week goes by in
//! seconds. The seed is printed; `GEHOOR_WEEK_SEED` plays another week.
#![expect(clippy::indexing_slicing, reason = "a test may fail")]

mod host;
mod house;
mod pages;
mod platforms;
mod posts;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use gehoor_domain::mention::Mention;
use gehoor_store::{MemoryStore, Store, Table, decode};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use host::{Host, Limit, Outage, Trouble};
use house::{End, live, pace};
use platforms::{Channel, Kind, World};
use posts::Habits;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn start() -> Timestamp {
    "2026-11-23T05:00:00Z".parse().unwrap()
}

/// Hosts with the number of their sources and their limits. Three of them hold their sources back all week: what their
/// sources would ask is more than what they allow. One is not known to have a limit.
fn world(rng: &mut StdRng) -> World {
    let per = |requests, per| Limit { requests, per };
    let mut plan: Vec<(String, Kind, usize, Limit, bool)> = Vec::new();
    for n in 0..14 {
        plan.push((format!("feeds{n}.test"), Kind::Feed, 10, per(20, HOUR), true));
    }
    plan.push(("secretive.test".into(), Kind::Feed, 10, per(4, HOUR), false));
    for n in 0..3 {
        // As Mastodon documents it.
        plan.push((format!("social{n}.test"), Kind::Mastodon, 25, per(300, MINUTE * 5), true));
    }
    for n in 0..2 {
        plan.push((format!("forums{n}.test"), Kind::Forum, 15, per(60, MINUTE), true));
    }
    plan.push(("reviews.test".into(), Kind::Reviews, 45, per(15, MINUTE * 15), true));

    let mut world = World::default();
    for (name, kind, sources, limit, is_known) in plan {
        let mut host = Host::new(&name, limit, is_known);
        host.crawl_delay = (kind == Kind::Feed && rng.random::<f64>() < 0.5).then_some(3);
        for _ in 0..rng.random_range(0..=2) {
            let from = start() + MINUTE * rng.random_range(120..6 * 24 * 60);
            let until = from + MINUTE * rng.random_range(10..300);
            let how = [Trouble::Down, Trouble::Broken, Trouble::Overloaded][rng.random_range(0..3)];
            host.outages.push(Outage { from, until, how });
        }
        for _ in 0..sources {
            let habits = Habits {
                a_day: 10_f64.powf(rng.random_range(-0.7..0.8)),
                edits_within: if kind == Kind::Reviews { 30 * 60 } else { 20 },
                last: start() + DAY * 6,
                settled: start() + DAY * 5 + HOUR * 12,
            };
            let posts = posts::plan(rng, start(), habits);
            let shown_edited = vec![false; posts.len()];
            world.channels.push(Channel { kind, host: name.clone(), posts, asked: Vec::new(), shown_edited });
        }
        world.hosts.insert(name, host);
    }
    world
}

/// What became of one post in the journal.
#[derive(Default)]
struct Heard {
    entries: Vec<(String, bool)>,
}

fn journal(store: &dyn Store) -> BTreeMap<(usize, usize), Heard> {
    let mut heard: BTreeMap<(usize, usize), Heard> = BTreeMap::new();
    let mut after = 0;
    loop {
        let entries = store.follow(after, 1_000).unwrap();
        let Some(last) = entries.last() else { return heard };
        after = last.seq;
        for write in entries.iter().flat_map(|entry| &entry.writes) {
            let (Table::Mention, Some(record)) = (write.table, &write.record) else { continue };
            let mention: Mention = decode(write.table, &write.key, record).unwrap();
            let channel = mention.source.as_str().trim_start_matches('c').parse().unwrap();
            let number = mention.external_id.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap();
            let entry = heard.entry((channel, number.parse().unwrap())).or_default();
            entry.entries.push((mention.text.clone(), mention.withdrawn.is_some()));
        }
    }
}

struct Week {
    world: Arc<Mutex<World>>,
    heard: BTreeMap<(usize, usize), Heard>,
    /// When the program did not run.
    down: Vec<(Timestamp, Timestamp)>,
    end: Timestamp,
}

fn play(seed: u64) -> Week {
    let mut rng = StdRng::seed_from_u64(seed);
    let world = Arc::new(Mutex::new(world(&mut rng)));
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let index = tempfile::tempdir().unwrap();
    let end = start() + DAY * 7;
    let (mut now, mut down) = (start(), Vec::new());
    while now < end {
        // It dies at some moment, and half of the times while a request is under way, should that be earlier.
        let at = (now + MINUTE * rng.random_range(5..20 * 60)).min(end);
        let request = rng.random::<bool>().then(|| rng.random_range(1..2_000));
        let died = live(&world, &store, index.path(), now, End { at, request }, rng.random());
        now = (died + SignedDuration::from_secs(rng.random_range(1..1_200))).min(end);
        down.push((died, now));
    }
    Week { world, heard: journal(store.as_ref()), down, end }
}

#[test]
fn a_week_of_three_hundred_sources_keeps_every_limit_starves_none_and_hears_each_post_once() {
    let seed =
        std::env::var("GEHOOR_WEEK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123);
    let week = play(seed);
    let world = week.world.lock().unwrap();
    assert_eq!(world.channels.len(), 300);
    let posts: usize = world.channels.iter().map(|channel| channel.posts.len()).sum();
    let asked: usize = world.hosts.values().map(|host| host.asked.len()).sum();
    println!(
        "seed {seed}: {posts} posts, {asked} requests, {} lives, answers {:?}",
        week.down.len(),
        world.answers
    );
    limits_are_kept(&world);
    nobody_starves(&world, &week);
    each_post_is_heard_once(&world, &week);
}

fn limits_are_kept(world: &World) {
    for host in world.hosts.values() {
        println!("{}: at most {} of {} in a window", host.name, host.most(), host.limit.requests);
        assert_eq!(host.too_early, [], "{} was asked before the moment that it named", host.name);
        if host.is_known {
            assert!(host.most() <= host.limit.requests, "{}: {}", host.name, host.most());
            assert_eq!(host.refused, [], "{} never has to refuse", host.name);
        } else {
            assert!(!host.refused.is_empty(), "{} is found out by its refusals", host.name);
        }
    }
    let held = world.hosts.values().filter(|h| h.is_known && h.most() + 3 >= h.limit.requests).count();
    assert!(held >= 2, "the limits are reached, or this tries nothing");
}

/// Between two polls of a source lies no more than its own longest interval, the queue before its host, and the time in
/// which the host could not or the program did not.
fn nobody_starves(world: &World, week: &Week) {
    let mut longest = SignedDuration::ZERO;
    for (number, channel) in world.channels.iter().enumerate() {
        let host = &world.hosts[&channel.host];
        let (_, slowest) = pace(channel.kind);
        let of_host = world.channels.iter().filter(|other| other.host == channel.host).count();
        // Each of the others may come first, with a few pages.
        let queue = host.limit.per * i32::try_from(of_host * 4 / host.limit.requests + 1).unwrap();
        let times = [start()].into_iter().chain(channel.asked.iter().copied()).chain([week.end]);
        let times: Vec<Timestamp> = times.collect();
        for pair in times.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            let within = |a: Timestamp, b: Timestamp| {
                b.min(until).duration_since(a.max(from)).max(SignedDuration::ZERO)
            };
            let mut allowed = slowest + slowest / 10 + queue;
            for (a, b) in &week.down {
                allowed += within(*a, *b);
            }
            // After an outage the breaker stays open for up to an hour, and robots.txt is asked for first.
            for outage in &host.outages {
                let overlap = within(outage.from, outage.until + HOUR);
                if !overlap.is_zero() {
                    allowed += overlap + HOUR;
                }
            }
            let gap = until.duration_since(from);
            longest = longest.max(gap);
            assert!(
                gap <= allowed,
                "source {number} at {} was not asked from {from} to {until}: {gap:#}, and {allowed:#} is allowed",
                channel.host
            );
        }
    }
    println!("the longest time between two polls of a source: {longest:#}");
}

fn each_post_is_heard_once(world: &World, week: &Week) {
    let (mut edits, mut edits_heard, mut gone, mut heard) = (0, 0, 0, 0);
    for (number, channel) in world.channels.iter().enumerate() {
        for (at, post) in channel.posts.iter().enumerate() {
            let name = format!("c{number}-p{at} at {} ({:?}, {post:?})", channel.host, channel.kind);
            let Some(one) = week.heard.get(&(number, at)) else {
                assert!(post.at < start(), "{name} was never heard");
                continue;
            };
            heard += 1;
            let entries = &one.entries;
            assert!(
                entries.windows(2).all(|pair| pair[0] != pair[1]),
                "{name} was taken in twice: {entries:?}"
            );
            let (text, withdrawn) = entries.last().unwrap();
            assert!(
                entries.len() <= 1 + usize::from(post.edited.is_some()) + usize::from(post.deleted.is_some())
            );
            if post.edited.is_some() && post.at >= start() {
                edits += 1;
                let is_heard = *text == post.text(number, at, week.end);
                edits_heard += usize::from(is_heard);
                assert!(
                    is_heard || !channel.shown_edited[at],
                    "{name}: the edit was shown and not taken over"
                );
            }
            // Platforms that tell of deletions: in the list, or when asked.
            if matches!(channel.kind, Kind::Reviews | Kind::Forum) && post.at >= start() {
                gone += usize::from(*withdrawn);
                assert_eq!(*withdrawn, post.deleted.is_some(), "{name}");
            }
        }
    }
    assert_eq!(heard, week.heard.len(), "nothing else was taken in");
    println!("{heard} posts heard once; {edits_heard} of {edits} edits; {gone} deletions");
    assert!(edits > 100 && gone > 15, "enough happened to try it: {edits} edits, {gone} deletions");
    assert!(edits_heard * 100 >= edits * 97, "{edits_heard} of {edits} edits");
}
