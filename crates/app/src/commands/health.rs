//! `gehoor health`: asks a running Gehoor how it does.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_fetch::{Client, Options, Outcome, Transport as _};
use gehoor_wire::Request;

use crate::cli::ConfigArg;
use crate::commands::runtime;

/// Ask a running Gehoor.
#[derive(Debug, Args)]
pub struct HealthArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Where it serves, instead of `server.base_url` of the configuration.
    #[arg(long)]
    url: Option<String>,
    /// Print its whole answer, in JSON.
    #[arg(long)]
    json: bool,
}

/// Carries it out: exit status 0 when it is ready, 1 when it is not.
///
/// # Errors
/// When there is neither `--url` nor a configuration.
pub fn run(args: &HealthArgs) -> Result<ExitCode> {
    let base = match &args.url {
        Some(url) => url.clone(),
        None => args.config.load()?.server.base_url,
    };
    let url = url::Url::parse(&format!("{}/health/ready", base.trim_end_matches('/')))
        .with_context(|| format!("`{base}` is not an address"))?;
    let client = Client::new(Options {
        danger_allow_private_hosts: true,
        timeout: std::time::Duration::from_secs(5),
        ..Options::default()
    })
    .context("cannot build the HTTP client")?;
    let now = gehoor_engine::clock::Clock::now(&gehoor_engine::clock::SystemClock);
    let request = Request::api(http_get(), url);
    let outcome = runtime()?.block_on(client.send(request, None, now));
    let (ready, body) = match &outcome {
        Outcome::Body { response, .. } => (true, Some(response)),
        Outcome::Transient { response, .. } | Outcome::Permanent { response, .. } => {
            (false, response.as_ref())
        }
        _ => (false, None),
    };
    match (args.json, body) {
        (true, Some(response)) => println!("{}", String::from_utf8_lossy(&response.body)),
        (true, None) => println!("{{\"ready\":false}}"),
        (false, _) if ready => println!("ready"),
        (false, Some(_)) => println!("not ready: see {base}/health/ready"),
        (false, None) => println!("no answer from {base}: is it running?"),
    }
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn http_get() -> axum::http::Method {
    axum::http::Method::GET
}
