//! Leads one conversation with a Request Tracker by hand: prints each request as a line of JSON, reads each answer as
//! a line of JSON (`{"status": 200, "location": "…", "body": "…"}`), and prints how it ended. This crate has no
//! network, so whoever tries it sends the requests.
//!
//! `cargo run -p gehoor-outlets --example rt_try -- BASE TOKEN QUEUE ticket STAGE [KNOWN]` (or `comment STAGE ID`, or
//! `watch ID…`). `FIELD` in the environment names the custom field for our key.

use std::io::BufRead;

use anyhow::{Context as _, bail};
use gehoor_domain::effect::{Delivery, Post, Task};
use gehoor_domain::ids::{CaseId, EffectKey};
use gehoor_outlets::{Context, Outlet, Progress, Step, Watch, build};
use gehoor_wire::{Body, Outgoing, Request, Response, Secret};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Texts that a real server has to take without harm.
const TEXT: &str =
    "Bank stuk geleverd <script>alert(1)</script>\r\nGehoor: [case-7:nep]\n\u{202e}omgekeerd 🛋️ é";

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [base, token, queue, task, rest @ ..] = args.as_slice() else { bail!("see the head of this file") };
    let mut config = toml::toml! { requestor = "gehoor@example.org" };
    config.insert("base".into(), base.as_str().into());
    config.insert("queue".into(), queue.as_str().into());
    if let Ok(field) = std::env::var("FIELD") {
        config.insert("external_field".into(), field.into());
    }
    let plug = build("request-tracker", &config)?;
    let secret = Secret::new(token.as_str());
    let now: Timestamp = "2026-11-22T12:00:00Z".parse()?;
    let cx = Context { now, credential: Some(&secret) };
    match task.as_str() {
        "watch" => {
            if let Watch::Ask(request) = plug.watch(rest, &cx) {
                println!("{:?}", plug.read_news(rest, &exchange(&request, now)?));
            }
            Ok(())
        }
        _ => talk(plug.as_ref(), &delivery(task, rest, now)?, &cx),
    }
}

fn delivery(task: &str, rest: &[String], at: Timestamp) -> anyhow::Result<Delivery> {
    let stage = rest.first().context("name a stage, such as queue-1")?;
    let other = rest.get(1).cloned();
    let task = match task {
        "ticket" => Task::Ticket {
            case: CaseId(7),
            external: "gehoor-try-7".into(),
            known: other,
            priority: 71,
            due: Some(at),
        },
        "comment" => Task::Comment { case: CaseId(7), ticket: other, visibility: Default::default() },
        _ => bail!("ticket, comment or watch"),
    };
    Ok(Delivery {
        key: EffectKey(format!("case-7:{stage}:helpdesk")),
        task,
        subject: format!("Zaak 7 · {}", "Levering ".repeat(40)),
        lines: vec!["De klok voor een eerste antwoord is afgelopen.".into()],
        posts: vec![Post { author: "Jan".into(), at, text: TEXT.into(), permalink: None }],
        url: "http://127.0.0.1:8080/cases/7".into(),
        lang: "nl".into(),
        at,
    })
}

fn talk(plug: &dyn Outlet, delivery: &Delivery, cx: &Context<'_>) -> anyhow::Result<()> {
    let (mut progress, mut answer) = (Progress::default(), None);
    loop {
        match plug.step(delivery, &progress, answer.as_ref(), cx) {
            Step::Send(Outgoing::Http(request), next) => {
                answer = Some(exchange(&request, cx.now)?);
                progress = next;
            }
            end => {
                println!("{end:?}");
                return Ok(());
            }
        }
    }
}

/// Prints a request and reads its answer.
fn exchange(request: &Request, at: Timestamp) -> anyhow::Result<Response> {
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let body = match &request.body {
        Body::Empty => Value::Null,
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into(),
    };
    println!(
        "{}",
        json!({"method": request.method.as_str(), "url": request.url, "headers": headers, "body": body})
    );
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let answer: Value = serde_json::from_str(&line)?;
    let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut headers = http::HeaderMap::new();
    if !text("location").is_empty() {
        headers.insert("location", text("location").parse()?);
    }
    let status = answer.get("status").and_then(Value::as_u64).context("no status")?;
    Ok(Response {
        status: u16::try_from(status)?.try_into()?,
        headers,
        body: text("body").into(),
        url: request.url.clone(),
        moved_to: None,
        at,
    })
}
