//! Tango's score interval of a paired difference.

/// Steps of the bisection: the bounds are exact to 2^-70 of the scale.
const STEPS: usize = 72;

/// Tango's score statistic of "the difference is `delta`" for `better - worse` (shares of discordant cases) among `n`
/// cases, where `n` may be a fraction:
///
/// T = (b - c - n delta) / sqrt(n (2 q + delta (1 - delta))), with b = n better, c = n worse, and q the share of the
/// second kind of discordant cases that is most likely where the difference is delta. Falls as delta grows. At 0 it is
/// McNemar's (b - c) / sqrt(b + c), and 0 without discordant cases.
pub fn tango_statistic(better: f64, worse: f64, n: f64, delta: f64) -> f64 {
    let (b, c) = (better * n, worse * n);
    let (a2, a1) = (2.0 * n, -b - c + (2.0 * n - b + c) * delta);
    let a0 = -c * delta * (1.0 - delta);
    let q = ((a1 * a1 - 4.0 * a2 * a0).max(0.0).sqrt() - a1) / (2.0 * a2);
    let distance = b - c - n * delta;
    let variance = n * (2.0 * q + delta * (1.0 - delta));
    if variance > 0.0 {
        distance / variance.sqrt()
    } else if distance == 0.0 {
        0.0
    } else {
        distance * f64::INFINITY
    }
}

/// Tango's interval (Tango 1998, Statistics in Medicine 17) of the difference `better - worse` (shares of discordant
/// cases) among `n` cases at the normal quantile `z`: the deltas at which the statistic is z and -z. `n` may be a
/// fraction: an effective number of cases. Without discordant cases it is 0 ± z^2 / (n + z^2). `None` where `n` is not
/// above 0.
pub fn tango(better: f64, worse: f64, n: f64, z: f64) -> Option<(f64, f64)> {
    if !(n.is_finite() && n > 0.0 && better.is_finite() && worse.is_finite()) {
        return None;
    }
    let solve = |target: f64| {
        let (mut low, mut high) = (-1.0_f64, 1.0_f64);
        for _ in 0..STEPS {
            let middle = low + (high - low) / 2.0;
            if tango_statistic(better, worse, n, middle) > target {
                low = middle;
            } else {
                high = middle;
            }
        }
        low + (high - low) / 2.0
    };
    Some((solve(z.abs()), solve(-z.abs())))
}
