//! Asks sources, politely and fairly: one at a time per source, a few pages a turn, and then the next one's turn.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use gehoor_domain::ids::SourceId;
use gehoor_domain::poll::{PollResult, next_poll};
use gehoor_fetch::{Kept, Outcome, READER, Validators};
use gehoor_sources::{Context, Next, Page};
use gehoor_store::Table;
use gehoor_wire::Secret;
use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Engine;
use crate::batch::Batch;
use crate::coverage::{Announced, announced};
use crate::error::EngineError;
use crate::ingest::Sorted;
use crate::live::Changed;
use crate::outcomes::Polled;
use crate::setup::SourceSetup;
use crate::sources::{SourceState, grace, limits};
use crate::supervise::chain;
use crate::{unpoison, vault};

/// Pages read in one turn of a source; then the others come first.
const PAGES: usize = 5;
/// Sources asked side by side.
const SIDE_BY_SIDE: usize = 16;

/// Pause of a source when the store failed.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(10);
/// How often the position in a stream is written down while it brings nothing for us.
const WRITE_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// What was put off for no longer than this is not written down: after a restart it is due again anyway.
const SHORT: SignedDuration = SignedDuration::from_mins(2);

/// Who is being asked now, and how much room there is.
pub(crate) struct Turns {
    room: Arc<Semaphore>,
    /// Sources that are being asked, each with its host as far as that is known.
    asked: Mutex<HashMap<SourceId, Option<String>>>,
}

impl Turns {
    /// Whether this source, or another one at the same host, is being asked: a host has one turn at a time, so that its
    /// sources come in the order in which they became due.
    fn is_busy(asked: &HashMap<SourceId, Option<String>>, id: &SourceId, host: Option<&str>) -> bool {
        asked.contains_key(id) || host.is_some_and(|host| asked.values().any(|h| h.as_deref() == Some(host)))
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(SIDE_BY_SIDE)), asked: Mutex::default() }
    }
}

/// One turn of a source. However it ends, the source may be asked again and the next one is looked for.
struct Turn {
    engine: Engine,
    id: SourceId,
    room: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let inner = &self.engine.inner;
        unpoison(inner.turns.asked.lock()).remove(&self.id);
        // Room first, or whoever is woken finds none.
        drop(self.room.take());
        inner.wake.collect.notify_one();
    }
}

impl Engine {
    /// Starts asking every source that is due, as far as there is room; those that wait longest first.
    pub fn start_due(&self) {
        let now = self.now();
        for id in self.inner.sources.due(now) {
            let turns = &self.inner.turns;
            let Ok(room) = Arc::clone(&turns.room).try_acquire_owned() else { return };
            {
                let host = self.inner.sources.get(&id).and_then(|state| state.host().map(ToOwned::to_owned));
                let mut asked = unpoison(turns.asked.lock());
                if Turns::is_busy(&asked, &id, host.as_deref()) {
                    continue;
                }
                asked.insert(id.clone(), host);
            }
            let turn = Turn { engine: self.clone(), id, room: Some(room) };
            tokio::spawn(async move {
                if let Err(error) = turn.engine.poll_one(&turn.id).await {
                    tracing::error!(source.id = %turn.id, error = chain(&error), "a source could not be asked");
                    // Nothing was written down, so it is still due: not at once, or it would go round without end.
                    turn.engine.pause(AFTER_TROUBLE).await;
                }
            });
        }
    }

    /// Returns when another source can be asked: one is due, or a turn ended and made room.
    pub async fn until_due(&self) {
        self.nap(self.next_collect(), &self.inner.wake.collect).await;
    }

    /// When the next source is due; none while there is no room, or only where a turn has to end first: that wakes.
    fn next_collect(&self) -> Option<Timestamp> {
        if self.inner.turns.room.available_permits() == 0 {
            return None;
        }
        let asked = unpoison(self.inner.turns.asked.lock());
        self.inner.sources.next(|id, state| !Turns::is_busy(&asked, id, state.host()))
    }

    /// Gives one source its turn: up to five pages.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails; what goes wrong with the source is written into its state.
    pub async fn poll_one(&self, id: &SourceId) -> Result<Polled, EngineError> {
        let Some(setup) = self.source_setup(id).filter(|s| s.polled && s.enabled) else {
            return Ok(Polled::Stopped);
        };
        self.caught_up().await?;
        let mut news = 0;
        for page in 1..=PAGES {
            match self.poll_page(setup).await? {
                Polled::Read { news: found, more: true } if page < PAGES => news += found,
                Polled::Read { news: found, more } => return Ok(Polled::Read { news: news + found, more }),
                // Pages before this one were read and are kept.
                Polled::Unchanged if news > 0 => return Ok(Polled::Read { news, more: false }),
                other => return Ok(other),
            }
        }
        Ok(Polled::Read { news, more: true })
    }

