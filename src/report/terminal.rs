//! The leaderboards as plain text in the width of a terminal.

use super::anchors::anchor_notes;
use super::columns::{COLUMNS, Column, rank};
use super::decided;
use super::escape_terminal;
use super::format::{Glyphs, count};
use super::judges::{judge_notes, judging_totals};
use super::ladder;
use super::layout::{GAP, align, align_left, paragraph, wrap};
use super::marks::Marks;
use super::notes::{board_marks, board_notes, incomplete, simulated, totals_outcomes, unknown_cost};
use super::overall::{overall_notes, overall_table};
use super::sentence::{headline, task_sentence};
use super::slices::{fitted, slices_table};
use crate::analyse::{Analysis, Board, Row, TaskAnalysis};
use owo_colors::OwoColorize;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How to draw for a terminal.
#[derive(Clone, Copy, Debug)]
pub struct TerminalOptions {
    /// Columns of the screen; 80 at least is assumed.
    pub width: usize,
    /// Whether glyphs beyond ASCII may be used; model names keep theirs in any case.
    pub unicode: bool,
    /// Whether colours may be used.
    pub color: bool,
}

impl Default for TerminalOptions {
    /// For a pipe: 80 columns, plain.
    fn default() -> Self {
        Self {
            width: 80,
            unicode: false,
            color: false,
        }
    }
}

/// Width of the column of model names, at least.
const NAME_LEAST: usize = 16;
/// Width of a name in running text.
const NAME_IN_TEXT: usize = 40;
/// Mark of simulated models.
const SIMULATED: &str = " (simulated)";

/// Writes the leaderboards, what stands under them, and the answer in one sentence.
pub fn terminal(analysis: &Analysis, options: &TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    let screen = Screen {
        width: options.width.max(80),
        glyphs: if options.unicode {
            Glyphs::UNICODE
        } else {
            Glyphs::ASCII
        },
        color: options.color,
    };
    for task in &analysis.tasks {
        for board in &task.boards {
            screen.board(task, board, out)?;
        }
        screen.rounds(task, out)?;
        screen.judges(task, out)?;
        screen.slices(task, out)?;
        if analysis.tasks.len() > 1 {
            screen.paragraph(
                &screen.plain(&task_sentence(task, &|name| screen.name(name))),
                out,
            )?;
            writeln!(out)?;
        }
    }
    screen.overall(analysis, out)?;
    screen.totals(analysis, out)?;
    writeln!(out)?;
    if let Some([figures, meaning]) = incomplete(&analysis.totals) {
        let run = escape_terminal(&analysis.manifest.run);
        let text = format!("{figures} {meaning} `bench resume {run}` sends what is missing.");
        screen.paragraph(&text, out)?;
        writeln!(out)?;
    }
    let answer = screen.plain(&headline(analysis, &|name| screen.name(name)));
    for line in wrap(&answer, screen.width, 0) {
        screen.strong(&line, out)?;
    }
    Ok(())
}

struct Screen {
    width: usize,
    glyphs: Glyphs,
    color: bool,
}

impl Screen {
    fn board(&self, task: &TaskAnalysis, board: &Board, out: &mut dyn Write) -> io::Result<()> {
        let all_simulated = board.rows.iter().all(|row| row.simulated);
        let epochs = match task.task.epochs {
            1 => String::new(),
            epochs => format!(" {} {epochs} epochs", self.glyphs.times),
        };
        let title = format!(
            "{}, prompt {}: {} cases{epochs}{}",
            self.name(&task.task.name),
            self.name(&board.prompt),
            task.task.cases,
            if all_simulated { SIMULATED } else { "" }
        );
        for line in wrap(&title, self.width, 2) {
            self.strong(&line, out)?;
        }
        let marks = board_marks(board);
        self.lines(&self.table(board, all_simulated, &marks), out)?;
        for note in board_notes(board, &marks, &|name| self.name(name)) {
            self.paragraph(&format!("  {}", self.plain(&note)), out)?;
        }
        writeln!(out)
    }

