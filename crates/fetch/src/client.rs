//! The client: built from options, sends requests and mails.

use std::sync::Arc;

use async_trait::async_trait;
use gehoor_wire::{Mail, Request};
use jiff::Timestamp;
use tracing::Instrument as _;
use url::Url;

use crate::error::FetchError;
use crate::exchange::Exchange;
use crate::gate::{Gate, host_key};
use crate::kept::Kept;
use crate::meter;
use crate::options::{Options, Quota};
use crate::post::Post;
use crate::resolver::Guarded;
use crate::robots;
use crate::stream::Streams;
use crate::tls::Trust;
use crate::transport::{Outcome, Transport, Validators};
use crate::watch::Watch;

/// The polite client. One for the whole program: it is the memory of all limits.
#[derive(Debug)]
pub struct Client {
    pub(crate) http: Arc<dyn Exchange>,
    pub(crate) options: Arc<Options>,
    pub(crate) gate: Gate,
    pub(crate) robots: robots::Memory,
    /// The name that robots.txt is asked for.
    pub(crate) agent: String,
    pub(crate) trust: Trust,
    pub(crate) streams: Streams,
    post: Post,
}

impl Client {
    /// Builds a client. Nothing is connected to yet.
    ///
    /// # Errors
    /// When an option cannot be used; the error names it.
    pub fn new(options: Options) -> Result<Self, FetchError> {
        // Before the user agent is handed on: it is named when it cannot be used.
        agent_name(&options.user_agent)?;
        let trust = Trust::new(options.extra_ca.as_deref())?;
        let http = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A proxy would resolve names itself, behind the guard's back.
            .no_proxy()
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(Guarded { allow_private: options.danger_allow_private_hosts }));
        let http = trust.http(http).and_then(reqwest::ClientBuilder::build).map_err(FetchError::Http)?;
        Self::assemble(options, trust, Arc::new(http))
    }

    /// A client whose web requests go over another wire: platforms in memory, for simulations. Everything above the
    /// wire is as in [`Client::new`]; mails, mailboxes and streams still go over the network.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn over(options: Options, wire: Arc<dyn Exchange>) -> Result<Self, FetchError> {
        let trust = Trust::new(options.extra_ca.as_deref())?;
        Self::assemble(options, trust, wire)
    }

    fn assemble(options: Options, trust: Trust, http: Arc<dyn Exchange>) -> Result<Self, FetchError> {
        let agent = agent_name(&options.user_agent)?;
        check_quotas(&options)?;
        let post = Post::new(&options, trust.clone())?;
        let options = Arc::new(options);
        let gate = Gate::new(options.clone());
        Ok(Self {
            http,
            options,
            gate,
            robots: robots::Memory::default(),
            agent,
            trust,
            streams: Streams::default(),
            post,
        })
    }
}

#[async_trait]
impl Transport for Client {
    async fn send(&self, request: Request, validators: Option<&Validators>, now: Timestamp) -> Outcome {
        let watch = Watch::start(now, self.options.timeout);
        // Neither query nor headers, and the path of public pages only: that of a webhook is a secret.
        let path = if request.obey_robots { request.url.path() } else { "" };
        let host = request.url.host_str().unwrap_or_default();
        let span =
            tracing::debug_span!("fetch", http.method = %request.method, http.host = host, http.path = path);
        let (outcome, over) = match request.url.scheme() {
            "imap" | "imaps" => (self.mailbox(&request, watch).instrument(span.clone()).await, "imap"),
            "ws" | "wss" => (self.stream(&request, watch).instrument(span.clone()).await, "websocket"),
            _ => (self.journey(&request, validators, watch).instrument(span.clone()).await, "http"),
        };
        span.in_scope(|| note(&outcome, over, watch));
        outcome
    }

    fn kept(&self, url: &Url, credential: Option<&str>) -> Vec<Kept> {
        self.gate.kept(&host_key(url), credential)
    }

    fn recall(&self, kept: &[Kept], now: Timestamp) {
        self.gate.recall(kept, now);
    }

    async fn mail(&self, mail: Mail, now: Timestamp) -> Outcome {
        let watch = Watch::start(now, self.options.timeout);
        let span = tracing::debug_span!("mail", smtp.server = %mail.server);
        let outcome = self.post.send(&mail, watch).instrument(span.clone()).await;
        span.in_scope(|| note(&outcome, "smtp", watch));
        outcome
    }
}

/// Counts and logs how a call ended. No label by host: their number has no bound.
fn note(outcome: &Outcome, over: &'static str, watch: Watch) {
    let (word, why) = match outcome {
        Outcome::Body { .. } => ("body", ""),
        Outcome::NotModified { .. } => ("not_modified", ""),
        Outcome::Wait { why, .. } => ("wait", why.as_str()),
        Outcome::Blocked { why } => ("blocked", why.as_str()),
        Outcome::Transient { why, .. } => ("transient", why.as_str()),
        Outcome::Permanent { why, .. } => ("permanent", why.as_str()),
    };
    metrics::counter!("gehoor_fetch_requests_total", "over" => over, "outcome" => word).increment(1);
    metrics::histogram!("gehoor_fetch_seconds", "over" => over).record(watch.seconds());
    tracing::debug!(outcome = word, why, "{over}: {word}");
}

/// The first word of the user agent: what sites write into robots.txt to mean us.
fn agent_name(user_agent: &str) -> Result<String, FetchError> {
    let name = user_agent.split(['/', ' ']).next().unwrap_or_default();
    let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
    let visible = user_agent.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    if fits && visible { Ok(name.to_owned()) } else { Err(FetchError::UserAgent(user_agent.to_owned())) }
}

fn check_quotas(options: &Options) -> Result<(), FetchError> {
    let general = [("every host", options.host_quota), ("every credential", options.credential_quota)];
    let single = options.host_quotas.iter().chain(&options.credential_quotas);
    let all =
        general.into_iter().chain(single.map(|(name, quota): (&String, &Quota)| (name.as_str(), *quota)));
    for (name, quota) in all {
        if !meter::is_usable(quota) {
            return Err(FetchError::Quota(name.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_defaults_are_usable() {
        let client = Client::new(Options::default()).unwrap();
        assert_eq!(client.agent, "Gehoor");
    }

    #[test]
    fn unusable_options_are_named() {
        let agent = Options { user_agent: "Mijn Bot\n".to_owned(), ..Options::default() };
        assert!(Client::new(agent).unwrap_err().to_string().starts_with("the user agent `Mijn Bot"));
        let mut quota = Options::default();
        quota.host_quotas.insert("a.example".to_owned(), Quota { requests: 0, per: Duration::from_secs(1) });
        assert!(Client::new(quota).unwrap_err().to_string().starts_with("the quota of `a.example`"));
    }
}
