//! The matrix: which candidates meet which cases, how often.

use super::catalog::Catalog;
use super::select::{SelectError, Selection, glob, known_names};
use crate::model::{
    Api, Candidate, CandidateEntry, Digest, Hasher, ModelConfig, ModelRef, ModelSelector, Params, Project,
    ProviderConfig, Task,
};
use std::sync::Arc;

/// The matrix of trials, without its cases: those are read as a stream.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Tasks with at least one candidate, in the project's order.
    pub tasks: Vec<PlannedTask>,
    /// Candidates of all tasks, grouped by task.
    pub candidates: Vec<PlannedCandidate>,
}

/// A task of a plan.
#[derive(Clone, Debug)]
pub struct PlannedTask {
    /// The task.
    pub task: Arc<Task>,
    /// Positions of its candidates in [`Plan::candidates`].
    pub candidates: std::ops::Range<usize>,
    /// Repeats of each trial.
    pub epochs: u32,
    /// Globs over case ids.
    pub case_globs: Vec<String>,
    /// At most this many cases.
    pub limit: Option<u64>,
}

/// A candidate of a plan.
#[derive(Clone, Debug)]
pub struct PlannedCandidate {
    /// What the manifest says of it.
    pub entry: CandidateEntry,
    /// Position of its prompt in the task.
    pub prompt: usize,
    /// The provider.
    pub provider: Arc<ProviderConfig>,
    /// What is known of the model.
    pub model: ModelConfig,
    /// The name to send.
    pub sent_model: Arc<str>,
    /// Complete parameters.
    pub params: Arc<Params>,
}

/// Builds the matrix of `tasks` with what `selection` keeps.
pub fn plan(
    project: &Project,
    catalog: &Catalog,
    tasks: &[Arc<Task>],
    selection: &Selection,
) -> Result<Plan, SelectError> {
    check_prompts(tasks, selection)?;
    let replaced = extra_models(project, catalog, tasks, &selection.models)?;
    let mut plan = Plan {
        tasks: Vec::new(),
        candidates: Vec::new(),
    };
    for task in tasks {
        let start = plan.candidates.len();
        let models = task_models(project, catalog, task, &selection.models, &replaced)?;
        for (prompt, template) in task.prompts.iter().enumerate() {
            if !selection.prompts.is_empty() && !selection.prompts.contains(&template.id) {
                continue;
            }
            let prompt_hash = Hasher::new("prompt")
                .json(&template.messages)
                .json(&task.output)
                .digest();
            for (model, selector) in &models {
                let built = candidate(project, catalog, task, model, selector, prompt)?;
                let planned = built.planned(plan.tasks.len() as u32, &prompt_hash);
                let repeated = |other: &PlannedCandidate| other.entry.hash == planned.entry.hash;
                if !plan.candidates[start..].iter().any(repeated) {
                    plan.candidates.push(planned);
                }
            }
        }
        if plan.candidates.len() > start {
            plan.tasks.push(PlannedTask {
                task: task.clone(),
                candidates: start..plan.candidates.len(),
                epochs: selection.epochs.unwrap_or(task.epochs).max(1),
                case_globs: selection.cases.clone(),
                limit: selection.limit,
            });
        }
    }
    if plan.tasks.is_empty() {
        return Err(SelectError::new(if project.tasks.is_empty() {
            "nothing to run: there is no task yet; `bench add-task NAME` makes one"
        } else {
            "nothing to run: no task has a model; name models in bench.yaml, in the task, or with --model"
        }));
    }
    Ok(plan)
}

fn check_prompts(tasks: &[Arc<Task>], selection: &Selection) -> Result<(), SelectError> {
    for id in &selection.prompts {
        let ids = || {
            tasks
                .iter()
                .flat_map(|task| task.prompts.iter().map(|prompt| prompt.id.as_str()))
        };
        if !ids().any(|known| known == id) {
            return Err(SelectError::new(format!(
                "no prompt has the id `{id}`{}",
                known_names(id, ids())
            )));
        }
    }
    Ok(())
}

/// Models that `--model` names though no task lists them: looked up in the catalog, else taken by name.
fn extra_models(
    project: &Project,
    catalog: &Catalog,
    tasks: &[Arc<Task>],
    globs: &[String],
) -> Result<Vec<ModelRef>, SelectError> {
    let mut extra = Vec::new();
    for pattern in globs {
        let matcher = glob(pattern)?;
        let mut listed = false;
        for task in tasks {
            for (model, _) in listed_models(catalog, &task.models)? {
                listed |= matcher.is_match(model.to_string());
            }
        }
        if listed {
            continue;
        }
        let before = extra.len();
        let known = catalog
            .models()
            .iter()
            .filter(|known| matcher.is_match(known.model.to_string()));
        extra.extend(known.map(|known| known.model.clone()));
        if extra.len() > before {
            continue;
        }
        match ModelRef::parse(pattern) {
            Some(model) if !ModelSelector::is_glob(pattern) && may_be_unlisted(project, catalog, &model) => {
                extra.push(model)
            }
            _ => {
                let names: Vec<String> = catalog
                    .models()
                    .iter()
                    .map(|known| known.model.to_string())
                    .collect();
                let known = known_names(pattern, names.iter().map(String::as_str));
                return Err(SelectError::new(format!("no model matches `{pattern}`{known}")));
            }
        }
    }
    Ok(extra)
}

