//! Where a YouTube source got to.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plug::Next;
use crate::raw::{self, walk::Walk};

/// Threads of which the number of replies is remembered.
const MOST_COUNTS: usize = 300;
/// A thread whose replies cannot be read within this is put behind the others; the second time it is left alone until
/// its number of replies changes.
const STUCK: SignedDuration = SignedDuration::from_mins(30);

/// The cursor.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    pub(super) walk: Walk,
    /// Whether the walk is done, and only replies are still to be read.
    pub(super) walked: bool,
    /// Threads with more replies than a list shows, and how many they had when they were read.
    pub(super) counts: Vec<(String, u64)>,
    /// Threads whose replies are to be read, and the page.
    pub(super) replies: Vec<Thread>,
    /// When the last answer came.
    pub(super) at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Thread {
    pub(super) id: String,
    pub(super) video: Option<String>,
    pub(super) count: u64,
    pub(super) page: Option<String>,
    /// Whether it was put behind the others.
    #[serde(default)]
    pub(super) late: bool,
}

impl State {
    /// Puts the first thread behind the others; gives it when it has had its second chance.
    pub(super) fn put_off(&mut self) -> Option<Thread> {
        if self.replies.is_empty() {
            return None;
        }
        let thread = self.replies.remove(0);
        if thread.late {
            self.count(&thread.id, thread.count);
            return Some(thread);
        }
        self.replies.push(Thread { late: true, ..thread });
        None
    }

    /// The thread whose replies are next; none when it has been refused for too long.
    pub(super) fn thread(&self, now: Timestamp) -> Option<&Thread> {
        let is_stuck = self.at.is_some_and(|at| now.duration_since(at) > STUCK);
        self.replies.first().filter(|_| !is_stuck)
    }

    /// The end of a poll, or the rest of it.
    pub(super) fn next(&self) -> Next {
        match self.walked && self.replies.is_empty() {
            true => Next::CaughtUp(raw::cursor(self)),
            false => Next::More(raw::cursor(self)),
        }
    }

    /// Remembers how many replies a thread had.
    pub(super) fn count(&mut self, id: &str, count: u64) {
        self.counts.retain(|(known, _)| known != id);
        self.counts.push((id.to_owned(), count));
        let over = self.counts.len().saturating_sub(MOST_COUNTS);
        self.counts.drain(..over);
    }
}
