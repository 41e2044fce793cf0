//! Why the index did not do what it was asked.

use std::path::PathBuf;

use gehoor_domain::ids::MentionId;
use tantivy::TantivyError;

use crate::ask::BadQuery;

/// Why the index did not do what it was asked. No variant carries the text of a mention.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The folder or the files could not be opened for a reason that a new index would not mend.
    #[error("cannot open the search index in `{}`: check that the folder can be written and the disk is not full", dir.display())]
    Open {
        /// The folder of the index.
        dir: PathBuf,
        /// What was refused.
        #[source]
        source: Box<TantivyError>,
    },
    /// Another process writes to the same index.
    #[error("the search index in `{}` is in use by another process: stop that one first", dir.display())]
    Locked {
        /// The folder of the index.
        dir: PathBuf,
    },
    /// The folder could not be made, or a broken index could not be put aside.
    #[error("cannot make or rename `{}`: check that its folder can be written", path.display())]
    Folder {
        /// What was to be made or renamed.
        path: PathBuf,
        /// What was refused.
        #[source]
        source: std::io::Error,
    },
    /// A change could not be written. Everything after the last commit is undone.
    #[error("cannot write to the search index: follow the journal again from the index's offset")]
    Write(#[source] Box<TantivyError>),
    /// A mention could not be turned into its stored form.
    #[error("cannot encode mention {id} for the search index")]
    Encode {
        /// Which mention.
        id: MentionId,
        /// What was refused.
        #[source]
        source: serde_json::Error,
    },
    /// The index could not be read.
    #[error("cannot read the search index: rebuild it if this happens again")]
    Read(#[source] Box<TantivyError>),
    /// A stored mention could not be read back.
    #[error("the search index holds a mention that cannot be read: rebuild the index")]
    Decode(#[source] serde_json::Error),
    /// The words typed into the search field are not a query.
    #[error(transparent)]
    Query(#[from] BadQuery),
    /// The mark of the next page is not one that this index gave out for this order.
    #[error("the page mark is not valid for this search: start again from the first page")]
    Cursor,
    /// More bins than a chart or a table can hold.
    #[error("the period has more than {max} parts: choose a larger part or a shorter period")]
    TooManyBins {
        /// The most that are given.
        max: usize,
    },
    /// A calendar date that cannot be represented.
    #[error("the period lies outside the calendar: choose a period between the years 1 and 9998")]
    Calendar(#[source] jiff::Error),
    /// Erased mentions are no longer found, but files that held them are still there.
    #[error("{} files with erased mentions could not be removed: erase again", files.len())]
    StillThere {
        /// The files, relative to the folder of the index.
        files: Vec<PathBuf>,
    },
}

/// For `map_err` where something was to be read.
pub(crate) fn read(error: impl Into<TantivyError>) -> SearchError {
    SearchError::Read(Box::new(error.into()))
}

/// For `map_err` where something was to be written.
pub(crate) fn write(error: impl Into<TantivyError>) -> SearchError {
    SearchError::Write(Box::new(error.into()))
}
