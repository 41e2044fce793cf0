//! The main job on a fake clock: from a public post to the service queue and back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod all_clear;
mod arrive;
mod both_ways;
mod copies;
mod desk;
mod many_replies;
mod months;
mod papers;
mod parts;
mod pushes;
mod queue;
mod queues;
mod replies;
mod scope;
mod silence;
mod week;
