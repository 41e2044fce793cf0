//! Who may be asked now: quotas, spacing, what servers announced, and the breakers, for every host and credential.
//!
//! The gate decides and remembers; it neither waits nor sends. Times come from the caller, so a simulated week
//! takes no longer than its requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use url::Url;

use crate::backoff;
use crate::breaker::Breaker;
use crate::kept::{Kept, Used, Whose};
use crate::meter::Meter;
use crate::options::{Options, Quota};

/// More hosts or credentials than this are not remembered; the longest unused are forgotten.
const MOST_KEYS: usize = 4096;
/// Pause after a 429 that does not say how long, doubled each time up to the longest.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(4);
/// The same for a server that says how long, waits included, and then refuses again: `Retry-After: 0` for ever.
const FIRST_REPEAT: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_REPEAT: SignedDuration = SignedDuration::from_mins(5);

/// The key of a host: limits belong to a host and port.
pub(crate) fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// A host key for people: without the usual ports.
pub(crate) fn shown(key: &str) -> &str {
    key.strip_suffix(":443").or_else(|| key.strip_suffix(":80")).unwrap_or(key)
}

/// Who asks whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) host: &'a str,
    pub(crate) credential: Option<&'a str>,
    /// From the end of the last request to the start of this one.
    pub(crate) spacing: Duration,
}

/// Not now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Later {
    pub(crate) until: Timestamp,
    pub(crate) why: String,
    /// Only our own spacing: the next step of a redirect may shorten it.
    pub(crate) only_spacing: bool,
}

/// How a request ended, as far as the next one is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// The server is well.
    Fine,
    /// The server is well and gave its last: nothing before then.
    UsedUp(Timestamp),
    /// The server asked for patience, with or without saying how long; all of it or only this credential.
    Patience { until: Option<Timestamp>, whole_host: bool },
    /// The server failed.
    Failed,
}

/// What is remembered of a host or credential.
#[derive(Debug)]
struct Holder {
    meter: Meter,
    quota: Quota,
    /// Requests of the stretch of the quota under way; none before the first one.
    counted: Option<Used>,
    held_until: Option<Timestamp>,
    /// Times in a row that it was refused for asking too much.
    strikes: u32,
    used: Timestamp,
}

impl Holder {
    fn new(quota: Quota, now: Timestamp) -> Self {
        let meter = Meter::new(quota, now);
        Self { meter, quota, counted: None, held_until: None, strikes: 0, used: now }
    }

    /// Goes on from what was kept.
    fn recall(&mut self, kept: &Kept, now: Timestamp) {
        // A clock that was set back must not lock it.
        self.used = kept.asked.min(now);
        self.meter = Meter::resumed(self.quota, self.used, kept.spent);
        self.counted = kept.used;
        self.held_until = kept.held_until;
        self.strikes = kept.strikes;
    }

    fn kept(&self, whose: Whose) -> Kept {
        Kept {
            whose,
            asked: self.used,
            spent: self.meter.spent(),
            used: self.counted,
            held_until: self.held_until,
            strikes: self.strikes,
            breaker: Breaker::default(),
        }
    }

    fn check_hold(&self, name: &str, now: Timestamp) -> Result<(), Later> {
        match self.held_until.filter(|until| *until > now) {
            Some(until) => {
                Err(Later { until, why: format!("{name} asked for patience"), only_spacing: false })
            }
            None => Ok(()),
        }
    }

    fn take(&mut self, name: &str, now: Timestamp) -> Result<(), Later> {
        self.used = now;
        let quota = self.quota;
        self.meter.take(now).map_err(|until| Later {
            until,
            why: format!(
                "our own limit for {name}: {} requests in {} s",
                quota.requests,
                quota.per.as_secs()
            ),
            only_spacing: false,
        })?;
        self.count(now);
        Ok(())
    }

