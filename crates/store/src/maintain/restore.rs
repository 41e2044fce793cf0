//! Bringing a backup back: into a folder beside the wanted one, which takes the name only after everything was proven.

use std::fs;
use std::path::{Path, PathBuf};

use crate::commit::StoreError;
use crate::disk::{failed, make_dir, sync_dir};
use crate::journal::segment::Segment;
use crate::maintain::backup::{copy, need_empty, read_manifest};
use crate::maintain::verify::{Report, verify};
use crate::maintain::{Manifest, Progress};

/// Makes the data folder `dir`, which has to be empty or missing, from a backup.
///
/// Each file has to have the hash that the manifest says, and the whole journal has to be proven up to the head that
/// the manifest says, before `dir` has anything in it. The report says what was proven. The view is made at the next
/// start.
///
/// # Errors
/// When the folder is not empty, or anything in the backup is not as it should be: then `dir` is left as it was.
pub fn restore(backup: &Path, dir: &Path, progress: Progress<'_>) -> Result<Report, StoreError> {
    need_empty(dir)?;
    let manifest = read_manifest(backup)?;
    let beside = beside(dir)?;
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(failed("remove", &beside))?;
    }
    let restored = fill(backup, &manifest, &beside, progress).and_then(|()| prove(&beside, &manifest));
    let report = match restored {
        Ok(report) => report,
        Err(error) => {
            // what is half restored is of no use; if it cannot go, the next try removes it
            let _ = fs::remove_dir_all(&beside);
            return Err(error);
        }
    };
    if dir.exists() {
        fs::remove_dir(dir).map_err(failed("replace the empty folder", dir))?;
    }
    fs::rename(&beside, dir).map_err(failed("give its name to", dir))?;
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        sync_dir(parent).map_err(failed("sync", parent))?;
    }
    Ok(report)
}

/// The folder that is filled first.
fn beside(dir: &Path) -> Result<PathBuf, StoreError> {
    let Some(name) = dir.file_name() else {
        return Err(failed("restore into", dir)(std::io::Error::other("name a folder")));
    };
    let mut name = name.to_owned();
    name.push(".restoring");
    Ok(dir.with_file_name(name))
}

fn fill(backup: &Path, manifest: &Manifest, beside: &Path, progress: Progress<'_>) -> Result<(), StoreError> {
    make_dir(beside)?;
    make_dir(&beside.join("journal"))?;
    make_dir(&beside.join("snapshots"))?;
    let total = manifest.files.iter().map(|file| file.bytes).sum();
    let mut done = 0;
    for file in &manifest.files {
        progress(done, total);
        let wrong = |what: &str| StoreError::Damaged { place: file.name.clone(), what: what.to_owned() };
        if !is_expected(&file.name) {
            return Err(wrong("the manifest names a file that no backup has; take another backup"));
        }
        let copied = copy(&backup.join(&file.name), &beside.join(&file.name), file.name.clone())?;
        if copied != *file {
            return Err(wrong(
                "it is not the file that was backed up: its hash is another; take another backup",
            ));
        }
        done += file.bytes;
    }
    progress(total, total);
    Ok(())
}

/// Whether a name is one that a backup may bring: a manifest from elsewhere must not write anywhere else.
fn is_expected(name: &str) -> bool {
    match name.split_once('/') {
        Some(("journal", file)) => Segment::parse(file).is_some(),
        Some(("snapshots", file)) => Segment::parse(file).is_some_and(|segment| segment.packed),
        _ => false,
    }
}

fn prove(beside: &Path, manifest: &Manifest) -> Result<Report, StoreError> {
    let report = verify(beside, &mut |_, _| {})?;
    if let Some(problem) = report.problems.first() {
        return Err(StoreError::Damaged { place: problem.place.clone(), what: problem.what.clone() });
    }
    if report.head != manifest.head || report.torn.is_some() {
        return Err(StoreError::Damaged {
            place: "the backup".into(),
            what: format!(
                "it ends at entry {} instead of {}; take another backup",
                report.head.seq, manifest.head.seq
            ),
        });
    }
    Ok(report)
}
