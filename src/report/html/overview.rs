//! The first page: the answer, what to know before trusting it, all tasks at a glance; and the method.

use super::against;
use super::board::outcome_table;
use super::front::fronts;
use super::standing::overall;
use super::text::words;
use crate::analyse::{Analysis, Board, Row, TaskAnalysis};
use crate::report::Against;
use crate::report::anchors::anchor_notes;
use crate::report::format::{Glyphs, count};
use crate::report::judges::judging_totals;
use crate::report::method::method;
use crate::report::notes::{incomplete, simulated, totals_outcomes, unknown_cost};
use crate::report::{escape_html, headline, task_sentence};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// The overview.
pub(super) fn overview(
    analysis: &Analysis,
    baseline: Option<&Against<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = |name: &str| format!("<b>{}</b>", escape_html(name));
    writeln!(
        out,
        "<section id=\"overview\" class=\"view\" aria-labelledby=\"title\">\n\
         <h1 id=\"title\">Which model should do this job?</h1>\n<p class=\"answer\">{}</p>",
        words(&headline(analysis, &name))
    )?;
    if let Some([figures, meaning]) = incomplete(&analysis.totals) {
        writeln!(
            out,
            "<p class=\"warning\"><b>{figures}</b> {meaning} <code>bench resume {}</code> sends what is missing.</p>",
            escape_html(&analysis.manifest.run)
        )?;
    }
    if let Some(against) = baseline {
        against::headline(against, out)?;
    }
    let anchors = anchor_notes(analysis, &escape_html);
    for (_, text) in anchors.iter().filter(|(warning, _)| *warning) {
        writeln!(out, "<p class=\"warning\"><b>Warning:</b> {text}.</p>")?;
    }
    if analysis.tasks.len() > 1 {
        overall(analysis, out)?;
        matrix(analysis, out)?;
        writeln!(out, "<h2>Task by task</h2>\n<ul class=\"sentences\">")?;
        for (position, task) in analysis.tasks.iter().enumerate() {
            writeln!(
                out,
                "<li>{} <a href=\"#task-{position}\">Details<span class=\"hidden-text\"> of {}</span></a></li>",
                words(&task_sentence(task, &name)),
                escape_html(&task.task.name)
            )?;
        }
        writeln!(out, "</ul>")?;
    }
    if let Some(pair) = &analysis.fronts.overall {
        fronts("all tasks", pair, 2, out)?;
    }
    let totals = &analysis.totals;
    let usage = totals.tokens.sum;
    writeln!(
        out,
        "<h2>What was run</h2>\n<ul class=\"facts\">\n<li>{}</li>\n<li>Tokens: {} in, {} out</li>\n\
         <li>Cost: {}{}; paid in this run: {}{}</li>\n<li>From the cache: {}; retries: {}</li>",
        totals_outcomes(totals),
        count(usage.input),
        count(usage.output),
        GLYPHS.amount(totals.cost.total()),
        unknown_cost(&totals.cost),
        GLYPHS.amount(totals.paid.total()),
        simulated(analysis),
        totals.cache_hits,
        totals.retries
    )?;
    if let Some(judges) = judging_totals(analysis, &GLYPHS) {
        writeln!(
            out,
            "<li>Judges{}</li>",
            escape_html(judges.trim_start_matches("judges"))
        )?;
    }
    for (_, text) in anchors.iter().filter(|(warning, _)| !warning) {
        writeln!(out, "<li>Anchors: {text}</li>")?;
    }
    writeln!(out, "</ul>")?;
    if analysis.tasks.len() > 1 {
        outcome_table("What became of the trials, all tasks", analysis.rows(), out)?;
    }
    writeln!(out, "</section>")
}

/// Mean scores of all models in all tasks.
fn matrix(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let mut models: Vec<&str> = Vec::new();
    for row in analysis.rows() {
        if !models.contains(&row.name.as_str()) {
            models.push(&row.name);
        }
    }
    // In the order of the manifest, whatever the first leaderboard says.
    models.sort_by_key(|name| {
        let rows = analysis.rows().filter(|row| row.name == *name);
        rows.map(|row| row.candidate).min()
    });
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"matrix-title\" tabindex=\"0\"><table class=\"matrix\">\n\
         <caption id=\"matrix-title\"><span>Mean score by task and model; the best of a line is marked</span></caption>\n\
         <thead><tr><th scope=\"col\">Task</th>"
    )?;
    for model in &models {
        writeln!(
            out,
            "<th scope=\"col\" class=\"number\">{}</th>",
            escape_html(model)
        )?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (position, task) in analysis.tasks.iter().enumerate() {
        for board in &task.boards {
            writeln!(
                out,
                "<tr><th scope=\"row\"><a href=\"#task-{position}\">{}</a>{}</th>",
                escape_html(&task.task.name),
                prompt_of(task, board)
            )?;
            for model in &models {
                let row = board.rows.iter().find(|row| row.name == *model);
                writeln!(out, "{}", row.map_or_else(|| "<td></td>".to_owned(), matrix_cell))?;
            }
            writeln!(out, "</tr>")?;
        }
    }
    writeln!(out, "</tbody></table></div>")
}

/// The prompt of a leaderboard, where its task has several.
fn prompt_of(task: &TaskAnalysis, board: &Board) -> String {
    match task.boards.len() {
        1 => String::new(),
        _ => format!(" <small>prompt {}</small>", escape_html(&board.prompt)),
    }
}

fn matrix_cell(row: &Row) -> String {
    let Some(mean) = row.score.mean else {
        return "<td class=\"number muted\"><span class=\"hidden-text\">no score</span>–</td>".to_owned();
    };
    let interval = row
        .score
        .interval()
        .map_or_else(String::new, |(low, high)| format!("[{low:.2}, {high:.2}]"));
    let (class, best) = match row.rank {
        Some(1) => (" best", "<span class=\"hidden-text\">best: </span>"),
        _ => ("", ""),
    };
    format!("<td class=\"number{class}\">{best}{mean:.3} <small>{interval}</small></td>")
}

/// How the numbers were made.
pub(super) fn method_section(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"method\" class=\"view\" aria-labelledby=\"method-title\">\n<h2 id=\"method-title\">How to read \
         this</h2>"
    )?;
    for paragraph in method(analysis) {
        let (term, rest) = paragraph.split_once(':').unwrap_or(("", &paragraph));
        writeln!(out, "<p><b>{term}:</b>{rest}</p>")?;
    }
    writeln!(
        out,
        "<h3>Manifest</h3>\n<div class=\"scroll\" role=\"region\" aria-label=\"Manifest\" tabindex=\"0\"><table>\n\
         <thead><tr><th scope=\"col\">Task</th><th scope=\"col\">File</th><th scope=\"col\" class=\"number\">Cases</th>\
         <th scope=\"col\">Prompts</th><th scope=\"col\">Cases' hash</th><th scope=\"col\">Scorers</th></tr></thead>\n<tbody>"
    )?;
    for task in &analysis.manifest.tasks {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td><code>{}</code></td>\
             <td><code>{}</code></td><td><code>{}</code></td></tr>",
            escape_html(&task.name),
            escape_html(&task.path),
            task.cases,
            task.prompt_hash.short(),
            task.cases_hash.short(),
            task.scorer_hash.short()
        )?;
    }
    writeln!(out, "</tbody></table></div>\n</section>")
}
