//! The report in Markdown, cut to what a comment of a pull request can hold: what matters most comes first, and parts
//! that do not fit are left out whole.

use super::boards::overall;
use super::compare::{against_flips, against_table};
use super::front;
use super::markdown::{Beside, failure_section, head, leaderboards, method_section, picture};
use crate::analyse::Analysis;
use crate::report::escape_markdown;
use std::io::{self, Write};

/// Bytes of the report. Comments of GitHub hold 65,536 characters; others hold more.
const MOST: usize = 60_000;
/// Bytes that are kept for the last line.
const LAST: usize = 400;

/// What fits.
#[derive(Default)]
struct Page {
    text: Vec<u8>,
    left_out: u64,
}

impl Page {
    fn add(&mut self, part: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        part(&mut bytes)?;
        if self.text.len() + bytes.len() + LAST <= MOST {
            self.text.append(&mut bytes);
        } else {
            self.left_out += 1;
        }
        Ok(())
    }
}

/// Writes the brief report.
pub fn markdown_brief(analysis: &Analysis, beside: &Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::default();
    page.add(|out| head(analysis, beside, out))?;
    if let Some(against) = beside.baseline {
        page.add(|out| against_table(against, out))?;
    }
    page.add(|out| overall(analysis, out))?;
    for task in &analysis.tasks {
        page.add(|out| leaderboards(task, out))?;
    }
    page.add(|out| front::overall_brief(analysis, out))?;
    page.add(|out| picture(beside, out))?;
    for at in 0..analysis.tasks.len() {
        page.add(|out| front::task_brief(analysis, at, out))?;
    }
    if let Some(against) = beside.baseline {
        for pair in &against.comparison.pairs {
            page.add(|out| against_flips(against, pair, out))?;
        }
    }
    for task in &analysis.tasks {
        for row in task.rows().filter(|row| !row.failures.is_empty()) {
            page.add(|out| failure_section(task, row, 1, out))?;
        }
    }
    page.add(|out| method_section(analysis, out))?;
    if page.left_out > 0 {
        let run = escape_markdown(&analysis.manifest.run);
        writeln!(
            page.text,
            "<sub>Left out, since a comment has no room for them: {} parts. `bench report {run}` has everything.</sub>",
            page.left_out
        )?;
    }
    out.write_all(&page.text)
}
