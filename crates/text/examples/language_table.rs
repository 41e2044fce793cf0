//! Builds the table of the language model, or measures it.
//!
//! `language_table build NGRAMS.tsv STOPWORDS.json OUT.zst`: the first line of NGRAMS.tsv names the languages in the
//! order of `LANGUAGES`; each further line is an n-gram and the natural logarithm of the probability of its last
//! letter after the others, per language, the most telling n-grams first. STOPWORDS.json maps a language to its words.
//! `language_table measure FILE.jsonl …`: lines of `text`, `lang` and `kind`; prints the share of right answers.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;

use gehoor_text::language::{LANGUAGES, Language, STEPS, detect, ngram_key, word_key};

/// N-grams kept.
const ROWS: usize = 70_000;
/// How much less likely a frequent word of other languages is.
const NOT_A_WORD_OF: f32 = 1.5;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["build", ngrams, words, out] => build(ngrams, words, out),
        ["measure", files @ ..] => measure(files),
        _ => Err("say `build NGRAMS.tsv STOPWORDS.json OUT.zst` or `measure FILE.jsonl …`".into()),
    }
}

fn build(ngrams: &str, words: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let mut rows: BTreeMap<u32, [u8; 18]> = BTreeMap::new();
    let mut kept = 0;
    for line in std::fs::read_to_string(ngrams)?.lines().skip(1) {
        let mut cells = line.split('\t');
        let ngram = cells.next().unwrap_or_default();
        kept += usize::from(ngram.chars().count() > 1);
        if kept > ROWS && ngram.chars().count() > 1 {
            continue;
        }
        let p: Vec<f32> = cells.map(|c| c.parse().unwrap_or(-14.0_f32).max(-14.0)).collect();
        rows.insert(ngram_key(ngram), below(&p));
    }
    let lists: HashMap<String, Vec<String>> = serde_json::from_str(&std::fs::read_to_string(words)?)?;
    let mut members: BTreeMap<&str, [f32; 18]> = BTreeMap::new();
    for (at, lang) in LANGUAGES.iter().enumerate() {
        let name = if *lang == "nb" { "no" } else { lang };
        for word in lists.get(name).into_iter().flatten() {
            if let Some(slot) = members.entry(word).or_insert([-NOT_A_WORD_OF; 18]).get_mut(at) {
                *slot = 0.0;
            }
        }
    }
    rows.extend(members.iter().map(|(word, p)| (word_key(word), below(p))));
    let bytes: Vec<u8> =
        rows.iter().flat_map(|(key, row)| key.to_le_bytes().into_iter().chain(*row)).collect();
    let packed = zstd::bulk::compress(&bytes, 19)?;
    std::fs::write(out, &packed)?;
    println!("{} rows, {} bytes, packed {}", rows.len(), bytes.len(), packed.len());
    Ok(())
}

/// How far each language lies below the best one, in steps.
fn below(p: &[f32]) -> [u8; 18] {
    let best = p.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut row = [0; 18];
    for (to, p) in row.iter_mut().zip(p) {
        *to = ((best - p) * STEPS).round().clamp(0.0, 255.0) as u8;
    }
    row
}

fn measure(files: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in files {
        for line in std::fs::read_to_string(file)?.lines() {
            let row: serde_json::Value = serde_json::from_str(line)?;
            let field =
                |name: &str| row.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            let wanted = match field("lang").as_str() {
                "nl" => Language::Nl,
                "en" => Language::En,
                "de" => Language::De,
                "fr" => Language::Fr,
                _ => Language::Other,
            };
            let right = usize::from(detect(&field("text")).language == wanted);
            for name in [
                "all".to_owned(),
                format!("all {}", field("kind")),
                format!("{} {}", field("lang"), field("kind")),
            ] {
                let count = counts.entry(name).or_default();
                *count = (count.0 + right, count.1 + 1);
            }
        }
    }
    for (name, (right, all)) in counts {
        println!("{name:24} {:.3} of {all}", right as f64 / all as f64);
    }
    Ok(())
}
