//! Takes what a source found into the journal: one commit holds the mentions, the new cursor and the next poll, so that
//! after a crash before it the page is asked again, and after it nothing is asked twice.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use gehoor_domain::ids::{MentionId, SourceId};
use gehoor_domain::intake::{Intake, mention_from};
use gehoor_domain::mention::{Draft, PlaceHint};
use gehoor_search::MentionDoc;
use gehoor_sources::Warning;
use gehoor_store::{Seq, Table};

use crate::Engine;
use crate::batch::{Batch, read};
use crate::error::EngineError;
use crate::live::Changed;
use crate::setup::SourceSetup;
use crate::sources::{SourceState, WARNINGS};

/// What a page came to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sorted {
    /// New mentions and new texts, with what was thought of the text before.
    pub(crate) docs: Vec<Arc<MentionDoc>>,
    /// Those of them that were never heard of before.
    pub(crate) fresh: HashSet<MentionId>,
    /// What was wrong with the others.
    pub(crate) warnings: Vec<Warning>,
}

impl Engine {
    /// Sorts drafts into new, changed, withdrawn and known ones.
    pub(crate) fn sort(&self, setup: &SourceSetup, drafts: Vec<Draft>) -> Result<Sorted, EngineError> {
        let now = self.now();
        let mut sorted = Sorted::default();
        // The same post may stand on a page twice: the later draft is compared with the earlier one.
        let mut within: BTreeMap<MentionId, MentionDoc> = BTreeMap::new();
        let named_by = if setup.shared_ids { shared_name(setup) } else { setup.id.clone() };
        for mut draft in drafts {
            let id = MentionId::derive(&named_by, &draft.external_id);
            if read::<serde_json::Value>(self.store(), Table::Tombstone, id.as_str())?.is_some() {
                continue;
            }
            if let (Some(location), None) =
                (&setup.location, draft.place.as_ref().and_then(|p| p.id.as_ref()))
            {
                let place = draft.place.get_or_insert_with(PlaceHint::default);
                place.id = Some(format!("location:{location}"));
            }
            let previous = match within.get(&id) {
                Some(earlier) => Some(earlier.clone()),
                None => self.mention_doc(&id)?,
            };
            let label = draft.external_id.clone();
            let brand = &self.inner.setup.brand;
            match mention_from(
                draft,
                &named_by,
                setup.channel,
                &setup.platform,
                brand,
                previous.as_ref().map(|doc| &doc.mention),
                now,
            ) {
                Ok(
                    Intake::New(mut mention) | Intake::Revised(mut mention) | Intake::Withdrawn(mut mention),
                ) => {
                    mention.source =
                        previous.as_ref().map_or_else(|| setup.id.clone(), |p| p.mention.source.clone());
                    mention.space = setup.shared_ids.then(|| named_by.clone());
                    if previous.is_none() {
                        sorted.fresh.insert(id.clone());
                    }
                    let assessment = previous.and_then(|p| p.assessment);
                    within.insert(id, MentionDoc { mention, assessment });
                }
                Ok(Intake::Unchanged) => {}
                Err(problem) => sorted.warnings.push(Warning { item: label, problem: problem.to_string() }),
            }
        }
        sorted.docs = within.into_values().map(Arc::new).collect();
        sorted.docs.sort_by_key(|doc| doc.mention.published);
        Ok(sorted)
    }

    /// Commits mentions with the state of their source as `change` leaves it.
    pub(crate) async fn take_in(
        &self,
        source: &SourceId,
        sorted: &Sorted,
        change: impl Fn(&mut SourceState),
    ) -> Result<Seq, EngineError> {
        let (state, seq) = self
            .work(|batch| {
                let mut state = self.source_in(batch, source)?;
                change(&mut state);
                state.found += u64::try_from(sorted.docs.len()).unwrap_or(0);
                keep_warnings(&mut state, &sorted.warnings);
                batch.put(Table::Source, source.as_str(), &state)?;
                write_mentions(batch, &sorted.docs)?;
                batch.tell(Changed::Source(source.clone()), None, false);
                Ok(state)
            })
            .await?;
        self.inner.sources.put(source, state);
        // At hand until the index holds them.
        for doc in &sorted.docs {
            self.inner.tail.put(seq, Arc::clone(doc), sorted.fresh.contains(&doc.mention.id));
        }
        metrics::counter!("gehoor_mentions_total").increment(u64::try_from(sorted.docs.len()).unwrap_or(0));
        Ok(seq)
    }

    /// Takes drafts of an import or a delivery into the journal; returns how many were new or changed, and what was refused.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for a source that is not configured.
    pub async fn import(
        &self,
        source: &SourceId,
        drafts: Vec<Draft>,
    ) -> Result<(usize, Vec<Warning>), EngineError> {
        let Some(setup) = self.source_setup(source) else {
            return Err(EngineError::NotFound(format!("source {source}")));
        };
        self.caught_up().await?;
        let sorted = self.sort(setup, drafts)?;
        let now = self.now();
        let news = sorted.docs.len();
        self.take_in(source, &sorted, |state| {
            state.live.since.get_or_insert(now);
            state.poll.last_success = Some(now);
            if news > 0 {
                state.poll.last_news = Some(now);
            }
        })
        .await?;
        Ok((news, sorted.warnings))
    }
}

impl Engine {
    /// How many rows of an import were taken in already; 0 for one that never ran or was finished.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn import_done(&self, name: &str) -> Result<u64, EngineError> {
        Ok(read(self.store(), Table::Import, name)?.unwrap_or(0))
    }

    /// Writes down how many rows of an import were taken in; none when it is finished.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn note_import(&self, name: &str, rows: Option<u64>) -> Result<(), EngineError> {
        self.work(|batch| {
            match rows {
                Some(rows) => batch.append(Table::Import, name.to_owned(), &rows)?,
                None => batch.remove(Table::Import, name.to_owned()),
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Sources that share their ids name mentions by the platform, whichever of them found it first.
fn shared_name(setup: &SourceSetup) -> SourceId {
    SourceId::parse(&setup.platform).unwrap_or_else(|_| setup.id.clone())
}

/// Adds warnings to those of a source; the oldest make room.
pub(crate) fn keep_warnings(state: &mut SourceState, warnings: &[Warning]) {
    state.warnings.extend(warnings.iter().map(|warning| format!("{}: {}", warning.item, warning.problem)));
    let surplus = state.warnings.len().saturating_sub(WARNINGS);
    state.warnings.drain(..surplus);
}

fn write_mentions(batch: &mut Batch<'_>, docs: &[Arc<MentionDoc>]) -> Result<(), EngineError> {
    for doc in docs {
        let mention = &doc.mention;
        batch.append(Table::Mention, mention.id.as_str().to_owned(), mention)?;
    }
    Ok(())
}
