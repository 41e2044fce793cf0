//! The second thread: compresses closed segments and makes snapshots, while commits go on.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::commit::{Seq, StoreError};
use crate::journal::{FileJournal, Journal as _};
use crate::snapshot;

/// How often it looks whether a snapshot is due.
const LOOK: Duration = Duration::from_secs(5);

/// The thread and what it works on.
pub(crate) struct Background {
    work: Arc<Work>,
    nudge: SyncSender<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Work {
    journal: Arc<FileJournal>,
    snapshots: PathBuf,
    every: u64,
    stop: AtomicBool,
    /// One snapshot at a time; holds the number of the last one.
    last: Mutex<Seq>,
}

impl Background {
    /// Starts it.
    pub(crate) fn start(
        journal: Arc<FileJournal>,
        snapshots: PathBuf,
        every: u64,
    ) -> Result<Self, StoreError> {
        let last = snapshot::list(&snapshots)?.last().copied().unwrap_or(0);
        let work = Work {
            journal,
            snapshots,
            every: every.max(1),
            stop: AtomicBool::new(false),
            last: Mutex::new(last),
        };
        let work = Arc::new(work);
        let (nudge, nudged) = sync_channel(1);
        let of_thread = work.clone();
        let thread = std::thread::Builder::new()
            .name("store-background".into())
            .spawn(move || of_thread.run(&nudged))
            .map_err(|source| StoreError::Io {
                doing: "cannot start the background of the store".into(),
                source,
            })?;
        let _ = nudge.try_send(()); // what a former run left
        Ok(Self { work, nudge, thread: Mutex::new(Some(thread)) })
    }

    /// Wakes it.
    pub(crate) fn nudge(&self) -> SyncSender<()> {
        self.nudge.clone()
    }

    /// Makes a snapshot of now.
    pub(crate) fn snapshot_now(&self) -> Result<(), StoreError> {
        self.work.snapshot(&|| false)
    }

    /// Ends it; what it has begun is dropped or finished within a second or so.
    pub(crate) fn stop(&self) {
        self.work.stop.store(true, Ordering::Release);
        let _ = self.nudge.try_send(());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the background of the store panicked");
        }
    }
}

impl Work {
    fn run(&self, nudged: &Receiver<()>) {
        loop {
            let _ = nudged.recv_timeout(LOOK);
            if self.stopping() {
                return;
            }
            if let Err(error) = self.step() {
                tracing::warn!(%error, "the background work of the store failed; it is tried again");
            }
        }
    }

    fn step(&self) -> Result<(), StoreError> {
        while !self.stopping() && self.journal.pack_one()? {}
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if self.journal.head().seq >= last + self.every {
            self.snapshot(&|| self.stopping())?;
        }
        Ok(())
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    fn snapshot(&self, stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let to = self.journal.head().seq;
        let dir: &Path = &self.snapshots;
        let done = snapshot::make(dir, to, &mut |after, limit| self.journal.read_links(after, limit), stop)?;
        if done {
            *last = to;
            tracing::info!(seq = to, "a snapshot was made");
        }
        Ok(())
    }
}
