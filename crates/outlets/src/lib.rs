#![doc = include_str!("../README.md")]

mod answer;
mod clean;
pub mod email;
mod letter;
pub mod plug;
pub mod registry;
pub mod request_tracker;
pub mod slack;
pub mod webhook;

pub use plug::{
    BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, TicketNews, Watch, read_config,
};
pub use registry::{KINDS, build, kind};

/// The template that `cargo xtask new outlet` fills in, compiled as it stands so that it cannot rot.
#[cfg(test)]
#[path = "../new_outlet.rs.txt"]
pub mod template;
