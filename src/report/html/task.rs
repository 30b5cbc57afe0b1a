//! The page of a task: its answer, leaderboards, quality against cost, outcomes, scorers.

use super::board::{leaderboard, outcome_table};
use super::front::{fronts, ranking};
use super::rounds::{decisions, ladders, slices};
use super::select::PickedCases;
use super::standing::comparisons;
use super::text::words;
use crate::analyse::{Analysis, Board, Row, TaskAnalysis};
use crate::report::format::Glyphs;
use crate::report::judges::judge_notes;
use crate::report::pairs::task_pairs;
use crate::report::{escape_html, task_sentence};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// Writes the section.
pub(super) fn section(
    analysis: &Analysis,
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
        words(&task_sentence(task, &name))
    )?;
    decisions(task, out)?;
    ladders(task, out)?;
    for board in &task.boards {
        leaderboard(&caption(task, board), board, out)?;
    }
    comparisons(&task.task.name, task_pairs(task, &GLYPHS, &escape_html), out)?;
    slices(task, out)?;
    if let Some(pair) = analysis.fronts.tasks.get(position).and_then(Option::as_ref) {
        fronts(&task.task.name, pair, 3, out)?;
    }
    ranking(analysis, position, out)?;
    outcome_table(
        &format!("What became of the trials of {}", task.task.name),
        task.rows(),
        out,
    )?;
    for board in &task.boards {
        scorers(task, board, out)?;
        disagreements(task, board, out)?;
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

/// Means of each scorer, folded, where there is more to say than the leaderboard does.
fn scorers(task: &TaskAnalysis, board: &Board, out: &mut dyn Write) -> io::Result<()> {
    let telling =
        |row: &Row| row.scorers.len() > 1 || row.scorers.iter().any(|scorer| !scorer.named.is_empty());
    if !board.rows.iter().any(telling) {
        return Ok(());
    }
    let named = board
        .rows
        .iter()
        .flat_map(|row| &row.scorers)
        .any(|scorer| !scorer.named.is_empty());
    let prompt = of_prompt(task, board);
    writeln!(
        out,
        "<details><summary>Scorers{prompt}</summary>\n<div class=\"scroll\" role=\"region\" aria-label=\"Scorers{prompt}\" \
         tabindex=\"0\"><table class=\"sortable\">\n<thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Scorer</th>\
         <th scope=\"col\" class=\"number\">Weight</th><th scope=\"col\" class=\"number\">Mean</th>\
         <th scope=\"col\" class=\"number\">Passed</th><th scope=\"col\" class=\"number\">No answer</th>\
         <th scope=\"col\" class=\"number\">Errors</th>{}</tr></thead>\n<tbody>",
        if named {
            "<th scope=\"col\">Named figures</th>"
        } else {
            ""
        }
    )?;
    for row in &board.rows {
        for scorer in &row.scorers {
            let mean = scorer
                .mean
                .map_or_else(|| GLYPHS.none.to_owned(), |mean| format!("{mean:.3}"));
            let figures: Vec<String> = scorer
                .named
                .iter()
                .map(|named| format!("{} {:.3}", escape_html(&named.name), named.mean))
                .collect();
            let figures = if named {
                format!("<td>{}</td>", figures.join(", "))
            } else {
                String::new()
            };
            writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{mean}</td>\
                 <td class=\"number\" data-v=\"{}\">{}/{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
                 {figures}</tr>",
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

/// Pairs of scorers that do not always agree, folded.
fn disagreements(task: &TaskAnalysis, board: &Board, out: &mut dyn Write) -> io::Result<()> {
    if board.rows.iter().all(|row| row.disagreements.is_empty()) {
        return Ok(());
    }
    let prompt = of_prompt(task, board);
    write!(
        out,
        "<details><summary>Where scorers disagree{prompt}</summary>\n<div class=\"scroll\" role=\"region\" \
         aria-label=\"Where scorers disagree{prompt}\" tabindex=\"0\"><table class=\"sortable\">\n<thead><tr>\
         <th scope=\"col\">Model</th><th scope=\"col\">Scorer A</th><th scope=\"col\">Scorer B</th>"
    )?;
    for title in [
        "Both graded",
        "A passes, B fails",
        "B passes, A fails",
        "A passes, B gave no score",
        "B passes, A gave no score",
    ] {
        write!(out, "<th scope=\"col\" class=\"number\">{title}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in &board.rows {
        for pair in &row.disagreements {
            write!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
                escape_html(&row.name),
                escape_html(&pair.a),
                escape_html(&pair.b)
            )?;
            for count in [
                pair.both,
                pair.a_pass_b_fail,
                pair.b_pass_a_fail,
                pair.a_pass_b_error,
                pair.b_pass_a_error,
            ] {
                write!(out, "<td class=\"number\">{count}</td>")?;
            }
            writeln!(out, "</tr>")?;
        }
    }
    writeln!(out, "</tbody></table></div></details>")
}

/// The prompt of a leaderboard, where its task has several.
fn of_prompt(task: &TaskAnalysis, board: &Board) -> String {
    match task.boards.len() {
        1 => String::new(),
        _ => format!(", prompt {}", escape_html(&board.prompt)),
    }
}
