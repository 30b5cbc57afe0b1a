//! Ratings from pairwise games.

use super::linear::Cholesky;
use super::t_quantile;
use std::collections::{BTreeMap, HashMap};

/// A game of two players.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Game {
    /// The first player.
    pub a: u32,
    /// The second player.
    pub b: u32,
    /// 1 where the first wins, 0 where the second does, 0.5 for a tie; what is between counts in part.
    pub outcome: f64,
    /// The case, or the cluster of cases, that the game was about.
    pub case: u32,
}

/// Why there are no ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRatings {
    /// No game.
    NoGames,
    /// Some group of players never lost to, or never met, the others: the best rating is infinite.
    Separated,
    /// All games are about one case, so that nothing tells how uncertain they are.
    OneCase,
    /// The search for the best ratings did not settle.
    NotConverged,
}

impl NoRatings {
    /// For people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoGames => "no game was played",
            Self::Separated => "some candidates only ever won against, lost to, or never met the others",
            Self::OneCase => "all games are about one case",
            Self::NotConverged => "the search for ratings did not settle",
        }
    }
}

/// Ratings of all players.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratings {
    /// On the natural scale, with mean 0: a wins against b with probability 1 / (1 + exp(theta_b - theta_a)).
    pub theta: Vec<f64>,
    /// Standard errors, clustered by case.
    pub se: Vec<f64>,
    /// Degrees of freedom: cases - 1.
    pub df: f64,
    /// Cases, or clusters of cases, that the games are about.
    pub cases: u64,
    /// Games that were left out: of one player alone, of a player that there is not, or with an outcome outside of 0..=1.
    pub left_out: u64,
    covariance: Vec<f64>,
}

/// Cases from which on ratings may be shown: with fewer their intervals do not hold, and win rates say what there is.
pub const FEWEST_RATED_CASES: u64 = 30;

/// Points of the Elo scale for one natural unit, and its middle.
const ELO: (f64, f64) = (400.0 / std::f64::consts::LN_10, 1000.0);

impl Ratings {
    /// Whether there are too few cases for intervals that hold.
    pub fn too_few_cases(&self) -> bool {
        self.cases < FEWEST_RATED_CASES
    }

    /// The rating on the Elo scale (1000 on average, 400 points for odds of ten to one), with its interval of confidence
    /// 1 - `alpha`.
    pub fn elo(&self, player: usize, alpha: f64) -> Option<(f64, f64, f64)> {
        let (theta, se) = (*self.theta.get(player)?, *self.se.get(player)?);
        let half = t_quantile(1.0 - alpha / 2.0, self.df) * se;
        let scaled = |theta: f64| ELO.1 + ELO.0 * theta;
        Some((scaled(theta), scaled(theta - half), scaled(theta + half)))
    }

    /// Standard error of the difference of two ratings, from the whole covariance.
    pub fn se_of_difference(&self, a: usize, b: usize) -> Option<f64> {
        let m = self.theta.len();
        if a >= m || b >= m {
            return None;
        }
        let at = |i: usize, j: usize| self.covariance[i * m + j];
        Some((at(a, a) + at(b, b) - 2.0 * at(a, b)).max(0.0).sqrt())
    }
}

/// Steps of Newton's method; it takes fewer than 20 unless ratings lie very far apart.
const STEPS: usize = 200;

/// The most by which a step changes the difference of two who played: beyond, the quadratic that a step follows says
/// nothing of the logistic curve.
const LONGEST: f64 = 4.0;

/// Steps as short as this are the last: the next would be shorter than rounding.
const SHORTEST: f64 = 1e-9;

