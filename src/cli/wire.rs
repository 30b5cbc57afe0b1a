//! Plugs adapters, scorers and cases into the engine: from a plan to lanes.

use super::failure::Failure;
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::{Api, Hasher, Limits, Price, ProviderConfig, Task};
use crate::plan::{Plan, PlannedCandidate};
use crate::port::Provider;
use crate::provider;
use crate::run::{CandidateRuntime, CaseIter, LaneSpec, PromptRuntime, TaskRuntime};
use crate::sandbox::Sandbox;
use crate::scorer::ScorerSet;
use crate::template::PromptTemplate;
use std::sync::Arc;

/// Requests in flight to start from where nobody set a limit, and the most that adaptation may reach.
const ADAPTIVE: (usize, usize) = (16, 256);
/// Requests in flight of local servers, which queue what they cannot do at once.
const LOCAL_SERVER: (usize, usize) = (2, 16);

/// The tasks of a plan, compiled, in the plan's order.
pub fn tasks(plan: &Plan, sandbox: &Arc<Sandbox>) -> Result<Vec<Arc<TaskRuntime>>, Failure> {
    let compiled = plan.tasks.iter().enumerate().map(|(index, planned)| {
        let selection = CaseSelection::new(&planned.case_globs, planned.limit).map_err(Failure::Usage)?;
        task(index, &planned.task, planned.epochs, selection, sandbox)
    });
    compiled.collect()
}

fn task(
    index: usize,
    task: &Arc<Task>,
    epochs: u32,
    selection: CaseSelection,
    sandbox: &Arc<Sandbox>,
) -> Result<Arc<TaskRuntime>, Failure> {
    let broken = |what: String| Failure::Usage(format!("{}: {what}", task.path));
    let prompts = task.prompts.iter().map(|prompt| {
        let template = PromptTemplate::compile(prompt).map_err(|error| broken(error.to_string()))?;
        Ok(PromptRuntime {
            id: prompt.id.as_str().into(),
            template,
        })
    });
    let prompts = prompts.collect::<Result<_, Failure>>()?;
    let source = task.clone();
    let open_cases = move || -> CaseIter {
        let reader = CaseReader::open(&source, selection.clone());
        Box::new(reader.map(|case| case.map_err(|error| error.to_string())))
    };
    Ok(Arc::new(TaskRuntime {
        index: index as u32,
        task: task.clone(),
        prompts,
        scorers: ScorerSet::new(task).map_err(broken)?.with_sandbox(sandbox),
        open_cases: Box::new(open_cases),
        epochs,
    }))
}

/// One lane for each provider of a plan, with its candidates.
pub fn lanes(
    plan: &Plan,
    tasks: &[Arc<TaskRuntime>],
    workspace: &camino::Utf8Path,
    jobs: Option<u32>,
    default_concurrency: Option<u32>,
) -> Result<Vec<LaneSpec>, Failure> {
    let mut lanes: Vec<LaneSpec> = Vec::new();
    for (task, planned) in tasks.iter().zip(&plan.tasks) {
        for position in planned.candidates.clone() {
            let candidate = &plan.candidates[position];
            let at = match lanes.iter().position(|lane| lane.name == candidate.provider.name) {
                Some(at) => at,
                None => {
                    lanes.push(lane(&candidate.provider, workspace, jobs, default_concurrency)?);
                    lanes.len() - 1
                }
            };
            let lane = &mut lanes[at];
            let runtime = Arc::new(candidate_runtime(
                position,
                candidate,
                task,
                lane.provider.as_ref(),
            ));
            match lane.work.last_mut() {
                Some((last, candidates)) if last.index == task.index => candidates.push(runtime),
                _ => lane.work.push((task.clone(), vec![runtime])),
            }
        }
    }
    Ok(lanes)
}

pub fn lane(
    config: &Arc<ProviderConfig>,
    workspace: &camino::Utf8Path,
    jobs: Option<u32>,
    default_concurrency: Option<u32>,
) -> Result<LaneSpec, Failure> {
    let provider = connect(config, workspace)?;
    let local = config.api.is_local();
    let cores = std::thread::available_parallelism().map_or(2, usize::from) as u32;
    let usual = match config.api {
        Api::Sim | Api::Replay => Some(64),
        Api::Exec => Some(cores),
        _ => None,
    };
    let concurrency = jobs
        .or(config.limits.concurrency)
        .or(default_concurrency)
        .or(usual);
    Ok(LaneSpec {
        name: config.name.clone(),
        provider,
        local,
        free: config.api == Api::Replay,
        limits: Limits {
            concurrency,
            ..config.limits
        },
        adaptive: if config.api == Api::Ollama {
            LOCAL_SERVER
        } else {
            ADAPTIVE
        },
        max_attempts: config.max_attempts,
        asked: false,
        work: Vec::new(),
    })
}

/// The way to a provider.
pub fn connect(
    config: &Arc<ProviderConfig>,
    workspace: &camino::Utf8Path,
) -> Result<Arc<dyn Provider>, Failure> {
    let variable = |name: &str| std::env::var_os(name);
    provider::build(config.clone(), workspace, &variable)
        .map_err(|message| Failure::Usage(format!("{}: {message}", config.path)))
}

fn candidate_runtime(
    position: usize,
    candidate: &PlannedCandidate,
    task: &TaskRuntime,
    provider: &dyn Provider,
) -> CandidateRuntime {
    let schema = task.task.output.schema.clone();
    let mut key = Hasher::new("request");
    key.field(&provider.identity().0)
        .text(&candidate.sent_model)
        .json(&*candidate.params);
    if candidate.params.response_format.is_some() {
        key.json(&schema);
    }
    let most_output = most_output(candidate);
    CandidateRuntime::new(
        position as u32,
        candidate.prompt,
        candidate.sent_model.clone(),
        candidate.params.clone(),
        schema,
        candidate.model.price.clone(),
        most_output,
        key,
    )
}

/// The most output tokens that a call of the candidate may cost.
pub fn most_output(candidate: &PlannedCandidate) -> Option<u64> {
    candidate
        .params
        .max_tokens
        .map(u64::from)
        .or(candidate.model.max_output)
}

/// Refuses what a spending cap cannot be kept with: an unknown price, or answers without a limit.
pub fn check_budget(plan: &Plan) -> Result<(), Failure> {
    for candidate in plan
        .candidates
        .iter()
        .filter(|candidate| candidate.provider.api != Api::Replay)
    {
        let model = &candidate.entry.candidate.model;
        let missing = match (&candidate.model.price, most_output(candidate)) {
            (None, _) => "its price is unknown: add `input` and `output` to the model in",
            (Some(price), _) if !is_complete(price) => "its price lacks `input` or `output`: add it in",
            (Some(_), None) => {
                "nothing limits its answers: set `params: {max_tokens: N}`, or `max_output` of the model in"
            }
            (Some(_), Some(_)) => continue,
        };
        return Err(Failure::Usage(format!(
            "the budget cannot be kept for `{model}`: {missing} {}",
            candidate.provider.path
        )));
    }
    Ok(())
}

/// Whether a price says what input and output cost.
pub fn is_complete(price: &Price) -> bool {
    price.base.input.is_some() && price.base.output.is_some()
}
