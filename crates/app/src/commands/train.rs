//! `gehoor train`: makes a model from labelled texts and the expression lexicon, measured across files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use gehoor_classify::build::{Inputs, build};
use gehoor_classify::train::Options;

use crate::commands::eval::read_labelled;
use crate::progress;

/// Train the built-in model.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// A folder with `*.jsonl` texts and `expressions-{nl,en,de,fr}.tsv`, such as models/corpus. A `NOTES.md` in it is
    /// put at the end of the card.
    corpus: PathBuf,
    /// Where the model, its card and its figures are written.
    #[arg(long, short, default_value = "model", value_name = "DIR")]
    output: PathBuf,
    /// More labelled texts to learn from; they are not measured on.
    #[arg(long = "more", value_name = "FILE")]
    more: Vec<PathBuf>,
    /// The name of the model.
    #[arg(long, default_value = "gehoor-builtin-3")]
    name: String,
}

/// Carries it out.
///
/// # Errors
/// When the corpus cannot be read or is too small.
pub fn run(args: &TrainArgs) -> Result<()> {
    let inputs = Inputs {
        name: args.name.clone(),
        corpus: read_labelled(&texts_in(&args.corpus)?, &[])?,
        more: read_labelled(&args.more, &[])?,
        lexicon: read_lists(&args.corpus)?,
        options: Options::default(),
        // What people say of the corpus and its figures; most corpora have none.
        notes: std::fs::read_to_string(args.corpus.join("NOTES.md")).unwrap_or_default(),
    };
    eprintln!("{} texts of the corpus, {} more", inputs.corpus.len(), inputs.more.len());
    let bar = progress::steps("training and measuring across files");
    let built =
        build(&inputs, |what| bar.set_message(what.to_owned())).context("the model cannot be made")?;
    bar.finish_and_clear();
    println!("with stars and channel as given\n{}", built.figures.as_given.table());
    println!("with the text alone\n{}", built.figures.text_only.table());
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make {}", args.output.display()))?;
    for (name, bytes) in [
        ("weights.bin.zst", built.weights.as_slice()),
        ("model.toml", built.description.as_bytes()),
        ("card.md", built.card.as_bytes()),
        ("metrics.json", built.metrics.as_bytes()),
    ] {
        let path = args.output.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("wrote {} ({} bytes of weights)", args.output.display(), built.weights.len());
    Ok(())
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
