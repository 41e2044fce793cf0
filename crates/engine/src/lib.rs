//! Every loop, the clock, the ids, the commands and the queries.

pub mod account;
pub mod clock;
pub mod commands;
pub mod error;
pub mod live;
pub mod queries;
pub mod views;

pub use error::EngineError;

/// The running house: cheap to clone, shared by loops and pages.
#[derive(Clone)]
pub struct Engine {}

impl Engine {
    /// What changes from now on. A reader that lags behind misses changes and has to load the page again.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::broadcast::Receiver<live::Change> {
        tokio::sync::broadcast::channel(1).1
    }
    /// The time.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
}
