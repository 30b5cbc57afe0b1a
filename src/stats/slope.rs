//! The slope of a straight line through points of which some belong together.

use super::t_quantile;
use std::collections::BTreeMap;

/// A point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopePoint {
    /// What the line runs along.
    pub x: f64,
    /// What it predicts.
    pub y: f64,
    /// Points of the same cluster depend on each other.
    pub cluster: u32,
    /// Points of the same group share a level that [`slope_within`] takes out.
    pub group: u32,
}

/// The slope of a least-squares line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Change of y for each unit of x.
    pub slope: f64,
    /// Standard error, robust to clusters and unequal variance (CR1); `None` where the points lie on the line.
    pub se: Option<f64>,
    /// Two-sided interval by Student's t with as many degrees of freedom as clusters less one; `None` without a standard
    /// error.
    pub interval: Option<(f64, f64)>,
    /// Distinct clusters.
    pub clusters: u64,
}

/// The slope of the line through all points with an interval of confidence 1 - `alpha`; `None` where x does not vary or
/// there are fewer than two clusters.
///
/// Standard error: `Σ_g (Σ_{i in g} (x_i - x̄) e_i)² / S_xx²`, times `G/(G-1) * (N-1)/(N-K)` with K = 2 coefficients,
/// as `statsmodels` has it for `OLS(...).fit(cov_type="cluster")`.
pub fn slope(points: &[SlopePoint], alpha: f64) -> Option<Slope> {
    let one_group: Vec<SlopePoint> = points
        .iter()
        .map(|point| SlopePoint { group: 0, ..*point })
        .collect();
    slope_within(&one_group, alpha)
}

/// The slope within groups: the mean of each group is taken out of x and y first. With K = 1 + groups coefficients it is
/// that of a regression with an intercept for each group.
pub fn slope_within(points: &[SlopePoint], alpha: f64) -> Option<Slope> {
    let points: Vec<SlopePoint> = points
        .iter()
        .copied()
        .filter(|point| point.x.is_finite() && point.y.is_finite())
        .collect();
    let mut groups: BTreeMap<u32, (f64, f64, f64)> = BTreeMap::new();
    for point in &points {
        let group = groups.entry(point.group).or_default();
        group.0 += 1.0;
        group.1 += point.x;
        group.2 += point.y;
    }
    let centred = |point: &SlopePoint| {
        let (n, x, y) = groups.get(&point.group).copied().unwrap_or((1.0, 0.0, 0.0));
        (point.x - x / n, point.y - y / n)
    };
    let (mut xx, mut xy, mut yy, mut size) = (0.0, 0.0, 0.0, 0.0);
    for point in &points {
        let (x, y) = centred(point);
        xx += x * x;
        xy += x * y;
        yy += y * y;
        size += point.x * point.x;
    }
    let mut clusters: BTreeMap<u32, f64> = BTreeMap::new();
    // What is left of equal numbers after rounding is no variation.
    if xx <= size * 1e-24 {
        return None;
    }
    let slope = xy / xx;
    for point in &points {
        let (x, y) = centred(point);
        *clusters.entry(point.cluster).or_default() += x * (y - slope * x);
    }
    let count = clusters.len() as f64;
    if clusters.len() < 2 {
        return None;
    }
    let rest = points.len() as f64 - 1.0 - groups.len() as f64;
    let meat: f64 = clusters.values().map(|score| score * score).sum();
    let variance = count / (count - 1.0) * (points.len() as f64 - 1.0) / rest * meat / (xx * xx);
    let exact = yy - slope * xy <= yy * 1e-24;
    let se = (rest > 0.0 && variance > 0.0 && !exact).then(|| variance.sqrt());
    Some(Slope {
        slope,
        se,
        interval: se.map(|se| {
            let half = t_quantile(1.0 - alpha / 2.0, count - 1.0) * se;
            (slope - half, slope + half)
        }),
        clusters: clusters.len() as u64,
    })
}
