//! What lists, counts and trends need of every case, in memory: a card a case. The case itself is read from the store.
//!
//! Loaded at start and brought up to date by every commit. An older version never replaces a newer one, whatever the
//! order in which commits are told.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use gehoor_domain::case::{Case, CaseState, ClockKind, ClockState, PromiseState};
use gehoor_domain::context::Context;
use gehoor_domain::ids::{CaseId, LocationId, TeamId, UserId};
use gehoor_domain::mention::Channel;
use gehoor_domain::{clock, rank};
use gehoor_store::{Seq, Store, StoreError, Table, decode};
use jiff::{SignedDuration, Timestamp};

/// How many records are read at once while loading.
const CHUNK: usize = 1_000;

/// A clock that runs, as far as the rank depends on it.
#[derive(Debug, Clone)]
struct Running {
    red_at: Timestamp,
    norm: SignedDuration,
    calendar: Arc<String>,
}

/// One case, as far as lists, counts and trends depend on it.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) id: CaseId,
    version: Seq,
    pub(crate) state: CaseState,
    pub(crate) channel: Channel,
    location: Option<Arc<LocationId>>,
    pub(crate) team: Arc<TeamId>,
    pub(crate) owner: Option<Arc<UserId>>,
    pub(crate) queued: bool,
    pub(crate) began: Timestamp,
    pub(crate) closed: Option<Timestamp>,
    /// Its clocks weigh nothing.
    backlog: bool,
    /// The rank without its clock.
    points: f32,
    overruled: Option<f32>,
    running: Box<[Running]>,
    /// Whether the first response came, and whether it came within the norm.
    pub(crate) answered: Option<bool>,
    pub(crate) regressed: bool,
    /// Promises that ended, and those of them kept in time.
    pub(crate) promises_ended: u16,
    pub(crate) promises_kept: u16,
    /// When the promises that are open are due.
    pub(crate) promises_due: Box<[Timestamp]>,
    /// Promises in all.
    pub(crate) promises: u16,
    /// Promises missed and not made good.
    pub(crate) promises_missed: u16,
    /// It is put aside.
    pub(crate) aside: bool,
    /// Head office, a carrier or a supplier has to act on it: it does not count for its shop.
    pub(crate) elsewhere: bool,
    /// A reply of ours is not settled.
    pub(crate) replies_wait: bool,
    /// It has tickets in a helpdesk.
    pub(crate) tickets: bool,
}

impl Card {
    /// The shop, if known.
    pub(crate) fn location(&self) -> Option<&LocationId> {
        self.location.as_deref()
    }

    /// Not closed.
    pub(crate) fn is_open(&self) -> bool {
        self.state != CaseState::Closed
    }

    /// When the first running clock turns red.
    pub(crate) fn next_red(&self) -> Option<Timestamp> {
        self.running.iter().map(|r| r.red_at).min()
    }

    /// The highest rank it can have, whatever its clocks say.
    pub(crate) fn rank_at_most(&self, cx: &Context<'_>) -> f32 {
        let clock =
            if self.clock_counts() { rank::clock_points(rank::MAX_CLOCK, &cx.policy.weights) } else { 0.0 };
        self.overruled.unwrap_or(self.points + clock.max(0.0))
    }

    /// The rank as of now: the same as [`rank::priority`] of the case.
    pub(crate) fn rank(&self, cx: &Context<'_>) -> f32 {
        if let Some(points) = self.overruled {
            return points;
        }
        if !self.clock_counts() {
            return self.points;
        }
        let share = |r: &Running| {
            clock::share_at(r.red_at, r.norm, cx.calendar(&r.calendar), cx.now, rank::MAX_CLOCK)
        };
        let most = self.running.iter().map(share).fold(0.0, f64::max);
        // Both are in tenths: so is the sum.
        ((self.points + rank::clock_points(most, &cx.policy.weights)) * 10.0).round() / 10.0
    }

    /// A person set its rank.
    pub(crate) fn is_overruled(&self) -> bool {
        self.overruled.is_some()
    }

    fn clock_counts(&self) -> bool {
        self.state == CaseState::Open && !self.backlog && !self.running.is_empty()
    }
}

/// All cases.
#[derive(Default)]
pub(crate) struct Board {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    cards: HashMap<CaseId, Card>,
    names: Names,
}

/// Names that many cards share, each kept once.
#[derive(Default)]
struct Names {
    locations: HashSet<Arc<LocationId>>,
    teams: HashSet<Arc<TeamId>>,
    users: HashSet<Arc<UserId>>,
    calendars: HashSet<Arc<String>>,
}

