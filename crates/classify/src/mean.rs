//! What two judges of the same thing say together: the geometric mean of their probabilities.

/// Nobody is surer than this in a mean: a single one must not decide by being sure without bounds.
const SUREST: f32 = 1e-4;

/// Puts the geometric mean in the place of `found`, in which `said` counts `weight` (0 to 1), brought to a sum of 1. Both
/// hold the same answers in the same order.
pub(crate) fn mean_into(found: &mut [f32], said: &[f32], weight: f32) {
    let bounded = |p: f32| p.max(SUREST).ln();
    let mut sum = 0.0;
    for (found, said) in found.iter_mut().zip(said) {
        *found = ((1.0 - weight) * bounded(*found) + weight * bounded(*said)).exp();
        sum += *found;
    }
    found.iter_mut().for_each(|p| *p /= sum);
}
