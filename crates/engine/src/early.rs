//! Our own answer that was read before what it answers had a case: it waits for the case, and joins it as if it had come
//! after. Two sources, or two pages of one, bring a conversation in any order.

use gehoor_domain::group::thread_keys;
use gehoor_domain::ids::{CaseId, MentionId};
use gehoor_domain::mention::Mention;
use gehoor_store::Table;

use crate::Engine;
use crate::batch::Batch;
use crate::error::EngineError;

/// Answers of ours to one post that are looked for.
const ANSWERS: usize = 50;

/// The conversations of a mention, and a post, each once: an answer waits under both, because a platform may name the
/// conversation of an answer otherwise than that of the post.
fn with(mention: &Mention, post: Option<&str>) -> Vec<String> {
    let mut names = thread_keys(mention);
    let post = post.map(|post| format!("{}|{post}", mention.space()));
    names.extend(post.filter(|post| !names.contains(post)).into_iter().collect::<Vec<_>>());
    names
}

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
        for name in with(mention, mention.in_reply_to.as_deref()) {
            batch.mark(Table::EarlyAnswer, format!("{name}/{}", mention.id))?;
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
        for name in with(mention, Some(&mention.external_id)) {
            for key in batch.latest_marks(Table::EarlyAnswer, &format!("{name}/"), ANSWERS)? {
                let id = key.rsplit('/').next().and_then(MentionId::parse);
                let Some(doc) = id.map(|id| self.mention_doc(&id)).transpose()?.flatten() else { continue };
                // The name of one post may be the beginning of another's.
                if !with(&doc.mention, doc.mention.in_reply_to.as_deref()).contains(&name) {
                    continue;
                }
                batch.remove(Table::EarlyAnswer, key);
                if batch.get::<CaseId>(Table::CaseOfMention, doc.mention.id.as_str())?.is_some() {
                    continue;
                }
                answers.extend(doc.assessment.map(|assessment| (doc.mention, assessment)));
            }
        }
        answers.sort_by(|(a, _), (b, _)| (a.published, &a.id).cmp(&(b.published, &b.id)));
        answers.dedup_by(|(a, _), (b, _)| a.id == b.id);
        for (answer, assessment) in answers {
            if answer.withdrawn.is_none() {
                self.place(batch, &answer, &assessment, None)?;
            }
        }
        Ok(())
    }
}
