//! The workshop: `cargo xtask {test,bert,tidy,dag,bench,new}`.

mod bench;
mod bert;
mod dag;
mod needs;
mod new;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The workshop of Gehoor.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything that has to hold: formatting, lints, docs, floors, and all tests. Installs what tests need.
    Test(test::TestArgs),
    /// The tests of the stronger model alone: fetches libtorch and makes checkpoints.
    Bert,
    /// Rules for the text of the repository.
    Tidy,
    /// A crate uses lower floors only.
    Dag,
    /// Measures Gehoor on this machine and prints the figures of the README.
    Bench(bench::BenchArgs),
    /// A new plug: the file, its tests and the line in the registry.
    New {
        /// What.
        #[arg(value_enum)]
        what: new::What,
        /// Its name, such as `tripadvisor`.
        name: String,
    },
}

fn main() -> ExitCode {
    match carry_out(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> Result<()> {
    match command {
        Command::Test(args) => test::run(&args),
        Command::Bert => test::run_stronger(),
        Command::Tidy => tidy::run(),
        Command::Dag => dag::run(),
        Command::Bench(args) => bench::run(&args),
        Command::New { what, name } => new::run(what, &name),
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map_or_else(PathBuf::new, Path::to_path_buf)
}
