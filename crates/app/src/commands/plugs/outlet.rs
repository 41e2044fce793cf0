//! `gehoor outlet`: what kinds there are, and one try of a configured one.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use gehoor_domain::effect::{Delivery, Post, Task};
use gehoor_domain::ids::{AlertId, CaseId, EffectKey};
use gehoor_engine::clock::{Clock as _, SystemClock};
use gehoor_fetch::{Outcome, Transport as _};
use gehoor_outlets::{Progress, Step};
use gehoor_wire::Outgoing;

use super::{access, print_kind};
use crate::assemble::client;
use crate::cli::ConfigArg;
use crate::commands::runtime;

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
                print_kind(known.name, known.about, known.credential, known.example);
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
    let credential = access(&client, outlet.plug.login(), outlet.credential.as_ref(), now).await?;
    let cx = gehoor_outlets::Context { now, credential: credential.as_ref() };
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
                    Outcome::Wait { until, why, .. } => bail!("{why}: not before {until}"),
                    Outcome::Blocked { why }
                    | Outcome::Transient { why, .. }
                    | Outcome::Permanent { why, .. } => bail!("{why}"),
                    Outcome::NotModified { .. } => bail!("the answer was empty (304)"),
                });
                progress = next;
            }
        }
    }
    bail!("outlet `{id}` did not come to an end in 12 steps")
}
