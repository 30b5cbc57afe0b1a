//! A calibration for a terminal.

use super::CalibrationHead;
use super::lines::{Line, classes, corrections, figures, notes, orders, raters, scale, title};
use super::picture::{draw, table};
use crate::analyse::calibrate::Calibration;
use crate::report::escape::escape_terminal;
use crate::report::format::Glyphs;
use crate::report::layout::{align, wrap};
use unicode_width::UnicodeWidthStr;

/// Categories that a table shows; a wider one is in the JSON document.
const MOST_NAMES: usize = 12;
/// Characters of a category in a table.
const MOST_NAME: usize = 12;

/// The whole calibration, in lines of at most that width.
pub fn calibration_text(head: &CalibrationHead, found: &Calibration, width: usize, unicode: bool) -> String {
    let mut out = Out {
        text: String::new(),
        width,
    };
    out.wrapped(&title(head, found));
    out.wrapped(&scale(found));
    out.text.push('\n');
    out.lines(&figures(found));
    if found.pairs.is_some() {
        out.text.push('\n');
        out.lines(&orders(found));
    }
    if !found.classes.is_empty() {
        out.text.push('\n');
        out.lines(&classes(found));
    }
    if let Some(confusion) = &found.confusion {
        out.text.push('\n');
        if confusion.names.len() > MOST_NAMES {
            out.wrapped(&format!(
                "{} categories: the table of judge by human is in the JSON document (--json)",
                confusion.names.len()
            ));
        } else {
            let names: Vec<String> = confusion.names.iter().map(|name| short(name)).collect();
            table(&names, &confusion.cells)
                .iter()
                .for_each(|line| out.line(line));
        }
    }
    if let Some(picture) = &found.picture {
        out.text.push('\n');
        draw(picture, unicode).iter().for_each(|line| out.line(line));
    }
    let pairs = raters(found);
    if !pairs.is_empty() {
        out.text.push('\n');
        let rows: Vec<Vec<String>> = pairs
            .into_iter()
            .map(|[names, agreement, kappa, n]| {
                let names: String = escape_terminal(&names).chars().take(28).collect();
                vec![String::new(), names, agreement, kappa, n]
            })
            .collect();
        align(&["", "raters", "agreement", "kappa", "both"], &rows)
            .iter()
            .for_each(|line| out.line(line));
    }
    let corrections = corrections(head);
    if !corrections.is_empty() {
        out.text.push('\n');
        let rows: Vec<Vec<String>> = corrections
            .into_iter()
            .map(|[name, quantity, raw, corrected, labels]| {
                let name = Glyphs::ASCII.shorten(&escape_terminal(&name), 26);
                vec![String::new(), name, quantity, raw, corrected, labels]
            })
            .collect();
        // The widest table: names give way, so that it fits 80 columns.
        align(&["", "candidate", "what", "judge", "corrected", "labels"], &rows)
            .iter()
            .for_each(|line| out.line(line.trim_start_matches(' ')));
    }
    let notes = notes(head, found);
    if !notes.is_empty() {
        out.text.push('\n');
        notes.iter().for_each(|note| out.wrapped(note));
    }
    out.text
}

fn short(name: &str) -> String {
    escape_terminal(name).chars().take(MOST_NAME).collect()
}

struct Out {
    text: String,
    width: usize,
}

impl Out {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn wrapped(&mut self, text: &str) {
        for line in wrap(&escape_terminal(text), self.width, 2) {
            self.line(&line);
        }
    }

    /// Rows in three columns; the remark is wrapped below itself.
    fn lines(&mut self, lines: &[Line]) {
        let label = |line: &Line| escape_terminal(&line.label).into_owned();
        let widest = |of: &dyn Fn(&Line) -> usize| lines.iter().map(of).max().unwrap_or(0);
        let labels = widest(&|line| label(line).width()).min(30);
        let figures = widest(&|line| line.figure.width());
        let start = labels + figures + 4;
        for line in lines {
            let name: String = label(line).chars().take(labels).collect();
            let head = format!("{name:<labels$}  {:<figures$}  ", line.figure);
            let remark = escape_terminal(&line.remark);
            let room = self.width.saturating_sub(start).max(16);
            for (position, part) in wrap(&remark, room, 0).iter().enumerate() {
                match position {
                    0 => self.line(&format!("{head}{part}")),
                    _ => self.line(&format!("{:start$}{part}", "")),
                }
            }
        }
    }
}
