//! `cargo xtask dag`: a crate uses lower floors only (see crates/README.md).

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::root;

/// The floors. Crates on one floor do not see each other.
const FLOORS: &[(&str, u8)] = &[
    ("gehoor-domain", 0),
    ("gehoor-text", 0),
    ("gehoor-wire", 0),
    ("gehoor-sources", 1),
    ("gehoor-outlets", 1),
    ("gehoor-fetch", 1),
    ("gehoor-store", 1),
    ("gehoor-search", 1),
    ("gehoor-classify", 1),
    ("gehoor-bert", 2),
    ("gehoor-engine", 2),
    ("gehoor-web", 3),
    ("gehoor-app", 4),
];
/// What a floor must not know at all.
const BANNED: &[(&str, &[&str])] = &[
    ("gehoor-domain", &["tokio", "reqwest", "rand", "axum"]),
    ("gehoor-text", &["tokio", "reqwest", "rand", "axum"]),
    ("gehoor-wire", &["tokio", "reqwest", "rand", "axum"]),
    ("gehoor-sources", &["tokio", "reqwest", "rand", "axum"]),
    ("gehoor-outlets", &["tokio", "reqwest", "rand", "axum"]),
    ("gehoor-store", &["reqwest", "rand", "axum"]),
    ("gehoor-search", &["reqwest", "rand", "axum"]),
    ("gehoor-classify", &["reqwest", "rand", "axum"]),
    ("gehoor-bert", &["reqwest", "rand", "axum"]),
    ("gehoor-web", &["reqwest", "sled", "tantivy"]),
];

pub(crate) fn run() -> Result<()> {
    let metadata =
        MetadataCommand::new().current_dir(root()).no_deps().exec().context("cannot read the workspace")?;
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(floor) = floors.get(name) else { continue };
        for dependency in package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development) {
            if let Some(below) = floors.get(dependency.name.as_str()).filter(|below| *below >= floor) {
                wrong.push(format!("{name} (floor {floor}) uses {} (floor {below})", dependency.name));
            }
            let banned =
                BANNED.iter().find(|(crate_name, _)| *crate_name == name).map_or(&[][..], |(_, list)| list);
            if banned.contains(&dependency.name.as_str()) {
                wrong.push(format!("{name} must not know {}", dependency.name));
            }
        }
    }
    for (name, _) in FLOORS {
        if !metadata.packages.iter().any(|p| p.name.as_str() == *name) {
            wrong.push(format!("{name} stands in the list of floors and is not there"));
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}
