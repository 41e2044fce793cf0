//! The program, one life after another: the real engine and the real client, on the same journal and index, until it
//! dies at some moment.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use gehoor_classify::{Classifier, ClassifyError, Doc};
use gehoor_domain::assessment::Assessment;
use gehoor_engine::clock::Clock;
use gehoor_engine::{Engine, Parts, Setup};
use gehoor_fetch::{Client, Options, Quota, Transport};
use gehoor_search::Index;
use gehoor_store::Store;
use gehoor_testkit::PausedClock;
use gehoor_testkit::build::{chain, source};
use gehoor_wire::Secret;
use jiff::{SignedDuration, Timestamp};

use super::platforms::{Kind, Wire, World};

/// How often the index is brought up to date: it is not what is tried here.
const INDEX_EVERY: Duration = Duration::from_secs(4 * 3600);

/// Nothing is judged here.
struct Nobody;

#[async_trait]
impl Classifier for Nobody {
    fn id(&self) -> &'static str {
        "nobody"
    }

    async fn classify(&self, _: &[Doc<'_>]) -> Result<Vec<Assessment>, ClassifyError> {
        Ok(Vec::new())
    }
}

/// Shortest and longest time between polls of a kind.
pub(crate) fn pace(kind: Kind) -> (SignedDuration, SignedDuration) {
    let mins = SignedDuration::from_mins;
    match kind {
        Kind::Feed => (mins(30), mins(480)),
        Kind::Mastodon => (mins(30), mins(240)),
        Kind::Forum => (mins(30), mins(240)),
        Kind::Reviews => (mins(30), mins(360)),
    }
}

pub(crate) fn setup(world: &World) -> Setup {
    let mut setup = chain();
    let sources = world.channels.iter().enumerate().map(|(number, channel)| {
        let host = &channel.host;
        let (kind, keys) = match channel.kind {
            Kind::Feed => ("feed", format!("url = 'https://{host}/c{number}/rss'")),
            Kind::Mastodon => (
                "mastodon",
                format!("base = 'https://{host}'\nmode = 'hashtag'\ntag = 'c{number}'\noverlap_minutes = 300"),
            ),
            Kind::Forum => (
                "discourse",
                format!("base = 'https://{host}/c{number}'\nmode = 'posts'\noverlap_minutes = 300"),
            ),
            Kind::Reviews => (
                "json",
                format!(
                    "url = 'https://{host}/c{number}/reviews'\nitems = 'reviews'\n\
                     paging = {{ style = 'page', param = 'page', first = 1, size = 20 }}\n\
                     fields = {{ id = 'id', text = 'text', author = 'author', date = 'created', edited = 'edited', rating = 'stars', deleted = 'deleted' }}"
                ),
            ),
        };
        let mut setup = source(&format!("c{number}"), kind, &keys);
        (setup.min_every, setup.max_every) = pace(channel.kind);
        setup.recheck = usize::from(channel.kind == Kind::Forum);
        setup.credential = (channel.kind == Kind::Reviews).then(|| Secret::new("key"));
        setup
    });
    setup.sources = sources.collect();
    setup
}

/// What people wrote into the configuration of the limits that the platforms document.
pub(crate) fn options(world: &World) -> Options {
    let known = world.hosts.values().filter(|host| host.is_known);
    let host_quotas = known.map(|host| {
        let requests = u32::try_from(host.limit.requests).unwrap();
        (host.name.clone(), Quota { requests, per: Duration::try_from(host.limit.per).unwrap() })
    });
    Options { host_quotas: host_quotas.collect(), ..Options::default() }
}

/// When a life ends: at a moment, or before that, while a request is under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) at: Timestamp,
    pub(crate) request: Option<u64>,
}

/// Lives from `start` until it is killed; gives the moment of death.
pub(crate) fn live(
    world: &Arc<Mutex<World>>,
    store: &Arc<dyn Store>,
    index: &Path,
    start: Timestamp,
    end: End,
    seed: u64,
) -> Timestamp {
    // When the runtime goes, all its tasks end where they stand, as in a kill.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let clock = PausedClock::starting(start);
        let wire = Arc::new(Wire::new(Arc::clone(world), clock, seed, end.request));
        let (setup, options) = {
            let world = world.lock().unwrap();
            (setup(&world), options(&world))
        };
        let died = Arc::clone(&wire.died);
        let client = Client::over(options, wire).unwrap();
        let parts = Parts {
            tokens: None,
            store: Arc::clone(store),
            index: Arc::new(Index::open(index).unwrap().0),
            classifier: Arc::new(Nobody),
            stronger: None,
            transport: Arc::new(client) as Arc<dyn Transport>,
            clock: Arc::new(clock),
            repaired: Vec::new(),
        };
        let engine = Engine::new(setup, parts).unwrap();
        let collects = async {
            loop {
                engine.start_due();
                engine.until_due().await;
            }
        };
        let indexes = async {
            loop {
                engine.index_some().await.unwrap();
                tokio::time::sleep(INDEX_EVERY).await;
            }
        };
        let rechecks = async {
            loop {
                engine.recheck_due().await.unwrap();
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        };
        tokio::select! {
            () = collects => {}
            () = indexes => {}
            () = rechecks => {}
            () = died.notified() => {}
            () = clock.sleep(clock.now(), end.at) => {}
        }
        clock.now()
    })
}
