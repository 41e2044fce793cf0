//! The main job on a fake clock: from a public post to the service queue and back.

mod queue;
mod scope;
