//! The ranking policy applied to the candidates of a task.

use super::front::FrontAxis;
use super::{Cell, Grid, Policy, PolicyEntry, PolicyVerdict, rank_by_policy};

/// Share of its planned trials that a candidate must have a score for, else it is disqualified.
const LEAST_SCORED: f64 = 0.9;

/// What the policy says of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyChoice {
    /// The candidates, in the order of the manifest.
    pub candidates: Vec<PolicyCandidate>,
    /// What the policy says of them, by position in `candidates`.
    pub verdict: PolicyVerdict,
}

/// A candidate as the policy sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyCandidate {
    /// As leaderboards name it.
    pub name: String,
    /// The prompt's id.
    pub prompt: String,
    /// True for simulated models.
    pub simulated: bool,
    /// Its numbers: mean score, mean latency in seconds, mean cost in dollars.
    pub entry: PolicyEntry,
}

/// Applies the policy to a task of which `trials` were planned for each candidate. A candidate whose cost (latency) is
/// unknown for a scored trial has no cost (latency); one that has a score for fewer than 90 % of its trials is disqualified.
pub fn choose(grid: &Grid, trials: u64, policy: &Policy) -> PolicyChoice {
    let candidates: Vec<PolicyCandidate> = grid
        .candidates
        .iter()
        .enumerate()
        .map(|(column, candidate)| PolicyCandidate {
            name: candidate.name.clone(),
            prompt: candidate.prompt.clone(),
            simulated: candidate.simulated,
            entry: entry(grid, column, trials),
        })
        .collect();
    let entries: Vec<PolicyEntry> = candidates.iter().map(|candidate| candidate.entry).collect();
    PolicyChoice {
        verdict: rank_by_policy(&entries, policy),
        candidates,
    }
}

fn entry(grid: &Grid, column: usize, trials: u64) -> PolicyEntry {
    let cells: Vec<Cell> = (0..grid.cases.len())
        .map(|case| grid.cell(case, column))
        .filter(|cell| cell.scored > 0)
        .collect();
    let mean = |of: &dyn Fn(&Cell) -> Option<f64>| {
        let values: Option<Vec<f64>> = cells.iter().map(of).collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    };
    let scored: u64 = cells.iter().map(|cell| u64::from(cell.scored)).sum();
    PolicyEntry {
        score: mean(&Cell::mean),
        latency: mean(&|cell| FrontAxis::Latency.of(cell)),
        cost: mean(&|cell| FrontAxis::Cost.of(cell)),
        disqualified: (scored as f64) < LEAST_SCORED * trials as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::{GridCandidate, GridTrial, PolicyStanding};
    use crate::model::Outcome;

    #[test]
    fn means_over_cases_go_into_the_policy_and_holes_disqualify() {
        let named = |name: &str| GridCandidate {
            name: name.to_owned(),
            ..GridCandidate::default()
        };
        let candidates = ["dear", "cheap", "absent", "unpriced"].map(named).to_vec();
        let mut grid = Grid::new("t".into(), false, 1, candidates);
        for case in 0..10 {
            let row = grid.case(&format!("c{case}"), None, 0);
            let mut add = |column: usize, score: Option<f64>, dollars: Option<f64>| {
                let outcome = if score.is_some() {
                    Outcome::Scored
                } else {
                    Outcome::Refused
                };
                let seconds = Some(2.0);
                grid.add(
                    row,
                    column,
                    &GridTrial {
                        outcome,
                        score,
                        pass: None,
                        dollars,
                        seconds,
                    },
                );
            };
            add(0, Some(1.0), Some(0.4));
            add(1, Some(if case == 0 { 0.8 } else { 1.0 }), Some(0.1));
            add(2, (case > 1).then_some(1.0), Some(0.1));
            add(3, Some(0.98), (case > 0).then_some(0.1));
        }
        let choice = choose(&grid, 10, &Policy::default());
        let entry = |at: usize| choice.candidates[at].entry;
        assert_eq!(entry(0).cost.map(|cost| (cost * 1e9).round()), Some(4e8));
        assert!((entry(1).score.unwrap() - 0.98).abs() < 1e-12);
        assert!(entry(2).disqualified && !entry(1).disqualified);
        assert_eq!((entry(3).cost, entry(3).latency), (None, Some(2.0)));
        assert_eq!(choice.verdict.standings[2], PolicyStanding::Disqualified);
        // .6 * .98 + .25 * 2/2 + .15 * .1/.1
        assert_eq!(
            choice.verdict.standings[1],
            PolicyStanding::Contender { three_part: 0.988 }
        );
        assert_eq!(choice.verdict.default, Some(1));
    }
}
