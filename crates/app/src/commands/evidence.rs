//! `gehoor evidence`: makes the signed file of a case, and checks one.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use gehoor_domain::ids::CaseId;
use gehoor_engine::evidence::{check, public_key};

use crate::cli::ConfigArg;
use crate::commands::{open, operator, runtime};
use crate::secrets::Secrets;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One page that stands alone, with the signed JSON in it.
    Html,
    /// The signed JSON.
    Json,
}

/// Make the evidence file of a case, or check one.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct EvidenceArgs {
    #[command(subcommand)]
    verify: Option<Verify>,
    /// The number of the case.
    case: Option<u64>,
    #[command(flatten)]
    config: ConfigArg,
    /// How.
    #[arg(long, value_enum, default_value = "html")]
    format: Form,
    /// Into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The language of its page: nl or en.
    #[arg(long, default_value = "nl")]
    lang: String,
}

#[derive(Debug, Subcommand)]
enum Verify {
    /// Check that a file, HTML or JSON, is as it was signed. With --config also that this installation signed it, and
    /// that the entries it names stand in the journal.
    Verify {
        /// The file.
        file: PathBuf,
        /// The configuration.
        #[arg(long, short, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Carries it out.
///
/// # Errors
/// When there is no such case, or a file that is checked is not genuine.
pub fn run(args: &EvidenceArgs) -> Result<()> {
    if let Some(Verify::Verify { file, config }) = &args.verify {
        return verify(file, config.clone());
    }
    let Some(case) = args.case else { bail!("name a case: gehoor evidence 12") };
    if !matches!(args.lang.as_str(), "nl" | "en") {
        bail!("--lang is nl or en");
    }
    let config = args.config.load()?;
    let (_data, engine) = open(&config)?;
    let bundle = runtime()?.block_on(async {
        while engine.index_some().await? {}
        let mut viewer = operator()?;
        viewer.lang.clone_from(&args.lang);
        anyhow::Ok(engine.evidence(&viewer, CaseId(case)).await?)
    })?;
    let text = if args.format == Form::Html { bundle.html } else { bundle.json };
    match &args.output {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        None => println!("{}", text.trim_end()),
    }
    Ok(())
}

fn verify(file: &std::path::Path, config: Option<PathBuf>) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let checked = check(&text).or_else(|error| match error {
        // Standard output ends a line where the file has none, or the other way round.
        gehoor_engine::evidence::NotGenuine::PageChanged => check(&format!("{}\n", text.trim_end())),
        other => Err(other),
    })?;
    let evidence = &checked.evidence;
    println!(
        "genuine: case {} of {}, made {} by {}",
        evidence.case, evidence.brand, evidence.made, evidence.made_by
    );
    println!("signed with {}", checked.public_key);
    let Some(config) = config else {
        println!(
            "whose key that is, is not checked: give --config of the installation, or compare the key yourself"
        );
        return Ok(());
    };
    let config = ConfigArg { config }.load()?;
    let dir = &config.data.dir;
    match public_key(&Secrets::open(dir)?) {
        Some(ours) if ours == checked.public_key => println!("it is the key of this installation"),
        _ => bail!("it is not the key of this installation"),
    }
    let mut seen = 0;
    for link in &evidence.journal {
        let Some(hash) = &link.hash else { continue };
        let here = gehoor_store::maintain::proof(dir, link.entry)
            .with_context(|| format!("cannot read entry {} of the journal", link.entry))?;
        if here.as_ref() != Some(hash) {
            bail!("entry {} of the journal is not the one that this file names", link.entry);
        }
        seen += 1;
    }
    println!("{seen} entries stand in the journal as this file names them");
    Ok(())
}
