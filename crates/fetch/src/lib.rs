//! The polite client: the only place that speaks to the network.
//!
//! [`Transport`] is the seam: the engine asks through it, tests script it.

pub mod transport;

pub use transport::{Outcome, Transport, Validators};
