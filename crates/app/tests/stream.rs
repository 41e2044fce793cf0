//! The whole program on a stream: a server of the test that speaks Jetstream as it is documented (JSON frames with
//! `time_us`, an inclusive `cursor`, frames that were sent are kept). It drops connections in the middle, the program
//! is killed, and ten thousand frames come at once. A real Jetstream is in no package registry.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::SinkExt as _;
use serde_json::json;
use support::{House, ids, mentions, wait_for};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Hello, Response as Welcome};

const CONFIG: &str = r#"
[brand]
name = "Kiezelmarkt"
names = ["kiezelmarkt"]

[fetch]
spacing = "50ms"
danger_allow_private_hosts = true

[[source]]
id = "stream"
kind = "jetstream"
words = ["kiezelmarkt"]
url = "{stream}"
app_view = "http://127.0.0.1:1"
"#;

/// Whether a post is about us: one in twenty, in the flood one in a hundred, and after it only the last one of a burst.
fn is_about_us(at: usize) -> bool {
    match at {
        ..1200 => at.is_multiple_of(20),
        1200..QUIET => at.is_multiple_of(100),
        _ => (at - QUIET) % QUIET_BURST == QUIET_BURST - 1,
    }
}

/// From here on hardly anything is about us.
const QUIET: usize = 11_200;
/// So many frames, of which the last one is.
const QUIET_BURST: usize = 4_000;

/// So large is each frame of the flood.
const FILLER: usize = 6_000;

/// The stream: what was said so far, by its moment.
#[derive(Default)]
struct Stream {
    frames: Vec<(u64, String)>,
    /// The cursors that were asked for, in the order of the connections.
    asked: Vec<Option<u64>>,
    /// The connection that is open ends roughly after so many frames.
    break_after: Option<usize>,
}

type Shared = Arc<Mutex<Stream>>;

fn name(at: usize) -> String {
    format!("at://did:plc:klant{}/app.bsky.feed.post/3k{at:06}", at % 40)
}

/// Says these posts on the stream; the names of those that are about us. Each frame is as large as `size`.
fn say(stream: &Shared, posts: std::ops::Range<usize>, size: usize) -> Vec<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let mut stream = stream.lock().unwrap();
    let last = stream.frames.last().map_or(0, |(time, _)| *time);
    let first = last.max(u64::try_from(now).unwrap() - 60_000_000);
    for at in posts.clone() {
        let time = first + 1 + u64::try_from(at - posts.start).unwrap();
        let text = match is_about_us(at) {
            true => format!("bestelling {at} bij kiezelmarkt is nog steeds niet geleverd"),
            false => format!("mooi weer vandaag, nummer {at}"),
        };
        let frame = json!({"did": format!("did:plc:klant{}", at % 40), "time_us": time, "kind": "commit", "commit": {
            "rev": "3k", "operation": "create", "collection": "app.bsky.feed.post", "rkey": format!("3k{at:06}"),
            "cid": "bafy", "record": {"$type": "app.bsky.feed.post", "text": text, "langs": ["nl"],
                "createdAt": jiff::Timestamp::from_microsecond(i64::try_from(time).unwrap()).unwrap().to_string(),
                "embed": {"$type": "app.bsky.embed.external", "filler": "x".repeat(size)}}}});
        stream.frames.push((time, frame.to_string()));
    }
    posts.filter(|at| is_about_us(*at)).map(name).collect()
}

/// Says that a post was deleted.
fn delete(stream: &Shared, at: usize) {
    let mut stream = stream.lock().unwrap();
    let time = stream.frames.last().unwrap().0 + 1;
    let frame = json!({"did": format!("did:plc:klant{}", at % 40), "time_us": time, "kind": "commit", "commit": {
        "rev": "3k", "operation": "delete", "collection": "app.bsky.feed.post", "rkey": format!("3k{at:06}")}});
    stream.frames.push((time, frame.to_string()));
}

async fn serve(stream: TcpStream, shared: Shared) {
    let mut cursor = None;
    #[expect(clippy::result_large_err, reason = "the library's own form of a callback")]
    let hello = |hello: &Hello, welcome: Welcome| {
        let query = hello.uri().query().unwrap_or_default();
        let value = query.split('&').find_map(|pair| pair.strip_prefix("cursor="));
        cursor = value.and_then(|value| value.parse::<u64>().ok());
        Ok(welcome)
    };
    let Ok(mut socket) = accept_hdr_async(stream, hello).await else { return };
    let mut at = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push(cursor);
        // Whoever names no moment is told what comes from now on; else from that moment, itself included.
        cursor.map_or(shared.frames.len(), |from| shared.frames.partition_point(|(time, _)| *time < from))
    };
    let mut sent = 0;
    loop {
        let next = shared.lock().unwrap().frames.get(at).map(|(_, frame)| frame.clone());
        let Some(frame) = next else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if socket.send(Message::text(frame)).await.is_err() {
            return;
        }
        (at, sent) = (at + 1, sent + 1);
        let mut shared = shared.lock().unwrap();
        if shared.break_after.is_some_and(|most| sent >= most) {
            shared.break_after = None;
            return;
        }
    }
}

