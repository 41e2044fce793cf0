//! The figures of the README: `cargo xtask bench [-- --mentions N]`. Made-up mentions from the texts of models/corpus
//! go the whole way (parsed, journal synced, judged, filed into cases, indexed) on this machine's disk.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock of the machine")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use gehoor_app::assemble::{engine, open_data};
use gehoor_app::config::Config;
use gehoor_domain::ids::{SourceId, UserId};
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::views::{InboxQuery, Viewer};
use gehoor_search::{Filter, Index, MentionDoc, Op, SearchQuery, Sort};
use gehoor_sources::webhook::Webhook;
use serde_json::{Value, json};

const CONFIG: &str = r#"
[brand]
name = "Bouwhoek"
names = ["bouwhoek"]
[[location]]
id = "zwolle"
name = "Bouwhoek Zwolle"
city = "Zwolle"
[[location]]
id = "gouda"
name = "Bouwhoek Gouda"
city = "Gouda"
[[team]]
id = "webcare"
name = "Webcare"
lead = "eva"
calendar = "default"
[[source]]
id = "load"
kind = "webhook"
credential = "env:HOME"
"#;
/// Items of one delivery.
const PAGE: usize = 200;
/// Times each query is asked.
const ASKED: usize = 200;

fn main() -> Result<()> {
    let mentions: usize =
        std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse()).context("how many mentions?")?;
    let dir = std::env::temp_dir().join(format!("gehoor-figures-{}", std::process::id()));
    let done = tokio::runtime::Runtime::new()?.block_on(measure(mentions, &dir));
    let _ = std::fs::remove_dir_all(&dir);
    println!("{}", serde_json::to_string_pretty(&done?)?);
    Ok(())
}

