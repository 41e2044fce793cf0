//! Files: the few things that have to be done in the right order so that a power cut cannot undo them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::commit::StoreError;

/// A [`StoreError::Io`] that says what was attempted with which file.
pub(crate) fn failed(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let doing = format!("cannot {doing} {}", path.display());
    move |source| StoreError::Io { doing, source }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes a folder and its name durable.
pub(crate) fn make_dir(dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(dir).map_err(failed("make the folder", dir))?;
    match dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_dir(parent).map_err(failed("sync the folder", parent)),
        None => Ok(()),
    }
}

/// Writes a file so that its name shows either the old content or the whole new one.
pub(crate) fn replace<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let temporary = temporary_name(path);
    let file = File::create(&temporary).map_err(failed("create", &temporary))?;
    let mut writer = BufWriter::with_capacity(1 << 18, file);
    let finish = |writer: &mut BufWriter<File>| -> io::Result<()> {
        writer.flush()?;
        writer.get_ref().sync_all()?;
        fs::rename(&temporary, path)?;
        path.parent().map_or(Ok(()), sync_dir)
    };
    let outcome = fill(&mut writer)
        .and_then(|value| finish(&mut writer).map(|()| value).map_err(failed("write", path)));
    if outcome.is_err() {
        // on a full disk the half file is what fills it; if it cannot go now, the next start removes it
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

/// The name under which a file is written before it takes its own.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}

/// Removes what a crash left half written.
pub(crate) fn remove_temporary(dir: &Path) -> Result<(), StoreError> {
    for name in names(dir)? {
        if name.ends_with(".tmp") {
            let path = dir.join(name);
            fs::remove_file(&path).map_err(failed("remove", &path))?;
        }
    }
    Ok(())
}

/// The names in a folder, sorted; those that are not text are left out.
pub(crate) fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for item in fs::read_dir(dir).map_err(failed("list the folder", dir))? {
        let item = item.map_err(failed("list the folder", dir))?;
        if let Ok(name) = item.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Lets tests break the disk: fill it up, fail a sync, fail the view.
#[doc(hidden)]
#[derive(Debug)]
pub struct Faults {
    /// How many more bytes fit into the journal.
    pub room: AtomicU64,
    /// Whether a sync of the journal fails.
    pub sync_fails: AtomicBool,
    /// Whether the next change of the view fails.
    pub view_fails: AtomicBool,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            room: AtomicU64::new(u64::MAX),
            sync_fails: AtomicBool::new(false),
            view_fails: AtomicBool::new(false),
        }
    }
}

impl Faults {
    /// Fails when syncs have to fail.
    pub(crate) fn sync(&self) -> io::Result<()> {
        if self.sync_fails.load(Ordering::Relaxed) {
            return Err(io::Error::other("the sync failed"));
        }
        Ok(())
    }

    /// Fails once when the view has to fail.
    pub(crate) fn view(&self) -> io::Result<()> {
        if self.view_fails.swap(false, Ordering::Relaxed) {
            return Err(io::Error::other("the view failed"));
        }
        Ok(())
    }
}

/// A file that is appended to.
#[derive(Debug)]
pub(crate) struct AppendFile {
    file: File,
    faults: Arc<Faults>,
}

impl AppendFile {
    /// Makes a new file and makes its name durable; it must not be there yet.
    pub(crate) fn create(path: &Path, faults: Arc<Faults>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        file.sync_all()?;
        path.parent().map_or(Ok(()), sync_dir)?;
        Ok(Self { file, faults })
    }

    /// Opens a file that is there.
    pub(crate) fn open(path: &Path, faults: Arc<Faults>) -> io::Result<Self> {
        Ok(Self { file: OpenOptions::new().append(true).open(path)?, faults })
    }

    /// Appends bytes. After an error any part of them may be in the file.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = self.faults.room.load(Ordering::Relaxed);
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        self.file.write_all(bytes.get(..fits).unwrap_or(bytes))?;
        if room < u64::MAX {
            self.faults.room.fetch_sub(fits as u64, Ordering::Relaxed);
        }
        if fits < bytes.len() {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }

    /// Makes what was appended durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.faults.sync()?;
        self.file.sync_data()
    }

    /// Cuts the file and makes that durable.
    pub(crate) fn cut(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.sync()
    }
}
