//! `gehoor train`: makes a model from labelled texts and the expression lexicon, measured across files; with the
//! corrections of the team too, when asked, and then it goes live if it is not worse.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use gehoor_classify::BuiltIn;
use gehoor_classify::build::{Built, Inputs, build};
use gehoor_classify::candidate::{FEWEST_HELD, across, compare, split};
use gehoor_classify::labelled::{Labelled, read_corrections, read_training};
use gehoor_classify::train::Options;
use gehoor_engine::clock::{Clock as _, SystemClock};

use crate::cli::ConfigArg;
use crate::commands::{open, operator, runtime};
use crate::config::Config;
use crate::models::{Models, REPORT, WEIGHTS};
use crate::progress;

/// Train the built-in model.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// A folder with `*.jsonl` texts and `expressions-{nl,en,de,fr}.tsv`, such as models/corpus. A `NOTES.md` in it is
    /// put at the end of the card.
    corpus: PathBuf,
    /// Where the model, its card and its figures are written; with corrections, a folder in the data folder unless given.
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Learn from the team's corrections too: of the data folder (Gehoor must not run then), or of a file that
    /// `gehoor export corrections` or the page of models gave. The model judges from the next start on if it is
    /// not worse than the one that judges now, on the corrections held back and on the corpus.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    with_corrections: Option<Option<PathBuf>>,
    #[command(flatten)]
    config: ConfigArg,
    /// More labelled texts to learn from; they are not measured on.
    #[arg(long = "more", value_name = "FILE")]
    more: Vec<PathBuf>,
    /// The name of the model; with corrections, the day and time unless given.
    #[arg(long)]
    name: Option<String>,
}

/// What a model is called that nobody named.
const NAME: &str = "gehoor-builtin-8";

/// Carries it out.
///
/// # Errors
/// When the corpus cannot be read or is too small.
pub fn run(args: &TrainArgs) -> Result<()> {
    match &args.with_corrections {
        Some(file) => with_corrections(args, file.as_deref()),
        None => {
            let name = args.name.clone().unwrap_or_else(|| NAME.to_owned());
            let built = make(args, name, Vec::new(), true)?;
            let output = args.output.clone().unwrap_or_else(|| PathBuf::from("model"));
            write(&built, &output)
        }
    }
}

fn with_corrections(args: &TrainArgs, file: Option<&Path>) -> Result<()> {
    let config = args.config.load()?;
    let models = Models::of(&config.data.dir);
    let split = split(corrections(&config, file)?);
    eprintln!("{} corrections to learn from, {} held back", split.learn.len(), split.held.len());
    if split.held.len() < FEWEST_HELD {
        bail!(
            "{} corrections are too few: about a fifth is held back to measure on, and {FEWEST_HELD} are needed there",
            split.learn.len() + split.held.len()
        );
    }
    let now = SystemClock.now();
    let name = args.name.clone().unwrap_or_else(|| format!("own-{}", now.strftime("%Y%m%d-%H%M%S")));
    let folder = models.folder(&name)?;
    if folder.exists() {
        bail!("there is a model `{name}` already: give another --name");
    }
    // What judges now is measured before the long work, so that a broken one is told at once.
    let judges = models.live()?.live;
    let (live, of_live) = (models.load(&judges)?, models.across(&judges)?);
    let built = make(args, name.clone(), split.learn.clone(), false)?;
    // As it will be loaded, not as it was trained.
    let candidate = BuiltIn::from_bytes(&built.weights).context("the candidate cannot be loaded")?;
    let report = compare(&live, &candidate, &split, [&of_live, &across(&built.figures.text_only)]);
    write(&built, &folder)?;
    let written = serde_json::to_string(&report).context("cannot write the report")?;
    std::fs::write(folder.join(REPORT), written).context("cannot write the report")?;
    print!("{}", report.text());
    if let Some(output) = &args.output {
        write(&built, output)?;
    }
    if report.not_worse() {
        models.promote(&name)?;
        println!("`{name}` judges from the next start on; `gehoor models rollback` takes the one before");
    }
    Ok(())
}

/// Of the file, else of the data folder.
fn corrections(config: &Config, file: Option<&Path>) -> Result<Vec<Labelled>> {
    let lines = match file {
        Some(path) => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
        }
        None => {
            let (data, engine) = open(config)?;
            runtime()?.block_on(async {
                while engine.index_some().await? {}
                let rows = engine.corrections(&operator()?)?;
                crate::serve::close(data).await?;
                let lines: Result<Vec<String>, _> = rows.iter().map(serde_json::to_string).collect();
                anyhow::Ok(lines.context("cannot write JSON")?.join("\n"))
            })?
        }
    };
    let (rows, refused) = read_corrections(&lines);
    for row in refused {
        eprintln!("line {}: {}", row.line, row.why);
    }
    Ok(rows)
}

fn make(args: &TrainArgs, name: String, corrections: Vec<Labelled>, families: bool) -> Result<Built> {
    let mut more = read_texts(&args.more)?;
    more.extend(corrections);
    let inputs = Inputs {
        name,
        corpus: read_texts(&texts_in(&args.corpus)?)?,
        more,
        lexicon: read_lists(&args.corpus)?,
        options: Options::default(),
        families,
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
    Ok(built)
}

fn write(built: &Built, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, bytes) in [
        (WEIGHTS, built.weights.as_slice()),
        ("model.toml", built.description.as_bytes()),
        ("card.md", built.card.as_bytes()),
        ("metrics.json", built.metrics.as_bytes()),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("wrote {} ({} bytes of weights)", folder.display(), built.weights.len());
    Ok(())
}

/// Texts to learn from, saying which rows were left out.
fn read_texts(files: &[PathBuf]) -> Result<Vec<Labelled>> {
    let mut rows = Vec::new();
    for path in files {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let (found, refused) = read_training(&text, &name);
        for row in refused.iter().take(5) {
            eprintln!("{} line {}: {}", path.display(), row.line, row.why);
        }
        rows.extend(found);
    }
    Ok(rows)
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
