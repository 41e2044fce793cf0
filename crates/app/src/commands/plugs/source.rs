//! `gehoor source`: what kinds there are, one try, and a block for the configuration.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Subcommand;
use gehoor_engine::SourceSetup;
use gehoor_engine::clock::{Clock as _, SystemClock};
use gehoor_fetch::{Outcome, Transport as _};
use gehoor_sources::{Cursor, Kind};

use super::{access, print_kind};
use crate::assemble::client;
use crate::cli::ConfigArg;
use crate::commands::{print_json, runtime};
use crate::config::{Config, SourceConfig};

/// Where mentions come from.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// List the kinds, each with a block of configuration that works.
    Kinds {
        /// Only this kind.
        kind: Option<String>,
    },
    /// Fetch one page and print what would be stored. Stores nothing.
    Try {
        /// The id of a source in the configuration; or a kind, whose example is taken and changed by --set.
        name: String,
        /// A key of the example to change, such as `url=https://example.org/feed.xml`; may be given several times.
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Write a commented block for a source of this kind at the end of the configuration, switched off.
    Add {
        /// The kind: see `gehoor source kinds`.
        kind: String,
        /// Its id; that of the example when left out.
        #[arg(long)]
        id: Option<String>,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
}

/// Carries out a source command.
///
/// # Errors
/// When the source is not configured or cannot be asked, or the configuration cannot be written.
pub fn source(command: SourceCommand) -> Result<()> {
    match command {
        SourceCommand::Kinds { kind } => {
            if let Some(name) = &kind {
                known(name)?;
            }
            for known in
                gehoor_sources::KINDS.iter().filter(|k| kind.as_deref().is_none_or(|name| name == k.name))
            {
                print_kind(known.name, known.about, known.credential, known.example);
                println!("# reach: {}", known.reach);
                match gehoor_outlets::reply::channel(known.name).map(|channel| &channel.kind) {
                    Some(reply) => {
                        println!(
                            "# {}: {}\n# credential: {}\n",
                            reply.about, reply.example, reply.credential
                        );
                    }
                    None => println!("# replies: copied, and posted by hand\n"),
                }
            }
            Ok(())
        }
        SourceCommand::Try { name, set, config } => runtime()?.block_on(try_source(&name, &set, &config)),
        SourceCommand::Add { kind, id, config } => add(known(&kind)?, id.as_deref(), &config),
    }
}

/// The kind of that name; else why there is none.
fn known(name: &str) -> Result<&'static Kind> {
    gehoor_sources::kind(name).ok_or_else(|| {
        // The registry knows why some kinds are not there at all.
        match gehoor_sources::build(name, &toml::Table::new()) {
            Err(error) => anyhow!(error),
            Ok(_) => anyhow!("unknown kind `{name}`"),
        }
    })
}

/// The configured source of that id, or the example of that kind.
fn find(name: &str, set: &[String], config: &Config) -> Result<SourceSetup> {
    if let Some(configured) = config.sources.iter().find(|s| s.id.as_str() == name) {
        if !set.is_empty() {
            bail!("--set changes the example of a kind; `{name}` is configured: change its block instead");
        }
        return configured.build();
    }
    let Some(kind) = gehoor_sources::kind(name) else {
        bail!("`{name}` is neither a configured source nor a kind: see `gehoor source kinds`");
    };
    let mut block = example(kind)?;
    for pair in set {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| anyhow!("--set {pair}: write it as KEY=VALUE"))?;
        // A value that is TOML is taken as such (numbers, lists, "texts"), all else as text.
        let value = toml::from_str::<toml::Table>(&format!("v = {value}"))
            .ok()
            .and_then(|mut table| table.remove("v"))
            .unwrap_or_else(|| toml::Value::String(value.to_owned()));
        block.insert(key.to_owned(), value);
    }
    let source: SourceConfig = block.try_into().with_context(|| format!("the example of `{name}`"))?;
    source.build()
}

/// The block of a kind's example.
fn example(kind: &Kind) -> Result<toml::Table> {
    let table: toml::Table = toml::from_str(kind.example)?;
    let first = table.get("source").and_then(toml::Value::as_array).and_then(|list| list.first());
    first.and_then(toml::Value::as_table).cloned().ok_or_else(|| anyhow!("`{}` has no example", kind.name))
}

