//! A clock that is set by hand while history is made.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use gehoor_engine::clock::Clock;
use jiff::Timestamp;

/// Stands still until it is set.
#[derive(Debug)]
pub(super) struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// Stands at that time.
    pub(super) fn at(time: Timestamp) -> Self {
        Self(Mutex::new(time))
    }

    /// Sets it; never back.
    pub(super) fn set(&self, time: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now).max(time);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sleep(&self, _now: Timestamp, _until: Timestamp) {
        // History is made step by step: no loop runs on this clock.
    }
}
