//! `cargo xtask bench`: the figures of the README, measured on this machine.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::root;

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// How many mentions the end-to-end run takes in.
    #[arg(long, default_value_t = 100_000)]
    mentions: u64,
}

pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    let done = Command::new(env!("CARGO"))
        .args(["run", "--release", "--quiet", "-p", "gehoor-app", "--example", "figures", "--"])
        .arg(args.mentions.to_string())
        .current_dir(root())
        .status()
        .context("cannot run the measurement")?;
    if !done.success() {
        bail!("the measurement failed");
    }
    Ok(())
}
