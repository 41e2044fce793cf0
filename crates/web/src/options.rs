//! What the pages are given when they are put together.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use gehoor_domain::user::Role;
use gehoor_engine::Engine;
use jiff::tz::TimeZone;

use crate::live::Listeners;
use crate::names::Names;

/// A login that the demo prints and the login page shows. Never set outside the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoLogin {
    /// The login name.
    pub user: String,
    /// The password, readable by everybody who opens the page.
    pub password: String,
    /// The name people read.
    pub name: String,
    /// What this login may do.
    pub role: Role,
    /// What it may see: ids of shops with commas between them; `*` for everything.
    pub scope: String,
}

/// What the pages are given.
pub struct Options {
    /// The running house.
    pub engine: Engine,
    /// Where people reach the pages, without a slash at the end, such as `https://gehoor.example`. Forms are only
    /// taken from there, or from the host that the browser names.
    pub base_url: String,
    /// Cookies travel over TLS only, and browsers are told never to try without (HSTS).
    pub secure_cookies: bool,
    /// A proxy in front of us writes `X-Forwarded-For`; its last address is the one that asks. Without a proxy
    /// anybody could write that header, so it is not read.
    pub trusted_proxy: bool,
    /// Gives the text for `/metrics`; without it the path is not there.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// The name of the company, shown on every page.
    pub brand_name: String,
    /// Logins shown on the login page: in the demo only.
    pub demo_logins: Vec<DemoLogin>,
}

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub(crate) inner: Arc<Inner>,
}

/// The inside of [`Web`].
pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) zone: TimeZone,
    pub(crate) names: Names,
    pub(crate) listeners: Listeners,
    /// Passwords being checked at this moment: the work is heavy, so only a few at once.
    pub(crate) logins: AtomicUsize,
}

impl Web {
    /// Prepares what handlers share.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let zone = options.engine.zone();
        let names = Names::of(options.engine.setup());
        let inner =
            Inner { options, zone, names, listeners: Listeners::default(), logins: AtomicUsize::new(0) };
        Self { inner: Arc::new(inner) }
    }
    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.options.engine
    }
    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }
}