fn shared<T: Hash + Eq + Clone>(known: &mut HashSet<Arc<T>>, name: &T) -> Arc<T> {
    if let Some(name) = known.get(name) {
        return Arc::clone(name);
    }
    let name = Arc::new(name.clone());
    known.insert(Arc::clone(&name));
    name
}

impl Board {
    /// Reads all cases.
    pub(crate) fn load(store: &dyn Store, cx: &Context<'_>) -> Result<Self, StoreError> {
        let mut inner = Inner::default();
        let mut from = String::new();
        loop {
            let chunk = store.scan(Table::Case, &from, None, CHUNK)?;
            let Some((last, _)) = chunk.last() else { break };
            from = format!("{last}\0");
            for (key, found) in chunk {
                let case: Case = decode(Table::Case, &key, &found.record)?;
                inner.put(found.version, &case, cx);
            }
        }
        Ok(Self { inner: RwLock::new(inner) })
    }

    /// Takes over what a commit changed.
    pub(crate) fn apply<'a>(&self, seq: Seq, cases: impl IntoIterator<Item = &'a Case>, cx: &Context<'_>) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for case in cases {
            inner.put(seq, case, cx);
        }
    }

    /// Looks at every card.
    pub(crate) fn for_each(&self, mut look: impl FnMut(&Card)) {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).cards.values().for_each(&mut look);
    }

    /// Works on all cards at once; commits wait meanwhile.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&HashMap<CaseId, Card>) -> T) -> T {
        look(&self.inner.read().unwrap_or_else(PoisonError::into_inner).cards)
    }

    /// What `pick` makes of the cards.
    pub(crate) fn pick<T>(&self, pick: impl FnMut(&Card) -> Option<T>) -> Vec<T> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).cards.values().filter_map(pick).collect()
    }
}

impl Inner {
    fn put(&mut self, version: Seq, case: &Case, cx: &Context<'_>) {
        if self.cards.get(&case.id).is_some_and(|known| known.version >= version) {
            return;
        }
        let card = self.names.card(version, case, cx);
        self.cards.insert(case.id, card);
    }
}

/// A shop does not answer for what head office, a carrier or a supplier has to solve; head office answers for all.
fn is_elsewhere(case: &Case) -> bool {
    use gehoor_domain::assessment::Responsible;
    let theirs =
        matches!(case.responsible, Responsible::Headquarters | Responsible::Carrier | Responsible::Supplier);
    theirs && case.location().is_some_and(|l| l.as_str() != "hq")
}

impl Names {
    fn card(&mut self, version: Seq, case: &Case, cx: &Context<'_>) -> Card {
        let running = case.clocks.iter().filter(|c| c.state == ClockState::Running);
        let running = running
            .map(|c| Running {
                red_at: c.red_at,
                norm: c.norm,
                calendar: shared(&mut self.calendars, &c.calendar),
            })
            .collect();
        let first = case.clocks.iter().find(|c| c.kind == ClockKind::FirstResponse);
        let answered = first.and_then(|clock| match clock.state {
            ClockState::Done(at) => Some(at <= clock.red_at),
            _ => None,
        });
        let (mut ended, mut kept, mut due) = (0_u16, 0_u16, Vec::new());
        for promise in &case.promises {
            match promise.state {
                PromiseState::Kept { .. } => {
                    ended = ended.saturating_add(1);
                    kept = kept.saturating_add(u16::from(promise.kept_late.is_none()));
                }
                PromiseState::Missed { .. } => ended = ended.saturating_add(1),
                PromiseState::Withdrawn { .. } => {}
                PromiseState::Open => due.push(promise.due),
            }
        }
        Card {
            id: case.id,
            version,
            state: case.state,
            channel: case.channel,
            location: case.location().map(|id| shared(&mut self.locations, id)),
            team: shared(&mut self.teams, &case.team),
            owner: case.owner.as_ref().map(|id| shared(&mut self.users, id)),
            queued: case.queued.is_some(),
            began: case.began,
            closed: case.closed,
            backlog: case.backlog,
            points: rank::without_clock(case, cx),
            overruled: case.priority.overruled.as_ref().map(|o| o.points),
            running,
            answered,
            regressed: case.regressed > 0,
            promises_ended: ended,
            promises_kept: kept,
            promises_due: due.into_boxed_slice(),
            promises: u16::try_from(case.promises.len()).unwrap_or(u16::MAX),
            promises_missed: u16::try_from(case.promises.iter().filter(|p| p.is_missed()).count())
                .unwrap_or(u16::MAX),
            aside: case.snoozed.is_some(),
            elsewhere: is_elsewhere(case),
            replies_wait: case.merged_into.is_none() && case.replies.iter().any(|r| r.state.is_pending()),
            tickets: !case.tickets.is_empty(),
        }
    }
}
