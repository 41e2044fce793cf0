//! Where the sled view lives: whether the one that was kept can be believed, and making it again.
//!
//! sled survives the death of the program, but not a power cut: it may come back with holes that nobody notices. So a
//! mark beside it says `closed` after a clean end, when everything was synced, and otherwise `open` with the boot of
//! the machine and the identity of the folder. A view that was open in another boot, or was copied while it was open,
//! is not looked at: it is made again from a snapshot and the journal.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::commit::{Entry, StoreError};
use crate::disk::{Faults, failed, make_dir, names, replace, sync_dir};
use crate::hash::Position;
use crate::journal::{FileJournal, Journal as _};
use crate::sled_view::SledView;
use crate::snapshot::{self, SnapshotReader};
use crate::view::View;

/// What one batch of a replay or a load holds at most.
const BATCH: usize = 1000;

/// Why a view cannot be used.
enum Trouble {
    /// The journal cannot be read: nothing helps but a person.
    Journal(StoreError),
    /// The view is wrong: it can be made again.
    View(String),
}

/// The folder of a view and what it is made from.
pub(crate) struct ViewHome {
    data: PathBuf,
    journal: Arc<FileJournal>,
    cache_bytes: u64,
    faults: Arc<Faults>,
}

impl ViewHome {
    /// In the data folder `data`.
    pub(crate) fn new(data: &Path, journal: Arc<FileJournal>, cache_bytes: u64, faults: Arc<Faults>) -> Self {
        Self { data: data.to_owned(), journal, cache_bytes, faults }
    }

    fn dir(&self) -> PathBuf {
        self.data.join("view")
    }

    /// The folder of the snapshots.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.data.join("snapshots")
    }

    /// Opens the view that was kept, or makes it again and says why. `torn` says that the journal has a torn end.
    pub(crate) fn open(&self, torn: bool) -> Result<(SledView, Option<String>), StoreError> {
        if !self.dir().exists() {
            let why = (self.journal.head().seq > 0).then(|| "there was none".to_owned());
            return Ok((self.build()?, why));
        }
        if !is_trusted(&self.data, &self.dir()) {
            let why = "it was open when the machine stopped, or was copied while it was open".to_owned();
            tracing::warn!(why, "the view is made again");
            let dir = self.dir();
            fs::remove_dir_all(&dir).map_err(failed("remove", &dir))?;
            return Ok((self.build()?, Some(why)));
        }
        match self.open_kept(torn) {
            Ok(view) => Ok((view, None)),
            Err(Trouble::Journal(error)) => Err(error),
            Err(Trouble::View(why)) => Ok((self.rebuild(&why)?, Some(why))),
        }
    }

    /// Puts the view aside and makes it again.
    pub(crate) fn rebuild(&self, why: &str) -> Result<SledView, StoreError> {
        tracing::warn!(why, "the view is put aside and made again");
        self.quarantine()?;
        self.build()
    }

    /// After the view was closed: makes it durable and says so.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        mark_closed(&self.data, &self.dir())
    }

    fn open_kept(&self, torn: bool) -> Result<SledView, Trouble> {
        mark_open(&self.data, &self.dir()).map_err(Trouble::Journal)?;
        let view = self.open_sled().map_err(|error| Trouble::View(error.to_string()))?;
        let position = view.position().map_err(|error| Trouble::View(error.to_string()))?;
        let position = position.ok_or_else(|| Trouble::View("it was left half made".into()))?;
        let head = self.journal.head();
        if position.seq > head.seq && torn {
            // only what is synced gets into the view, so this is no torn end but lost entries
            return Err(Trouble::Journal(StoreError::Damaged {
                place: format!("the end of the journal, entry {},", head.seq + 1),
                what: format!(
                    "it is broken, but entries up to {} were acknowledged: restore a backup; or, to give them up, \
                     remove the folder `view` and start again",
                    position.seq
                ),
            }));
        }
        if position.seq > head.seq {
            let why = format!("it is at entry {}, ahead of the journal at {}", position.seq, head.seq);
            return Err(Trouble::View(why));
        }
        self.replay(&view, position)?;
        Ok(view)
    }

    fn open_sled(&self) -> Result<SledView, StoreError> {
        SledView::open(&self.dir(), self.cache_bytes, self.faults.clone())
    }

    /// Makes a view where there is none, from the newest snapshot that is whole.
    fn build(&self) -> Result<SledView, StoreError> {
        let dir = self.dir();
        let head = self.journal.head().seq;
        let mut bases: Vec<_> =
            snapshot::list(&self.snapshots())?.into_iter().filter(|seq| *seq <= head).collect();
        loop {
            make_dir(&dir)?;
            mark_open(&self.data, &dir)?;
            let view = self.open_sled()?;
            let base = bases.pop();
            match self.fill(&view, base) {
                Ok(()) => return Ok(view),
                Err(Trouble::Journal(error)) => return Err(error),
                Err(Trouble::View(why)) => {
                    let Some(base) = base else {
                        return Err(StoreError::Damaged { place: "the new view".into(), what: why });
                    };
                    tracing::warn!(base, why, "a snapshot cannot be used; trying the one before");
                    drop(view);
                    fs::remove_dir_all(&dir).map_err(failed("remove", &dir))?;
                }
            }
        }
    }

    fn fill(&self, view: &SledView, base: Option<u64>) -> Result<(), Trouble> {
        let position = match base {
            Some(seq) => self.load(view, seq).map_err(|error| Trouble::View(error.to_string()))?,
            None => Position::START,
        };
        self.replay(view, position)?;
        tracing::info!(
            snapshot = base,
            entries = self.journal.head().seq - position.seq,
            "the view was made"
        );
        Ok(())
    }

    fn load(&self, view: &SledView, seq: u64) -> Result<Position, StoreError> {
        let mut snapshot = SnapshotReader::open(&self.snapshots(), seq)?;
        let mut batch = Vec::new();
        while let Some(record) = snapshot.read()? {
            batch.push(record);
            if batch.len() >= BATCH {
                view.load(std::mem::take(&mut batch))?;
            }
        }
        view.load(batch)?;
        Ok(snapshot.position())
    }

    /// Brings a view from `position` to the head of the journal.
    fn replay(&self, view: &SledView, position: Position) -> Result<(), Trouble> {
        let wrong = |error: StoreError| Trouble::View(error.to_string());
        let mut at = position;
        while at.seq < self.journal.head().seq {
            let links = self.journal.read_links(at.seq, BATCH).map_err(Trouble::Journal)?;
            if links.first().is_none_or(|link| link.prev != at.hash) {
                return Err(Trouble::View("it shows another journal than this one".into()));
            }
            at = links.last().map_or(at, |link| link.position());
            let entries: Vec<&Entry> = links.iter().map(|link| link.entry.as_ref()).collect();
            view.apply(&entries, at).map_err(wrong)?;
        }
        if at != self.journal.head() {
            return Err(Trouble::View("it shows another journal than this one".into()));
        }
        // a loaded snapshot without later entries still needs its position
        view.apply(&[], at).map_err(wrong)
    }

    /// Puts the folder aside for people to look at; only the newest one is kept.
    fn quarantine(&self) -> Result<(), StoreError> {
        let mut last = 0;
        for name in names(&self.data)? {
            let Some(number) = name.strip_prefix("view.broken-").and_then(|n| n.parse::<u64>().ok()) else {
                continue;
            };
            last = last.max(number);
            let old = self.data.join(name);
            fs::remove_dir_all(&old).map_err(failed("remove", &old))?;
        }
        let (dir, aside) = (self.dir(), self.data.join(format!("view.broken-{}", last + 1)));
        if dir.exists() {
            fs::rename(&dir, &aside).map_err(failed("put aside", &dir))?;
        }
        Ok(())
    }
}