async fn measure(mentions: usize, dir: &std::path::Path) -> Result<Value> {
    let mut config = Config::parse(CONFIG)?;
    config.data.dir = dir.join("data");
    let data = open_data(&config.data.dir)?;
    let house = engine(&config, &data)?;
    let texts = texts();
    let source = SourceId::parse("load")?;
    house.start();

    let begin = Instant::now();
    let mut sent = 0;
    while sent < mentions {
        let page: Vec<Value> =
            (sent..(sent + PAGE).min(mentions)).map(|n| item(n, &texts, house.now())).collect();
        sent += page.len();
        let body = serde_json::to_vec(&page)?;
        let read = Webhook::default().read(Some("application/json"), &body)?;
        house.import(&source, read.items).await?;
        if sent.is_multiple_of(20_000) {
            eprintln!("{sent} of {mentions}");
        }
    }
    let captured = begin.elapsed();
    loop {
        let health = house.health();
        let stats = data.index.stats()?;
        if health.assessed >= house.head() && usize::try_from(stats.mentions).unwrap_or(0) >= mentions {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let whole = begin.elapsed();

    let viewer = Viewer {
        user: UserId::parse("bench")?,
        name: "bench".into(),
        role: Role::Admin,
        scope: Scope::All,
        team: None,
        lang: "nl".into(),
    };
    let inbox_begin = Instant::now();
    let inbox = house.inbox(&viewer, &InboxQuery::default()).await?;
    let inbox_ms = millis(inbox_begin.elapsed());
    let searches = searches(&data.index)?;
    let busy = memory_mb();
    // What is kept once everything has been written and the pools are calm.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let calm = memory_mb();
    house.stop().await;

    // The same documents into a bare index: what everything else costs is the ratio.
    let bare_dir = dir.join("bare");
    let (bare, _) = Index::open(&bare_dir)?;
    let mut docs: Vec<MentionDoc> = Vec::new();
    let mut after = None;
    while docs.len() < mentions.min(50_000) {
        let query =
            SearchQuery { sort: Sort::Newest, after: after.take(), limit: 200, ..SearchQuery::default() };
        let page = data.index.search(&Scope::All, &query)?;
        docs.extend(page.hits.into_iter().map(|hit| hit.doc));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let count = docs.len();
    let ops: Vec<Op> = docs.into_iter().map(|doc| Op::Add(Arc::new(doc))).collect();
    let bare_begin = Instant::now();
    for chunk in ops.chunks(2_000) {
        bare.apply(chunk, 0)?;
    }
    bare.commit()?;
    let bare_rate = per_second(count, bare_begin.elapsed());
    let rate = per_second(mentions, whole);
    drop(house);
    let store = Arc::clone(&data.store);
    tokio::task::spawn_blocking(move || store.close()).await??;
    Ok(json!({
        "mentions": mentions,
        "captured_per_second": per_second(mentions, captured).round(),
        "end_to_end_per_second": rate.round(),
        "bare_index_per_second": bare_rate.round(),
        "ratio_to_bare_index": (rate / bare_rate * 100.0).round() / 100.0,
        "open_cases": inbox.total,
        "inbox_ms": inbox_ms,
        "memory_mb_after_the_load": busy,
        "memory_mb_five_seconds_later": calm,
        "search_ms": searches,
    }))
}

fn searches(index: &Index) -> Result<Value> {
    let asked = [
        ("frequent word, newest", "klant", Filter::default()),
        ("two words or", "bank OR keuken", Filter::default()),
        ("phrase", "\"niet geleverd\"", Filter::default()),
        ("topic", "topic:delivery.late", Filter::default()),
    ];
    let mut all = serde_json::Map::new();
    for (name, text, filter) in asked {
        let mut times: Vec<f64> = Vec::with_capacity(ASKED);
        for _ in 0..ASKED {
            let query = SearchQuery {
                text: Some(text.into()),
                filter: filter.clone(),
                limit: 20,
                ..SearchQuery::default()
            };
            let begin = Instant::now();
            index.search(&Scope::All, &query)?;
            times.push(millis(begin.elapsed()));
        }
        times.sort_by(f64::total_cmp);
        let at = |share: usize| times.get(ASKED * share / 100).copied().unwrap_or(0.0);
        all.insert(name.into(), json!({"p50": at(50), "p99": at(99)}));
    }
    Ok(Value::Object(all))
}

fn texts() -> Vec<String> {
    [
        include_str!("../../../models/corpus/nl-a.jsonl"),
        include_str!("../../../models/corpus/nl-g.jsonl"),
        include_str!("../../../models/corpus/nl-j.jsonl"),
    ]
    .iter()
    .flat_map(|file| file.lines())
    .filter_map(|line| serde_json::from_str::<Value>(line).ok()?.get("text")?.as_str().map(ToOwned::to_owned))
    .collect()
}

/// One made-up mention: halves of two texts of the corpus with a number, so that hardly any is a copy of another; by one
/// of many authors, spread over 90 days.
fn item(n: usize, texts: &[String], now: jiff::Timestamp) -> Value {
    let words = |n: usize| texts.get(n % texts.len().max(1)).map_or("", String::as_str).split(' ');
    let other = n / texts.len().max(1) + n * 31;
    let half = words(n).count() / 2;
    let halves: Vec<&str> = words(n).take(half).chain(words(other).skip(words(other).count() / 2)).collect();
    let text = halves.join(" ");
    let age = i64::try_from(n.wrapping_mul(7_919) % (90 * 86_400)).unwrap_or(0);
    let at = now.saturating_sub(jiff::SignedDuration::from_secs(age)).unwrap_or(now);
    json!({
        "external_id": format!("load-{n}"), "text": format!("{text} ({n})"), "lang": "nl",
        "author": {"id": format!("a{}", n / 2), "name": format!("Klant {}", n / 2)}, "created_at": at.to_string(),
    })
}

fn per_second(count: usize, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of mentions")]
    let count = count as f64;
    count / time.as_secs_f64().max(1e-9)
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

/// Memory of this process in MB: its own, and pages of mapped files, which the system takes back when it needs room.
fn memory_mb() -> Value {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    json!({"own": field("RssAnon:"), "mapped_files": field("RssFile:")})
}
