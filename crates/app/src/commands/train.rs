//! `gehoor train`: makes a model from labelled texts and the expression lexicon, and measures it across files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_classify::labelled::Labelled;
use gehoor_classify::lexicon::Lexicon;
use gehoor_classify::train::{Options, train};
use gehoor_classify::{cross, file};
use sha2::{Digest as _, Sha256};

use crate::commands::eval::read_labelled;
use crate::progress;

/// Train the built-in model.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// A folder with `*.jsonl` texts and `expressions-{nl,en,de,fr}.tsv`, such as models/corpus.
    corpus: PathBuf,
    /// Where the model is written.
    #[arg(long, short, default_value = "model", value_name = "DIR")]
    output: PathBuf,
    /// More labelled texts to learn from; they are not measured on.
    #[arg(long = "more", value_name = "FILE")]
    more: Vec<PathBuf>,
    /// The name of the model.
    #[arg(long, default_value = "gehoor-builtin-1")]
    name: String,
    /// Do not measure across files first (the probabilities are then not calibrated).
    #[arg(long)]
    no_measure: bool,
}

/// Carries it out.
///
/// # Errors
/// When the corpus cannot be read or is too small.
pub fn run(args: &TrainArgs) -> Result<()> {
    let lists = read_lists(&args.corpus)?;
    let lexicon = || {
        Lexicon::parse(lists.each_ref().map(String::as_str)).context("the expression lexicon cannot be read")
    };
    let own = read_labelled(&texts_in(&args.corpus)?, &[])?;
    let more = read_labelled(&args.more, &[])?;
    eprintln!("{} texts of the corpus, {} more", own.len(), more.len());
    let options = Options::default();
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make {}", args.output.display()))?;
    let mut calibration = None;
    if !args.no_measure {
        let bar = progress::bar(0, "measuring across files", false);
        let found = cross::validate(&own, &more, &lexicon()?, &options, |what| bar.set_message(what))
            .context("the corpus cannot be measured")?;
        bar.finish_and_clear();
        println!("with stars and channel as given\n{}", found.as_given.table());
        println!("with the text alone\n{}", found.text_only.table());
        let figures = serde_json::json!({"as_given": found.as_given, "text_only": found.text_only});
        write(&args.output.join("metrics.json"), serde_json::to_string_pretty(&figures)?.as_bytes())?;
        calibration = Some(found.calibration);
    }
    let texts: Vec<&Labelled> = own.iter().chain(&more).collect();
    let bar = progress::bar(u64::try_from(options.epochs).unwrap_or(0), "training", false);
    let mut model =
        train(&texts, lexicon()?, &options, |p| bar.set_position(u64::try_from(p.epoch).unwrap_or(0)))
            .context("the model cannot be trained")?;
    bar.finish_and_clear();
    if let Some(calibration) = calibration {
        model.set_calibration(calibration);
    }
    let packed = file::pack(&model, &args.name).context("the model cannot be packed")?;
    write(&args.output.join("weights.bin.zst"), &packed)?;
    let sum: String = Sha256::digest(&packed).iter().map(|byte| format!("{byte:02x}")).collect();
    let card = format!("id = \"{}\"\nsha256 = \"{sum}\"\nbytes = {}\n", args.name, packed.len());
    write(&args.output.join("model.toml"), card.as_bytes())?;
    println!("wrote {} ({} bytes)", args.output.display(), packed.len());
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn read_lists(corpus: &Path) -> Result<[String; 4]> {
    let list = |lang: &str| {
        let path = corpus.join(format!("expressions-{lang}.tsv"));
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    Ok([list("nl")?, list("en")?, list("de")?, list("fr")?])
}

fn texts_in(corpus: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus)
        .with_context(|| format!("cannot read the folder {}", corpus.display()))?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    files.sort();
    Ok(files)
}
