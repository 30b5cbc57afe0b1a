//! `bench plan`: what a run would send, use and cost, and what it could show.

mod power;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::prepare::{self, Choice, Prepared};
use crate::cli::progress::duration;
use crate::cli::table::{Column, plain_table};
use crate::cli::{sandbox, wire, workspace};
use crate::model::{Money, Project};
use crate::plan::{Estimate, PastOutput, estimate_messages, plan_estimate};
use crate::report::wrap;
use power::{PowerArgs, TaskPower};
use serde_json::{Value, json};

/// Flags of `bench plan`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench plan\n  bench plan ticket-triage -m 'openai/*' --epochs 3\n  \
                        bench plan --difference 2 --assume-discordance 0.1   what 2 points would take\n  bench plan --json"
)]
pub struct Args {
    #[command(flatten)]
    choice: Choice,
    /// Plan as if no completion was stored
    #[arg(long)]
    no_cache: bool,
    #[command(flatten)]
    power: PowerArgs,
}

/// Renders every prompt, counts, and prices; sends nothing.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let prepared = prepare::prepare_offline(&project, &args.choice, console)?;
    let counted = count(&prepared, &project, args.no_cache)?;
    let past = past(&prepared, &project)?;
    let estimate = plan_estimate(&prepared.plan.candidates, &counted, &past);
    let power = power::of(&prepared, &project, &estimate, &args.power)?;
    if console.json() {
        console.document(&document(&prepared, &estimate, &power, &args.power))?;
    } else {
        console.out(&text(&prepared, &estimate, &project, console.width()))?;
        console.out(&power::text(&power, &args.power, console.text_width()))?;
    }
    Ok(exit::DONE)
}

/// Calls, stored completions and input tokens of each candidate.
fn count(prepared: &Prepared, project: &Project, no_cache: bool) -> Result<Vec<(u64, u64, u64)>, Failure> {
    let plan = &prepared.plan;
    let tasks = wire::tasks(plan, &sandbox::open())?;
    let cache = match no_cache {
        false => prepare::existing_store(project)?.map(|store| store.cache()),
        true => None,
    };
    let lanes = match &cache {
        Some(_) => wire::lanes(plan, &tasks, &project.root, None, None)?,
        None => Vec::new(),
    };
    let mut keys: Vec<Option<crate::model::Hasher>> = vec![None; plan.candidates.len()];
    for lane in lanes.iter().filter(|lane| !lane.local) {
        for candidate in lane.work.iter().flat_map(|(_, candidates)| candidates) {
            keys[candidate.index as usize] = Some(candidate.key.clone());
        }
    }
    let mut counted = vec![(0_u64, 0_u64, 0_u64); plan.candidates.len()];
    for (task, planned) in tasks.iter().zip(&plan.tasks) {
        for case in (task.open_cases)() {
            let (_, case) = case.map_err(Failure::Usage)?;
            for (prompt, runtime) in task.prompts.iter().enumerate() {
                let messages = runtime.template.render(&case.vars);
                let messages =
                    messages.map_err(|error| Failure::Usage(format!("case `{}`: {error}", case.id)))?;
                let tokens = estimate_messages(&messages);
                for position in planned.candidates.clone() {
                    if plan.candidates[position].prompt != prompt {
                        continue;
                    }
                    let row = &mut counted[position];
                    row.0 += u64::from(planned.epochs);
                    row.2 = row
                        .2
                        .saturating_add(tokens.saturating_mul(u64::from(planned.epochs)));
                    let (Some(cache), Some(key)) = (&cache, &keys[position]) else {
                        continue;
                    };
                    for epoch in 0..planned.epochs {
                        let key = crate::run::cache_key(key, &messages, epoch);
                        row.1 += u64::from(crate::port::CompletionCache::get(cache, &key)?.is_some());
                    }
                }
            }
        }
    }
    Ok(counted)
}

/// Earlier runs that the expectation is taken from, newest first.
const PAST_RUNS: usize = 20;

