//! The rules, told as stories with one case.

mod answers;
mod close;
mod hand_over;
mod mentions;
mod promises;
mod queue;
mod split_merge;
mod replies;