    async fn poll_page(&self, setup: &SourceSetup) -> Result<Polled, EngineError> {
        let now = self.now();
        let Some(state) = self.inner.sources.get(&setup.id) else { return Ok(Polled::Stopped) };
        let (outcome, limits) = match self.ask_source(setup, &state, now).await {
            Ok(asked) => asked,
            Err(why) => return self.poll_failed(setup, why, (None, None), now).await,
        };
        metrics::counter!("gehoor_polls_total", "outcome" => outcome_name(&outcome)).increment(1);
        match outcome {
            Outcome::Body { response, validators, not_before } => {
                let page = match setup.plug.parse(&state.cursor, &response) {
                    Ok(page) => page,
                    Err(error) => {
                        return self.poll_failed(setup, chain(&error), (None, Some(limits)), now).await;
                    }
                };
                let told = announced(&response.headers, now);
                let answer = Answer { validators: Some(validators), not_before, told, limits };
                self.read_page(setup, page, answer, now).await
            }
            Outcome::NotModified { not_before } => {
                let quiet = Sorted::default();
                self.take_in(&setup.id, &quiet, |state| {
                    state.limits.clone_from(&limits);
                    self.polled(setup, state, &PollResult::Unchanged, not_before, now);
                })
                .await?;
                Ok(Polled::Unchanged)
            }
            Outcome::Wait { until, why, response: Some(refused) } => {
                // The platform may name a later moment than its headers do, and its own words say more.
                let refusal = setup.plug.refusal(&refused);
                let rest = refusal.as_ref().and_then(|r| now.saturating_add(r.not_before?).ok());
                let until = rest.map_or(until, |rest| rest.max(until));
                let why = refusal.map_or(why, |r| r.why);
                self.change_source(&setup.id, |state| {
                    state.limits.clone_from(&limits);
                    put_off(setup, state, &PollResult::Wait { until }, &why, now);
                })
                .await?;
                Ok(Polled::Waits)
            }
            Outcome::Wait { until, why, response: None } => {
                self.postpone(setup, &state, (until, &why), limits, now).await?;
                Ok(Polled::Waits)
            }
            Outcome::Blocked { why } => self.poll_failed(setup, why, (None, Some(limits)), now).await,
            Outcome::Transient { why, response, .. } | Outcome::Permanent { why, response, .. } => {
                let is_gone = matches!(&response, Some(response) if response.status == StatusCode::GONE);
                // The platform's own words say more than a status.
                let refusal = response.as_ref().and_then(|response| setup.plug.refusal(response));
                let partly = response.and_then(|response| setup.plug.refused(&state.cursor, &response));
                if let Some(page) = partly {
                    return self.read_page(setup, page, Answer { limits, ..Answer::default() }, now).await;
                }
                if is_gone {
                    return self.poll_ended(setup, why, now).await;
                }
                let rest = refusal.as_ref().and_then(|r| now.saturating_add(r.not_before?).ok());
                self.poll_failed(setup, refusal.map_or(why, |r| r.why), (rest, Some(limits)), now).await
            }
        }
    }

    /// Our own limits, or what a server announced before, put a source off: nothing was asked. Only a long wait is
    /// worth an entry in the journal.
    async fn postpone(
        &self,
        setup: &SourceSetup,
        state: &SourceState,
        (until, why): (Timestamp, &str),
        limits: Vec<Kept>,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let result = PollResult::Postponed { until };
        if until.duration_since(now) > SHORT {
            return self
                .change_source(&setup.id, |state| {
                    state.limits.clone_from(&limits);
                    put_off(setup, state, &result, why, now);
                })
                .await;
        }
        let mut state = state.clone();
        state.limits = limits;
        put_off(setup, &mut state, &result, why, now);
        self.inner.sources.put(&setup.id, state);
        Ok(())
    }

