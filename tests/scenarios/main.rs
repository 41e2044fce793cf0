//! The main job on a fake clock: from a public post to the service queue and back.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod arrive;
mod copies;
mod pushes;
mod queue;
mod queues;
mod scope;
mod silence;
mod week;
