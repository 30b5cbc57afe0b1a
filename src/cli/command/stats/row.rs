//! What a method found.

use crate::cli::table::{Column, plain_table};
use crate::report::{escape_terminal, wrap};
use crate::stats::{Estimate, PairedEstimate, Ranged, Warning};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What `bench stats --json` prints. Numbers that there are not are null.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Found {
    /// Version of this document.
    pub schema_version: u32,
    /// How the numbers were made.
    pub method: &'static str,
    /// What the numbers are, in words.
    pub about: String,
    /// One row for each candidate, pair or part.
    pub rows: Vec<Row>,
    /// What to know of all rows.
    pub notes: Vec<String>,
}

/// A number with its interval.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Row {
    /// The task, where there are several.
    pub task: Option<String>,
    /// What it is of.
    pub name: String,
    /// What it is compared with; the estimate is `name` minus `against` (or in terms of it).
    pub against: Option<String>,
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub p: Option<f64>,
    /// p adjusted for the number of rows.
    pub p_adjusted: Option<f64>,
    /// Cases.
    pub n: Option<u64>,
    /// Independent cases that would give an interval of this width.
    pub n_eff: Option<f64>,
    /// A decision or verdict, where the method gives one.
    pub verdict: Option<String>,
    /// Further numbers by name.
    pub more: BTreeMap<Cow<'static, str>, f64>,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
}

impl Row {
    /// A row with a name only.
    pub fn named(task: Option<&str>, name: &str) -> Self {
        Self {
            task: task.map(str::to_owned),
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a warning, where there is one.
    #[must_use]
    pub fn warned(mut self, warning: Option<impl Into<String>>) -> Self {
        self.warnings.extend(warning.map(Into::into));
        self
    }

    /// Adds a number that is there and finite.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Option<f64>>) -> Self {
        if let Some(value) = value.into().filter(|value| value.is_finite()) {
            self.more.insert(name.into(), value);
        }
        self
    }

    /// The numbers of an estimate.
    #[must_use]
    pub fn estimated(self, estimate: &Estimate) -> Self {
        let clusters = estimate.clusters.map(|clusters| clusters as f64);
        Self {
            estimate: estimate.mean,
            low: estimate.low,
            high: estimate.high,
            n: Some(estimate.n),
            n_eff: estimate.n_eff,
            warnings: words(&estimate.warnings),
            ..self
        }
        .with(
            "missing",
            (estimate.missing > 0).then_some(estimate.missing as f64),
        )
        .with("se", estimate.se)
        .with("df", estimate.df)
        .with("clusters", clusters)
    }

    /// The numbers of a mean or ratio of positive values. Values that do not vary give no interval: it would have no width.
    #[must_use]
    pub fn ranged(self, ranged: &Ranged) -> Self {
        let (low, high) = match (ranged.low, ranged.high) {
            (Some(low), Some(high)) if high - low > 1e-12 * high => (Some(low), Some(high)),
            _ => (None, None),
        };
        let why = match (low, ranged.low) {
            (Some(_), _) => None,
            (None, None) => Some("no interval: it takes two cases, or two clusters of them"),
            (None, Some(_)) => Some("no interval: the values do not vary"),
        };
        Self {
            estimate: Some(ranged.value),
            low,
            high,
            n: Some(ranged.n),
            ..self
        }
        .warned(why)
    }

    /// The numbers of a difference whose second side is `name`.
    #[must_use]
    pub fn paired(self, estimate: &PairedEstimate) -> Self {
        Self {
            estimate: estimate.difference,
            low: estimate.low,
            high: estimate.high,
            p: estimate.p,
            n: Some(estimate.n),
            n_eff: estimate.n_eff,
            warnings: words(&estimate.warnings),
            ..self
        }
        .with(
            "missing",
            (estimate.missing > 0).then_some(estimate.missing as f64),
        )
        .with("se", (estimate.se > 0.0).then_some(estimate.se))
        .with("df", estimate.df)
    }
}

/// Warnings in words.
pub fn words(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(ToString::to_string).collect()
}

impl Found {
    /// What a method found.
    pub fn new(method: &'static str, about: impl Into<String>, rows: Vec<Row>) -> Self {
        Self {
            schema_version: 1,
            method,
            about: about.into(),
            rows,
            notes: Vec::new(),
        }
    }

