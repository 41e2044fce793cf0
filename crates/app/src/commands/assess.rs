//! `gehoor assess`: judges texts. JSONL in, JSONL out, in the same order; kept stable for other programs.

use std::collections::BTreeSet;
use std::io::{BufRead, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use gehoor_classify::labelled::channel_of;
use gehoor_classify::language;
use gehoor_classify::{AssessOut, BuiltIn, Classifier, Doc};
use gehoor_domain::mention::Channel;
use gehoor_domain::policy::Weights;
use gehoor_domain::rank;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::commands::runtime;

/// Texts judged at a time.
const BATCH: usize = 256;

/// What a line may hold, below the options.
const HELP: &str = "\
One JSON object a line on standard input, in UTF-8; one answer a line on standard output, in the same order.

Fields of a line:
  text     the text; needed, may be empty
  id       given back as it came, null when there is none
  lang     such as nl, nl-NL or Dutch; a hint
  stars    1 to 5
  channel  review, microblog, facebook, instagram, forum, appstore, video_comment, news, mail, form

Other fields are passed over. At a line that cannot be read the answers to those before it are written, then it ends
with an error that names the line.";

/// Judge texts.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct AssessArgs {
    /// A model made by `gehoor train`, or a checkpoint as the stronger model, instead of the built-in one.
    #[arg(long, value_name = "DIR")]
    model: Option<std::path::PathBuf>,
}

/// One line of input.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Option<Box<RawValue>>,
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
    match answer(&*model, std::io::stdin().lock(), &mut BufWriter::new(std::io::stdout().lock())) {
        // Whoever reads has seen enough.
        Err(e) if e.chain().any(is_broken_pipe) => Ok(()),
        done => done,
    }
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
}

fn answer(model: &dyn Classifier, input: impl BufRead, out: &mut impl Write) -> Result<()> {
    let runtime = runtime()?;
    let mut batch: Vec<Line> = Vec::with_capacity(BATCH);
    let mut strange = BTreeSet::new();
    for (number, line) in input.lines().enumerate() {
        let number = number + 1;
        let read = line.map_err(|e| why_unreadable(&e)).and_then(|line| parse(&line, number));
        match read {
            Ok(None) => {}
            Ok(Some(line)) => {
                warn_of_channel(line.channel.as_deref(), number, &mut strange);
                batch.push(line);
            }
            Err(e) => {
                runtime.block_on(judge(model, &batch, out))?;
                out.flush().context("cannot write the answer")?;
                return Err(e.context(format!("line {number} cannot be judged")));
            }
        }
        if batch.len() == BATCH {
            runtime.block_on(judge(model, &batch, out))?;
            batch.clear();
        }
    }
    runtime.block_on(judge(model, &batch, out))?;
    out.flush().context("cannot write the answer")
}

fn why_unreadable(e: &std::io::Error) -> anyhow::Error {
    match e.kind() {
        ErrorKind::InvalidData => anyhow!("it is not UTF-8: write it in UTF-8"),
        _ => anyhow!("it cannot be read: {e}"),
    }
}

/// A line, unless there is nothing on it. The first may begin with a byte-order mark.
fn parse(line: &str, number: usize) -> Result<Option<Line>> {
    let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
    if line.trim().is_empty() {
        return Ok(None);
    }
    let line: Line = serde_json::from_str(line)
        .context("it is no object such as {\"id\":1,\"text\":\"…\"} (see gehoor assess --help)")?;
    if let Some(stars) = line.stars.filter(|stars| !(1.0..=5.0).contains(stars)) {
        bail!("stars are 1 to 5, not {stars}");
    }
    Ok(Some(line))
}

/// Says once for each name that it is no channel; the text is judged as one of an unknown channel.
fn warn_of_channel(name: Option<&str>, number: usize, strange: &mut BTreeSet<String>) {
    const MOST: usize = 10;
    let Some(name) = name.filter(|name| !name.trim().is_empty() && channel_of(name).is_none()) else {
        return;
    };
    if strange.len() < MOST && strange.insert(name.to_owned()) {
        eprintln!(
            "line {number}: `{name}` is no channel; the channels are: {}",
            Channel::ALL.map(Channel::as_str).join(", ")
        );
    }
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
    let codes: Vec<Option<String>> =
        lines.iter().map(|line| line.lang.as_deref().and_then(language::code)).collect();
    let docs: Vec<Doc<'_>> = lines
        .iter()
        .zip(&codes)
        .map(|(line, lang)| Doc {
            text: &line.text,
            lang: lang.as_deref(),
            stars: line.stars,
            channel: line.channel.as_deref().and_then(channel_of),
        })
        .collect();
    let assessments = model.classify(&docs).await.context("the model failed")?;
    let weights = Weights::default();
    for (line, assessment) in lines.iter().zip(&assessments) {
        let priority = rank::text_points(assessment, &weights);
        let answer = AssessOut::new(line.id.clone(), assessment, priority);
        let mut written = serde_json::to_vec(&answer).context("cannot write the answer")?;
        written.push(b'\n');
        out.write_all(&written).context("cannot write the answer")?;
    }
    Ok(())
}
