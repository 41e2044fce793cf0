//! The command line: what `gehoor --help` teaches.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::Config;
use crate::{demo, serve, telemetry};

/// Hears public complaints, ranks them, and keeps the company to its word.
///
/// Begin with `gehoor demo`: a chain with four shops, on this machine only, without any other server.
/// Then write a configuration (`gehoor check --example > gehoor.toml`), add a user
/// (`gehoor user add eva --role admin --config gehoor.toml`) and serve it (`gehoor serve --config gehoor.toml`).
#[derive(Debug, Parser)]
#[command(name = "gehoor", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    /// Write logs as JSON lines.
    #[arg(long, global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Which configuration file.
#[derive(Debug, Clone, Args)]
pub struct ConfigArg {
    /// The configuration file.
    #[arg(long, short, env = "GEHOOR_CONFIG", default_value = "gehoor.toml", value_name = "FILE")]
    pub config: PathBuf,
}

impl ConfigArg {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load(&self) -> Result<Config> {
        Config::load(&self.config)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the main job on a made-up chain: posts come in, clocks run out, a case lands in the service queue.
    Demo(demo::DemoArgs),
    /// Run Gehoor: collect, judge, keep clocks, deliver, and serve the pages.
    Serve {
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Check a configuration, and say which key was meant.
    Check(commands::check::CheckArgs),
    /// Take mentions from a CSV or JSONL file (also .gz) into a source.
    Import(commands::import::ImportArgs),
    /// Judge texts: JSONL on standard input, JSONL on standard output in the same order.
    Assess(commands::assess::AssessArgs),
    /// Search mentions on the command line.
    Search(commands::search::SearchArgs),
    /// Train the built-in model on labelled texts.
    Train(commands::train::TrainArgs),
    /// Which model judges: list, promote, roll back; and what a checkpoint for the stronger one lacks.
    #[command(subcommand)]
    Models(commands::models::ModelsCommand),
    /// Measure a model on labelled texts.
    Eval(commands::eval::EvalArgs),
    /// Write cases or mentions as JSONL or CSV, one row each.
    Export(commands::export::ExportArgs),
    /// Make the signed evidence file of a case, or check one.
    Evidence(commands::evidence::EvidenceArgs),
    /// Throw the index away and make it again from the journal.
    Reindex {
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Copy the data to another folder, also while Gehoor runs.
    Backup(commands::keep::BackupArgs),
    /// Put a backup into an empty data folder, after checking all of it.
    Restore(commands::keep::RestoreArgs),
    /// Check every entry of the journal, the snapshots, and that the view equals the journal.
    Verify(commands::keep::VerifyArgs),
    /// Add, change and list the people who log in.
    #[command(subcommand)]
    User(commands::people::UserCommand),
    /// Add, list and take back tokens of programs.
    #[command(subcommand)]
    Token(commands::people::TokenCommand),
    /// Where mentions come from: kinds, and one try.
    #[command(subcommand)]
    Source(commands::plugs::SourceCommand),
    /// Where effects go: kinds, and one try.
    #[command(subcommand)]
    Outlet(commands::plugs::OutletCommand),
    /// Ask a running Gehoor how it does; exit status 0 when it is ready.
    Health(commands::health::HealthArgs),
}

/// Reads the command line and carries it out.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let default =
        if matches!(cli.command, Command::Serve { .. }) { "info,tantivy=warn" } else { "warn,tantivy=error" };
    telemetry::logging(cli.log_json, default);
    match carry_out(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("gehoor: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(&args)?,
        Command::Serve { config } => serve::run(&config.load()?)?,
        Command::Check(args) => commands::check::run(&args)?,
        Command::Import(args) => commands::import::run(&args)?,
        Command::Assess(args) => commands::assess::run(&args)?,
        Command::Search(args) => commands::search::run(&args)?,
        Command::Train(args) => commands::train::run(&args)?,
        Command::Eval(args) => commands::eval::run(&args)?,
        Command::Models(command) => return commands::models::run(&command),
        Command::Export(args) => commands::export::run(&args)?,
        Command::Evidence(args) => commands::evidence::run(&args)?,
        Command::Reindex { config } => commands::keep::reindex(&config.load()?)?,
        Command::Backup(args) => commands::keep::backup(&args)?,
        Command::Restore(args) => commands::keep::restore(&args)?,
        Command::Verify(args) => return commands::keep::verify(&args),
        Command::User(command) => commands::people::user(command)?,
        Command::Token(command) => commands::people::token(command)?,
        Command::Source(command) => commands::plugs::source(command)?,
        Command::Outlet(command) => commands::plugs::outlet(command)?,
        Command::Health(args) => return commands::health::run(&args),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
