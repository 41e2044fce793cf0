//! All kinds of sources, by name. One line a kind.

use crate::plug::{BadConfig, Kind, Source};

/// Every kind that this program knows, in the order of the alphabet.
pub const KINDS: &[&Kind] = &[
    // One line a kind.
    &crate::app_store::KIND,
    &crate::app_store_connect::KIND,
    &crate::bluesky::KIND,
    &crate::discourse::KIND,
    &crate::feed::KIND,
    &crate::feedback_company::KIND,
    &crate::google_play::KIND,
    &crate::hacker_news::KIND,
    &crate::jetstream::KIND,
    &crate::google_business::KIND,
    &crate::declarative::KIND,
    &crate::kiyoh::KIND,
    &crate::lemmy::KIND,
    &crate::mastodon::KIND,
    &crate::reddit::KIND,
    &crate::schema_org::KIND,
    &crate::stack_exchange::KIND,
    &crate::trustpilot::KIND,
    &crate::trustpilot::WEBHOOK,
    &crate::webhook::KIND,
    &crate::webwinkelkeur::KIND,
    &crate::youtube::KIND,
];

/// The kind of that name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.name == name)
}

/// Builds one configured source.
///
/// # Errors
/// [`BadConfig`] when the kind is unknown or its own keys are wrong.
pub fn build(kind_name: &str, table: &toml::Table) -> Result<Box<dyn Source>, BadConfig> {
    let Some(kind) = kind(kind_name) else {
        let known: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        return Err(BadConfig(format!("unknown kind `{kind_name}`; known kinds: {}", known.join(", "))));
    };
    (kind.build)(table)
}
