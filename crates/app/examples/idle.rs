//! What many sources cost while nothing happens: `cargo run --release -p gehoor-app --example idle -- [SOURCES] [MINUTES]`.
//!
//! The whole engine on this machine's disk, with that many feeds at a tenth as many hosts (addresses of the loopback, so
//! that each is a host of its own), which a second process serves. First every source is read once; then nothing is due,
//! and for some minutes it is counted what wakes anyway: rounds of the loops, and voluntary context switches of all
//! threads, which is how often any of them went to sleep and was woken again. Then the same while every source is asked each
//! ten minutes and answers that nothing is new.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock of the machine")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use gehoor_app::assemble::{engine, open_data};
use gehoor_app::config::Config;
use gehoor_domain::ids::UserId;
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::Engine;
use gehoor_engine::views::Viewer;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};

const HEAD: &str = r#"
[brand]
name = "Bouwhoek"
names = ["bouwhoek"]
[[location]]
id = "zwolle"
name = "Bouwhoek Zwolle"
city = "Zwolle"
[[team]]
id = "webcare"
name = "Webcare"
lead = "eva"
calendar = "default"
[fetch]
danger_allow_private_hosts = true
"#;
const FEED: &str = r#"<rss version="2.0"><channel><title>Niets</title><item><guid isPermaLink="false">1</guid><title>Fijne winkel</title><description>Mooie winkel, fijn geholpen.</description><pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item></channel></rss>"#;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let first = args.next();
    if first.as_deref() == Some("serve") {
        return serve();
    }
    let sources: usize = first.map_or(Ok(2_000), |n| n.parse()).context("how many sources?")?;
    let minutes: u64 = args.next().map_or(Ok(3), |n| n.parse()).context("how many minutes?")?;
    let mut server = Server::start()?;
    let counted = PrometheusBuilder::new().install_recorder()?;
    let dir = std::env::temp_dir().join(format!("gehoor-idle-{}", std::process::id()));
    let done = tokio::runtime::Runtime::new()?.block_on(async {
        let empty = measure(&mut server, &counted, &dir.join("none"), 0, "6h", minutes).await?;
        let idle = measure(&mut server, &counted, &dir.join("idle"), sources, "6h", minutes).await?;
        let paced = measure(&mut server, &counted, &dir.join("paced"), sources, "10m", minutes).await?;
        anyhow::Ok(json!({ "no sources": empty, "nothing due": idle, "asked every ten minutes": paced }))
    });
    let _ = std::fs::remove_dir_all(&dir);
    drop(server);
    println!("{}", serde_json::to_string_pretty(&done?)?);
    Ok(())
}