    /// A source that is gone for good.
    async fn poll_ended(
        &self,
        setup: &SourceSetup,
        why: String,
        now: Timestamp,
    ) -> Result<Polled, EngineError> {
        self.change_source(&setup.id, |state| {
            state.stopped = Some(format!("{why}: it is gone for good and not asked any more"));
            state.live.failed(state.poll.last_success, &why, now);
            state.last_error_at = Some(now);
        })
        .await?;
        Ok(Polled::Failed(why))
    }

    /// Takes over what a page held, and how to go on. Without validators a part of the source was refused: that is no
    /// sign of life, and what follows decides how the poll went.
    async fn read_page(
        &self,
        setup: &SourceSetup,
        page: Page,
        answer: Answer,
        now: Timestamp,
    ) -> Result<Polled, EngineError> {
        let Answer { validators, not_before, told, limits } = answer;
        let mut sorted = self.sort(setup, page.items)?;
        sorted.warnings.splice(0..0, page.warnings);
        let news = sorted.docs.len();
        let (cursor, more) = match page.next {
            Next::More(cursor) => (cursor, true),
            Next::CaughtUp(cursor) => (cursor, false),
        };
        let rest = page.hints.not_before.and_then(|span| now.saturating_add(span).ok());
        let ended = page.hints.ended;
        let result = PollResult::Read { news: u32::try_from(news).unwrap_or(u32::MAX) };
        let is_refusal = validators.is_none();
        let validators = validators.filter(|_| !more).unwrap_or_default();
        let go_on = |state: &mut SourceState| {
            state.cursor = cursor.clone();
            state.reading = more;
            state.announced = told.or(state.announced);
            state.limits.clone_from(&limits);
            state.validators = validators.clone();
            if !(is_refusal && more) {
                self.polled(setup, state, &result, not_before.max(rest), now);
            }
            if more {
                // The rest comes at once, but behind the sources that are due already; unless the platform asks for a
                // pause.
                state.poll.next = Some(rest.unwrap_or(now).min(latest(setup, now)));
            }
            if ended {
                state.stopped = Some("the feed says that it has ended".into());
            }
        };
        let nothing = sorted == Sorted::default() && !ended;
        if !(nothing && self.passed_by(setup, now, go_on)) {
            self.take_in(&setup.id, &sorted, |state| {
                go_on(state);
                state.written = Some(now);
            })
            .await?;
        }
        // A pause that the platform asks for ends the turn.
        Ok(Polled::Read { news, more: more && rest.is_none() })
    }

    /// Of a stream that brings nothing for us the position is written down now and then only: after a crash it is read again
    /// from there. Whether it was left in memory.
    fn passed_by(&self, setup: &SourceSetup, now: Timestamp, go_on: impl Fn(&mut SourceState)) -> bool {
        let known = self.inner.sources.get(&setup.id).filter(|_| setup.plug.listens());
        let fresh = known.filter(|state| {
            state.written.is_some_and(|at| now.duration_since(at) < WRITE_EVERY) && state.poll.failures == 0
        });
        let Some(state) = fresh else { return false };
        let mut state = SourceState { ahead: true, ..(*state).clone() };
        go_on(&mut state);
        self.inner.sources.put(&setup.id, state);
        true
    }

    /// The credential that calls to a source may carry now; why there is none, in words for people.
    pub(crate) async fn access_of(
        &self,
        setup: &SourceSetup,
        now: Timestamp,
    ) -> Result<Option<Secret>, String> {
        match setup.plug.login().zip(setup.credential.as_ref()) {
            Some((login, configured)) => {
                let name = vault::name_of_source(&setup.id, configured);
                self.access(&name, login, configured, now).await.map(Some)
            }
            None => Ok(setup.credential.clone()),
        }
    }

    /// Asks a source what its plug wants to know; gives the limits of who was asked as well, to be kept. A login that
    /// has ended is made anew, once. The error says why nothing could be asked.
    async fn ask_source(
        &self,
        setup: &SourceSetup,
        state: &SourceState,
        now: Timestamp,
    ) -> Result<(Outcome, Vec<Kept>), String> {
        let mut tries = 0;
        loop {
            tries += 1;
            // What came before took its time: a login, the end of one.
            let access = self.access_of(setup, self.now()).await?;
            let cx = Context { now, credential: access.as_ref() };
            let mut request = setup.plug.plan(&state.cursor, &cx).map_err(|error| chain(&error))?;
            if let (true, Ok(reader)) =
                (request.url.scheme().starts_with("ws"), HeaderValue::from_str(setup.id.as_str()))
            {
                // Two sources on one stream do not take frames from each other.
                request.headers.insert(READER, reader);
            }
            let (url, credential) = (request.url.clone(), request.credential.clone());
            let transport = &self.inner.parts.transport;
            let outcome = transport.send(request, Some(&state.validators), self.now()).await;
            let limits = transport.kept(&url, credential.as_deref());
            match (&outcome, setup.plug.login().zip(setup.credential.as_ref())) {
                // Some platforms say so inside an answer that looks good.
                (
                    Outcome::Permanent { response: Some(refused), .. }
                    | Outcome::Body { response: refused, .. },
                    Some((login, configured)),
                ) if tries == 1
                    && self
                        .access_ended(&vault::name_of_source(&setup.id, configured), login, refused)
                        .await => {}
                _ => return Ok((outcome, limits)),
            }
        }
    }

