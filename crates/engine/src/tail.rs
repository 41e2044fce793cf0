//! Mentions that are in the journal but not yet in the index: readers find them here, so that a case is never shown
//! without its words.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gehoor_domain::assessment::Assessment;
use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Mention;
use gehoor_search::MentionDoc;
use gehoor_store::Seq;

/// A mention as it is after an entry of the journal.
#[derive(Clone)]
pub(crate) struct Kept {
    /// The last entry that changed it.
    pub(crate) seq: Seq,
    /// The entry that holds this text.
    text: Seq,
    /// The index never held it.
    pub(crate) fresh: bool,
    /// The mention with what was thought of it.
    pub(crate) doc: Arc<MentionDoc>,
}

/// The mentions, each with the last entry of the journal that changed it.
#[derive(Default)]
pub(crate) struct Tail {
    docs: RwLock<HashMap<MentionId, Kept>>,
}

impl Tail {
    /// Keeps the mention as it is after that entry, which holds its text, unless a later one is known. `fresh` says that
    /// it was never heard of before.
    pub(crate) fn put(&self, seq: Seq, doc: Arc<MentionDoc>, fresh: bool) {
        let mut docs = self.docs.write().unwrap_or_else(PoisonError::into_inner);
        let known = docs.get(&doc.mention.id);
        // The index may have read the same entry before whoever wrote it came here: then it has it.
        let is_given = known.is_some_and(|known| known.seq >= seq && !known.fresh);
        let fresh = (fresh && !is_given) || known.is_some_and(|known| known.fresh);
        let newer = docs.get(&doc.mention.id).is_none_or(|known| known.seq <= seq);
        if newer {
            docs.insert(doc.mention.id.clone(), Kept { seq, text: seq, fresh, doc });
        }
    }

    /// The index has been given it.
    pub(crate) fn given(&self, id: &MentionId) {
        let mut docs = self.docs.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = docs.get_mut(id) {
            kept.fresh = false;
        }
    }

    /// Adds what was thought, in entry `seq`, of the text that entry `text` holds. A newer text stays: it is about to be
    /// judged as well.
    pub(crate) fn judged(&self, seq: Seq, text: Seq, mention: Mention, assessment: Assessment) {
        let mut docs = self.docs.write().unwrap_or_else(PoisonError::into_inner);
        let fresh = docs.get(&mention.id).is_some_and(|known| known.fresh);
        let (text, mention) = match docs.get(&mention.id) {
            Some(known) if known.seq > seq => return,
            Some(known) if known.text > text => (known.text, known.doc.mention.clone()),
            _ => (text, mention),
        };
        let doc = Arc::new(MentionDoc { mention, assessment: Some(assessment) });
        docs.insert(doc.mention.id.clone(), Kept { seq, text, fresh, doc });
    }

    /// One mention.
    pub(crate) fn get(&self, id: &MentionId) -> Option<Kept> {
        self.docs.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Forgets what the index holds by now: everything last changed at or before `seq`.
    pub(crate) fn forget_until(&self, seq: Seq) {
        let mut docs = self.docs.write().unwrap_or_else(PoisonError::into_inner);
        docs.retain(|_, kept| kept.seq > seq);
        // A burst leaves no room behind that nothing needs.
        docs.shrink_to(1_024);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.docs.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}
