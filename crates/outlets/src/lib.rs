#![doc = include_str!("../README.md")]

pub mod alertmanager;
mod answer;
mod chat;
pub mod chatwoot;
mod clean;
mod defuse;
mod desk;
pub mod discord;
pub mod email;
pub mod freshdesk;
pub mod hubspot;
pub mod jira;
mod letter;
pub mod matrix;
pub mod mattermost;
pub mod ntfy;
pub mod pagerduty;
pub mod plug;
pub mod redmine;
pub mod registry;
pub mod reply;
pub mod request_tracker;
pub mod salesforce;
pub mod slack;
pub mod teams;
pub mod webhook;
pub mod zammad;
pub mod zendesk;
pub mod znuny;

pub use plug::{
    BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, TicketNews, Watch, read_config,
};
pub use registry::{KINDS, build, kind};

/// The template that `cargo xtask new outlet` fills in, compiled as it stands so that it cannot rot.
#[cfg(test)]
#[path = "../new_outlet.rs.txt"]
pub mod template;
