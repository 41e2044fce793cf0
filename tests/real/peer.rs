//! A world whose network is real, with a wire that a test can cut: before a request leaves, or after it arrived.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use gehoor_classify::BuiltIn;
use gehoor_domain::case::Case;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_engine::{Engine, Parts, Setup};
use gehoor_fetch::{Outcome, Transport, Validators};
use gehoor_search::Index;
use gehoor_store::{MemoryStore, Store};
use gehoor_testkit::build::admin;
use gehoor_testkit::{FakeClock, Net, World};
use gehoor_wire::{Body, Mail, Request, Response};
use jiff::Timestamp;
use serde_json::Value;

/// The wire.
pub(crate) struct Wire {
    client: reqwest::Client,
    mails: Net,
    /// Nothing gets through.
    pub(crate) cut: AtomicBool,
    /// So many of the next writes arrive, and their answers do not.
    pub(crate) swallow: AtomicUsize,
    /// Requests that got through.
    pub(crate) passed: AtomicUsize,
}

impl Wire {
    fn new() -> Self {
        let client = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(60));
        Self {
            client: client.build().unwrap(),
            mails: Net::default(),
            cut: AtomicBool::new(false),
            swallow: AtomicUsize::new(0),
            passed: AtomicUsize::new(0),
        }
    }

    async fn ask(&self, request: &Request, now: Timestamp) -> Response {
        let mut out =
            self.client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
        if let Body::Bytes(bytes) = &request.body {
            out = out.body(bytes.clone());
        }
        let heard = out.send().await.unwrap();
        self.passed.fetch_add(1, Ordering::SeqCst);
        Response {
            status: heard.status(),
            headers: heard.headers().clone(),
            url: request.url.clone(),
            body: heard.bytes().await.unwrap(),
            moved_to: None,
            at: now,
        }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request, _validators: Option<&Validators>, now: Timestamp) -> Outcome {
        if self.cut.load(Ordering::SeqCst) {
            return Outcome::Transient { why: "connection refused".into(), response: None, ambiguous: false };
        }
        let response = Box::new(self.ask(&request, now).await);
        let swallowed = self.swallow.load(Ordering::SeqCst);
        if request.method != "GET" && swallowed > 0 {
            self.swallow.store(swallowed - 1, Ordering::SeqCst);
            return Outcome::Transient { why: "no answer in time".into(), response: None, ambiguous: true };
        }
        match response.status.as_u16() {
            200..=299 => Outcome::Body { response, validators: Validators::default(), not_before: None },
            408 | 429 | 500.. => {
                Outcome::Transient { why: "busy".into(), response: Some(response), ambiguous: false }
            }
            _ => Outcome::Permanent { why: "refused".into(), response: Some(response), gone: false },
        }
    }

    async fn mail(&self, mail: Mail, now: Timestamp) -> Outcome {
        self.mails.mail(mail, now).await
    }
}

/// A world on that wire, on a Monday at 10:00 in the Netherlands.
pub(crate) fn world(setup: Setup) -> (World, Arc<Wire>) {
    let wire = Arc::new(Wire::new());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let clock = Arc::new(FakeClock::at("2026-11-23T09:00:00Z"));
    let parts = Parts {
        tokens: None,
        store: Arc::clone(&store),
        index: Arc::new(Index::in_memory().unwrap()),
        classifier: Arc::new(BuiltIn::load().unwrap()),
        stronger: None,
        transport: Arc::clone(&wire) as Arc<dyn Transport>,
        clock: Arc::clone(&clock) as Arc<dyn gehoor_engine::clock::Clock>,
        repaired: Vec::new(),
    };
    let engine = Engine::new(setup, parts).unwrap();
    (World { engine, clock, net: Arc::new(Net::default()), store }, wire)
}

/// We answer in public.
pub(crate) async fn say(world: &World, text: &str) {
    world.answer(&admin(), CaseId(1), text).await.unwrap();
    world.settle().await.unwrap();
}

pub(crate) async fn act(world: &World, command: Command) {
    world.engine.execute(&admin(), CaseId(1), command, None).await.unwrap();
    world.settle().await.unwrap();
}

pub(crate) async fn case(world: &World) -> Case {
    world.engine.case_page(&admin(), CaseId(1)).await.unwrap().row.case
}

/// What a member of staff does or sees there: JSON in, JSON out.
pub(crate) async fn staff(method: &str, url: &str, header: (&str, &str), body: &Value) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut out = client.request(method.parse().unwrap(), url).header(header.0, header.1);
    if !body.is_null() {
        out = out.header("content-type", "application/json").body(body.to_string());
    }
    let heard = out.send().await.unwrap();
    let status = heard.status();
    let text = heard.text().await.unwrap();
    assert!(status.is_success(), "{method} {url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}
