//! Follows the journal into the index. Its offset travels in every commit of the index, so that the index is always
//! the picture of a prefix of the journal (IX-1) and can be thrown away and made again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gehoor_domain::assessment::Assessment;
use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Mention;
use gehoor_search::{MentionDoc, Op};
use gehoor_store::{Seq, Table, Write, decode};

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
    indexing: tokio::sync::Mutex<Ahead>,
}

/// What the index holds of entries that lie after its offset: mentions that were judged when they were indexed. Each
/// with the entry of its assessment.
#[derive(Debug, Default)]
struct Ahead {
    docs: HashMap<MentionId, Seq>,
    /// How far assessing was in the round before.
    assessed: Seq,
}

/// A mention to be indexed.
struct Changed {
    doc: Arc<MentionDoc>,
    /// The index never held it.
    fresh: bool,
}

impl Engine {
    /// Brings the index up to the head of the journal and commits it. `true` when something was indexed.
    ///
    /// # Errors
    /// [`EngineError`] when the journal or the index fails.
    pub async fn index_some(&self) -> Result<bool, EngineError> {
        self.index_to(None).await
    }

    /// As [`Engine::index_some`], but leaves mentions that are about to be judged for the next round, so that none is
    /// indexed twice. When assessing stands still it does not wait for it.
    pub(crate) async fn index_judged(&self) -> Result<bool, EngineError> {
        let assessed = self.inner.progress.assessed.load(Ordering::Acquire);
        self.index_to(Some(assessed)).await
    }

    async fn index_to(&self, assessed: Option<Seq>) -> Result<bool, EngineError> {
        let mut ahead = self.inner.progress.indexing.lock().await;
        let stands_still = assessed.is_none_or(|seq| seq == ahead.assessed);
        let until = assessed.filter(|_| !stands_still).unwrap_or(Seq::MAX);
        ahead.assessed = assessed.unwrap_or(ahead.assessed);
        let this = self.clone();
        let mut held = std::mem::take(&mut *ahead);
        let (held, done) = tokio::task::spawn_blocking(move || {
            let done = this.index_blocking(until, &mut held.docs);
            if done.is_err() {
                // What was not committed is undone: nothing is ahead any more.
                held.docs.clear();
            }
            (held, done)
        })
        .await
        .map_err(|e| EngineError::Index(format!("indexing stopped unexpectedly: {e}")))?;
        *ahead = held;
        done
    }

    /// Returns when everything that was in the journal at the start is known again. Nothing may be taken in before:
    /// known mentions would look new.
    pub(crate) async fn caught_up(&self) -> Result<(), EngineError> {
        while !self.inner.progress.caught_up.load(Ordering::Acquire) {
            self.index_some().await?;
        }
        Ok(())
    }

    fn index_blocking(&self, until: Seq, ahead: &mut HashMap<MentionId, Seq>) -> Result<bool, EngineError> {
        let index = &self.inner.parts.index;
        let failed = |e: gehoor_search::SearchError| EngineError::Index(e.to_string());
        let from = index.offset();
        let mut after = from;
        let mut pending = 0;
        loop {
            let mut entries = self.store().follow(after, CHUNK)?;
            entries.retain(|entry| entry.seq <= until);
            let Some(last) = entries.last().map(|entry| entry.seq) else { break };
            let mut changed: HashMap<MentionId, Changed> = HashMap::new();
            for entry in &entries {
                for write in &entry.writes {
                    self.take_over(entry.seq, write, &mut changed, ahead)?;
                }
            }
            pending += changed.len();
            let op = |one: &Changed| {
                let doc = Arc::clone(&one.doc);
                if one.fresh { Op::Add(doc) } else { Op::Put(doc) }
            };
            let ops: Vec<Op> = changed.values().map(op).collect();
            // Before it is done: when it fails, all of it is put again with a look for what is there.
            changed.keys().for_each(|id| self.inner.tail.given(id));
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

    /// Takes one write of the journal over into what is to be indexed.
    fn take_over(
        &self,
        seq: Seq,
        write: &Write,
        changed: &mut HashMap<MentionId, Changed>,
        ahead: &mut HashMap<MentionId, Seq>,
    ) -> Result<(), EngineError> {
        let (Table::Mention | Table::Assessment, Some(record)) = (write.table, &write.record) else {
            return Ok(());
        };
        let Some(id) = MentionId::parse(&write.key) else { return Ok(()) };
        if ahead.get(&id).is_some_and(|known| seq <= *known) {
            if ahead.get(&id) == Some(&seq) {
                ahead.remove(&id);
            }
            return Ok(());
        }
        // At hand as it is after this entry or a later one: nothing has to be read.
        if let Some(kept) = self.inner.tail.get(&id).filter(|kept| kept.seq >= seq) {
            if kept.seq > seq {
                ahead.insert(id.clone(), kept.seq);
            }
            // Only the entry that brought it can be the first that the index hears of it: whoever took it in may have
            // put it at hand after the index had read that entry.
            let is_first = kept.fresh && write.table == Table::Mention;
            let fresh = is_first || changed.get(&id).is_some_and(|one| one.fresh);
            changed.insert(id, Changed { doc: kept.doc, fresh });
            return Ok(());
        }
        let known = match changed.get(&id) {
            Some(one) => Some(MentionDoc::clone(&one.doc)),
            None => self.mention_doc(&id)?,
        };
        let doc = if write.table == Table::Mention {
            let mention: Mention = decode(write.table, &write.key, record)?;
            MentionDoc { mention, assessment: known.and_then(|doc| doc.assessment) }
        } else {
            let assessment: Assessment = decode(write.table, &write.key, record)?;
            // An assessment without its mention was erased in the meantime.
            let Some(doc) = known else { return Ok(()) };
            MentionDoc { assessment: Some(assessment), ..doc }
        };
        let doc = Arc::new(doc);
        self.inner.tail.put(seq, Arc::clone(&doc), false);
        let fresh = changed.get(&id).is_some_and(|one| one.fresh);
        changed.insert(id, Changed { doc, fresh });
        Ok(())
    }

    fn commit_index(&self, offset: Seq) -> Result<(), EngineError> {
        self.inner.parts.index.commit().map_err(|e| EngineError::Index(e.to_string()))?;
        self.inner.tail.forget_until(offset);
        Ok(())
    }

    /// Mentions that are kept at hand because the index does not hold them yet.
    #[must_use]
    pub fn waiting_for_index(&self) -> usize {
        self.inner.tail.len()
    }
}
