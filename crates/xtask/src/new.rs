//! `cargo xtask new source NAME`, `cargo xtask new outlet NAME`: one file and one line.

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::root;

/// What kind of plug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Where mentions come from.
    Source,
    /// Where effects go.
    Outlet,
}

pub(crate) fn run(what: What, name: &str) -> Result<()> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_name {
        bail!("`{name}` cannot be a module: use small letters, digits and `_`, such as `feedback_company`");
    }
    let (folder, template) = match what {
        What::Source => ("crates/sources", "new_source.rs.txt"),
        What::Outlet => ("crates/outlets", "new_outlet.rs.txt"),
    };
    let folder = root().join(folder);
    let file = folder.join(format!("src/{name}.rs"));
    if file.exists() {
        bail!("{} is there already", file.display());
    }
    let text = read(&folder.join(template))?;
    write(&file, &text.replace("NAME", name))?;
    insert_line(&folder.join("src/lib.rs"), "pub mod ", &format!("pub mod {name};"))?;
    let kinds = folder.join("src/registry.rs");
    let registry = read(&kinds)?;
    let Some(end) = registry.find("];") else { bail!("{} has no list of kinds", kinds.display()) };
    let (before, after) = registry.split_at(end);
    write(&kinds, &format!("{}, &crate::{name}::KIND{after}", before.trim_end().trim_end_matches(',')))?;
    println!(
        "wrote {}; fill it in, put an answer made by hand into fixtures/{name}/, then `cargo fmt`",
        file.display()
    );
    Ok(())
}

/// Puts a line before the first line that begins so, keeping the order of the alphabet.
fn insert_line(path: &std::path::Path, begins: &str, line: &str) -> Result<()> {
    let text = read(path)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|known| known.starts_with(begins) && *known > line)
        .or_else(|| lines.iter().rposition(|known| known.starts_with(begins)).map(|last| last + 1))
        .with_context(|| format!("{} has no line that begins with `{begins}`", path.display()))?;
    lines.insert(at, line);
    write(path, &format!("{}\n", lines.join("\n")))
}

fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &std::path::Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
