//! Who answers and who judges, as the manifest of a run has it: models with prices, and providers by hash.

use crate::model::{
    Api, Digest, Hasher, JudgeEntry, JudgeModel, Manifest, ModelRef, Project, ProviderConfig, ProviderEntry,
    ScorerSpec, Task,
};
use crate::plan::{Catalog, Plan};
use std::sync::Arc;

/// The models that the judges of scorers name, each once.
fn judging_models<'a>(scorers: impl Iterator<Item = &'a ScorerSpec>) -> Vec<ModelRef> {
    let mut models: Vec<ModelRef> = Vec::new();
    let judges = scorers.filter_map(|spec| spec.config.judging()?.supplied.as_ref());
    for member in judges.flat_map(|judge| &judge.members) {
        if let JudgeModel::Named(model) = &member.model
            && !models.contains(model)
        {
            models.push(model.clone());
        }
    }
    models
}

/// The models that judge in a plan, with their prices.
pub fn judge_entries(project: &Project, plan: &Plan) -> Vec<JudgeEntry> {
    let models = judging_models(plan.tasks.iter().flat_map(|planned| &planned.task.scorers));
    let catalog = Catalog::new(project, Vec::new());
    models
        .into_iter()
        .map(|model| judge_entry(project, &catalog, model))
        .collect()
}

fn judge_entry(project: &Project, catalog: &Catalog, model: ModelRef) -> JudgeEntry {
    JudgeEntry {
        price: catalog.config(project, &model).price,
        simulated: project
            .provider(&model.provider)
            .is_some_and(|provider| provider.api == Api::Sim),
        model,
    }
}

/// The providers of a plan: those of its candidates, then those of its judges.
pub fn provider_entries(project: &Project, plan: &Plan, judges: &[JudgeEntry]) -> Vec<ProviderEntry> {
    let mut entries: Vec<ProviderEntry> = Vec::new();
    let candidates = plan.candidates.iter().map(|candidate| &candidate.provider);
    let judging = judges
        .iter()
        .filter_map(|judge| project.provider(&judge.model.provider));
    for provider in candidates.chain(judging) {
        if entries.iter().all(|entry| entry.name != provider.name) {
            entries.push(provider_entry(provider));
        }
    }
    entries
}

fn provider_entry(provider: &Arc<ProviderConfig>) -> ProviderEntry {
    ProviderEntry {
        name: provider.name.clone(),
        api: provider.api.name().to_owned(),
        base_url: provider.base_url.as_ref().map(|url| url.source.clone()),
        hash: provider_hash(provider),
    }
}

/// A task with the names of its scorers whose judges ask what they asked in the run.
pub type Judged = (Arc<Task>, Vec<Arc<str>>);

/// Brings the judges of a manifest to what its tasks ask now. Who answered, or gave verdicts that still hold, stays as it
/// was: a change of it is found when the run goes on.
pub fn renew_judges(manifest: &mut Manifest, project: &Project, tasks: &[Judged]) {
    let catalog = Catalog::new(project, Vec::new());
    let held = judging_models(tasks.iter().flat_map(|(task, same)| {
        let specs = task.scorers.iter();
        specs.filter(|spec| same.contains(&spec.name))
    }));
    let answers = |name: &str| {
        let mut candidates = manifest.candidates.iter();
        candidates.any(|entry| *entry.candidate.model.provider == *name)
    };
    let holds = |name: &str| answers(name) || held.iter().any(|model| *model.provider == *name);
    let mut providers = manifest.providers.clone();
    providers.retain(|entry| holds(&entry.name));
    let mut judges = Vec::new();
    for model in judging_models(tasks.iter().flat_map(|(task, _)| &task.scorers)) {
        let known = manifest.judges.iter().find(|entry| entry.model == model);
        let known = known.filter(|_| held.contains(&model)).cloned();
        if let Some(provider) = project.provider(&model.provider)
            && providers.iter().all(|entry| entry.name != provider.name)
        {
            providers.push(provider_entry(provider));
        }
        judges.push(known.unwrap_or_else(|| judge_entry(project, &catalog, model)));
    }
    manifest.judges = judges;
    manifest.providers = providers;
}

/// Hash of everything in a provider's file that shapes requests and simulated answers; secrets by their source text.
pub fn provider_hash(provider: &Arc<ProviderConfig>) -> Digest {
    let mut hasher = Hasher::new("provider");
    hasher.text(provider.api.name());
    hasher.text(provider.base_url.as_ref().map_or("", |url| &url.source));
    for (name, value) in &provider.headers {
        hasher.text(name).text(&value.source);
    }
    hasher
        .json(&provider.query)
        .json(&provider.region)
        .json(&provider.stream);
    hasher
        .json(&provider.http)
        .json(&provider.exec)
        .json(&provider.replay);
    for (name, model) in &provider.models {
        hasher
            .text(name)
            .json(&model.name)
            .json(&model.params)
            .json(&model.sim)
            .json(&model.file);
    }
    hasher.digest()
}
