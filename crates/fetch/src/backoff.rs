//! How long to wait before trying again: doubling, with a jitter that needs no randomness.
//!
//! The jitter comes from the key and the number of the try. So many things that failed at the same moment come
//! back spread out, a test sees the same delay every time, and a restart does not shuffle the plan.

use jiff::SignedDuration;

/// The delay before the next try after `tries` earlier ones (0 after the first failure).
///
/// It lies in the upper half of a span that starts at twice `base`, doubles with every try and ends at `cap`: at
/// first between `base` and `2 × base`, then between `2 × base` and `4 × base`, at last between `cap / 2` and
/// `cap`. The same key and number always give the same delay. Negative spans count as zero.
#[must_use]
pub fn delay(key: &str, tries: u32, base: SignedDuration, cap: SignedDuration) -> SignedDuration {
    let base = millis(base);
    let cap = millis(cap);
    let doublings = tries.saturating_add(1).min(40);
    let span = base.saturating_mul(1 << doublings).min(cap);
    let half = span / 2;
    let jitter = match span - half {
        0 => 0,
        width => spread(key, tries) % (width + 1),
    };
    SignedDuration::from_millis(i64::try_from(half + jitter).unwrap_or(i64::MAX))
}

/// Milliseconds, at most about 35 years, so that nothing overflows.
fn millis(span: SignedDuration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(0).min(1 << 40)
}

/// FNV-1a over key and number, then mixed (the finaliser of SplitMix64) so that neighbours lie far apart.
fn spread(key: &str, tries: u32) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in key.bytes().chain(tries.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASE: SignedDuration = SignedDuration::from_secs(60);
    const CAP: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn delays_double_up_to_the_cap() {
        let expected =
            [(60, 120), (120, 240), (240, 480), (480, 960), (960, 1920), (1800, 3600), (1800, 3600)];
        for (tries, (low, high)) in (0..).zip(expected) {
            let seconds = delay("source-1", tries, BASE, CAP).as_secs();
            assert!((low..=high).contains(&seconds), "try {tries}: {seconds}");
        }
    }

    #[test]
    fn the_same_key_waits_the_same_and_others_are_spread_out() {
        assert_eq!(delay("a", 3, BASE, CAP), delay("a", 3, BASE, CAP));
        let mut delays: Vec<i64> =
            (0..100).map(|n| delay(&format!("s{n}"), 0, BASE, CAP).as_secs()).collect();
        delays.sort_unstable();
        delays.dedup();
        assert!(delays.len() > 40, "only {} different delays", delays.len());
        assert!(delays.first().is_some_and(|first| *first < 70));
        assert!(delays.last().is_some_and(|last| *last > 110));
    }

    proptest! {
        #[test]
        fn a_delay_is_never_over_the_cap_nor_under_the_base(
            key in ".{0,10}", tries: u32, base in 0i64..100_000, cap in 0i64..100_000_000
        ) {
            let (base, cap) = (SignedDuration::from_millis(base), SignedDuration::from_millis(cap));
            let waited = delay(&key, tries, base, cap);
            prop_assert!(waited <= cap && !waited.is_negative());
            prop_assert!(waited >= base.min(cap / 2) - SignedDuration::from_millis(1));
        }

        #[test]
        fn any_span_is_no_panic(seconds: i64, other: i64, tries: u32) {
            let (base, cap) = (SignedDuration::from_secs(seconds), SignedDuration::from_secs(other));
            prop_assert!(!delay("k", tries, base, cap).is_negative());
        }
    }
}
