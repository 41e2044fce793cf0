//! Small fits of one or a few numbers: lines, offsets, thresholds.

use crate::calibrate::{Line, softmax};

/// Observations that the common line counts as, beside those of one topic.
const COMMON_WORTH: f64 = 4.0;
/// Observations that "no offset" counts as, for one language.
const COMMON_OFFSET: f32 = 150.0;
/// F1 by which two thresholds may differ and still be called as good as each other.
const AS_GOOD: f32 = 0.005;
/// Steps of the fit of a choice; it is close to still after half of them.
const STEPS: usize = 150;

/// Logistic regression of one number, by Newton's method.
pub(crate) fn line_of(rows: &[(f32, bool)]) -> Line {
    let (mut a, mut b) = (1.0_f64, 0.0_f64);
    if !rows.iter().any(|r| r.1) {
        return (1.0, 0.0);
    }
    for _ in 0..25 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-3, 0.0, 1e-3);
        for (s, y) in rows {
            let s = f64::from(*s);
            let p = 1.0 / (1.0 + (-(a * s + b)).exp());
            let e = p - f64::from(u8::from(*y));
            let w = p * (1.0 - p);
            ga += e * s;
            gb += e;
            haa += w * s * s;
            hab += w * s;
            hbb += w;
        }
        let det = haa * hbb - hab * hab;
        if det.abs() < 1e-9 {
            break;
        }
        a -= (hbb * ga - hab * gb) / det;
        b -= (haa * gb - hab * ga) / det;
    }
    if a.is_finite() && b.is_finite() && a > 0.0 { (a as f32, b as f32) } else { (1.0, 0.0) }
}

/// The offset of one topic under a common slope, drawn towards the common offset.
pub(crate) fn offset_of(rows: &[(f32, bool)], (slope, common): Line) -> f32 {
    let (slope, common) = (f64::from(slope), f64::from(common));
    let mut b = common;
    for _ in 0..25 {
        let (mut g, mut h) = (COMMON_WORTH * 0.25 * (b - common), COMMON_WORTH * 0.25);
        for (s, y) in rows {
            let p = 1.0 / (1.0 + (-(slope * f64::from(*s) + b)).exp());
            g += p - f64::from(u8::from(*y));
            h += p * (1.0 - p);
        }
        b -= (g / h).clamp(-2.0, 2.0);
    }
    if b.is_finite() { b as f32 } else { common as f32 }
}

/// Sharpness and offsets of a choice: the ones under which the right answers were likeliest. Each row holds the
/// scores and the allowed answers as bits.
pub(crate) fn vector(rows: &[(&[f32], u8)], answers: usize) -> (f32, Vec<f32>) {
    // Sharpness as a logarithm, so that it stays above zero; averaged gradients with momentum.
    let (mut log, mut offsets) = (0.0_f32, vec![0.0_f32; answers]);
    let mut speed = vec![0.0_f32; answers + 1];
    let n = rows.len().max(1) as f32;
    for _ in 0..STEPS {
        let mut gradient = vec![0.0_f32; answers + 1];
        let sharpness = log.exp();
        for (scores, allowed) in rows {
            let mut p: Vec<f32> = scores.iter().zip(&offsets).map(|(s, o)| s * sharpness + o).collect();
            softmax(&mut p);
            let right: f32 = bits(*allowed).zip(&p).filter(|(yes, _)| *yes).map(|(_, p)| p).sum();
            let right = right.max(1e-6);
            for (((yes, p), s), at) in bits(*allowed).zip(&p).zip(*scores).zip(1..) {
                let wanted = if yes { p / right } else { 0.0 };
                let e = (p - wanted) / n;
                if let Some(g) = gradient.get_mut(at) {
                    *g += e;
                }
                if let Some(g) = gradient.first_mut() {
                    *g += e * s * sharpness;
                }
            }
        }
        for (v, g) in speed.iter_mut().zip(&gradient) {
            *v = 0.8 * *v - 0.5 * g;
        }
        log = (log + speed.first().copied().unwrap_or_default()).clamp(-2.0, 1.2);
        for (o, v) in offsets.iter_mut().zip(speed.iter().skip(1)) {
            *o += v;
        }
    }
    (log.exp(), offsets)
}

