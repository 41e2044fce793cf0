//! Changing the index. Nobody outside reaches tantivy's writer, because every commit has to carry the offset: a
//! plain commit would forget it.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use gehoor_domain::ids::MentionId;
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::{IndexWriter, TantivyError};

use crate::doc::Op;
use crate::error::{SearchError, write};
use crate::index::{Index, payload_of};

/// tantivy's writer with the offset of what it was given. One indexing thread: a commit syncs per thread.
pub(crate) struct Writer {
    /// `None` after a failure, until it is opened again.
    inner: Option<IndexWriter>,
    offset: u64,
    changed: bool,
    heap: usize,
}

impl Writer {
    pub(crate) fn open(index: &tantivy::Index, offset: u64, heap: usize) -> Result<Self, TantivyError> {
        Ok(Self { inner: Some(open_writer(index, heap)?), offset, changed: false, heap })
    }

    fn get(&mut self, index: &tantivy::Index) -> Result<&mut IndexWriter, TantivyError> {
        let writer = match self.inner.take() {
            Some(writer) => writer,
            None => open_writer(index, self.heap)?,
        };
        Ok(self.inner.insert(writer))
    }

    /// Makes everything so far durable, together with the offset.
    fn commit(&mut self, index: &tantivy::Index) -> Result<(), TantivyError> {
        let payload = payload_of(self.offset);
        let mut prepared = self.get(index)?.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        self.changed = false;
        Ok(())
    }

    /// Forgets what was not committed. The writer is opened again when it is needed.
    fn give_up(&mut self, committed: u64) {
        self.inner = None;
        self.offset = committed;
        self.changed = false;
    }

    /// Waits for merges in the background, then merges each of these segments alone, which leaves deleted
    /// mentions behind.
    pub(crate) fn rewrite(
        &mut self,
        index: &tantivy::Index,
        segments: &[SegmentId],
    ) -> Result<(), TantivyError> {
        let writer = self.get(index)?;
        for segment in segments {
            // the new segment's description is dropped at once: held, it would keep files alive
            drop(writer.merge(&[*segment]).wait()?);
        }
        Ok(())
    }

    /// Lets background merges end and starts none until [`Writer::merge_again`].
    pub(crate) fn settle(&mut self, index: &tantivy::Index) -> Result<(), TantivyError> {
        self.get(index)?.set_merge_policy(Box::new(NoMergePolicy));
        if let Some(writer) = self.inner.take() {
            writer.wait_merging_threads()?;
        }
        self.get(index)?.set_merge_policy(Box::new(NoMergePolicy));
        Ok(())
    }

    /// Merges in the background again.
    pub(crate) fn merge_again(&mut self) {
        if let Some(writer) = &self.inner {
            writer.set_merge_policy(merge_policy());
        }
    }

    /// Removes files that nothing needs.
    pub(crate) fn collect_garbage(&mut self, index: &tantivy::Index) -> Result<(), TantivyError> {
        self.get(index)?.garbage_collect_files().wait().map(|_| ())
    }
}

fn open_writer(index: &tantivy::Index, heap: usize) -> Result<IndexWriter, TantivyError> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(heap)
        .build();
    let writer: IndexWriter = index.writer_with_options(options)?;
    writer.set_merge_policy(merge_policy());
    Ok(writer)
}

/// Each assessment replaces its mention, so that segments fill with deleted ones: those are merged away early.
fn merge_policy() -> Box<LogMergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(0.3);
    Box::new(policy)
}

impl Index {
    /// Takes over changes, in their order, as of that entry of the journal. They are found after the next
    /// [`Index::commit`]. Taking them over twice does no harm.
    ///
    /// # Errors
    /// [`SearchError::Write`] and [`SearchError::Encode`]: everything since the last commit is undone, so
    /// follow the journal again from [`Index::offset`].
    pub fn apply(&self, ops: &[Op], offset: u64) -> Result<(), SearchError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let done = self.apply_all(&mut writer, ops);
        match &done {
            Ok(()) => {
                writer.offset = offset;
                writer.changed |= !ops.is_empty();
            }
            Err(_) => writer.give_up(self.offset()),
        }
        done
    }

    fn apply_all(&self, writer: &mut Writer, ops: &[Op]) -> Result<(), SearchError> {
        let writer = writer.get(&self.inner).map_err(write)?;
        for op in ops {
            match op {
                Op::Put(doc) => {
                    let document = self.fields.document(doc)?;
                    writer.delete_term(self.fields.id_term(&doc.mention.id));
                    writer.add_document(document).map_err(write)?;
                }
                Op::Add(doc) => {
                    let document = self.fields.document(doc)?;
                    writer.add_document(document).map_err(write)?;
                }
                Op::Remove(id) => {
                    writer.delete_term(self.fields.id_term(id));
                }
            }
        }
        Ok(())
    }

    /// Makes all changes so far durable and lets readers find them. Returns the offset that is now safe. Costs
    /// some 10 file syncs, so call it every few seconds or when somebody looks; it does nothing when nothing
    /// changed.
    ///
    /// # Errors
    /// [`SearchError::Write`]: everything since the last commit is undone, so follow the journal again from
    /// [`Index::offset`].
    pub fn commit(&self) -> Result<u64, SearchError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.changed || writer.offset != self.offset() {
            self.commit_held(&mut writer)?;
        }
        Ok(self.offset())
    }

    pub(crate) fn commit_held(&self, writer: &mut Writer) -> Result<(), SearchError> {
        if let Err(error) = writer.commit(&self.inner) {
            writer.give_up(self.offset());
            return Err(write(error));
        }
        self.offset.store(writer.offset, Ordering::Release);
        self.refresh()
    }

    /// Hides these mentions and commits.
    pub(crate) fn delete_held(&self, writer: &mut Writer, ids: &[MentionId]) -> Result<(), SearchError> {
        let inner = writer.get(&self.inner).map_err(write)?;
        for id in ids {
            inner.delete_term(self.fields.id_term(id));
        }
        self.commit_held(writer)
    }

    /// Lets readers see the last commit and merges since. [`Index::commit`] does this by itself.
    ///
    /// # Errors
    /// [`SearchError::Read`] when the files cannot be opened.
    pub fn refresh(&self) -> Result<(), SearchError> {
        self.reader.reload().map_err(crate::error::read)
    }
}
