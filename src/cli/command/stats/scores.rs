//! Scores of a table as grids, one a task.

use super::table::Table;
use super::{Args, Method};
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
    /// One value a case: the average over its epochs.
    pub fn by_case(self) -> Self {
        let mut at: HashMap<String, usize> = HashMap::new();
        let mut sums: Vec<(f64, f64)> = Vec::new();
        let (mut cases, mut clusters) = (Vec::new(), self.clusters.as_ref().map(|_| Vec::new()));
        for (row, (case, value)) in self.cases.into_iter().zip(self.values).enumerate() {
            let place = *at.entry(case.clone()).or_insert_with(|| {
                cases.push(case);
                sums.push((0.0, 0.0));
                if let Some(clusters) = &mut clusters {
                    let known = self.clusters.as_ref().and_then(|clusters| clusters.get(row));
                    clusters.extend(known.copied());
                }
                sums.len() - 1
            });
            if let Some(sum) = sums.get_mut(place) {
                sum.0 += value;
                sum.1 += 1.0;
            }
        }
        Self {
            name: self.name,
            values: sums.into_iter().map(|(sum, n)| sum / n).collect(),
            cases,
            clusters,
        }
    }

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
            let fits = match args.method {
                Method::Mean => value > 0.0,
                Method::Ratio => value >= 0.0,
                _ => true,
            };
            if !fits {
                return Err(row.wrong(&format!(
                    "the value {value} in column `{score}` is not positive, and this method is for seconds, dollars and the like; \
                     `bench stats interval` takes scores"
                )));
            }
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
