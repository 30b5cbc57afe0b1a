//! The columns of a leaderboard, for the terminal and for Markdown.

use super::format::{Glyphs, count};
use super::marks::Marks;
use crate::analyse::Row;
use crate::stats::RankInterval;

/// A column beside rank and model.
pub(super) struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Columns with a lower number stay longer when the screen gets narrow.
    pub priority: u8,
    /// The text of a row.
    pub cell: fn(&Row, &Glyphs, &Marks) -> String,
}

/// All columns, in reading order.
pub(super) const COLUMNS: [Column; 14] = [
    Column {
        title: "mean score",
        priority: 0,
        cell: |row, glyphs, marks| format!("{}{}", glyphs.score(&row.score), marks.beside(&row.score)),
    },
    Column {
        title: "ranks",
        priority: 4,
        cell: |row, glyphs, _| places(row.places, glyphs),
    },
    Column {
        title: "pass",
        priority: 1,
        cell: |row, glyphs, marks| {
            // The mean score has the same marks where it is the pass rate.
            let own = if row.pass.warnings == row.score.warnings {
                String::new()
            } else {
                marks.beside(&row.pass)
            };
            format!("{}{own}", glyphs.percent(row.pass.mean))
        },
    },
    Column {
        title: "pass 95 %",
        priority: 10,
        cell: |row, glyphs, _| match row.pass.interval() {
            Some((low, high)) => format!("[{:.1}, {:.1}]", low * 100.0, high * 100.0),
            None => glyphs.none.to_owned(),
        },
    },
    Column {
        title: "scored",
        priority: 5,
        cell: |row, _, _| {
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
        cell: |row, glyphs, _| glyphs.amount(row.cost.per_trial()),
    },
    Column {
        title: "cost",
        priority: 6,
        cell: |row, glyphs, _| glyphs.amount(row.cost.total()),
    },
    Column {
        title: "paid",
        priority: 12,
        cell: |row, glyphs, _| glyphs.amount(row.paid.total()),
    },
    Column {
        title: "p50/p95",
        priority: 3,
        cell: |row, glyphs, _| glyphs.durations(row.latency_p50.zip(row.latency_p95)),
    },
    Column {
        title: "first",
        priority: 11,
        cell: |row, glyphs, _| glyphs.duration(row.first_token_p50),
    },
    Column {
        title: "tok in/out",
        priority: 7,
        cell: |row, glyphs, _| glyphs.tokens(row.tokens.per_trial()),
    },
    Column {
        title: "cached",
        priority: 8,
        cell: |row, _, _| count(row.cache_hits),
    },
    Column {
        title: "retries",
        priority: 9,
        cell: |row, _, _| count(row.retries),
    },
    Column {
        title: "no answer",
        priority: 13,
        cell: |row, _, _| count(row.no_answer),
    },
];

/// The rank, empty without a score; `=` behind it where the row is not told apart from the best.
pub(super) fn rank(row: &Row) -> String {
    row.rank.map_or_else(String::new, |rank| ranked(rank, row.tied))
}

/// A rank with its mark.
pub(super) fn ranked(rank: u32, tied: bool) -> String {
    format!("{rank}{}", if tied { TIED } else { "" })
}

/// Mark of rows that are not told apart from the best.
pub(super) const TIED: &str = "=";

/// `1-3`, or `2` where there is one place only.
pub(super) fn places(places: Option<RankInterval>, glyphs: &Glyphs) -> String {
    match places {
        None => glyphs.none.to_owned(),
        Some(RankInterval { best, worst }) if best == worst => best.to_string(),
        Some(RankInterval { best, worst }) => format!("{best}-{worst}"),
    }
}
