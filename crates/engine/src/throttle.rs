//! Slows down whoever guesses passwords: per name and per address, growing with each wrong try.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Wrong tries that cost nothing.
const FREE: u32 = 5;
/// Longest wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// Above so many names and addresses the oldest are forgotten.
const MOST: usize = 10_000;

/// Wrong tries by name and by address.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    tries: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    /// Until when this name or address has to wait.
    pub(crate) fn blocked(&self, name: &str, peer: &str, now: Timestamp) -> Option<Timestamp> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        keys(name, peer)
            .iter()
            .filter_map(|key| tries.get(key))
            .filter_map(|(count, last)| last.saturating_add(wait(*count)).ok())
            .filter(|until| *until > now)
            .max()
    }

    /// A wrong try.
    pub(crate) fn failed(&self, name: &str, peer: &str, now: Timestamp) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > MOST {
            tries.retain(|_, (_, last)| now.duration_since(*last) < LONGEST);
        }
        for key in keys(name, peer) {
            let (count, last) = tries.entry(key).or_insert((0, now));
            *count = count.saturating_add(1);
            *last = now;
        }
    }

    /// A right one: the name is free again; the address stays under watch.
    pub(crate) fn passed(&self, name: &str, peer: &str) {
        let [by_name, _] = keys(name, peer);
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&by_name);
    }
}

fn keys(name: &str, peer: &str) -> [String; 2] {
    [format!("name {name}"), format!("peer {peer}")]
}

fn wait(count: u32) -> SignedDuration {
    let over = count.saturating_sub(FREE);
    if over == 0 {
        return SignedDuration::ZERO;
    }
    SignedDuration::from_secs(1_i64 << over.min(20)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_and_a_right_password_frees_the_name() {
        let throttle = Throttle::default();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..5 {
            throttle.failed("eva", "10.0.0.1", now);
        }
        assert_eq!(throttle.blocked("eva", "10.0.0.1", now), None);
        throttle.failed("eva", "10.0.0.1", now);
        throttle.failed("eva", "10.0.0.1", now);
        assert_eq!(throttle.blocked("eva", "10.0.0.2", now), Some(now + SignedDuration::from_secs(4)));
        assert_eq!(throttle.blocked("jan", "10.0.0.1", now), Some(now + SignedDuration::from_secs(4)));
        throttle.passed("eva", "10.0.0.2");
        assert_eq!(throttle.blocked("eva", "10.0.0.3", now), None);
    }
}
