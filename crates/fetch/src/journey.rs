//! The way of one call: may it be asked, the steps of its redirects, and what became of it.

use std::time::Duration;

use gehoor_wire::headers::{etag, hold_until, last_modified, limits};
use gehoor_wire::{Request, Response, Verdict, classify};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use crate::client::Client;
use crate::exchange::{Caps, Failure, exchange};
use crate::gate::{Ask, Report, host_key, shown};
use crate::guard::check_url;
use crate::redirect::{Step, follow};
use crate::transport::{Outcome, Validators};
use crate::watch::Watch;

/// When to ask again for a host that somebody else of us is speaking to.
pub(crate) const BUSY: SignedDuration = SignedDuration::from_secs(2);
/// A nap may end a little early and be taken again; more often than this it is no nap.
const MOST_NAPS: u32 = 4;

/// How one step is taken.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub(crate) credential: Option<&'a str>,
    pub(crate) spacing: Duration,
    /// Not the first step of a chain: spacing longer than a nap is cut to one, else a chain would never end.
    pub(crate) further: bool,
    pub(crate) repeatable: bool,
    pub(crate) body_cap: usize,
    pub(crate) cut: bool,
}

impl Client {
    /// Takes a request to its end.
    pub(crate) async fn journey(
        &self,
        request: &Request,
        known: Option<&Validators>,
        watch: Watch,
    ) -> Outcome {
        match self.steps(request, known, watch).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn steps(
        &self,
        request: &Request,
        known: Option<&Validators>,
        watch: Watch,
    ) -> Result<Outcome, Outcome> {
        let mut step = Step {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
        };
        let mut seen: Vec<Url> = Vec::new();
        let mut all_permanent = true;
        loop {
            let crawl_delay = match request.obey_robots {
                true => self.robots_allow(&step.url, watch).await?,
                false => Duration::ZERO,
            };
            let manner = Manner {
                credential: request.credential.as_deref(),
                spacing: self.options.min_spacing.max(crawl_delay),
                further: !seen.is_empty(),
                repeatable: request.repeatable,
                body_cap: self.options.body_cap,
                cut: false,
            };
            let mut asked = step.clone();
            let known = known.filter(|_| request.conditional);
            let asked_for_changes = known.is_some_and(|known| add_validators(&mut asked, known));
            let (response, verdict) = self.take(&asked, manner, watch).await?;
            let Verdict::Redirect { to, permanent, .. } = verdict else {
                let moved_to = (!seen.is_empty() && all_permanent).then(|| step.url.clone());
                return Ok(finish(request, Response { moved_to, ..response }, verdict, asked_for_changes));
            };
            all_permanent &= permanent;
            let refuse = |why: &str| {
                let why = format!("{} {why}", shown(&host_key(&response.url)));
                Outcome::Permanent { why, response: None, gone: false }
            };
            seen.push(step.url.clone());
            if seen.len() > self.options.max_redirects {
                return Err(refuse(&format!("redirects more than {} times", self.options.max_redirects)));
            }
            let next =
                follow(&step, request.credential.is_some(), response.status, &to).map_err(|w| refuse(&w))?;
            if seen.contains(&next.url) {
                return Err(refuse("redirects in a circle (it may want cookies, which are not kept)"));
            }
            step = next;
        }
    }

    /// One step: guard, slot, limits, exchange; and what the answer means for the next one is remembered.
    pub(crate) async fn take(
        &self,
        step: &Step,
        manner: Manner<'_>,
        watch: Watch,
    ) -> Result<(Response, Verdict), Outcome> {
        let blocked = |refused: &dyn std::fmt::Display| Outcome::Blocked { why: refused.to_string() };
        check_url(&step.url, self.options.danger_allow_private_hosts).map_err(|refused| blocked(&refused))?;
        let host = host_key(&step.url);
        let name = shown(&host);
        let ask = Ask { host: &host, credential: manner.credential, spacing: manner.spacing };

        let _permit = self.enter(ask, manner.further, watch).await?;

        let caps = Caps { body: manner.body_cap, cut: manner.cut, time: watch.left() };
        let result = exchange(self.http.as_ref(), step, caps).await;
        let now = watch.now();
        let transient = |why: &str, unclear: bool| {
            let ambiguous = unclear && !manner.repeatable;
            Outcome::Transient { why: format!("{name}: {why}"), response: None, ambiguous }
        };
        let answer = match result {
            Ok(answer) => answer,
            Err(Failure::Refused(refused)) => return Err(blocked(&refused)),
            Err(Failure::NotSent(why)) => {
                self.gate.report(ask, Report::Failed, now);
                return Err(transient(&why, false));
            }
            Err(Failure::Unclear(why)) => {
                self.gate.report(ask, Report::Failed, now);
                return Err(transient(&why, true));
            }
            Err(Failure::TooLarge) => {
                self.gate.report(ask, Report::Fine, now);
                let cap = manner.body_cap / 1024;
                let why = format!(
                    "{host}: the body is larger than {cap} KiB: raise `fetch.body_cap` if it is right"
                );
                // It will be as large tomorrow; only what may not be sent twice has to be looked after.
                return Err(match manner.repeatable {
                    true => Outcome::Permanent { why, response: None, gone: false },
                    false => Outcome::Transient { why, response: None, ambiguous: true },
                });
            }
        };
        let response = Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            url: step.url.clone(),
            moved_to: None,
            at: now,
        };
        let mut verdict = classify(&response, now);
        let held = self.gate.report(ask, report(&response, &verdict, now), now);
        if let Verdict::Wait { until, .. } = &mut verdict {
            *until = (*until).max(held);
        }
        Ok((response, verdict))
    }