    /// The same with a note.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// As text.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for line in wrap(
            &escape_terminal(&format!("{} ({})", self.about, self.method)),
            width,
            0,
        ) {
            text.push_str(&line);
            text.push('\n');
        }
        text.push('\n');
        let has = |of: fn(&Row) -> bool| self.rows.iter().any(of);
        let (tasks, against) = (has(|row| row.task.is_some()), has(|row| row.against.is_some()));
        let (p, adjusted) = (has(|row| row.p.is_some()), has(|row| row.p_adjusted.is_some()));
        let (verdict, bounds) = (
            has(|row| row.verdict.is_some()),
            has(|row| row.low.is_some() || row.high.is_some()),
        );
        let (n, estimate) = (has(|row| row.n.is_some()), has(|row| row.estimate.is_some()));
        let named = has(|row| !row.name.is_empty());
        let columns: Vec<(bool, Column)> = vec![
            (tasks, Column::text("task").shortenable()),
            (named, Column::text("candidate").shortenable()),
            (against, Column::text("against").shortenable()),
            (estimate, Column::number("estimate")),
            (bounds, Column::number("interval")),
            (p, Column::number("p")),
            (adjusted, Column::number("p adjusted")),
            (n, Column::number("n")),
            (verdict, Column::text("verdict")),
        ];
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let cells = [
                    row.task.clone().unwrap_or_default(),
                    row.name.clone(),
                    row.against.clone().unwrap_or_default(),
                    row.estimate.map_or_else(|| "-".to_owned(), number),
                    interval(row.low, row.high),
                    row.p.map_or_else(|| "-".to_owned(), p_number),
                    row.p_adjusted.map_or_else(|| "-".to_owned(), p_number),
                    row.n.map_or_else(|| "-".to_owned(), |n| n.to_string()),
                    row.verdict.clone().unwrap_or_default(),
                ];
                let shown = cells.into_iter().zip(&columns).filter(|(_, (shown, _))| *shown);
                shown.map(|(cell, _)| cell).collect()
            })
            .collect();
        let columns: Vec<Column> = columns
            .into_iter()
            .filter_map(|(shown, column)| shown.then_some(column))
            .collect();
        if !columns.is_empty() {
            text += &plain_table(&columns, &rows, width);
        }
        let mut notes: Vec<String> = Vec::new();
        for row in &self.rows {
            let mut parts: Vec<String> = row
                .more
                .iter()
                .map(|(name, value)| format!("{name} {}", number(*value)))
                .collect();
            parts.extend(row.warnings.iter().cloned());
            if !parts.is_empty() {
                let place: Vec<&str> = [row.task.as_deref(), Some(&*row.name), row.against.as_deref()]
                    .into_iter()
                    .flatten()
                    .filter(|part| !part.is_empty())
                    .collect();
                let place = if place.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", place.join(", "))
                };
                notes.push(format!("{place}{}", parts.join("; ")));
            }
        }
        notes.extend(self.notes.iter().cloned());
        if !notes.is_empty() {
            text.push('\n');
        }
        for note in notes {
            for line in wrap(&format!("- {}", escape_terminal(&note)), width, 2) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }
}

/// Four significant digits at most, whole numbers as they are.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e9 {
        format!("{value}")
    } else if size >= 1000.0 {
        format!("{value:.0}")
    } else if size >= 100.0 {
        format!("{value:.1}")
    } else if size >= 0.001 {
        format!("{value:.4}")
    } else {
        format!("{value:.2e}")
    }
}

fn p_number(p: f64) -> String {
    if p < 0.0001 {
        "<0.0001".to_owned()
    } else {
        format!("{p:.4}")
    }
}

fn interval(low: Option<f64>, high: Option<f64>) -> String {
    let bound = |bound: Option<f64>| bound.map_or_else(|| "?".to_owned(), number);
    match (low, high) {
        (None, None) => "-".to_owned(),
        (low, high) => format!("[{}, {}]", bound(low), bound(high)),
    }
}
