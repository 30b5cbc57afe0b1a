//! `bench plan`: what a run would send, use and cost, and what it could show.

mod power;
mod show;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::judging::{self, Wiring};
use crate::cli::prepare::{self, Choice, Prepared};
use crate::cli::{sandbox, wire, workspace};
use crate::model::Project;
use crate::plan::{PastOutput, estimate_messages, plan_estimate};
use crate::run::TaskRuntime;
use power::PowerArgs;
use show::Planned;
use std::collections::HashMap;
use std::sync::Arc;

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
    let tasks = wire::tasks(&prepared.plan, &sandbox::open())?;
    let counted = count(&prepared, &tasks, &project, args.no_cache)?;
    let past = past(&prepared, &project)?;
    let candidates = plan_estimate(&prepared.plan.candidates, &counted, &past.candidates);
    let mut manifest = prepared.manifest(&project, None);
    manifest.budget = project.workspace.budget;
    let wiring = Wiring {
        project: &project,
        plan: &prepared.plan,
        tasks: &tasks,
        judges: &manifest.judges,
        jobs: None,
    };
    let replies = |task: &str, scorer: &str| past.replies(task, scorer);
    let (judges, left_out) = judging::estimate(&wiring, &manifest, &candidates.rows, &replies)?;
    let power = power::of(&prepared, &project, (&candidates, &judges), &args.power)?;
    let planned = Planned {
        prepared: &prepared,
        candidates,
        judges,
        left_out,
        budget: project.workspace.budget,
    };
    if console.json() {
        let mut document = planned.document();
        document["power"] = power::json(&power, &args.power).into();
        console.document(&document)?;
    } else {
        console.out(&planned.text(console.width()))?;
        console.out(&power::text(&power, &args.power, console.text_width()))?;
    }
    Ok(exit::DONE)
}

/// Calls, stored completions and input tokens of each candidate.
fn count(
    prepared: &Prepared,
    tasks: &[Arc<TaskRuntime>],
    project: &Project,
    no_cache: bool,
) -> Result<Vec<(u64, u64, u64)>, Failure> {
    let plan = &prepared.plan;
    let cache = match no_cache {
        false => prepare::existing_store(project)?.map(|store| store.cache()),
        true => None,
    };
    let lanes = match &cache {
        Some(_) => wire::lanes(plan, tasks, &project.root, None, None)?,
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

/// What earlier runs say.
#[derive(Default)]
struct Past {
    /// Of each candidate.
    candidates: Vec<PastOutput>,
    /// Of judges: replies with known tokens and their output tokens, by names of task and scorer.
    judges: HashMap<(Arc<str>, String), (u64, u64)>,
}

impl Past {
    /// Output tokens of a reply of the judge behind that scorer.
    fn replies(&self, task: &str, scorer: &str) -> Option<f64> {
        let (replies, output) = self.judges.get(&(task.into(), scorer.to_owned()))?;
        (*replies > 0).then(|| *output as f64 / *replies as f64)
    }
}

/// What earlier runs say of candidates and judges.
fn past(prepared: &Prepared, project: &Project) -> Result<Past, Failure> {
    let Some(store) = prepare::existing_store(project)? else {
        return Ok(Past::default());
    };
    let mut past = Past::default();
    let candidates = &prepared.plan.candidates;
    let mut sums = vec![(0_u64, 0_u64, 0_u64); candidates.len()];
    for info in store.runs()?.into_iter().take(PAST_RUNS) {
        let manifest = store.manifest(&info.run)?;
        if info.counts.judgements > 0 {
            for totals in store.judge_totals(&info.run)? {
                let Some(task) = manifest.tasks.get(totals.task as usize) else {
                    continue;
                };
                let sums = past.judges.entry((task.name.clone(), totals.scorer)).or_default();
                sums.0 += totals.replies - totals.unknown_tokens;
                sums.1 += totals.output_tokens;
            }
        }
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
    let outputs = sums
        .into_iter()
        .map(|(completions, output, latency_us)| PastOutput {
            completions,
            mean_output: output as f64 / completions.max(1) as f64,
            mean_seconds: latency_us as f64 / 1e6 / completions.max(1) as f64,
        });
    past.candidates = outputs.collect();
    Ok(past)
}
