//! `gehoor backup`, `restore`, `verify` and `reindex`: looking after the data.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_store::maintain;

use crate::cli::ConfigArg;
use crate::commands::{open, print_json, runtime};
use crate::config::Config;
use crate::progress;

/// Copy the data to another folder.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// A folder that is not there yet, or is empty.
    target: PathBuf,
    #[command(flatten)]
    config: ConfigArg,
    /// No progress bar.
    #[arg(long, short)]
    quiet: bool,
}

/// Put a backup into an empty data folder.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The folder of the backup.
    backup: PathBuf,
    #[command(flatten)]
    config: ConfigArg,
    /// No progress bar.
    #[arg(long, short)]
    quiet: bool,
}

/// Check all data.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Copies the journal and the newest snapshot; works while Gehoor runs.
///
/// # Errors
/// When the folder is not empty, or something cannot be read or written.
pub fn backup(args: &BackupArgs) -> Result<()> {
    let config = args.config.load()?;
    let bar = progress::bytes(0, "backup", args.quiet);
    let manifest = maintain::backup(&config.data.dir, None, &args.target, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .with_context(|| format!("cannot back up {} to {}", config.data.dir.display(), args.target.display()))?;
    bar.finish_and_clear();
    println!("backed up {} entries to {}", manifest.head.seq, args.target.display());
    Ok(())
}

/// Checks the whole backup, then puts it in place.
///
/// # Errors
/// When the data folder is not empty, or the backup is damaged.
pub fn restore(args: &RestoreArgs) -> Result<()> {
    let config = args.config.load()?;
    let bar = progress::bytes(0, "restore", args.quiet);
    let report = maintain::restore(&args.backup, &config.data.dir, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .with_context(|| format!("cannot restore {} to {}", args.backup.display(), config.data.dir.display()))?;
    bar.finish_and_clear();
    println!("restored {} entries; the view and the index are made again at the next start", report.entries);
    Ok(())
}

/// Proves the data folder. Exit status 1 when something is wrong.
///
/// # Errors
/// When it could not look.
pub fn verify(args: &VerifyArgs) -> Result<ExitCode> {
    let config = args.config.load()?;
    let bar = progress::bytes(0, "verify", args.json);
    let report = maintain::verify(&config.data.dir, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .with_context(|| format!("cannot verify {}", config.data.dir.display()))?;
    bar.finish_and_clear();
    let problems: Vec<String> = report.problems.iter().map(|p| format!("{}: {}", p.place, p.what)).collect();
    if args.json {
        print_json(&serde_json::json!({
            "good": report.is_good(),
            "head": report.head.seq,
            "segments": report.segments,
            "entries": report.entries,
            "erased": report.erased,
            "view": format!("{:?}", report.view),
            "problems": problems,
        }))?;
    } else {
        println!(
            "{} entries in {} segments, {} erased; view: {:?}",
            report.entries, report.segments, report.erased, report.view
        );
        for problem in &problems {
            println!("wrong: {problem}");
        }
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Throws the index away and makes it again from the journal.
///
/// # Errors
/// When the data folder is in use, or the index cannot be written.
pub fn reindex(config: &Config) -> Result<()> {
    let index = config.data.dir.join("index");
    {
        // Held while the index is thrown away, so that no running gehoor loses it.
        let (store, _) = gehoor_store::FileStore::open(&config.data.dir, &gehoor_store::Options::default())?;
        if index.exists() {
            std::fs::remove_dir_all(&index).with_context(|| format!("cannot remove {}", index.display()))?;
        }
        store.close()?;
    }
    let (data, engine) = open(config)?;
    let bar = progress::bar(engine.head(), "reindex", false);
    runtime()?.block_on(async {
        let watcher = engine.clone();
        let shown = bar.clone();
        let watch = tokio::spawn(async move {
            loop {
                shown.set_position(watcher.health().indexed);
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        });
        while engine.index_some().await? {}
        watch.abort();
        bar.finish_and_clear();
        println!("indexed the journal up to entry {}", engine.head());
        drop(engine);
        crate::serve::close(data).await
    })
}
