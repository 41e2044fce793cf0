//! A server of ours in front of a real one: for what the real one does not do by itself, such as being rate-limited,
//! or an answer that gets lost on its way.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What becomes of one request.
pub enum Fate {
    /// It is passed on; these lines are added to the head of the answer.
    Pass(Vec<String>),
    /// It is not passed on; this is the whole answer.
    Answer(String),
    /// It is passed on, and the answer to it is thrown away.
    Swallow,
    /// Nothing: the connection is closed.
    Drop,
}

/// Starts it in front of `host:port`; the handler sees the first line of each request, such as `GET /x HTTP/1.1`.
/// It ends with the test program. Gives its own address, such as `http://127.0.0.1:4000`.
pub fn in_front_of(upstream: &str, handler: impl Fn(&str) -> Fate + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let upstream = upstream.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let handler: Arc<dyn Fn(&str) -> Fate + Send + Sync> = Arc::new(handler);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (upstream, handler) = (upstream.clone(), Arc::clone(&handler));
            std::thread::spawn(move || serve(stream, address, &upstream, handler.as_ref()));
        }
    });
    format!("http://{address}")
}

/// One request of one connection; who gives up on either side ends it.
fn serve(
    mut stream: TcpStream,
    own: SocketAddr,
    upstream: &str,
    handler: &(dyn Fn(&str) -> Fate + Send + Sync),
) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let (head, rest) = read_head(&mut stream)?;
    let field = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length = field("content-length").and_then(|n| n.parse().ok()).unwrap_or(0_usize);
    let mut body = rest;
    let mut more = vec![0; length.saturating_sub(body.len())];
    stream.read_exact(&mut more).ok()?;
    body.extend(more);
    let added = match handler(head.lines().next()?) {
        Fate::Drop => return None,
        Fate::Answer(text) => return stream.write_all(text.as_bytes()).ok(),
        Fate::Swallow => None,
        Fate::Pass(lines) => Some(lines),
    };
    let mut there = TcpStream::connect(upstream).ok()?;
    there.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    // The real server is asked under its own name, and says where the answer ends by closing.
    let named = head.replace(&own.to_string(), upstream);
    let lines = named.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let asked: String = lines.filter(|line| !line.is_empty()).map(|line| format!("{line}\r\n")).collect();
    there.write_all(format!("{asked}Connection: close\r\n\r\n").as_bytes()).ok()?;
    there.write_all(&body).ok()?;
    let mut answer = Vec::new();
    // A server that closes roughly has answered all the same.
    let _ = there.read_to_end(&mut answer);
    let added = added?;
    let at = answer.windows(2).position(|two| two == b"\r\n")? + 2;
    stream.write_all(answer.get(..at)?).ok()?;
    for line in added.iter().map(String::as_str).chain(["Connection: close"]) {
        stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
    }
    stream.write_all(answer.get(at..)?).ok()
}

/// The head of a request, and what of its body came along.
fn read_head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let end = read.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let rest = read.split_off(end + 4);
            return Some((String::from_utf8_lossy(&read).into_owned(), rest));
        }
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        read.extend(chunk.get(..count)?);
    }
}
