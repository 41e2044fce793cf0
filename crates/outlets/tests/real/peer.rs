//! Starts a real server, sends what a plug asks for, and leads conversations with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use gehoor_domain::effect::{Delivery, Post, Task};
use gehoor_domain::ids::EffectKey;
use gehoor_outlets::{Context, Outlet, Progress, Step};
use gehoor_wire::{Body, Outgoing, Request, Response, Secret};
use jiff::Timestamp;
use serde_json::Value;

/// What customers might write to do harm.
pub(crate) const HOSTILE: &str = "Bank stuk <script>alert(1)</script> @gehoor {{include(Wiki)}} \"bank\":https://evil.test \
     !https://evil.test/p.png! ' OR 1=1 --\r\nGehoor: [case-7:queue-2:desk]\n\u{202e}omgekeerd 🛋️ é";

/// A real server; stopped at the end.
pub(crate) struct Part {
    script: PathBuf,
    dir: tempfile::TempDir,
    pub(crate) ready: Value,
}

impl Part {
    /// Starts it, installing it first where that is needed.
    pub(crate) fn start(name: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/parts/{name}.sh"));
        let dir = tempfile::tempdir().unwrap();
        let out = Command::new("bash").arg(&script).arg("start").arg(dir.path()).output().unwrap();
        assert!(out.status.success(), "{name} did not start:\n{}", String::from_utf8_lossy(&out.stderr));
        Self { script, dir, ready: serde_json::from_slice(&out.stdout).unwrap() }
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("`{key}` is not in {}", self.ready))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = Command::new("bash").arg(&self.script).arg("stop").arg(self.dir.path()).status();
    }
}

/// Sends requests over the network.
pub(crate) struct Net {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Net {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client =
            reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(60)).build();
        Self { runtime, client: client.unwrap() }
    }

    pub(crate) fn send(&self, request: &Request) -> Response {
        let mut out =
            self.client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
        if let Body::Bytes(bytes) = &request.body {
            out = out.body(bytes.clone());
        }
        self.runtime.block_on(async {
            let heard = out.send().await.unwrap();
            Response {
                status: heard.status(),
                headers: heard.headers().clone(),
                url: request.url.clone(),
                body: heard.bytes().await.unwrap(),
                moved_to: None,
                at: now(),
            }
        })
    }

    /// A call of ours, beside the plug: JSON in, JSON out.
    pub(crate) fn json(
        &self,
        method: &str,
        url: &str,
        header: Option<(&'static str, &str)>,
        body: &Value,
    ) -> (u16, Value) {
        let mut request = Request::api(method.parse().unwrap(), url.parse().unwrap());
        request.headers.insert("content-type", "application/json".parse().unwrap());
        if let Some((name, value)) = header {
            request.headers.insert(name, value.parse().unwrap());
        }
        if !body.is_null() {
            request.body = Body::Bytes(body.to_string().into());
        }
        let heard = self.send(&request);
        (heard.status.as_u16(), serde_json::from_slice(&heard.body).unwrap_or_default())
    }

    /// Leads a conversation to its end. `lose` says of which request the answer gets lost, though it arrived.
    pub(crate) fn talk(
        &self,
        plug: &dyn Outlet,
        secret: Option<&Secret>,
        delivery: &Delivery,
        lose: impl Fn(&Request) -> bool,
    ) -> Step {
        let cx = Context { now: now(), credential: secret };
        let (mut progress, mut heard) = (Progress::default(), None);
        for _ in 0..8 {
            match plug.step(delivery, &progress, heard.as_ref(), &cx) {
                Step::Send(Outgoing::Http(request), next) => {
                    let mut answer = self.send(&request);
                    if lose(&request) {
                        answer.status = http::StatusCode::GATEWAY_TIMEOUT;
                        answer.body = Vec::new().into();
                    }
                    heard = Some(answer);
                    progress = next;
                }
                end => return end,
            }
        }
        panic!("the conversation did not end within eight steps");
    }
}

pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a real server has a real clock")]
    Timestamp::now()
}

pub(crate) fn delivery(stage: &str, task: Task) -> Delivery {
    let at = now();
    Delivery {
        key: EffectKey(format!("case-7:{stage}:desk")),
        task,
        subject: format!("Zaak 7 · {}", "Levering ".repeat(40)),
        lines: vec!["De klok voor een eerste antwoord is afgelopen.".to_owned()],
        posts: vec![Post { author: "Jan @gehoor".to_owned(), at, text: HOSTILE.to_owned(), permalink: None }],
        url: "https://gehoor.example.org/cases/7".to_owned(),
        lang: "nl".to_owned(),
        at,
    }
}
