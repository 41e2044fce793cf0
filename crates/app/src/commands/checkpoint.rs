//! `gehoor models check`: can the checkpoint in a folder be the stronger model?

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use gehoor_bert::BertError;
use gehoor_bert::check::{Finding, look};
use gehoor_classify::{BuiltIn, Doc};
use gehoor_domain::mention::Channel;
use gehoor_engine::clock::{Clock as _, SystemClock};

use crate::commands::{print_json, runtime};

/// Check a folder.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A folder with config.json, a vocabulary, weights, and model.toml that says what the labels mean.
    dir: PathBuf,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Carries it out.
///
/// # Errors
/// When the built-in model cannot be loaded or the answer cannot be written.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let report = look(&args.dir);
    let mut findings = report.findings;
    if report.folder.is_some() {
        findings.push(tried(args)?);
    }
    let usable = !findings.iter().any(|finding| matches!(finding, Finding::Wrong { .. }));
    if args.json {
        let told: Vec<serde_json::Value> = findings.iter().map(as_json).collect();
        print_json(&serde_json::json!({
            "folder": args.dir, "usable": usable, "built": gehoor_bert::is_built(), "findings": told,
        }))?;
    } else {
        findings.iter().for_each(|finding| println!("{finding}"));
        if usable {
            println!("use it: [classifier] stronger = {:?}", args.dir.display().to_string());
        }
    }
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Loads the model and lets it judge one text, if this program can.
fn tried(args: &CheckArgs) -> Result<Finding> {
    let begin = SystemClock.now();
    let model = match gehoor_bert::load(&args.dir, BuiltIn::load()?) {
        Ok(model) => model,
        Err(error) => return Ok(why_not(&error)),
    };
    let loaded = SystemClock.now();
    let text = "Mijn bank is al drie weken te laat en niemand belt terug.";
    let doc = Doc { text, lang: Some("nl"), stars: None, channel: Some(Channel::Microblog) };
    let judged = match runtime()?.block_on(model.classify(&[doc])) {
        Ok(judged) => judged,
        Err(error) => {
            let fix = "take the checkpoint from where it came again".to_owned();
            return Ok(Finding::Wrong { what: error.to_string(), fix });
        }
    };
    let seconds = |from: jiff::Timestamp, to: jiff::Timestamp| to.duration_since(from).as_secs_f64();
    let said = judged.first().map(|a| format!("{}, {}", a.intent.label.as_str(), a.sentiment.label.as_str()));
    Ok(Finding::Good(format!(
        "{}: loaded in {:.1} s, first text judged in {:.0} ms: {text:?} is {}",
        model.id(),
        seconds(begin, loaded),
        seconds(loaded, SystemClock.now()) * 1000.0,
        said.unwrap_or_default()
    )))
}

fn why_not(error: &BertError) -> Finding {
    let fix = match error {
        BertError::NotBuilt => {
            "the folder is complete; install libtorch and build with: cargo build --release --features bert"
        }
        _ => "take the checkpoint from where it came again, or save it anew",
    };
    Finding::Wrong { what: error.to_string(), fix: fix.to_owned() }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    match finding {
        Finding::Good(what) => serde_json::json!({ "ok": true, "what": what }),
        Finding::Wrong { what, fix } => serde_json::json!({ "ok": false, "what": what, "fix": fix }),
    }
}
