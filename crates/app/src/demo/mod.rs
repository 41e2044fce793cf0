//! `gehoor demo`: a made-up chain with four shops on this machine only. Posts are polled from a small platform of its
//! own, the complaint that needs an answer first stands on top, clocks run out, a promise is missed, alerts go out, and
//! cases land in a helpdesk of its own.

mod act;
mod answers;
mod helpdesk;
mod history;
mod platform;
mod script;
mod time;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_domain::ids::{LocationId, UserId};
use gehoor_domain::user::{Role, User};
use gehoor_engine::Engine;
use gehoor_engine::clock::{Clock as _, SystemClock};
use gehoor_engine::views::Viewer;
use gehoor_web::DemoLogin;
use gehoor_wire::Secret;
use tokio::net::TcpListener;

use crate::assemble::{self, engine_with, open_data};
use crate::commands::operator;
use crate::config::Config;
use crate::serve;
use crate::telemetry;

/// Everybody in the demo has this password: the demo listens on this machine only.
const PASSWORD: &str = "welkom-bij-gehoor";
/// The configuration of the demo, with `{platform}` and `{port}` to be filled in.
const CONFIG: &str = include_str!("demo.toml");

/// Show the main job on a made-up chain.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Print one JSON line when ready: url, token, logins.
    #[arg(long)]
    json: bool,
    /// The port of the pages; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep the data in this folder, and go on with what is there. Without it the demo starts afresh and leaves nothing.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Days of history made up before it starts.
    #[arg(long, default_value_t = 45)]
    days: u16,
}

/// Runs until Ctrl-C.
///
/// # Errors
/// When the port is taken or the data folder cannot be used.
pub fn run(args: &DemoArgs) -> Result<()> {
    let metrics = telemetry::counting();
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let (dir, throw_away) = match &args.data {
        Some(dir) => (dir.clone(), false),
        None => (std::env::temp_dir().join(format!("gehoor-demo-{}", std::process::id())), true),
    };
    let done = runtime.block_on(play(args, dir.clone(), metrics));
    if throw_away {
        // Nothing of a demo is worth an error at the end.
        let _ = std::fs::remove_dir_all(&dir);
    }
    done
}

async fn play(
    args: &DemoArgs,
    dir: PathBuf,
    metrics: Option<metrics_exporter_prometheus::PrometheusHandle>,
) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", args.port))
        .await
        .with_context(|| format!("port {} is taken: try --port 0", args.port))?;
    let port = listener.local_addr().context("the address of the pages")?.port();
    let stage = platform::open().await?;
    let mut config =
        Config::parse(&CONFIG.replace("{platform}", &stage.base).replace("{port}", &port.to_string()))?;
    config.data.dir = dir;
    let data = open_data(&config.data.dir)?;
    let stop = serve::stop_signal();
    if data.store.position().seq == 0 {
        history::make(&config, &data, args.days, args.json, &stop).await?;
    }
    if stop.is_cancelled() {
        return serve::close(data).await;
    }
    let mut setup = assemble::setup(&config)?;
    for outlet in &mut setup.outlets {
        // Secrets of the made-up platform: it is on this machine, and gone when the demo ends.
        outlet.credential = match outlet.id.as_str() {
            "chat" => Some(Secret::new(format!("{}/chat", stage.base))),
            _ => Some(Secret::new("whsec_ZGVtby1kZW1vLWRlbW8tZGVtby1kZW1vLWRlbW8=")),
        };
    }
    let engine = engine_with(setup, &config, &data, Arc::new(SystemClock))?;
    let token = people(&engine).await?;
    let url = format!("http://127.0.0.1:{port}");
    stage.begin(SystemClock.now());
    let acting = tokio::spawn(act::act(engine.clone(), stop.clone()));
    say(args, &url, &token, &stage.base)?;
    serve::serve(&engine, listener, &config.server, logins(), metrics, stop).await?;
    acting.abort();
    drop(engine);
    serve::close(data).await
}

/// The colleague who acts in the demo.
fn eva() -> Result<Viewer> {
    let mut viewer = operator()?;
    viewer.user = UserId::parse("eva")?;
    viewer.name = "Eva de Wit".to_owned();
    Ok(viewer)
}

/// Who can log in: login name, name, role, locations.
const PEOPLE: [(&str, &str, Role, &[&str]); 5] = [
    ("eva", "Eva de Wit", Role::Agent, &[]),
    ("sam", "Sam Bakker", Role::Lead, &[]),
    ("noor", "Noor Vermeer", Role::Marketing, &[]),
    ("fenna", "Fenna Postma", Role::Franchisee, &["zwolle"]),
    ("admin", "Beheer", Role::Admin, &[]),
];

async fn people(engine: &Engine) -> Result<Secret> {
    let password = Secret::new(PASSWORD);
    for (id, name, role, places) in PEOPLE {
        let locations = places.iter().map(|p| LocationId::parse(p)).collect::<Result<_, _>>()?;
        let user = User {
            id: UserId::parse(id)?,
            name: name.into(),
            role,
            locations,
            team: None,
            lang: None,
            password: None,
            disabled: None,
        };
        engine.put_user(user, Some(&password)).await?;
    }
    Ok(engine.add_token("demo", &UserId::parse("admin")?).await?)
}

fn logins() -> Vec<DemoLogin> {
    PEOPLE
        .iter()
        .map(|(user, name, role, places)| DemoLogin {
            user: (*user).to_owned(),
            password: PASSWORD.to_owned(),
            name: (*name).to_owned(),
            role: *role,
            scope: if places.is_empty() { "*".to_owned() } else { places.join(", ") },
        })
        .collect()
}

fn say(args: &DemoArgs, url: &str, token: &Secret, platform: &str) -> Result<()> {
    if args.json {
        let logins: Vec<_> = logins()
            .into_iter()
            .map(|l| serde_json::json!({"user": l.user, "password": l.password, "role": l.role.as_str(), "scope": l.scope}))
            .collect();
        let line = serde_json::json!({"url": url, "token": token.reveal(), "logins": logins});
        return crate::commands::print_json(&line);
    }
    println!("\nGehoor runs at {url}");
    println!("  log in as eva (webcare), sam (team lead), noor (marketing), fenna (shop Zwolle) or admin");
    println!("  password: {PASSWORD}");
    println!("  the made-up platform and its helpdesk: {platform}/helpdesk");
    println!(
        "  what to see: new posts come in every few seconds; within three minutes a clock runs out and a promise"
    );
    println!(
        "  is missed, an alert goes out, and both cases stand in the service queue and in the helpdesk."
    );
    println!("Stop with Ctrl-C.");
    Ok(())
}
