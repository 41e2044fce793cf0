//! The only place that reads a clock.

use async_trait::async_trait;
use jiff::Timestamp;

/// Time, real or made.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Returns at `until` or soon after, seen from `now`: the caller read the clock once and has come to a decision. A
    /// clock that is set meanwhile (by hand, after a suspended night) shortens and lengthens no sleep.
    async fn sleep(&self, now: Timestamp, until: Timestamp);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, now: Timestamp, until: Timestamp) {
        let span = until.duration_since(now);
        if let Ok(span) = std::time::Duration::try_from(span) {
            tokio::time::sleep(span).await;
        }
    }
}

/// A clock that runs faster than the machine's, from its start on: for the demo.
#[derive(Debug, Clone, Copy)]
pub struct FastClock {
    start: Timestamp,
    factor: i32,
}

impl FastClock {
    /// Starts now and runs `factor` times as fast.
    #[must_use]
    pub fn new(factor: u16) -> Self {
        Self { start: SystemClock.now(), factor: i32::from(factor.max(1)) }
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = SystemClock.now().duration_since(self.start);
        passed
            .checked_mul(self.factor)
            .and_then(|fast| self.start.checked_add(fast).ok())
            .unwrap_or(self.start)
    }

    async fn sleep(&self, now: Timestamp, until: Timestamp) {
        let span = until.duration_since(now).checked_div(self.factor);
        if let Some(Ok(span)) = span.map(std::time::Duration::try_from) {
            tokio::time::sleep(span).await;
        }
    }
}
