//! The state that the journal says, made once more beside what was kept.

use std::fs;
use std::path::{Path, PathBuf};

use crate::commit::{Seq, StoreError};
use crate::disk::failed;
use crate::hash::Hash;
use crate::journal::reader::Reader;
use crate::snapshot::{self, SnapshotReader};

/// A folder for the state that is made once more; it goes when this goes.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// An empty one.
    pub(crate) fn new() -> Result<Self, StoreError> {
        let dir = std::env::temp_dir().join(format!("gehoor-verify-{}", std::process::id()));
        for number in 0..100 {
            let dir = dir.with_extension(number.to_string());
            match fs::create_dir(&dir) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => {
                    made.map_err(failed("make the folder", &dir))?;
                    return Ok(Self(dir));
                }
            }
        }
        Err(failed("make the folder", &dir)(std::io::ErrorKind::AlreadyExists.into()))
    }

    /// Makes the state at `seq` from the journal alone; gives its hash.
    pub(crate) fn state_at(&self, dir: &Path, seq: Seq, head: Seq) -> Result<Option<Hash>, StoreError> {
        let journal = Reader::new(&dir.join("journal"));
        snapshot::make(&self.0, seq, &mut |after, limit| journal.read(after, limit, head), &|| false)?;
        sum(&self.0, seq)
    }

    /// Reads a state that was made.
    pub(crate) fn read(&self, seq: Seq) -> Result<SnapshotReader, StoreError> {
        SnapshotReader::open(&self.0, seq)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The hash of the snapshot at `seq`, read to its end.
pub(crate) fn sum(dir: &Path, seq: Seq) -> Result<Option<Hash>, StoreError> {
    let mut reader = SnapshotReader::open(dir, seq)?;
    reader.finish()?;
    Ok(reader.sum())
}
