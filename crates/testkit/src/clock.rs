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

    async fn sleep_until(&self, at: Timestamp) {
        let mut moved = self.moved.subscribe();
        while self.now() < at {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}
