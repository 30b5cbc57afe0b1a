//! A judge of pairs: each order alone, and both together.

use super::Resampling;
use super::code::Coded;
use super::figure::{Figure, Share, share};
use super::numbers::{kappa, resampled};
use super::scale::OUTCOMES;
use crate::stats::KappaWeights;

/// Position of the tie among the outcomes.
const TIE: usize = 1;

/// A judge of pairs: each order alone, and both together.
#[derive(Clone, Debug, PartialEq)]
pub struct PairFigures {
    /// The judged output shown first.
    pub first: OrderFigures,
    /// The judged output shown second.
    pub second: OrderFigures,
    /// The average of both orders' accuracy, where both have a verdict.
    pub average: Figure,
    /// How often both orders are right.
    pub both: Figure,
    /// How often both orders say the same.
    pub consistency: Figure,
    /// Agreement of the two orders beyond chance.
    pub consistency_kappa: Figure,
    /// Pairs whose winner depends on the order.
    pub flips: u64,
    /// Of the flips, those where the output that is shown first wins both times.
    pub flips_to_first: u64,
    /// Ties that people gave.
    pub human_ties: u64,
    /// Pairs with a verdict in one order only.
    pub one_order: u64,
}

/// Verdicts in one order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderFigures {
    /// Pairs with a label and a verdict.
    pub n: u64,
    /// Those where the verdict is the label.
    pub correct: u64,
    /// Labelled pairs without a verdict.
    pub missing: u64,
    /// Ties that the judge gave.
    pub ties: u64,
    /// How often the verdict is the label.
    pub accuracy: Figure,
    /// The same where neither is a tie.
    pub accuracy_without_ties: Figure,
    /// Agreement with people beyond chance.
    pub kappa: Figure,
}

/// Cluster, label, and the verdicts by order.
type Row = (u32, usize, [Option<usize>; 2]);

impl PairFigures {
    pub(super) fn of(units: &[Coded], clustered: bool, resampling: &Resampling) -> Self {
        let rows: Vec<Row> = units
            .iter()
            .filter_map(|unit| Some((unit.cluster, unit.together.category?, unit.orders)))
            .collect();
        // Consistency needs no label.
        let twice: Vec<(u32, usize, usize)> = units
            .iter()
            .filter_map(|unit| match unit.orders {
                [Some(first), Some(second)] => Some((unit.cluster, first, second)),
                _ => None,
            })
            .collect();
        let mut average = Share::new(clustered);
        let mut both = Vec::new();
        for (cluster, label, orders) in &rows {
            if let [Some(first), Some(second)] = orders {
                let right = usize::from(first == label) + usize::from(second == label);
                average.add(right as f64 / 2.0, *cluster, 1.0);
                both.push((*cluster, 1.0, right == 2));
            }
        }
        let flips = || twice.iter().filter(|(_, first, second)| first != second);
        let clusters: Vec<u32> = twice.iter().map(|(cluster, _, _)| *cluster).collect();
        Self {
            first: OrderFigures::of(&rows, 0, clustered, resampling),
            second: OrderFigures::of(&rows, 1, clustered, resampling),
            average: average.figure(),
            both: share(clustered, both.into_iter()),
            consistency: share(
                clustered,
                twice
                    .iter()
                    .map(|(cluster, first, second)| (*cluster, 1.0, first == second)),
            ),
            consistency_kappa: resampled(
                &clusters,
                resampling,
                "the judge always says the same",
                |chosen| {
                    let pairs = chosen.iter().filter_map(|at| twice.get(*at));
                    kappa(
                        OUTCOMES.len(),
                        pairs.map(|(_, a, b)| (*a, *b)),
                        KappaWeights::None,
                    )
                },
            ),
            flips: flips().count() as u64,
            flips_to_first: flips()
                .filter(|(_, first, second)| (*first, *second) == (0, 2))
                .count() as u64,
            human_ties: rows.iter().filter(|(_, label, _)| *label == TIE).count() as u64,
            one_order: units
                .iter()
                .filter(|unit| unit.orders.iter().flatten().count() == 1)
                .count() as u64,
        }
    }
}

impl OrderFigures {
    fn of(rows: &[Row], order: usize, clustered: bool, resampling: &Resampling) -> Self {
        let said: Vec<(u32, usize, usize)> = rows
            .iter()
            .filter_map(|(cluster, label, orders)| {
                Some((*cluster, *label, orders.get(order).copied().flatten()?))
            })
            .collect();
        let right = |(cluster, label, verdict): &(u32, usize, usize)| (*cluster, 1.0, label == verdict);
        let clusters: Vec<u32> = said.iter().map(|(cluster, _, _)| *cluster).collect();
        let decided = said
            .iter()
            .filter(|(_, label, verdict)| *label != TIE && *verdict != TIE);
        Self {
            n: said.len() as u64,
            correct: said.iter().filter(|row| right(row).2).count() as u64,
            missing: (rows.len() - said.len()) as u64,
            ties: said.iter().filter(|(_, _, verdict)| *verdict == TIE).count() as u64,
            accuracy: share(clustered, said.iter().map(right)),
            accuracy_without_ties: share(clustered, decided.map(right)),
            kappa: resampled(
                &clusters,
                resampling,
                "the judge or people always say the same",
                |chosen| {
                    let pairs = chosen.iter().filter_map(|at| said.get(*at));
                    kappa(
                        OUTCOMES.len(),
                        pairs.map(|(_, label, verdict)| (*verdict, *label)),
                        KappaWeights::None,
                    )
                },
            ),
        }
    }
}
