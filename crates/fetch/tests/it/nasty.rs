//! Servers that lie, drip, hang, overflow and break.

use std::io::Write as _;
use std::time::Duration;

use crate::common::{Act, answer, client, get, noon, options, post, raw, said};
use flate2::Compression;
use flate2::write::GzEncoder;
use gehoor_fetch::{Client, Options, Outcome, Transport};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn small_client() -> Client {
    Client::new(Options { body_cap: 256 * 1024, ..options() }).unwrap()
}

fn hasty_client() -> Client {
    Client::new(Options { timeout: Duration::from_millis(400), ..options() }).unwrap()
}

const TOO_LARGE: &str =
    "permanent: 127.0.0.1: the body is larger than 256 KiB: raise `fetch.body_cap` if it is right";

#[tokio::test]
async fn a_compressed_body_is_unpacked() {
    let body = answer("200 OK\r\ncontent-encoding: gzip", &gzip(b"hello"));
    let (url, heads) = raw(vec![Act::Send(body)]).await;
    let outcome = get(&client(), &url).await;
    let Outcome::Body { response, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(&response.body[..], b"hello");
    assert!(heads.lock().unwrap()[0].contains("gzip"), "it is asked for");
}

#[tokio::test]
async fn a_bomb_is_stopped_at_the_cap() {
    let bomb = gzip(&vec![0; 50 * 1024 * 1024]);
    assert!(bomb.len() < 64 * 1024, "small on the wire");
    let (url, _) = raw(vec![Act::Send(answer("200 OK\r\ncontent-encoding: gzip", &bomb))]).await;
    assert_eq!(said(&get(&small_client(), &url).await), TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n".to_vec();
    let (url, _) = raw(vec![Act::Hang(head)]).await;
    assert_eq!(said(&get(&small_client(), &url).await), TOO_LARGE);
}

#[tokio::test]
async fn a_body_without_a_length_is_stopped_at_the_cap() {
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.extend(vec![b'x'; 300 * 1024]);
    let (url, _) = raw(vec![Act::Hang(endless)]).await;
    assert_eq!(said(&get(&small_client(), &url).await), TOO_LARGE);
    let sent = small_client().send(post(&url, "{}"), None, noon()).await;
    assert!(said(&sent).starts_with("ambiguous"), "a message may have arrived: {}", said(&sent));
}

#[tokio::test]
async fn a_refusal_is_cut_and_not_refused_for_its_length() {
    let (url, _) = raw(vec![Act::Send(answer("404 Not Found", &vec![b'x'; 300 * 1024]))]).await;
    let Outcome::Permanent { response: Some(response), .. } = get(&client(), &url).await else {
        panic!("no 404")
    };
    assert_eq!(response.body.len(), 64 * 1024);
}

#[tokio::test]
async fn who_drips_or_hangs_is_given_up() {
    let slow = "127.0.0.1: no whole answer in time";
    for act in [
        Act::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec()),
        Act::Drip(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec()),
        Act::Hang(Vec::new()),
    ] {
        let (url, _) = raw(vec![act]).await;
        let (asking, sending) = (hasty_client(), hasty_client());
        let (asked, sent) = tokio::join!(get(&asking, &url), sending.send(post(&url, "{}"), None, noon()));
        assert_eq!(said(&asked), format!("transient: {slow}"));
        assert_eq!(said(&sent), format!("ambiguous: {slow}"));
    }
}

#[tokio::test]
async fn what_breaks_off_may_have_arrived() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_vec();
    let cut_chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nonly this".to_vec();
    let broke = "the connection broke: ";
    let ends = "the answer cannot be read to its end: ";
    for (act, why) in [
        (Act::Send(cut), ends),
        (Act::Send(cut_chunks), ends),
        (Act::Close, broke),
        (Act::Send(b"HTTP/1.1 200".to_vec()), broke),
    ] {
        let (url, _) = raw(vec![act]).await;
        let asked = said(&get(&client(), &url).await);
        assert!(asked.starts_with(&format!("transient: 127.0.0.1: {why}")), "{asked}");
        let sent = said(&client().send(post(&url, "{}"), None, noon()).await);
        assert!(sent.starts_with(&format!("ambiguous: 127.0.0.1: {why}")), "{sent}");
    }
}

#[tokio::test]
async fn what_is_no_http_or_no_gzip_is_said() {
    let broken_gzip = answer("200 OK\r\ncontent-encoding: gzip", b"no gzip at all");
    let (url, _) = raw(vec![Act::Send(broken_gzip)]).await;
    let outcome = said(&get(&client(), &url).await);
    assert!(outcome.starts_with("transient: 127.0.0.1: the answer cannot be read to its end: "), "{outcome}");
    let mut flood = b"HTTP/1.1 200 OK\r\n".to_vec();
    flood.extend(format!("x-flood: {}\r\n", "y".repeat(2000)).repeat(2000).into_bytes());
    for bytes in [b"220 mail.example ESMTP\r\n".to_vec(), flood] {
        let (url, _) = raw(vec![Act::Send(bytes)]).await;
        let outcome = said(&get(&client(), &url).await);
        assert!(outcome.starts_with("transient: 127.0.0.1: the connection broke: "), "{outcome}");
    }
}

#[tokio::test]
async fn who_does_not_listen_surely_got_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?token=hush", listener.local_addr().unwrap());
    drop(listener);
    let outcome = client().send(post(&url, "{}"), None, noon()).await;
    assert!(said(&outcome).starts_with("transient: 127.0.0.1: no connection: "), "{}", said(&outcome));
    assert!(!format!("{outcome:?}").contains("hush"), "the query is never shown");
}
