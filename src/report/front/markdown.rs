//! Fronts in Markdown.

use super::{beaten_by, chance, column, cost, notes, place, score, title};
use crate::analyse::{Analysis, Front, FrontPair};
use crate::report::format::Glyphs;
use crate::report::{escape_html, escape_markdown};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// The fronts of the task at that position.
pub(in crate::report) fn task_section(analysis: &Analysis, at: usize, out: &mut dyn Write) -> io::Result<()> {
    match analysis.fronts.tasks.get(at).and_then(Option::as_ref) {
        Some(pair) => {
            writeln!(out, "### What quality costs\n")?;
            tables(pair, out)
        }
        None => Ok(()),
    }
}

/// The fronts over all tasks.
pub(in crate::report) fn overall_section(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    match &analysis.fronts.overall {
        Some(pair) => {
            writeln!(out, "## What quality costs over all tasks\n")?;
            tables(pair, out)
        }
        None => Ok(()),
    }
}

/// The front over all tasks, against cost only.
pub(in crate::report) fn overall_brief(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    match &analysis.fronts.overall {
        Some(pair) => {
            writeln!(out, "## What quality costs over all tasks\n")?;
            table(&pair.cost, out)
        }
        None => Ok(()),
    }
}

/// The front of the task at that position, against cost only; folded where there are several tasks.
pub(in crate::report) fn task_brief(analysis: &Analysis, at: usize, out: &mut dyn Write) -> io::Result<()> {
    let (Some(task), Some(Some(pair))) = (analysis.tasks.get(at), analysis.fronts.tasks.get(at)) else {
        return Ok(());
    };
    if analysis.tasks.len() == 1 {
        writeln!(out, "## What quality costs\n")?;
        return table(&pair.cost, out);
    }
    writeln!(
        out,
        "<details><summary>What quality costs in {}</summary>\n",
        escape_html(&task.task.name)
    )?;
    table(&pair.cost, out)?;
    writeln!(out, "</details>\n")
}

fn tables(pair: &FrontPair, out: &mut dyn Write) -> io::Result<()> {
    table(&pair.cost, out)?;
    writeln!(out, "<details><summary>The same against latency</summary>\n")?;
    table(&pair.latency, out)?;
    writeln!(out, "</details>\n")
}

fn table(front: &Front, out: &mut dyn Write) -> io::Result<()> {
    if !front.points.is_empty() {
        writeln!(
            out,
            "| model | prompt | mean score | {} | front | P(on front) | P(best score) | beaten by |",
            column(front.axis)
        )?;
        writeln!(out, "|---|---|--:|--:|---|--:|--:|---|")?;
    }
    for (at, point) in front.points.iter().enumerate() {
        let told = point.chance.as_ref();
        let mut place = place(point, &GLYPHS);
        if front.knee == Some(at) {
            place += ", knee";
        }
        writeln!(
            out,
            "| {}{} | {} | {} | {} | {place} | {} | {} | {} |",
            escape_markdown(&point.name),
            if point.simulated { " (simulated)" } else { "" },
            escape_markdown(&point.prompt),
            score(&point.quality),
            cost(front.axis, &point.cost),
            told.map_or_else(|| GLYPHS.none.to_owned(), |told| chance(told.on_front)),
            told.map_or_else(|| GLYPHS.none.to_owned(), |told| chance(told.best)),
            beaten_by(front, point, &escape_markdown).unwrap_or_default(),
        )?;
    }
    if !front.points.is_empty() {
        writeln!(out)?;
    }
    let mut lines = notes(front, &escape_markdown);
    if let Some(first) = lines.first_mut() {
        *first = format!("{}: {first}", title(front.axis));
    }
    for line in lines {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)
}
