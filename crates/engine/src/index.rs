//! Follows the journal into the index. Its offset travels in every commit of the index, so that the index is always
//! the picture of a prefix of the journal (IX-1) and can be thrown away and made again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use gehoor_domain::assessment::Assessment;
use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Mention;
use gehoor_search::{MentionDoc, Op};
use gehoor_store::{Seq, Table, decode};

use crate::Engine;
use crate::error::EngineError;

/// Entries read at once.
const CHUNK: usize = 500;
/// Documents handed over before the index is committed while catching up.
const COMMIT_EVERY: usize = 20_000;

/// How far the followers of the journal came.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The index, as committed.
    pub(crate) indexed: AtomicU64,
    /// Assessing, as committed.
    pub(crate) assessed: AtomicU64,
    /// Everything that was in the journal when the program started has been read again.
    pub(crate) caught_up: std::sync::atomic::AtomicBool,
    /// One at a time brings the index up to date.
    indexing: tokio::sync::Mutex<()>,
}

impl Engine {
    /// Brings the index up to the head of the journal and commits it. `true` when something was indexed.
    ///
    /// # Errors
    /// [`EngineError`] when the journal or the index fails.
    pub async fn index_some(&self) -> Result<bool, EngineError> {
        let _turn = self.inner.progress.indexing.lock().await;
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.index_blocking())
            .await
            .map_err(|e| EngineError::Index(format!("indexing stopped unexpectedly: {e}")))?
    }

    /// Returns when everything that was in the journal at the start is known again. Nothing may be taken in before:
    /// known mentions would look new.
    pub(crate) async fn caught_up(&self) -> Result<(), EngineError> {
        while !self.inner.progress.caught_up.load(Ordering::Acquire) {
            self.index_some().await?;
        }
        Ok(())
    }

    fn index_blocking(&self) -> Result<bool, EngineError> {
        let index = &self.inner.parts.index;
        let failed = |e: gehoor_search::SearchError| EngineError::Index(e.to_string());
        let from = index.offset();
        let mut after = from;
        let mut pending = 0;
        loop {
            let entries = self.store().follow(after, CHUNK)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { break };
            let mut changed: HashMap<MentionId, (Seq, MentionDoc)> = HashMap::new();
            for entry in &entries {
                for write in &entry.writes {
                    let Some(record) = &write.record else { continue };
                    match write.table {
                        Table::Mention => {
                            let mention: Mention = decode(write.table, &write.key, record)?;
                            let id = mention.id.clone();
                            let assessment =
                                self.indexed_or_changed(&changed, &id)?.and_then(|d| d.assessment);
                            changed.insert(id, (entry.seq, MentionDoc { mention, assessment }));
                        }
                        Table::Assessment => {
                            let Some(id) = MentionId::parse(&write.key) else { continue };
                            let assessment: Assessment = decode(write.table, &write.key, record)?;
                            // An assessment without its mention was erased in the meantime.
                            let Some(mut doc) = self.indexed_or_changed(&changed, &id)? else { continue };
                            doc.assessment = Some(assessment);
                            changed.insert(id, (entry.seq, doc));
                        }
                        _ => {}
                    }
                }
            }
            pending += changed.len();
            let mut ops = Vec::with_capacity(changed.len());
            for (_, (seq, doc)) in changed {
                self.inner.tail.put(seq, doc.clone());
                ops.push(Op::Put(Box::new(doc)));
            }
            index.apply(&ops, last).map_err(failed)?;
            after = last;
            if pending >= COMMIT_EVERY {
                self.commit_index(after)?;
                pending = 0;
            }
        }
        // Entries without mentions move the offset only now and then: a commit of the index costs many syncs.
        if pending > 0 || after.saturating_sub(from) > 1_000 {
            self.commit_index(after)?;
        }
        self.inner.progress.indexed.store(after, Ordering::Release);
        self.inner.progress.caught_up.store(true, Ordering::Release);
        Ok(pending > 0)
    }

    fn commit_index(&self, offset: Seq) -> Result<(), EngineError> {
        self.inner.parts.index.commit().map_err(|e| EngineError::Index(e.to_string()))?;
        self.inner.tail.forget_until(offset);
        Ok(())
    }

    fn indexed_or_changed(
        &self,
        changed: &HashMap<MentionId, (Seq, MentionDoc)>,
        id: &MentionId,
    ) -> Result<Option<MentionDoc>, EngineError> {
        match changed.get(id) {
            Some((_, doc)) => Ok(Some(doc.clone())),
            None => self.mention_doc(id),
        }
    }

    /// Mentions that are kept at hand because the index does not hold them yet.
    #[must_use]
    pub fn waiting_for_index(&self) -> usize {
        self.inner.tail.len()
    }
}
