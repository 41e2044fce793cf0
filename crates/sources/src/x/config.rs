//! The keys of a source of X.

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    Search,
    Mentions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Naming {
    #[default]
    Tweet,
    Post,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) query: Option<String>,
    #[serde(default)]
    pub(super) user_id: Option<String>,
    #[serde(default)]
    pub(super) client_id: Option<String>,
    #[serde(default)]
    pub(super) naming: Naming,
    #[serde(default = "two")]
    pub(super) overlap_minutes: u32,
    #[serde(default = "one")]
    pub(super) backfill_pages: u32,
    #[serde(default = "yes")]
    pub(super) follow_deletions: bool,
    #[serde(default = "api_of_x")]
    pub(super) base: String,
}

fn yes() -> bool {
    true
}

fn two() -> u32 {
    2
}

fn one() -> u32 {
    1
}

fn api_of_x() -> String {
    "https://api.x.com/2".to_owned()
}
