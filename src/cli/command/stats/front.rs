//! Which candidates nobody beats on quality and cost at once.

use super::Args;
use super::row::{Found, Row};
use super::table::Table;
use crate::cli::failure::Failure;
use crate::stats::{FrontColumn, REPLICATES, front_membership};
use std::collections::HashMap;

/// The front of score and cost.
pub fn front(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = super::scores::Scores::read(args, table, true)?;
    let [grid] = scores.grids.as_slice() else {
        return Err(table.wrong("a front is of one task; the table has several"));
    };
    let case = table.needed(args.case.as_deref(), &["case", "case_id", "id", "doc_id"])?;
    let candidate = table.column(args.candidate.as_deref(), &["candidate", "model", "system"])?;
    let column = table.needed(Some(&args.cost), &[])?;
    let mut sums: HashMap<(String, String), (f64, f64)> = HashMap::new();
    for row in table.rows() {
        if let (Some(case), Some(cost)) = (row.text(case), row.number(column)?) {
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
    let members = front_membership(&columns, grid.dense_clusters().as_deref(), REPLICATES, args.seed);
    let rows = grid.candidates.iter().zip(&members).map(|(candidate, member)| {
        let mut row = Row {
            estimate: Some(member.quality),
            verdict: Some(format!("{} the front", member.place().name())),
            ..Row::named(None, &candidate.name)
        }
        .with("cost", member.cost)
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
    Ok(Found::new(
        "paired-cluster-bootstrap",
        format!("Front of score and {} (seed {})", args.cost, args.seed),
        rows.collect(),
    ))
}
