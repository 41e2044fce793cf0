//! What a flood on a stream costs: `cargo run -p gehoor-fetch --example flood -- [FRAMES] [BYTES]`.
//!
//! A server in this process sends that many frames of that size over a WebSocket, as fast as they go, and keeps none of
//! them; the client reads a batch, rests for some milliseconds and asks for the next. Prints how far the server got ahead
//! of the reader, and the most memory that this process has had before and after.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use gehoor_fetch::{Client, Options, Outcome, Transport as _};
use gehoor_wire::Request;
use http::Method;
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

/// How long the reader rests between two batches.
const REST: Duration = Duration::from_millis(5);

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock of the machine")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: &str| arguments.next().unwrap_or_else(|| usual.to_owned()).parse::<u64>();
    let (frames, size) = (number("200000")?, number("1000")?);
    let sent = Arc::new(AtomicU64::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/", listener.local_addr()?);
    let count = Arc::clone(&sent);
    tokio::spawn(async move {
        let Ok((stream, _)) = listener.accept().await else { return };
        let Ok(mut socket) = accept_async(stream).await else { return };
        let pad = "x".repeat(usize::try_from(size).unwrap_or(0));
        for seq in 1..=frames {
            let frame = Message::text(format!("{{\"seq\":{seq},\"pad\":\"{pad}\"}}"));
            if socket.feed(frame).await.is_err() {
                return;
            }
            count.store(seq, Ordering::Relaxed);
        }
        let _ = socket.flush().await;
        while let Some(Ok(_)) = socket.next().await {}
    });

    let client = Client::new(Options { danger_allow_private_hosts: true, ..Options::default() })?;
    let (mut read, mut ahead, mut batch) = (0_u64, 0, 0);
    let (before, began) = (peak_kb()?, Instant::now());
    while read < frames {
        let request = Request::api(Method::GET, format!("{url}?cursor={read}").parse()?);
        let outcome = client.send(request, None, jiff::Timestamp::now()).await;
        let Outcome::Body { response, .. } = outcome else { return Err("the stream broke off".into()) };
        for line in response.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            read += 1;
            if !line.starts_with(format!("{{\"seq\":{read},").as_bytes()) {
                return Err(format!("frame {read} did not come when it was its turn").into());
            }
        }
        batch = batch.max(response.body.len());
        ahead = ahead.max(sent.load(Ordering::Relaxed) - read);
        tokio::time::sleep(REST).await;
    }
    let after = peak_kb()?;
    println!("{frames} frames of {size} bytes, all in order, in {:?}", began.elapsed());
    println!("the server was at most {ahead} frames ahead; the largest batch had {} KB", batch / 1024);
    println!("peak memory {} MB before, {} MB after", before / 1024, after / 1024);
    Ok(())
}

/// The most memory that this process has had, in KiB.
fn peak_kb() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
