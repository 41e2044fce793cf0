//! `gehoor source` and `gehoor outlet`.

mod outlet;
mod source;

use anyhow::{Result, anyhow};
use gehoor_fetch::Client;
use gehoor_wire::Secret;
use gehoor_wire::login::Login;
use jiff::Timestamp;

pub use outlet::{OutletCommand, outlet};
pub use source::{SourceCommand, source};

fn print_kind(name: &str, about: &str, credential: &str, example: &str) {
    println!("# {name}: {about}\n# credential: {credential}\n{}\n", example.trim());
}

/// What calls carry: the configured credential, or what a login makes of it.
async fn access(
    client: &Client,
    login: Option<&dyn Login>,
    configured: Option<&Secret>,
    now: Timestamp,
) -> Result<Option<Secret>> {
    let Some((login, configured)) = login.zip(configured) else { return Ok(configured.cloned()) };
    let token = gehoor_engine::log_in(client, login, configured, None, now).await;
    token.map(|token| Some(token.access)).map_err(|(why, _)| anyhow!(why))
}
