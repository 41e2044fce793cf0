//! Measures the built-in model on one core: texts per second at 200 characters, time to load, memory.
//!
//! On a busy machine the figure by the time of the processor is the one to read.
//!
//! `cargo run --release -p gehoor-classify --example speed`

use std::error::Error;
use std::time::Instant;

use gehoor_classify::labelled::read_training;
use gehoor_classify::{BuiltIn, Doc};
use gehoor_domain::mention::Channel;

const CORPUS: &str = include_str!("../../../models/corpus/nl-g.jsonl");

#[expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let model = BuiltIn::load()?;
    println!("loaded in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let (rows, _) = read_training(CORPUS, "nl-g");
    // Texts of exactly 200 characters, cut and joined from real ones.
    let all: Vec<char> = rows.iter().flat_map(|r| r.text.chars().chain([' '])).collect();
    let texts: Vec<String> = all.chunks_exact(200).map(|c| c.iter().collect()).collect();
    let mut judged = 0_usize;
    let before = processor_seconds();
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 3.0 {
        for text in &texts {
            let doc = Doc { text, lang: None, stars: None, channel: Some(Channel::Microblog) };
            judged += usize::from(!model.assess(&doc).model.is_empty());
        }
    }
    let (wall, used) = (start.elapsed().as_secs_f64(), processor_seconds() - before);
    println!("{:.0} texts of 200 characters per second", judged as f64 / wall);
    if used > 0.5 {
        println!("{:.0} by the time of the processor", judged as f64 / used);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|l| l.starts_with("VmHWM")).for_each(|l| println!("{l}"));
    Ok(())
}

/// User time of this process where the system tells it, in steps of 10 ms; else 0.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11));
    ticks.and_then(|t| t.parse::<f64>().ok()).unwrap_or_default() / 100.0
}
