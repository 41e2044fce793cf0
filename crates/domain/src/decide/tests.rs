//! The rules, told as stories with one case.

mod answers;
mod close;
mod hand_over;
mod mentions;
mod private;
mod promises;
mod queue;
mod rejudge;
mod replies;
mod split_merge;
mod words;