    /// The lines of a table, of which the first is its header.
    fn lines(&self, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
        for (position, line) in lines.iter().enumerate() {
            if position == 0 {
                self.faint(line, out)?;
            } else {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    /// The leaderboard over all tasks.
    fn overall(&self, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
        let Some(table) = overall_table(analysis, &self.glyphs) else {
            return Ok(());
        };
        self.strong(&table.title, out)?;
        let widths: Vec<usize> = (0..table.header.len())
            .map(|at| {
                let cells = table.rows.iter().filter_map(|row| row.get(at));
                let title = table.header.get(at).map_or(0, |title| title.width());
                cells.map(|cell| cell.width()).fold(title, usize::max)
            })
            .collect();
        // The last columns go first where names would get too short.
        let mut shown = table.header.len();
        let used = |shown: usize| -> usize {
            let others = widths.iter().take(shown).enumerate().filter(|(at, _)| *at != 1);
            others.map(|(_, width)| width + GAP).sum()
        };
        while shown > 4 && used(shown) + NAME_LEAST > self.width {
            shown -= 1;
        }
        let room = self.width.saturating_sub(used(shown));
        let fitted = |row: &Vec<String>| -> Vec<String> {
            let cells = row.iter().take(shown).enumerate();
            cells
                .map(|(at, cell)| match at {
                    1 => self.fit_name(&escape_terminal(cell), room),
                    _ => escape_terminal(cell).into_owned(),
                })
                .collect()
        };
        let header: Vec<&str> = table.header.iter().take(shown).map(String::as_str).collect();
        let rows: Vec<Vec<String>> = table.rows.iter().map(fitted).collect();
        self.lines(&align(&header, &rows), out)?;
        for note in overall_notes(analysis, &table.marks, &|name| self.name(name)) {
            self.paragraph(&format!("  {}", self.plain(&note)), out)?;
        }
        writeln!(out)
    }

    /// Leaderboards by the values of a field.
    fn slices(&self, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
        let Some(table) = slices_table(task, &self.glyphs, &|name| self.name(name)) else {
            return Ok(());
        };
        for line in wrap(&table.title, self.width, 2) {
            self.strong(&line, out)?;
        }
        let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
        let rows = fitted(&table.rows, self.width, &self.glyphs);
        self.lines(&align_left(&header, &rows, &[0, 2]), out)?;
        for note in &table.notes {
            self.paragraph(&format!("  {}", self.plain(note)), out)?;
        }
        writeln!(out)
    }

    /// Header and rows; columns are left out, the least important first, until the line fits.
    fn table(&self, board: &Board, all_simulated: bool, marks: &Marks) -> Vec<String> {
        let cells: Vec<Vec<String>> = COLUMNS
            .iter()
            .map(|column| {
                board
                    .rows
                    .iter()
                    .map(|row| (column.cell)(row, &self.glyphs, marks))
                    .collect()
            })
            .collect();
        let widths: Vec<usize> = COLUMNS
            .iter()
            .zip(&cells)
            .map(|(column, cells)| {
                cells
                    .iter()
                    .map(|cell| cell.width())
                    .fold(column.title.width(), usize::max)
            })
            .collect();
        let ranks: Vec<String> = board.rows.iter().map(rank).collect();
        let rank_width = ranks.iter().map(|rank| rank.width()).fold(1, usize::max);
        let names: Vec<String> = board
            .rows
            .iter()
            .map(|row| self.row_name(row, all_simulated))
            .collect();
        let longest = names.iter().map(|name| name.width()).fold(NAME_LEAST, usize::max);
        let mut shown: Vec<usize> = (0..COLUMNS.len()).collect();
        let used = |shown: &[usize]| -> usize {
            let columns: usize = shown
                .iter()
                .filter_map(|at| widths.get(*at))
                .map(|width| width + GAP)
                .sum();
            rank_width + GAP + columns
        };
        // Names keep up to a third of the screen before further columns are drawn.
        let wanted = longest.min((self.width / 3).max(NAME_LEAST));
        while used(&shown) + wanted > self.width && shown.len() > 1 {
            let least = shown
                .iter()
                .enumerate()
                .max_by_key(|(_, at)| COLUMNS.get(**at).map(|c| c.priority));
            let Some((position, at)) = least else { break };
            // The essential ones go only when even the shortest name does not fit beside them.
            let essential = COLUMNS.get(*at).is_some_and(|column| column.priority < 5);
            if essential && used(&shown) + NAME_LEAST <= self.width {
                break;
            }
            shown.remove(position);
        }
        let room = self.width.saturating_sub(used(&shown)).min(longest);
        let columns = || shown.iter().filter_map(|at| COLUMNS.get(*at));
        let header: Vec<&str> = ["#", "model"]
            .into_iter()
            .chain(columns().map(|c: &Column| c.title))
            .collect();
        let rows: Vec<Vec<String>> = (0..board.rows.len())
            .map(|at| {
                let mut row = vec![
                    ranks.get(at).cloned().unwrap_or_default(),
                    names
                        .get(at)
                        .map(|name| self.fit_name(name, room))
                        .unwrap_or_default(),
                ];
                row.extend(
                    shown
                        .iter()
                        .filter_map(|column| cells.get(*column)?.get(at).cloned()),
                );
                row
            })
            .collect();
        align(&header, &rows)
    }

    fn row_name(&self, row: &Row, all_simulated: bool) -> String {
        let mark = if row.simulated && !all_simulated {
            SIMULATED
        } else {
            ""
        };
        format!("{}{mark}", escape_terminal(&row.name))
    }

    /// Shortens a name and keeps its mark.
    fn fit_name(&self, name: &str, room: usize) -> String {
        match name.strip_suffix(SIMULATED) {
            Some(bare) if name.width() > room => {
                format!("{} (sim)", self.glyphs.shorten(bare, room.saturating_sub(6)))
            }
            _ => self.glyphs.shorten(name, room),
        }
    }

    fn totals(&self, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
        let totals = &analysis.totals;
        self.paragraph(&totals_outcomes(totals), out)?;
        let usage = totals.tokens.sum;
        let mut text = format!("tokens {} in, {} out", count(usage.input), count(usage.output));
        if totals.tokens.unknown_trials > 0 {
            text += &format!(" ({} trials without token counts)", totals.tokens.unknown_trials);
        }
        text += &format!(
            "; cost {}{}, paid {}{}; {} from the cache; {} retries",
            self.glyphs.amount(totals.cost.total()),
            unknown_cost(&totals.cost),
            self.glyphs.amount(totals.paid.total()),
            simulated(analysis),
            totals.cache_hits,
            totals.retries
        );
        self.paragraph(&text, out)?;
        if let Some(text) = judging_totals(analysis, &self.glyphs) {
            self.paragraph(&text, out)?;
        }
        for (warning, text) in anchor_notes(analysis, &|name| self.name(name)) {
            let mark = if warning { "warning: " } else { "" };
            self.paragraph(&format!("{mark}{text}"), out)?;
        }
        Ok(())
    }

    /// What is told of the pairs of a task, and what its ladders gave.
    fn rounds(&self, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
        let name = |name: &str| self.name(name);
        let ladders = ladder::lines(task, &name);
        for (lines, notes) in decided::lines(task, &name).into_iter().chain(ladders) {
            for line in lines {
                writeln!(out, "{line}")?;
            }
            for note in notes {
                self.paragraph(&format!("  {}", self.plain(&note)), out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// A few lines on each judge of a task.
    fn judges(&self, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
        let notes = judge_notes(task, &self.glyphs, &|name| self.name(name));
        for note in &notes {
            self.paragraph(note, out)?;
        }
        if !notes.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }

    /// A name in running text.
    fn name(&self, name: &str) -> String {
        self.glyphs.shorten(&escape_terminal(name), NAME_IN_TEXT)
    }

    /// Our own words without glyphs that a pipe does not get.
    fn plain(&self, text: &str) -> String {
        text.replace(Glyphs::UNICODE.at_least, self.glyphs.at_least)
    }

    fn paragraph(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = text.len() - text.trim_start().len();
        paragraph(text, self.width, indent, out)
    }

    fn strong(&self, line: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.color {
            writeln!(out, "{}", line.bold())
        } else {
            writeln!(out, "{line}")
        }
    }

    fn faint(&self, line: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.color {
            writeln!(out, "{}", line.dimmed())
        } else {
            writeln!(out, "{line}")
        }
    }
}
