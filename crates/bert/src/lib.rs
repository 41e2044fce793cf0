#![doc = include_str!("../README.md")]

pub mod check;
pub mod checkpoint;
#[cfg(feature = "torch")]
mod encoder;
pub mod folder;
pub mod labels;
#[cfg(feature = "torch")]
mod net;
pub mod settings;
#[cfg(feature = "torch")]
mod stronger;
#[cfg(feature = "torch")]
mod tokens;
mod weights;
pub mod windows;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gehoor_classify::{BuiltIn, Classifier};

pub use folder::Folder;
#[cfg(feature = "torch")]
pub use stronger::Stronger;

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BertError {
    /// Something is missing in its folder.
    #[error("{dir} cannot be used: {wrong} (`gehoor models check` says what to do)", dir = dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// What is missing or wrong.
        wrong: String,
    },
    /// A file of it cannot be read.
    #[error("cannot read {path}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The libraries below cannot load it.
    #[error("{dir} cannot be loaded: {why}", dir = dir.display())]
    Load {
        /// The folder.
        dir: PathBuf,
        /// What they say.
        why: String,
    },
    /// This program cannot judge with it.
    #[error(
        "this program was built without libtorch: build it with `--features bert` (crates/bert/README.md says how)"
    )]
    NotBuilt,
}

/// Whether this program was built with libtorch.
#[must_use]
pub const fn is_built() -> bool {
    cfg!(feature = "torch")
}

/// The checkpoint in a folder; its weights are read at the first text. What it does not know is judged by `base`.
///
/// # Errors
/// [`BertError`]: something is missing in the folder, or the program was built without libtorch.
pub fn open(dir: &Path, base: BuiltIn) -> Result<Arc<dyn Classifier>, BertError> {
    with(dir, base, false)
}

/// As [`open`], with the weights read at once: what is wrong with them shows at the start.
///
/// # Errors
/// As [`open`], and when the weights cannot be loaded.
pub fn load(dir: &Path, base: BuiltIn) -> Result<Arc<dyn Classifier>, BertError> {
    with(dir, base, true)
}

#[cfg(feature = "torch")]
fn with(dir: &Path, base: BuiltIn, at_once: bool) -> Result<Arc<dyn Classifier>, BertError> {
    let folder = Folder::open(dir)?;
    Ok(Arc::new(if at_once { Stronger::load(folder, base)? } else { Stronger::open(folder, base)? }))
}

#[cfg(not(feature = "torch"))]
fn with(dir: &Path, _: BuiltIn, _: bool) -> Result<Arc<dyn Classifier>, BertError> {
    Folder::open(dir)?;
    Err(BertError::NotBuilt)
}
