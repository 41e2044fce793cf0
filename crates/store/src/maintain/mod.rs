//! What people do with a data folder: prove it, back it up, bring it back, erase from it.

mod backup;
mod erase;
mod proof;
mod restore;
mod scratch;
mod verify;

pub use backup::{BackedUp, Manifest, backup};
pub use erase::{Erase, Erased, erase};
pub use proof::proof;
pub use restore::restore;
pub use verify::{Problem, Report, ViewState, verify};

/// Called with how much is done, and how much there is to do; both in bytes of files.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Length of a file; 0 when it is gone.
fn length(path: &std::path::Path) -> u64 {
    std::fs::metadata(path).map_or(0, |meta| meta.len())
}
