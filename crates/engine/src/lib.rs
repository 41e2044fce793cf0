#![doc = include_str!("../README.md")]

pub mod account;
mod alerting;
mod all_clear;
mod assess;
mod batch;
mod board;
pub mod clock;
mod collect;
pub mod commands;
mod compose;
mod copies;
pub mod corrections;
pub mod coverage;
mod deliver;
pub mod desk;
mod digest;
mod early;
pub mod error;
pub mod evidence;
mod habits;
mod inbox;
mod index;
mod ingest;
pub mod live;
mod loops;
pub mod many_replies;
mod outbox;
pub mod outcomes;
pub mod presence;
pub mod promised;
pub mod promises;
pub mod queries;
pub mod reassess;
mod receive;
mod recheck;
mod rejudge;
pub mod replies;
pub mod reply_check;
mod second;
pub mod setup;
mod shelf;
mod show;
mod sources;
mod supervise;
mod tail;
mod throttle;
mod tick;
mod trends;
mod vault;
pub mod views;
pub mod waiting_replies;
mod watch;
mod watch_sources;
pub mod what_if;

use std::sync::{Arc, PoisonError};

use gehoor_classify::locate::Locator;
use gehoor_domain::context::Context;
use gehoor_domain::ids::{OutletId, SourceId};
use gehoor_store::{CommitError, Seq, Store, Table, Write};
use gehoor_wire::Secret;
use jiff::Timestamp;
use tokio::sync::{Notify, broadcast};

pub use error::{EngineError, Unusable};
pub use setup::{OutletSetup, Parts, ReplySetup, Setup, SourceSetup};
pub use vault::{TokenHome, log_in};

use batch::{Batch, Finished};
use board::Board;
use live::Change;
use sources::SourceBook;
use supervise::Supervisor;
use tail::Tail;
use throttle::Throttle;

/// How often a decision is made again when what it read has changed in the meantime.
const TRIES: usize = 16;
/// Changes that a slow reader may lag behind before it has to load its page again.
const FEED: usize = 1_024;

/// The running house: cheap to clone, shared by loops and pages.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// Wakes the loops before their time.
#[derive(Default)]
struct Wake {
    collect: Notify,
    tick: Notify,
    deliver: Notify,
    second: Notify,
}

struct Inner {
    setup: Setup,
    parts: Parts,
    locator: Locator,
    board: Board,
    tail: Tail,
    copies: tokio::sync::Mutex<copies::Copies>,
    sources: SourceBook,
    habits: habits::Habits,
    outbox: outbox::OutboxBook,
    turns: collect::Turns,
    feed: broadcast::Sender<Change>,
    throttle: Throttle,
    vault: vault::Vault,
    /// A hash that no password has: checked when the name is unknown, so that the answer takes as long.
    no_password: String,
    presence: presence::Presence,
    wake: Wake,
    supervisor: Supervisor,
    progress: index::Progress,
    seal: evidence::Seal,
    /// Held while an assessment is committed, by whoever judges.
    filing: tokio::sync::Mutex<()>,
}

impl Engine {
    /// Puts the house together: reads the cases and the state of the sources, and brings the index up to date.
    ///
    /// # Errors
    /// [`EngineError`] when the store or the index cannot be read.
    pub fn new(setup: Setup, parts: Parts) -> Result<Self, EngineError> {
        let locator = Locator::new(&setup.brand, &setup.locations);
        let cx = Context { policy: &setup.policy, locations: &setup.locations, now: parts.clock.now() };
        let board = Board::load(parts.store.as_ref(), &cx)?;
        let outbox = outbox::OutboxBook::load(parts.store.as_ref())?;
        let sources = SourceBook::load(parts.store.as_ref(), &setup.sources)?;
        parts.transport.recall(&sources.limits(), parts.clock.now());
        let unknown = Secret::new(hex::encode(rand::random::<[u8; 16]>()));
        let no_password = account::hash_password(&unknown).unwrap_or_default();
        let vault = vault::Vault::new(parts.tokens.clone());
        let inner = Inner {
            setup,
            parts,
            locator,
            board,
            tail: Tail::default(),
            copies: tokio::sync::Mutex::default(),
            sources,
            habits: habits::Habits::default(),
            outbox,
            turns: collect::Turns::default(),
            feed: broadcast::Sender::new(FEED),
            throttle: Throttle::default(),
            vault,
            no_password,
            presence: presence::Presence::default(),
            wake: Wake::default(),
            supervisor: Supervisor::default(),
            progress: index::Progress::default(),
            seal: evidence::Seal::default(),
            filing: tokio::sync::Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What changes from now on. A reader that lags behind misses changes and has to load the page again.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.feed.subscribe()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.parts.clock.now()
    }

    /// What the house is made of: brand, locations, rules, sources and outlets.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.inner.setup
    }