async fn start(shared: &Shared) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/subscribe", listener.local_addr().unwrap());
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&shared)));
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_heard_whole_and_once_through_breaks_a_kill_and_a_flood() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let shared = Shared::default();
    let address = start(&shared).await;
    let house = House::new(dir.path(), &CONFIG.replace("{stream}", &address), &[]);
    let token = house.token();
    let (running, url) = house.serve();
    let connections = || shared.lock().unwrap().asked.len();
    let all_of = |url: &str, expected: &[String]| {
        wait_for("all that was said about us", Duration::from_secs(240), || {
            std::thread::sleep(Duration::from_millis(700));
            mentions(url, &token).len() >= expected.len()
        });
        let mut sorted = expected.to_vec();
        sorted.sort();
        assert_eq!(ids(&mentions(url, &token)), sorted);
    };
    wait_for("the program to listen", Duration::from_secs(30), || connections() == 1);

    // The connection breaks off in the middle, twice.
    shared.lock().unwrap().break_after = Some(130);
    let mut expected = say(&shared, 0..300, 100);
    wait_for("a new connection", Duration::from_secs(30), || connections() == 2);
    shared.lock().unwrap().break_after = Some(250);
    expected.extend(say(&shared, 300..600, 100));
    all_of(&url, &expected);
    println!("through breaks after {:?}", begun.elapsed());

    // Killed while it listens, and what was said while it was dead.
    expected.extend(say(&shared, 600..900, 100));
    std::thread::sleep(Duration::from_millis(300));
    running.kill();
    expected.extend(say(&shared, 900..1200, 100));
    let (mut running, url) = house.serve();
    all_of(&url, &expected);
    println!("through a kill after {:?}", begun.elapsed());

    // Ten thousand frames, in three bursts. What grows here is what the hundred mentions cost (see the README of the engine),
    // with each asking for all of them again: the bound is a coarse one.
    let flood = Instant::now();
    let mut peaks = vec![running.peak_memory()];
    for part in [1200..3200, 3200..7200, 7200..11_200] {
        expected.extend(say(&shared, part, FILLER));
        all_of(&url, &expected);
        peaks.push(running.peak_memory());
    }
    let grown: Vec<u64> = peaks.windows(2).map(|two| (two[1] - two[0]) / 1024 / 1024).collect();
    println!(
        "10,000 frames in {:?}; bursts of 12, 24 and 24 MB took {grown:?} MB of memory",
        flood.elapsed()
    );
    assert!(grown.iter().sum::<u64>() < 150, "memory grows without bound: {grown:?} MB more");

    // Frames that hardly concern us: they cost no memory, and the one that does is heard within seconds.
    let bursts: usize = std::env::var("GEHOOR_QUIET_BURSTS").map_or(2, |n| n.parse().unwrap());
    let before = running.memory();
    for burst in 0..bursts {
        let begun = Instant::now();
        let first = QUIET + burst * QUIET_BURST;
        expected.extend(say(&shared, first..first + QUIET_BURST, FILLER));
        all_of(&url, &expected);
        println!(
            "a quiet burst of 24 MB took {:?}; {} MB of memory",
            begun.elapsed(),
            running.memory() >> 20
        );
        assert!(begun.elapsed() < Duration::from_secs(60), "it grew tired of listening");
    }
    let grown = running.memory().saturating_sub(before) >> 20;
    assert!(grown < 40, "frames that are none of ours took {grown} MB");

    delete(&shared, 0);
    wait_for("the deletion", Duration::from_secs(30), || {
        std::thread::sleep(Duration::from_millis(700));
        mentions(&url, &token)
            .iter()
            .any(|m| m["external_id"] == name(0).as_str() && !m["withdrawn"].is_null())
    });
    let asked = shared.lock().unwrap().asked.clone();
    assert_eq!(asked[0], None);
    assert!(
        asked.len() >= 4 && asked[1..].iter().all(Option::is_some),
        "went on without a cursor: {asked:?}"
    );
    assert!(running.stop().success());
    println!("done after {:?}", begun.elapsed());
}
