//! A plan with its estimates as text and as JSON.

use crate::cli::judging::JudgeRow;
use crate::cli::prepare::Prepared;
use crate::cli::progress::duration;
use crate::cli::table::{Column, plain_table};
use crate::model::Money;
use crate::plan::{Estimate, EstimateRow, JudgeEstimate};
use crate::report::wrap;
use serde_json::{Value, json};

/// What stands in place of a scorer where a judge is asked about its anchors.
const ANCHORS: &str = "(anchors)";

/// A plan with its estimates.
pub struct Planned<'a> {
    /// The plan.
    pub prepared: &'a Prepared,
    /// What its candidates will use.
    pub candidates: Estimate,
    /// What its judges will use.
    pub judges: Vec<JudgeRow>,
    /// What tournaments leave out, in words.
    pub left_out: Vec<String>,
    /// The workspace's spending cap.
    pub budget: Option<Money>,
}

fn money(amount: Option<Money>) -> String {
    amount.map_or("unknown".to_owned(), |amount| amount.to_string())
}

fn tokens(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..10_000_000 => format!("{:.0}k", count as f64 / 1e3),
        _ => format!("{:.1}M", count as f64 / 1e6),
    }
}

impl Planned<'_> {
    /// All judges together.
    fn judging(&self) -> JudgeEstimate {
        let rows = self.judges.iter().map(|row| &row.estimate);
        rows.fold(JudgeEstimate::NONE, |sum, row| sum.plus(row))
    }

    /// Candidates and judges together, expected and at worst.
    fn together(&self) -> (Option<Money>, Option<Money>) {
        let (candidates, judges) = (self.candidates.total().cost, self.judging().cost);
        let sum = |a: Option<Money>, b: Option<Money>| Some(a?.saturating_add(b?));
        (sum(candidates.1, judges.0), sum(candidates.2, judges.1))
    }

    /// Tables and notes.
    pub fn text(&self, width: usize) -> String {
        let mut text = self.candidates_table(width);
        text.push('\n');
        if !self.judges.is_empty() {
            text.push_str(&self.judges_table(width));
            text.push('\n');
        }
        for line in self.notes().iter().flat_map(|note| wrap(note, width, 0)) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    fn candidates_table(&self, width: usize) -> String {
        let plan = &self.prepared.plan;
        let mut prompts = plan
            .candidates
            .iter()
            .map(|planned| &planned.entry.candidate.prompt);
        let first = prompts.next();
        let one_prompt = prompts.all(|prompt| Some(prompt) == first);
        let prompt = Column::text("prompt").shortenable();
        let columns = [
            Column::text("task").shortenable(),
            Column::text("model").shortenable(),
            if one_prompt { prompt.droppable(1) } else { prompt },
            Column::number("calls"),
            Column::number("input").droppable(3),
            Column::number("output").droppable(4),
            Column::number("low").droppable(2),
            Column::number("expected"),
            Column::number("worst"),
        ];
        let row = |name: [String; 3], row: &EstimateRow| {
            let [task, model, prompt] = name;
            vec![
                task,
                model,
                prompt,
                (row.calls - row.stored).to_string(),
                tokens(row.input_tokens),
                tokens(row.output_tokens.1),
                money(row.cost.0),
                money(row.cost.1),
                money(row.cost.2),
            ]
        };
        let mut rows = Vec::new();
        for estimate in &self.candidates.rows {
            let candidate = &plan.candidates[estimate.candidate].entry;
            let task = plan.tasks[candidate.task as usize].task.name.to_string();
            let simulated = if candidate.simulated { " (sim)" } else { "" };
            let name = format!("{}{simulated}", candidate.candidate.model_label());
            rows.push(row(
                [task, name, candidate.candidate.prompt.to_string()],
                estimate,
            ));
        }
        rows.push(row(
            ["total".to_owned(), String::new(), String::new()],
            &self.candidates.total(),
        ));
        plain_table(&columns, &rows, width)
    }

    fn judges_table(&self, width: usize) -> String {
        let columns = [
            Column::text("task").shortenable(),
            Column::text("scorer").shortenable(),
            Column::text("judge").shortenable(),
            Column::number("questions"),
            Column::number("input").droppable(3),
            Column::number("output").droppable(4),
            Column::number("expected"),
            Column::number("worst"),
        ];
        let row = |name: [String; 3], row: &JudgeEstimate| {
            let [task, scorer, judge] = name;
            vec![
                task,
                scorer,
                judge,
                row.questions.to_string(),
                tokens(row.input_tokens),
                tokens(row.output_tokens.0),
                money(row.cost.0),
                money(row.cost.1),
            ]
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        for judge in &self.judges {
            let (task, scorer) = match &judge.asked_by {
                Some((task, scorer)) => (task.to_string(), scorer.to_string()),
                None => (String::new(), ANCHORS.to_owned()),
            };
            rows.push(row([task, scorer, judge.judge.clone()], &judge.estimate));
        }
        rows.push(row(
            ["total".to_owned(), String::new(), String::new()],
            &self.judging(),
        ));
        plain_table(&columns, &rows, width)
    }

    fn notes(&self) -> Vec<String> {
        let total = self.candidates.total();
        let guess = if total.from_past == 0 {
            "a guess: no earlier run of these candidates"
        } else {
            "from earlier runs"
        };
        let mut notes = vec![
            format!(
                "{} calls{}; about {} at the configured limits.",
                total.calls - total.stored,
                if total.stored > 0 {
                    format!(" ({} more are answered from the store)", total.stored)
                } else {
                    String::new()
                },
                duration(self.candidates.seconds),
            ),
            format!(
                "Input: estimated from the rendered prompts. Output: expected is {guess}; worst is max_tokens each."
            ),
        ];
        let (expected, worst) = self.together();
        if !self.judges.is_empty() {
            let replies = if self.judges.iter().any(|judge| judge.from_past) {
                "from earlier runs where there are any"
            } else {
                "a guess: no earlier run of these judges"
            };
            notes.push(format!(
                "Judges: every answer is taken to be judged and no verdict to be stored. Input: their prompts with answers \
                 of the expected length; replies: {replies}; worst is every question put twice, about answers of max_tokens."
            ));
            notes.extend(self.left_out.iter().cloned());
            notes.push(format!(
                "Candidates and judges: {} expected, {} at worst.",
                money(expected),
                money(worst)
            ));
        }
        if let (Some(budget), Some(worst)) = (self.budget, worst)
            && worst > budget
        {
            notes.push(format!(
                "The worst case is above the budget of {budget}: the run may stop early (exit 102)."
            ));
        }
        notes
    }

    /// The same for programs.
    pub fn document(&self) -> Value {
        let plan = &self.prepared.plan;
        let dollars = |amount: Option<Money>| amount.map(Money::exact);
        let figures = |row: &EstimateRow| {
            json!({
                "trials": row.calls,
                "stored": row.stored,
                "calls": row.calls - row.stored,
                "input_tokens": row.input_tokens,
                "output_tokens": {"low": row.output_tokens.0, "expected": row.output_tokens.1, "worst": row.output_tokens.2},
                "cost_usd": {"low": dollars(row.cost.0), "expected": dollars(row.cost.1), "worst": dollars(row.cost.2)},
                "completions_of_earlier_runs": row.from_past,
                "seconds": row.seconds,
            })
        };
        let candidates = self.candidates.rows.iter().map(|row| {
            let entry = &plan.candidates[row.candidate].entry;
            let mut value = figures(row);
            value["task"] = json!(plan.tasks[entry.task as usize].task.name);
            value["model"] = json!(entry.candidate.model.to_string());
            value["prompt"] = json!(entry.candidate.prompt);
            value["simulated"] = json!(entry.simulated);
            value
        });
        let of_judge = |row: &JudgeEstimate| {
            json!({
                "questions": row.questions,
                "input_tokens": row.input_tokens,
                "output_tokens": {"expected": row.output_tokens.0, "worst": row.output_tokens.1},
                "cost_usd": {"expected": dollars(row.cost.0), "worst": dollars(row.cost.1)},
            })
        };
        let judges = self.judges.iter().map(|row| {
            let mut value = of_judge(&row.estimate);
            let (task, scorer) = row.asked_by.clone().unzip();
            value["task"] = json!(task);
            value["scorer"] = json!(scorer);
            value["judge"] = json!(row.judge);
            value["from_earlier_runs"] = json!(row.from_past);
            value
        });
        let (expected, worst) = self.together();
        json!({
            "schema_version": 1,
            "candidates": candidates.collect::<Vec<_>>(),
            "total": figures(&self.candidates.total()),
            "judges": judges.collect::<Vec<_>>(),
            "judges_total": of_judge(&self.judging()),
            "cost_usd": {"expected": dollars(expected), "worst": dollars(worst)},
        })
    }
}
