//! `gehoor export`: one row a case or a mention, as JSONL or CSV.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use gehoor_engine::views::{Box as Tray, InboxQuery};
use gehoor_search::{Filter, SearchQuery, Sort};

use crate::cli::ConfigArg;
use crate::commands::{open, operator, runtime};
use crate::progress;

/// Rows asked for at a time.
const PAGE: usize = 200;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// One row a case.
    Cases,
    /// One row a mention.
    Mentions,
    /// One row a mention that a person corrected, with what was set; always JSONL, as `gehoor train` reads it.
    Corrections,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line.
    Jsonl,
    /// A table.
    Csv,
}

/// Write cases or mentions.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What.
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    config: ConfigArg,
    /// How.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Form,
    /// Into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only mentions that this finds (see `gehoor search --help`).
    #[arg(long)]
    query: Option<String>,
}

/// Carries it out.
///
/// # Errors
/// When the data folder is in use or the file cannot be written.
pub fn run(args: &ExportArgs) -> Result<()> {
    let config = args.config.load()?;
    let (data, engine) = open(&config)?;
    let quiet = args.output.is_none();
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(std::io::BufWriter::new(
            std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
        )),
        None => Box::new(std::io::BufWriter::new(std::io::stdout().lock())),
    };
    runtime()?.block_on(async {
        while engine.index_some().await? {}
        let viewer = operator()?;
        match args.what {
            What::Cases => {
                for tray in [Tray::Open, Tray::Waiting, Tray::Closed] {
                    let mut skip = 0;
                    loop {
                        let query = InboxQuery { r#box: tray, skip, limit: PAGE, ..InboxQuery::default() };
                        let page = engine.inbox(&viewer, &query).await?;
                        if page.rows.is_empty() {
                            break;
                        }
                        skip += page.rows.len();
                        let first = tray == Tray::Open && skip == page.rows.len();
                        match args.format {
                            Form::Jsonl => lines(&mut out, &page.rows)?,
                            Form::Csv => {
                                out.write_all(gehoor_web::export::cases_csv(&page.rows, first).as_bytes())?
                            }
                        }
                    }
                }
            }
            What::Corrections => lines(&mut out, &engine.corrections(&viewer)?)?,
            What::Mentions => {
                let mut after = None;
                let mut first = true;
                let mut bar = None;
                loop {
                    let query = SearchQuery {
                        text: args.query.clone(),
                        sort: Sort::Newest,
                        after: after.take(),
                        filter: Filter { include_copies: true, ..Filter::default() },
                        limit: PAGE,
                    };
                    let page = engine.mentions(&viewer, &query).await?;
                    let bar = bar.get_or_insert_with(|| progress::bar(page.found.total, "export", quiet));
                    bar.inc(u64::try_from(page.found.hits.len()).unwrap_or(0));
                    let docs: Vec<_> = page.found.hits.iter().map(|hit| &hit.doc).collect();
                    match args.format {
                        Form::Jsonl => lines(&mut out, &docs)?,
                        Form::Csv => {
                            out.write_all(gehoor_web::export::mentions_csv(&docs, first).as_bytes())?
                        }
                    }
                    first = false;
                    after = page.found.next;
                    if after.is_none() {
                        bar.finish_and_clear();
                        break;
                    }
                }
            }
        }
        out.flush().context("cannot write the export")?;
        crate::serve::close(data).await
    })
}

fn lines<T: serde::Serialize>(out: &mut dyn Write, rows: &[T]) -> Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, row).context("cannot write the export")?;
        out.write_all(b"\n").context("cannot write the export")?;
    }
    Ok(())
}
