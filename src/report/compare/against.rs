//! A run against an earlier one, as a part of its report: each candidate against itself as it was.

use super::markdown::flip;
use super::words::ratio;
use super::{Sides, compare_headline, compare_notes, difference, p_value};
use crate::analyse::compare::{Comparison, PairComparison, Ratio, Verdict};
use crate::report::escape_markdown;
use std::io::{self, Write};

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// A run (side B) against an earlier one (side A).
#[derive(Clone, Debug)]
pub struct Against<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// What the two sides are.
    pub sides: Sides<'a>,
}

/// Candidates that the sentence names of each verdict.
const NAMED: usize = 4;

/// Headings of [`against_rows`]; `true` for numbers.
pub(in crate::report) const AGAINST: [(&str, bool); 11] = [
    ("candidate", false),
    ("task", false),
    ("verdict", false),
    ("cases", true),
    ("before", true),
    ("now", true),
    ("difference", true),
    ("p", true),
    ("p (Holm)", true),
    ("cost", true),
    ("latency", true),
];

/// The answer in one sentence: what is worse first.
pub(in crate::report) fn against_sentence(against: &Against<'_>, name: Name<'_>) -> String {
    let comparison = against.comparison;
    let simulated = if is_simulated(comparison) {
        "Simulated: against"
    } else {
        "Against"
    };
    let before = format!("{simulated} {}", name(against.sides.a));
    if let [pair] = comparison.pairs.as_slice() {
        let headline = compare_headline(pair, comparison.margin, name);
        let sides = if pair.a == pair.b {
            format!(" (A: before, B: now, both {})", name(&pair.b))
        } else {
            String::new()
        };
        return format!("{before}: {headline}{sides}");
    }
    let kinds = [
        (Verdict::Worse, "worse".to_owned()),
        (Verdict::Better, "better".to_owned()),
        (
            Verdict::Same,
            format!("as good as before within {}", comparison.margin),
        ),
        (Verdict::NotEnoughData, "not enough data to tell".to_owned()),
        (Verdict::NoData, "no interval".to_owned()),
    ];
    let parts: Vec<String> = kinds
        .iter()
        .filter_map(|(verdict, words)| {
            let pairs = comparison.pairs.iter().filter(|pair| pair.verdict() == *verdict);
            let names: Vec<String> = pairs
                .clone()
                .take(NAMED)
                .map(|pair| format!("{}{}", called(comparison, pair, name), doubt(comparison, pair)))
                .collect();
            let more = match pairs.count().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            (!names.is_empty()).then(|| format!("{words}: {}{more}", names.join(", ")))
        })
        .collect();
    format!("{before}: {}.", parts.join("; "))
}

fn is_simulated(comparison: &Comparison) -> bool {
    comparison.pairs.iter().all(|pair| pair.simulated())
}

/// A remark on a difference that is established alone, and not among so many.
fn doubt(comparison: &Comparison, pair: &PairComparison) -> &'static str {
    let holm = match (&pair.overall, pair.tasks.as_slice()) {
        (Some(overall), _) => overall.p_holm,
        (None, [task]) => task.p_holm,
        (None, _) => None,
    };
    let differs = matches!(pair.verdict(), Verdict::Better | Verdict::Worse);
    if differs && holm.is_some_and(|p| p >= comparison.alpha) {
        " (not established among so many)"
    } else {
        ""
    }
}

/// The candidate, with what it was before where it has another name now; the simulated are marked among others.
pub(in crate::report) fn called(comparison: &Comparison, pair: &PairComparison, name: Name<'_>) -> String {
    let mark = if pair.simulated() && !is_simulated(comparison) {
        " (simulated)"
    } else {
        ""
    };
    if pair.a == pair.b {
        format!("{}{mark}", name(&pair.b))
    } else {
        format!("{}{mark}, before {}", name(&pair.b), name(&pair.a))
    }
}