/// Changes of letters up to which an unknown model is taken for a slip in the name of a known one.
const SLIP: usize = 2;

/// Whether a model that no file lists may be sent by its name: its provider is there, it is not a slip in the name of
/// a known model, and it is not simulated or recorded, where a name that no file has means nothing.
fn may_be_unlisted(project: &Project, catalog: &Catalog, model: &ModelRef) -> bool {
    let Some(provider) = project.provider(&model.provider) else {
        return false;
    };
    let replays_any = provider.api == Api::Replay && provider.replay.is_some();
    let mut known = catalog
        .models()
        .iter()
        .filter(|known| known.model.provider == model.provider);
    (!provider.api.is_local() || replays_any)
        && known.all(|known| strsim::damerau_levenshtein(&known.model.name, &model.name) > SLIP)
}

type Listed<'a> = (ModelRef, std::borrow::Cow<'a, ModelSelector>);

/// A task's own models, globs expanded.
fn listed_models<'a>(
    catalog: &Catalog,
    selectors: &'a [ModelSelector],
) -> Result<Vec<Listed<'a>>, SelectError> {
    let mut models = Vec::new();
    for selector in selectors {
        if ModelSelector::is_glob(&selector.pattern) {
            let matcher = glob(&selector.pattern)?;
            let matching = catalog.matching(selector, &matcher);
            models.extend(matching.map(|known| (known.model.clone(), std::borrow::Cow::Borrowed(selector))));
        } else if let Some(model) = ModelRef::parse(&selector.pattern) {
            models.push((model, std::borrow::Cow::Borrowed(selector)));
        } else {
            let pattern = &selector.pattern;
            return Err(SelectError::new(format!(
                "`{pattern}` is not a model: write `provider/model`"
            )));
        }
    }
    Ok(models)
}

fn task_models<'a>(
    project: &Project,
    catalog: &Catalog,
    task: &'a Task,
    globs: &[String],
    extra: &[ModelRef],
) -> Result<Vec<Listed<'a>>, SelectError> {
    let mut models = listed_models(catalog, &task.models)?;
    if !globs.is_empty() {
        let matchers = globs
            .iter()
            .map(|pattern| glob(pattern))
            .collect::<Result<Vec<_>, _>>()?;
        models.retain(|(model, _)| matchers.iter().any(|matcher| matcher.is_match(model.to_string())));
        models.extend(
            extra
                .iter()
                .map(|model| (model.clone(), std::borrow::Cow::Owned(ModelSelector::default()))),
        );
    }
    for (model, _) in &models {
        if project.provider(&model.provider).is_none() {
            let names = known_names(
                &model.provider,
                project.providers.iter().map(|provider| &*provider.name),
            );
            return Err(SelectError::new(format!(
                "task `{}`: no provider is called `{}`{names}",
                task.name, model.provider
            )));
        }
    }
    if models.is_empty() && globs.is_empty() && !task.models.is_empty() {
        let patterns: Vec<&str> = task
            .models
            .iter()
            .map(|selector| selector.pattern.as_str())
            .collect();
        return Err(SelectError::new(format!(
            "task `{}`: no known model fits {}; run `bench models discover`, or loosen the filters",
            task.name,
            patterns.join(", ")
        )));
    }
    Ok(models)
}

fn candidate(
    project: &Project,
    catalog: &Catalog,
    task: &Task,
    model: &ModelRef,
    selector: &ModelSelector,
    prompt: usize,
) -> Result<Built, SelectError> {
    let provider = project
        .provider(&model.provider)
        .ok_or_else(|| SelectError::new(format!("no provider is called `{}`", model.provider)))?;
    let config = catalog.config(project, model);
    let params = config.params.overlaid(&task.params).overlaid(&selector.params);
    let sent_model = config
        .name
        .as_deref()
        .map_or_else(|| model.name.clone(), Into::into);
    let candidate = Candidate {
        model: model.clone(),
        label: selector.label.clone(),
        params,
        prompt: task.prompts[prompt].id.as_str().into(),
    };
    Ok(Built {
        candidate,
        prompt,
        provider: provider.clone(),
        config,
        sent_model,
    })
}

struct Built {
    candidate: Candidate,
    prompt: usize,
    provider: Arc<ProviderConfig>,
    config: ModelConfig,
    sent_model: Arc<str>,
}

impl Built {
    fn planned(self, task: u32, prompt_hash: &Digest) -> PlannedCandidate {
        let params = Arc::new(self.candidate.params.clone());
        let entry = CandidateEntry {
            task,
            hash: self.candidate.digest(prompt_hash),
            candidate: self.candidate,
            price: self.config.price.clone(),
            simulated: self.provider.api == Api::Sim,
        };
        PlannedCandidate {
            entry,
            prompt: self.prompt,
            provider: self.provider,
            model: self.config,
            sent_model: self.sent_model,
            params,
        }
    }
}
