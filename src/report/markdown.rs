//! The report in Markdown: the answer in one sentence, leaderboards, quality against cost, failures worth reading
//! (folded), how to read it, the manifest.

use super::anchors::anchor_notes;
use super::boards::{overall, slices, task_comparisons};
use super::columns::{COLUMNS, rank};
use super::compare::{Against, against_headline, against_section};
use super::decided;
use super::format::{Glyphs, count};
use super::front;
use super::judges::{judges_section, judging_totals};
use super::ladder;
use super::manifest::manifest_section;
use super::marks::Marks;
use super::method::method;
use super::notes::{board_marks, board_notes, incomplete, simulated, totals_outcomes, unknown_cost};
use super::policy;
use super::sentence::{headline, task_sentence};
use super::{escape_html, escape_markdown};
use crate::analyse::{Analysis, Board, FailureExample, Row, TaskAnalysis};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// What a report may have beside the analysis of its run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The file that [`front_svg`](super::front_svg) wrote, by the path at which the report's readers find it.
    pub drawing: Option<&'a str>,
    /// The run against an earlier one.
    pub baseline: Option<&'a Against<'a>>,
}

/// Writes the report. Everything that is not bench's own words is escaped.
pub fn markdown(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    markdown_beside(analysis, &Beside::default(), out)
}

/// The same with what stands beside the analysis.
pub fn markdown_beside(analysis: &Analysis, beside: &Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    head(analysis, beside, out)?;
    overall(analysis, out)?;
    front::overall_section(analysis, out)?;
    for (at, task) in analysis.tasks.iter().enumerate() {
        section(analysis, at, task, out)?;
    }
    picture(beside, out)?;
    if let Some(against) = beside.baseline {
        against_section(against, out)?;
    }
    failures(analysis, out)?;
    method_section(analysis, out)?;
    manifest_section(&analysis.manifest, out)
}

/// The answer, what to know before trusting it, and what was used.
pub(super) fn head(analysis: &Analysis, beside: &Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Which model should do this job?\n")?;
    writeln!(out, "**{}**\n", headline(analysis, &escape_markdown))?;
    if let Some([figures, meaning]) = incomplete(&analysis.totals) {
        let run = escape_markdown(&analysis.manifest.run);
        writeln!(
            out,
            "**{figures}** {meaning} `bench resume {run}` sends what is missing.\n"
        )?;
    }
    let anchors = anchor_notes(analysis, &escape_markdown);
    for (_, text) in anchors.iter().filter(|(warning, _)| *warning) {
        writeln!(out, "**Warning:** {text}.\n")?;
    }
    if analysis.tasks.len() > 1 {
        for task in &analysis.tasks {
            writeln!(out, "- {}", task_sentence(task, &escape_markdown))?;
        }
        writeln!(out)?;
    }
    if let Some(against) = beside.baseline {
        against_headline(against, out)?;
    }
    totals(analysis, out)?;
    for (_, text) in anchors.iter().filter(|(warning, _)| !warning) {
        writeln!(out, "Anchors: {text}.\n")?;
    }
    Ok(())
}

/// The drawing, where there is one.
pub(super) fn picture(beside: &Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    match beside.drawing {
        Some(path) => writeln!(
            out,
            "## Quality against cost\n\n![Mean score against cost of a trial]({})\n",
            destination(path)
        ),
        None => Ok(()),
    }
}

/// How the numbers were made, folded.
pub(super) fn method_section(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<details><summary>How to read this</summary>\n")?;
    for paragraph in method(analysis) {
        writeln!(out, "- {paragraph}")?;
    }
    writeln!(out, "\n</details>\n")
}

