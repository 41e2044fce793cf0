//! Streams over WebSocket, as answers to requests.
//!
//! A request for `wss://…` is answered with the text frames that came since the last one, a line each
//! (`application/jsonl`), or after a second with none. Between requests the socket stays open and a bounded number of
//! frames waits; when that is full, the socket is not read. The parameter `cursor` of the address says where to go on.
//! While it moves, the socket goes on; a request that asks again from where it was, or from further back, is served by
//! a new socket from there, because what was handed out was not kept. So nothing is missed and nothing comes twice but
//! what the server repeats for a cursor. Whoever has no cursor is told what comes from now on.

mod address;
mod hello;
mod pipe;
mod socket;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gehoor_wire::{Request, Response, Verdict, classify};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Host;

use crate::client::Client;
use crate::dial::{Line, Place, connect, secure};
use crate::exchange::Failure;
use crate::gate::{Ask, Report, host_key, shown};
use crate::guard::check_host;
use crate::journey::{BUSY, after, finish, report};
use crate::transport::{Outcome, Validators};
use crate::watch::Watch;
use address::{Position, goes_on};
use hello::{hello, silently};
use pipe::{End, Pipe};

/// A header that tells readers of the same address apart, such as the name of the source; it is not sent. Two readers
/// that are not told apart take frames from each other.
pub const READER: &str = "gehoor-reader";

/// How long a request waits for a first frame.
const WAIT: Duration = Duration::from_secs(1);
/// Streams that are held; beyond that the one that waits longest to be asked is given up.
const MOST_STREAMS: usize = 64;

/// The streams that are held.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    open: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Reading>>>>,
}

/// How far one stream is.
#[derive(Debug, Default)]
struct Reading {
    live: Option<Live>,
    /// The cursor of the last request.
    cursor: Option<String>,
    /// Whether frames were handed out for it.
    was_given: bool,
}

/// A socket that is held by a task.
#[derive(Debug)]
struct Live {
    pipe: Arc<Pipe>,
    task: JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Streams {
    /// The stream of this key. Those that ended while nobody asked are forgotten.
    fn get(&self, key: &str) -> Arc<tokio::sync::Mutex<Reading>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|name, reading| name == key || !is_over(reading));
        if !open.contains_key(key) && open.len() >= MOST_STREAMS {
            let asked = |reading: &tokio::sync::Mutex<Reading>| {
                reading
                    .try_lock()
                    .ok()
                    .and_then(|reading| reading.live.as_ref().map(|live| live.pipe.asked()))
            };
            let oldest =
                open.iter().filter_map(|(name, reading)| Some((asked(reading)?, name.clone()))).min();
            if let Some((_, name)) = oldest {
                open.remove(&name);
            }
        }
        open.entry(key.to_owned()).or_default().clone()
    }
}

fn is_over(reading: &tokio::sync::Mutex<Reading>) -> bool {
    let Ok(reading) = reading.try_lock() else { return false };
    reading
        .live
        .as_ref()
        .is_none_or(|live| live.pipe.asked().elapsed() > socket::IDLE && live.task.is_finished())
}

