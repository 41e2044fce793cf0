//! A clock that is set by hand.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use gehoor_engine::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Stands still until a test moves it.
#[derive(Debug)]
pub struct FakeClock {
    now: Mutex<Timestamp>,
    moved: watch::Sender<()>,
}

impl FakeClock {
    /// Stands at that time, such as `2026-11-23T09:00:00Z`.
    ///
    /// # Panics
    /// When the text is no time.
    #[must_use]
    #[expect(clippy::expect_used, reason = "tests only")]
    pub fn at(time: &str) -> Self {
        let now = time.parse().expect("a time such as 2026-11-23T09:00:00Z");
        Self { now: Mutex::new(now), moved: watch::Sender::new(()) }
    }

    /// Moves it on.
    pub fn pass(&self, span: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(span).unwrap_or(*now);
        self.moved.send_replace(());
    }

    /// Sets it.
    pub fn set(&self, time: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = time;
        self.moved.send_replace(());
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sleep(&self, _now: Timestamp, until: Timestamp) {
        let mut moved = self.moved.subscribe();
        while self.now() < until {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Follows tokio's paused time from a moment on: a week of naps, waits and answers goes by as fast as they are worked
/// off. Made within a runtime whose time is paused, and good for that runtime.
#[derive(Debug, Clone, Copy)]
pub struct PausedClock {
    start: Timestamp,
    began: tokio::time::Instant,
}

impl PausedClock {
    /// It is `start` now.
    #[must_use]
    pub fn starting(start: Timestamp) -> Self {
        Self { start, began: tokio::time::Instant::now() }
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let gone = SignedDuration::try_from(self.began.elapsed()).unwrap_or(SignedDuration::MAX);
        self.start.saturating_add(gone).unwrap_or(Timestamp::MAX)
    }

    async fn sleep(&self, now: Timestamp, until: Timestamp) {
        if let Ok(span) = std::time::Duration::try_from(until.duration_since(now)) {
            tokio::time::sleep(span).await;
        }
    }
}
