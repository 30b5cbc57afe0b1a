//! `tasks/*.yaml`.

use super::gate::gate_rules;
use super::models::selectors;
use super::prompt::prompts;
use super::scorer::{check_opponents, scorers};
use super::sources::sources;
use super::{Lowered, check_name, lowered, tree};
use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::{RawOutput, RawPass, RawTask};
use crate::load::workspace::Loader;
use crate::model::{Hasher, OutputFormat, OutputSpec, PassRule, Task, Workspace};
use crate::scorer::check_schema;
use crate::yaml::Spanned;
use std::sync::Arc;

/// Reads a task file; the workspace gives what the task leaves out.
pub fn task(loader: &mut Loader<'_>, source: Source, workspace: &Workspace) -> Option<Lowered<Task>> {
    let source = Arc::new(source);
    let node = tree(loader, &source)?;
    lowered(loader, &source, &node, |loader, raw| {
        lower(loader, &source, raw, workspace)
    })
}

fn lower(
    loader: &mut Loader<'_>,
    source: &Arc<Source>,
    raw: RawTask,
    workspace: &Workspace,
) -> Lowered<Task> {
    check_name(loader, source, "task", &raw.task);
    let prompts = prompts(loader, source, raw.prompts);
    let output = output(loader, source, raw.output);
    let raw_scorers = raw.scorers.unwrap_or_default();
    if raw_scorers.value.is_empty() {
        loader.problems.push(
            Problem::at(
                source,
                raw.task.span,
                "no-scorer",
                "the task has no scorer, so it would measure nothing",
            )
            .help("add `scorers:` with at least one, for example `- equals: {}` or `- contains: Paris`"),
        );
    }
    let mut named = Vec::new();
    let (scorers, spans) = scorers(loader, source, raw_scorers.value, &output, &mut named);
    let cases = sources(loader, source, raw.cases, &scorers, &output);
    let models = match raw.models {
        Some(models) => selectors(loader, source, models.value, &mut named),
        None => workspace.models.clone(),
    };
    check_opponents(loader, source, &scorers, &spans, &models, &mut named);
    if models.is_empty() {
        loader.problems.push(
            Problem::at(
                source,
                raw.task.span,
                "no-model",
                "neither the task nor bench.yaml names a model",
            )
            .warning()
            .help("add `models:` here or to bench.yaml, or name models with `-m`"),
        );
    }
    if raw.params.value.max_tokens == Some(0) {
        loader.problems.push(Problem::at(
            source,
            raw.params.span,
            "bad-value",
            "max_tokens must be at least 1",
        ));
    }
    let epochs = raw.epochs.map_or(1, |epochs| {
        if epochs.value == 0 {
            loader.problems.push(Problem::at(
                source,
                epochs.span,
                "bad-value",
                "epochs must be at least 1",
            ));
        }
        epochs.value.max(1)
    });
    let pass = pass(loader, source, raw.pass);
    let params = workspace.params.overlaid(&raw.params.value);
    let gate = raw.gate.map(|raw| gate_rules(loader, source, raw));
    let cluster = raw.cluster.map(|cluster| cluster.value);
    let prompt_hash = Hasher::new("prompts")
        .json(&prompts)
        .json(&params)
        .json(&output)
        .digest();
    let scorer_hash = Hasher::new("scorers")
        .json(&scorers)
        .json(&pass)
        .json(&raw.treat)
        .text(cluster.as_deref().unwrap_or_default())
        .digest();
    let task = Task {
        name: raw.task.value.as_str().into(),
        description: raw.description,
        tags: raw.tags,
        path: source.file.clone(),
        cases,
        prompts,
        models,
        params,
        epochs,
        output,
        scorers,
        pass,
        cluster,
        treat: raw.treat,
        gate,
        prompt_hash,
        scorer_hash,
    };
    Lowered {
        value: Arc::new(task),
        name: raw.task,
        source: source.clone(),
        models: named,
    }
}

fn output(loader: &mut Loader<'_>, source: &Source, raw: RawOutput) -> OutputSpec {
    if let Some(schema) = &raw.schema {
        if raw.format != OutputFormat::Json {
            loader.problems.push(Problem::at(
                source,
                schema.span,
                "bad-value",
                "`schema` needs `format: json`",
            ));
        }
        if let Err(message) = check_schema(&schema.value) {
            loader
                .problems
                .push(Problem::at(source, schema.span, "bad-schema", message));
        }
    }
    if let Some(language) = &raw.language
        && raw.format != OutputFormat::Code
    {
        loader.problems.push(Problem::at(
            source,
            language.span,
            "bad-value",
            "`language` needs `format: code`",
        ));
    }
    OutputSpec {
        format: raw.format,
        schema: raw.schema.map(|schema| Arc::new(schema.value)),
        language: raw.language.map(|language| language.value),
    }
}

fn pass(loader: &mut Loader<'_>, source: &Source, raw: Option<Spanned<RawPass>>) -> PassRule {
    let Some(raw) = raw else { return PassRule::All };
    match (raw.value.score, raw.value.all) {
        (Some(score), None) => {
            if !(0.0..=1.0).contains(&score.value) {
                loader
                    .problems
                    .push(Problem::at(source, score.span, "bad-value", "a score is 0 to 1"));
            }
            PassRule::Score(score.value)
        }
        (None, Some(true)) => PassRule::All,
        _ => {
            loader.problems.push(Problem::at(
                source,
                raw.span,
                "bad-value",
                "`pass` is either `{score: NUMBER}` or `{all: true}`",
            ));
            PassRule::All
        }
    }
}
