//! The index and its files: opening, putting aside what is broken, and the words that readers share.
//!
//! The index is a view of the journal: it can be thrown away at any time. The payload of its last commit says
//! up to which entry of the journal it has read; the engine follows the journal from there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};
use tantivy::index::{IndexSettings, IndexSortByField, Order};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Directory, IndexReader, ReloadPolicy, Searcher, TantivyError};

use crate::error::{SearchError, read};
use crate::schema::{Fields, column, schema};
use crate::words::Analyzers;
use crate::writer::Writer;

/// Memory of the indexing thread, in bytes. Measured: throughput is the same from 40 to 600 MB.
const HEAP: usize = 50_000_000;
/// The same for an index in memory, which is small.
const SMALL_HEAP: usize = 16_000_000;

/// The index of mentions. All its methods may be called from many threads at once; they block, and a read takes
/// milliseconds of processor time: call them off the async threads.
pub struct Index {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) inner: tantivy::Index,
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
    pub(crate) writer: Mutex<Writer>,
    pub(crate) offset: AtomicU64,
    /// Readers hold it shared while they read; erasing holds it alone, so that no reader keeps a dead file
    /// open.
    pub(crate) gate: RwLock<()>,
    analyzers: Analyzers,
}

/// How opening went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Why the index was begun anew, in words for people. The journal has to be followed from the start.
    pub rebuilt: Option<String>,
}

/// How large the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Mentions that can be found.
    pub mentions: u64,
    /// Parts in which they are kept; background merges keep this low.
    pub segments: usize,
    /// Size of the files.
    pub bytes: u64,
}

impl Index {
    /// Opens the index in this folder, or makes a new one. One that cannot be read, or that an older version
    /// wrote, is renamed to `<dir>.broken` (replacing an earlier one) and begun anew from offset 0.
    ///
    /// # Errors
    /// [`SearchError::Locked`], [`SearchError::Open`] and [`SearchError::Folder`] when a new index would not
    /// help.
    pub fn open(dir: &Path) -> Result<(Self, Opened), SearchError> {
        make_dir(dir)?;
        match try_open(dir) {
            Ok(index) => Ok((index, Opened { rebuilt: None })),
            Err(Refused::Really(error)) => Err(error),
            Err(Refused::Broken(why)) => {
                tracing::warn!(reason = %why, "the search index is put aside and rebuilt");
                let aside = aside(dir);
                remove_dir(&aside)?;
                std::fs::rename(dir, &aside)
                    .map_err(|source| SearchError::Folder { path: dir.to_owned(), source })?;
                make_dir(dir)?;
                match try_open(dir) {
                    Ok(index) => Ok((index, Opened { rebuilt: Some(why) })),
                    Err(Refused::Really(error)) => Err(error),
                    Err(Refused::Broken(why)) => Err(SearchError::Open {
                        dir: dir.to_owned(),
                        source: Box::new(TantivyError::InternalError(why)),
                    }),
                }
            }
        }
    }

    /// An index without files, for tests and demonstrations.
    ///
    /// # Errors
    /// [`SearchError::Write`] when no thread can be started.
    pub fn in_memory() -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        let inner = tantivy::Index::builder()
            .schema(schema)
            .settings(settings())
            .create_in_ram()
            .map_err(crate::error::write)?;
        Self::assemble(None, inner, fields).map_err(crate::error::write)
    }

    fn assemble(dir: Option<PathBuf>, inner: tantivy::Index, fields: Fields) -> Result<Self, TantivyError> {
        let analyzers = Analyzers::new();
        analyzers.register(inner.tokenizers());
        let offset = offset_of(inner.load_metas()?.payload.as_deref());
        let heap = if dir.is_some() { HEAP } else { SMALL_HEAP };
        let writer = Writer::open(&inner, offset, heap)?;
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            dir,
            inner,
            fields,
            reader,
            writer: Mutex::new(writer),
            offset: AtomicU64::new(offset),
            gate: RwLock::new(()),
            analyzers,
        })
    }

    /// Up to which entry of the journal the index has read, as of the last commit; 0 for a new one.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset.load(Ordering::Acquire)
    }

    /// How large the index is.
    ///
    /// # Errors
    /// [`SearchError::Read`] when the files cannot be looked at.
    pub fn stats(&self) -> Result<Stats, SearchError> {
        self.with(|searcher| {
            let bytes = searcher.space_usage().map_err(read)?.total().get_bytes();
            Ok(Stats { mentions: searcher.num_docs(), segments: searcher.segment_readers().len(), bytes })
        })
    }

    /// Compares all files with their checksums; reads everything once. Returns the files that are damaged.
    ///
    /// # Errors
    /// [`SearchError::Read`] when the files cannot be read at all.
    pub fn verify(&self) -> Result<Vec<PathBuf>, SearchError> {
        let mut damaged: Vec<PathBuf> = self.inner.validate_checksum().map_err(read)?.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }

    /// Looks at the index as of the last commit.
    pub(crate) fn with<T>(
        &self,
        look: impl FnOnce(&Searcher) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        let _open = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        look(&self.reader.searcher())
    }

    /// A set of analyzers to use up.
    pub(crate) fn analyzers(&self) -> Analyzers {
        self.analyzers.clone()
    }
}

