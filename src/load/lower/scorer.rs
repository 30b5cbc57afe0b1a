//! Scorers of a task or a case.

use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::workspace::Loader;
use crate::model::{OutputSpec, ScorerSpec};
use crate::scorer::{RawScorer, compile};
use crate::yaml::Spanned;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads, names and checks the scorers of a task.
pub fn scorers(
    loader: &mut Loader<'_>,
    source: &Source,
    raw: Vec<Spanned<RawScorer>>,
    output: &OutputSpec,
) -> Vec<ScorerSpec> {
    let mut names = Names::default();
    let mut specs = Vec::with_capacity(raw.len());
    for Spanned { value, span } in raw {
        match lower(value, output, &mut names) {
            Ok(spec) => specs.push(spec),
            Err(messages) => loader.problems.extend(
                messages
                    .into_iter()
                    .map(|message| Problem::at(source, span, "bad-scorer", message)),
            ),
        }
    }
    specs
}

/// Reads, names and checks the scorers of a case; `task` are the task's, whose names are taken.
pub fn case_scorers(
    raw: Vec<RawScorer>,
    task: &[ScorerSpec],
    output: &OutputSpec,
) -> Result<Vec<ScorerSpec>, Vec<String>> {
    let mut names = Names::default();
    for spec in task {
        names.take(spec.name.to_string());
    }
    let mut specs = Vec::with_capacity(raw.len());
    let mut problems = Vec::new();
    for raw in raw {
        match lower(raw, output, &mut names) {
            Ok(spec) => specs.push(spec),
            Err(messages) => problems.extend(messages),
        }
    }
    if problems.is_empty() {
        Ok(specs)
    } else {
        Err(problems)
    }
}

/// Names in use, and how often each was asked for.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// The name, numbered where it is taken: `contains`, `contains-2`.
    fn take(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => name,
            count => self.take(format!("{name}-{count}")),
        }
    }
}

fn lower(raw: RawScorer, output: &OutputSpec, names: &mut Names) -> Result<ScorerSpec, Vec<String>> {
    let lowered = raw.lower()?;
    let name = match lowered.name {
        Some(name) if names.0.contains_key(&name) => {
            return Err(vec![format!(
                "a second scorer is called `{name}`; give it another `name`"
            )]);
        }
        Some(name) => names.take(name),
        None => names.take(lowered.config.key().to_string()),
    };
    let spec = ScorerSpec {
        name: Arc::from(name),
        weight: lowered.weight,
        filter: lowered.filter,
        config: lowered.config,
    };
    compile(&spec, output).map_err(|message| vec![message])?;
    Ok(spec)
}
