//! `gehoor eval`: measures a model on labelled texts. Needs no server and no configuration.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use gehoor_classify::eval::measure;
use gehoor_classify::labelled::{Columns, FIELDS, Labelled, read_csv, read_jsonl};
use gehoor_classify::trust::{Trust, worst};
use gehoor_classify::{Classifier, Doc, report};
use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Channel;

use crate::commands::{assess, print_json, runtime};

/// Texts judged at a time.
const BATCH: usize = 256;

/// Measure a model.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Labelled texts as JSON Lines (`.jsonl`) or CSV, with columns such as text, intent, sentiment, severity, topics.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which column holds what, such as `complaint=klacht`.
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// A model made by `gehoor train`, or a checkpoint as the stronger model, instead of the built-in one.
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Where texts stand whose file does not say so, such as `review`; unknown if not given.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// Judge the text alone: without stars and channel.
    #[arg(long)]
    text_alone: bool,
    /// How many of the worst errors are shown.
    #[arg(long, default_value_t = 20, value_name = "N")]
    errors: usize,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Carries it out.
///
/// # Errors
/// When a file cannot be read or holds no labelled text.
pub fn run(args: &EvalArgs) -> Result<()> {
    let rows = read_labelled(&args.files, &args.map)?;
    if rows.is_empty() {
        bail!("no labelled text was found: the columns are {} (see --map)", FIELDS.join(", "));
    }
    let channel = match &args.channel {
        Some(name) => Some(Channel::parse(name).with_context(|| format!("`{name}` is no channel"))?),
        None => None,
    };
    let model = assess::load(args.model.as_deref())?;
    let begin = clock();
    let judged = runtime()?.block_on(judge(&*model, &rows, channel, args.text_alone))?;
    let seconds = clock().duration_since(begin).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a count of texts")]
    let per_second = rows.len() as f64 / seconds.max(1e-9);
    let mut metrics = measure(&judged);
    metrics.texts_per_second = Some(per_second);
    let trust = Trust::of(&judged);
    let errors = worst(&judged, args.errors);
    if args.json {
        return print_json(&serde_json::json!({
            "metrics": metrics,
            "trust": trust,
            "errors": errors,
            "texts": rows.len(),
            "texts_per_second": per_second,
        }));
    }
    print!("{}", report::text(&metrics, &trust, &errors, &rows));
    println!("{} texts, {per_second:.0} texts/s", rows.len());
    Ok(())
}

fn clock() -> jiff::Timestamp {
    gehoor_engine::clock::Clock::now(&gehoor_engine::clock::SystemClock)
}

async fn judge<'a>(
    model: &dyn Classifier,
    rows: &'a [Labelled],
    otherwise: Option<Channel>,
    text_alone: bool,
) -> Result<Vec<(&'a Labelled, Assessment)>> {
    let mut judged = Vec::with_capacity(rows.len());
    for batch in rows.chunks(BATCH) {
        let docs: Vec<Doc<'_>> = batch
            .iter()
            .map(|row| Doc {
                text: &row.text,
                lang: row.lang.as_deref(),
                stars: row.stars.filter(|_| !text_alone),
                channel: row.channel.filter(|_| !text_alone).or(otherwise),
            })
            .collect();
        let assessments = model.classify(&docs).await.context("the model failed")?;
        judged.extend(batch.iter().zip(assessments));
    }
    Ok(judged)
}

/// Reads labelled files, saying which rows were left out.
///
/// # Errors
/// When a file cannot be read or a mapping names an unknown field.
pub(crate) fn read_labelled(files: &[PathBuf], map: &[String]) -> Result<Vec<Labelled>> {
    let mut columns = Columns::default();
    for pair in map {
        let Some((field, column)) = pair.split_once('=') else { bail!("`{pair}` is not FIELD=COLUMN") };
        if !columns.map(field, column) {
            bail!("`{field}` is no field; the fields are: {}", FIELDS.join(", "));
        }
    }
    let mut rows = Vec::new();
    for path in files {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let csv = path.extension().is_some_and(|e| e == "csv" || e == "tsv");
        let (found, refused) =
            if csv { read_csv(&text, &name, &columns) } else { read_jsonl(&text, &name, &columns) };
        for row in refused.iter().take(5) {
            eprintln!("{} line {}: {}", path.display(), row.line, row.why);
        }
        rows.extend(found);
    }
    Ok(rows)
}
