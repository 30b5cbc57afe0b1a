//! The leaderboard over all tasks, as a table of texts for the terminal and for Markdown.

use super::columns::{places, ranked};
use super::format::Glyphs;
use super::marks::Marks;
use super::notes::tie_note;
use crate::analyse::{Analysis, OverallRow};

/// Width of a task's name in a cell.
const TASK_NAME: usize = 20;

/// A table whose cells are not escaped yet; the second column holds names.
pub(super) struct OverallTable {
    pub title: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub marks: Marks,
}

/// The table; `None` where there is one task, or no model that ran all of them.
pub(super) fn overall_table(analysis: &Analysis, glyphs: &Glyphs) -> Option<OverallTable> {
    let overall = analysis
        .overall
        .as_ref()
        .filter(|overall| !overall.rows.is_empty())?;
    let marks = Marks::of(overall.rows.iter().flat_map(|row| &row.warnings));
    let all_simulated = analysis.is_simulated();
    let cells = |row: &OverallRow| {
        let simulated = if row.simulated && !all_simulated {
            " (simulated)"
        } else {
            ""
        };
        vec![
            ranked(row.rank, row.tied),
            format!("{}{simulated}", row.name),
            format!(
                "{}{}",
                glyphs.average(&row.score),
                marks.beside_warnings(&row.warnings)
            ),
            places(Some(row.places), glyphs),
            glyphs.amount(row.cost.total()),
            lowest(analysis, row, glyphs),
        ]
    };
    let simulated = if all_simulated { " (simulated)" } else { "" };
    Some(OverallTable {
        title: format!(
            "All {} tasks, each counting the same{simulated}",
            analysis.tasks.len()
        ),
        header: ["#", "model", "average", "ranks", "cost", "lowest task"]
            .map(str::to_owned)
            .to_vec(),
        rows: overall.rows.iter().map(cells).collect(),
        marks,
    })
}

/// `0.450 sums`: the task with the lowest mean.
fn lowest(analysis: &Analysis, row: &OverallRow, glyphs: &Glyphs) -> String {
    let tasks = row.means.iter().zip(&analysis.tasks);
    let lowest = tasks.min_by(|(a, _), (b, _)| a.total_cmp(b));
    lowest.map_or_else(String::new, |(mean, task)| {
        format!("{mean:.3} {}", glyphs.shorten(&task.task.name, TASK_NAME))
    })
}

/// What stands below the table.
pub(super) fn overall_notes(
    analysis: &Analysis,
    marks: &Marks,
    name: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let Some(overall) = &analysis.overall else {
        return Vec::new();
    };
    let mut notes: Vec<String> = tie_note(overall.rows.iter().any(|row| row.tied))
        .into_iter()
        .collect();
    notes.extend(marks.legend());
    let several = |task: &crate::analyse::TaskAnalysis| task.boards.len() > 1;
    if analysis.tasks.iter().any(several) {
        notes.push("where a task has several prompts, a case counts with its mean over them".to_owned());
    }
    let differ: Vec<String> = overall
        .rows
        .iter()
        .filter(|row| row.params_differ)
        .map(|row| name(&row.name))
        .collect();
    if !differ.is_empty() {
        let who = if differ.len() == overall.rows.len() {
            String::new()
        } else {
            format!(" of {}", differ.join(", "))
        };
        notes.push(format!("parameters{who} are not the same in all tasks"));
    }
    if !overall.left_out.is_empty() {
        let names: Vec<String> = overall.left_out.iter().map(|left| name(left)).collect();
        notes.push(format!(
            "no place without a score in every task: {}",
            names.join(", ")
        ));
    }
    notes
}
