//! Which locations a user may see. Every read takes a scope; there is no way to ask without one (SC-1).

use std::collections::BTreeSet;

use crate::ids::LocationId;

/// What a reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything, also what belongs to no location yet.
    All,
    /// These locations only; what belongs to no location is not shown.
    Locations(BTreeSet<LocationId>),
}

impl Scope {
    /// Whether something of this location may be shown.
    #[must_use]
    pub fn allows(&self, location: Option<&LocationId>) -> bool {
        match self {
            Scope::All => true,
            Scope::Locations(set) => location.is_some_and(|l| set.contains(l)),
        }
    }
    /// Whether everything may be shown: head office's view of sources, outlets, users and settings.
    #[must_use]
    pub fn is_all(&self) -> bool {
        matches!(self, Scope::All)
    }
}
