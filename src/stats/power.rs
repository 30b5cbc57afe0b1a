//! How many cases are needed, and what so many can show.

use super::{normal_quantile, t_quantile};

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
    /// Degrees of freedom that the variance was estimated with; infinite where there are many.
    pub df: f64,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            power: 0.8,
            sides: 2,
            design_effect: 1.0,
            df: f64::INFINITY,
        }
    }
}

impl Design {
    /// Distance in standard errors at which the design sees a difference with its power.
    fn distance(&self) -> f64 {
        t_quantile(1.0 - self.alpha / f64::from(self.sides.max(1)), self.df) + t_quantile(self.power, self.df)
    }

    /// The same for a bound on one side, at alpha.
    fn one_sided(&self) -> f64 {
        t_quantile(1.0 - self.alpha, self.df) + t_quantile(self.power, self.df)
    }

    /// Cases needed to see a mean difference of `delta` where differences have that variance (normal approximation, or t with the degrees of freedom):
    /// DEFF * (z(1 - alpha/sides) + z(power))^2 * variance / delta^2, not rounded. Infinite where delta is 0.
    pub fn cases(&self, variance: f64, delta: f64) -> f64 {
        if delta == 0.0 {
            return f64::INFINITY;
        }
        self.design_effect.max(1.0) * (self.distance() / delta).powi(2) * variance
    }

    /// The smallest mean difference that `n` cases show with the design's power.
    pub fn smallest_difference(&self, variance: f64, n: f64) -> f64 {
        self.distance() * (self.design_effect.max(1.0) * variance / n).sqrt()
    }

    /// Cases needed to prove that a candidate is not worse by more than `margin`, at the true difference `delta`, where
    /// differences have that variance. Not fewer than what no discordant case at all would need (Tango's floor,
    /// z^2 (1 - M)/M). Infinite where the margin is not above 0, or the difference not above -margin.
    pub fn noninferiority_cases(&self, variance: f64, margin: f64, delta: f64) -> f64 {
        if margin <= 0.0 || margin + delta <= 0.0 {
            return f64::INFINITY;
        }
        let z = normal_quantile(1.0 - self.alpha);
        let floor = z * z * (1.0 - margin) / margin;
        let proven = self.one_sided().powi(2) * variance / (margin + delta).powi(2);
        self.design_effect.max(1.0) * proven.max(floor)
    }

    /// The smallest margin within which `n` cases prove two equal candidates to be the same in one direction; the inverse of
    /// [`Self::noninferiority_cases`].
    pub fn smallest_margin(&self, variance: f64, n: f64) -> f64 {
        let z = normal_quantile(1.0 - self.alpha);
        let own = n / self.design_effect.max(1.0);
        let proven = self.one_sided() * (variance / own).sqrt();
        proven.max(z * z / (own + z * z))
    }

    /// Epochs for each case with which `n` cases see a mean difference of `delta`: the smallest K for which
    /// [`Self::cases`] of `between` + `within` / K is at most `n`, where `within` is the sum of the variances between
    /// epochs of the two candidates. `None` where no number of epochs makes up for the cases that lack.
    pub fn epochs(&self, between: f64, within: f64, n: f64, delta: f64) -> Option<u32> {
        let affordable = n * delta * delta / (self.design_effect.max(1.0) * self.distance().powi(2));
        let epochs = (within / (affordable - between)).ceil();
        (affordable > between && epochs <= f64::from(u32::MAX)).then_some((epochs as u32).max(1))
    }

    /// The comparison to spend on next: of those that are still open, the one that is decided for the least money if its
    /// difference is what was seen so far. Holm's step: alpha is shared among the open ones. `None` where none is open or
    /// none shows a difference.
    pub fn next_comparison(&self, open: &[OpenComparison]) -> Option<NextComparison> {
        let step = Self {
            alpha: self.alpha / open.len().max(1) as f64,
            ..*self
        };
        let needed = |(at, comparison): (usize, &OpenComparison)| {
            let design = Self {
                design_effect: comparison.design_effect,
                ..step
            };
            let cases = design.cases(comparison.variance, comparison.difference) - comparison.n as f64;
            let cases = cases.max(1.0).ceil();
            cases.is_finite().then_some(NextComparison {
                at,
                cases,
                cost: cases * comparison.cost,
            })
        };
        open.iter()
            .enumerate()
            .filter_map(needed)
            .min_by(|a, b| a.cost.total_cmp(&b.cost))
    }
}

/// A comparison that is not decided yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenComparison {
    /// Mean difference so far.
    pub difference: f64,
    /// Sample variance of the differences.
    pub variance: f64,
    /// Cases so far.
    pub n: u64,
    /// Design effect of its clusters, at least 1.
    pub design_effect: f64,
    /// What one more case costs.
    pub cost: f64,
}

/// What to spend on next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextComparison {
    /// Place in the list of open comparisons.
    pub at: usize,
    /// Further cases that it is expected to need.
    pub cases: f64,
    /// What they cost.
    pub cost: f64,
}

/// The design effect of clusters before there are data: 1 + (mean cluster size - 1) * ICC, at least 1 (Kish 1965).
pub fn expected_design_effect(mean_cluster_size: f64, icc: f64) -> f64 {
    (1.0 + (mean_cluster_size - 1.0) * icc).max(1.0)
}

/// The share n/N of cases that people should label beside a judge, for the least money at a given precision:
/// sqrt(var(Y - lambda F) * cost of a judgement / (lambda^2 var(F) * cost of a label)), at most 1. 1, that is people only,
/// where the judge tells nothing.
pub fn best_label_share(
    residual_variance: f64,
    (lambda, judge_variance): (f64, f64),
    (judge_cost, label_cost): (f64, f64),
) -> f64 {
    let share = (residual_variance * judge_cost / (lambda * lambda * judge_variance * label_cost)).sqrt();
    if share.is_nan() { 1.0 } else { share.min(1.0) }
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
