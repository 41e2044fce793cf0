//! Makes the built-in model as `gehoor train` does, without building the whole program.
//!
//! `cargo run --release -p gehoor-classify --example make -- CORPUS OUTPUT NAME [MORE.jsonl]…`

use std::error::Error;
use std::path::{Path, PathBuf};

use gehoor_classify::build::{Inputs, build};
use gehoor_classify::labelled::{Labelled, read_training};
use gehoor_classify::train::Options;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, output, name, more @ ..] = args.as_slice() else {
        return Err("CORPUS OUTPUT NAME [MORE.jsonl]…".into());
    };
    let (corpus, output) = (Path::new(corpus), Path::new(output));
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus)?.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let list = |lang: &str| std::fs::read_to_string(corpus.join(format!("expressions-{lang}.tsv")));
    let inputs = Inputs {
        name: name.clone(),
        corpus: read(&files)?,
        more: read(&more.iter().map(PathBuf::from).collect::<Vec<_>>())?,
        lexicon: [list("nl")?, list("en")?, list("de")?, list("fr")?],
        options: Options::default(),
        families: true,
        notes: std::fs::read_to_string(corpus.join("NOTES.md")).unwrap_or_default(),
    };
    let built = build(&inputs, |what| eprintln!("{what}"))?;
    println!("{}\n{}", built.figures.as_given.table(), built.figures.text_only.table());
    std::fs::create_dir_all(output)?;
    std::fs::write(output.join("weights.bin.zst"), &built.weights)?;
    std::fs::write(output.join("model.toml"), &built.description)?;
    std::fs::write(output.join("card.md"), &built.card)?;
    std::fs::write(output.join("metrics.json"), &built.metrics)?;
    println!("{} bytes of weights", built.weights.len());
    Ok(())
}

fn read(files: &[PathBuf]) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for path in files {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        rows.extend(read_training(&std::fs::read_to_string(path)?, &name).0);
    }
    Ok(rows)
}
