//! `gehoor search`: mentions on the command line.

use anyhow::Result;
use clap::Args;
use gehoor_search::{Filter, SearchQuery, Sort};

use crate::cli::ConfigArg;
use crate::commands::{open, operator, print_json, runtime};

/// Search mentions.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What to look for: words, "a phrase", "words near"~5, OR, NOT, (…), topic:delivery.late, stars:1..2
    query: Vec<String>,
    #[command(flatten)]
    config: ConfigArg,
    /// At most so many.
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
    /// By relevance instead of newest first.
    #[arg(long)]
    relevance: bool,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Carries it out.
///
/// # Errors
/// When the query cannot be read, or the data folder is in use.
pub fn run(args: &SearchArgs) -> Result<()> {
    let config = args.config.load()?;
    let (data, engine) = open(&config)?;
    let runtime = runtime()?;
    let text = args.query.join(" ");
    let query = SearchQuery {
        text: (!text.trim().is_empty()).then_some(text),
        filter: Filter::default(),
        sort: if args.relevance { Sort::Relevance } else { Sort::Newest },
        after: None,
        limit: args.limit,
    };
    runtime.block_on(async {
        while engine.index_some().await? {}
        let page = engine.mentions(&operator()?, &query).await?;
        for hit in &page.found.hits {
            if args.json {
                print_json(&hit.doc)?;
                continue;
            }
            let mention = &hit.doc.mention;
            println!("{}  {}  {}", mention.published, mention.source, mention.author.name);
            println!("    {}", one_line(&mention.text));
            if let Some(link) = &mention.permalink {
                println!("    {link}");
            }
        }
        if !args.json {
            println!("{} of {} mentions", page.found.hits.len(), page.found.total);
        }
        crate::serve::close(data).await
    })
}

/// Text of strangers on a terminal: control characters are taken out.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