    /// Counts a request for people to see.
    fn count(&mut self, now: Timestamp) {
        let (of, seconds) = (self.quota.requests, self.quota.per.as_secs().max(1));
        let before = self.counted.filter(|used| !used.is_over(now));
        let (requests, since) = before.map_or((0, now), |used| (used.requests, used.since));
        self.counted = Some(Used { requests: requests.saturating_add(1), since, of, seconds });
    }

    /// After a refusal: until the server's word, or for a pause of ours that grows.
    fn be_patient(&mut self, name: &str, word: Option<Timestamp>, now: Timestamp) -> Timestamp {
        let until = match word {
            None => later(now, backoff::delay(name, self.strikes, FIRST_PAUSE, LONGEST_PAUSE)),
            Some(until) if self.strikes == 0 => until,
            Some(until) => {
                until.max(later(now, backoff::delay(name, self.strikes, FIRST_REPEAT, LONGEST_REPEAT)))
            }
        };
        self.strikes = self.strikes.saturating_add(1);
        self.hold(until)
    }

    /// Holds until then, or longer if another request with the same credential was told so.
    fn hold(&mut self, until: Timestamp) -> Timestamp {
        let until = self.held_until.map_or(until, |earlier| earlier.max(until));
        self.held_until = Some(until);
        until
    }
}

#[derive(Debug)]
struct HostState {
    holder: Holder,
    /// One connection at a time.
    slot: Arc<Semaphore>,
    /// End of the last request, or its start while it is under way.
    last: Option<Timestamp>,
    breaker: Breaker,
}

#[derive(Debug, Default)]
struct State {
    hosts: HashMap<String, HostState>,
    credentials: HashMap<String, Holder>,
}

/// The memory of all limits.
#[derive(Debug)]
pub(crate) struct Gate {
    options: Arc<Options>,
    state: Mutex<State>,
}

impl Gate {
    pub(crate) fn new(options: Arc<Options>) -> Self {
        Self { options, state: Mutex::default() }
    }

    /// The slot of a host: who holds its only permit may speak to it.
    pub(crate) fn slot(&self, host: &str, now: Timestamp) -> Arc<Semaphore> {
        self.host(&mut self.lock(), host, now).slot.clone()
    }

    /// Whether one request may go out now; if so, it is counted.
    ///
    /// # Errors
    /// When it may not: since when it may, and who says so.
    pub(crate) fn admit(&self, ask: Ask<'_>, now: Timestamp) -> Result<(), Later> {
        let mut state = self.lock();
        let host = self.host(&mut state, ask.host, now);
        let name = shown(ask.host);
        host.holder.check_hold(name, now)?;
        if let Some(until) = host.breaker.open_until(now) {
            let why = format!("{name} failed {} times in a row", host.breaker.failures());
            return Err(Later { until, why, only_spacing: false });
        }
        if let Some(last) = host.last {
            // A clock that was set back must not turn a second of spacing into a day.
            let free = later(last.min(now), spacing(ask.spacing));
            if free > now {
                let why = format!("at least {} s between requests to {name}", ask.spacing.as_secs_f32());
                return Err(Later { until: free, why, only_spacing: true });
            }
        }
        if let Some(credential) = ask.credential {
            let holder = self.credential(&mut state, credential, now);
            holder.check_hold(&format!("the service of `{credential}`"), now)?;
            holder.take(&format!("`{credential}`"), now)?;
        }
        let host = self.host(&mut state, ask.host, now);
        host.holder.take(name, now)?;
        host.last = Some(now);
        Ok(())
    }