async fn try_source(name: &str, set: &[String], config: &ConfigArg) -> Result<()> {
    // A kind can be tried before there is any configuration.
    let config = match (config.load(), gehoor_sources::kind(name)) {
        (Ok(config), _) => config,
        (Err(_), Some(_)) => Config::parse(crate::config::EXAMPLE)?,
        (Err(error), None) => return Err(error),
    };
    let source = find(name, set, &config)?;
    if !source.polled {
        bail!("`{name}` is not asked: it receives what others send to /ingest/{}", source.id);
    }
    let now = SystemClock.now();
    let client = client(&config.fetch, &config.smtp)?;
    let credential = access(&client, source.plug.login(), source.credential.as_ref(), now).await?;
    let cx = gehoor_sources::Context { now, credential: credential.as_ref() };
    let cursor = Cursor::default();
    let request = source.plug.plan(&cursor, &cx)?;
    match client.send(request, None, now).await {
        Outcome::Body { response, .. } => {
            let page = source.plug.parse(&cursor, &response)?;
            for item in &page.items {
                print_json(item)?;
            }
            for warning in &page.warnings {
                eprintln!("warning: {}: {}", warning.item, warning.problem);
            }
            eprintln!("{} items, {} warnings; nothing was stored", page.items.len(), page.warnings.len());
            Ok(())
        }
        Outcome::NotModified { .. } => {
            bail!("the server says that nothing changed, though nothing was known")
        }
        Outcome::Wait { until, why, .. } => bail!("{why}: not before {until}"),
        Outcome::Blocked { why } => bail!("{why}"),
        Outcome::Transient { why, response, .. } | Outcome::Permanent { why, response, .. } => {
            let refusal = response.and_then(|response| source.plug.refusal(&response));
            bail!("{}", refusal.map_or(why, |r| r.why))
        }
    }
}

/// Writes a block at the end of the configuration; the file is checked before and after.
fn add(kind: &Kind, id: Option<&str>, config: &ConfigArg) -> Result<()> {
    let path = &config.config;
    let before = config.load()?;
    let block = block(kind, id)?;
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = format!("{}\n\n{block}", text.trim_end());
    let after = Config::parse(&text).context("the block does not fit into this configuration")?;
    let new = after.sources.last().ok_or_else(|| anyhow!("the block was not taken"))?;
    if before.sources.iter().any(|s| s.id == new.id) {
        bail!("a source `{}` is configured already: give another name with --id", new.id);
    }
    write(path, &text)?;
    println!("{block}");
    eprintln!(
        "written to {}, switched off: fill it in, try it with `gehoor source try {}`, then remove `enabled = false`",
        path.display(),
        new.id
    );
    Ok(())
}

/// The commented block of a kind, switched off, with the id that is wanted.
fn block(kind: &Kind, id: Option<&str>) -> Result<String> {
    let example = kind.example.trim();
    let of_example =
        self::example(kind)?.get("id").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let renamed = match id {
        Some(id) => example.replacen(&format!("id = \"{of_example}\""), &format!("id = \"{id}\""), 1),
        None => example.to_owned(),
    };
    let (head, rest) = renamed.split_once('\n').unwrap_or((renamed.as_str(), ""));
    Ok(format!(
        "# {}. Credential: {}.\n# Reach: {}.\n{head}\nenabled = false\n{rest}\n",
        kind.about, kind.credential, kind.reach
    ))
}

/// Replaces the file whole: a crash leaves the old one or the new one.
fn write(path: &Path, text: &str) -> Result<()> {
    let fresh = path.with_extension("toml.new");
    std::fs::write(&fresh, text).with_context(|| format!("cannot write {}", fresh.display()))?;
    std::fs::rename(&fresh, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_configuration_shows_every_kind() {
        for kind in gehoor_sources::KINDS {
            let lines = kind.example.trim().lines().map(|line| format!("# {line}").trim_end().to_owned());
            let block = lines.collect::<Vec<_>>().join("\n");
            assert!(crate::config::EXAMPLE.contains(&block), "config/example.toml has to show:\n{block}");
        }
    }

    #[test]
    fn how_far_a_kind_reaches_is_said_in_dutch_too() {
        const DUTCH: &str = include_str!("../../../../../dashboards/locales/nl.ftl");
        for kind in gehoor_sources::KINDS {
            let key = format!("\nreach-{} = ", kind.name);
            assert!(DUTCH.contains(&key), "{key}");
        }
        assert_eq!(DUTCH.matches("\nreach-").count(), gehoor_sources::KINDS.len(), "one each");
    }

    #[test]
    fn every_kind_can_be_added_to_the_example_configuration() {
        for kind in gehoor_sources::KINDS {
            let text = format!("{}\n\n{}", crate::config::EXAMPLE, block(kind, Some("nieuw")).unwrap());
            let config = Config::parse(&text).unwrap_or_else(|e| panic!("{}: {e:#}", kind.name));
            let added = config.sources.last().unwrap();
            assert_eq!((added.id.as_str(), added.kind.as_str(), added.enabled), ("nieuw", kind.name, false));
        }
    }
}
