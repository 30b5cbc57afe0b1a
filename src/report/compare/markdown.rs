//! A comparison in Markdown, for a pull request.

use super::words::pass_share;
use super::{Sides, compare_headline, compare_notes, difference, p_value};
use crate::analyse::compare::{Comparison, Flip, PairComparison};
use crate::report::{escape_html, escape_markdown};
use std::io::{self, Write};

/// Characters of an output that are shown.
const MOST_TEXT: usize = 600;

/// Writes the comparison. Everything that is not bench's own words is escaped.
pub fn comparison_markdown(
    comparison: &Comparison,
    sides: &Sides<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for pair in &comparison.pairs {
        one(comparison, pair, sides, out)?;
    }
    if comparison.pairs.len() > 1 {
        writeln!(
            out,
            "p (Holm) is adjusted for the {} pairs; a difference is established among all of them where it is below {}.\n",
            comparison.pairs.len(),
            comparison.alpha
        )?;
    }
    for change in sides.changes {
        let task = escape_markdown(&change.task);
        writeln!(out, "- changed: {task}: {}", escape_markdown(&change.what))?;
    }
    for note in sides.notes {
        writeln!(out, "- {}", escape_markdown(note))?;
    }
    if !(sides.changes.is_empty() && sides.notes.is_empty()) {
        writeln!(out)?;
    }
    writeln!(
        out,
        "<sub>Differences are B minus A over the same cases, with 95 % intervals (effective-n Tango, cluster-robust) and p from \
         the same statistic. \"Same\" means the whole interval lies within {}.</sub>",
        comparison.margin
    )
}

fn one(
    comparison: &Comparison,
    pair: &PairComparison,
    sides: &Sides<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let simulated = |simulated| if simulated { " (simulated)" } else { "" };
    writeln!(
        out,
        "## {}{} against {}{}\n",
        escape_markdown(&pair.b),
        simulated(pair.simulated_b),
        escape_markdown(&pair.a),
        simulated(pair.simulated_a)
    )?;
    writeln!(
        out,
        "**{}**\n",
        compare_headline(pair, comparison.margin, &escape_markdown)
    )?;
    writeln!(
        out,
        "A: {}, {}. B: {}, {}.\n",
        escape_markdown(&pair.a),
        escape_markdown(sides.a),
        escape_markdown(&pair.b),
        escape_markdown(sides.b)
    )?;
    let many = comparison.pairs.len() > 1;
    let (title, rule) = if many { (" p (Holm) |", "--:|") } else { ("", "") };
    writeln!(out, "| task | cases | A | B | B − A | p |{title} verdict |")?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|{rule}---|")?;
    let mean = |mean: Option<f64>| mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.3}"));
    let holm = |p: Option<f64>| {
        if many {
            format!(" {} |", p_value(p))
        } else {
            String::new()
        }
    };
    for task in &pair.tasks {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |{} {} |",
            escape_markdown(&task.task),
            task.estimate.n,
            mean(task.mean_a),
            mean(task.mean_b),
            difference(task.estimate.difference, task.estimate.interval()),
            p_value(task.estimate.p).replace('<', "&lt;"),
            holm(task.p_holm).replace('<', "&lt;"),
            task.verdict.words(),
        )?;
    }
    if let Some(overall) = &pair.overall {
        writeln!(
            out,
            "| **all tasks** | {} | {:.3} | {:.3} | {} | {} |{} {} |",
            overall.cases,
            overall.mean_a,
            overall.mean_b,
            difference(
                Some(overall.average.mean),
                overall.average.low.zip(overall.average.high)
            ),
            p_value(overall.average.p).replace('<', "&lt;"),
            holm(overall.p_holm).replace('<', "&lt;"),
            overall.verdict.words(),
        )?;
    }
    writeln!(out)?;
    let notes = compare_notes(pair, comparison.margin, &escape_markdown);
    for note in &notes {
        writeln!(out, "- {}", note.replace("->", "→"))?;
    }
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for task in &pair.tasks {
        for (what, flips) in [("lost", &task.lost_cases), ("gained", &task.gained_cases)] {
            for flip in flips {
                self::flip(&task.task, what, flip, out)?;
            }
        }
    }
    Ok(())
}

pub(super) fn flip(task: &str, what: &str, flip: &Flip, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<details><summary>{what}: {} {}: A {} ({:.3}), B {} ({:.3})</summary>\n",
        escape_html(task).replace('\n', " "),
        escape_html(&flip.case).replace('\n', " "),
        pass_share(flip.pass_a),
        flip.score_a,
        pass_share(flip.pass_b),
        flip.score_b
    )?;
    for (label, text) in [
        ("golden", &flip.golden),
        ("A", &flip.output_a),
        ("B", &flip.output_b),
    ] {
        if let Some(text) = text {
            let left = text.chars().count().saturating_sub(MOST_TEXT);
            let start: String = text.chars().take(MOST_TEXT).collect();
            let more = if left > 0 {
                format!("\n(and {left} more characters)")
            } else {
                String::new()
            };
            writeln!(out, "{label}:\n<pre>{}{more}</pre>", escape_html(&start))?;
        }
    }
    writeln!(out, "</details>\n")
}
