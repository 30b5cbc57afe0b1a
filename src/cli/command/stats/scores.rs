//! Scores of a table as grids, one a task.

use super::Args;
use super::table::Table;
use crate::analyse::{Grid, GridCandidate, GridTrial};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use std::collections::HashMap;

/// Scores by task, case and candidate.
pub struct Scores {
    /// One grid a task.
    pub grids: Vec<Grid>,
    /// Whether there is a column of tasks.
    pub by_task: bool,
}

impl Scores {
    /// Reads the scores; `paired` methods need a column of cases.
    pub fn read(args: &Args, table: &Table, paired: bool) -> Result<Self, Failure> {
        let score = table.needed(args.score.as_deref(), &["score", "value"])?;
        let usual = ["case", "case_id", "id", "doc_id"];
        let case = match paired {
            true => Some(table.needed(args.case.as_deref(), &usual)?),
            false => table.column(args.case.as_deref(), &usual)?,
        };
        let candidate = table.column(args.candidate.as_deref(), &["candidate", "model", "system"])?;
        let cluster = table.column(args.cluster.as_deref(), &["cluster"])?;
        let task = table.column(args.task.as_deref(), &["task"])?;
        let mut grids: Vec<Grid> = Vec::new();
        let mut tasks: HashMap<String, usize> = HashMap::new();
        let mut columns: HashMap<(usize, String), usize> = HashMap::new();
        for (at, row) in table.rows().enumerate() {
            let text = |column: Option<&str>| column.and_then(|column| row.text(column));
            let name = text(task).unwrap_or_default();
            let grid_at = *tasks.entry(name.clone()).or_insert_with(|| {
                grids.push(Grid::new(name.into(), cluster.is_some(), 1, Vec::new()));
                grids.len() - 1
            });
            let Some(grid) = grids.get_mut(grid_at) else {
                continue;
            };
            let name = text(candidate).unwrap_or_default();
            let column = *columns.entry((grid_at, name.clone())).or_insert_with(|| {
                grid.candidate(GridCandidate {
                    name,
                    ..GridCandidate::default()
                })
            });
            let id = match case {
                Some(case) => row
                    .text(case)
                    .ok_or_else(|| row.wrong(&format!("the case in column `{case}` is empty")))?,
                None => at.to_string(),
            };
            let scale = args.scale.unwrap_or_default();
            let value = row.number(score)?.map(|value| scale.map(value));
            if let Some(value) = value.filter(|value| !(-1e-9..=1.0 + 1e-9).contains(value)) {
                let shown = row.text(score).unwrap_or_else(|| value.to_string());
                return Err(row.wrong(&format!(
                    "the score {shown} is outside of {scale}; name the range of the scores with --scale LOW:HIGH"
                )));
            }
            let row_at = grid.case(&id, text(cluster).as_deref(), 0);
            let trial = GridTrial {
                outcome: Outcome::Scored,
                score: value,
                pass: value.map(|value| value >= 1.0),
                dollars: None,
                seconds: None,
            };
            grid.add(row_at, column, &trial);
            grid.epochs = grid.epochs.max(grid.cell(row_at, column).trials);
        }
        Ok(Self {
            grids,
            by_task: task.is_some(),
        })
    }

    /// The name of a grid's task, where there is a column of tasks.
    pub fn task<'g>(&self, grid: &'g Grid) -> Option<&'g str> {
        self.by_task.then_some(&*grid.task)
    }
}

/// Values of one candidate as they are, with their cases and clusters.
pub struct Values {
    /// The candidate's name.
    pub name: String,
    /// The values.
    pub values: Vec<f64>,
    /// The case of each, where there is a column of cases.
    pub cases: Vec<String>,
    /// The cluster of each, where there is a column of clusters.
    pub clusters: Option<Vec<u32>>,
}

impl Values {
    /// Reads values without a range, candidate by candidate.
    pub fn read(args: &Args, table: &Table, paired: bool) -> Result<Vec<Self>, Failure> {
        let score = table.needed(
            args.score.as_deref(),
            &["score", "value", "seconds", "latency", "cost"],
        )?;
        let usual = ["case", "case_id", "id", "doc_id"];
        let case = match paired {
            true => Some(table.needed(args.case.as_deref(), &usual)?),
            false => table.column(args.case.as_deref(), &usual)?,
        };
        let candidate = table.column(args.candidate.as_deref(), &["candidate", "model", "system"])?;
        let cluster = table.column(args.cluster.as_deref(), &["cluster"])?;
        let mut found: Vec<Self> = Vec::new();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        for (at, row) in table.rows().enumerate() {
            let text = |column: Option<&str>| column.and_then(|column| row.text(column));
            let Some(value) = row.number(score)? else {
                continue;
            };
            let name = text(candidate).unwrap_or_default();
            let place = match found.iter().position(|known| known.name == name) {
                Some(place) => place,
                None => {
                    found.push(Self {
                        name,
                        values: Vec::new(),
                        cases: Vec::new(),
                        clusters: cluster.map(|_| Vec::new()),
                    });
                    found.len() - 1
                }
            };
            if let Some(own) = found.get_mut(place) {
                own.values.push(value);
                own.cases.push(text(case).unwrap_or_else(|| at.to_string()));
                if let Some(clusters) = &mut own.clusters {
                    let name = text(cluster).unwrap_or_else(|| format!("\u{0}{at}"));
                    let next = numbers.len() as u32;
                    clusters.push(*numbers.entry(name).or_insert(next));
                }
            }
        }
        if found.is_empty() {
            return Err(table.wrong("no row has a value"));
        }
        Ok(found)
    }
}
