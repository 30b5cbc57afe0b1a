//! The report as one HTML file: everything is inside it, nothing is loaded from elsewhere, and it works from disk.
//!
//! Leaderboards, drawings and words are written here, so that they are there without the script. The script adds the
//! cases: it reads them as JSON and shows what models wrote as text only, never as markup.

mod against;
mod board;
mod data;
mod front;
mod overview;
mod policy;
mod rounds;
mod select;
mod shell;
mod standing;
mod task;
mod text;

pub use select::{CasePicker, MOST_TRIALS, PickedCases};

use super::compare::Against;
use crate::analyse::{Analysis, TrialView};
use data::{PageCase, PageData, PageTrial};
use std::io::{self, Write};
use text::write_json;

const STYLE: &str = include_str!("style.css");
/// One element: the policy names it by its hash.
const SCRIPT: &str = concat!(
    "'use strict';\n(() => {\n",
    include_str!("app/text.js"),
    include_str!("app/diff.js"),
    include_str!("app/data.js"),
    include_str!("app/tables.js"),
    include_str!("app/list.js"),
    include_str!("app/case.js"),
    include_str!("app/main.js"),
    "})();\n"
);

/// Writes a page while the trials of its run come by.
pub struct HtmlReport<'a> {
    analysis: &'a Analysis,
    picked: &'a PickedCases,
    out: &'a mut dyn Write,
    task: Option<u32>,
    case: Option<u64>,
    first: bool,
}

impl<'a> HtmlReport<'a> {
    /// Writes everything that stands before the cases.
    pub fn begin(
        analysis: &'a Analysis,
        picked: &'a PickedCases,
        baseline: Option<&Against<'_>>,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        let policy = policy::policy(SCRIPT, STYLE);
        shell::head(analysis, &policy, STYLE, baseline.is_some(), out)?;
        overview::overview(analysis, baseline, out)?;
        for (position, task) in analysis.tasks.iter().enumerate() {
            task::section(analysis, position, task, picked, out)?;
        }
        if let Some(against) = baseline {
            against::section(analysis, against, out)?;
        }
        shell::cases(picked, out)?;
        overview::method_section(analysis, out)?;
        shell::foot(analysis, out)?;
        write!(out, "<script type=\"application/json\" id=\"page-data\">")?;
        write_json(&PageData::new(analysis, picked), out)?;
        writeln!(out, "</script>")?;
        Ok(Self {
            analysis,
            picked,
            out,
            task: None,
            case: None,
            first: true,
        })
    }

    /// Adds a trial, where the page holds its case. Trials of a case come together, and cases of a task.
    pub fn trial(&mut self, view: &TrialView<'_>) -> io::Result<()> {
        let key = view.key;
        let entry = self.analysis.manifest.candidates.get(key.candidate as usize);
        if entry.is_none_or(|entry| entry.task != key.task) || !self.picked.holds(key.task, key.case) {
            return Ok(());
        }
        if self.task != Some(key.task) {
            self.close_task()?;
            write!(
                self.out,
                "<script type=\"application/json\" id=\"cases-{}\">[",
                key.task
            )?;
            self.task = Some(key.task);
            self.first = true;
        }
        let most = self.picked.text();
        if self.case == Some(key.case) {
            self.out.write_all(b",")?;
        } else {
            self.close_case()?;
            if !self.first {
                self.out.write_all(b",\n")?;
            }
            self.out.write_all(b"[")?;
            write_json(&PageCase::of(view, most), self.out)?;
            self.out.write_all(b",[")?;
            self.case = Some(key.case);
            self.first = false;
        }
        write_json(&PageTrial::of(view, most), self.out)
    }

    /// Writes what stands behind the cases.
    pub fn end(mut self) -> io::Result<()> {
        self.close_task()?;
        writeln!(self.out, "<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    fn close_case(&mut self) -> io::Result<()> {
        match self.case.take() {
            Some(_) => self.out.write_all(b"]]"),
            None => Ok(()),
        }
    }

    fn close_task(&mut self) -> io::Result<()> {
        self.close_case()?;
        match self.task.take() {
            Some(_) => writeln!(self.out, "]</script>"),
            None => Ok(()),
        }
    }
}
