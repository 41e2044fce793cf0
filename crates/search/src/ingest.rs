//! What collecting has to know before it commits: whether a post was seen before. It has no reader and thus no
//! scope; never answer a person from here.

use std::collections::HashMap;

use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Mention;

use crate::error::SearchError;
use crate::index::Index;

impl Index {
    /// Those of these mentions that are in the index, as they were last committed: a new revision is told by
    /// comparing with them. Only for collecting.
    ///
    /// # Errors
    /// [`SearchError::Read`] and [`SearchError::Decode`].
    pub fn ingest_known(&self, ids: &[MentionId]) -> Result<HashMap<MentionId, Mention>, SearchError> {
        let found = self.with(|searcher| self.by_id(searcher, ids))?;
        Ok(found.into_iter().map(|(id, doc)| (id, doc.mention)).collect())
    }

    /// Whether the mention is in the index, without reading it. Only for collecting.
    ///
    /// # Errors
    /// [`SearchError::Read`].
    pub fn ingest_has(&self, id: &MentionId) -> Result<bool, SearchError> {
        self.with(|searcher| Ok(!self.addresses(searcher, std::slice::from_ref(id))?.is_empty()))
    }
}
