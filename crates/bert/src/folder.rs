//! A folder with a checkpoint in which nothing is missing.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::BertError;
use crate::check;
use crate::checkpoint::Checkpoint;
use crate::labels::LabelMap;
use crate::settings::Settings;

/// Of the weights only so much at both ends is hashed: a start must not read a gigabyte twice.
const HASHED: u64 = 1024 * 1024;

/// Everything that is needed to load the model.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it lies.
    pub dir: PathBuf,
    /// What the checkpoint says of itself.
    pub checkpoint: Checkpoint,
    /// How it is used.
    pub settings: Settings,
    /// What its labels mean.
    pub labels: LabelMap,
    /// The files of its vocabulary.
    pub words: Vec<PathBuf>,
    /// `model.safetensors` or `rust_model.ot`.
    pub weights: PathBuf,
}

impl Folder {
    /// Looks at the folder.
    ///
    /// # Errors
    /// [`BertError::Folder`] with everything that is wrong.
    pub fn open(dir: &Path) -> Result<Self, BertError> {
        let report = check::look(dir);
        let wrong = report.wrong();
        report.folder.ok_or_else(|| BertError::Folder { dir: dir.to_owned(), wrong })
    }

    /// Names the model and this version of it, such as `robbert-klachten (3f2a90c1)`: changes with the settings, the
    /// vocabulary and the weights (their size and their first and last megabyte).
    ///
    /// # Errors
    /// [`BertError::Read`] when a file cannot be read.
    pub fn id(&self) -> Result<String, BertError> {
        let mut hash = Sha256::new();
        let small = [
            self.dir.join("config.json"),
            self.dir.join("model.toml"),
            self.dir.join("tokenizer_config.json"),
        ];
        for path in small.iter().filter(|path| path.is_file()).chain(&self.words) {
            hash.update(
                std::fs::read(path).map_err(|source| BertError::Read { path: path.clone(), source })?,
            );
        }
        ends(&self.weights, &mut hash)
            .map_err(|source| BertError::Read { path: self.weights.clone(), source })?;
        let version = hex::encode(hash.finalize());
        let folder = || self.dir.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = self.settings.name.clone().or_else(folder).unwrap_or_else(|| "stronger".to_owned());
        Ok(format!("{name} ({})", version.get(..8).unwrap_or_default()))
    }
}

fn ends(path: &Path, hash: &mut Sha256) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    hash.update(size.to_le_bytes());
    let mut part = Vec::new();
    (&mut file).take(HASHED).read_to_end(&mut part)?;
    hash.update(&part);
    file.seek(SeekFrom::Start(size.saturating_sub(HASHED)))?;
    part.clear();
    file.take(HASHED).read_to_end(&mut part)?;
    hash.update(&part);
    Ok(())
}
