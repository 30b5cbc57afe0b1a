//! The Wilson score interval.

/// A mean in 0..=1 put together of parts: within rounding (1e-12) of an end it is that end, where nothing varies.
pub(super) fn settled(mean: f64) -> f64 {
    const NOISE: f64 = 1e-12;
    if mean < NOISE {
        0.0
    } else if mean > 1.0 - NOISE {
        1.0
    } else {
        mean
    }
}

/// The Wilson score interval (Wilson 1927) of a proportion `mean` seen in `n` independent trials, at the normal
/// quantile `z`, clipped to 0..=1. `n` may be a fraction: an effective number of trials (Korn and Graubard 1998).
/// `None` where `n` is not above 0 or a number is not finite.
pub fn wilson(mean: f64, n: f64, z: f64) -> Option<(f64, f64)> {
    if !(mean.is_finite() && n.is_finite() && z.is_finite() && n > 0.0) {
        return None;
    }
    let mean = mean.clamp(0.0, 1.0);
    let squared = z * z;
    let shrink = 1.0 + squared / n;
    let centre = (mean + squared / (2.0 * n)) / shrink;
    let half = z.abs() / shrink * (mean * (1.0 - mean) / n + squared / (4.0 * n * n)).sqrt();
    // At 0 and 1 the near bound is exact; computing it would leave a rounding error of either sign. Elsewhere rounding must
    // not put the mean outside.
    let low = if mean == 0.0 {
        0.0
    } else {
        (centre - half).clamp(0.0, mean)
    };
    let high = if mean == 1.0 {
        1.0
    } else {
        (centre + half).clamp(mean, 1.0)
    };
    Some((low, high))
}
