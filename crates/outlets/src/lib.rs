//! Where effects go: one file a helpdesk, chat or mail channel, pure, values in and requests out.
//!
//! # How to add an outlet
//! 1. `cargo xtask new outlet NAME` writes the file with its tests and the line in [`registry`].
//! 2. Fill in [`Outlet::step`]: what to send first, and what to do with each answer.
//! 3. Put answers of the other side, made by hand, into `fixtures/NAME/`; accept the snapshot with `cargo insta`.

pub mod plug;
pub mod registry;

pub use plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, TicketNews, Watch};
pub use registry::{KINDS, build, kind};
