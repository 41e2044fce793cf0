//! Old mentions are judged again when another model was loaded: newest first, slowly, and from where it stopped after
//! a restart. What people corrected stays, closed cases stay closed, and what was published longer ago than
//! `backlog_after` opens no case.

use gehoor_domain::decide::Again;
use gehoor_domain::scope::Scope;
use gehoor_search::{Filter, MAX_HITS, MentionDoc, SearchError, SearchQuery, Sort};
use gehoor_store::Table;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::batch::read;
use crate::error::EngineError;
use crate::queries::search_failed;
use crate::rejudge::Rejudged;

/// Mentions looked at in one round.
const ROUND: usize = MAX_HITS;
/// Between two rounds while the house runs: a million mentions take an hour and a half, of a tenth of a core.
const REST: SignedDuration = SignedDuration::from_secs(1);
/// When there is nothing to do.
const IDLE: SignedDuration = SignedDuration::from_secs(60);
/// The setting under which we write down how far we came.
const KEY: &str = "reassess";

/// How far judging again came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reassess {
    /// For which models, quick and stronger.
    pub models: String,
    /// Also what these models have judged already.
    pub all: bool,
    /// When it began.
    pub started: Option<Timestamp>,
    /// The mark of the last mention looked at, in the index.
    after: Option<String>,
    /// Mentions looked at.
    pub done: u64,
    /// Mentions there were when it began.
    pub total: u64,
    /// Mentions whose intent, severity or feeling is another one now.
    pub changed: u64,
    /// When it was finished.
    pub finished: Option<Timestamp>,
}

impl Engine {
    /// Judges some older mentions again when another model was loaded than the one that judged them. `true` when there
    /// are more.
    ///
    /// # Errors
    /// [`EngineError`] when the model, the index or the store fails; it goes on from the same place.
    pub async fn reassess_some(&self) -> Result<bool, EngineError> {
        let models = self.models();
        let mut state = self.reassess_state()?;
        if state.models == models && state.finished.is_some() {
            return Ok(false);
        }
        if self.first_is_behind()? {
            return Ok(true);
        }
        self.caught_up().await?;
        let filter = Filter { include_withdrawn: true, include_copies: true, ..Filter::default() };
        if state.models != models {
            let total = self.inner.parts.index.count(&Scope::All, None, &filter).map_err(search_failed)?;
            if total == 0 {
                return Ok(false);
            }
            let started = Some(self.now());
            state = Reassess { models, total, started, ..Reassess::default() };
            tracing::info!(
                mentions = total,
                model = state.models,
                "older mentions are judged by a new model"
            );
        }
        let query =
            SearchQuery { text: None, filter, sort: Sort::Newest, after: state.after.clone(), limit: ROUND };
        let found = match self.inner.parts.index.search(&Scope::All, &query) {
            // The index was made anew by another version: from the start again, what is done is passed over.
            Err(SearchError::Cursor) => {
                self.inner.parts.index.search(&Scope::All, &SearchQuery { after: None, ..query })
            }
            other => other,
        }
        .map_err(search_failed)?;
        state.done += u64::try_from(found.hits.len()).unwrap_or(0);
        state.after = found.next;
        let mut docs = Vec::with_capacity(found.hits.len());
        for hit in &found.hits {
            docs.extend(self.mention_doc(&hit.doc.mention.id)?);
        }
        let more = state.after.is_some();
        if !more {
            state.finished = Some(self.now());
        }
        self.reassess_these(docs, &mut state).await?;
        Ok(more)
    }

    async fn reassess_these(&self, docs: Vec<MentionDoc>, state: &mut Reassess) -> Result<(), EngineError> {
        let quick = self.inner.parts.classifier.id();
        let stronger = self.inner.parts.stronger.as_ref().map(|model| model.id());
        // What was not judged at all is about to be.
        let model = |doc: &MentionDoc| doc.assessment.as_ref().map(|a| a.model.clone());
        let is_old = |doc: &MentionDoc| {
            model(doc).is_some_and(|m| state.all || (m != quick && Some(m.as_str()) != stronger))
        };
        let (old, known): (Vec<MentionDoc>, Vec<MentionDoc>) = docs.into_iter().partition(is_old);
        let (old, judged) = self.think(&self.inner.parts.classifier, old).await?;
        let rejudged: Vec<Rejudged> =
            old.into_iter().zip(judged?).map(|(doc, assessment)| Rejudged { doc, assessment }).collect();
        let before = state.changed;
        let filed = self
            .file_again(&rejudged, Again::NewModel, |batch, filed| {
                // Of what the quick model had judged already, a stronger one that is new here may want to see some.
                for doc in &known {
                    if let Some(assessment) = doc.assessment.as_ref().filter(|a| a.model == quick) {
                        self.want_second_look(batch, &doc.mention, assessment)?;
                    }
                }
                state.changed = before + filed.changed;
                batch.put(Table::Setting, KEY, state)?;
                Ok(())
            })
            .await?;
        let written = filed.written.iter().filter(|written| **written).count();
        metrics::counter!("gehoor_reassessed_total").increment(u64::try_from(written).unwrap_or(0));
        #[expect(clippy::cast_precision_loss, reason = "a gauge; exact below 2^52")]
        metrics::gauge!("gehoor_reassess_left").set(state.total.saturating_sub(state.done) as f64);
        if state.finished.is_some() {
            tracing::info!(
                mentions = state.done,
                changed = state.changed,
                "all older mentions were judged again"
            );
        }
        Ok(())
    }

    /// How far judging again came; with empty `models` when it never began.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn reassess_state(&self) -> Result<Reassess, EngineError> {
        Ok(read(self.store(), Table::Setting, KEY)?.unwrap_or_default())
    }

    /// Begins judging again from the newest mention, also what the loaded models have judged already when `all`.
    ///
    /// # Errors
    /// [`EngineError`] when the index or the store fails.
    pub async fn reassess_from_start(&self, all: bool) -> Result<(), EngineError> {
        self.caught_up().await?;
        let filter = Filter { include_withdrawn: true, include_copies: true, ..Filter::default() };
        let total = self.inner.parts.index.count(&Scope::All, None, &filter).map_err(search_failed)?;
        let started = Some(self.now());
        let state = Reassess { models: self.models(), all, total, started, ..Reassess::default() };
        self.work(|batch| batch.put(Table::Setting, KEY, &state).map_err(EngineError::from)).await?;
        Ok(())
    }

    /// How long the loop sleeps.
    pub(crate) async fn rest_before_reassessing(&self) {
        let state = self.reassess_state().unwrap_or_default();
        let idle = state.finished.is_some() || state.models.is_empty();
        self.pause(if idle { IDLE } else { REST }).await;
    }
}