/// Offsets alone, each drawn towards 0: sharpness stays as it is.
pub(crate) fn offsets(rows: &[(&[f32], u8)], answers: usize) -> Vec<f32> {
    let (mut offsets, mut speed) = (vec![0.0_f32; answers], vec![0.0_f32; answers]);
    let n = rows.len().max(1) as f32;
    for _ in 0..STEPS {
        let mut gradient: Vec<f32> = offsets.iter().map(|o| o * COMMON_OFFSET / n).collect();
        for (scores, allowed) in rows {
            let mut p: Vec<f32> = scores.iter().zip(&offsets).map(|(s, o)| s + o).collect();
            softmax(&mut p);
            let right: f32 = bits(*allowed).zip(&p).filter(|(yes, _)| *yes).map(|(_, p)| p).sum();
            for ((yes, p), g) in bits(*allowed).zip(&p).zip(&mut gradient) {
                *g += (p - if yes { p / right.max(1e-6) } else { 0.0 }) / n;
            }
        }
        for ((o, v), g) in offsets.iter_mut().zip(&mut speed).zip(&gradient) {
            *v = 0.8 * *v - 0.5 * g;
            *o += *v;
        }
    }
    offsets
}

fn bits(allowed: u8) -> impl Iterator<Item = bool> {
    (0..8).map(move |i| allowed >> i & 1 == 1)
}

/// The probability from which on saying yes gives the best F1 (of yes, or the mean of both answers), within bounds
/// that a reader would accept.
pub(crate) fn best_threshold(rows: &[(f32, bool)], both: bool) -> f32 {
    let f1 = |t: f32| {
        let (mut hit, mut said, mut there) = (0.0, 0.0, 0.0_f32);
        for (p, y) in rows {
            let yes = *p >= t;
            hit += f32::from(u8::from(yes && *y));
            said += f32::from(u8::from(yes));
            there += f32::from(u8::from(*y));
        }
        let yes = 2.0 * hit / (said + there).max(1.0);
        let n = rows.len() as f32;
        let no = 2.0 * (n - said - there + hit) / (2.0 * n - said - there).max(1.0);
        if both { (yes + no) / 2.0 } else { yes }
    };
    let tried = || (10..=32).map(|n| n as f32 * 0.02);
    let best = tried().map(f1).fold(0.0, f32::max);
    // Where a whole range is as good within what chance does, fewer false alarms are worth more than more finds.
    let as_good = best - if both { AS_GOOD } else { 0.0 };
    tried().rfind(|t| f1(*t) >= as_good).unwrap_or(0.4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::sigmoid;

    #[test]
    fn a_line_is_found_again() {
        // Scores twice as sure as they should be: the slope comes back as about a half.
        let mut rows = Vec::new();
        for i in -40..=40 {
            let s = i as f32 / 5.0;
            let n = (sigmoid(s / 2.0) * 100.0).round() as usize;
            rows.extend((0..100).map(|k| (s, k < n)));
        }
        let (a, b) = line_of(&rows);
        assert!((a - 0.5).abs() < 0.05 && b.abs() < 0.05, "{a} {b}");
    }

    #[test]
    fn an_answer_given_too_often_gets_a_negative_offset() {
        let scores = [0.0_f32, 0.0];
        let mut rows: Vec<(&[f32], u8)> = vec![(&scores, 0b01); 20];
        rows.extend(vec![(&scores[..], 0b10); 80]);
        let (_, offsets) = vector(&rows, 2);
        let mut p = offsets.clone();
        softmax(&mut p);
        assert!((p[0] - 0.2).abs() < 0.02, "{p:?}");
    }

    #[test]
    fn the_best_threshold_parts_yes_from_no() {
        let rows = [(0.3, false), (0.35, false), (0.5, true), (0.6, true)];
        let t = best_threshold(&rows, true);
        assert!(t > 0.35 && t <= 0.5, "{t}");
    }
}