impl Client {
    /// Reads from a stream.
    pub(crate) async fn stream(&self, request: &Request, watch: Watch) -> Outcome {
        match self.ask_stream(request, watch).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn ask_stream(&self, request: &Request, watch: Watch) -> Result<Outcome, Outcome> {
        let key = host_key(&request.url);
        let name = shown(&key);
        let blocked = |why: String| Outcome::Blocked { why };
        let allow_private = self.options.danger_allow_private_hosts;
        if request.url.scheme() == "ws" && !allow_private {
            return Err(blocked(format!("the stream of {name} is not encrypted: use wss://")));
        }
        let host =
            request.url.host().ok_or_else(|| blocked("the address has no host".to_owned()))?.to_owned();
        check_host(&host, allow_private).map_err(|refused| blocked(refused.to_string()))?;

        let position = Position::of(request);
        let reading = self.streams.get(&position.key);
        let Ok(mut reading) = tokio::time::timeout(self.options.max_nap, reading.lock_owned()).await else {
            let why = format!("another request for the same stream of {name} is under way");
            return Err(Outcome::Wait { until: after(watch.now(), BUSY), why, response: None });
        };
        let (before, now) = (reading.cursor.as_deref(), position.cursor.as_deref());
        if !goes_on(before, reading.was_given, now) {
            reading.live = None;
        }
        let ask =
            Ask { host: &key, credential: request.credential.as_deref(), spacing: self.options.min_spacing };
        let mut is_new = false;
        loop {
            let open = reading.live.as_ref().map(|live| live.pipe.clone());
            let pipe = match open {
                Some(pipe) => pipe,
                None => {
                    is_new = true;
                    let socket = self.open(request, &host, ask, watch).await?;
                    let pipe = Arc::new(Pipe::new());
                    let task = tokio::spawn(silently(socket::hold(socket, pipe.clone())));
                    reading.cursor.clone_from(&position.cursor);
                    reading.was_given = false;
                    reading.live = Some(Live { pipe: pipe.clone(), task });
                    pipe
                }
            };
            let lines = pipe.take(WAIT.min(watch.left())).await;
            let end = pipe.ended();
            if !lines.is_empty() || end.is_none() {
                if is_new {
                    self.gate.report(ask, Report::Fine, watch.now());
                }
                let same = reading.cursor == position.cursor;
                reading.was_given = !lines.is_empty() || same && reading.was_given;
                reading.cursor = position.cursor;
                return Ok(body(request, lines, watch));
            }
            reading.live = None;
            match end {
                Some(End::TooLarge) => {
                    let cap = self.options.body_cap / 1024;
                    let why = format!(
                        "{name}: a frame of the stream is larger than {cap} KiB: raise `fetch.body_cap`, or ask for smaller ones"
                    );
                    return Err(Outcome::Permanent { why, response: None, gone: false });
                }
                Some(End::Closed(how)) if is_new => {
                    self.gate.report(ask, Report::Failed, watch.now());
                    let why = format!("{name}: the stream {how} before anything came");
                    return Err(Outcome::Transient { why, response: None, ambiguous: false });
                }
                // It ended since the last request: a new one goes on from where we are.
                _ => {}
            }
        }
    }

    /// Connects and shakes hands, within the limits of the host.
    async fn open(
        &self,
        request: &Request,
        host: &Host<String>,
        ask: Ask<'_>,
        watch: Watch,
    ) -> Result<WebSocketStream<Line>, Outcome> {
        let _permit = self.enter(ask, false, watch).await?;
        let name = shown(ask.host);
        let failed = |why: String| {
            self.gate.report(ask, Report::Failed, watch.now());
            Outcome::Transient { why: format!("{name}: {why}"), response: None, ambiguous: false }
        };
        let port = request.url.port_or_known_default().unwrap_or(443);
        let line = match self
            .dial(&Place { host: host.clone(), port }, request.url.scheme() == "wss", watch)
            .await
        {
            Ok(line) => line,
            Err(Failure::Refused(refused)) => return Err(Outcome::Blocked { why: refused.to_string() }),
            Err(Failure::NotSent(why) | Failure::Unclear(why)) => return Err(failed(why)),
            Err(Failure::TooLarge) => return Err(failed("the answer is too large".to_owned())),
        };
        let hello = hello(request, &self.options.user_agent).map_err(|why| Outcome::Permanent {
            why: format!("{name}: {why}"),
            response: None,
            gone: false,
        })?;
        let cap = Some(self.options.body_cap);
        let config = WebSocketConfig::default().max_message_size(cap).max_frame_size(cap);
        let handshake = silently(client_async_with_config(hello, line, Some(config)));
        match tokio::time::timeout(self.options.connect_timeout.min(watch.left()), handshake).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(answer))) => Err(self.refused(request, *answer, ask, watch)),
            Ok(Err(_)) => Err(failed("does not answer as a WebSocket".to_owned())),
            Err(_) => Err(failed("no answer in time".to_owned())),
        }
    }

    async fn dial(&self, place: &Place, private: bool, watch: Watch) -> Result<Line, Failure> {
        let time = || self.options.connect_timeout.min(watch.left());
        let (stream, _) = connect(place, self.options.danger_allow_private_hosts, time()).await?;
        let line: Line = Box::new(stream);
        if private { secure(line, place, &self.trust, time()).await } else { Ok(line) }
    }

    /// What an answer means that opens no stream.
    fn refused(
        &self,
        request: &Request,
        answer: http::Response<Option<Vec<u8>>>,
        ask: Ask<'_>,
        watch: Watch,
    ) -> Outcome {
        let now = watch.now();
        let (parts, body) = answer.into_parts();
        let response = Response {
            status: parts.status,
            headers: parts.headers,
            body: body.unwrap_or_default().into(),
            url: request.url.clone(),
            moved_to: None,
            at: now,
        };
        let verdict = classify(&response, now);
        self.gate.report(ask, report(&response, &verdict, now), now);
        let why = |what: &str| format!("{} {what}", shown(ask.host));
        match verdict {
            Verdict::Good { .. } | Verdict::NotModified { .. } => Outcome::Permanent {
                why: why("opens no stream at this address"),
                response: Some(Box::new(response)),
                gone: false,
            },
            Verdict::Redirect { .. } => Outcome::Permanent {
                why: why("redirects the stream: write the new address into the configuration"),
                response: None,
                gone: false,
            },
            verdict => finish(request, response, verdict, false),
        }
    }
}

fn body(request: &Request, lines: Vec<u8>, watch: Watch) -> Outcome {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/jsonl"))]);
    let response = Response {
        status: StatusCode::OK,
        headers,
        body: lines.into(),
        url: request.url.clone(),
        moved_to: None,
        at: watch.now(),
    };
    Outcome::Body { response: Box::new(response), validators: Validators::default(), not_before: None }
}