    /// The number of the latest entry of the journal.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.store().head()
    }

    fn store(&self) -> &dyn Store {
        self.inner.parts.store.as_ref()
    }

    fn context(&self, now: Timestamp) -> Context<'_> {
        Context { policy: &self.inner.setup.policy, locations: &self.inner.setup.locations, now }
    }

    fn source_setup(&self, id: &SourceId) -> Option<&SourceSetup> {
        self.inner.setup.sources.iter().find(|s| s.id == *id)
    }

    fn outlet_setup(&self, id: &OutletId) -> Option<&OutletSetup> {
        let replies = self.inner.setup.replies.iter().map(|r| &r.outlet);
        self.inner.setup.outlets.iter().chain(replies).find(|o| o.id == *id)
    }

    /// Makes a decision and commits it; when what it read has changed in the meantime it is made again.
    async fn work<T>(
        &self,
        mut decide: impl FnMut(&mut Batch<'_>) -> Result<T, EngineError>,
    ) -> Result<(T, Seq), EngineError> {
        for _ in 0..TRIES {
            let mut batch = Batch::new(self.store(), self.now());
            let value = decide(&mut batch)?;
            if batch.is_empty() {
                return Ok((value, self.head()));
            }
            match self.commit(batch).await {
                Ok(seq) => return Ok((value, seq)),
                Err(EngineError::Raced(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Err(EngineError::Raced("too many changes at the same time".into()))
    }

    /// Commits, brings the board up to date, and tells readers.
    async fn commit(&self, batch: Batch<'_>) -> Result<Seq, EngineError> {
        let Finished { commit, changes, cases } = batch.finish()?;
        let touches = |table| commit.writes.iter().any(|write| write.table == table);
        let (ticks, delivers) = (touches(Table::CaseDue), touches(Table::OutboxDue));
        let looks = touches(Table::SecondLook);
        let now = commit.at;
        let effects: Vec<Write> =
            commit.writes.iter().filter(|write| write.table == Table::Outbox).cloned().collect();
        let seq = self.inner.parts.store.commit(commit).await.map_err(|error| match error {
            CommitError::Conflict { table, key } => EngineError::Raced(format!("{table} `{key}`")),
            CommitError::Store(error) => EngineError::Store(error),
            other => EngineError::Index(other.to_string()),
        })?;
        self.inner.board.apply(seq, cases.iter().map(|case| &**case), &self.context(now));
        if let Err(error) = self.inner.outbox.apply(self.store(), seq, &effects) {
            tracing::warn!(
                error = supervise::chain(&error),
                "the effects that wait are no longer counted rightly"
            );
        }
        if ticks {
            self.inner.wake.tick.notify_one();
        }
        if delivers {
            self.inner.wake.deliver.notify_one();
        }
        if looks {
            self.inner.wake.second.notify_one();
        }
        for mut change in changes {
            change.seq = seq;
            // No reader is no reason to stop.
            let _ = self.inner.feed.send(change);
        }
        Ok(seq)
    }
}

/// Locks and goes on with what a panicking holder left: every such value is replaced whole.
fn unpoison<T>(lock: Result<T, PoisonError<T>>) -> T {
    lock.unwrap_or_else(PoisonError::into_inner)
}