/// Whether a view that was kept may be opened.
pub(crate) fn is_trusted(data: &Path, view: &Path) -> bool {
    let mark = fs::read_to_string(mark_path(data)).unwrap_or_default();
    let mark = mark.trim();
    mark == "closed" || (mark == open_mark(view) && !mark.ends_with("unknown"))
}

/// Says that the view is being changed.
pub(crate) fn mark_open(data: &Path, view: &Path) -> Result<(), StoreError> {
    write_mark(data, &open_mark(view))
}

/// Makes a view that was closed durable, and says so.
pub(crate) fn mark_closed(data: &Path, view: &Path) -> Result<(), StoreError> {
    sync_tree(view).map_err(failed("sync", view))?;
    write_mark(data, "closed")
}

fn mark_path(data: &Path) -> PathBuf {
    data.join("view.mark")
}

fn write_mark(data: &Path, mark: &str) -> Result<(), StoreError> {
    let path = mark_path(data);
    replace(&path, |out| writeln!(out, "{mark}").map_err(failed("write", &path)))
}

/// The mark of a view that is open now: folder and boot.
fn open_mark(view: &Path) -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_else(|_| "unknown".into());
    format!("open {} {}", folder_identity(view), boot.trim())
}

#[cfg(unix)]
fn folder_identity(dir: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(dir).map_or_else(|_| "none".into(), |meta| format!("{}:{}", meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn folder_identity(_: &Path) -> String {
    "none".into()
}

/// Syncs all files under a folder.
fn sync_tree(dir: &Path) -> std::io::Result<()> {
    for item in fs::read_dir(dir)? {
        let path = item?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            fs::File::open(&path)?.sync_all()?;
        }
    }
    sync_dir(dir)
}
