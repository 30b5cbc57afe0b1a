//! Leaderboards as tables of a page.

use crate::analyse::{Board, Row, Spend};
use crate::model::Outcome;
use crate::report::chart::scores;
use crate::report::columns::{places, rank};
use crate::report::escape_html;
use crate::report::format::Glyphs;
use crate::report::marks::Marks;
use crate::report::notes::{board_marks, board_notes};
use crate::stats::{Estimate, Percentile};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// A column: its heading, and whether it holds numbers.
const COLUMNS: [(&str, bool); 11] = [
    ("#", true),
    ("Model", false),
    ("Mean score, 95 % interval", true),
    ("Ranks", true),
    ("Pass", true),
    ("Scored", true),
    ("$ a trial", true),
    ("Cost", true),
    ("p50", true),
    ("p95", true),
    ("Tokens in/out", true),
];

/// Position of the mean score in them.
const SCORE: usize = 2;

/// A leaderboard with what stands under it.
pub(super) fn leaderboard(caption: &str, board: &Board, out: &mut dyn Write) -> io::Result<()> {
    let caption = escape_html(caption);
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table class=\"board sortable\">\n\
         <caption><span>{caption}</span></caption>\n<thead><tr>"
    )?;
    let floor = floor(board);
    let marks = board_marks(board);
    for (position, (title, number)) in COLUMNS.into_iter().enumerate() {
        let class = if number { " class=\"number\"" } else { "" };
        let scale = match position {
            SCORE if floor > 0.0 => format!("<small>bars from {floor:.1} to 1</small>"),
            SCORE => "<small>bars from 0 to 1</small>".to_owned(),
            _ => String::new(),
        };
        writeln!(out, "<th scope=\"col\"{class}>{title}{scale}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in &board.rows {
        line(row, floor, &marks, out)?;
    }
    writeln!(out, "</tbody></table></div>")?;
    let notes = board_notes(board, &marks, &escape_html);
    if !notes.is_empty() {
        writeln!(out, "<ul class=\"notes\">")?;
        for note in notes {
            writeln!(out, "<li>{}</li>", code(&note))?;
        }
        writeln!(out, "</ul>")?;
    }
    Ok(())
}

/// Our own words between backticks as code; backticks of names are escaped before.
fn code(note: &str) -> String {
    let mut out = String::new();
    for (at, part) in note.split('`').enumerate() {
        match at % 2 {
            0 => out.push_str(part),
            _ => {
                out.push_str("<code>");
                out.push_str(part);
                out.push_str("</code>");
            }
        }
    }
    out
}

fn line(row: &Row, floor: f64, marks: &Marks, out: &mut dyn Write) -> io::Result<()> {
    let mark = if row.simulated {
        " <span class=\"tag\">simulated</span>"
    } else {
        ""
    };
    writeln!(
        out,
        "<tr>{}<th scope=\"row\">{}{mark}</th>",
        number(row.rank.map(f64::from), rank(row)),
        escape_html(&row.name)
    )?;
    let scored = if row.scored == row.planned {
        row.scored.to_string()
    } else {
        format!("{}/{}", row.scored, row.planned)
    };
    writeln!(
        out,
        "<td class=\"number score\" data-v=\"{}\">{}<span>{}{}</span></td>{}",
        key(row.score.mean),
        bar(&row.score, floor),
        GLYPHS.score(&row.score),
        marks.beside(&row.score),
        number(
            row.places.map(|places| f64::from(places.best + places.worst)),
            places(row.places, &GLYPHS)
        )
    )?;
    let per_trial = row.cost.per_trial().known();
    writeln!(
        out,
        "{}{}{}{}{}{}{}</tr>",
        number(row.pass.mean, GLYPHS.percent(row.pass.mean)),
        number(Some(row.scored as f64), scored),
        number(
            per_trial.map(|cost| cost.0 as f64),
            GLYPHS.amount(row.cost.per_trial())
        ),
        number(dollars(&row.cost), GLYPHS.amount(row.cost.total())),
        duration(row.latency_p50),
        duration(row.latency_p95),
        number(
            row.tokens.per_trial().map(|(input, output)| input + output),
            GLYPHS.tokens(row.tokens.per_trial())
        ),
    )
}

fn dollars(spend: &Spend) -> Option<f64> {
    (spend.known_trials > 0).then_some(spend.known.0 as f64)
}

fn duration(percentile: Option<Percentile>) -> String {
    number(
        percentile.map(|percentile| percentile.value as f64),
        GLYPHS.duration(percentile),
    )
}

/// A cell with the value that it is sorted by.
fn number(value: Option<f64>, text: String) -> String {
    format!("<td class=\"number\" data-v=\"{}\">{text}</td>", key(value))
}

/// A value to sort by, empty where there is none.
fn key(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Where the lines of a leaderboard begin: a round score below all its intervals.
fn floor(board: &Board) -> f64 {
    let low = |row: &Row| row.score.low.or(row.score.mean);
    scores(board.rows.iter().filter_map(low).fold(1.0, f64::min)).0
}

/// The mean with its interval on a line from `floor` to 1.
fn bar(score: &Estimate, floor: f64) -> String {
    let Some(mean) = score.mean else {
        return "<svg class=\"bar\" viewBox=\"0 0 120 16\" aria-hidden=\"true\"></svg>".to_owned();
    };
    let x = |score: f64| 2.0 + (score - floor) / (1.0 - floor) * 116.0;
    let interval = score.interval().map_or_else(String::new, |(low, high)| {
        format!(
            "<rect class=\"range\" x=\"{:.1}\" y=\"4\" width=\"{:.1}\" height=\"8\" rx=\"2\"/>",
            x(low),
            (x(high) - x(low)).max(1.0)
        )
    });
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 120 16\" aria-hidden=\"true\"><path class=\"line\" d=\"M2 8H118\"/>{interval}\
         <rect class=\"mean\" x=\"{:.1}\" y=\"1\" width=\"3\" height=\"14\" rx=\"1\"/></svg>",
        x(mean) - 1.5
    )
}

/// What became of the trials of these rows: only outcomes that occur.
pub(super) fn outcome_table<'a>(
    caption: &str,
    rows: impl Iterator<Item = &'a Row>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sums: Vec<(String, [u64; Outcome::ALL.len()])> = Vec::new();
    for row in rows {
        match sums.iter_mut().find(|(name, _)| *name == row.name) {
            Some((_, sum)) => sum
                .iter_mut()
                .zip(row.outcomes)
                .for_each(|(sum, own)| *sum += own),
            None => sums.push((row.name.clone(), row.outcomes)),
        }
    }
    let shown: Vec<Outcome> = Outcome::ALL
        .into_iter()
        .filter(|outcome| {
            sums.iter()
                .any(|(_, counts)| counts.get(outcome.index()).is_some_and(|count| *count > 0))
        })
        .collect();
    let caption = escape_html(caption);
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table class=\"outcomes sortable\">\n\
         <caption><span>{caption}</span></caption>\n<thead><tr><th scope=\"col\">Model</th>"
    )?;
    for outcome in &shown {
        writeln!(out, "<th scope=\"col\" class=\"number\">{outcome}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (name, counts) in &sums {
        writeln!(out, "<tr><th scope=\"row\">{}</th>", escape_html(name))?;
        for outcome in &shown {
            let count = counts.get(outcome.index()).copied().unwrap_or(0);
            let class = if count == 0 { " muted" } else { "" };
            writeln!(out, "<td class=\"number{class}\" data-v=\"{count}\">{count}</td>")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}
