//! The stronger model: its tests need libtorch and checkpoints, which lie in the target folder once they were fetched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::root;

/// The test programs that need both.
const TESTS: &[&str] = &["parity", "stronger"];

/// Where they lie.
pub(crate) struct Parts {
    libtorch: PathBuf,
    checkpoints: PathBuf,
}

/// Fetches what is not there yet; a `LIBTORCH` of your own is taken.
pub(crate) fn parts() -> Result<Parts> {
    let metadata =
        MetadataCommand::new().current_dir(root()).no_deps().exec().context("cannot read the workspace")?;
    let folder = metadata.target_directory.join("parts");
    let libtorch = match std::env::var_os("LIBTORCH") {
        Some(own) => own.into(),
        None => fetched("libtorch.sh", folder.join("libtorch").as_std_path())?,
    };
    Ok(Parts { libtorch, checkpoints: fetched("checkpoints.sh", folder.join("checkpoints").as_std_path())? })
}

/// Lints what is only built with the feature.
pub(crate) fn lint(parts: &Parts) -> Result<()> {
    let mut command = cargo(parts, "clippy");
    command.args(["--workspace", "--example", "throughput"]);
    command.args(TESTS.iter().flat_map(|name| ["--test", name]));
    command.args(["--quiet", "--", "-D", "warnings"]);
    if !command.status().context("cannot run cargo clippy")?.success() {
        bail!("cargo clippy failed");
    }
    Ok(())
}

/// The tests, built with the feature. All packages are named, so that what they share with the other tests is not built again.
pub(crate) fn tests(parts: &Parts) -> Command {
    let mut command = cargo(parts, "test");
    command.args(["--no-fail-fast", "--workspace"]);
    command.args(TESTS.iter().flat_map(|name| ["--test", name]));
    command
}

fn cargo(parts: &Parts, what: &str) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([what, "--features", "gehoor-app/bert"])
        .current_dir(root())
        .env("LIBTORCH", &parts.libtorch)
        .env("GEHOOR_CHECKPOINTS", &parts.checkpoints);
    if std::env::var_os("LIBTORCH").is_none() {
        // As the Python package is built.
        command.env("LIBTORCH_CXX11_ABI", "0");
    }
    command
}

fn fetched(script: &str, into: &Path) -> Result<PathBuf> {
    let done = Command::new("bash")
        .arg(root().join("tests/parts").join(script))
        .arg(into)
        .current_dir(root())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {script}"))?;
    if !done.success() {
        bail!(
            "tests/parts/{script} could not fetch what it should (cargo xtask test --without-bert leaves it out)"
        );
    }
    Ok(into.to_owned())
}