    fn polled(
        &self,
        setup: &SourceSetup,
        state: &mut SourceState,
        result: &PollResult,
        not_before: Option<Timestamp>,
        now: Timestamp,
    ) {
        state.live.heard(state.poll.last_success, grace(&state.poll), state.waits, now);
        state.waits = false;
        state.poll = next_poll(&state.poll, result, limits(setup), now, &setup.id);
        if let Some(earliest) = not_before {
            state.poll.next = state.poll.next.max(Some(earliest.min(latest(setup, now))));
        }
    }

    async fn poll_failed(
        &self,
        setup: &SourceSetup,
        why: String,
        (not_before, kept): (Option<Timestamp>, Option<Vec<Kept>>),
        now: Timestamp,
    ) -> Result<Polled, EngineError> {
        tracing::warn!(source.id = %setup.id, reason = why, "a poll failed");
        self.change_source(&setup.id, |state| {
            state.waits = false;
            state.last_error_at = Some(now);
            if let Some(kept) = &kept {
                state.limits.clone_from(kept);
            }
            state.live.failed(state.poll.last_success, &why, now);
            let result = PollResult::Failed { why: why.clone() };
            state.poll = next_poll(&state.poll, &result, limits(setup), now, &setup.id);
            if let Some(earliest) = not_before {
                state.poll.next = state.poll.next.max(Some(earliest.min(latest(setup, now))));
            }
        })
        .await?;
        Ok(Polled::Failed(why))
    }

    /// The state of a source within a unit of work.
    pub(crate) fn source_in(&self, batch: &mut Batch<'_>, id: &SourceId) -> Result<SourceState, EngineError> {
        let state = batch.get::<SourceState>(Table::Source, id.as_str())?.unwrap_or_default();
        // How far a stream got may not be written down yet.
        Ok(match self.inner.sources.get(id).filter(|known| known.ahead) {
            Some(known) => state.caught_up_with(&known),
            None => state,
        })
    }

    /// Changes the state of a source without taking anything in.
    pub(crate) async fn change_source(
        &self,
        id: &SourceId,
        change: impl Fn(&mut SourceState),
    ) -> Result<(), EngineError> {
        let (state, _) = self
            .work(|batch: &mut Batch<'_>| {
                let mut state = self.source_in(batch, id)?;
                change(&mut state);
                batch.put(Table::Source, id.as_str(), &state)?;
                batch.tell(Changed::Source(id.clone()), None, false);
                Ok(state)
            })
            .await?;
        self.inner.sources.put(id, state);
        Ok(())
    }
}

/// What an answer said beside its items.
#[derive(Default)]
struct Answer {
    validators: Option<Validators>,
    not_before: Option<Timestamp>,
    told: Option<Announced>,
    limits: Vec<Kept>,
}

/// Writes down that a source waits, and why.
fn put_off(setup: &SourceSetup, state: &mut SourceState, result: &PollResult, why: &str, now: Timestamp) {
    state.waits = true;
    state.poll = next_poll(&state.poll, result, limits(setup), now, &setup.id);
    state.poll.last_error = Some(why.to_owned());
}

fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Body { .. } => "body",
        Outcome::NotModified { .. } => "not_modified",
        Outcome::Wait { .. } => "wait",
        Outcome::Blocked { .. } => "blocked",
        Outcome::Transient { .. } => "transient",
        Outcome::Permanent { .. } => "permanent",
    }
}

/// A server that asks for a very long pause is asked again after our own longest one.
fn latest(setup: &SourceSetup, now: Timestamp) -> Timestamp {
    now.saturating_add(setup.max_every).unwrap_or(now)
}
