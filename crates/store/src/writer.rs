//! The one thread that writes: takes all commits that are waiting as one group.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::commit::{Commit, CommitError, Seq, StoreError};
use crate::core::{AnyView, Core};
use crate::journal::FileJournal;
use crate::view_home::ViewHome;

/// A group takes no more commits than this,
const GROUP: usize = 512;
/// and no more after so many bytes.
const GROUP_BYTES: usize = 8 << 20;

/// What waits in the queue.
pub(crate) enum Job {
    /// A commit and where its answer goes.
    Commit(Commit, oneshot::Sender<Result<Seq, CommitError>>),
    /// Wakes the writer so that it sees that it has to stop.
    Stop,
}

/// What the writer works with.
pub(crate) struct Parts {
    pub(crate) core: Arc<Core>,
    pub(crate) home: Arc<ViewHome>,
    pub(crate) waiting: mpsc::Receiver<Job>,
    pub(crate) stopping: Arc<AtomicBool>,
    pub(crate) nudge: SyncSender<()>,
    pub(crate) journal: Arc<FileJournal>,
}

/// Starts the thread.
pub(crate) fn start(parts: Parts) -> Result<JoinHandle<()>, StoreError> {
    let thread = std::thread::Builder::new().name("store-writer".into());
    thread
        .spawn(move || run(parts))
        .map_err(|source| StoreError::Io { doing: "cannot start the writer of the store".into(), source })
}

fn run(mut parts: Parts) {
    let home = parts.home.clone();
    let rebuild = |why: &StoreError| home.rebuild(&why.to_string()).map(|view| Box::new(view) as AnyView);
    let mut segment = parts.journal.open_first();
    while let Some(first) = parts.waiting.blocking_recv() {
        let (commits, answers) = gather(first, &mut parts.waiting);
        if !commits.is_empty() {
            let outcomes = parts.core.commit(commits, &rebuild);
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // whoever does not wait any more does not need it
                let _ = answer.send(outcome);
            }
        }
        let now = parts.journal.open_first();
        if now != segment {
            segment = now;
            // when it is not taken, one is already waiting
            let _ = parts.nudge.try_send(());
        }
        if parts.stopping.load(Ordering::Acquire) {
            parts.waiting.close();
        }
    }
}

type Answer = oneshot::Sender<Result<Seq, CommitError>>;

/// The first one and what is waiting behind it.
fn gather(first: Job, waiting: &mut mpsc::Receiver<Job>) -> (Vec<Commit>, Vec<Answer>) {
    let (mut commits, mut answers) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    let mut next = Some(first);
    while let Some(job) = next {
        if let Job::Commit(commit, answer) = job {
            bytes += size(&commit);
            commits.push(commit);
            answers.push(answer);
        }
        let room = commits.len() < GROUP && bytes < GROUP_BYTES;
        next = if room { waiting.try_recv().ok() } else { None };
    }
    (commits, answers)
}

fn size(commit: &Commit) -> usize {
    commit.writes.iter().map(|write| write.record.as_ref().map_or(0, |record| record.get().len())).sum()
}
