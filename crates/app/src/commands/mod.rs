//! One file a command.

pub mod assess;
pub mod check;
pub mod checkpoint;
pub mod eval;
pub mod evidence;
pub mod export;
pub mod health;
pub mod import;
pub mod keep;
pub mod models;
pub mod people;
pub mod plugs;
pub mod search;
pub mod train;

use anyhow::{Context as _, Result};
use gehoor_domain::ids::UserId;
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::Engine;
use gehoor_engine::views::Viewer;
use serde::Serialize;

use crate::assemble::{Data, engine, open_data};
use crate::config::Config;

/// Opens the data of a configuration with an engine whose loops do not run.
pub(crate) fn open(config: &Config) -> Result<(Data, Engine)> {
    let data = open_data(&config.data.dir)?;
    let engine = engine(config, &data)?;
    Ok((data, engine))
}

/// Whoever may use the command line may see everything.
pub(crate) fn operator() -> Result<Viewer> {
    Ok(Viewer {
        user: UserId::parse("command-line").context("the operator's name")?,
        name: "command line".into(),
        role: Role::Admin,
        scope: Scope::All,
        team: None,
        lang: "en".into(),
    })
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().context("cannot start the runtime")
}

/// One JSON value on a line of standard output.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(value).context("cannot write JSON")?);
    Ok(())
}
