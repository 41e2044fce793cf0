#![doc = include_str!("../README.md")]

pub mod backoff;
pub mod breaker;
pub mod client;
pub mod error;
pub mod exchange;
pub mod guard;
pub mod options;
pub mod transport;

mod dial;
mod gate;
mod journey;
mod kept;
mod mailbox;
mod meter;
mod permission;
mod post;
mod redirect;
mod resolver;
mod robots;
mod robots_file;
mod stream;
mod tls;
mod watch;

pub use client::Client;
pub use error::FetchError;
pub use kept::{Kept, Used, Whose};
pub use mailbox::MAILBOX_TYPE;
pub use options::{Options, Quota, SmtpServer, SmtpTls};
pub use stream::READER;
pub use transport::{Outcome, Transport, Validators};
