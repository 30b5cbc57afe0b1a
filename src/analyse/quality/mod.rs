//! Which cases carry the decision, and which are dead, saturated, flaky, doubled or wrong.

mod subset;
mod suspects;

pub use subset::{Subset, SubsetOutcome};
pub use suspects::{CaseReader, Suspect};

use super::Grid;
use crate::stats::{Ranking, pearson, rank_intervals};

/// Two-sided level of the paired comparisons.
const ALPHA: f64 = 0.05;
/// Candidates that a correlation over candidates needs.
const FEWEST_CANDIDATES: usize = 3;
/// Candidates that "the better ones fail it" needs: a correlation over three is mostly chance.
const FEWEST_FOR_INVERSE: usize = 4;
/// A correlation below this is told.
const INVERSE: f64 = -0.3;
/// Scores that differ by less are equal.
const SAME: f64 = 1e-12;

/// The quality of a task's cases.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskQuality {
    /// The task's name.
    pub task: String,
    /// Candidates with a score.
    pub candidates: Vec<String>,
    /// Its cases, in their order.
    pub cases: Vec<CaseQuality>,
    /// Cases with the same variables, by position, groups of at least two.
    pub duplicates: Vec<Vec<usize>>,
    /// Cases whose golden output may be wrong, the most agreement first.
    pub suspects: Vec<Suspect>,
    /// The candidates whose agreement counts there.
    pub strong: Vec<String>,
    /// The smallest subset that keeps the ranking.
    pub subset: SubsetOutcome,
}

/// The quality of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseQuality {
    /// Its id.
    pub id: String,
    /// Candidates with a score.
    pub candidates: u32,
    /// Mean score over them; `None` without any.
    pub mean: Option<f64>,
    /// Correlation, over candidates, of the score of this case with the mean of all others (point-biserial for yes/no
    /// scores): 1 where the better candidates solve it and the others do not. `None` where it is not defined.
    pub discrimination: Option<f64>,
    /// Every candidate has the full score, in every epoch.
    pub saturated: bool,
    /// No candidate has a score above 0 in any epoch.
    pub dead: bool,
    /// Candidates whose epochs do not agree.
    pub flaky: u32,
    /// Candidates with at least two epochs.
    pub repeated: u32,
    /// The better candidates fail it, the others do not.
    pub inverse: bool,
}

/// The quality of the cases of a grid, without what needs their texts.
pub fn task_quality(grid: &Grid, reader: &CaseReader, seed: u64) -> TaskQuality {
    let columns: Vec<usize> = scored_columns(grid);
    let values: Vec<Vec<Option<f64>>> = columns
        .iter()
        .map(|column| grid.means(*column).collect())
        .collect();
    let totals: Vec<(f64, f64)> = values
        .iter()
        .map(|column| {
            let scores = column.iter().flatten();
            scores.fold((0.0, 0.0), |(sum, count), score| (sum + score, count + 1.0))
        })
        .collect();
    let cases: Vec<CaseQuality> = (0..grid.cases.len())
        .map(|case| case_quality(grid, case, &columns, &values, &totals))
        .collect();
    let clusters = grid.dense_clusters();
    let ranking = rank_intervals(&values, clusters.as_deref(), grid.epochs > 1, ALPHA);
    TaskQuality {
        task: grid.task.to_string(),
        candidates: columns
            .iter()
            .map(|column| candidate_name(grid, *column))
            .collect(),
        duplicates: reader.duplicates(),
        suspects: reader.suspects(),
        strong: reader
            .strong()
            .iter()
            .map(|column| candidate_name(grid, *column))
            .collect(),
        subset: subset::smallest(&values, &ranking, clusters.as_deref(), grid.epochs > 1, seed),
        cases,
    }
}

/// The columns that have a score.
fn scored_columns(grid: &Grid) -> Vec<usize> {
    (0..grid.candidates.len())
        .filter(|column| grid.means(*column).any(|mean| mean.is_some()))
        .collect()
}

/// The name of a column, with its prompt where the grid has several.
fn candidate_name(grid: &Grid, column: usize) -> String {
    let Some(candidate) = grid.candidates.get(column) else {
        return String::new();
    };
    let several = grid
        .candidates
        .iter()
        .any(|other| other.prompt != candidate.prompt);
    if several {
        format!("{} with prompt {}", candidate.name, candidate.prompt)
    } else {
        candidate.name.clone()
    }
}

fn case_quality(
    grid: &Grid,
    case: usize,
    columns: &[usize],
    values: &[Vec<Option<f64>>],
    totals: &[(f64, f64)],
) -> CaseQuality {
    let (mut own, mut rest) = (Vec::new(), Vec::new());
    let (mut sum, mut count, mut ones, mut zeros, mut flaky, mut repeated) = (0.0, 0_u32, 0, 0, 0, 0);
    for ((column, scores), (total, scored)) in columns.iter().zip(values).zip(totals) {
        let cell = grid.cell(case, *column);
        let Some(score) = scores.get(case).copied().flatten() else {
            continue;
        };
        sum += score;
        count += 1;
        ones += u32::from(score >= 1.0 - SAME);
        zeros += u32::from(score <= SAME);
        if let Some(variance) = cell.variance() {
            repeated += 1;
            flaky += u32::from(variance > SAME);
        }
        if *scored > 1.0 {
            own.push(score);
            rest.push((total - score) / (scored - 1.0));
        }
    }
    let discrimination = if own.len() >= FEWEST_CANDIDATES {
        pearson(&own, &rest)
    } else {
        None
    };
    CaseQuality {
        id: grid
            .cases
            .get(case)
            .map_or_else(String::new, |case| case.id.to_string()),
        candidates: count,
        mean: (count > 0).then(|| sum / f64::from(count)),
        discrimination,
        saturated: count > 0 && ones == count,
        dead: count > 0 && zeros == count,
        flaky,
        repeated,
        inverse: own.len() >= FEWEST_FOR_INVERSE && discrimination.is_some_and(|value| value < INVERSE),
    }
}

/// Pairs that are told apart, the better column first.
fn established(ranking: &Ranking) -> Vec<(usize, usize)> {
    let told = ranking.pairs.iter().filter(|pair| pair.p_holm <= ALPHA);
    told.filter_map(|pair| {
        let difference = pair.difference?;
        Some(if difference > 0.0 {
            (pair.a, pair.b)
        } else {
            (pair.b, pair.a)
        })
    })
    .collect()
}

#[cfg(test)]
mod tests;