fn totals(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let totals = &analysis.totals;
    let usage = totals.tokens.sum;
    writeln!(out, "{}.", totals_outcomes(totals))?;
    write!(
        out,
        "Tokens: {} in, {} out. Cost: {}{}; paid in this run: {}{}.",
        count(usage.input),
        count(usage.output),
        GLYPHS.amount(totals.cost.total()),
        unknown_cost(&totals.cost),
        GLYPHS.amount(totals.paid.total()),
        simulated(analysis),
    )?;
    writeln!(
        out,
        " From the cache: {}. Retries: {}.\n",
        totals.cache_hits, totals.retries
    )?;
    if let Some(judges) = judging_totals(analysis, &GLYPHS) {
        writeln!(out, "Judges{}.\n", judges.trim_start_matches("judges"))?;
    }
    Ok(())
}

fn section(analysis: &Analysis, at: usize, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    heading(task, out)?;
    decided::section(task, out)?;
    ladder::section(task, out)?;
    for board in &task.boards {
        board_section(task, board, out)?;
        scorers(board, out)?;
        disagreements(board, out)?;
    }
    task_comparisons(task, out)?;
    slices(task, out)?;
    front::task_section(analysis, at, out)?;
    policy::section(analysis, at, out)?;
    judges_section(task, out)
}

/// The leaderboards of a task with their notes, behind what a run in rounds says.
pub(super) fn leaderboards(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    heading(task, out)?;
    decided::section(task, out)?;
    ladder::section(task, out)?;
    for board in &task.boards {
        board_section(task, board, out)?;
    }
    Ok(())
}

fn heading(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", escape_markdown(&task.task.name))?;
    if !task.task.description.is_empty() {
        writeln!(out, "{}\n", escape_markdown(&task.task.description))?;
    }
    Ok(())
}

fn board_section(task: &TaskAnalysis, board: &Board, out: &mut dyn Write) -> io::Result<()> {
    let simulated = board.rows.iter().all(|row| row.simulated);
    writeln!(
        out,
        "### Prompt {}: {} cases × {} {}{}\n",
        escape_markdown(&board.prompt),
        task.task.cases,
        task.task.epochs,
        if task.task.epochs == 1 { "epoch" } else { "epochs" },
        if simulated { ", simulated" } else { "" }
    )?;
    let marks = board_marks(board);
    leaderboard(board, &marks, out)?;
    for note in board_notes(board, &marks, &escape_markdown) {
        writeln!(out, "- {note}")?;
    }
    writeln!(out)
}

