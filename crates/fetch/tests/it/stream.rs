//! Streams against real WebSocket servers in the test, which send numbered frames from the cursor they are given.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use gehoor_fetch::{Client, Options, Outcome, READER, Transport};
use gehoor_wire::Request;
use http::{HeaderMap, HeaderValue, Method};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Hello, Response as Welcome};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use url::Url;

use crate::common::{Act, answer, noon, options, raw, said};

type Socket = WebSocketStream<TcpStream>;

/// A server; `serve` is called for each connection with its number and its cursor. Gives its address, and the cursors
/// and headers of all connections.
pub(crate) async fn server<F, W>(serve: F) -> (String, Arc<Mutex<Vec<(u64, HeaderMap)>>>)
where
    F: Fn(Socket, usize, u64) -> W + Send + Sync + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/subscribe?kind=post", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (mut cursor, mut headers) = (0, HeaderMap::new());
            #[expect(clippy::result_large_err, reason = "the library's own form of a callback")]
            let hello = |hello: &Hello, welcome: Welcome| {
                let query = hello.uri().query().unwrap_or_default();
                let value = query.split('&').find_map(|pair| pair.strip_prefix("cursor="));
                cursor = value.and_then(|value| value.parse().ok()).unwrap_or(0);
                headers = hello.headers().clone();
                Ok(welcome)
            };
            let Ok(socket) = accept_hdr_async(stream, hello).await else { continue };
            let number = {
                let mut kept = kept.lock().unwrap();
                kept.push((cursor, headers));
                kept.len()
            };
            tokio::spawn(serve(socket, number, cursor));
        }
    });
    (url, seen)
}

fn cursors(seen: &Mutex<Vec<(u64, HeaderMap)>>) -> Vec<u64> {
    seen.lock().unwrap().iter().map(|(cursor, _)| *cursor).collect()
}

fn frame(seq: u64) -> Message {
    Message::text(format!("{{\"seq\":{seq}}}"))
}

/// Sends the frames of a range; whether all went out.
async fn send(socket: &mut Socket, range: std::ops::RangeInclusive<u64>) -> bool {
    for seq in range {
        if socket.send(frame(seq)).await.is_err() {
            return false;
        }
    }
    true
}

/// Keeps the connection open until the other side leaves.
async fn stay(mut socket: Socket) {
    while let Some(Ok(_)) = socket.next().await {}
}

pub(crate) fn request(url: &str) -> Request {
    Request::api(Method::GET, Url::parse(url).unwrap())
}

/// The numbers in an answer.
fn numbers(outcome: &Outcome) -> Vec<u64> {
    let Outcome::Body { response, .. } = outcome else { panic!("{}", said(outcome)) };
    assert_eq!(response.header("content-type"), Some("application/jsonl"));
    let text = std::str::from_utf8(&response.body).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["seq"].as_u64().unwrap())
        .collect()
}

async fn ask(client: &Client, url: &str, cursor: u64) -> Vec<u64> {
    numbers(&client.send(request(&format!("{url}&cursor={cursor}")), None, noon()).await)
}

fn client() -> Client {
    Client::new(options()).unwrap()
}

/// Reads as a source does, with a cursor that moves with what was read, until that number.
async fn read_to(client: &Client, url: &str, last: u64) -> Vec<u64> {
    let mut read: Vec<u64> = Vec::new();
    while read.last() != Some(&last) {
        read.extend(ask(client, url, read.last().copied().unwrap_or(0)).await);
    }
    read
}

#[tokio::test]
async fn ten_thousand_frames_come_in_order_and_once_though_the_socket_is_killed_again_and_again() {
    let (url, seen) = server(|mut socket, _, cursor| async move {
        // Without a good-bye, in the middle of what is on the way.
        send(&mut socket, cursor + 1..=(cursor + 2_600).min(10_000)).await;
        if cursor + 2_600 >= 10_000 {
            stay(socket).await;
        }
    })
    .await;
    let read = read_to(&client(), &url, 10_000).await;
    assert!(read.iter().copied().eq(1..=10_000), "{} frames", read.len());
    let cursors = cursors(&seen);
    assert!(cursors.len() >= 4 && cursors.is_sorted() && cursors[0] == 0, "{cursors:?}");
}

