//! A quota as a governor limiter that lives on the `now` it is given.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, RateLimiter};
use jiff::{SignedDuration, Timestamp};

use crate::options::Quota;

/// Longest stretch of a quota.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

/// A clock that shows what it was last told, and never goes back.
#[derive(Debug, Clone, Default)]
struct ToldClock(Arc<AtomicU64>);

impl ToldClock {
    fn tell(&self, now: Timestamp) {
        self.0.fetch_max(nanos(now), Ordering::Relaxed);
    }
}

impl Clock for ToldClock {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        Nanos::new(self.0.load(Ordering::Relaxed))
    }
}

/// Counts requests against one quota.
#[derive(Debug)]
pub(crate) struct Meter {
    limiter: RateLimiter<NotKeyed, InMemoryState, ToldClock, StateInformationMiddleware>,
    clock: ToldClock,
    burst: u32,
    spent: u32,
}

impl Meter {
    /// A full meter.
    pub(crate) fn new(quota: Quota, now: Timestamp) -> Self {
        let clock = ToldClock::default();
        clock.tell(now);
        let quota = as_governor(quota);
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone()).with_middleware();
        Self { limiter, clock, burst: quota.burst_size().get(), spent: 0 }
    }

    /// A meter that goes on where another one was at `asked`, when so much of its burst was spent. One request more is
    /// taken off: the one that may have been under way and was not written down.
    pub(crate) fn resumed(quota: Quota, asked: Timestamp, spent: u32) -> Self {
        let one = SignedDuration::try_from(as_governor(quota).replenish_interval());
        let mut meter =
            Self::new(quota, asked.saturating_add(one.unwrap_or(SignedDuration::ZERO)).unwrap_or(asked));
        meter.spent = spent.min(meter.burst);
        if let Some(spent) = NonZeroU32::new(meter.spent) {
            // Never more than the burst, so it fits.
            let _ = meter.limiter.check_n(spent);
        }
        meter
    }

    /// How much of the burst was spent when it was last asked.
    pub(crate) fn spent(&self) -> u32 {
        self.spent
    }

    /// Takes one request.
    ///
    /// # Errors
    /// When none is left: the moment when one is.
    pub(crate) fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        self.clock.tell(now);
        match self.limiter.check() {
            Ok(state) => {
                self.spent = self.burst.saturating_sub(state.remaining_burst_capacity());
                Ok(())
            }
            Err(not_until) => {
                self.spent = self.burst;
                let not_until: NotUntil<Nanos> = not_until;
                let wait = not_until.wait_time_from(Clock::now(&self.clock));
                let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
                Err(now.checked_add(wait).unwrap_or(Timestamp::MAX))
            }
        }
    }
}

/// Whether a quota can be kept.
pub(crate) fn is_usable(quota: Quota) -> bool {
    quota.requests > 0 && !quota.per.is_zero() && quota.per <= LONGEST
}

/// A burst of a tenth and the rest refilled evenly: burst plus refill is the quota in any stretch of its length.
fn as_governor(quota: Quota) -> governor::Quota {
    let requests = quota.requests.max(1);
    let burst = requests.div_ceil(10);
    let refill = (requests - burst).max(1);
    let period = (quota.per.min(LONGEST) / refill).max(Duration::from_nanos(1));
    let one_at_a_time =
        governor::Quota::with_period(period).unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MIN));
    one_at_a_time.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

/// Nanoseconds since 1970; kept below half of the range (the year 2262), so that governor's sums cannot overflow.
fn nanos(now: Timestamp) -> u64 {
    u64::try_from(now.as_nanosecond().max(0)).unwrap_or(u64::MAX).min(u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn in_window(quota: Quota, ask_every: SignedDuration, asks: u32) -> Vec<Timestamp> {
        let mut meter = Meter::new(quota, noon());
        let mut now = noon();
        let mut taken = Vec::new();
        for _ in 0..asks {
            if meter.take(now).is_ok() {
                taken.push(now);
            }
            now += ask_every;
        }
        taken
    }

    #[test]
    fn a_day_of_asking_keeps_the_quota_in_every_window() {
        let quota = Quota { requests: 300, per: Duration::from_secs(300) };
        let taken = in_window(quota, SignedDuration::from_millis(100), 36_000);
        let window = SignedDuration::from_secs(300);
        let mut most = 0;
        for (index, start) in taken.iter().enumerate() {
            let inside = taken[index..].iter().take_while(|t| t.duration_since(*start) < window).count();
            most = most.max(inside);
        }
        assert!((290..=300).contains(&most), "{most}");
    }

    #[test]
    fn restarts_at_any_moment_do_not_add_to_the_quota() {
        let quota = Quota { requests: 60, per: Duration::from_secs(3600) };
        let window = SignedDuration::from_secs(3600);
        for every in [7_u32, 13, 61, 200] {
            let (mut meter, mut now, mut taken) = (Meter::new(quota, noon()), noon(), Vec::new());
            let mut kept = (noon(), 0);
            for ask in 0..20_000_u32 {
                if meter.take(now).is_ok() {
                    taken.push(now);
                    // The last one before the end is not written down.
                    if ask % every != 0 {
                        kept = (now, meter.spent());
                    }
                }
                if ask % every == 0 {
                    meter = Meter::resumed(quota, kept.0, kept.1);
                }
                now += SignedDuration::from_secs(3);
            }
            let most = (0..taken.len())
                .map(|at| taken[at..].iter().take_while(|t| t.duration_since(taken[at]) < window).count())
                .max();
            assert!(most <= Some(60), "every {every}: {most:?}");
            // Each restart may cost one, and the part of one that was being refilled.
            assert!(every < 200 || taken.len() > 780, "{} of 1,000 are left", taken.len());
        }
    }

    #[test]
    fn the_moment_it_names_is_free_and_the_one_before_is_not() {
        let mut meter = Meter::new(Quota { requests: 2, per: Duration::from_secs(10) }, noon());
        assert_eq!(meter.take(noon()), Ok(()));
        let free = meter.take(noon()).unwrap_err();
        assert_eq!(free, noon() + SignedDuration::from_secs(10));
        assert_eq!(meter.take(free - SignedDuration::from_millis(1)), Err(free));
        assert_eq!(meter.take(free), Ok(()));
    }

    #[test]
    fn unusable_quotas_are_known() {
        for (requests, seconds, usable) in
            [(0, 1, false), (1, 0, false), (1, 1, true), (1, 32 * 24 * 3600, false)]
        {
            let quota = Quota { requests, per: Duration::from_secs(seconds) };
            assert_eq!(is_usable(quota), usable, "{quota:?}");
        }
    }

    proptest! {
        #[test]
        fn any_quota_at_any_time_is_no_panic(requests: u32, nanos: u64, seconds in -300_000_000_000i64..250_000_000_000) {
            let now = Timestamp::from_second(seconds).unwrap();
            let quota = Quota { requests, per: Duration::from_nanos(nanos) };
            let mut meter = Meter::new(quota, now);
            for _ in 0..3 {
                if let Err(free) = meter.take(now) {
                    prop_assert!(free >= now);
                }
            }
            prop_assert!(meter.take(Timestamp::MAX).is_ok() || requests > 0);
        }
    }
}
