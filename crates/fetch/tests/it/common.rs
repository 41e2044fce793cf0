//! A client on loopback, and servers that misbehave.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gehoor_fetch::{Client, Options, Outcome, Quota, Transport};
use gehoor_wire::{Body, Request};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// The fixed moment at which tests begin.
pub(crate) fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// So many seconds after noon.
pub(crate) fn after(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

/// Options for servers on loopback: no spacing, no quota that matters, little patience.
pub(crate) fn options() -> Options {
    let plenty = Quota { requests: 1_000_000, per: Duration::from_secs(1) };
    Options {
        danger_allow_private_hosts: true,
        min_spacing: Duration::ZERO,
        host_quota: plenty,
        credential_quota: plenty,
        timeout: Duration::from_secs(5),
        ..Options::default()
    }
}

pub(crate) fn client() -> Client {
    Client::new(options()).unwrap()
}

pub(crate) fn page(url: &str) -> Request {
    Request { obey_robots: false, ..Request::get(Url::parse(url).unwrap()) }
}

pub(crate) fn post(url: &str, body: &'static str) -> Request {
    Request { body: Body::Bytes(body.into()), ..Request::api(Method::POST, Url::parse(url).unwrap()) }
}

pub(crate) async fn get(client: &Client, url: &str) -> Outcome {
    client.send(page(url), None, noon()).await
}

/// The why of an outcome with its kind, for comparing; the port is taken out.
pub(crate) fn said(outcome: &Outcome) -> String {
    let text = match outcome {
        Outcome::Body { response, .. } => format!("body {}", response.status.as_u16()),
        Outcome::NotModified { .. } => "not modified".to_owned(),
        Outcome::Wait { why, .. } => format!("wait: {why}"),
        Outcome::Blocked { why } => format!("blocked: {why}"),
        Outcome::Transient { why, ambiguous: true, .. } => format!("ambiguous: {why}"),
        Outcome::Transient { why, .. } => format!("transient: {why}"),
        Outcome::Permanent { why, gone: true, .. } => format!("gone: {why}"),
        Outcome::Permanent { why, .. } => format!("permanent: {why}"),
    };
    let mut parts = text.split("127.0.0.1:");
    let mut cleaned = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        cleaned.push_str("127.0.0.1");
        cleaned.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    cleaned
}

/// What a raw server does with one connection after it has read the head of a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and then nothing more.
    Hang(Vec<u8>),
    /// Sends these bytes and then one `x` every 20 ms.
    Drip(Vec<u8>),
    /// Closes at once.
    Close,
}

/// A server whose connections go through the acts, the last one for ever. Gives its URL and the heads it read.
pub(crate) async fn raw(acts: Vec<Act>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = heads.clone();
    tokio::spawn(async move {
        let mut next = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let act = acts[next.min(acts.len() - 1)].clone();
            next += 1;
            tokio::spawn(perform(stream, act, kept.clone()));
        }
    });
    (url, heads)
}

async fn perform(mut stream: TcpStream, act: Act, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
    }
    heads.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
    match act {
        Act::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Act::Drip(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Act::Close => {}
    }
}

/// The bytes of an answer with a body.
pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
