//! A stream in which hardly anything concerns us: it is heard at once all the same, and costs little.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use gehoor_store::{MemoryStore, Store, Table};
use gehoor_testkit::build::{admin, chain, id, source};
use gehoor_testkit::{Answer, FakeClock, World};
use jiff::SignedDuration;
use serde_json::json;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The stream: a frame a second, of which every thousandth is about us.
struct Stream {
    world: World,
    now: Arc<AtomicU64>,
    /// The positions that were asked for.
    asked: Arc<Mutex<Vec<Option<u64>>>>,
}

fn frame(at: u64) -> String {
    let text = if at.is_multiple_of(1_000) {
        "mijn bank van bouwhoek is nog steeds niet geleverd"
    } else {
        "mooi weer"
    };
    json!({"did": "did:plc:klant", "time_us": micros(at), "kind": "commit", "commit":
        {"operation": "create", "collection": "app.bsky.feed.post", "rkey": at.to_string(), "record": {"text": text}}})
    .to_string()
}

fn micros(at: u64) -> u64 {
    1_795_420_800_000_000 + at * 1_000_000
}

impl Stream {
    fn on(store: Arc<dyn Store>, clock: Arc<FakeClock>, now: Arc<AtomicU64>) -> Self {
        let mut setup = chain();
        let keys = "words = ['bouwhoek']\nurl = 'wss://stream.test/subscribe'";
        let mut stream = source("stream", "jetstream", keys);
        (stream.min_every, stream.max_every, stream.recheck) = (SECOND, SignedDuration::from_hours(6), 25);
        setup.sources = vec![stream, source("form", "webhook", "")];
        let world = World::on(setup, store, clock).unwrap();
        world.net.always("GET", "https://public.api.bsky.app/", 500, "");
        let asked: Arc<Mutex<Vec<Option<u64>>>> = Arc::default();
        let (told, head) = (Arc::clone(&asked), Arc::clone(&now));
        world.net.on("GET", "wss://stream.test/subscribe", move |request| {
            let url = url::Url::parse(&request.url).unwrap();
            let cursor =
                url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, at)| at.parse().unwrap());
            told.lock().unwrap().push(cursor);
            let frames =
                (1..=head.load(Ordering::Relaxed)).filter(|at| cursor.is_none_or(|from| micros(*at) >= from));
            Answer::Status(200, frames.map(frame).collect::<Vec<_>>().join("\n"))
        });
        Self { world, now, asked }
    }

    /// So many seconds go by; the stream is asked whenever it is due. How often it was.
    async fn pass(&self, seconds: u64) -> usize {
        let before = self.asked.lock().unwrap().len();
        for _ in 0..seconds {
            self.world.clock.pass(SECOND);
            self.now.fetch_add(1, Ordering::Relaxed);
            let next = self.world.engine.sources(&admin()).unwrap()[0].next.unwrap();
            if next <= self.world.now() {
                self.world.engine.poll_one(&id("stream")).await.unwrap();
            }
        }
        self.asked.lock().unwrap().len() - before
    }

    fn found(&self) -> u64 {
        self.world.engine.sources(&admin()).unwrap()[0].found
    }

    /// Entries of the journal about the stream.
    fn written(&self) -> usize {
        let entries = self.world.store.follow(0, 100_000).unwrap();
        entries.iter().filter(|entry| entry.writes.iter().any(|write| write.table == Table::Source)).count()
    }
}

#[tokio::test]
async fn a_stream_without_a_word_for_us_is_heard_every_second_and_written_down_every_ten() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let clock = Arc::new(FakeClock::at("2026-11-23T09:00:00Z"));
    let stream = Stream::on(Arc::clone(&store), Arc::clone(&clock), Arc::default());
    let asked = stream.pass(990).await;
    assert!(asked > 450, "asked {asked} times in 990 seconds: it grew tired of listening");
    assert!(stream.written() <= 120, "{} entries in the journal", stream.written());
    assert_eq!(stream.found(), 0);
    stream.pass(13).await;
    assert_eq!(stream.found(), 1, "what concerns us is heard within seconds");
    // A look for deletions in between writes the position down as it is known.
    stream.world.settle().await.unwrap();
    stream.world.engine.recheck_due().await.unwrap();
    assert!(stream.world.net.asked().iter().any(|asked| asked.url.contains("getPosts")));
    stream.pass(8).await;
    let positions: Vec<u64> = stream.asked.lock().unwrap().iter().copied().flatten().collect();
    assert!(positions.windows(2).all(|two| two[0] <= two[1]), "never from further back");

    // Killed: it goes on from a little before, and nothing comes twice.
    let head = Arc::clone(&stream.now);
    drop(stream);
    let again = Stream::on(store, clock, head);
    again.pass(3).await;
    let first = again.asked.lock().unwrap()[0].unwrap();
    assert!(
        micros(again.now.load(Ordering::Relaxed)) - first < 16_000_000,
        "at most some seconds are read again"
    );
    assert_eq!(again.found(), 1);
}
