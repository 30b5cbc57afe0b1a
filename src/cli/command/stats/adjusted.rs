//! p-values adjusted for their number.

use super::row::{Found, Row};
use super::table::Table;
use super::{Args, Method};
use crate::cli::failure::Failure;
use crate::stats::{benjamini_hochberg, holm};

/// Adjusts. Scores are not taken for p-values: another column than `p` is named with --score.
pub fn adjusted(args: &Args, table: &Table) -> Result<Found, Failure> {
    let column = table.needed(args.score.as_deref(), &["p", "p_value"])?;
    let name = table.column(
        args.candidate.as_deref(),
        &["name", "candidate", "model", "case", "id"],
    )?;
    let (mut rows, mut p) = (Vec::new(), Vec::new());
    for row in table.rows() {
        let value = row.number(column)?;
        let value = value
            .filter(|p| (0.0..=1.0).contains(p))
            .ok_or_else(|| row.wrong("a p-value is 0 to 1"))?;
        p.push(value);
        let name = name
            .and_then(|name| row.text(name))
            .unwrap_or_else(|| p.len().to_string());
        rows.push(Row {
            p: Some(value),
            ..Row::named(None, &name)
        });
    }
    let (method, about, found) = match args.method {
        Method::Holm => ("holm", "p adjusted for any false rejection", holm(&p)),
        _ => (
            "benjamini-hochberg",
            "p adjusted for the share of false rejections: exploratory",
            benjamini_hochberg(&p),
        ),
    };
    for (row, adjusted) in rows.iter_mut().zip(found) {
        row.p_adjusted = Some(adjusted);
    }
    Ok(Found::new(method, about, rows))
}
