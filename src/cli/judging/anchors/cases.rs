//! Anchors in the form of stored trials that wait for their judge.

use crate::cli::failure::Failure;
use crate::model::{
    Anchor, Candidate, Case, Completion, CompletionRecord, Digest, Judge, Message, ModelRef, Money, Outcome,
    OutputSpec, Params, PassRule, Prompt, Role, StopReason, Task, Treatment, TrialKey, TrialRecord,
};
use crate::run::{Judgeable, PromptRuntime, TaskRuntime};
use crate::scorer::ScorerSet;
use crate::template::PromptTemplate;
use indexmap::IndexMap;
use serde_json::Value;
use std::sync::Arc;

/// What stands in place of a task's name where recorded verdicts are looked up.
const TASK: &str = "anchors";
/// The prompt's variable with what the system was given.
const INPUT: &str = "input";

/// The anchors of a judge.
pub(super) fn cases_of(judge: &Judge) -> &[Anchor] {
    judge
        .anchors
        .as_ref()
        .map_or(&[], |anchors| anchors.cases.as_slice())
}

/// Whose outputs anchors are: nobody's, so that nobody is kept from judging them.
pub(super) fn judgeable(judge: &Judge, with_input: bool) -> Judgeable {
    Judgeable {
        candidate: Candidate {
            model: ModelRef {
                provider: "".into(),
                name: judge.name.as_str().into(),
            },
            label: None,
            params: Params::default(),
            prompt: TASK.into(),
        },
        label: TASK.into(),
        prompt: with_input.then_some(0),
    }
}

/// What a task says to the judge, whose prompt is what the system was given.
pub(super) fn task(description: Option<&str>) -> Result<TaskRuntime, Failure> {
    let prompt = Arc::new(Prompt {
        id: TASK.to_owned(),
        messages: vec![Message {
            role: Role::User,
            content: format!("{{{{ {INPUT} }}}}").into(),
        }],
    });
    let template = PromptTemplate::compile(&prompt).map_err(|error| Failure::System(error.to_string()))?;
    let task = Arc::new(Task {
        name: TASK.into(),
        description: description.unwrap_or("not stated").to_owned(),
        tags: Vec::new(),
        path: TASK.into(),
        cases: Vec::new(),
        prompts: vec![prompt],
        models: Vec::new(),
        params: Params::default(),
        epochs: 1,
        output: OutputSpec::default(),
        scorers: Vec::new(),
        pass: PassRule::All,
        cluster: None,
        gate: None,
        treat: Treatment::default(),
        prompt_hash: Digest([0; 32]),
        scorer_hash: Digest([0; 32]),
    });
    Ok(TaskRuntime {
        index: TrialKey::of_anchor(0).task,
        prompts: vec![PromptRuntime {
            id: TASK.into(),
            template,
        }],
        scorers: ScorerSet::new(&task).map_err(Failure::System)?,
        open_cases: Box::new(|| Box::new(std::iter::empty())),
        epochs: 1,
        task,
    })
}

/// An anchor as if it were a stored trial that waits for its judge.
pub(super) fn record(anchor: &Anchor, position: u64) -> TrialRecord {
    let mut vars = IndexMap::new();
    if let Some(input) = &anchor.input {
        vars.insert(INPUT.to_owned(), Value::String(input.clone()));
    }
    // The other output of a pair stands where the golden output does that outputs are compared with.
    let other = anchor.other.clone().map(Value::String);
    TrialRecord {
        key: TrialKey::of_anchor(position),
        case: Arc::new(Case {
            id: anchor.id.as_str().into(),
            vars,
            golden: other.or_else(|| anchor.golden.clone()),
            verified: None,
            meta: IndexMap::new(),
            scorers: Vec::new(),
        }),
        cluster: None,
        outcome: Outcome::JudgeError,
        score: None,
        pass: None,
        scores: Vec::new(),
        completion: Some(CompletionRecord {
            cache_key: Digest([0; 32]),
            completion: Arc::new(Completion {
                text: anchor.output.clone(),
                stop: StopReason::Stop,
                ..Completion::default()
            }),
            cost: Some(Money::ZERO),
            from_cache: true,
            stored_id: None,
        }),
        failures: Vec::new(),
    }
}
