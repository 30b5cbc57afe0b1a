//! The judges of a plan with the ways to their members.

use crate::cli::failure::Failure;
use crate::cli::wire;
use crate::model::{Hasher, JudgeEntry, JudgeModel, ModelRef, Price, Project, ResponseFormat};
use crate::plan::{Catalog, Plan};
use crate::run::{
    CandidateRuntime, JudgeRuntime, Judgeable, LaneSpec, MemberRuntime, MemberWay, Reached, TaskRuntime,
};
use crate::scorer::JudgeScorer;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Everybody who judges in a run, and whom.
pub struct Judges {
    /// One lane for each provider of a member.
    pub lanes: Vec<LaneSpec>,
    /// The judges of each task of the plan, in the order of the tasks.
    pub tasks: Vec<Arc<[JudgeRuntime]>>,
    /// The candidates of the plan, in order.
    pub candidates: Vec<Arc<Judgeable>>,
    /// Judging models, in the order of the numbers that failures name them by, which follow those of the candidates.
    pub models: Vec<ModelRef>,
}

/// What the ways to the members are made from.
pub struct Wiring<'a> {
    /// The workspace.
    pub project: &'a Project,
    /// Candidates and tasks.
    pub plan: &'a Plan,
    /// The same tasks, compiled.
    pub tasks: &'a [Arc<TaskRuntime>],
    /// The models that judge, with the prices that hold for the whole run.
    pub judges: &'a [JudgeEntry],
    /// Requests in flight per provider, over everything configured.
    pub jobs: Option<u32>,
}

impl Judges {
    /// Whether anybody is to be asked.
    pub fn is_empty(&self) -> bool {
        self.tasks.iter().all(|judges| judges.is_empty())
    }

    /// Names of the judging models, by their numbers less the number of candidates.
    pub fn model_names(&self) -> Vec<String> {
        self.models.iter().map(ToString::to_string).collect()
    }

    /// Nobody yet.
    pub fn none(wiring: &Wiring<'_>) -> Self {
        Self {
            lanes: Vec::new(),
            tasks: Vec::new(),
            candidates: wiring
                .plan
                .candidates
                .iter()
                .map(|candidate| {
                    Arc::new(Judgeable {
                        label: candidate.entry.candidate.model_label().into(),
                        candidate: candidate.entry.candidate.clone(),
                        prompt: Some(candidate.prompt),
                    })
                })
                .collect(),
            models: Vec::new(),
        }
    }

    /// Finds the ways to the members of all judges of a plan.
    pub fn connect(wiring: &Wiring<'_>) -> Result<Self, Failure> {
        let mut judges = Self::none(wiring);
        let catalog = Catalog::new(wiring.project, Vec::new());
        for (runtime, planned) in wiring.tasks.iter().zip(&wiring.plan.tasks) {
            let mut found = Vec::new();
            for judge in runtime.scorers.judges() {
                found.push(JudgeRuntime {
                    name: judge.name().clone(),
                    weight: judge.weight(),
                    scorer: judge.scorer().clone(),
                    members: judges.members(wiring, &catalog, judge.scorer(), planned.candidates.clone())?,
                });
            }
            judges.tasks.push(found.into());
        }
        Ok(judges)
    }

    /// Finds the ways to the members of a judge who is asked about outputs of these candidates.
    pub fn members(
        &mut self,
        wiring: &Wiring<'_>,
        catalog: &Catalog,
        scorer: &JudgeScorer,
        candidates: Range<usize>,
    ) -> Result<Vec<MemberRuntime>, Failure> {
        let mut members = Vec::new();
        for (at, member) in scorer.judge().members.iter().enumerate() {
            let way = match &member.model {
                JudgeModel::Named(model) => {
                    let known = wiring.judges.iter().find(|entry| entry.model == *model);
                    let price = known.map(|entry| &entry.price);
                    MemberWay::Model(self.reach(wiring, catalog, scorer, at, model, price)?)
                }
                JudgeModel::Candidate => {
                    let mut own = HashMap::new();
                    for position in candidates.clone() {
                        let Some(candidate) = wiring.plan.candidates.get(position) else {
                            continue;
                        };
                        let model = &candidate.entry.candidate.model;
                        let price = Some(&candidate.entry.price);
                        let reached = self.reach(wiring, catalog, scorer, at, model, price)?;
                        own.insert(position as u32, reached);
                    }
                    MemberWay::Own(own)
                }
            };
            members.push(MemberRuntime {
                weight: member.weight,
                role: member.role.clone(),
                way,
            });
        }
        Ok(members)
    }

    fn reach(
        &mut self,
        wiring: &Wiring<'_>,
        catalog: &Catalog,
        scorer: &JudgeScorer,
        member: usize,
        model: &ModelRef,
        price: Option<&Option<Price>>,
    ) -> Result<Arc<Reached>, Failure> {
        let project = wiring.project;
        let provider = project.provider(&model.provider).ok_or_else(|| {
            Failure::Usage(format!(
                "the judge `{}` names the model `{model}`, but no provider is called `{}`",
                scorer.judge().name,
                model.provider
            ))
        })?;
        let lane = match self.lanes.iter().position(|lane| lane.name == provider.name) {
            Some(lane) => lane,
            None => {
                let concurrency = project.workspace.concurrency;
                let mut lane = wire::lane(provider, &project.root, wiring.jobs, concurrency)?;
                lane.asked = true;
                self.lanes.push(lane);
                self.lanes.len() - 1
            }
        };
        let mut config = catalog.config(project, model);
        // The price of the run's start holds for the whole run.
        if let Some(price) = price {
            config.price.clone_from(price);
        }
        let mut params = config.params.overlaid(&scorer.params(member));
        let schema = scorer.schema();
        if schema.is_some() && scorer.judge().structured.holds_for(provider.api) {
            params.response_format = Some(ResponseFormat::JsonSchema);
        }
        let sent: Arc<str> = config
            .name
            .as_deref()
            .map_or_else(|| model.name.clone(), Into::into);
        let mut key = Hasher::new("request");
        key.field(&self.lanes[lane].provider.identity().0)
            .text(&sent)
            .json(&params);
        if params.response_format.is_some() {
            key.json(&schema);
        }
        let index = wiring.plan.candidates.len() + self.models.len();
        self.models.push(model.clone());
        let most_output = params.max_tokens.map(u64::from).or(config.max_output);
        Ok(Arc::new(Reached {
            model: model.clone(),
            label: model.to_string().into(),
            lane,
            runtime: Arc::new(CandidateRuntime::new(
                index as u32,
                0,
                sent,
                Arc::new(params),
                schema,
                config.price.clone(),
                most_output,
                key,
            )),
        }))
    }
}