/// What earlier runs say of each candidate.
fn past(prepared: &Prepared, project: &Project) -> Result<Vec<PastOutput>, Failure> {
    let Some(store) = prepare::existing_store(project)? else {
        return Ok(Vec::new());
    };
    let candidates = &prepared.plan.candidates;
    let mut sums = vec![(0_u64, 0_u64, 0_u64); candidates.len()];
    for info in store.runs()?.into_iter().take(PAST_RUNS) {
        let manifest = store.manifest(&info.run)?;
        let known = |hash| {
            candidates
                .iter()
                .position(|candidate| candidate.entry.hash == hash)
        };
        if !manifest
            .candidates
            .iter()
            .any(|entry| known(entry.hash).is_some())
        {
            continue;
        }
        for totals in store.totals(&info.run)? {
            let entry = manifest.candidates.get(totals.candidate as usize);
            if let Some(at) = entry.and_then(|entry| known(entry.hash)) {
                sums[at].0 += totals.answers - totals.unknown_tokens;
                sums[at].1 += totals.output_tokens;
                sums[at].2 += totals.latency_us;
            }
        }
    }
    let past = sums
        .into_iter()
        .map(|(completions, output, latency_us)| PastOutput {
            completions,
            mean_output: output as f64 / completions.max(1) as f64,
            mean_seconds: latency_us as f64 / 1e6 / completions.max(1) as f64,
        });
    Ok(past.collect())
}

fn money(amount: Option<Money>) -> String {
    amount.map_or("unknown".to_owned(), |amount| amount.to_string())
}

fn text(prepared: &Prepared, estimate: &Estimate, project: &Project, width: usize) -> String {
    let plan = &prepared.plan;
    let mut text = String::new();
    let first = plan
        .candidates
        .first()
        .map(|planned| &planned.entry.candidate.prompt);
    let one_prompt = plan
        .candidates
        .iter()
        .all(|planned| Some(&planned.entry.candidate.prompt) == first);
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
    let row = |name: [String; 3], row: &crate::plan::EstimateRow| {
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
    for estimate in &estimate.rows {
        let candidate = &plan.candidates[estimate.candidate].entry;
        let task = plan.tasks[candidate.task as usize].task.name.to_string();
        let simulated = if candidate.simulated { " (sim)" } else { "" };
        let name = format!("{}{simulated}", candidate.candidate.model_label());
        rows.push(row(
            [task, name, candidate.candidate.prompt.to_string()],
            estimate,
        ));
    }
    let total = estimate.total();
    rows.push(row(["total".to_owned(), String::new(), String::new()], &total));
    text.push_str(&plain_table(&columns, &rows, width));
    text.push('\n');
    let guess = if total.from_past == 0 {
        "a guess: no earlier run of these candidates"
    } else {
        "from earlier runs"
    };
    let mut notes = vec![format!(
        "{} calls{}; about {} at the configured limits.",
        total.calls - total.stored,
        if total.stored > 0 {
            format!(" ({} more are answered from the store)", total.stored)
        } else {
            String::new()
        },
        duration(estimate.seconds),
    )];
    notes.push(format!(
        "Input: estimated from the rendered prompts. Output: expected is {guess}; worst is max_tokens each."
    ));
    if let (Some(budget), Some(worst)) = (project.workspace.budget, total.cost.2)
        && worst > budget
    {
        notes.push(format!(
            "The worst case is above the budget of {budget}: the run may stop early (exit 102)."
        ));
    }
    for line in notes.iter().flat_map(|note| wrap(note, width, 0)) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn tokens(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..10_000_000 => format!("{:.0}k", count as f64 / 1e3),
        _ => format!("{:.1}M", count as f64 / 1e6),
    }
}

fn document(prepared: &Prepared, estimate: &Estimate, power: &[TaskPower], args: &PowerArgs) -> Value {
    let plan = &prepared.plan;
    let figures = |row: &crate::plan::EstimateRow| {
        let dollars = |amount: Option<Money>| amount.map(Money::exact);
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
    let rows = estimate.rows.iter().map(|row| {
        let entry = &plan.candidates[row.candidate].entry;
        let mut value = figures(row);
        value["task"] = json!(plan.tasks[entry.task as usize].task.name);
        value["model"] = json!(entry.candidate.model.to_string());
        value["prompt"] = json!(entry.candidate.prompt);
        value["simulated"] = json!(entry.simulated);
        value
    });
    json!({
        "schema_version": 1, "candidates": rows.collect::<Vec<_>>(), "total": figures(&estimate.total()),
        "power": power::json(power, args),
    })
}