/// A line for each candidate and task, and one over all tasks where there are several.
pub(in crate::report) fn against_rows(against: &Against<'_>, name: Name<'_>) -> Vec<[String; 11]> {
    let mean = |mean: Option<f64>| mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.3}"));
    let times = |of: Option<&Ratio>| of.map_or_else(|| "–".to_owned(), |of| format!("×{}", ratio(of)));
    let less = |text: String| text.replace('<', "&lt;");
    let several = against.comparison.pairs.len() > 1;
    let holm = |p: Option<f64>| {
        if several {
            less(p_value(p))
        } else {
            "–".to_owned()
        }
    };
    let mut rows = Vec::new();
    for pair in &against.comparison.pairs {
        for task in &pair.tasks {
            rows.push([
                called(against.comparison, pair, name),
                name(&task.task),
                task.verdict.words().to_owned(),
                task.estimate.n.to_string(),
                mean(task.mean_a),
                mean(task.mean_b),
                difference(task.estimate.difference, task.estimate.interval()),
                less(p_value(task.estimate.p)),
                holm(task.p_holm),
                times(task.cost.as_ref()),
                times(task.latency.as_ref()),
            ]);
        }
        if let Some(overall) = &pair.overall {
            let average = &overall.average;
            rows.push([
                called(against.comparison, pair, name),
                "all tasks".to_owned(),
                overall.verdict.words().to_owned(),
                overall.cases.to_string(),
                mean(Some(overall.mean_a)),
                mean(Some(overall.mean_b)),
                difference(Some(average.mean), average.low.zip(average.high)),
                less(p_value(average.p)),
                holm(overall.p_holm),
                times(overall.cost.as_ref()),
                times(overall.latency.as_ref()),
            ]);
        }
    }
    rows
}

/// What to know beside the table.
pub(in crate::report) fn against_lines(against: &Against<'_>, name: Name<'_>) -> Vec<String> {
    let (comparison, sides) = (against.comparison, &against.sides);
    let mut lines = vec![format!(
        "differences are now minus before over the same cases, with 95 % intervals (effective-n Tango, cluster-robust) and p \
         from the same statistic; cost and latency are now in terms of before; same means that the whole interval lies within {}",
        comparison.margin
    )];
    if comparison.pairs.len() > 1 {
        lines.push(format!(
            "verdicts are those of each candidate alone; p (Holm) is adjusted for the {} candidates, and where it is {} or above a \
             difference is not established among so many",
            comparison.pairs.len(),
            comparison.alpha
        ));
    }
    for change in sides.changes {
        let breaks = if change.kind.breaks() {
            " (scores before and after it are not of the same thing)"
        } else {
            ""
        };
        lines.push(format!(
            "changed: {}: {}{breaks}",
            name(&change.task),
            name(&change.what)
        ));
    }
    lines.extend(sides.notes.iter().map(|note| name(note)));
    lines
}

/// The answer, for the top of a report in Markdown.
pub(in crate::report) fn against_headline(against: &Against<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**\n", against_sentence(against, &escape_markdown))
}

/// The section in Markdown: the table, and folded the notes and flipped cases of each candidate.
pub(in crate::report) fn against_section(against: &Against<'_>, out: &mut dyn Write) -> io::Result<()> {
    against_table(against, out)?;
    for pair in &against.comparison.pairs {
        details(against.comparison, pair, out)?;
    }
    Ok(())
}

/// The notes and flipped cases of a candidate that became worse or better; of the only one in any case.
pub(in crate::report) fn against_flips(
    against: &Against<'_>,
    pair: &PairComparison,
    out: &mut dyn Write,
) -> io::Result<()> {
    let differs = matches!(pair.verdict(), Verdict::Better | Verdict::Worse);
    match differs || against.comparison.pairs.len() == 1 {
        true => details(against.comparison, pair, out),
        false => Ok(()),
    }
}

/// The table, with what to know beside it.
pub(in crate::report) fn against_table(against: &Against<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Changes against {}\n", escape_markdown(against.sides.a))?;
    let titles: Vec<&str> = AGAINST.iter().map(|(title, _)| *title).collect();
    let rules: String = AGAINST
        .iter()
        .map(|(_, number)| if *number { "--:|" } else { "---|" })
        .collect();
    writeln!(out, "| {} |\n|{rules}", titles.join(" | "))?;
    for row in against_rows(against, &escape_markdown) {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    writeln!(out)?;
    for line in against_lines(against, &escape_markdown) {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)
}

fn details(comparison: &Comparison, pair: &PairComparison, out: &mut dyn Write) -> io::Result<()> {
    let notes = compare_notes(pair, comparison.margin, &escape_markdown);
    let flips = pair
        .tasks
        .iter()
        .any(|task| !(task.lost_cases.is_empty() && task.gained_cases.is_empty()));
    if notes.is_empty() && !flips {
        return Ok(());
    }
    writeln!(
        out,
        "<details><summary>{}: details, A before and B now</summary>\n",
        called(comparison, pair, &crate::report::escape_html)
    )?;
    for note in &notes {
        writeln!(out, "- {}", note.replace("->", "→"))?;
    }
    writeln!(out)?;
    for task in &pair.tasks {
        for (what, flips) in [("lost", &task.lost_cases), ("gained", &task.gained_cases)] {
            for entry in flips {
                flip(&task.task, what, entry, out)?;
            }
        }
    }
    writeln!(out, "</details>\n")
}
