//! Judges without anybody to ask: prompts, replies, panels.

mod attacks;
mod options;
mod panels;
mod prompts;
mod recorded;
mod replies;

use super::super::tests::{case, completion, outcomes, spec};
use super::*;
use crate::model::{
    Aggregate, Case, Completion, Exclude, Judge, JudgeMember, JudgeModel, MemberVerdict, Message, ModelRef,
    Params, Quorum, Reads, Role, Shown, Task,
};
use crate::scorer::{ScorerConfig, compile};
use serde_json::{Value, json};
use std::sync::Arc;

/// A panel of models `p0/m`, `p1/m`..
pub(in crate::scorer) fn panel(members: usize) -> Judge {
    let member = |at: usize| JudgeMember {
        model: JudgeModel::Named(model(&format!("p{at}/m"))),
        weight: 1.0,
        role: None,
        params: Params::default(),
    };
    Judge {
        name: "careful".to_owned(),
        path: Some("judges/careful.yaml".into()),
        members: (0..members).map(member).collect(),
        scale: (0.0, 10.0),
        aggregate: Aggregate::Mean,
        quorum: Quorum::default(),
        exclude: Exclude::SameProvider,
        template: None,
        system: None,
        params: Params::default(),
        structured: Default::default(),
        reads: None,
        lists: Vec::new(),
        anchors: None,
        labels: None,
    }
}

fn model(text: &str) -> ModelRef {
    ModelRef::parse(text).unwrap()
}

/// A scorer of a task, asked of that judge.
fn scorer_of(yaml: &str, judge: Judge) -> Result<Arc<JudgeScorer>, String> {
    let mut spec = spec(yaml);
    if let ScorerConfig::Judge(judging) = &mut spec.config {
        judging.supplied = Some(Arc::new(judge));
    }
    let compiled = compile(&spec, &Default::default())?;
    Ok(compiled.judge.clone().unwrap())
}

fn scorer(yaml: &str) -> Arc<JudgeScorer> {
    scorer_of(yaml, panel(1)).unwrap_or_else(|problem| panic!("{yaml}: {problem}"))
}

fn task() -> Task {
    Task {
        description: "Answer the question".to_owned(),
        ..outcomes::task(&[])
    }
}

fn sent(text: &str) -> Vec<Message> {
    vec![Message {
        role: Role::User,
        content: text.to_owned().into(),
    }]
}

/// The messages about an output.
fn asked(scorer: &JudgeScorer, case: &Case, output: &str, other: Option<&str>, order: Shown) -> Vec<Message> {
    let task = task();
    let messages = sent("What is the capital of France?");
    let item = Item {
        task: &task,
        case,
        messages: &messages,
        output,
        other,
    };
    scorer.question(0, order, &item).unwrap().messages
}

/// The messages as one text.
fn prompt_text(messages: &[Message]) -> String {
    let texts: Vec<&str> = messages.iter().map(|message| message.content.as_ref()).collect();
    texts.join("\n=====\n")
}

/// What a reply says, as value and raw verdict.
fn said(scorer: &JudgeScorer, order: Shown, reply: &str) -> Result<f64, String> {
    scorer
        .read(0, order, &completion(reply))
        .map(|opinion| opinion.value)
}

/// A verdict of a member on the scale from 0 to 10, or a failure.
fn verdict(member: u32, order: Shown, value: Result<f64, &str>) -> MemberVerdict {
    let said = match value {
        Ok(value) => json!({"Ok": {"raw": value * 10.0, "value": value, "reasoning": "because"}}),
        Err(message) => json!({"Err": {"message": message}}),
    };
    serde_json::from_value(json!({
        "member": member, "model": format!("p{member}/m"), "weight": 1.0, "order": order, "said": said, "asked": 1,
        "request": "0".repeat(64), "cost": null, "input_tokens": null, "output_tokens": null,
    }))
    .unwrap()
}
