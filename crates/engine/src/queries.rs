//! What readers ask. Every question takes a [`Viewer`], who carries the scope.

use gehoor_domain::ids::{AlertId, CaseId, MentionId};
use gehoor_search::{Facets, Filter, Found, SearchQuery};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::EngineError;
use crate::views::{AlertRow, CasePage, CaseRow, HealthPage, Inbox, InboxQuery, Outbox, SourceRow, Viewer};

/// What a search found.
#[derive(Debug)]
pub struct SearchPage {
    /// The hits.
    pub found: Found,
    /// Counts per label.
    pub facets: Facets,
    /// Mentions per day, with feelings and complaints.
    pub bins: Vec<gehoor_search::Bin>,
    /// The case of each hit that has one, within the scope.
    pub cases: Vec<(MentionId, CaseId)>,
}

/// What is asked of the trends page.
#[derive(Debug, Clone, Default)]
pub struct TrendsQuery {
    /// Search text; none for all.
    pub text: Option<String>,
    /// Filters; `from` and `until` are the period.
    pub filter: Filter,
    /// Width of a bin.
    pub bucket: gehoor_search::Bucket,
}

/// The period and the one before it, of the same length.
#[derive(Debug)]
pub struct Trends {
    /// First moment.
    pub from: Timestamp,
    /// Moment after the last.
    pub until: Timestamp,
    /// Volume, feelings and stars over time.
    pub bins: Vec<gehoor_search::Bin>,
    /// The same for the period before.
    pub before: Vec<gehoor_search::Bin>,
    /// Per topic, most complaints first.
    pub topics: Vec<gehoor_search::Row>,
    /// Per topic in the period before.
    pub topics_before: Vec<gehoor_search::Row>,
    /// Per location, within the scope.
    pub locations: Vec<gehoor_search::Row>,
    /// Per channel.
    pub channels: Vec<gehoor_search::Row>,
    /// Per language.
    pub langs: Vec<gehoor_search::Row>,
    /// How complaints of the period were answered.
    pub answers: Answers,
}

/// How complaints were answered, the never answered included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Cases that began in the period.
    pub cases: usize,
    /// Of these, answered.
    pub answered: usize,
    /// Of these, answered within the norm.
    pub within_norm: usize,
    /// Promises made in these cases that have ended or passed.
    pub promises: usize,
    /// Of these, kept in time.
    pub promises_kept: usize,
    /// Of these cases, reopened by the customer.
    pub reopened: usize,
}

impl Engine {
    /// The inbox, first things first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Result<Inbox, EngineError> {
        let _ = (viewer, query);
        Err(EngineError::NotFound("inbox".into()))
    }
    /// One row of the inbox, for live changes.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn case_row(&self, viewer: &Viewer, id: CaseId) -> Result<CaseRow, EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(format!("case {id}")))
    }
    /// Everything about one case.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn case_page(&self, viewer: &Viewer, id: CaseId) -> Result<CasePage, EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(format!("case {id}")))
    }
    /// Mentions by text and filter, with counts.
    ///
    /// # Errors
    /// [`EngineError::BadQuery`] when the text cannot be read.
    pub async fn search(&self, viewer: &Viewer, query: &SearchQuery) -> Result<SearchPage, EngineError> {
        let _ = (viewer, query);
        Err(EngineError::NotFound("search".into()))
    }
    /// Volume, feelings, stars and topics over time.
    ///
    /// # Errors
    /// [`EngineError::BadQuery`] when the text cannot be read.
    pub async fn trends(&self, viewer: &Viewer, query: &TrendsQuery) -> Result<Trends, EngineError> {
        let _ = (viewer, query);
        Err(EngineError::NotFound("trends".into()))
    }
    /// Alerts, the latest first; those that hold before those that ended.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn alerts(&self, viewer: &Viewer) -> Result<Vec<AlertRow>, EngineError> {
        let _ = viewer;
        Ok(Vec::new())
    }
    /// One alert with why it was or was not sent.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn alert(&self, viewer: &Viewer, id: AlertId) -> Result<AlertRow, EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(format!("alert {id}")))
    }
    /// Silences, those that hold first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn silences(&self, viewer: &Viewer) -> Result<Vec<gehoor_domain::alert::Silence>, EngineError> {
        let _ = viewer;
        Ok(Vec::new())
    }
    /// Sources and how they do.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a franchisee.
    pub fn sources(&self, viewer: &Viewer) -> Result<Vec<SourceRow>, EngineError> {
        let _ = viewer;
        Ok(Vec::new())
    }
    /// The outbox: what is due, was sent, and could not be delivered. A franchisee sees rows of his own cases.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn outbox(&self, viewer: &Viewer) -> Result<Outbox, EngineError> {
        let _ = viewer;
        Ok(Outbox { rows: Vec::new(), due: 0, done: 0, dead: 0 })
    }
    /// How Gehoor itself does.
    #[must_use]
    pub fn health(&self) -> HealthPage {
        HealthPage {
            ready: false,
            head: 0,
            assessed: 0,
            indexed: 0,
            loops: Vec::new(),
            repaired: Vec::new(),
            outbox_due: 0,
            outbox_dead: 0,
            failing_sources: Vec::new(),
        }
    }
}
