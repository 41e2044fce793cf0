//! `cargo xtask tidy`: rules for the text of the repository that no compiler holds.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::root;

/// A file with more lines holds more than one idea.
const MOST_LINES: usize = 500;
/// A crate is explained in so many lines, tables (a row a kind) not counted.
const README_LINES: usize = 60;

pub(crate) fn run() -> Result<()> {
    let root = root();
    let mut wrong = Vec::new();
    for file in tracked(&root)? {
        let path = root.join(&file);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = file.display().to_string();
        let lines = text.lines().count();
        if name.ends_with(".rs") && lines > MOST_LINES {
            wrong.push(format!("{name}: {lines} lines; split it by idea ({MOST_LINES} at most)"));
        }
        if name.starts_with("crates/")
            && name.ends_with("/README.md")
            && name != "crates/README.md"
            && prose(&text) > README_LINES
        {
            wrong.push(format!("{name}: {} lines; say it in {README_LINES}", prose(&text)));
        }
        if name.ends_with("Cargo.toml") && name != "Cargo.toml" && !text.contains("[lints]\nworkspace = true")
        {
            wrong.push(format!("{name}: add [lints] workspace = true"));
        }
        if is_source(&name) {
            wrong.extend(bad_words(&name, &text));
        }
    }
    for locale in ["nl", "en"] {
        let path = root.join(format!("dashboards/locales/{locale}.ftl"));
        if !path.exists() {
            wrong.push(format!("{} is missing", path.display()));
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn prose(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('|')).count()
}

fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let out =
        Command::new("git").args(["ls-files", "-z"]).current_dir(root).output().context("cannot run git")?;
    Ok(String::from_utf8_lossy(&out.stdout)
        .split('\0')
        .filter(|n| !n.is_empty())
        .map(PathBuf::from)
        .collect())
}

fn is_source(name: &str) -> bool {
    [".rs", ".toml", ".md", ".html", ".css", ".js", ".ftl", ".sh", ".py"]
        .iter()
        .any(|end| name.ends_with(end))
        && !name.ends_with("xtask/src/tidy.rs")
}

/// Text that must not be in the repository: paths of one machine, half-finished work.
fn bad_words(name: &str, text: &str) -> Vec<String> {
    let words = ["/home/", "/root/", "todo!(", "unimplemented!(", "dbg!(", "#[ignore"];
    text.lines()
        .enumerate()
        .filter_map(|(number, line)| {
            // A path begins there: `reply/root/uri` is none of this machine.
            let begins = |at: usize| !line.get(..at).is_some_and(|l| l.ends_with(char::is_alphanumeric));
            let word = words.iter().find(|word| line.match_indices(**word).any(|(at, _)| begins(at)))?;
            Some(format!("{name}:{}: `{word}` has no place here", number + 1))
        })
        .collect()
}
