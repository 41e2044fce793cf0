//! How each source does: its cursor, its next poll, what went wrong. One record a source, written with what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use gehoor_domain::ids::SourceId;
use gehoor_domain::liveness::Liveness;
use gehoor_domain::poll::{PollLimits, PollState, silent};
use gehoor_domain::silence::{ONE_IN, Quiet};
use gehoor_fetch::{Kept, Validators};
use gehoor_sources::Cursor;
use gehoor_store::{Store, StoreError, Table};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::batch::read;
use crate::coverage::{Announced, LimitUsed, gaps_of};
use crate::recheck::Recheck;
use crate::setup::SourceSetup;
use crate::unpoison;
use crate::views::{Health, SourceRow};

/// Warnings kept per source: the latest ones.
pub(crate) const WARNINGS: usize = 20;
/// A source that used to have news and had none for so long is shown as silent.
const SILENT: SignedDuration = SignedDuration::from_hours(72);
/// A source is a little late now and then.
const SLACK: SignedDuration = SignedDuration::from_mins(30);

/// What is stored of a source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SourceState {
    /// Where it got to.
    #[serde(default)]
    pub(crate) cursor: Cursor,
    /// Validators of the last good answer.
    #[serde(default)]
    pub(crate) validators: Validators,
    /// When it is asked, and how it went.
    #[serde(default)]
    pub(crate) poll: PollState,
    /// Whether the last page said that there is more to read.
    #[serde(default)]
    pub(crate) reading: bool,
    /// When it last went wrong.
    #[serde(default)]
    pub(crate) last_error_at: Option<Timestamp>,
    /// Waits because the server or our own limit says so.
    #[serde(default)]
    pub(crate) waits: bool,
    /// Mentions found in all.
    #[serde(default)]
    pub(crate) found: u64,
    /// The latest warnings.
    #[serde(default)]
    pub(crate) warnings: Vec<String>,
    /// How far looking for deletions got.
    #[serde(default)]
    pub(crate) recheck: Recheck,
    /// Why it is not asked any more.
    #[serde(default)]
    pub(crate) stopped: Option<String>,
    /// When it was listened to, and when not.
    #[serde(default)]
    pub(crate) live: Liveness,
    /// What its server said of its limit last.
    #[serde(default)]
    pub(crate) announced: Option<Announced>,
    /// The limits of its host and credential as they were after its latest poll, for a restart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) limits: Vec<Kept>,
    /// When it was last written down; known while the program runs.
    #[serde(skip)]
    pub(crate) written: Option<Timestamp>,
    /// Whether it got further than what is written down.
    #[serde(skip)]
    pub(crate) ahead: bool,
}

impl SourceState {
    /// With how far a stream got that is known in memory only.
    pub(crate) fn caught_up_with(self, ahead: &Self) -> Self {
        Self {
            cursor: ahead.cursor.clone(),
            poll: ahead.poll.clone(),
            live: ahead.live.clone(),
            limits: ahead.limits.clone(),
            announced: ahead.announced,
            reading: ahead.reading,
            waits: ahead.waits,
            written: ahead.written,
            ..self
        }
    }

    /// The host at which it was asked last, with its port.
    pub(crate) fn host(&self) -> Option<&str> {
        self.limits.iter().find_map(Kept::host)
    }
}

/// How long after an answer nothing is missed: the pace, or what was planned, and half an hour.
pub(crate) fn grace(poll: &PollState) -> SignedDuration {
    let planned = poll.next.zip(poll.last_success).map(|(next, last)| next.duration_since(last));
    // Only what was planned after a success counts: a failure or a pause puts off the next poll, and that is a gap.
    let planned = planned.filter(|_| poll.last_error.is_none()).unwrap_or_default();
    poll.interval.max(planned).saturating_add(SLACK)
}

/// How often a source may be asked. A stream keeps one pace: what concerns us may be rare in it, and is to be heard at once.
pub(crate) fn limits(setup: &SourceSetup) -> PollLimits {
    let max = if setup.plug.listens() { setup.min_every } else { setup.max_every.max(setup.min_every) };
    PollLimits { min: setup.min_every, max }
}

/// The state of all sources, as last committed, and the order in which they are asked.
#[derive(Default)]
pub(crate) struct SourceBook {
    inner: RwLock<Book>,
}

#[derive(Default)]
struct Book {
    states: BTreeMap<SourceId, Arc<SourceState>>,
    /// Sources that are asked, by when they are: looking for who is due costs nothing while nobody is.
    queue: BTreeSet<(Timestamp, SourceId)>,
    /// Those that are asked at all.
    polled: BTreeSet<SourceId>,
}

/// When a source is asked next: now, for one that never was.
fn next_of(state: &SourceState) -> Timestamp {
    state.poll.next.unwrap_or(Timestamp::UNIX_EPOCH)
}

