#![doc = include_str!("../README.md")]

pub mod backoff;
pub mod breaker;
pub mod client;
pub mod error;
pub mod guard;
pub mod options;
pub mod transport;

mod exchange;
mod gate;
mod journey;
mod meter;
mod permission;
mod post;
mod redirect;
mod resolver;
mod robots;
mod watch;

pub use client::Client;
pub use error::FetchError;
pub use options::{Options, Quota, SmtpServer, SmtpTls};
pub use transport::{Outcome, Transport, Validators};
