//! How many cases are needed, and what so many can show.

use super::normal_quantile;

/// What a design is to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// Chance of a false alarm.
    pub alpha: f64,
    /// Chance to see a difference that is there.
    pub power: f64,
    /// Sides of the test: 2 for "is there a difference", 1 for "is it not worse".
    pub sides: u32,
    /// Design effect of clusters, at least 1.
    pub design_effect: f64,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            power: 0.8,
            sides: 2,
            design_effect: 1.0,
        }
    }
}

impl Design {
    /// Distance in standard errors at which the design sees a difference with its power.
    fn distance(&self) -> f64 {
        normal_quantile(1.0 - self.alpha / f64::from(self.sides.max(1))) + normal_quantile(self.power)
    }

    /// Cases needed to see a mean difference of `delta` where differences have that variance (normal approximation):
    /// DEFF * (z(1 - alpha/sides) + z(power))^2 * variance / delta^2, not rounded. Infinite where delta is 0.
    pub fn cases(&self, variance: f64, delta: f64) -> f64 {
        self.design_effect.max(1.0) * (self.distance() / delta).powi(2) * variance
    }

    /// The smallest mean difference that `n` cases show with the design's power.
    pub fn smallest_difference(&self, variance: f64, n: f64) -> f64 {
        self.distance() * (self.design_effect.max(1.0) * variance / n).sqrt()
    }

    /// Cases needed to prove that a candidate is not worse by more than `margin`, at the true difference `delta`, where
    /// differences have that variance. Not fewer than what no discordant case at all would need (Tango's floor,
    /// z^2 (1 - M)/M).
    pub fn noninferiority_cases(&self, variance: f64, margin: f64, delta: f64) -> f64 {
        let z = normal_quantile(1.0 - self.alpha);
        let floor = z * z * (1.0 - margin) / margin;
        let proven = (z + normal_quantile(self.power)).powi(2) * variance / (margin + delta).powi(2);
        self.design_effect.max(1.0) * proven.max(floor)
    }
}

/// Variance of the difference of two candidates at one case, from the spread of the true differences between cases
/// (`between`) and that between epochs of each (Miller 2024, "Adding error bars to evals", arXiv:2411.00640).
pub fn epoch_variance(between: f64, within: (f64, f64), epochs: (u32, u32)) -> f64 {
    between + within.0 / f64::from(epochs.0.max(1)) + within.1 / f64::from(epochs.1.max(1))
}

/// Cases without a single failure that prove a pass rate of at least `threshold` with that confidence:
/// ln(1 - confidence) / ln(threshold), rounded up.
pub fn zero_failure_cases(threshold: f64, confidence: f64) -> f64 {
    ((1.0 - confidence).ln() / threshold.ln()).ceil()
}

/// Epochs for each case that give the most information for the money: sqrt(within * cost of a case / (between * cost of
/// an epoch)), at least 1. A case that costs nothing beside its epochs is best run once.
pub fn best_epochs(within: f64, between: f64, case_cost: f64, epoch_cost: f64) -> f64 {
    let best = (within * case_cost / (between * epoch_cost)).sqrt();
    if best.is_finite() { best.max(1.0) } else { 1.0 }
}

/// How the variance of a mean splits: what more epochs would take away, and what only more cases would.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Variance of the mean from epoch to epoch: n^-2 * sum of s_i^2 / K_i.
    pub within: f64,
    /// The rest.
    pub between: f64,
}

impl Split {
    /// The split of the variance of a mean over `n` cases; `within_cases` holds s_i^2 / K_i of each case with two epochs or
    /// more. `None` where there is none.
    pub fn of(variance: f64, n: f64, within_cases: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (mut sum, mut count) = (0.0, 0.0);
        for within in within_cases {
            sum += within;
            count += 1.0;
        }
        if count < 1.0 || n < 1.0 {
            return None;
        }
        // Cases with one epoch are taken to vary like the others.
        let within = (sum / count / n).min(variance);
        Some(Self {
            within,
            between: variance - within,
        })
    }

    /// The share of the variance that more epochs would take away; below 0.2 they are wasted.
    pub fn share(&self) -> f64 {
        let all = self.within + self.between;
        if all > 0.0 { self.within / all } else { 0.0 }
    }
}