    /// The host's only slot, and our turn within all limits. Who holds the permit may speak to the host.
    pub(crate) async fn enter(
        &self,
        ask: Ask<'_>,
        further: bool,
        watch: Watch,
    ) -> Result<OwnedSemaphorePermit, Outcome> {
        let slot = self.gate.slot(ask.host, watch.now());
        let Ok(Ok(permit)) = tokio::time::timeout(self.options.max_nap, slot.acquire_owned()).await else {
            let why = format!("another request to {} is under way", shown(ask.host));
            return Err(Outcome::Wait { until: after(watch.now(), BUSY), why, response: None });
        };
        self.wait_for_turn(ask, further, watch).await?;
        Ok(permit)
    }

    /// Waits for short limits, gives back long ones.
    async fn wait_for_turn(&self, ask: Ask<'_>, further: bool, watch: Watch) -> Result<(), Outcome> {
        let mut ask = ask;
        for _ in 0..MOST_NAPS {
            let now = watch.now();
            let Err(later) = self.gate.admit(ask, now) else { return Ok(()) };
            let wait = Duration::try_from(later.until.duration_since(now)).unwrap_or_default();
            let cut_short = further && later.only_spacing && wait > self.options.max_nap;
            if wait > self.options.max_nap && !cut_short {
                return Err(Outcome::Wait { until: later.until, why: later.why, response: None });
            }
            tokio::time::sleep(wait.min(self.options.max_nap)).await;
            if cut_short {
                ask.spacing = self.options.max_nap;
            }
        }
        let until = after(watch.now(), BUSY);
        let why = format!("{} is busy with others of us", shown(ask.host));
        Err(Outcome::Wait { until, why, response: None })
    }
}

/// Adds what is known of the last answer, if it came from this very URL. Tells whether it did.
fn add_validators(step: &mut Step, known: &Validators) -> bool {
    if step.method != Method::GET || known.url.as_deref() != Some(step.url.as_str()) {
        return false;
    }
    let pairs: [(HeaderName, &Option<String>); 2] =
        [(header::IF_NONE_MATCH, &known.etag), (header::IF_MODIFIED_SINCE, &known.last_modified)];
    let mut added = false;
    for (name, value) in pairs {
        if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            step.headers.insert(name, value);
            added = true;
        }
    }
    added
}

/// What the next request for the same is asked with.
fn validators(response: &Response) -> Validators {
    let (etag, last_modified) = (etag(&response.headers), last_modified(&response.headers));
    let url = (etag.is_some() || last_modified.is_some()).then(|| response.url.to_string());
    Validators { etag, last_modified, url }
}

/// What the answer means for the next request to the same host or with the same credential.
pub(crate) fn report(response: &Response, verdict: &Verdict, now: Timestamp) -> Report {
    match verdict {
        Verdict::Wait { until, .. } => {
            Report::Patience { until: *until, whole_host: response.status == StatusCode::SERVICE_UNAVAILABLE }
        }
        Verdict::Transient { .. } => Report::Failed,
        _ => match hold_until(&limits(&response.headers, now), now) {
            Some(until) => Report::UsedUp(until),
            None => Report::Fine,
        },
    }
}

/// The outcome of the last answer of a chain.
pub(crate) fn finish(
    request: &Request,
    response: Response,
    verdict: Verdict,
    asked_for_changes: bool,
) -> Outcome {
    let key = host_key(&response.url);
    let host = shown(&key);
    let at = response.at;
    match verdict {
        Verdict::Good { not_before } => {
            // Validators are stored. Of calls that use none their URL, which may hold a token, is not.
            let validators = match request.conditional {
                true => validators(&response),
                false => Validators::default(),
            };
            Outcome::Body { response: Box::new(response), validators, not_before }
        }
        Verdict::NotModified { not_before } if asked_for_changes => Outcome::NotModified { not_before },
        Verdict::NotModified { .. } | Verdict::Redirect { .. } => Outcome::Transient {
            why: format!("{host} answered {} without being asked whether anything changed", response.status),
            response: Some(Box::new(response)),
            ambiguous: false,
        },
        Verdict::Wait { until, why } => Outcome::Wait {
            until: until.unwrap_or_else(|| after(at, BUSY)),
            why: format!("{host} {why}"),
            response: Some(Box::new(response)),
        },
        Verdict::Transient { why, ambiguous } => Outcome::Transient {
            why: format!("{host} {why}"),
            response: Some(Box::new(response)),
            ambiguous: ambiguous && !request.repeatable,
        },
        Verdict::Permanent { why, gone } => {
            Outcome::Permanent { why: format!("{host} {why}"), response: Some(Box::new(response)), gone }
        }
    }
}

pub(crate) fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