async fn measure(
    server: &mut Server,
    counted: &PrometheusHandle,
    dir: &std::path::Path,
    sources: usize,
    every: &str,
    minutes: u64,
) -> Result<Value> {
    let mut text = HEAD.to_owned();
    for n in 0..sources {
        let host = n % (sources / 10).max(1);
        let (port, high, low) = (server.port, 1 + host / 250, 1 + host % 250);
        write!(
            text,
            "[[source]]\nid = \"s{n}\"\nkind = \"feed\"\nevery = \"{every}\"\nmax_every = \"{every}\"\nurl = \"http://127.0.{high}.{low}:{port}/{n}\"\n"
        )?;
    }
    let mut config = Config::parse(&text)?;
    config.data.dir = dir.join("data");
    let data = open_data(&config.data.dir)?;
    let house = engine(&config, &data)?;
    let began = Instant::now();
    house.start();
    while heard(&house)? < sources {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let all_read = began.elapsed();
    // Until what was read is judged and indexed, and the pools are calm; or until the second round of polls is on.
    let calm = if every == "6h" {
        Duration::from_secs(20)
    } else {
        Duration::from_secs(600).saturating_sub(all_read)
    };
    tokio::time::sleep(calm).await;

    let before = (Counts::now(), loop_rounds(&counted.render()));
    let asked = server.asked()?;
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
    let after = (Counts::now(), loop_rounds(&counted.render()));
    let asked = server.asked()? - asked;
    let memory = memory_mb();
    house.stop().await;
    drop(house);
    tokio::task::spawn_blocking(move || data.store.close()).await??;
    let minutes = minutes as f64;
    let by_loop: BTreeMap<&String, f64> = after
        .1
        .iter()
        .map(|(name, count)| (name, round((count - before.1.get(name).copied().unwrap_or(0.0)) / minutes)))
        .collect();
    Ok(json!({
        "sources": sources,
        "seconds_until_all_were_read": round(all_read.as_secs_f64()),
        "requests_per_minute": round(asked as f64 / minutes),
        "rounds_per_minute": by_loop,
        "wake_ups_per_minute": after.0.since(&before.0, minutes),
        "cpu_ms_per_minute": round((after.0.cpu_ms - before.0.cpu_ms) / minutes),
        "memory_mb": memory,
    }))
}

/// Sources that have answered.
fn heard(house: &Engine) -> Result<usize> {
    let viewer = Viewer {
        user: UserId::parse("bench")?,
        name: "bench".into(),
        role: Role::Admin,
        scope: Scope::All,
        team: None,
        lang: "nl".into(),
    };
    Ok(house.sources(&viewer)?.iter().filter(|row| row.last_success.is_some()).count())
}

/// What the system counted of this process.
#[derive(Default)]
struct Counts {
    /// Times that threads went to sleep of their own will, by the name of the thread without its number.
    switches: BTreeMap<String, f64>,
    cpu_ms: f64,
}

impl Counts {
    fn now() -> Self {
        let mut counts = Self::default();
        for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
            let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
            let name =
                read("comm").trim().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
            let status = read("status");
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            let switches = line.and_then(|n| n.trim().parse::<f64>().ok()).unwrap_or(0.0);
            *counts.switches.entry(name).or_default() += switches;
            let stat = read("stat");
            // Behind the name, which may hold spaces: user and system time are the 14th and 15th field, in hundredths.
            let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
            counts.cpu_ms += fields.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() * 10.0;
        }
        counts
    }

    /// Wake-ups a minute by thread, those that woke.
    fn since(&self, before: &Self, minutes: f64) -> BTreeMap<String, f64> {
        let woke = self.switches.iter().map(|(name, count)| {
            let more = count - before.switches.get(name).copied().unwrap_or(0.0);
            (name.clone(), round(more / minutes))
        });
        woke.filter(|(_, count)| *count > 0.0).collect()
    }
}

/// Rounds of each loop, out of the metrics.
fn loop_rounds(text: &str) -> BTreeMap<String, f64> {
    text.lines()
        .filter_map(|line| {
            let rest = line.strip_prefix("gehoor_loop_rounds_total{loop=\"")?;
            let (name, count) = rest.split_once("\"}")?;
            Some((name.to_owned(), count.trim().parse().ok()?))
        })
        .collect()
}

fn memory_mb() -> Value {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    json!({"own": field("RssAnon:"), "mapped_files": field("RssFile:")})
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// The process that serves the feeds.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("the server says nothing")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { child, port: line.trim().parse()? })
    }

    /// How many feeds it served so far.
    fn asked(&mut self) -> Result<u64> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"GET /count HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let text = std::io::read_to_string(stream)?;
        Ok(text.rsplit("\r\n\r\n").next().unwrap_or_default().trim().parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves one feed that never changes, to one connection after another.
fn serve() -> Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", 0))?;
    println!("{}", listener.local_addr()?.port());
    let mut asked = 0_u64;
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut first, mut known) = (String::new(), false);
        let _ = reader.read_line(&mut first);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                break;
            }
            known |= line.to_ascii_lowercase().starts_with("if-none-match");
        }
        let (status, body) = match first.split(' ').nth(1) {
            Some("/robots.txt") => ("404 Not Found", String::new()),
            Some("/count") => ("200 OK", asked.to_string()),
            _ => {
                asked += 1;
                if known { ("304 Not Modified", String::new()) } else { ("200 OK", FEED.to_owned()) }
            }
        };
        let head = format!(
            "HTTP/1.1 {status}\r\netag: \"1\"\r\ncontent-type: application/rss+xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    }
    Ok(())
}
