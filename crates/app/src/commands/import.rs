//! `gehoor import`: mentions from a CSV or JSONL file, row by row; a refused row is reported and the rest goes on.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use gehoor_domain::ids::SourceId;
use gehoor_domain::mention::Draft;
use gehoor_sources::import::{Format, Mapping, Options, read};
use sha2::{Digest as _, Sha256};

use crate::cli::ConfigArg;
use crate::commands::{open, print_json, runtime};
use crate::progress;

/// Rows taken in at a time.
const BATCH: usize = 200;
/// Refused rows shown on the terminal; the report holds them all.
const SHOWN: usize = 10;

/// Take mentions from a file.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CSV (`.csv`) or JSON Lines (`.jsonl`) file, also packed (`.gz`, `.zst`).
    file: PathBuf,
    /// The source that the mentions belong to, as configured.
    #[arg(long)]
    source: SourceId,
    #[command(flatten)]
    config: ConfigArg,
    /// Which column holds what, such as `text=Bericht`; columns that are not named are guessed by their headers.
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// `csv` or `jsonl`, when the name of the file does not say.
    #[arg(long)]
    format: Option<String>,
    /// The form of dates that are not ISO 8601, such as `%d-%m-%Y %H:%M`.
    #[arg(long)]
    date_format: Option<String>,
    /// The zone of dates that name none.
    #[arg(long, default_value = "Europe/Amsterdam")]
    zone: String,
    /// The best rating of the scale.
    #[arg(long)]
    best: Option<f64>,
    /// The worst rating of the scale.
    #[arg(long)]
    worst: Option<f64>,
    /// The encoding, such as `windows-1252`, when it is found out wrongly.
    #[arg(long)]
    encoding: Option<String>,
    /// Read everything and say what would happen; take nothing in.
    #[arg(long)]
    dry_run: bool,
    /// Write refused rows with line number and reason to this CSV file.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Begin at the first row, also when an earlier run was broken off.
    #[arg(long)]
    from_start: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// What came of it.
#[derive(Debug, Default, serde::Serialize)]
struct Outcome {
    rows: u64,
    new_or_changed: u64,
    refused: u64,
    resumed_after: u64,
    dry_run: bool,
}

/// Carries it out.
///
/// # Errors
/// When the file cannot be read, a column is wrong, or the data folder is in use.
pub fn run(args: &ImportArgs) -> Result<()> {
    let config = args.config.load()?;
    if !config.sources.iter().any(|s| s.id == args.source) {
        let known: Vec<&str> = config.sources.iter().map(|s| s.id.as_str()).collect();
        bail!("source `{}` is not configured; configured sources: {}", args.source, known.join(", "));
    }
    let (data, engine) = open(&config)?;
    let name = import_name(args)?;
    let resumed_after = if args.from_start || args.dry_run { 0 } else { engine.import_done(&name)? };
    let options = options(args, resumed_after)?;
    let file =
        std::fs::File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?;
    let size = file.metadata().map(|m| m.len()).unwrap_or(0);
    let import = read(format(args)?, file, options).map_err(|e| anyhow!("{}: {e}", args.file.display()))?;
    for (field, column) in &import.mapped {
        eprintln!("{field} is read from `{column}`");
    }
    let mut report = args.refused.as_ref().map(report).transpose()?;
    let bar = progress::bytes(size, "import", args.json);
    let mut outcome = Outcome { resumed_after, dry_run: args.dry_run, ..Outcome::default() };
    runtime()?.block_on(async {
        let mut batch: Vec<Draft> = Vec::with_capacity(BATCH);
        for row in import.rows {
            outcome.rows += 1;
            bar.set_position(row.byte_offset.min(size));
            match row.result {
                Ok(draft) => batch.push(draft),
                Err(problem) => refuse(&mut outcome, report.as_mut(), row.line, &problem.reason)?,
            }
            if batch.len() >= BATCH {
                take(args, &engine, &mut batch, &mut outcome, report.as_mut()).await?;
                if !args.dry_run {
                    engine.note_import(&name, Some(row.row)).await?;
                }
            }
        }
        take(args, &engine, &mut batch, &mut outcome, report.as_mut()).await?;
        if !args.dry_run {
            engine.note_import(&name, None).await?;
        }
        bar.finish_and_clear();
        drop(engine);
        crate::serve::close(data).await
    })?;
    if args.json {
        return print_json(&outcome);
    }
    let did = if args.dry_run { "would take in" } else { "took in" };
    println!(
        "{} rows: {did} {} new or changed mentions, refused {}",
        outcome.rows, outcome.new_or_changed, outcome.refused
    );
    if let Some(path) = args.refused.as_ref().filter(|_| outcome.refused > 0) {
        println!("refused rows are in {}", path.display());
    }
    Ok(())
}

async fn take(
    args: &ImportArgs,
    engine: &gehoor_engine::Engine,
    batch: &mut Vec<Draft>,
    outcome: &mut Outcome,
    mut report: Option<&mut std::fs::File>,
) -> Result<()> {
    let drafts = std::mem::take(batch);
    if args.dry_run {
        outcome.new_or_changed += u64::try_from(drafts.len()).unwrap_or(0);
        return Ok(());
    }
    let (news, warnings) = engine.import(&args.source, drafts).await?;
    outcome.new_or_changed += u64::try_from(news).unwrap_or(0);
    for warning in warnings {
        refuse(outcome, report.as_deref_mut(), 0, &format!("{}: {}", warning.item, warning.problem))?;
    }
    Ok(())
}

fn refuse(outcome: &mut Outcome, report: Option<&mut std::fs::File>, line: u64, reason: &str) -> Result<()> {
    outcome.refused += 1;
    if outcome.refused <= u64::try_from(SHOWN).unwrap_or(0) {
        eprintln!("line {line}: {reason}");
    }
    if let Some(report) = report {
        writeln!(report, "{line},\"{}\"", reason.replace('"', "\"\"")).context("cannot write the report")?;
    }
    Ok(())
}

fn report(path: &PathBuf) -> Result<std::fs::File> {
    let mut file = std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(file, "line,reason").context("cannot write the report")?;
    Ok(file)
}

fn format(args: &ImportArgs) -> Result<Format> {
    let name = args.format.clone().map_or_else(
        || args.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        |format| format!("x.{format}"),
    );
    Format::of(&name).ok_or_else(|| {
        anyhow!("`{name}` does not say whether it is CSV or JSONL: add --format csv or --format jsonl")
    })
}

fn options(args: &ImportArgs, skip_rows: u64) -> Result<Options> {
    let zone = jiff::tz::TimeZone::get(&args.zone)
        .map_err(|_| anyhow!("`{}` is no time zone: use a name such as Europe/Amsterdam", args.zone))?;
    Ok(Options {
        mapping: Mapping::parse(args.map.iter().map(String::as_str)).map_err(|e| anyhow!("{e}"))?,
        date_format: args.date_format.clone(),
        zone,
        best: args.best,
        worst: args.worst,
        encoding: args.encoding.clone(),
        delimiter: None,
        skip_rows,
    })
}

/// The same file into the same source goes on where it was broken off; a file that has changed begins anew.
fn import_name(args: &ImportArgs) -> Result<String> {
    let path = args.file.canonicalize().with_context(|| format!("cannot open {}", args.file.display()))?;
    let meta = path.metadata().with_context(|| format!("cannot open {}", args.file.display()))?;
    let mut hash = Sha256::new();
    hash.update(args.source.as_str());
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(meta.len().to_le_bytes());
    Ok(hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect())
}
