//! Mentions that are in the journal but not yet in the index: readers find them here, so that a case is never shown
//! without its words.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gehoor_domain::ids::MentionId;
use gehoor_search::MentionDoc;
use gehoor_store::Seq;

/// The mentions, each with the last entry of the journal that changed it.
#[derive(Default)]
pub(crate) struct Tail {
    docs: RwLock<HashMap<MentionId, (Seq, Arc<MentionDoc>)>>,
}

impl Tail {
    /// Keeps the mention as it is after that entry, unless a later one is known.
    pub(crate) fn put(&self, seq: Seq, doc: MentionDoc) {
        let mut docs = self.docs.write().unwrap_or_else(PoisonError::into_inner);
        let newer = docs.get(&doc.mention.id).is_none_or(|(known, _)| *known <= seq);
        if newer {
            docs.insert(doc.mention.id.clone(), (seq, Arc::new(doc)));
        }
    }

    /// One mention.
    pub(crate) fn get(&self, id: &MentionId) -> Option<Arc<MentionDoc>> {
        self.docs.read().unwrap_or_else(PoisonError::into_inner).get(id).map(|(_, doc)| Arc::clone(doc))
    }

    /// Forgets what the index holds by now: everything last changed at or before `seq`.
    pub(crate) fn forget_until(&self, seq: Seq) {
        self.docs.write().unwrap_or_else(PoisonError::into_inner).retain(|_, (changed, _)| *changed > seq);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.docs.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}