/// What the payload of a commit says.
pub(crate) fn payload_of(offset: u64) -> String {
    offset.to_string()
}

fn offset_of(payload: Option<&str>) -> u64 {
    payload.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Mentions of a segment lie newest first, so that the newest page is read off the top. Stored mentions are
/// compressed.
fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField { field: column::PUBLISHED.to_owned(), order: Order::Desc }),
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(3) }),
        ..IndexSettings::default()
    }
}

enum Refused {
    /// A new index mends it; why.
    Broken(String),
    /// A new one would be refused too.
    Really(SearchError),
}

fn try_open(dir: &Path) -> Result<Index, Refused> {
    // tantivy returns an error for some kinds of damage and panics at others
    let opened = catch_unwind(AssertUnwindSafe(|| open_or_create(dir)));
    match opened {
        Ok(Ok(index)) => Ok(index),
        Ok(Err(error)) => Err(judge(dir, error)),
        Err(_) => Err(Refused::Broken("its files are damaged".to_owned())),
    }
}

fn open_or_create(dir: &Path) -> Result<Index, TantivyError> {
    let (schema, fields) = schema();
    let files = MmapDirectory::open(dir)?;
    let inner = if tantivy::Index::exists(&files)? {
        tantivy::Index::open(files)?
    } else {
        tantivy::Index::builder().schema(schema.clone()).settings(settings()).open_or_create(files)?
    };
    if inner.schema() != schema || *inner.settings() != settings() {
        return Err(TantivyError::SchemaError("another version of the program wrote it".to_owned()));
    }
    // tantivy opens some files only when they are needed: all must be there, with an end that it wrote
    for file in inner.load_metas()?.list_segment_files() {
        if is_needed(&file) || inner.directory().exists(&file)? {
            inner.directory().open_read(&file)?;
        }
    }
    Index::assemble(Some(dir.to_owned()), inner, fields)
}

/// Every segment has these; deletes and temporary files come and go.
fn is_needed(file: &Path) -> bool {
    file.extension()
        .and_then(|kind| kind.to_str())
        .is_some_and(|kind| matches!(kind, "fast" | "term" | "idx" | "pos" | "fieldnorm" | "store"))
}

fn judge(dir: &Path, error: TantivyError) -> Refused {
    let dir = dir.to_owned();
    match &error {
        TantivyError::LockFailure(..) => Refused::Really(SearchError::Locked { dir }),
        TantivyError::SchemaError(why) => Refused::Broken(why.clone()),
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::DeserializeError(_) => {
            Refused::Broken("its files are damaged or of another version".to_owned())
        }
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            Refused::Broken(format!("its file `{}` is missing", file.display()))
        }
        TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_)) => {
            Refused::Broken("another version of the program wrote it".to_owned())
        }
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) if is_damage(io_error) => {
            Refused::Broken("its files are damaged".to_owned())
        }
        TantivyError::IoError(io_error) if is_damage(io_error) => {
            Refused::Broken("its files are damaged".to_owned())
        }
        TantivyError::OpenDirectoryError(OpenDirectoryError::NotADirectory(_)) => {
            Refused::Really(SearchError::Open { dir, source: Box::new(error) })
        }
        _ => Refused::Really(SearchError::Open { dir, source: Box::new(error) }),
    }
}

/// The content is wrong, rather than the disk or the rights.
fn is_damage(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof)
}

/// Where a broken index is put.
pub(crate) fn aside(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".broken");
    PathBuf::from(name)
}

pub(crate) fn remove_dir(dir: &Path) -> Result<(), SearchError> {
    match std::fs::remove_dir_all(dir) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(SearchError::Folder { path: dir.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn make_dir(dir: &Path) -> Result<(), SearchError> {
    std::fs::create_dir_all(dir).map_err(|source| SearchError::Folder { path: dir.to_owned(), source })
}
