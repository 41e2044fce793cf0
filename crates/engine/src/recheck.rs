//! Asks platforms whether what we keep still stands: what its author deleted there is struck out here as well, though
//! no page tells so. Walks slowly through the latest weeks of each source, newest first, round and round.

use gehoor_domain::ids::SourceId;
use gehoor_domain::mention::Draft;
use gehoor_fetch::Outcome;
use gehoor_search::{Filter, SearchQuery, Sort};
use gehoor_sources::{Context, Known};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::EngineError;
use crate::setup::SourceSetup;
use crate::supervise::chain;

/// What is older is looked at no more.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Between two questions of one source.
const PAUSE: SignedDuration = SignedDuration::from_mins(2);
/// The least that the index tells apart.
const TICK: SignedDuration = SignedDuration::from_millis(1);
/// Between two rounds through the window: a deletion is followed within a day.
const ROUND: SignedDuration = SignedDuration::from_hours(12);

/// Where a source got to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Recheck {
    /// When it goes on.
    pub(crate) next: Option<Timestamp>,
    /// Where in the round.
    #[serde(flatten)]
    place: Place,
    /// What was found to be gone so far.
    pub(crate) gone: u64,
    /// What stood when it was asked last; kept for platforms that say "gone" also for what we may not see any more.
    pub(crate) witness: Option<Witness>,
}

/// A mention that stands: as long as it can be read, "gone" means gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Witness {
    external_id: String,
    permalink: Option<String>,
}

/// Why there is no answer.
struct Unasked {
    why: String,
    /// Only our own limits, or what was announced before, put it off.
    later: bool,
}

impl From<String> for Unasked {
    fn from(why: String) -> Self {
        Self { why, later: false }
    }
}

/// Where a round goes on; the default begins one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// What was published at this moment or before is still to be looked at in this round.
    before: Option<Timestamp>,
    /// What was looked at already of that very moment: many platforms count in seconds.
    seen: Vec<String>,
}

/// What one question came to.
struct Looked {
    drafts: Vec<Draft>,
    witness: Option<Witness>,
}

impl Engine {
    /// Looks at some mentions of every source whose turn it is; returns how many were gone or changed.
    ///
    /// # Errors
    /// [`EngineError`] when the store or the index fails; a platform that does not answer is asked again later.
    pub async fn recheck_due(&self) -> Result<usize, EngineError> {
        let now = self.now();
        let mut found = 0;
        for setup in self.inner.setup.sources.iter().filter(|s| s.enabled && s.recheck > 0) {
            let state = self.inner.sources.get(&setup.id);
            if state.is_some_and(|s| s.stopped.is_none() && s.recheck.next.is_none_or(|at| at <= now)) {
                found += self.recheck_one(setup, now).await?;
            }
        }
        Ok(found)
    }

    async fn recheck_one(&self, setup: &SourceSetup, now: Timestamp) -> Result<usize, EngineError> {
        self.caught_up().await?;
        let Some(state) = self.inner.sources.get(&setup.id) else { return Ok(0) };
        let here = state.recheck.place.clone();
        let (known, behind) = self.to_recheck(&setup.id, &here, setup.recheck, now)?;
        let Some(behind) = behind else {
            self.note_recheck(&setup.id, Place::default(), ROUND, now, |_| {}).await?;
            return Ok(0);
        };
        let Looked { drafts, witness } =
            match self.look_with_witness(setup, &known, state.recheck.witness.clone(), now).await {
                Ok(Some(looked)) => looked,
                // Cannot be asked: not before the next round.
                Ok(None) => {
                    self.note_recheck(&setup.id, Place::default(), ROUND, now, |_| {}).await?;
                    return Ok(0);
                }
                // Nothing was asked: it is at the same place that it goes on.
                Err(Unasked { why, later: true }) => {
                    tracing::debug!(source.id = %setup.id, reason = why, "deletions are looked for later");
                    self.note_recheck(&setup.id, here, PAUSE, now, |_| {}).await?;
                    return Ok(0);
                }
                // What cannot be asked about does not hold up what stands behind it: the next round comes by again.
                Err(Unasked { why, later: false }) => {
                    tracing::warn!(source.id = %setup.id, reason = why, "deletions could not be looked for");
                    self.note_recheck(&setup.id, behind, PAUSE, now, |_| {}).await?;
                    return Ok(0);
                }
            };
        let gone = drafts.iter().filter(|draft| draft.withdrawn).count();
        tracing::debug!(source.id = %setup.id, asked = known.len(), gone, "deletions were looked for");
        let sorted = self.sort(setup, drafts)?;
        let news = sorted.docs.len();
        if news > 0 {
            self.take_in(&setup.id, &sorted, |_| {}).await?;
        }
        // A whole page: there is more behind it. Else the round is over.
        let more = known.len() >= setup.recheck;
        let (place, pause) = if more { (behind, PAUSE) } else { (Place::default(), ROUND) };
        self.note_recheck(&setup.id, place, pause, now, |recheck| {
            recheck.gone += u64::try_from(gone).unwrap_or(0);
            recheck.witness.clone_from(&witness);
        })
        .await?;
        Ok(news)
    }