/// A path as the destination of a link.
fn destination(path: &str) -> String {
    let mut out = String::from("<");
    for character in path.chars() {
        match character {
            '<' | '>' | '\\' => out.extend(['\\', character]),
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out.push('>');
    out
}

fn leaderboard(board: &Board, marks: &Marks, out: &mut dyn Write) -> io::Result<()> {
    let titles: Vec<&str> = COLUMNS.iter().map(|column| column.title).collect();
    writeln!(out, "| # | model | {} |", titles.join(" | "))?;
    writeln!(out, "|--:|---|{}", "--:|".repeat(COLUMNS.len()))?;
    for row in &board.rows {
        write!(out, "| {} | {} |", rank(row), row_name(row))?;
        for column in &COLUMNS {
            write!(out, " {} |", (column.cell)(row, &GLYPHS, marks))?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn row_name(row: &Row) -> String {
    let mark = if row.simulated { " (simulated)" } else { "" };
    format!("{}{mark}", escape_markdown(&row.name))
}

/// Means of each scorer, where there is more to say than the leaderboard does.
fn scorers(board: &Board, out: &mut dyn Write) -> io::Result<()> {
    let telling =
        |row: &Row| row.scorers.len() > 1 || row.scorers.iter().any(|scorer| !scorer.named.is_empty());
    if !board.rows.iter().any(telling) {
        return Ok(());
    }
    writeln!(out, "<details><summary>Scorers</summary>\n")?;
    writeln!(
        out,
        "| model | scorer | weight | mean | passed | no answer | errors | named figures |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|---|")?;
    for row in &board.rows {
        for scorer in &row.scorers {
            let mean = scorer
                .mean
                .map_or_else(|| GLYPHS.none.to_owned(), |mean| format!("{mean:.3}"));
            let named: Vec<String> = scorer
                .named
                .iter()
                .map(|named| format!("{} {:.3}", escape_markdown(&named.name), named.mean))
                .collect();
            writeln!(
                out,
                "| {} | {} | {} | {mean} | {}/{} | {} | {} | {} |",
                row_name(row),
                escape_markdown(&scorer.name),
                scorer.weight,
                scorer.passed,
                scorer.n,
                scorer.no_answer,
                scorer.errors,
                named.join(", ")
            )?;
        }
    }
    writeln!(out, "\n</details>\n")
}

/// Pairs of scorers that do not always agree.
fn disagreements(board: &Board, out: &mut dyn Write) -> io::Result<()> {
    if board.rows.iter().all(|row| row.disagreements.is_empty()) {
        return Ok(());
    }
    writeln!(out, "<details><summary>Where scorers disagree</summary>\n")?;
    writeln!(
        out,
        "| model | scorer A | scorer B | both graded | A passes, B fails | B passes, A fails | A passes, B gave no \
         score | B passes, A gave no score |"
    )?;
    writeln!(out, "|---|---|---|--:|--:|--:|--:|--:|")?;
    for row in &board.rows {
        for pair in &row.disagreements {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                row_name(row),
                escape_markdown(&pair.a),
                escape_markdown(&pair.b),
                pair.both,
                pair.a_pass_b_fail,
                pair.b_pass_a_fail,
                pair.a_pass_b_error,
                pair.b_pass_a_error
            )?;
        }
    }
    writeln!(out, "\n</details>\n")
}

fn failures(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    if analysis.rows().all(|row| row.failures.is_empty()) {
        return Ok(());
    }
    writeln!(out, "## Failures worth reading\n")?;
    writeln!(
        out,
        "A few per candidate: one of each outcome before a second of any, lowest score first. Texts are shortened.\n"
    )?;
    for task in &analysis.tasks {
        for row in task.rows().filter(|row| !row.failures.is_empty()) {
            failure_section(task, row, usize::MAX, out)?;
        }
    }
    Ok(())
}

/// The first failures of a candidate, folded.
pub(super) fn failure_section(
    task: &TaskAnalysis,
    row: &Row,
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<details><summary>{}, {}, prompt {}: {} of {} trials failed</summary>\n",
        escape_html(&task.task.name),
        escape_html(&row.name),
        escape_html(&row.prompt),
        row.failed,
        row.planned
    )?;
    for example in row.failures.iter().take(most) {
        failure(example, out)?;
    }
    writeln!(out, "</details>\n")
}

/// One failure, all of it inside `<pre>`, where Markdown has no meaning and HTML is escaped.
fn failure(example: &FailureExample, out: &mut dyn Write) -> io::Result<()> {
    let score = example
        .score
        .map_or_else(String::new, |score| format!(", score {score:.3}"));
    let epoch = match example.epoch {
        0 => String::new(),
        epoch => format!(", epoch {epoch}"),
    };
    write!(out, "<pre>")?;
    writeln!(
        out,
        "case {}{epoch}: {}{score}",
        line(&example.case),
        example.outcome
    )?;
    let fields = [
        ("input", &example.input),
        ("expected", &example.expected),
        ("output", &example.output),
        ("error", &example.error),
    ];
    for (label, text) in fields {
        if let Some(text) = text {
            let text = if text.is_empty() { "(empty)" } else { text };
            writeln!(out, "{label:<9} {}", block(text))?;
        }
    }
    for judgement in &example.judgements {
        let value = judgement
            .value
            .map_or_else(|| GLYPHS.none.to_owned(), |value| format!("{value:.3}"));
        writeln!(
            out,
            "{:<9} {value} {}",
            line(&judgement.scorer),
            block(&judgement.explanation)
        )?;
    }
    writeln!(out, "</pre>\n")
}

/// Escaped text of one line.
fn line(text: &str) -> String {
    escape_html(&text.replace('\n', " "))
}

/// Escaped text of several lines, indented below its label.
fn block(text: &str) -> String {
    escape_html(text.trim_end()).replace('\n', "\n          ")
}
