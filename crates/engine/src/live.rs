//! What changed, for pages that are open: only names and numbers, never contents.

use gehoor_domain::ids::{AlertId, CaseId, LocationId, SourceId};
use gehoor_domain::scope::Scope;
use serde::Serialize;

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "id")]
pub enum Changed {
    /// A case.
    Case(CaseId),
    /// An alert.
    Alert(AlertId),
    /// A source's state.
    Source(SourceId),
    /// The outbox.
    Outbox,
    /// Who is at a case.
    Presence(CaseId),
}

/// A change, with the entry of the journal that made it. The page asks for the fragment itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The entry of the journal.
    pub seq: u64,
    /// What changed.
    #[serde(flatten)]
    pub changed: Changed,
    /// Whose shop it concerns; decides who may hear of it.
    #[serde(skip)]
    pub location: Option<LocationId>,
    /// For a case: it is open and new in the inbox.
    pub fresh: bool,
}

impl Change {
    /// Whether a reader of this scope may hear of it.
    #[must_use]
    pub fn allowed(&self, scope: &Scope) -> bool {
        match self.changed {
            Changed::Case(_) | Changed::Alert(_) | Changed::Presence(_) => {
                scope.allows(self.location.as_ref())
            }
            Changed::Source(_) | Changed::Outbox => scope.is_all(),
        }
    }
}
