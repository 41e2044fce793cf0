//! The main job on a fake clock: from a public post to the service queue and back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod all_clear;
mod arrive;
mod both_ways;
mod copies;
mod desk;
mod gone;
mod many_replies;
mod months;
mod own_first;
mod papers;
mod parts;
mod pushes;
mod queue;
mod queues;
mod refusals;
mod replies;
mod scope;
mod second_look;
mod silence;
mod stream;
mod week;
