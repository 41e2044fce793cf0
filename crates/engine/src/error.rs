//! Why something could not be done, for the one who asked.

use gehoor_domain::ids::{CaseId, SourceId};

/// What can go wrong when the engine is asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// It is not there, or not within the reader's scope: the two are never told apart (SC-1).
    #[error("{0} is not there, or not yours to see")]
    NotFound(String),
    /// The reader may read it, but not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The rules refuse it.
    #[error("{0}")]
    Refused(String),
    /// What was sent cannot be used.
    #[error("{0}")]
    BadInput(String),
    /// Somebody else changed the case in the meantime.
    #[error("case {0} was changed by somebody else in the meantime: look again")]
    Conflict(CaseId),
    /// What was read has changed in the meantime; the work is done again.
    #[error("{0} changed while it was worked on: try again")]
    Raced(String),
    /// A search text cannot be read.
    #[error("{0}")]
    BadQuery(String),
    /// The source is unknown or takes no deliveries.
    #[error("source {0} takes no deliveries")]
    NotPushed(SourceId),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] gehoor_store::StoreError),
    /// The index failed.
    #[error("the index failed: {0}")]
    Index(String),
    /// The model failed.
    #[error(transparent)]
    Classify(#[from] gehoor_classify::ClassifyError),
}
