//! The page of what changed against an earlier run.

use crate::analyse::Analysis;
use crate::analyse::compare::{Flip, PairComparison, TaskComparison};
use crate::report::compare::{
    AGAINST, Against, against_lines, against_rows, against_sentence, called, compare_notes, pass_share,
};
use crate::report::escape_html;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Characters of an output that are shown.
const MOST_TEXT: usize = 2_000;

/// The answer, for the first page.
pub(super) fn headline(against: &Against<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<p class=\"answer small\">{} <a href=\"#changes\">What changed</a></p>",
        against_sentence(against, &bold)
    )
}

fn bold(name: &str) -> String {
    format!("<b>{}</b>", escape_html(name))
}

/// The page.
pub(super) fn section(analysis: &Analysis, against: &Against<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = escape_html(&format!("Changes against {}", against.sides.a));
    writeln!(
        out,
        "<section id=\"changes\" class=\"view\" aria-labelledby=\"changes-title\">\n<h2 id=\"changes-title\">{title}</h2>\n\
         <p class=\"answer small\">{}</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\
         <table class=\"sortable names\">\n<caption><span>Each candidate on the same cases, before and now</span></caption>\n\
         <thead><tr>",
        against_sentence(against, &bold)
    )?;
    for (heading, number) in AGAINST {
        let class = if number { " class=\"number\"" } else { "" };
        let (first, rest) = heading.split_at(1);
        // A p is never written large.
        let first = if heading.starts_with("p") {
            first.to_owned()
        } else {
            first.to_uppercase()
        };
        write!(out, "<th scope=\"col\"{class}>{first}{rest}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in against_rows(against, &escape_html) {
        write!(out, "<tr>")?;
        for (at, (cell, (_, number))) in row.iter().zip(AGAINST).enumerate() {
            match (at, number) {
                (0, _) => write!(out, "<th scope=\"row\">{cell}</th>")?,
                // Sorted by the number that it begins with.
                (_, true) => write!(out, "<td class=\"number\" data-v=\"{}\">{cell}</td>", key(cell))?,
                (_, false) => write!(out, "<td>{cell}</td>")?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>\n<ul class=\"notes\">")?;
    for line in against_lines(against, &escape_html) {
        writeln!(out, "<li>{line}</li>")?;
    }
    writeln!(out, "</ul>")?;
    let comparison = against.comparison;
    for pair in &comparison.pairs {
        writeln!(
            out,
            "<details{}><summary>{}{}</summary>\n<p class=\"note\">A is before, B is now.</p>\n<ul class=\"notes\">",
            if comparison.pairs.len() == 1 { " open" } else { "" },
            called(comparison, pair, &escape_html),
            flips(pair)
        )?;
        for note in compare_notes(pair, comparison.margin, &escape_html) {
            writeln!(out, "<li>{}</li>", note.replace("->", "→"))?;
        }
        writeln!(out, "</ul>")?;
        for task in &pair.tasks {
            let position = analysis
                .tasks
                .iter()
                .position(|other| *other.task.name == *task.task);
            for (what, flips) in [("Lost", &task.lost_cases), ("Gained", &task.gained_cases)] {
                for flip in flips {
                    flipped(what, (&task.task, position), flip, out)?;
                }
            }
        }
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</section>")
}

/// `: 3 cases lost, 1 gained`.
fn flips(pair: &PairComparison) -> String {
    let sum = |of: fn(&TaskComparison) -> u64| pair.tasks.iter().map(of).sum::<u64>();
    match (sum(|task| task.lost), sum(|task| task.gained)) {
        (0, 0) => ": no case passes more or less often".to_owned(),
        (lost, gained) => format!(": {lost} cases pass less often, {gained} more often"),
    }
}

/// A case that passes less or more often than before.
fn flipped(
    what: &str,
    (task, position): (&str, Option<usize>),
    flip: &Flip,
    out: &mut dyn Write,
) -> io::Result<()> {
    let case = escape_html(&flip.case);
    writeln!(
        out,
        "<details class=\"flip\"><summary>{what}: {case} of {}: before {} ({:.3}), now {} ({:.3})</summary>\n\
         <div class=\"outputs\">",
        escape_html(task),
        pass_share(flip.pass_a),
        flip.score_a,
        pass_share(flip.pass_b),
        flip.score_b
    )?;
    for (label, text) in [
        ("Golden output", &flip.golden),
        ("Before", &flip.output_a),
        ("Now", &flip.output_b),
    ] {
        let Some(text) = text else { continue };
        let shown: String = text.chars().take(MOST_TEXT).collect();
        let left = text.chars().count().saturating_sub(MOST_TEXT);
        let more = match left {
            0 => String::new(),
            left => format!("<p class=\"muted\">and {left} more characters</p>"),
        };
        writeln!(
            out,
            "<div class=\"card\"><h4>{label}</h4>\n<pre class=\"text\" dir=\"auto\" tabindex=\"0\" role=\"group\" \
             aria-label=\"{label}, case {case}\">{}</pre>{more}</div>",
            if text.is_empty() {
                "(empty)".to_owned()
            } else {
                escape_html(&shown)
            }
        )?;
    }
    writeln!(out, "</div>")?;
    if let Some(position) = position {
        writeln!(
            out,
            "<p><a href=\"#cases?task={position}&amp;q={}\">All candidates on this case now</a></p>",
            in_address(&flip.case)
        )?;
    }
    writeln!(out, "</details>")
}

/// A text as a value in an address.
fn in_address(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The number that a cell begins with, empty where it has none.
fn key(cell: &str) -> String {
    let cell = cell.trim_start_matches('×').trim_start_matches("&lt;");
    let first = cell.split(' ').next().unwrap_or_default();
    first
        .parse::<f64>()
        .map_or_else(|_| String::new(), |value| value.to_string())
}
