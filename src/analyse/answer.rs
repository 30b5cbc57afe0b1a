//! Which model should do this job? The best mean, and those that paired tests on the same cases do not tell apart from it.

use super::Row;
use super::standing::Standing;

/// Means closer than this are equal: sums of the same scores may differ in their last digits.
pub(super) const SAME: f64 = 1e-12;

/// The answer of a task. Candidates are given by their position in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Those with the best mean score; several where they tie, none where nothing was scored.
    pub leaders: Vec<u32>,
    /// The one with the next best mean.
    pub next: Option<u32>,
    /// Those behind the leaders that a paired test does not tell apart from each of them, best first: the lead over them
    /// is not established.
    pub tied: Vec<u32>,
    /// Those behind the leaders whose interval reaches the leaders' interval, best first; one without an interval counts
    /// as reaching it. A description of the intervals, no decision: the paired test is sharper.
    pub overlapping: Vec<u32>,
    /// The cheapest of the leaders and those tied with them, per trial, as far as their cost is known.
    pub cheapest: Option<u32>,
    /// How many of the leaders and those tied with them have an unknown cost.
    pub unknown_costs: usize,
    /// Candidates in all.
    pub candidates: usize,
}

impl Answer {
    /// Reads the answer off the rows of a task and the comparisons of its candidates.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Row>, standing: &Standing) -> Self {
        let rows: Vec<&Row> = rows.collect();
        let mut ranked: Vec<(f64, &Row)> = rows
            .iter()
            .filter_map(|row| Some((row.score.mean?, *row)))
            .collect();
        ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let best = ranked.first().map_or(0.0, |(mean, _)| *mean);
        let (leaders, rest): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|(mean, _)| best - mean <= SAME);
        let reached = leaders.iter().map(|(_, row)| row.score.low).min_by(|a, b| {
            let bound = |low: &Option<f64>| low.unwrap_or(0.0);
            bound(a).total_cmp(&bound(b))
        });
        let reached = reached.flatten();
        let overlaps = |row: &Row| match (reached, row.score.high) {
            (Some(low), Some(high)) => high >= low,
            _ => true,
        };
        let overlapping: Vec<&Row> = rest
            .iter()
            .map(|(_, row)| *row)
            .filter(|row| overlaps(row))
            .collect();
        let told_apart = |row: &Row| {
            leaders
                .iter()
                .all(|(_, leader)| standing.told_apart(leader.candidate, row.candidate))
        };
        let tied: Vec<&Row> = rest
            .iter()
            .map(|(_, row)| *row)
            .filter(|row| !told_apart(row))
            .collect();
        let contenders = || leaders.iter().map(|(_, row)| *row).chain(tied.iter().copied());
        let unknown_costs = contenders()
            .filter(|row| row.cost.per_trial().known().is_none())
            .count();
        Self {
            cheapest: cheapest(contenders()).map(|row| row.candidate),
            unknown_costs,
            leaders: leaders.iter().map(|(_, row)| row.candidate).collect(),
            next: rest.first().map(|(_, row)| row.candidate),
            tied: tied.iter().map(|row| row.candidate).collect(),
            overlapping: overlapping.iter().map(|row| row.candidate).collect(),
            candidates: rows.len(),
        }
    }
}

/// The lowest cost per trial; the better mean where two cost the same.
fn cheapest<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<&'a Row> {
    let mut best: Option<(&Row, crate::model::Money)> = None;
    for row in rows {
        let Some(cost) = row.cost.per_trial().known() else {
            continue;
        };
        if best.is_none_or(|(_, lowest)| cost < lowest) {
            best = Some((row, cost));
        }
    }
    best.map(|(row, _)| row)
}