#[tokio::test]
async fn one_socket_serves_many_requests_and_a_quiet_one_answers_with_nothing() {
    let (url, seen) = server(|mut socket, _, _| async move {
        send(&mut socket, 1..=2).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        send(&mut socket, 3..=3).await;
        stay(socket).await;
    })
    .await;
    let client = client();
    assert_eq!(ask(&client, &url, 0).await, [1, 2]);
    let began = Instant::now();
    assert!(ask(&client, &url, 2).await.is_empty());
    assert!((900..1400).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    // It is asked from the same place, but nothing was handed out for it.
    assert_eq!(ask(&client, &url, 2).await, [3]);
    assert_eq!(cursors(&seen), [0]);
}

#[tokio::test]
async fn what_was_handed_out_and_not_kept_is_had_again() {
    let (url, seen) = server(|mut socket, _, cursor| async move {
        send(&mut socket, cursor + 1..=10).await;
        stay(socket).await;
    })
    .await;
    let client = client();
    assert_eq!(ask(&client, &url, 4).await, [5, 6, 7, 8, 9, 10]);
    assert_eq!(ask(&client, &url, 4).await, [5, 6, 7, 8, 9, 10], "the cursor did not move");
    assert!(ask(&client, &url, 10).await.is_empty());
    assert_eq!(ask(&client, &url, 8).await, [9, 10], "the cursor went back");
    assert_eq!(cursors(&seen), [4, 4, 8]);
}

#[tokio::test]
async fn frames_that_waited_when_the_socket_died_come_before_the_new_socket() {
    let (url, seen) = server(|mut socket, number, cursor| async move {
        send(&mut socket, cursor + 1..=cursor + 3).await;
        if number == 1 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            send(&mut socket, cursor + 4..=cursor + 6).await;
            let _ = socket.close(None).await;
        }
        stay(socket).await;
    })
    .await;
    let client = client();
    assert_eq!(ask(&client, &url, 0).await, [1, 2, 3]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(ask(&client, &url, 3).await, [4, 5, 6]);
    assert_eq!(ask(&client, &url, 6).await, [7, 8, 9]);
    assert_eq!(cursors(&seen), [0, 6]);
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_told_after_those_before_it() {
    let (url, _) = server(|mut socket, _, cursor| async move {
        send(&mut socket, cursor + 1..=2).await;
        let _ = socket.send(Message::text("x".repeat(5000))).await;
        stay(socket).await;
    })
    .await;
    let client = Client::new(Options { body_cap: 4096, ..options() }).unwrap();
    assert_eq!(ask(&client, &url, 0).await, [1, 2]);
    // The socket goes on from 2, or a new one does: either meets the same frame.
    let outcome = said(&client.send(request(&format!("{url}&cursor=2")), None, noon()).await);
    assert!(
        outcome.starts_with("permanent: 127.0.0.1: a frame of the stream is larger than 4 KiB"),
        "{outcome}"
    );
}

#[tokio::test]
async fn a_ping_is_answered_between_requests() {
    let (url, _) = server(|mut socket, _, _| async move {
        send(&mut socket, 1..=1).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let _ = socket.send(Message::Ping("alive?".into())).await;
        while let Some(Ok(message)) = socket.next().await {
            if message == Message::Pong("alive?".into()) {
                send(&mut socket, 2..=2).await;
                // What is no text is nothing for a source.
                let _ = socket.send(Message::Binary(vec![1, 2, 3].into())).await;
            }
        }
    })
    .await;
    let client = client();
    assert_eq!(ask(&client, &url, 0).await, [1]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ask(&client, &url, 1).await, [2]);
}

#[tokio::test]
async fn who_is_not_asked_is_not_read_for_ever() {
    let sent = Arc::new(Mutex::new(0_u64));
    let count = sent.clone();
    let (url, _) = server(move |mut socket, _, _| {
        let count = count.clone();
        async move {
            for seq in 1.. {
                let padded = Message::text(format!("{{\"seq\":{seq},\"pad\":\"{}\"}}", "x".repeat(10_000)));
                if socket.send(padded).await.is_err() {
                    return;
                }
                *count.lock().unwrap() = seq;
            }
        }
    })
    .await;
    let client = client();
    let first = ask(&client, &url, 0).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let waiting = *sent.lock().unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(*sent.lock().unwrap(), waiting, "the server cannot send any more");
    // And all of it is there, in order.
    let mut read = first;
    while read.len() < 3_000 {
        let more = ask(&client, &url, *read.last().unwrap()).await;
        assert!(more.len() <= 2_000);
        read.extend(more);
    }
    assert!(read.iter().copied().eq(1..=read.len() as u64));
}

/// Frames of the flood, and how large each is.
const FLOOD: u64 = 200_000;
const SIZE: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_against_a_slow_reader_waits_at_the_other_side_and_none_of_it_is_lost() {
    let sent = Arc::new(AtomicU64::new(0));
    let count = sent.clone();
    let (url, seen) = server(move |mut socket, _, cursor| {
        let count = count.clone();
        async move {
            let pad = "x".repeat(SIZE);
            for seq in cursor + 1..=FLOOD {
                let frame = Message::text(format!("{{\"seq\":{seq},\"pad\":\"{pad}\"}}"));
                if socket.feed(frame).await.is_err() {
                    return;
                }
                count.store(seq, Ordering::Relaxed);
            }
            let _ = socket.flush().await;
            stay(socket).await;
        }
    })
    .await;
    let client = client();
    let (mut last, mut ahead) = (0, 0);
    while last < FLOOD {
        // What the other side could get rid of before anybody read it.
        ahead = ahead.max(sent.load(Ordering::Relaxed) - last);
        let read = ask(&client, &url, last).await;
        assert!(read.len() <= 2_000 && read.iter().copied().eq(last + 1..=last + read.len() as u64));
        last += read.len() as u64;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // Our own queue is at most 2,000 frames or 1 MiB; the rest of what is ahead lies in buffers of the system.
    assert!(ahead < FLOOD / 4, "{ahead} frames were taken in before they were asked for");
    assert_eq!(cursors(&seen), [0], "one socket, never broken off");
}

#[tokio::test]
async fn readers_of_the_same_address_do_not_take_frames_from_each_other() {
    let (url, seen) = server(|mut socket, _, cursor| async move {
        send(&mut socket, cursor + 1..=cursor + 2).await;
        stay(socket).await;
    })
    .await;
    let client = client();
    for reader in ["one", "two"] {
        let mut request = request(&format!("{url}&cursor=5#fragment"));
        request.headers.insert(READER, HeaderValue::from_static(reader));
        request.headers.insert("authorization", HeaderValue::from_static("Bearer t"));
        request.headers.insert("sec-websocket-key", HeaderValue::from_static("mine"));
        assert_eq!(numbers(&client.send(request, None, noon()).await), [6, 7]);
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    let headers = &seen[0].1;
    assert_eq!(headers["authorization"], "Bearer t");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("Gehoor/"));
    assert!(!headers.contains_key(READER) && headers["sec-websocket-key"] != "mine");
}

#[tokio::test]
async fn an_answer_that_opens_no_stream_is_sorted_as_any_other() {
    for (head, expected) in [
        ("429 Too Many Requests\r\nretry-after: 60", "wait: 127.0.0.1 "),
        ("503 Service Unavailable\r\nretry-after: 60", "wait: 127.0.0.1 "),
        ("500 Oh", "transient: 127.0.0.1 "),
        ("401 Unauthorized", "permanent: 127.0.0.1 "),
        ("410 Gone", "gone: 127.0.0.1 "),
        ("200 OK", "permanent: 127.0.0.1 opens no stream"),
        ("302 Found\r\nlocation: wss://other.example/", "permanent: 127.0.0.1 redirects the stream"),
    ] {
        let (url, _) = raw(vec![Act::Send(answer(head, b"{\"error\":\"CursorTooOld\"}"))]).await;
        let outcome = said(&client().send(request(&url.replace("http", "ws")), None, noon()).await);
        assert!(outcome.starts_with(expected), "{head}: {outcome}");
    }
}

#[tokio::test]
async fn a_server_that_opens_and_closes_at_once_is_left_alone_after_a_while() {
    let (url, seen) = server(|socket, _, _| async move { drop(socket) }).await;
    let client = client();
    for _ in 0..5 {
        let outcome = said(&client.send(request(&url), None, noon()).await);
        assert!(outcome.starts_with("transient: 127.0.0.1: the stream "), "{outcome}");
    }
    let outcome = said(&client.send(request(&url), None, noon()).await);
    assert!(outcome.starts_with("wait: ") && outcome.contains("failed 5 times"), "{outcome}");
    assert_eq!(cursors(&seen).len(), 5);
}

#[tokio::test]
async fn private_and_open_streams_are_read_only_where_that_is_allowed() {
    let (url, seen) = server(|socket, _, _| stay(socket)).await;
    let strict = Client::new(Options { danger_allow_private_hosts: false, ..options() }).unwrap();
    let port = Url::parse(&url).unwrap().port().unwrap();
    for host in ["127.0.0.1", "127.1", "[::1]", "localhost"] {
        for scheme in ["ws", "wss"] {
            let outcome =
                said(&strict.send(request(&format!("{scheme}://{host}:{port}/")), None, noon()).await);
            assert!(outcome.starts_with("blocked: "), "{outcome}");
        }
    }
    let outcome = said(&strict.send(request("ws://stream.example/"), None, noon()).await);
    assert_eq!(outcome, "blocked: the stream of stream.example is not encrypted: use wss://");
    assert!(cursors(&seen).is_empty());
}
