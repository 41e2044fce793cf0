//! `cargo xtask test`: everything that has to hold, in the order of what fails soonest. Ends with one plain line.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::{bert, dag, needs, root, tidy};

/// Everything that has to hold.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Only the tests: no formatting, lints and docs.
    #[arg(long)]
    only_tests: bool,
    /// Also the tests that install whole networks and take minutes.
    #[arg(long)]
    long: bool,
    /// Not the stronger model: no libtorch (1.3 GB to download) and no checkpoints are fetched.
    #[arg(long)]
    without_bert: bool,
    /// Passed on to `cargo test`, such as `-p gehoor-domain`.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Test programs that run with `--long` only; their manifests say `test = false`.
const LONG: &[&str] = &["bluesky", "helpdesk"];

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

pub(crate) fn run(args: &TestArgs) -> Result<()> {
    let mut tally = Tally::default();
    if !args.only_tests {
        check(&mut tally, "cargo fmt --check", || cargo(&["fmt", "--all", "--check"]));
        check(&mut tally, "tidy", tidy::run);
        check(&mut tally, "floors", dag::run);
        check(&mut tally, "clippy", || {
            cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
            // All targets are those that are tested by themselves.
            let mut long = vec!["clippy", "--workspace", "--quiet"];
            long.extend(LONG.iter().flat_map(|name| ["--test", name]));
            long.extend(["--", "-D", "warnings"]);
            cargo(&long)
        });
        check(&mut tally, "docs", || {
            cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"])
        });
    }
    needs::provide(args.long)?;
    let mut sound = tests(&args.rest, &mut tally)?;
    for name in LONG.iter().filter(|_| args.long) {
        sound &= tests(&["--workspace", "--test", name].map(str::to_owned), &mut tally)?;
    }
    // Last, because what is shared with the other tests is built already.
    if args.rest.is_empty() && !args.without_bert {
        sound &= stronger(!args.only_tests, &mut tally)?;
    }
    end(sound, tally)
}

/// The tests of the stronger model alone.
pub(crate) fn run_stronger() -> Result<()> {
    let mut tally = Tally::default();
    let sound = stronger(true, &mut tally)?;
    end(sound, tally)
}

fn stronger(lint: bool, tally: &mut Tally) -> Result<bool> {
    let parts = match bert::parts() {
        Ok(parts) => parts,
        Err(error) => {
            check(tally, "libtorch and checkpoints", || Err(error));
            return Ok(false);
        }
    };
    if lint {
        check(tally, "clippy of the stronger model", || bert::lint(&parts));
    }
    counted(bert::tests(&parts), tally)
}

/// The closing line.
fn end(sound: bool, mut tally: Tally) -> Result<()> {
    if !sound && tally.failed == 0 {
        // A test program that did not come to an end counts too.
        tally.failed += 1;
    }
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        bail!("something does not hold: see above");
    }
    Ok(())
}

fn check(tally: &mut Tally, name: &str, work: impl FnOnce() -> Result<()>) {
    match work() {
        Ok(()) => {
            println!("check {name} ... ok");
            tally.passed += 1;
        }
        Err(error) => {
            println!("check {name} ... FAILED: {error:#}");
            tally.failed += 1;
        }
    }
}

fn cargo(args: &[&str]) -> Result<()> {
    let done = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(root())
        // Private items are documented too, so links to them are right.
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .status()
        .with_context(|| format!("cannot run cargo {}", args.join(" ")))?;
    if !done.success() {
        bail!("cargo {} failed", args.join(" "));
    }
    Ok(())
}

/// Runs the tests and counts; `false` when cargo says that something failed.
fn tests(rest: &[String], tally: &mut Tally) -> Result<bool> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--no-fail-fast"]);
    if rest.is_empty() {
        command.arg("--workspace");
    }
    command.args(rest);
    counted(command, tally)
}

/// Runs one `cargo test` and counts.
fn counted(mut command: Command, tally: &mut Tally) -> Result<bool> {
    // A snapshot that nobody has looked at is a failure.
    command.current_dir(root()).stdout(Stdio::piped()).env("INSTA_UPDATE", "no");
    let mut running = command.spawn().context("cannot run cargo test")?;
    let output = running.stdout.take().context("no output of cargo test")?;
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read the output of cargo test")?;
        println!("{line}");
        if let Some((passed, failed)) = count(&line) {
            tally.passed += passed;
            tally.failed += failed;
        }
    }
    Ok(running.wait().context("cargo test did not end")?.success())
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn count(line: &str) -> Option<(u64, u64)> {
    let numbers = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        let before = numbers.split(';').find(|part| part.trim_end().ends_with(word))?;
        before.split_whitespace().rev().nth(1)?.parse().ok()
    };
    Some((number("passed")?, number("failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_program_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(count(line), Some((12, 3)));
        assert_eq!(count("test a ... ok"), None);
    }
}
