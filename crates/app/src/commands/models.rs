//! `gehoor models`: which model judges here, and which ones were made from the team's corrections.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::cli::ConfigArg;
use crate::commands::checkpoint::{self, CheckArgs};
use crate::models::{BUILT_IN, Models};

/// Which model judges.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the models of this installation: which one judges, and what speaks against the others.
    List {
        /// Which configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Let a model judge from the next start on; refused when its report speaks against it.
    Promote {
        /// Its name, as `list` shows it.
        name: String,
        /// Which configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Let the model judge again that judged before.
    Rollback {
        /// Which configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Say what a folder with a checkpoint for the stronger model lacks, and what to do; exit status 0 when it can be used.
    Check(CheckArgs),
}

/// Carries it out.
///
/// # Errors
/// When a model is missing, broken, or its report speaks against it.
pub fn run(command: &ModelsCommand) -> Result<ExitCode> {
    match command {
        ModelsCommand::Check(args) => return checkpoint::run(args),
        ModelsCommand::List { config } => list(&Models::of(&config.load()?.data.dir))?,
        ModelsCommand::Promote { name, config } => {
            Models::of(&config.load()?.data.dir).promote(name)?;
            println!(
                "`{name}` judges from the next start on; older mentions are judged again in the background"
            );
        }
        ModelsCommand::Rollback { config } => {
            let name = Models::of(&config.load()?.data.dir).roll_back()?;
            println!("`{name}` judges again from the next start on");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(models: &Models) -> Result<()> {
    let live = models.live()?;
    for name in std::iter::once(BUILT_IN.to_owned()).chain(models.list()?) {
        let judges = if name == live.live { "judges" } else { "" };
        let report = models.report(&name)?;
        let against = report.map(|report| report.against.join("; ")).unwrap_or_default();
        println!("{name:30} {judges:7} {against}");
    }
    Ok(())
}
