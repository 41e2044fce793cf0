//! Taking mentions off the disk, for a person who wants to be forgotten.
//!
//! A delete only hides: the bytes stay until their segment is merged, and files stay as long as anybody holds
//! them open. So every segment that ever held the mention, also an older revision of it, is rewritten alone,
//! and files are removed while no reader is inside.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::PoisonError;

use gehoor_domain::ids::MentionId;
use tantivy::index::SegmentId;

use crate::error::{SearchError, read, write};
use crate::index::{Index, aside, remove_dir};
use crate::writer::Writer;

/// What erasing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Segments that were rewritten without the mentions.
    pub segments: usize,
}

impl Index {
    /// Removes these mentions and their earlier revisions from the index and from the disk, and commits all
    /// changes so far. An index that was put aside as broken is removed too. Writers wait meanwhile: it takes
    /// about 15 seconds for a million mentions.
    ///
    /// # Errors
    /// [`SearchError::Write`] as for [`Index::commit`]; [`SearchError::StillThere`] when files could not be
    /// removed. In both cases erase again.
    pub fn erase(&self, ids: &[MentionId]) -> Result<Erased, SearchError> {
        if ids.is_empty() {
            return Ok(Erased { segments: 0 });
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.delete_held(&mut writer, ids)?;
        writer.settle(&self.inner).map_err(write)?;
        let done = self.rewrite_held(&mut writer, ids);
        writer.merge_again();
        if let Some(dir) = &self.dir {
            remove_dir(&aside(dir))?;
        }
        done
    }

    fn rewrite_held(&self, writer: &mut Writer, ids: &[MentionId]) -> Result<Erased, SearchError> {
        self.refresh()?;
        let touched = self.segments_with(ids)?;
        writer.rewrite(&self.inner, &touched).map_err(write)?;
        // from here on nobody reads: a reader that is still inside would keep the old files
        let alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        self.refresh()?;
        writer.collect_garbage(&self.inner).map_err(write)?;
        let files = self.dead_files()?;
        drop(alone);
        if !files.is_empty() {
            return Err(SearchError::StillThere { files });
        }
        Ok(Erased { segments: touched.len() })
    }

    /// The segments that hold these mentions, deleted or not.
    fn segments_with(&self, ids: &[MentionId]) -> Result<Vec<SegmentId>, SearchError> {
        self.with(|searcher| {
            let mut touched = Vec::new();
            for segment in searcher.segment_readers() {
                let names = segment.inverted_index(self.fields.id).map_err(read)?;
                for id in ids {
                    if names.get_term_info(&self.fields.id_term(id)).map_err(read)?.is_some() {
                        touched.push(segment.segment_id());
                        break;
                    }
                }
            }
            Ok(touched)
        })
    }

    /// Files of segments that are no longer part of the index.
    fn dead_files(&self) -> Result<Vec<PathBuf>, SearchError> {
        let living: HashSet<PathBuf> = self.inner.load_metas().map_err(read)?.list_segment_files();
        let mut dead: Vec<PathBuf> = self
            .inner
            .directory()
            .list_managed_files()
            .into_iter()
            .filter(|file| file.extension().is_none_or(|kind| kind != "json") && !living.contains(file))
            .collect();
        dead.sort();
        Ok(dead)
    }
}
