//! A calibration for people who read Markdown.

use super::CalibrationHead;
use super::lines::{Line, classes, corrections, figures, notes, orders, raters, scale, title};
use crate::analyse::calibrate::Calibration;
use crate::report::escape::escape_markdown;
use std::io::{self, Write};

/// Writes the calibration.
pub fn calibration_markdown(
    head: &CalibrationHead,
    found: &Calibration,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "# Judge {}\n", escape_markdown(&head.judge))?;
    writeln!(out, "{}.\n", escape_markdown(&title(head, found)))?;
    writeln!(out, "{}.\n", escape_markdown(&scale(found)))?;
    figures_table(&figures(found), out)?;
    for (title, lines) in [("By order", orders(found)), ("By category", classes(found))] {
        if !lines.is_empty() {
            writeln!(out, "## {title}\n")?;
            figures_table(&lines, out)?;
        }
    }
    if let Some(confusion) = &found.confusion {
        writeln!(out, "## Judge by human\n")?;
        let names: Vec<String> = confusion.names.iter().map(|name| escape_markdown(name)).collect();
        writeln!(out, "| judge \\\\ human | {} |", names.join(" | "))?;
        writeln!(out, "|---|{}", "---:|".repeat(names.len()))?;
        for (name, counts) in names.iter().zip(&confusion.cells) {
            let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
            writeln!(out, "| {name} | {} |", counts.join(" | "))?;
        }
        writeln!(out)?;
    }
    if let Some(picture) = &found.picture {
        writeln!(out, "## Numbers\n")?;
        writeln!(
            out,
            "Outputs by cell; the judge's numbers in rows, those of people in columns.\n"
        )?;
        let middle = |(low, high): (f64, f64), cells: usize, at: usize| {
            let width = (high - low) / cells.max(1) as f64;
            match cells {
                1 => format!("{low}"),
                _ if (high - low + 1.0 - cells as f64).abs() < 1e-9 => format!("{}", low + at as f64),
                _ => format!("{:.2}", low + width * (at as f64 + 0.5)),
            }
        };
        let columns: Vec<String> = (0..picture.columns)
            .map(|at| middle(picture.human, picture.columns, at))
            .collect();
        writeln!(out, "| judge \\\\ human | {} |", columns.join(" | "))?;
        writeln!(out, "|---|{}", "---:|".repeat(columns.len()))?;
        for row in (0..picture.rows).rev() {
            let mut counts = vec![String::new(); picture.columns];
            for cell in picture.cells.iter().filter(|cell| cell.row == row) {
                if let Some(count) = counts.get_mut(cell.column) {
                    *count = cell.count.to_string();
                }
            }
            let label = middle(picture.judge, picture.rows, row);
            writeln!(out, "| {label} | {} |", counts.join(" | "))?;
        }
        writeln!(out)?;
    }
    let pairs = raters(found);
    if !pairs.is_empty() {
        writeln!(out, "## Raters two by two\n")?;
        writeln!(out, "| raters | agreement | kappa | both |\n|---|---:|---:|---:|")?;
        for [names, agreement, kappa, n] in pairs {
            writeln!(
                out,
                "| {} | {agreement} | {kappa} | {n} |",
                escape_markdown(&names)
            )?;
        }
        writeln!(out)?;
    }
    let corrections = corrections(head);
    if !corrections.is_empty() {
        writeln!(out, "## The run, corrected\n")?;
        writeln!(
            out,
            "| candidate | what | judge | corrected | labels |\n|---|---|---:|---:|---:|"
        )?;
        for [name, quantity, raw, corrected, labels] in corrections {
            writeln!(
                out,
                "| {} | {quantity} | {raw} | {corrected} | {labels} |",
                escape_markdown(&name)
            )?;
        }
        writeln!(out)?;
    }
    for note in notes(head, found) {
        writeln!(out, "- {}", escape_markdown(&note))?;
    }
    Ok(())
}

fn figures_table(lines: &[Line], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| | | |\n|---|---:|---|")?;
    for line in lines {
        writeln!(
            out,
            "| {} | {} | {} |",
            escape_markdown(line.label.trim()),
            line.figure,
            escape_markdown(&line.remark)
        )?;
    }
    writeln!(out)
}
