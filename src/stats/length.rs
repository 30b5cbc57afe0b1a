//! Preferences with the length of the outputs taken out.

use super::linear::Cholesky;
use super::spread::MeanSpread;
use super::{normal_quantile, t_quantile, wilson};

/// A preference with how much longer the judged output was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthGame {
    /// 1 where the judged output won, 0 where it lost, between for ties and shares.
    pub outcome: f64,
    /// Length of the judged output less that of the other.
    pub longer: f64,
    /// The case's cluster.
    pub cluster: u32,
}

/// A win rate at equal lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthControlled {
    /// The win rate that is expected where both outputs are equally long.
    pub win_rate: f64,
    /// Lower bound; `None` where the data give none.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Standard error, by the influence of each game.
    pub se: f64,
    /// Coefficient of the length: above 0, longer outputs win more.
    pub slope: f64,
}

const STEPS: usize = 50;

/// Steps as short as this are the last: the next would be shorter than rounding.
const SHORTEST: f64 = 1e-9;

/// Length-controlled win rate: a logistic model of the outcome on tanh(length difference / its standard deviation)
/// (Dubois, Galambosi, Liang and Hashimoto 2024, arXiv:2404.04475), read at difference 0. The standard error carries the
/// uncertainty of the coefficients, by influence functions, cluster-robust: that of game i is J W x_i (y_i - p_i), where W
/// is the inverse of the information matrix and J the gradient of the rate. The interval is effective-n Wilson. `None` with
/// fewer than 10 games, where outcomes or lengths do not vary or are not finite, or where outcomes are separated by length;
/// no interval where all games are of one cluster. Lengths may have any unit: they are divided by their deviation.
pub fn length_controlled(games: &[LengthGame], alpha: f64) -> Option<LengthControlled> {
    let lengths: Vec<f64> = games.iter().map(|game| game.longer).collect();
    let deviation = MeanSpread::of(&lengths, None)?.variance.sqrt();
    let outcomes: Vec<f64> = games.iter().map(|game| game.outcome).collect();
    if games.len() < 10 || deviation <= 0.0 || MeanSpread::of(&outcomes, None)?.variance <= 0.0 {
        return None;
    }
    let features: Vec<f64> = lengths.iter().map(|length| (length / deviation).tanh()).collect();
    let (intercept, slope, factor) = fit(&outcomes, &features)?;
    let rate = logistic(intercept);
    // The gradient of the rate by the coefficients, at difference 0.
    let gradient = [rate * (1.0 - rate), 0.0];
    let direction = factor.solve(&gradient);
    let n = games.len() as f64;
    let influence: Vec<f64> = games
        .iter()
        .zip(&features)
        .map(|(game, x)| {
            let residual = game.outcome - logistic(intercept + slope * x);
            n * (direction[0] + direction[1] * x) * residual
        })
        .collect();
    let clusters: Vec<u32> = games.iter().map(|game| game.cluster).collect();
    let spread = MeanSpread::of(&influence, Some(&clusters))?;
    let variance = spread.conservative();
    let z = normal_quantile(1.0 - alpha / 2.0);
    let shrink = (z / t_quantile(1.0 - alpha / 2.0, spread.df())).powi(2);
    // A model that fits every game exactly leaves no variance, but no certainty either.
    let n_eff = if variance > 0.0 {
        rate * (1.0 - rate) / variance * shrink
    } else {
        spread.effective
    };
    let told = spread.clusters >= 2.0;
    let (low, high) = wilson(rate, n_eff, z).filter(|_| told).unzip();
    Some(LengthControlled {
        win_rate: rate,
        low,
        high,
        se: variance.sqrt(),
        slope,
    })
}

/// Intercept and slope of the logistic model with the factor of its information matrix, by Newton's method: a step is
/// halved until it makes the outcomes no less likely. `None` where that does not settle, since no finite slope is best.
fn fit(outcomes: &[f64], features: &[f64]) -> Option<(f64, f64, Cholesky)> {
    let likelihood = |intercept: f64, slope: f64| -> f64 {
        let of = |(y, x): (&f64, &f64)| {
            let at = intercept + slope * x;
            // The logarithm of 1 + exp(at), without overflow.
            y * at - at.max(0.0) - (-at.abs()).exp().ln_1p()
        };
        outcomes.iter().zip(features).map(of).sum()
    };
    let (mut intercept, mut slope) = (0.0, 0.0);
    let mut reached = likelihood(intercept, slope);
    for _ in 0..STEPS {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (outcome, x) in outcomes.iter().zip(features) {
            let p = logistic(intercept + slope * x);
            let residual = outcome - p;
            let weight = p * (1.0 - p);
            g0 += residual;
            g1 += residual * x;
            h00 += weight;
            h01 += weight * x;
            h11 += weight * x * x;
        }
        let factor = Cholesky::of(&[h00, h01, h01, h11], 2)?;
        let step = factor.solve(&[g0, g1]);
        let (up, along) = (step.first()?, step.get(1)?);
        if up.abs().max(along.abs()) < SHORTEST {
            return Some((intercept + up, slope + along, factor));
        }
        let mut scale = 1.0;
        loop {
            let next = likelihood(intercept + scale * up, slope + scale * along);
            if next >= reached - 1e-12 * reached.abs() {
                reached = next;
                break;
            }
            scale /= 2.0;
            if scale < 1e-9 {
                return None;
            }
        }
        intercept += scale * up;
        slope += scale * along;
    }
    None
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A slope with its interval, in units of y for one of x. Where the points lie on a line, nothing tells how uncertain it
/// is: both bounds are the slope, which is no interval to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Change of y for one more of x.
    pub slope: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Two-sided p of 0; 1 where both bounds are the slope.
    pub p: f64,
}

/// The slope of y over x by least squares, with a cluster-robust interval. `None` where x does not vary or there are fewer
/// than three points or two clusters.
pub fn slope(points: &[(f64, f64)], clusters: &[u32], alpha: f64) -> Option<Slope> {
    let n = points.len() as f64;
    if points.len() < 3 {
        return None;
    }
    let mean = |part: fn(&(f64, f64)) -> f64| points.iter().map(part).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if spread <= 0.0 {
        return None;
    }
    let slope = points
        .iter()
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum::<f64>()
        / spread;
    let influence: Vec<f64> = points
        .iter()
        .map(|(x, y)| n * (x - mean_x) / spread * (y - mean_y - slope * (x - mean_x)))
        .collect();
    let robust = MeanSpread::of(&influence, Some(clusters))?;
    if robust.clusters < 2.0 {
        return None;
    }
    let se = robust.conservative().sqrt();
    let half = t_quantile(1.0 - alpha / 2.0, robust.df()) * se;
    let p = if se > 0.0 {
        super::two_sided_p(slope / se, robust.df())
    } else {
        1.0
    };
    Some(Slope {
        slope,
        low: slope - half,
        high: slope + half,
        p,
    })
}
