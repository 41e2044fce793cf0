//! Time inside one call: the `now` it was given, plus what has gone by since.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Started when a call begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    began: Timestamp,
    instant: Instant,
    end: Duration,
}

impl Watch {
    /// Starts at `now`, for a call that may take so long. The monotonic clock is tokio's, so that tests can pause it.
    pub(crate) fn start(now: Timestamp, end: Duration) -> Self {
        Self { began: now, instant: Instant::now(), end }
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        let gone = SignedDuration::try_from(self.instant.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.began.checked_add(gone).unwrap_or(Timestamp::MAX)
    }

    /// How much of the call's time is left.
    pub(crate) fn left(&self) -> Duration {
        self.end.saturating_sub(self.instant.elapsed())
    }

    /// Time gone by, in seconds, for metrics.
    pub(crate) fn seconds(&self) -> f64 {
        self.instant.elapsed().as_secs_f64()
    }
}
