//! Rows of the same case and candidate: epochs, or a row that is there twice.

use super::table::Table;
use super::{Args, Method};
use crate::cli::failure::Failure;
use std::collections::HashMap;

/// Checks what rows of the same case say; returns what to know of them.
pub fn check(args: &Args, table: &Table) -> Result<Option<String>, Failure> {
    let reads_cases = !matches!(
        args.method,
        Method::Holm
            | Method::BenjaminiHochberg
            | Method::BradleyTerry
            | Method::Ppi
            | Method::Kappa
            | Method::Alpha
            | Method::Percentile
    );
    let usual = ["case", "case_id", "id", "doc_id"];
    let Some(case) = table
        .column(args.case.as_deref(), &usual)?
        .filter(|_| reads_cases)
    else {
        return Ok(None);
    };
    let candidate = table.column(args.candidate.as_deref(), &["candidate", "model", "system"])?;
    let task = table.column(args.task.as_deref(), &["task"])?;
    let cluster = table.column(args.cluster.as_deref(), &["cluster"])?;
    let epoch = table.column(None, &["epoch"])?;
    let mut trials: HashMap<(String, String, String, String), u32> = HashMap::new();
    let mut clusters: HashMap<(String, String), Option<String>> = HashMap::new();
    let mut most = 1;
    for row in table.rows() {
        let text = |column: Option<&str>| column.and_then(|column| row.text(column));
        let Some(id) = row.text(case) else {
            continue;
        };
        let task = text(task).unwrap_or_default();
        if cluster.is_some() {
            let own = text(cluster);
            let known = clusters
                .entry((task.clone(), id.clone()))
                .or_insert_with(|| own.clone());
            if *known != own {
                let shown = |name: &Option<String>| match name {
                    Some(name) => format!("the cluster `{name}`"),
                    None => "no cluster".to_owned(),
                };
                return Err(row.wrong(&format!(
                    "the case `{id}` is in {} here and in {} before",
                    shown(&own),
                    shown(known)
                )));
            }
        }
        let name = text(candidate).unwrap_or_default();
        let number = text(epoch).unwrap_or_default();
        let count = trials
            .entry((task, id.clone(), name.clone(), number.clone()))
            .or_default();
        *count += 1;
        if epoch.is_some() && *count > 1 {
            let of = if name.is_empty() {
                String::new()
            } else {
                format!(" of `{name}`")
            };
            let number = if number.is_empty() {
                "without an epoch".to_owned()
            } else {
                format!("with the epoch {number}")
            };
            return Err(row.wrong(&format!("the case `{id}`{of} is there twice {number}")));
        }
        most = most.max(*count);
    }
    Ok((most > 1).then(|| {
        format!(
            "rows of the same case and candidate (up to {most}) are taken for epochs, and averaged first; a column `epoch` would \
             tell repeats from rows that are there twice"
        )
    }))
}
