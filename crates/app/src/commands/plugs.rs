//! `gehoor source` and `gehoor outlet`: what kinds there are, and one try of a configured one.

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Subcommand;
use gehoor_domain::effect::{Delivery, Post, Task};
use gehoor_domain::ids::{AlertId, CaseId, EffectKey};
use gehoor_engine::clock::{Clock as _, SystemClock};
use gehoor_fetch::{Outcome, Transport as _};
use gehoor_outlets::{Progress, Step};
use gehoor_sources::Cursor;
use gehoor_wire::Outgoing;

use crate::assemble::client;
use crate::cli::ConfigArg;
use crate::commands::{print_json, runtime};

/// Where mentions come from.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// List the kinds, each with a block of configuration that works.
    Kinds {
        /// Only this kind.
        kind: Option<String>,
    },
    /// Fetch one page of a configured source and print what would be stored. Stores nothing.
    Try {
        /// The id of the source in the configuration.
        id: String,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
}

/// Where effects go.
#[derive(Debug, Subcommand)]
pub enum OutletCommand {
    /// List the kinds, each with a block of configuration that works.
    Kinds {
        /// Only this kind.
        kind: Option<String>,
    },
    /// Send one test message to a configured outlet.
    Try {
        /// The id of the outlet in the configuration.
        id: String,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
}

/// Carries out a source command.
///
/// # Errors
/// When the source is not configured or cannot be asked.
pub fn source(command: SourceCommand) -> Result<()> {
    match command {
        SourceCommand::Kinds { kind } => {
            for known in
                gehoor_sources::KINDS.iter().filter(|k| kind.as_deref().is_none_or(|name| name == k.name))
            {
                println!(
                    "# {}: {}\n# credential: {}\n{}\n",
                    known.name,
                    known.about,
                    known.credential,
                    known.example.trim()
                );
            }
            Ok(())
        }
        SourceCommand::Try { id, config } => runtime()?.block_on(try_source(&id, &config)),
    }
}

async fn try_source(id: &str, config: &ConfigArg) -> Result<()> {
    let config = config.load()?;
    let configured = config.sources.iter().find(|s| s.id.as_str() == id);
    let source = configured.ok_or_else(|| anyhow!("source `{id}` is not configured"))?.build()?;
    let now = SystemClock.now();
    let cx = gehoor_sources::Context { now, credential: source.credential.as_ref() };
    let cursor = Cursor::default();
    let request = source.plug.plan(&cursor, &cx)?;
    let client = client(&config.fetch, &config.smtp)?;
    match client.send(request, None, now).await {
        Outcome::Body { response, .. } => {
            let page = source.plug.parse(&cursor, &response)?;
            for item in &page.items {
                print_json(item)?;
            }
            for warning in &page.warnings {
                eprintln!("warning: {}: {}", warning.item, warning.problem);
            }
            eprintln!("{} items, {} warnings; nothing was stored", page.items.len(), page.warnings.len());
            Ok(())
        }
        Outcome::NotModified { .. } => {
            bail!("the server says that nothing changed, though nothing was known")
        }
        Outcome::Wait { until, why } => bail!("{why}: not before {until}"),
        Outcome::Blocked { why } | Outcome::Transient { why, .. } | Outcome::Permanent { why, .. } => {
            bail!("{why}")
        }
    }
}

/// Carries out an outlet command.
///
/// # Errors
/// When the outlet is not configured or refuses.
pub fn outlet(command: OutletCommand) -> Result<()> {
    match command {
        OutletCommand::Kinds { kind } => {
            for known in
                gehoor_outlets::KINDS.iter().filter(|k| kind.as_deref().is_none_or(|name| name == k.name))
            {
                println!(
                    "# {}: {}\n# credential: {}\n{}\n",
                    known.name,
                    known.about,
                    known.credential,
                    known.example.trim()
                );
            }
            Ok(())
        }
        OutletCommand::Try { id, config } => runtime()?.block_on(try_outlet(&id, &config)),
    }
}

/// The same conversation as a real delivery, with words that say that it is a test.
async fn try_outlet(id: &str, config: &ConfigArg) -> Result<()> {
    let config = config.load()?;
    let configured = config.outlets.iter().find(|o| o.id.as_str() == id);
    let outlet = configured.ok_or_else(|| anyhow!("outlet `{id}` is not configured"))?.build()?;
    let now = SystemClock.now();
    let task = if outlet.takes_tickets() {
        let external = format!("gehoor-{}-test-{}", config.server.instance, now.as_second());
        Task::Ticket { case: CaseId(0), external, known: None, priority: 10, due: None }
    } else {
        Task::Alert { alert: AlertId(0), level: "info".into() }
    };
    let delivery = Delivery {
        key: EffectKey(format!("try-{}:{id}", now.as_second())),
        task,
        subject: "Gehoor: test".into(),
        lines: vec!["This is a test of the outlet. Nothing has to be done.".into()],
        posts: vec![Post {
            author: "Test".into(),
            at: now,
            text: "Een proefbericht met tekens: <b>& \u{2019} é €".into(),
            permalink: None,
        }],
        url: config.server.base_url.clone(),
        lang: "en".into(),
        at: now,
    };
    let client = client(&config.fetch, &config.smtp)?;
    let cx = gehoor_outlets::Context { now, credential: outlet.credential.as_ref() };
    let (mut progress, mut answer) = (Progress::default(), None);
    for _ in 0..12 {
        match outlet.plug.step(&delivery, &progress, answer.as_ref(), &cx) {
            Step::Done(receipt) => {
                println!("delivered{}", receipt.id.map(|id| format!(" as {id}")).unwrap_or_default());
                return Ok(());
            }
            Step::Refused(refusal) => bail!("{}", refusal.reason),
            Step::Send(outgoing, next) => {
                let outcome = match outgoing {
                    Outgoing::Http(request) => client.send(request, None, now).await,
                    Outgoing::Mail(mail) => client.mail(mail, now).await,
                };
                answer = Some(*match outcome {
                    Outcome::Body { response, .. }
                    | Outcome::Transient { response: Some(response), .. }
                    | Outcome::Permanent { response: Some(response), .. } => response,
                    Outcome::Wait { until, why } => bail!("{why}: not before {until}"),
                    Outcome::Blocked { why }
                    | Outcome::Transient { why, .. }
                    | Outcome::Permanent { why, .. } => bail!("{why}"),
                    Outcome::NotModified { .. } => bail!("the answer was empty (304)"),
                });
                progress = next;
            }
        }
    }
    Err(anyhow!("outlet `{id}` did not come to an end")).context("too many steps")
}
