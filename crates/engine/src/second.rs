//! The second look: a stronger, slower model judges again what the quick one found urgent or was not sure of.
//!
//! What it has to look at stands on a list in the store, written in the same commit as the first judgement, most
//! pressing first: so nothing is lost by a restart, and what is urgent never waits behind years of old posts. The
//! stronger model works beside everything else and only when no new mention waits for its first judgement; while it
//! is slow or broken the list grows, and the quick judgement stands.

use gehoor_classify::{Classifier, second};
use gehoor_domain::assessment::Assessment;
use gehoor_domain::decide::Again;
use gehoor_domain::ids::MentionId;
use gehoor_search::MentionDoc;
use gehoor_store::Table;
use jiff::SignedDuration;
use std::sync::Arc;

use crate::Engine;
use crate::error::EngineError;
use crate::rejudge::Rejudged;

/// Mentions looked at in one round.
const ROUND: usize = 16;
/// Marks that are counted at most when somebody asks how many wait.
const COUNTED: usize = 10_000;
/// While the first judgement is behind.
const REST: SignedDuration = SignedDuration::from_secs(1);

/// A mention to be looked at, with the key of its mark.
struct Due {
    key: String,
    doc: MentionDoc,
}

impl Engine {
    /// Lets the stronger model, if there is one, look at the most pressing mentions. `true` when there may be more.
    ///
    /// # Errors
    /// [`EngineError`] when the stronger model, the index or the store fails; the same mentions are tried again.
    pub async fn second_look_some(&self) -> Result<bool, EngineError> {
        let Some(stronger) = self.inner.parts.stronger.clone() else { return Ok(false) };
        if self.first_is_behind()? {
            return Ok(false);
        }
        let (due, mut over) = self.due_looks(stronger.id()).await?;
        let (keys, docs): (Vec<String>, Vec<MentionDoc>) = due.into_iter().map(|d| (d.key, d.doc)).unzip();
        let (docs, judged) = self.look(&stronger, docs).await?;
        let mut rejudged = Vec::new();
        let mut looked = Vec::new();
        for ((key, doc), assessment) in keys.into_iter().zip(docs).zip(judged) {
            match assessment {
                Some(assessment) => {
                    rejudged.push(Rejudged { doc, assessment });
                    looked.push(key);
                }
                // The quick judgement stands.
                None => over.push(key),
            }
        }
        if rejudged.is_empty() && over.is_empty() {
            return Ok(false);
        }
        let filed = self
            .file_again(&rejudged, Again::SecondLook, |batch, filed| {
                // One that changed in the meantime keeps its mark and is looked at anew.
                let done = looked.iter().zip(&filed.written).filter(|(_, written)| **written);
                for key in done.map(|(key, _)| key).chain(&over) {
                    batch.remove(Table::SecondLook, key.clone());
                }
                Ok(())
            })
            .await?;
        let written = filed.written.iter().filter(|written| **written).count();
        metrics::counter!("gehoor_second_looks_total").increment(u64::try_from(written).unwrap_or(0));
        metrics::counter!("gehoor_second_looks_changed_total").increment(filed.changed);
        #[expect(clippy::cast_precision_loss, reason = "a gauge; exact below 2^52")]
        metrics::gauge!("gehoor_second_looks_waiting").set(self.looks_waiting()? as f64);
        Ok(written + over.len() > 0)
    }

    /// How many mentions wait for a second look, counted up to 10,000.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn looks_waiting(&self) -> Result<usize, EngineError> {
        if self.inner.parts.stronger.is_none() {
            return Ok(0);
        }
        Ok(self.store().scan(Table::SecondLook, "", None, COUNTED)?.len())
    }

    /// How long the loop sleeps: until something is put on the list, or the first judgement has caught up.
    pub(crate) async fn rest_before_second_look(&self) {
        if self.first_is_behind().unwrap_or(true) {
            self.pause(REST).await;
        } else {
            self.nap(None, &self.inner.wake.second).await;
        }
    }

    /// The most pressing marks with their mentions, and the marks that mean nothing any more.
    async fn due_looks(&self, stronger: &str) -> Result<(Vec<Due>, Vec<String>), EngineError> {
        let _alone = self.inner.filing.lock().await;
        let (mut due, mut over) = (Vec::new(), Vec::new());
        for (key, _) in self.store().scan(Table::SecondLook, "", None, ROUND)? {
            let id = key.rsplit('/').next().and_then(MentionId::parse);
            let doc = match id {
                Some(id) => self.mention_doc(&id)?,
                None => None,
            };
            let worth = |doc: &MentionDoc| {
                let judged = doc.assessment.as_ref();
                doc.mention.withdrawn.is_none()
                    && judged.is_some_and(|a| a.model != stronger && second::wanted(a).is_some())
            };
            match doc.filter(worth) {
                Some(doc) => due.push(Due { key, doc }),
                None => over.push(key),
            }
        }
        Ok((due, over))
    }

    /// What the stronger model says; none for a text that it cannot judge though it works.
    async fn look(
        &self,
        stronger: &Arc<dyn Classifier>,
        docs: Vec<MentionDoc>,
    ) -> Result<(Vec<MentionDoc>, Vec<Option<Assessment>>), EngineError> {
        if docs.is_empty() {
            return Ok((docs, Vec::new()));
        }
        let (docs, judged) = self.think(stronger, docs).await?;
        if let Ok(judged) = judged {
            return Ok((docs, judged.into_iter().map(Some).collect()));
        }
        let mut kept = Vec::with_capacity(docs.len());
        let mut each = Vec::with_capacity(docs.len());
        let mut failed = None;
        for doc in docs {
            let (mut one, judged) = self.think(stronger, vec![doc]).await?;
            kept.append(&mut one);
            match judged {
                Ok(judged) => each.push(judged.into_iter().next()),
                Err(error) => {
                    each.push(None);
                    failed = Some(error);
                }
            }
        }
        if each.iter().all(Option::is_none) {
            // Either these texts are too much for it, or it does not work at all.
            let harmless = kept.first().map(|doc| {
                let mut mention = doc.mention.clone();
                (mention.title, mention.text) = (None, "ok".to_owned());
                MentionDoc { mention, assessment: None }
            });
            let (_, works) = self.think(stronger, harmless.into_iter().collect()).await?;
            works?;
        }
        if let Some(error) = failed {
            let left = each.iter().filter(|judged| judged.is_none()).count();
            tracing::warn!(
                count = left,
                error = crate::supervise::chain(&error),
                "the stronger model could not judge some mentions; the quick judgement stands"
            );
        }
        Ok((kept, each))
    }
}
