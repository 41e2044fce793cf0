//! What the engine is made of, as assembled by the app: brand, locations, rules, sources and outlets.

use std::sync::Arc;

use gehoor_classify::Classifier;
use gehoor_domain::digest::Digest;
use gehoor_domain::ids::{LocationId, OutletId, SourceId};
use gehoor_domain::location::{Brand, Locations};
use gehoor_domain::mention::Channel;
use gehoor_domain::policy::Policy;
use gehoor_fetch::Transport;
use gehoor_outlets::Outlet;
use gehoor_sources::Source;
use gehoor_store::Store;
use gehoor_wire::Secret;
use jiff::SignedDuration;

use crate::clock::Clock;

/// One configured source.
pub struct SourceSetup {
    /// Its name in records.
    pub id: SourceId,
    /// The name people read.
    pub name: String,
    /// The kind, as in the registry.
    pub kind: &'static str,
    /// Names the platform: authors of the same platform are the same people over all its sources.
    pub platform: String,
    /// Whether external ids are the same over all sources of the platform, so that a post that is found by two of
    /// them is one mention.
    pub shared_ids: bool,
    /// The channel of its mentions, unless the mention has its own.
    pub channel: Channel,
    /// The plug.
    pub plug: Arc<dyn Source>,
    /// Polled; else it is pushed to.
    pub polled: bool,
    /// Shortest time between polls.
    pub min_every: SignedDuration,
    /// Longest time between polls.
    pub max_every: SignedDuration,
    /// The credential, if it needs one.
    pub credential: Option<Secret>,
    /// Secrets that may sign its deliveries, for one that is pushed to.
    pub signing: Vec<Secret>,
    /// How many mentions its platform takes at a time when it is asked for deletions; 0 when it cannot be asked.
    pub recheck: usize,
    /// How far back it can be read and what cannot be seen, for people.
    pub reach: &'static str,
    /// All its mentions are about this location, unless they say otherwise.
    pub location: Option<LocationId>,
    /// Off: kept, shown, not asked.
    pub enabled: bool,
}

/// One configured outlet.
pub struct OutletSetup {
    /// Its name in records.
    pub id: OutletId,
    /// The name people read.
    pub name: String,
    /// The kind.
    pub kind: &'static gehoor_outlets::Kind,
    /// The plug.
    pub plug: Arc<dyn Outlet>,
    /// The credential, if it needs one.
    pub credential: Option<Secret>,
    /// What signs its pushes about tickets, if it pushes.
    pub hook: Option<Secret>,
    /// How often its tickets are asked about.
    pub watch_every: SignedDuration,
    /// Whether it is told that an alert is over; none where that is left to the kind.
    pub tell_end: Option<bool>,
}

/// The channel through which posts of some sources are answered.
pub struct ReplySetup {
    /// Which sources.
    pub sources: Vec<SourceId>,
    /// The channel; its kind is one of [`gehoor_outlets::reply`].
    pub outlet: OutletSetup,
    /// The source whose login it uses; none when it has a credential of its own.
    pub login_of: Option<SourceId>,
}

/// Everything the engine is made of.
pub struct Setup {
    /// What is monitored.
    pub brand: Brand,
    /// Shops, regions and head office.
    pub locations: Locations,
    /// The company's rules.
    pub policy: Policy,
    /// Sources.
    pub sources: Vec<SourceSetup>,
    /// Outlets.
    pub outlets: Vec<OutletSetup>,
    /// Channels for public replies.
    pub replies: Vec<ReplySetup>,
    /// Summaries by mail.
    pub digests: Vec<Digest>,
    /// Where people reach the pages, without a slash at the end; stands in mails and tickets.
    pub base_url: String,
    /// The language of mails and tickets, `nl` or `en`.
    pub lang: String,
    /// Names this installation in the keys of tickets, such as `bouwhoek`.
    pub instance: String,
}

/// The parts of the outside that the engine stands on.
pub struct Parts {
    /// The journal and its view.
    pub store: Arc<dyn Store>,
    /// The index of mentions.
    pub index: Arc<gehoor_search::Index>,
    /// What judges mentions.
    pub classifier: Arc<dyn Classifier>,
    /// What judges again, in the background, what is urgent or a guess; none for one model only.
    pub stronger: Option<Arc<dyn Classifier>>,
    /// The network.
    pub transport: Arc<dyn Transport>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where the tokens of logins are kept over a restart; none keeps them in memory only.
    pub tokens: Option<Arc<dyn crate::TokenHome>>,
    /// What was mended when store and index were opened, in words for people.
    pub repaired: Vec<String>,
}
