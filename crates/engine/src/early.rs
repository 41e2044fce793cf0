//! Our own answer that was read before what it answers had a case: it waits for the case, and joins it as if it had come
//! after. Two sources, or two pages of one, bring a conversation in any order.

use gehoor_domain::group::thread_keys;
use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Mention;
use gehoor_store::Table;

use crate::Engine;
use crate::batch::Batch;
use crate::error::EngineError;

/// Answers of ours to one post that are looked for.
const ANSWERS: usize = 50;

impl Engine {
    /// Remembers an answer of ours that found no case; a post of ours that answers nothing is left alone.
    pub(crate) fn keep_early_answer(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
    ) -> Result<(), EngineError> {
        let goes_on = mention.thread.as_ref().is_some_and(|thread| *thread != mention.external_id);
        if !mention.own || (mention.in_reply_to.is_none() && !goes_on) {
            return Ok(());
        }
        for thread in thread_keys(mention) {
            batch.mark(Table::EarlyAnswer, format!("{thread}/{}", mention.id))?;
        }
        Ok(())
    }

    /// Brings the answers of ours that waited for this mention into its case, oldest first.
    pub(crate) fn take_early_answers(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
    ) -> Result<(), EngineError> {
        let mut answers = Vec::new();
        for thread in thread_keys(mention) {
            for key in batch.latest_marks(Table::EarlyAnswer, &format!("{thread}/"), ANSWERS)? {
                let id = key.rsplit('/').next().and_then(MentionId::parse);
                let Some(doc) = id.map(|id| self.mention_doc(&id)).transpose()?.flatten() else { continue };
                batch.remove(Table::EarlyAnswer, key);
                answers.extend(doc.assessment.map(|assessment| (doc.mention, assessment)));
            }
        }
        answers.sort_by_key(|(answer, _)| answer.published);
        for (answer, assessment) in answers {
            if answer.withdrawn.is_none() {
                self.place(batch, &answer, &assessment, None)?;
            }
        }
        Ok(())
    }
}
