//! The columns of a leaderboard, for the terminal and for Markdown.

use super::format::{Glyphs, count};
use crate::analyse::Row;

/// A column beside rank and model.
pub(super) struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Columns with a lower number stay longer when the screen gets narrow.
    pub priority: u8,
    /// The text of a row.
    pub cell: fn(&Row, &Glyphs) -> String,
}

/// All columns, in reading order.
pub(super) const COLUMNS: [Column; 13] = [
    Column {
        title: "mean score",
        priority: 0,
        cell: |row, glyphs| glyphs.score(&row.score),
    },
    Column {
        title: "pass",
        priority: 1,
        cell: |row, glyphs| glyphs.percent(row.pass.mean),
    },
    Column {
        title: "pass 95 %",
        priority: 10,
        cell: |row, glyphs| match row.pass.interval() {
            Some((low, high)) => format!("[{:.1}, {:.1}]", low * 100.0, high * 100.0),
            None => glyphs.none.to_owned(),
        },
    },
    Column {
        title: "scored",
        priority: 5,
        cell: |row, _| {
            if row.scored == row.planned {
                count(row.scored)
            } else {
                format!("{}/{}", count(row.scored), count(row.planned))
            }
        },
    },
    Column {
        title: "$/trial",
        priority: 2,
        cell: |row, glyphs| glyphs.amount(row.cost.per_trial()),
    },
    Column {
        title: "cost",
        priority: 6,
        cell: |row, glyphs| glyphs.amount(row.cost.total()),
    },
    Column {
        title: "paid",
        priority: 12,
        cell: |row, glyphs| glyphs.amount(row.paid.total()),
    },
    Column {
        title: "p50/p95",
        priority: 3,
        cell: |row, glyphs| glyphs.durations(row.latency_p50.zip(row.latency_p95)),
    },
    Column {
        title: "first",
        priority: 11,
        cell: |row, glyphs| glyphs.duration(row.first_token_p50),
    },
    Column {
        title: "tok in/out",
        priority: 7,
        cell: |row, glyphs| glyphs.tokens(row.tokens.per_trial()),
    },
    Column {
        title: "cached",
        priority: 8,
        cell: |row, _| count(row.cache_hits),
    },
    Column {
        title: "retries",
        priority: 9,
        cell: |row, _| count(row.retries),
    },
    Column {
        title: "no answer",
        priority: 13,
        cell: |row, _| count(row.no_answer),
    },
];

/// The rank, empty without a score.
pub(super) fn rank(row: &Row) -> String {
    row.rank.map_or_else(String::new, |rank| rank.to_string())
}
