//! How fast a checkpoint judges: `cargo run --release -p gehoor-bert --features torch --example throughput -- FOLDER`.
//! Prints texts a second for short and long texts, alone and in batches, and the most memory that the process took.
#![expect(clippy::disallowed_methods, reason = "measures time")]

use std::path::Path;
use std::time::Instant;

use gehoor_bert::{Folder, Stronger};
use gehoor_classify::BuiltIn;

const WORDS: &str = "de bank is nog niet geleverd en niemand belt terug terwijl dat drie keer is beloofd ";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("which folder?")?;
    let begin = Instant::now();
    let model = Stronger::load(Folder::open(Path::new(&dir))?, BuiltIn::load()?)?;
    println!("loaded in {:.1} s", begin.elapsed().as_secs_f64());
    let sentence = model.token_ids(WORDS)?.len().max(1);
    for (texts, tokens) in [(1, 32), (1, 128), (32, 32), (32, 128)] {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let text =
            words.iter().cycle().take(words.len() * tokens / sentence).copied().collect::<Vec<_>>().join(" ");
        let all = vec![text.as_str(); texts];
        model.logits(&all)?;
        let begin = Instant::now();
        let mut done = 0;
        while begin.elapsed().as_secs_f64() < 4.0 {
            model.logits(&all)?;
            done += texts;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of texts")]
        let speed = done as f64 / begin.elapsed().as_secs_f64();
        println!("{texts:>3} texts of about {tokens} tokens at a time: {speed:.0} texts/s");
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    Ok(())
}
