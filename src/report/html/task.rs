//! The page of a task: its answer, leaderboards, quality against cost, outcomes, scorers.

use super::board::{leaderboard, outcome_table};
use super::select::PickedCases;
use crate::analyse::{Board, TaskAnalysis};
use crate::report::chart::{FrontPoints, panel};
use crate::report::format::Glyphs;
use crate::report::judges::judge_notes;
use crate::report::{escape_html, task_sentence};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// Writes the section.
pub(super) fn section(
    position: usize,
    task: &TaskAnalysis,
    picked: &PickedCases,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = escape_html(&task.task.name);
    writeln!(
        out,
        "<section id=\"task-{position}\" class=\"view\" aria-labelledby=\"task-title-{position}\">\n\
         <h2 id=\"task-title-{position}\">{title}</h2>"
    )?;
    if !task.task.description.is_empty() {
        writeln!(
            out,
            "<p class=\"muted\">{}</p>",
            escape_html(&task.task.description)
        )?;
    }
    let name = |name: &str| format!("<b>{}</b>", escape_html(name));
    writeln!(
        out,
        "<p class=\"answer small\">{}</p>",
        task_sentence(task, &name)
    )?;
    for board in &task.boards {
        leaderboard(&caption(task, board), board, out)?;
    }
    front(task, out)?;
    outcome_table(
        &format!("What became of the trials of {}", task.task.name),
        task.rows(),
        out,
    )?;
    for board in &task.boards {
        scorers(task, board, out)?;
    }
    let judges = judge_notes(task, &GLYPHS, &escape_html);
    if !judges.is_empty() {
        writeln!(out, "<h3>Judges</h3>\n<ul class=\"notes\">")?;
        for note in judges {
            writeln!(out, "<li>{}</li>", note.trim_start())?;
        }
        writeln!(out, "</ul>")?;
    }
    let (shown, all) = picked.cases(position);
    let cases = if shown == all {
        format!("Read the {all} cases")
    } else {
        format!("Read {shown} of the {all} cases")
    };
    writeln!(
        out,
        "<p><a class=\"button\" href=\"#cases?task={position}\">{cases}<span class=\"hidden-text\"> of {title}</span></a> \
         <a class=\"button quiet\" href=\"#cases?task={position}&amp;show=differ\">Where candidates differ</a></p>\n</section>"
    )
}

fn caption(task: &TaskAnalysis, board: &Board) -> String {
    let epochs = match task.task.epochs {
        1 => String::new(),
        epochs => format!(" × {epochs} epochs"),
    };
    format!(
        "Leaderboard of {}, prompt {}: {} cases{epochs}",
        task.task.name, board.prompt, task.task.cases
    )
}

/// Quality against cost: the drawing, and the same as a table.
fn front(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    let points = FrontPoints::of(task);
    if !points.is_telling() {
        return Ok(());
    }
    let label = format!(
        "Mean score against cost of a trial, {}; the table below has the same numbers",
        task.task.name
    );
    writeln!(
        out,
        "<h3>Quality against cost</h3>\n<figure>\n{}<figcaption>Bars are 95 % intervals of the mean score. Filled points on \
         the broken line: no candidate is both cheaper and better, by the means alone; intervals that overlap leave it \
         open.</figcaption>\n</figure>",
        panel(&points, &label)
    )?;
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"Quality against cost as a table\" tabindex=\"0\">\
         <table>\n<thead><tr><th scope=\"col\">Model, cheapest first</th><th scope=\"col\" class=\"number\">$ a trial</th>\
         <th scope=\"col\" class=\"number\">Mean score</th><th scope=\"col\">By the means</th></tr></thead>\n<tbody>"
    )?;
    for point in &points.points {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            escape_html(&point.name),
            point.price,
            figures(point.mean, point.interval),
            points.words(point, &escape_html)
        )?;
    }
    writeln!(out, "</tbody></table></div>")?;
    if !points.unknown.is_empty() {
        let names: Vec<String> = points.unknown.iter().map(|name| escape_html(name)).collect();
        writeln!(
            out,
            "<p class=\"note\">Without a place, since the cost is not known: {}.</p>",
            names.join(", ")
        )?;
    }
    Ok(())
}

fn figures(mean: f64, interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((low, high)) => format!("{mean:.3} [{low:.2}, {high:.2}]"),
        None => format!("{mean:.3}"),
    }
}

/// Means of each scorer, folded, where there is more to say than the leaderboard does.
fn scorers(task: &TaskAnalysis, board: &Board, out: &mut dyn Write) -> io::Result<()> {
    if !board.rows.iter().any(|row| row.scorers.len() > 1) {
        return Ok(());
    }
    let prompt = match task.boards.len() {
        1 => String::new(),
        _ => format!(", prompt {}", escape_html(&board.prompt)),
    };
    writeln!(
        out,
        "<details><summary>Scorers{prompt}</summary>\n<div class=\"scroll\" role=\"region\" aria-label=\"Scorers{prompt}\" \
         tabindex=\"0\"><table class=\"sortable\">\n<thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Scorer</th>\
         <th scope=\"col\" class=\"number\">Weight</th><th scope=\"col\" class=\"number\">Mean</th>\
         <th scope=\"col\" class=\"number\">Passed</th><th scope=\"col\" class=\"number\">No answer</th>\
         <th scope=\"col\" class=\"number\">Errors</th></tr></thead>\n<tbody>"
    )?;
    for row in &board.rows {
        for scorer in &row.scorers {
            let mean = scorer
                .mean
                .map_or_else(|| GLYPHS.none.to_owned(), |mean| format!("{mean:.3}"));
            writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{mean}</td>\
                 <td class=\"number\" data-v=\"{}\">{}/{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
                escape_html(&row.name),
                escape_html(&scorer.name),
                scorer.weight,
                scorer.passed,
                scorer.passed,
                scorer.n,
                scorer.no_answer,
                scorer.errors
            )?;
        }
    }
    writeln!(out, "</tbody></table></div></details>")
}