    /// The next mentions to look at, and the place behind them; none when nothing is left.
    fn to_recheck(
        &self,
        source: &SourceId,
        from: &Place,
        most: usize,
        now: Timestamp,
    ) -> Result<(Vec<Known>, Option<Place>), EngineError> {
        let until = from.before.map(|before| before.saturating_add(TICK).unwrap_or(before));
        let filter = Filter {
            sources: vec![source.clone()],
            from: now.checked_sub(WINDOW).ok(),
            until,
            include_copies: true,
            ..Filter::default()
        };
        let limit = most.saturating_add(from.seen.len());
        let query = SearchQuery { filter, sort: Sort::Newest, limit, ..SearchQuery::default() };
        let scope = gehoor_domain::scope::Scope::All;
        let found = self.inner.parts.index.search(&scope, &query).map_err(crate::queries::search_failed)?;
        let next: Vec<_> = found
            .hits
            .into_iter()
            .map(|hit| hit.doc.mention)
            .filter(|mention| !from.seen.contains(&mention.external_id))
            .take(most)
            .collect();
        let behind = next.last().map(|last| {
            let same = next.iter().filter(|mention| mention.published == last.published);
            let mut seen: Vec<String> = same.map(|mention| mention.external_id.clone()).collect();
            if from.before == Some(last.published) {
                seen.extend(from.seen.iter().cloned());
            }
            Place { before: Some(last.published), seen }
        });
        let known = next
            .into_iter()
            .map(|mention| Known { external_id: mention.external_id, permalink: mention.permalink })
            .collect();
        Ok((known, behind))
    }

    /// Asks, and where "gone" may also mean that we lost the right to see, asks at once about a mention that stood: only
    /// while that one can still be read, what is gone is taken for gone. Without such a one nothing is: the next round
    /// comes by again.
    async fn look_with_witness(
        &self,
        setup: &SourceSetup,
        known: &[Known],
        witness: Option<Witness>,
        now: Timestamp,
    ) -> Result<Option<Looked>, Unasked> {
        let Some(mut drafts) = self.ask_recheck(setup, known, now).await? else { return Ok(None) };
        if !setup.plug.doubts_gone() {
            return Ok(Some(Looked { drafts, witness: None }));
        }
        let is_gone = |drafts: &[Draft], id: &str| drafts.iter().any(|d| d.withdrawn && d.external_id == id);
        let standing = known.iter().find(|one| !is_gone(&drafts, &one.external_id));
        if let Some(one) = standing {
            let Known { external_id, permalink } = one.clone();
            return Ok(Some(Looked { drafts, witness: Some(Witness { external_id, permalink }) }));
        }
        let witness = witness.filter(|witness| !is_gone(&drafts, &witness.external_id));
        let Some(Witness { external_id, permalink }) = witness.clone() else {
            drafts.retain(|draft| !draft.withdrawn);
            return Ok(Some(Looked { drafts, witness: None }));
        };
        let asked = [Known { external_id, permalink }];
        let answer = self.ask_recheck(setup, &asked, now).await?;
        if answer.is_some_and(|answer| !answer.iter().any(|draft| draft.withdrawn)) {
            return Ok(Some(Looked { drafts, witness }));
        }
        drafts.retain(|draft| !draft.withdrawn);
        Ok(Some(Looked { drafts, witness: None }))
    }

    async fn ask_recheck(
        &self,
        setup: &SourceSetup,
        known: &[Known],
        now: Timestamp,
    ) -> Result<Option<Vec<Draft>>, Unasked> {
        let credential = self.access_of(setup, self.now()).await?;
        let cx = Context { now, credential: credential.as_ref() };
        let Some(request) = setup.plug.recheck(known, &cx) else { return Ok(None) };
        let request = request.map_err(|error| Unasked::from(chain(&error)))?;
        let answer = match self.inner.parts.transport.send(request, None, self.now()).await {
            Outcome::Body { response, .. } => response,
            // Not found is an answer here, in whatever words: the plug knows whether it means that the post is gone.
            Outcome::Permanent { response: Some(response), gone, .. }
                if gone || matches!(response.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST) =>
            {
                response
            }
            Outcome::NotModified { .. } => return Ok(Some(Vec::new())),
            Outcome::Wait { why, .. } => return Err(Unasked { why, later: true }),
            Outcome::Blocked { why } | Outcome::Transient { why, .. } | Outcome::Permanent { why, .. } => {
                return Err(why.into());
            }
        };
        setup.plug.read_recheck(known, &answer).map(Some).map_err(|error| chain(&error).into())
    }

    async fn note_recheck(
        &self,
        source: &SourceId,
        place: Place,
        pause: SignedDuration,
        now: Timestamp,
        more: impl Fn(&mut Recheck),
    ) -> Result<(), EngineError> {
        self.change_source(source, |state| {
            state.recheck.place.clone_from(&place);
            state.recheck.next = now.checked_add(pause).ok();
            more(&mut state.recheck);
        })
        .await
    }
}
