//! The engine against real helpdesks and a real Alertmanager, on the fake clock: nobody of us wrote what answers.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod alertmanager;
mod desks;
mod part;
mod peer;
