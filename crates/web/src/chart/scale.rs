//! From numbers to places on the paper.

/// A round number at or above `max`, and the step between its lines: 1, 2 or 5 times a power of ten.
pub(super) fn nice(max: f64) -> (f64, f64) {
    if max.is_nan() || max <= 0.0 {
        return (1.0, 1.0);
    }
    let rough = max / 3.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
    // Counts have no halves.
    let step = if max >= 1.0 { step.max(1.0) } else { step };
    ((max / step).ceil() * step, step)
}

/// The lines of a scale from zero.
pub(super) fn lines(top: f64, step: f64) -> Vec<f64> {
    let mut out = Vec::new();
    let mut at = 0.0;
    while at <= top + step / 1000.0 && out.len() < 20 {
        out.push(at);
        at += step;
    }
    out
}

/// A place with one decimal, as short as it can be written.
pub(super) fn place(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Which of `n` positions get a word below them, so that at most `most` are there, the last always and the first where
/// that leaves the same number between each two.
pub(super) fn ticks(n: usize, most: usize) -> Vec<usize> {
    if n == 0 || most == 0 {
        return Vec::new();
    }
    if n <= most {
        return (0..n).collect();
    }
    let parts = (most - 1).max(1);
    // Where nearly each has a word, one that lacks it looks like a mistake.
    if n - 1 < 2 * parts {
        let step = (n - 1).div_ceil(parts);
        return (0..n).filter(|at| (n - 1 - at).is_multiple_of(step)).collect();
    }
    (0..=parts).map(|k| k * (n - 1) / parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_begins_at_zero_and_ends_at_a_round_number() {
        for (max, top, step) in [
            (0.0, 1.0, 1.0),
            (1.0, 1.0, 1.0),
            (7.0, 10.0, 5.0),
            (96.0, 100.0, 50.0),
            (41.0, 60.0, 20.0),
            (1234.0, 1500.0, 500.0),
        ] {
            assert_eq!(nice(max), (top, step), "{max}");
            assert_eq!(lines(top, step).first(), Some(&0.0));
        }
        assert_eq!(nice(f64::NAN), (1.0, 1.0));
    }

    #[test]
    fn the_first_and_the_last_day_are_named() {
        assert_eq!(ticks(30, 4), [0, 9, 19, 29]);
        assert_eq!(ticks(2, 4), [0, 1]);
        assert_eq!(ticks(7, 7), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(ticks(7, 6), [0, 2, 4, 6]);
        assert_eq!(ticks(8, 7), [1, 3, 5, 7]);
        assert!(ticks(0, 4).is_empty());
    }
}