impl SourceBook {
    /// Reads the state of the configured sources.
    pub(crate) fn load(store: &dyn Store, setups: &[SourceSetup]) -> Result<Self, StoreError> {
        let book = Self::default();
        for setup in setups {
            let state = read::<SourceState>(store, Table::Source, setup.id.as_str())?.unwrap_or_default();
            if setup.polled && setup.enabled {
                unpoison(book.inner.write()).polled.insert(setup.id.clone());
            }
            book.put(&setup.id, state);
        }
        Ok(book)
    }

    /// The state of one source.
    pub(crate) fn get(&self, id: &SourceId) -> Option<Arc<SourceState>> {
        unpoison(self.inner.read()).states.get(id).cloned()
    }

    /// The limits that all sources kept.
    pub(crate) fn limits(&self) -> Vec<Kept> {
        unpoison(self.inner.read()).states.values().flat_map(|state| state.limits.iter().cloned()).collect()
    }

    /// Takes over a committed state.
    pub(crate) fn put(&self, id: &SourceId, state: SourceState) {
        let book = &mut *unpoison(self.inner.write());
        if let Some(before) = book.states.get(id) {
            book.queue.remove(&(next_of(before), id.clone()));
        }
        if state.stopped.is_none() && book.polled.contains(id) {
            book.queue.insert((next_of(&state), id.clone()));
        }
        book.states.insert(id.clone(), Arc::new(state));
    }

    /// Sources that are due, those first that became due first.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<SourceId> {
        let book = unpoison(self.inner.read());
        let due = book.queue.iter().take_while(|(next, _)| *next <= now);
        let place = |id| book.states.get(id).and_then(|state| state.poll.place());
        let mut due: Vec<_> = due.map(|(_, id)| (place(id), id)).collect();
        due.sort();
        due.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// When the next source is asked, of those that `counts` takes.
    pub(crate) fn next(&self, counts: impl Fn(&SourceId, &SourceState) -> bool) -> Option<Timestamp> {
        let book = unpoison(self.inner.read());
        let mut queue = book.queue.iter();
        let counted = |id: &SourceId| book.states.get(id).is_some_and(|state| counts(id, state));
        queue.find(|(_, id)| counted(id)).map(|(next, _)| *next)
    }
}

/// What is known of a source beside its state.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// When its login ends.
    pub(crate) login_ends: Option<Timestamp>,
    /// Items on each of the latest days.
    pub(crate) days: Vec<(Date, u64)>,
    /// How likely its present silence is.
    pub(crate) quiet: Option<Quiet>,
    /// When the oldest of its mentions that are kept was published.
    pub(crate) oldest: Option<Timestamp>,
    /// What was used of our own limits.
    pub(crate) limits: Vec<LimitUsed>,
    /// Items that usually come on a day like today.
    pub(crate) usual: Option<f64>,
}

/// A source as shown.
pub(crate) fn row(setup: &SourceSetup, state: &SourceState, seen: Seen, now: Timestamp) -> SourceRow {
    // Where it is known what is usual, that decides; else a fixed span.
    let quiet = seen.quiet.map_or_else(
        || silent(&state.poll, now).is_some_and(|span| span > SILENT),
        |quiet| quiet.is_abnormal(ONE_IN),
    );
    let health = if !setup.enabled || state.stopped.is_some() {
        Health::Stopped
    } else if state.poll.failures > 0 {
        Health::Failing
    } else if state.waits {
        Health::Waits
    } else if state.poll.last_success.is_none() {
        Health::New
    } else if quiet {
        Health::Silent
    } else {
        Health::Well
    };
    SourceRow {
        id: setup.id.clone(),
        name: setup.name.clone(),
        kind: setup.kind.to_owned(),
        channel: setup.channel,
        polled: setup.polled,
        health,
        last_success: state.poll.last_success,
        last_news: state.poll.last_news,
        last_error: state.stopped.clone().or_else(|| state.poll.last_error.clone()),
        last_error_at: state.last_error_at,
        failures: state.poll.failures,
        next: (setup.polled && setup.enabled && state.stopped.is_none())
            .then_some(state.poll.next.unwrap_or(now)),
        every: setup.polled.then_some(state.poll.interval),
        found: state.found,
        warnings: state.warnings.clone(),
        login_ends: seen.login_ends,
        location: setup.location.clone(),
        days: seen.days,
        usual: seen.usual,
        missing: seen.quiet.map(|quiet| quiet.expected),
        since: state.live.since,
        gaps: gaps_of(setup, state, now),
        announced: state.announced,
        limits: seen.limits,
        back: setup.plug.back(),
        oldest: seen.oldest,
        reading: state.reading,
        rechecks: setup.recheck > 0,
        gone: state.recheck.gone,
        reach: setup.reach,
    }
}
