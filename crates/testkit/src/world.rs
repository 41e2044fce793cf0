//! A whole house in memory, driven by hand.

use std::sync::Arc;

use anyhow::Result;
use gehoor_classify::{BuiltIn, Classifier};
use gehoor_domain::ids::{CaseId, ReplyId};
use gehoor_domain::mention::Draft;
use gehoor_engine::clock::Clock as _;
use gehoor_engine::views::{Inbox, InboxQuery, Viewer};
use gehoor_engine::{Engine, EngineError, Parts, Setup};
use gehoor_search::Index;
use gehoor_store::{MemoryStore, Store};
use jiff::{SignedDuration, Timestamp};

use crate::build::{admin, chain, form};
use crate::{FakeClock, Net};

/// The house.
pub struct World {
    /// The engine; its loops do not run.
    pub engine: Engine,
    /// Time.
    pub clock: Arc<FakeClock>,
    /// The network.
    pub net: Arc<Net>,
    /// The journal and its view.
    pub store: Arc<dyn Store>,
}

impl World {
    /// The chain of [`chain`], on a Monday at 10:00 in the Netherlands.
    ///
    /// # Errors
    /// When the parts cannot be made.
    pub fn new() -> Result<Self> {
        Self::with(chain())
    }

    /// Another setup, at the same time.
    ///
    /// # Errors
    /// When the parts cannot be made.
    pub fn with(setup: Setup) -> Result<Self> {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        Self::on(setup, store, Arc::new(FakeClock::at("2026-11-23T09:00:00Z")))
    }

    /// On a given store and clock.
    ///
    /// # Errors
    /// When the parts cannot be made.
    pub fn on(setup: Setup, store: Arc<dyn Store>, clock: Arc<FakeClock>) -> Result<Self> {
        Self::judged_by(setup, store, clock, Arc::new(BuiltIn::load()?), None)
    }

    /// On a given store and clock, with given models: the quick one and a stronger one.
    ///
    /// # Errors
    /// When the parts cannot be made.
    pub fn judged_by(
        setup: Setup,
        store: Arc<dyn Store>,
        clock: Arc<FakeClock>,
        classifier: Arc<dyn Classifier>,
        stronger: Option<Arc<dyn Classifier>>,
    ) -> Result<Self> {
        let net = Arc::new(Net::default());
        let parts = Parts {
            tokens: None,
            store: Arc::clone(&store),
            index: Arc::new(Index::in_memory()?),
            classifier,
            stronger,
            transport: Arc::clone(&net) as Arc<dyn gehoor_fetch::Transport>,
            clock: Arc::clone(&clock) as Arc<dyn gehoor_engine::clock::Clock>,
            repaired: Vec::new(),
        };
        Ok(Self { engine: Engine::new(setup, parts)?, clock, net, store })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Posts arrive through the pushed source, and everything that follows at once happens.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn hear(&self, drafts: Vec<Draft>) -> Result<()> {
        self.engine.import(&form(), drafts).await?;
        self.settle().await
    }

    /// Everything that can happen now happens.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn settle(&self) -> Result<()> {
        while self.engine.assess_some().await? {}
        while self.engine.tick().await? {}
        while self.engine.deliver_due().await? {}
        while self.engine.index_some().await? {}
        Ok(())
    }

    /// Time passes in steps of a minute at most a day, of ten minutes beyond, and what is due happens.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn pass(&self, span: SignedDuration) -> Result<()> {
        let step = if span > SignedDuration::from_hours(24) {
            SignedDuration::from_mins(10)
        } else {
            SignedDuration::from_mins(1)
        };
        let until = self.now() + span;
        while self.now() < until {
            self.clock.set((self.now() + step).min(until));
            self.settle().await?;
        }
        Ok(())
    }

    /// Somebody posted an answer by hand and says so; what the check warns of is ticked.
    ///
    /// # Errors
    /// As [`Engine::claim_reply`].
    pub async fn answer(&self, viewer: &Viewer, case: CaseId, text: &str) -> Result<ReplyId, EngineError> {
        self.answer_from(viewer, case, text, None).await
    }

    /// As [`World::answer`], from a page of that version of the case.
    ///
    /// # Errors
    /// As [`Engine::claim_reply`].
    pub async fn answer_from(
        &self,
        viewer: &Viewer,
        case: CaseId,
        text: &str,
        version: Option<u64>,
    ) -> Result<ReplyId, EngineError> {
        let found = self.engine.check_reply(viewer, case, None, text)?;
        let ticked = found.iter().map(|f| f.kind.to_owned()).collect();
        self.engine.claim_reply(viewer, case, None, text, ticked, version).await
    }

    /// The inbox of head office.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn inbox(&self) -> Result<Inbox> {
        Ok(self.engine.inbox(&admin(), &InboxQuery::default()).await?)
    }
}
