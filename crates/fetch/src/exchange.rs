//! One request over the wire and its answer, within caps of size and time.
//!
//! [`Exchange`] is the seam below all politeness: what lies above it (guard, robots.txt, limits, breakers, redirects) is
//! the same whether the request goes over the network or to a platform in memory.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use gehoor_wire::Body;
use http::{HeaderMap, StatusCode, header};

use crate::guard::Refused;
pub use crate::redirect::Step;

/// Bytes of a refusal that are kept: enough for a problem report, too little to hurt.
const REFUSAL_CAP: usize = 64 * 1024;

/// How much of an answer is read, counted after decompression.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Most bytes of a good answer.
    pub body: usize,
    /// Whether a longer one is cut instead of refused.
    pub cut: bool,
    /// Most time.
    pub time: Duration,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, decompressed.
    pub body: Bytes,
}

/// Why nothing (whole) came back.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name leads to an address that may not be asked.
    Refused(Refused),
    /// It surely did not arrive.
    NotSent(String),
    /// It may have arrived.
    Unclear(String),
    /// It arrived, and the answer is over the cap.
    TooLarge,
}

/// Carries requests over a wire, real or made.
#[async_trait]
pub trait Exchange: std::fmt::Debug + Send + Sync {
    /// Sends one step and reads the answer. Never follows a redirect. The caller sees to the time.
    ///
    /// # Errors
    /// [`Failure`] when no whole answer came back.
    async fn exchange(&self, step: &Step, caps: Caps) -> Result<Answer, Failure>;
}

#[async_trait]
impl Exchange for reqwest::Client {
    async fn exchange(&self, step: &Step, caps: Caps) -> Result<Answer, Failure> {
        send_and_read(self, step, caps).await
    }
}

/// Sends one step and reads the answer in time.
pub(crate) async fn exchange(over: &dyn Exchange, step: &Step, caps: Caps) -> Result<Answer, Failure> {
    let whole = tokio::time::timeout(caps.time, over.exchange(step, caps)).await;
    whole.unwrap_or_else(|_| Err(Failure::Unclear("no whole answer in time".to_owned())))
}

async fn send_and_read(http: &reqwest::Client, step: &Step, caps: Caps) -> Result<Answer, Failure> {
    let mut headers = step.headers.clone();
    // Left to the client below, which undoes what it asks for.
    headers.remove(header::ACCEPT_ENCODING);
    let mut request = http.request(step.method.clone(), step.url.clone()).headers(headers);
    if let Body::Bytes(bytes) = &step.body {
        request = request.body(bytes.clone());
    }
    let mut response = request.send().await.map_err(failure)?;
    let status = response.status();
    let headers = response.headers().clone();
    let (cap, cut) = if status.is_success() { (caps.body, caps.cut) } else { (REFUSAL_CAP, true) };
    let announced = response.content_length().unwrap_or(0);
    if !cut && announced > u64::try_from(cap).unwrap_or(u64::MAX) {
        return Err(Failure::TooLarge);
    }
    let mut body = BytesMut::new();
    while body.len() <= cap {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // The status of a refusal says enough.
            Err(_) if !status.is_success() => break,
            Err(error) => return Err(failure(error)),
        }
    }
    if body.len() > cap {
        if !cut {
            return Err(Failure::TooLarge);
        }
        body.truncate(cap);
    }
    Ok(Answer { status, headers, body: body.freeze() })
}

/// Sorts an error and puts it into words without the URL, which may hold a token.
fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if let Some(refused) = causes(&error).find_map(|cause| cause.downcast_ref::<Refused>()) {
        return Failure::Refused(refused.clone());
    }
    let cause = causes(&error).last().map_or_else(String::new, ToString::to_string);
    if error.is_connect() {
        return Failure::NotSent(format!("no connection: {cause}"));
    }
    if error.is_builder() {
        return Failure::NotSent(format!("the request cannot be built: {cause}"));
    }
    if error.is_decode() {
        // Broken compression and a body that ends too early look the same from here.
        return Failure::Unclear(format!("the answer cannot be read to its end: {cause}"));
    }
    Failure::Unclear(format!("the connection broke: {cause}"))
}

/// An error and everything behind it.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}
