//! Answers of ours that were read before the post they answer: two sources of one platform are asked in no order. Such
//! an answer belongs to no case yet; it is written down under the post it names, and joins that post's case as soon as
//! there is one, or the case would look unanswered for ever.

use std::sync::Arc;

use gehoor_domain::assessment::Assessment;
use gehoor_domain::decide;
use gehoor_domain::group::{Join, join, waited_for, waits_under};
use gehoor_domain::ids::{CaseId, MentionId};
use gehoor_domain::mention::Mention;
use gehoor_store::Table;

use crate::Engine;
use crate::assess::Judged;
use crate::batch::Batch;
use crate::error::EngineError;

/// Answers of ours under one post that are looked at.
const MOST: usize = 50;

impl Engine {
    /// Remembers an answer of ours that found no case.
    pub(crate) fn wait_for_its_post(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
    ) -> Result<(), EngineError> {
        if let Some(post) = waits_under(mention).filter(|_| mention.own) {
            batch.mark(Table::OwnWaiting, format!("{post}/{}", mention.id))?;
        }
        Ok(())
    }

    /// Brings the answers of ours that waited for this post of a case, and those that answer them. `judged` is what the
    /// same unit of work has judged: nothing else knows of it yet.
    pub(crate) fn bring_answers(
        &self,
        batch: &mut Batch<'_>,
        id: CaseId,
        mention: &Mention,
        judged: &[Judged],
    ) -> Result<(), EngineError> {
        let mut posts = waited_for(mention);
        while let Some(post) = posts.pop() {
            for key in batch.latest_marks(Table::OwnWaiting, &format!("{post}/"), MOST)? {
                let Some(waits) = key.rsplit('/').next().and_then(MentionId::parse) else { continue };
                let Some((own, assessment)) = self.read_first(&waits, judged)? else { continue };
                // The name of one post may be the beginning of another's.
                if waits_under(&own).as_ref() != Some(&post) {
                    continue;
                }
                batch.remove(Table::OwnWaiting, key);
                if own.withdrawn.is_some()
                    || batch.get::<CaseId>(Table::CaseOfMention, own.id.as_str())?.is_some()
                {
                    continue;
                }
                let Some(case) = self.case_in(batch, id)? else { return Ok(()) };
                let cx = self.context(batch.at());
                let candidates = [Arc::clone(&case)];
                let to = join(&own, &assessment, &candidates, &cx);
                let Join::Attach { .. } = to else { continue };
                if let Some(decision) = decide::take_in(&to, &candidates, id, &own, &assessment, &cx) {
                    let decision = crate::promised::with_own_post(decision, &own, &cx);
                    self.stage(batch, Some(&case), decision)?;
                    posts.extend(waited_for(&own));
                }
            }
        }
        Ok(())
    }

    fn read_first(
        &self,
        id: &MentionId,
        judged: &[Judged],
    ) -> Result<Option<(Mention, Assessment)>, EngineError> {
        if let Some(one) = judged.iter().find(|one| one.mention.id == *id) {
            return Ok(Some((one.mention.clone(), one.assessment.clone())));
        }
        let known = self.mention_doc(id)?;
        Ok(known.and_then(|doc| Some((doc.mention, doc.assessment?))))
    }
}