    /// Remembers how a request ended at `now`. Gives the moment until when its host or credential is held.
    pub(crate) fn report(&self, ask: Ask<'_>, report: Report, now: Timestamp) -> Option<Timestamp> {
        let mut state = self.lock();
        let host = self.host(&mut state, ask.host, now);
        host.last = Some(now);
        if report == Report::Failed {
            host.breaker.failed(ask.host, now);
            return None;
        }
        host.breaker.succeeded();
        if let Report::Patience { whole_host: true, until } = report {
            return Some(host.holder.be_patient(ask.host, until, now));
        }
        let (name, holder) = match ask.credential {
            Some(name) => {
                host.holder.strikes = 0;
                (name, self.credential(&mut state, name, now))
            }
            None => (ask.host, &mut host.holder),
        };
        match report {
            Report::Patience { until, .. } => Some(holder.be_patient(name, until, now)),
            Report::UsedUp(until) => {
                holder.strikes = 0;
                Some(holder.hold(until))
            }
            Report::Fine | Report::Failed => {
                holder.strikes = 0;
                None
            }
        }
    }

    /// What is remembered of a host and a credential.
    pub(crate) fn kept(&self, host: &str, credential: Option<&str>) -> Vec<Kept> {
        let state = self.lock();
        let host = state.hosts.get(host).map(|known| {
            let kept = known.holder.kept(Whose::Host(host.to_owned()));
            let asked = known.last.map_or(kept.asked, |last| last.max(kept.asked));
            Kept { asked, breaker: known.breaker.clone(), ..kept }
        });
        let credential = credential
            .and_then(|name| Some(state.credentials.get(name)?.kept(Whose::Credential(name.to_owned()))));
        host.into_iter().chain(credential).collect()
    }

    /// Takes over what was kept before a restart; of several about the same host or credential the latest.
    pub(crate) fn recall(&self, kept: &[Kept], now: Timestamp) {
        let mut latest: HashMap<&Whose, &Kept> = HashMap::new();
        for one in kept {
            let known = latest.entry(&one.whose).or_insert(one);
            if (one.asked, one.held_until) > (known.asked, known.held_until) {
                *known = one;
            }
        }
        let mut state = self.lock();
        for kept in latest.into_values() {
            match &kept.whose {
                Whose::Host(key) => {
                    let host = self.host(&mut state, key, now);
                    host.holder.recall(kept, now);
                    host.last = Some(kept.asked.min(now));
                    host.breaker = kept.breaker.clone();
                }
                Whose::Credential(name) => self.credential(&mut state, name, now).recall(kept, now),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here panics half-way through a change, so a poisoned lock still guards sound data.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host<'s>(&self, state: &'s mut State, key: &str, now: Timestamp) -> &'s mut HostState {
        if !state.hosts.contains_key(key) && state.hosts.len() >= MOST_KEYS {
            let idle = |host: &HostState| Arc::strong_count(&host.slot) == 1;
            let oldest =
                state.hosts.iter().filter(|(_, host)| idle(host)).min_by_key(|(_, host)| host.holder.used);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                state.hosts.remove(&key);
            }
        }
        state.hosts.entry(key.to_owned()).or_insert_with(|| {
            let name = key.rsplit_once(':').map_or(key, |(name, _)| name);
            let quotas = &self.options.host_quotas;
            let quota =
                quotas.get(key).or_else(|| quotas.get(name)).copied().unwrap_or(self.options.host_quota);
            HostState {
                holder: Holder::new(quota, now),
                slot: Arc::new(Semaphore::new(1)),
                last: None,
                breaker: Breaker::default(),
            }
        })
    }

    fn credential<'s>(&self, state: &'s mut State, name: &str, now: Timestamp) -> &'s mut Holder {
        if !state.credentials.contains_key(name) && state.credentials.len() >= MOST_KEYS {
            let oldest = state.credentials.iter().min_by_key(|(_, holder)| holder.used);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                state.credentials.remove(&name);
            }
        }
        // By its whole name, else by that of its platform.
        let quotas = &self.options.credential_quotas;
        let platform = name.split_once(':').map_or(name, |(platform, _)| platform);
        let quota = quotas
            .get(name)
            .or_else(|| quotas.get(platform))
            .copied()
            .unwrap_or(self.options.credential_quota);
        state.credentials.entry(name.to_owned()).or_insert_with(|| Holder::new(quota, now))
    }
}

fn spacing(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX)
}

fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
