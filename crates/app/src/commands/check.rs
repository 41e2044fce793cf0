//! `gehoor check`: is the configuration right, and which key was meant?

use anyhow::{Context as _, Result};
use clap::Args;

use crate::assemble;
use crate::cli::ConfigArg;
use crate::commands::print_json;
use crate::config::{DEFAULT, EXAMPLE};

/// Check a configuration.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Print an example instead: a chain with four shops.
    #[arg(long)]
    example: bool,
    /// Print every key with its default instead.
    #[arg(long, conflicts_with = "example")]
    defaults: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Carries it out.
///
/// # Errors
/// Everything that is wrong with the configuration.
pub fn run(args: &CheckArgs) -> Result<()> {
    if args.example || args.defaults {
        print!("{}", if args.example { EXAMPLE } else { DEFAULT });
        return Ok(());
    }
    let config = args.config.load()?;
    let setup = assemble::setup(&config)?;
    assemble::credentials_are_there(&setup)?;
    assemble::client(&config.fetch, &config.smtp)?;
    if let Some(dir) = &config.classifier.stronger {
        gehoor_bert::Folder::open(dir).context("[classifier] stronger")?;
        if !gehoor_bert::is_built() {
            return Err(gehoor_bert::BertError::NotBuilt).context("[classifier] stronger");
        }
    }
    let file = args.config.config.display().to_string();
    let (locations, teams) = (setup.locations.iter().count(), setup.policy.teams.len());
    let (sources, outlets, alerts) = (setup.sources.len(), setup.outlets.len(), setup.policy.alerts.len());
    if args.json {
        return print_json(&serde_json::json!({
            "config": file, "locations": locations, "teams": teams,
            "sources": sources, "outlets": outlets, "alerts": alerts,
        }));
    }
    println!(
        "{file} is right: {locations} locations, {teams} teams, {sources} sources, {outlets} outlets, {alerts} alert rules"
    );
    Ok(())
}