/// Maximum-likelihood ratings of Bradley and Terry 1952 (ties count half for each) with the covariance
/// H+ (sum over cases of s s') H+ * G/(G-1) * (N-1)/(N-(M-1)): games about the same case are not independent.
///
/// H is the negative second derivative of the log-likelihood and H+ its pseudo-inverse, s the score of a case (the sum
/// of outcome - expectation over its games), G cases, N games, M players. It assumes that cases are independent of each
/// other, and one strength per player. Games count once per pair of players, so that the search does not grow with them.
pub fn bradley_terry(players: usize, games: &[Game]) -> Result<Ratings, NoRatings> {
    let sound = |game: &&Game| {
        (game.a as usize) < players
            && (game.b as usize) < players
            && game.a != game.b
            && (0.0..=1.0).contains(&game.outcome)
    };
    let given = games.len();
    let games: Vec<&Game> = games.iter().filter(sound).collect();
    if games.is_empty() {
        return Err(NoRatings::NoGames);
    }
    // Games between the same two are one cell of the likelihood.
    let mut pairs: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    for game in &games {
        let (low, high, outcome) = if game.a < game.b {
            (game.a, game.b, game.outcome)
        } else {
            (game.b, game.a, 1.0 - game.outcome)
        };
        let cell = pairs.entry((low, high)).or_default();
        cell.0 += outcome;
        cell.1 += 1.0;
    }
    if !strongly_connected(players, &pairs) {
        return Err(NoRatings::Separated);
    }
    let theta = maximise(players, &pairs).ok_or(NoRatings::NotConverged)?;
    let mut scores: HashMap<u32, BTreeMap<u32, f64>> = HashMap::new();
    for game in &games {
        let residual = game.outcome - logistic(theta[game.a as usize] - theta[game.b as usize]);
        let case = scores.entry(game.case).or_default();
        *case.entry(game.a).or_default() += residual;
        *case.entry(game.b).or_default() -= residual;
    }
    let cases = scores.len() as f64;
    if cases < 2.0 {
        return Err(NoRatings::OneCase);
    }
    let mut meat = vec![0.0; players * players];
    let mut ordered: Vec<(&u32, &BTreeMap<u32, f64>)> = scores.iter().collect();
    ordered.sort_by_key(|(case, _)| **case);
    for (_, score) in ordered {
        for (i, first) in score {
            for (j, second) in score {
                meat[*i as usize * players + *j as usize] += first * second;
            }
        }
    }
    let (_, hessian) = derivatives(players, &pairs, &theta);
    let inverse = centred_inverse(players, &hessian).ok_or(NoRatings::NotConverged)?;
    let n = games.len() as f64;
    let free = (n - (players as f64 - 1.0)).max(1.0);
    let factor = cases / (cases - 1.0) * (n - 1.0).max(1.0) / free;
    let half = product(players, &inverse, &meat);
    let mut covariance = product(players, &half, &inverse);
    covariance.iter_mut().for_each(|value| *value *= factor);
    let se = (0..players)
        .map(|at| covariance[at * players + at].max(0.0).sqrt())
        .collect();
    Ok(Ratings {
        theta,
        se,
        df: cases - 1.0,
        cases: scores.len() as u64,
        left_out: (given - games.len()) as u64,
        covariance,
    })
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

type Pairs = BTreeMap<(u32, u32), (f64, f64)>;

/// Gradient and negative second derivatives of the log-likelihood.
fn derivatives(players: usize, pairs: &Pairs, theta: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut gradient = vec![0.0; players];
    let mut hessian = vec![0.0; players * players];
    for ((a, b), (won, played)) in pairs {
        let (a, b) = (*a as usize, *b as usize);
        let p = logistic(theta[a] - theta[b]);
        let residual = won - played * p;
        gradient[a] += residual;
        gradient[b] -= residual;
        let weight = played * p * (1.0 - p);
        hessian[a * players + a] += weight;
        hessian[b * players + b] += weight;
        hessian[a * players + b] -= weight;
        hessian[b * players + a] -= weight;
    }
    (gradient, hessian)
}

/// The matrix with 1 added everywhere: it has the same inverse on differences, and one at all.
fn lifted(players: usize, hessian: &[f64]) -> Option<Cholesky> {
    let raised: Vec<f64> = hessian.iter().map(|value| value + 1.0).collect();
    Cholesky::of(&raised, players)
}

/// Logarithm of the chance of these results.
fn log_likelihood(pairs: &Pairs, theta: &[f64]) -> f64 {
    // ln(1 + exp(x)) without overflow.
    let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
    pairs
        .iter()
        .map(|((a, b), (won, played))| {
            let ahead = theta[*a as usize] - theta[*b as usize];
            -won * softplus(-ahead) - (played - won) * softplus(ahead)
        })
        .sum()
}

/// Newton's method on a concave function: a step is halved until it makes the results no less likely, which it does in
/// the end.
fn maximise(players: usize, pairs: &Pairs) -> Option<Vec<f64>> {
    let mut theta = vec![0.0; players];
    let mut reached = log_likelihood(pairs, &theta);
    for _ in 0..STEPS {
        let (gradient, hessian) = derivatives(players, pairs, &theta);
        let step = lifted(players, &hessian)?.solve(&gradient);
        let changes = pairs
            .keys()
            .map(|(a, b)| (step[*a as usize] - step[*b as usize]).abs());
        let longest = changes.fold(0.0_f64, f64::max);
        let moved = |scale: f64| -> Vec<f64> {
            let moved: Vec<f64> = theta
                .iter()
                .zip(&step)
                .map(|(at, step)| at + scale * step)
                .collect();
            let mean = moved.iter().sum::<f64>() / players as f64;
            moved.into_iter().map(|value| value - mean).collect()
        };
        if longest < SHORTEST {
            return Some(moved(1.0));
        }
        let mut scale = (LONGEST / longest).min(1.0);
        let slack = 1e-12 * reached.abs();
        let next = loop {
            let next = moved(scale);
            let likelihood = log_likelihood(pairs, &next);
            if likelihood >= reached - slack {
                reached = likelihood;
                break next;
            }
            scale /= 2.0;
            if scale < 1e-9 {
                return None;
            }
        };
        theta = next;
    }
    None
}

/// The pseudo-inverse of a matrix whose rows add up to 0.
fn centred_inverse(players: usize, hessian: &[f64]) -> Option<Vec<f64>> {
    let factor = lifted(players, hessian)?;
    let mut inverse = vec![0.0; players * players];
    let mean = 1.0 / players as f64;
    for column in 0..players {
        let unit: Vec<f64> = (0..players)
            .map(|row| f64::from(u8::from(row == column)) - mean)
            .collect();
        for (row, value) in factor.solve(&unit).into_iter().enumerate() {
            inverse[row * players + column] = value;
        }
    }
    Some(inverse)
}

fn product(size: usize, a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut result = vec![0.0; size * size];
    for i in 0..size {
        for k in 0..size {
            let value = a[i * size + k];
            if value != 0.0 {
                for j in 0..size {
                    result[i * size + j] += value * b[k * size + j];
                }
            }
        }
    }
    result
}

/// Whether every player can be reached from every other over games that were not lost: the condition for finite ratings
/// (Ford 1957).
fn strongly_connected(players: usize, pairs: &Pairs) -> bool {
    let reach = |forward: bool| {
        let mut next: Vec<Vec<u32>> = vec![Vec::new(); players];
        for ((a, b), (won, played)) in pairs {
            let (first, second) = (*won > 0.0, *won < *played);
            if if forward { first } else { second } {
                next[*a as usize].push(*b);
            }
            if if forward { second } else { first } {
                next[*b as usize].push(*a);
            }
        }
        let mut seen = vec![false; players];
        let mut open = vec![0_u32];
        if let Some(first) = seen.first_mut() {
            *first = true;
        }
        while let Some(at) = open.pop() {
            for other in &next[at as usize] {
                if !std::mem::replace(&mut seen[*other as usize], true) {
                    open.push(*other);
                }
            }
        }
        seen.into_iter().all(|seen| seen)
    };
    players > 0 && reach(true) && reach(false)
}

/// Elo ratings updated game by game (Elo 1978): for comparison with tools that report them. They depend on the order of
/// the games; no leaderboard of bench uses them.
pub fn elo_online(players: usize, games: &[Game], k: f64, scale: f64, base: f64, start: f64) -> Vec<f64> {
    let mut ratings = vec![start; players];
    for game in games {
        let (a, b) = (game.a as usize, game.b as usize);
        if a >= players || b >= players {
            continue;
        }
        let expected = 1.0 / (1.0 + base.powf((ratings[b] - ratings[a]) / scale));
        let change = k * (game.outcome - expected);
        ratings[a] += change;
        ratings[b] -= change;
    }
    ratings
}
