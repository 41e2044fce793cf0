//! Trains the built-in model, measures it across files and writes it to a folder.
//!
//! `cargo run --release -p gehoor-classify --example train -- OUT CORPUS [MORE.jsonl …]`
//! CORPUS is a folder with `*.jsonl` and `expressions-{nl,en,de,fr}.tsv`; further files are trained on, never copied.

use std::error::Error;
use std::path::Path;

use gehoor_classify::build::{Inputs, build};
use gehoor_classify::labelled::{Columns, Labelled, read_jsonl};
use gehoor_classify::train::Options;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let out = args.next().ok_or("give the folder to write to")?;
    let corpus = args.next().ok_or("give the folder of the corpus")?;
    let list =
        |lang: &str| std::fs::read_to_string(Path::new(&corpus).join(format!("expressions-{lang}.tsv")));
    let mut files: Vec<_> = std::fs::read_dir(&corpus)?.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let mut inputs = Inputs {
        name: "gehoor-builtin-1".to_owned(),
        corpus: Vec::new(),
        more: Vec::new(),
        lexicon: [list("nl")?, list("en")?, list("de")?, list("fr")?],
        options: Options::default(),
    };
    for path in &files {
        inputs.corpus.extend(read(path)?);
    }
    for path in args {
        inputs.more.extend(read(Path::new(&path))?);
    }
    let built = build(&inputs, |what| eprintln!("{what}"))?;
    println!("as given\n{}", built.figures.as_given.table());
    println!("text alone\n{}", built.figures.text_only.table());
    std::fs::create_dir_all(&out)?;
    let write = |name: &str, bytes: &[u8]| std::fs::write(Path::new(&out).join(name), bytes);
    write("weights.bin.zst", &built.weights)?;
    write("model.toml", built.description.as_bytes())?;
    write("card.md", built.card.as_bytes())?;
    write("metrics.json", built.metrics.as_bytes())?;
    println!("{} n-grams, {} bytes", built.model.rows(), built.weights.len());
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let (rows, refused) = read_jsonl(&std::fs::read_to_string(path)?, &name, &Columns::default());
    for r in refused.iter().take(3) {
        eprintln!("{name} line {}: {}", r.line, r.why);
    }
    Ok(rows)
}
