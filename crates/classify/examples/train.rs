//! Trains the built-in model, measures it across files and writes it to a folder.
//!
//! `cargo run --release -p gehoor-classify --example train -- OUT CORPUS [MORE.jsonl …]`
//! CORPUS is a folder with `*.jsonl` and `expressions-{nl,en,de,fr}.tsv`; further files are trained on, never copied.

use std::error::Error;
use std::path::Path;

use gehoor_classify::labelled::{Columns, Labelled, read_jsonl};
use gehoor_classify::train::{Options, train};
use gehoor_classify::{cross, file, lexicon::Lexicon};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let out = args.next().ok_or("give the folder to write to")?;
    let corpus = args.next().ok_or("give the folder of the corpus")?;
    let list =
        |lang: &str| std::fs::read_to_string(Path::new(&corpus).join(format!("expressions-{lang}.tsv")));
    let lists = [list("nl")?, list("en")?, list("de")?, list("fr")?];
    let lexicon = || Lexicon::parse(lists.each_ref().map(String::as_str));
    let mut files: Vec<_> = std::fs::read_dir(&corpus)?.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let mut own = Vec::new();
    for path in &files {
        own.extend(read(path)?);
    }
    let mut more = Vec::new();
    for path in args {
        more.extend(read(Path::new(&path))?);
    }
    eprintln!("{} texts of the corpus, {} more", own.len(), more.len());
    let options = Options::default();
    let (metrics, calibration) =
        cross::validate(&own, &more, &lexicon()?, &options, |what| eprintln!("{what}"))?;
    println!("{}", metrics.table());
    let texts: Vec<&Labelled> = own.iter().chain(&more).collect();
    let mut model = train(&texts, lexicon()?, &options, |p| {
        eprintln!("epoch {}/{} loss {:.4}", p.epoch, p.epochs, p.loss)
    })?;
    model.set_calibration(calibration);
    let packed = file::pack(&model, "gehoor-builtin-1")?;
    std::fs::create_dir_all(&out)?;
    std::fs::write(Path::new(&out).join("weights.bin.zst"), &packed)?;
    std::fs::write(Path::new(&out).join("metrics.json"), serde_json::to_string_pretty(&metrics)?)?;
    eprintln!("{} rows, {} bytes", model.rows(), packed.len());
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
