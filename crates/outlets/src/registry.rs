//! All kinds of outlets, by name. One line a kind.

use crate::plug::{BadConfig, Kind, Outlet};

/// Every kind that this program knows.
pub const KINDS: &[&Kind] = &[
    &crate::alertmanager::KIND,
    &crate::chatwoot::KIND,
    &crate::discord::KIND,
    &crate::email::KIND,
    &crate::freshdesk::KIND,
    &crate::hubspot::KIND,
    &crate::jira::KIND,
    &crate::matrix::KIND,
    &crate::mattermost::KIND,
    &crate::ntfy::KIND,
    &crate::pagerduty::KIND,
    &crate::redmine::KIND,
    &crate::request_tracker::KIND,
    &crate::salesforce::KIND,
    &crate::slack::KIND,
    &crate::teams::KIND,
    &crate::webhook::KIND,
    &crate::zammad::KIND,
    &crate::zendesk::KIND,
    &crate::znuny::KIND,
];

/// The kind of that name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.name == name)
}

/// Builds one configured outlet.
///
/// # Errors
/// [`BadConfig`] when the kind is unknown or its own keys are wrong.
pub fn build(kind_name: &str, table: &toml::Table) -> Result<Box<dyn Outlet>, BadConfig> {
    let Some(kind) = kind(kind_name) else {
        let known: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        return Err(BadConfig(format!("unknown kind `{kind_name}`; known kinds: {}", known.join(", "))));
    };
    (kind.build)(table)
}
