//! Which candidates nobody beats on quality and cost at once.

use super::Args;
use super::row::{Found, Row};
use super::scores::Scores;
use super::table::Table;
use crate::cli::failure::Failure;
use crate::stats::{FrontColumn, FrontPlace, REPLICATES, Warning, front_membership};
use std::collections::{BTreeSet, HashMap};

/// Fewer cases, or clusters of them, give a rough picture.
const FEW: (usize, usize) = (30, 10);

/// The front of score and cost.
pub fn front(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, true)?;
    let [grid] = scores.grids.as_slice() else {
        return Err(table.wrong("a front is of one task; the table has several"));
    };
    let case = table.needed(args.case.as_deref(), &["case", "case_id", "id", "doc_id"])?;
    let candidate = table.column(args.candidate.as_deref(), &["candidate", "model", "system"])?;
    let column = table.needed(Some(args.cost()), &[])?;
    let mut sums: HashMap<(String, String), (f64, f64)> = HashMap::new();
    for row in table.rows() {
        if let (Some(case), Some(cost)) = (row.text(case), row.number(column)?) {
            if cost < 0.0 {
                return Err(row.wrong(&format!("the {column} {cost} is below 0")));
            }
            let name = candidate
                .and_then(|candidate| row.text(candidate))
                .unwrap_or_default();
            let sum = sums.entry((case, name)).or_default();
            sum.0 += cost;
            sum.1 += 1.0;
        }
    }
    let columns: Vec<FrontColumn> = grid
        .candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| FrontColumn {
            quality: grid.means(at).map(|mean| mean.unwrap_or(f64::NAN)).collect(),
            cost: grid
                .cases
                .iter()
                .map(|case| {
                    let key = (case.id.to_string(), candidate.name.clone());
                    sums.get(&key).map_or(f64::NAN, |(sum, n)| sum / n)
                })
                .collect(),
        })
        .collect();
    let clusters = grid.dense_clusters();
    let complete: Vec<usize> = (0..grid.cases.len())
        .filter(|at| {
            let known = |values: &[f64]| values.get(*at).is_some_and(|value| value.is_finite());
            columns
                .iter()
                .all(|column| known(&column.quality) && known(&column.cost))
        })
        .collect();
    if complete.is_empty() {
        return Err(table.wrong(&format!(
            "no case has a score and a value of `{column}` of every candidate"
        )));
    }
    let members = front_membership(&columns, clusters.as_deref(), REPLICATES, args.seed());
    let rows = grid.candidates.iter().zip(&members).map(|(candidate, member)| {
        let mut row = Row {
            estimate: Some(member.quality),
            n: Some(complete.len() as u64),
            verdict: Some(
                match member.place() {
                    FrontPlace::On => "on the front",
                    FrontPlace::Off => "off the front",
                    FrontPlace::Unclear => "unclear",
                }
                .to_owned(),
            ),
            ..Row::named(None, &candidate.name)
        }
        .with(column.to_owned(), member.cost)
        .with("P(on front)", member.p_on_front)
        .with("P(best)", member.p_best);
        if let Some((by, share)) = member.dominated_by.filter(|_| !member.on_front)
            && let Some(other) = grid.candidates.get(by)
        {
            row.warnings
                .push(format!("dominated by {} (P {share:.2})", other.name));
        }
        row
    });
    let mut found = Found::new(
        "paired-cluster-bootstrap",
        format!("Front of score and {column} (seed {})", args.seed()),
        rows.collect(),
    );
    if complete.len() < FEW.0 {
        found = found.noted(Warning::SmallSample(complete.len() as u64).to_string());
    }
    if let Some(clusters) = &clusters {
        let distinct: BTreeSet<u32> = complete
            .iter()
            .filter_map(|at| clusters.get(*at).copied())
            .collect();
        if distinct.len() < FEW.1 {
            found = found.noted(format!("few clusters ({})", distinct.len()));
        }
    }
    let left_out = grid.cases.len() - complete.len();
    if left_out > 0 {
        found = found.noted(format!(
            "{left_out} of {} cases left out: not every candidate has a score and a value of `{column}` in them",
            grid.cases.len()
        ));
    }
    Ok(found)
}
