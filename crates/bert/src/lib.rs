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
pub mod written;

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

/// Loads the checkpoint in a folder. What it does not know is judged by `base`.
///
/// # Errors
/// [`BertError`]: something is missing in the folder, the weights cannot be loaded, or the program was built without
/// libtorch.
#[cfg(feature = "torch")]
pub fn load(dir: &Path, base: BuiltIn) -> Result<Arc<dyn Classifier>, BertError> {
    Ok(Arc::new(Stronger::load(Folder::open(dir)?, base)?))
}

/// Says why the checkpoint in a folder cannot be loaded: this program was built without libtorch.
///
/// # Errors
/// [`BertError`]: something is missing in the folder, or else always [`BertError::NotBuilt`].
#[cfg(not(feature = "torch"))]
pub fn load(dir: &Path, _: BuiltIn) -> Result<Arc<dyn Classifier>, BertError> {
    Folder::open(dir)?;
    Err(BertError::NotBuilt)
}
