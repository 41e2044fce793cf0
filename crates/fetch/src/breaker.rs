//! A host that keeps failing is left alone for a while, then tried once, then left alone for longer.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::backoff;

/// Failures in a row after which the breaker opens.
pub const FAILURES: u32 = 5;
/// First pause.
const FIRST: SignedDuration = SignedDuration::from_mins(1);
/// Longest pause: what has recovered is noticed within the hour.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// What is known about the health of one host.
///
/// Closed: asked normally. Open: not asked before [`Breaker::open_until`]. Half-open: after that moment the next
/// request goes out as a trial (the host's single slot sees to it that it is only one); success closes the
/// breaker, failure opens it for longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Breaker {
    failures: u32,
    openings: u32,
    until: Option<Timestamp>,
}

impl Breaker {
    /// Until when the host is not asked; none when it may be.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > now)
    }

    /// How many times in a row it failed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The host answered sensibly: everything is forgiven.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The host failed; `host` spreads the pauses of different hosts.
    pub fn failed(&mut self, host: &str, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures < FAILURES {
            return;
        }
        let pause = backoff::delay(host, self.openings, FIRST, LONGEST);
        self.openings = self.openings.saturating_add(1);
        self.until = now.checked_add(pause).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn opened() -> (Breaker, Timestamp) {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            breaker.failed("h", noon());
        }
        let until = breaker.open_until(noon()).expect("open");
        (breaker, until)
    }

    #[test]
    fn it_opens_only_after_failures_in_a_row() {
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            for _ in 1..FAILURES {
                breaker.failed("h", noon());
            }
            breaker.succeeded();
        }
        assert_eq!(breaker.open_until(noon()), None);
        let (_, until) = opened();
        assert!(until.duration_since(noon()) >= FIRST);
    }

    #[test]
    fn after_the_pause_one_trial_decides() {
        let (mut breaker, until) = opened();
        assert_eq!(breaker.open_until(until), None);
        let mut recovered = breaker.clone();
        recovered.succeeded();
        assert_eq!(recovered, Breaker::default());
        breaker.failed("h", until);
        assert!(breaker.open_until(until).is_some(), "one failed trial is enough to open it again");
    }

    #[test]
    fn pauses_grow_to_an_hour_and_no_further() {
        let (mut breaker, mut now) = opened();
        let mut last = SignedDuration::ZERO;
        for _ in 0..20 {
            breaker.failed("h", now);
            let until = breaker.open_until(now).expect("open");
            last = until.duration_since(now);
            assert!(last <= LONGEST);
            now = until;
        }
        assert!(last >= LONGEST / 2);
    }
}
