//! Whether there are more complaints than the same hours before give reason to expect.

/// Fewer hours than these say nothing about what is usual: no spike is called in the first hours of a new source.
pub const MIN_HISTORY: usize = 7;

/// How many standard deviations the count of this hour lies above the mean of the hours in `history`, when that is at
/// least `deviations` and the count at least `at_least`; `None` otherwise.
///
/// `history` are hourly counts, oldest first, without the current hour: give the same hour of earlier days for what has
/// a daily course, or the hours just before. The deviation is taken as at least 1, so that two complaints after a
/// quiet week are no spike.
#[must_use]
pub fn spike(history: &[u32], current: u32, at_least: u32, deviations: f64) -> Option<f64> {
    if history.len() < MIN_HISTORY || current < at_least {
        return None;
    }
    let hours = history.len() as f64;
    let mean = history.iter().map(|h| f64::from(*h)).sum::<f64>() / hours;
    let variance = history.iter().map(|h| (f64::from(*h) - mean).powi(2)).sum::<f64>() / hours;
    let above = (f64::from(current) - mean) / variance.sqrt().max(1.0);
    (above > 0.0 && above >= deviations).then_some(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_after_quiet_hours_is_a_spike() {
        let above = spike(&[1, 0, 2, 1, 0, 1, 1, 0], 12, 5, 3.0).unwrap();
        assert!(above > 10.0, "{above}");
    }

    #[test]
    fn a_few_more_than_nothing_are_not() {
        assert_eq!(spike(&[0; 24], 2, 1, 3.0), None);
        assert_eq!(spike(&[0; 24], 9, 10, 3.0), None);
    }

    #[test]
    fn a_busy_hour_among_uneven_hours_is_not() {
        assert_eq!(spike(&[5, 30, 8, 41, 2, 25, 17, 33], 45, 5, 3.0), None);
    }

    #[test]
    fn nothing_is_called_before_it_is_known_what_is_usual() {
        assert_eq!(spike(&[], 100, 5, 3.0), None);
        assert_eq!(spike(&[0; MIN_HISTORY - 1], 100, 5, 3.0), None);
        assert_eq!(spike(&[9; 24], 9, 5, 0.0), None);
    }
}
