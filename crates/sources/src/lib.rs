//! Where mentions come from: one file a source, pure, bytes in and mentions out.
//!
//! # How to add a source
//! 1. `cargo xtask new source NAME` writes the file with its tests and the line in [`registry`].
//! 2. Fill in `plan` (what to ask next) and `parse` (what the answer holds).
//! 3. Put an answer of the platform, made by hand, into `fixtures/NAME/`; accept the snapshot with `cargo insta`.
//!
//! A plug has no network, no clock and no state: what it has to remember is in its [`Cursor`].

pub mod feed;
#[cfg(test)]
mod fixture;
pub mod import;
mod item;
pub mod mastodon;
pub mod plug;
mod raw;
pub mod registry;
pub mod schema_org;
pub mod webhook;

pub use plug::{BadConfig, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Warning};
pub use registry::{KINDS, build, kind};
