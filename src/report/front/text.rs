//! Fronts for the terminal.

use super::{beaten_by, called, chance, column, cost, notes, place, score, title};
use crate::analyse::{Analysis, Front, FrontPair, FrontPoint, Span};
use crate::report::TerminalOptions;
use crate::report::escape_terminal;
use crate::report::format::Glyphs;
use crate::report::layout::{align, wrap};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Width of a name in running text.
const NAME: usize = 40;

/// Writes the fronts of every task, and those over all tasks, in the width of a terminal.
pub fn fronts_text(analysis: &Analysis, options: &TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    let screen = Screen {
        width: options.width.max(80),
        glyphs: if options.unicode {
            Glyphs::UNICODE
        } else {
            Glyphs::ASCII
        },
    };
    for (task, pair) in analysis.tasks.iter().zip(&analysis.fronts.tasks) {
        if let Some(pair) = pair {
            screen.pair(&screen.name(&task.task.name), pair, out)?;
        }
    }
    match &analysis.fronts.overall {
        Some(pair) => screen.pair("all tasks", pair, out),
        None => Ok(()),
    }
}

struct Screen {
    width: usize,
    glyphs: Glyphs,
}

impl Screen {
    fn pair(&self, of: &str, pair: &FrontPair, out: &mut dyn Write) -> io::Result<()> {
        for front in [&pair.cost, &pair.latency] {
            self.front(of, front, out)?;
        }
        Ok(())
    }

    fn front(&self, of: &str, front: &Front, out: &mut dyn Write) -> io::Result<()> {
        let simulated = !front.points.is_empty() && front.points.iter().all(|point| point.simulated);
        let mark = if simulated { " (simulated)" } else { "" };
        for line in wrap(&format!("{of}: {}{mark}", title(front.axis)), self.width, 2) {
            writeln!(out, "{line}")?;
        }
        if !front.points.is_empty() {
            for line in self.table(front) {
                writeln!(out, "{line}")?;
            }
        }
        for note in notes(front, &|name| self.name(name)) {
            for (position, line) in wrap(&note, self.width - 2, 4).iter().enumerate() {
                let lead = if position == 0 { "  " } else { "" };
                writeln!(out, "{lead}{line}")?;
            }
        }
        writeln!(out)
    }

    /// What does not fit goes, the least important first: who beats whom, the intervals of the cost, the middle of names.
    fn table(&self, front: &Front) -> Vec<String> {
        let fits = |lines: &[String]| lines.iter().all(|line| line.width() <= self.width);
        for (beaten, intervals) in [(true, true), (true, false), (false, true), (false, false)] {
            let lines = self.lines(front, NAME, beaten, intervals);
            if fits(&lines) {
                return lines;
            }
        }
        let widths = (8..NAME).rev().map(|name| self.lines(front, name, false, false));
        let mut last = Vec::new();
        for lines in widths {
            last = lines;
            if fits(&last) {
                break;
            }
        }
        last
    }

    fn lines(&self, front: &Front, width: usize, beaten: bool, intervals: bool) -> Vec<String> {
        let name = |name: &str| self.glyphs.shorten(&escape_terminal(name), width);
        let mut header = vec![
            "front",
            "model",
            "mean score",
            column(front.axis),
            "P(on front)",
            "P(best)",
        ];
        if beaten {
            header.push("beaten by");
        }
        let rows: Vec<Vec<String>> = front
            .points
            .iter()
            .map(|point| {
                let told = point.chance.as_ref();
                let none = || self.glyphs.none.to_owned();
                let span = if intervals {
                    point.cost
                } else {
                    Span {
                        value: point.cost.value,
                        ..Span::default()
                    }
                };
                let mut row = vec![
                    place(point, &self.glyphs),
                    format!("{}{}", called(front, point, &name), self.mark(front, point)),
                    score(&point.quality),
                    cost(front.axis, &span),
                    told.map_or_else(none, |told| chance(told.on_front)),
                    told.map_or_else(none, |told| chance(told.best)),
                ];
                if beaten {
                    row.push(beaten_by(front, point, &name).unwrap_or_default());
                }
                row
            })
            .collect();
        align(&header, &rows)
    }

    /// Marks the simulated among others.
    fn mark(&self, front: &Front, point: &FrontPoint) -> &'static str {
        if point.simulated && front.points.iter().any(|other| !other.simulated) {
            " (sim)"
        } else {
            ""
        }
    }

    fn name(&self, name: &str) -> String {
        self.glyphs.shorten(&escape_terminal(name), NAME)
    }
}
