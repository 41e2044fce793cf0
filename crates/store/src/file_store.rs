//! The store in a folder: `journal/`, `view/`, `snapshots/`.
//!
//! One thread writes; it takes whatever commits are waiting as one group with one sync. A second thread compresses
//! closed segments and makes snapshots. [`FileStore::close`] ends both, in this order, and is also done on drop.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::background::Background;
use crate::commit::{Commit, CommitError, Entry, Seq, Store, StoreError, Versioned};
use crate::core::Core;
use crate::disk::{Faults, failed, make_dir, remove_temporary};
use crate::hash::Position;
use crate::journal::{FileJournal, Journal as _, Torn};
use crate::maintain::{Manifest, Progress};
use crate::table::Table;
use crate::tail::Tail;
use crate::view_home::ViewHome;
use crate::writer::{self, Job};

/// Sizes. The defaults are right for a machine with 1 GB or more.
#[derive(Debug, Clone)]
pub struct Options {
    /// A segment of the journal is closed when it is larger than this.
    pub segment_bytes: u64,
    /// A snapshot is made after so many entries.
    pub snapshot_every: u64,
    /// Memory for sled's cache.
    pub view_cache_bytes: u64,
    /// How many commits may wait; more callers wait in turn.
    pub queue: usize,
    /// How many of the newest entries stay in memory for followers.
    pub tail_entries: usize,
    /// How many bytes of them.
    pub tail_bytes: usize,
    /// For tests.
    #[doc(hidden)]
    pub faults: Arc<Faults>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 32 << 20,
            snapshot_every: 50_000,
            view_cache_bytes: 32 << 20,
            queue: 1024,
            tail_entries: 20_000,
            tail_bytes: 64 << 20,
            faults: Arc::default(),
        }
    }
}

/// What was found when the store was opened. Show it to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The view was made again from the journal, and why.
    pub rebuilt: Option<String>,
    /// An unacknowledged, half written end of the journal was cut off.
    pub cut_tail: Option<Torn>,
    /// The number of the last entry.
    pub head: Seq,
}

/// The store in a folder.
pub struct FileStore {
    dir: PathBuf,
    core: Arc<Core>,
    home: Arc<ViewHome>,
    queue: mpsc::Sender<Job>,
    stopping: Arc<AtomicBool>,
    writer: Mutex<Option<JoinHandle<()>>>,
    background: Background,
    /// Held until closing.
    lock: File,
}

impl FileStore {
    /// Opens the store in `dir`, or makes it. Takes as long as reading the open segment of the journal and, if the
    /// view has to be made again, the newest snapshot and what came after it. Blocks.
    ///
    /// # Errors
    /// [`StoreError::InUse`]; [`StoreError::Damaged`] when acknowledged entries are damaged, with the place and what
    /// to do; [`StoreError::Io`].
    pub fn open(dir: &Path, options: &Options) -> Result<(Self, Opened), StoreError> {
        make_dir(dir)?;
        let lock = lock(dir)?;
        remove_temporary(dir)?;
        let snapshots = dir.join("snapshots");
        make_dir(&snapshots)?;
        remove_temporary(&snapshots)?;
        let faults = options.faults.clone();
        let (journal, torn) = FileJournal::open(&dir.join("journal"), options.segment_bytes, faults.clone())?;
        let journal = Arc::new(journal);
        let home = Arc::new(ViewHome::new(dir, journal.clone(), options.view_cache_bytes, faults));
        let (view, rebuilt) = home.open(torn.is_some())?;
        if let Some(torn) = &torn {
            tracing::warn!(
                torn.file,
                torn.offset,
                torn.bytes,
                torn.seq,
                "the journal had a half written end, never acknowledged: cut off"
            );
            journal.cut()?;
        }
        let head = journal.head().seq;
        let tail = Tail::new(options.tail_entries, options.tail_bytes);
        let core = Arc::new(Core::new(journal.clone(), Box::new(view), tail));
        let background = Background::start(journal.clone(), home.snapshots(), options.snapshot_every)?;
        let (queue, waiting) = mpsc::channel(options.queue.max(1));
        let stopping = Arc::new(AtomicBool::new(false));
        let writer = writer::start(writer::Parts {
            core: core.clone(),
            home: home.clone(),
            waiting,
            stopping: stopping.clone(),
            nudge: background.nudge(),
            journal,
        })?;
        let writer = Mutex::new(Some(writer));
        let store = Self { dir: dir.to_owned(), core, home, queue, stopping, writer, background, lock };
        Ok((store, Opened { rebuilt, cut_tail: torn, head }))
    }

    /// The place after the last entry: its number and its link in the chain.
    #[must_use]
    pub fn position(&self) -> Position {
        self.core.journal.head()
    }

    /// Makes a snapshot of now. Blocks; commits go on meanwhile.
    ///
    /// # Errors
    /// When the journal cannot be read or the snapshot not be written.
    pub fn snapshot_now(&self) -> Result<(), StoreError> {
        self.background.snapshot_now()
    }

    /// Copies all acknowledged entries into the folder `target`; see [`maintain::backup`](crate::maintain::backup).
    /// Blocks; commits go on meanwhile.
    ///
    /// # Errors
    /// As there.
    pub fn backup(&self, target: &Path, progress: Progress<'_>) -> Result<Manifest, StoreError> {
        crate::maintain::backup(&self.dir, Some(self.core.head()), target, progress)
    }

    /// Ends the store: takes no more commits, finishes those that wait, and makes the view durable. Blocks. A second
    /// call does nothing.
    ///
    /// # Errors
    /// When the view could not be made durable: the next start makes it again.
    pub fn close(&self) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(writer) = writer else { return Ok(()) };
        self.stopping.store(true, Ordering::Release);
        // when the queue is full the writer is awake and looks at the flag anyway
        let _ = self.queue.try_send(Job::Stop);
        if writer.join().is_err() {
            tracing::error!("the writer of the store panicked");
        }
        self.background.stop();
        let closed = self.close_view();
        // if this fails, the lock goes with the file a little later
        let _ = self.lock.unlock();
        closed
    }

    fn close_view(&self) -> Result<(), StoreError> {
        let Some(view) = self.core.take_view() else { return Ok(()) };
        view.flush()?;
        drop(view);
        self.home.close()
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the view was not closed cleanly and is made again at the next start");
        }
    }
}

/// Takes the data folder for this program; the lock goes with the file.
pub(crate) fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join("lock");
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(failed("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(dir.display().to_string())),
        Err(TryLockError::Error(source)) => Err(failed("lock", &path)(source)),
    }
}

#[async_trait]
impl Store for FileStore {
    fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError> {
        self.core.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError> {
        self.core.scan(table, from, until, limit)
    }

    async fn commit(&self, commit: Commit) -> Result<Seq, CommitError> {
        let (answer, answered) = oneshot::channel();
        let ended = |_| CommitError::Store(StoreError::Stopped("it was closed; start again".into()));
        self.queue.send(Job::Commit(commit, answer)).await.map_err(|_| ended(()))?;
        answered.await.map_err(|_| ended(()))?
    }

    fn follow(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.core.follow(after, limit)
    }

    fn proof(&self, seq: Seq) -> Result<Option<String>, StoreError> {
        if seq > self.core.head() {
            return Ok(None);
        }
        crate::maintain::proof(&self.dir, seq)
    }

    fn head(&self) -> Seq {
        self.core.head()
    }

    async fn wait_beyond(&self, after: Seq) {
        self.core.wait_beyond(after).await;
    }
}
