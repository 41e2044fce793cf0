//! `gehoor assess`: judges texts. JSONL in, JSONL out, in the same order; kept stable for other programs.

use std::io::{BufRead, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_classify::{AssessOut, BuiltIn, Classifier, Doc};
use gehoor_domain::mention::Channel;
use gehoor_domain::policy::Weights;
use gehoor_domain::rank;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::commands::runtime;

/// Texts judged at a time.
const BATCH: usize = 256;

/// Judge texts.
#[derive(Debug, Args)]
pub struct AssessArgs {
    /// A model made by `gehoor train`, or a checkpoint as the stronger model, instead of the built-in one.
    #[arg(long, value_name = "DIR")]
    model: Option<std::path::PathBuf>,
}

/// One line of input.
#[derive(Debug, Deserialize)]
struct Line {
    id: Box<RawValue>,
    text: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    stars: Option<f64>,
    #[serde(default)]
    channel: Option<String>,
}

/// Carries it out.
///
/// # Errors
/// Names the line that cannot be read.
pub fn run(args: &AssessArgs) -> Result<()> {
    let model = load(args.model.as_deref())?;
    let runtime = runtime()?;
    let stdin = std::io::stdin().lock();
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let mut batch: Vec<Line> = Vec::with_capacity(BATCH);
    for (number, line) in stdin.lines().enumerate() {
        let line = line.with_context(|| format!("line {} cannot be read", number + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line)
            .with_context(|| format!("line {} is not {{\"id\",\"text\"}} as JSON", number + 1))?;
        batch.push(line);
        if batch.len() == BATCH {
            runtime.block_on(judge(&*model, &batch, &mut stdout))?;
            batch.clear();
        }
    }
    runtime.block_on(judge(&*model, &batch, &mut stdout))?;
    stdout.flush().context("cannot write the answer")
}

/// The model in a folder, of whichever kind, or the built-in one.
///
/// # Errors
/// When the model cannot be read.
pub(crate) fn load(dir: Option<&Path>) -> Result<Arc<dyn Classifier>> {
    let built_in = || BuiltIn::load().context("cannot load the built-in model");
    let Some(dir) = dir else { return Ok(Arc::new(built_in()?)) };
    if dir.join("config.json").exists() {
        return Ok(gehoor_bert::load(dir, built_in()?)?);
    }
    let file = dir.join("weights.bin.zst");
    let packed = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let model = BuiltIn::from_bytes(&packed)
        .with_context(|| format!("cannot load the model in {}", dir.display()))?;
    Ok(Arc::new(model))
}

async fn judge(model: &dyn Classifier, lines: &[Line], out: &mut impl Write) -> Result<()> {
    let docs: Vec<Doc<'_>> = lines
        .iter()
        .map(|line| Doc {
            text: &line.text,
            lang: line.lang.as_deref(),
            stars: line.stars,
            channel: line.channel.as_deref().and_then(Channel::parse),
        })
        .collect();
    let assessments = model.classify(&docs).await.context("the model failed")?;
    let weights = Weights::default();
    for (line, assessment) in lines.iter().zip(&assessments) {
        let priority = rank::text_points(assessment, &weights);
        let answer = AssessOut::new(Some(line.id.clone()), assessment, priority);
        serde_json::to_writer(&mut *out, &answer).context("cannot write the answer")?;
        out.write_all(b"\n").context("cannot write the answer")?;
    }
    Ok(())
}
