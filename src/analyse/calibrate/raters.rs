//! How far people agree with each other, and with the judge as one of them.

use super::code::{Coded, Value};
use super::figure::{Figure, share};
use super::numbers::{alpha, kappa, metric, resampled, weights};
use super::{Input, Kind, Resampling, Scale};
use crate::stats::{AlphaMetric, KappaWeights};
use std::sync::Arc;

/// Raters that are compared pair by pair: those with the most labels.
const MOST_COMPARED: usize = 10;
/// Name of raters that a file does not name.
const UNNAMED: &str = "(unnamed)";
/// Name of the judge among raters.
const JUDGE: &str = "judge";

/// How far raters agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Raters {
    /// Raters by name, with their labels.
    pub names: Vec<(Arc<str>, u64)>,
    /// People among each other.
    pub people: AlphaFigure,
    /// The same with the judge as one more of them.
    pub with_judge: AlphaFigure,
    /// Two by two.
    pub pairs: Vec<RaterPair>,
    /// Raters that are not compared two by two, for there are too many.
    pub left_out: u64,
}

/// Krippendorff's alpha.
#[derive(Clone, Debug, PartialEq)]
pub struct AlphaFigure {
    /// How far apart two verdicts are.
    pub metric: AlphaMetric,
    /// The figure.
    pub alpha: Figure,
}

/// Two raters.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterPair {
    /// One of them.
    pub a: Arc<str>,
    /// The other.
    pub b: Arc<str>,
    /// True where the second is the judge.
    pub with_judge: bool,
    /// How often they say the same.
    pub agreement: Figure,
    /// Weights of their kappa.
    pub weights: KappaWeights,
    /// Their agreement beyond chance.
    pub kappa: Figure,
}

impl Raters {
    pub(super) fn of(input: &Input, units: &[Coded], scale: &Scale, resampling: &Resampling) -> Self {
        let mut counts = vec![0_u64; input.raters.len()];
        for (rater, _) in units.iter().flat_map(|unit| &unit.human) {
            if let Some(count) = counts.get_mut(*rater as usize) {
                *count += 1;
            }
        }
        let name = |rater: usize| match input.raters.get(rater) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => UNNAMED.into(),
        };
        let mut order: Vec<usize> = (0..counts.len())
            .filter(|rater| counts.get(*rater) > Some(&0))
            .collect();
        order.sort_by_key(|rater| std::cmp::Reverse(counts.get(*rater).copied()));
        let names = order
            .iter()
            .filter_map(|rater| Some((name(*rater), *counts.get(*rater)?)))
            .collect();
        let left_out = order.len().saturating_sub(MOST_COMPARED) as u64;
        order.truncate(MOST_COMPARED);
        // Numbers have no categories; raters are compared by them on scales with steps only.
        let comparable = !scale.categories.is_empty();
        let mut pairs = Vec::new();
        let pair = |a: usize, b: Option<usize>| {
            RaterPair::of(units, scale, resampling, (name(a), a), b.map(|b| (name(b), b)))
        };
        for (position, a) in order.iter().enumerate().filter(|_| comparable && order.len() > 1) {
            pairs.extend(order.iter().skip(position + 1).map(|b| pair(*a, Some(*b))));
        }
        if comparable && order.len() > 1 {
            pairs.extend(order.iter().map(|rater| pair(*rater, None)));
        }
        pairs.retain(|pair| pair.agreement.n > 0);
        Self {
            names,
            people: AlphaFigure::of(units, scale, resampling, false),
            with_judge: AlphaFigure::of(units, scale, resampling, true),
            pairs,
            left_out,
        }
    }
}

/// A verdict as the number that alpha takes.
fn number(scale: &Scale, value: &Value) -> Option<f64> {
    match scale.kind {
        Kind::Graded => value.number,
        Kind::Ordinal | Kind::PassFail | Kind::Nominal | Kind::Pair => {
            value.category.map(|category| category as f64)
        }
    }
}

impl AlphaFigure {
    fn of(units: &[Coded], scale: &Scale, resampling: &Resampling, with_judge: bool) -> Self {
        let metric = metric(scale.kind);
        if with_judge && scale.kind == Kind::Graded && scale.range.is_none() {
            let why = "judge and people may use different scales: --scale LOW,HIGH says that they do not";
            return Self {
                metric,
                alpha: Figure::none(0, why),
            };
        }
        let ratings: Vec<(u32, Vec<f64>)> = units
            .iter()
            .map(|unit| {
                let judge = unit.judge.as_ref().filter(|_| with_judge);
                let people = unit.human.iter().map(|(_, value)| value);
                let said = people.chain(judge).filter_map(|value| number(scale, value));
                (unit.cluster, said.collect())
            })
            .filter(|(_, said): &(u32, Vec<f64>)| said.len() > 1)
            .collect();
        if ratings.is_empty() {
            let why = match with_judge {
                true => "no output has a label and a verdict",
                false => "no output has labels of two raters",
            };
            return Self {
                metric,
                alpha: Figure::none(0, why),
            };
        }
        Self {
            metric,
            alpha: alpha(&ratings, metric, scale.categories.len(), resampling),
        }
    }
}

impl RaterPair {
    /// Two raters, or one and the judge.
    fn of(
        units: &[Coded],
        scale: &Scale,
        resampling: &Resampling,
        a: (Arc<str>, usize),
        b: Option<(Arc<str>, usize)>,
    ) -> Self {
        let said = |unit: &Coded, rater: usize| {
            let found = unit.human.iter().find(|(by, _)| *by as usize == rater);
            found.and_then(|(_, value)| value.category)
        };
        let both: Vec<(u32, usize, usize)> = units
            .iter()
            .filter_map(|unit| {
                let second = match &b {
                    Some((_, rater)) => said(unit, *rater),
                    None => unit.judge.and_then(|value| value.category),
                };
                Some((unit.cluster, said(unit, a.1)?, second?))
            })
            .collect();
        let clusters: Vec<u32> = both.iter().map(|(cluster, _, _)| *cluster).collect();
        let mut distinct = clusters.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let clustered = distinct.len() < clusters.len();
        let weights = weights(scale.kind, false)
            .first()
            .copied()
            .unwrap_or(KappaWeights::None);
        Self {
            with_judge: b.is_none(),
            agreement: share(
                clustered,
                both.iter().map(|(cluster, a, b)| (*cluster, 1.0, a == b)),
            ),
            weights,
            kappa: resampled(
                &clusters,
                resampling,
                "one of them always says the same",
                |chosen| {
                    let pairs = chosen.iter().filter_map(|at| both.get(*at));
                    kappa(scale.categories.len(), pairs.map(|(_, a, b)| (*a, *b)), weights)
                },
            ),
            a: a.0,
            b: b.map_or_else(|| JUDGE.into(), |(name, _)| name),
        }
    }
}
