//! Scorers of a task or a case.

use super::judging::supply_judge;
use super::program::supply;
use crate::load::check::{NamedModel, is_glob};
use crate::load::files::Source;
use crate::load::names::advice;
use crate::load::problem::Problem;
use crate::load::workspace::Loader;
use crate::model::{ModelSelector, OutputSpec, ScorerSpec};
use crate::scorer::{Judging, RawScorer, ScorerConfig, compile};
use crate::yaml::{Span, Spanned};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads, names and checks the scorers of a task.
pub fn scorers(
    loader: &mut Loader<'_>,
    source: &Arc<Source>,
    raw: Vec<Spanned<RawScorer>>,
    output: &OutputSpec,
    named: &mut Vec<NamedModel>,
) -> (Vec<ScorerSpec>, Vec<Span>) {
    let mut names = Names::default();
    let mut specs = Vec::with_capacity(raw.len());
    let mut spans = Vec::with_capacity(raw.len());
    let mut weighed = Vec::with_capacity(raw.len());
    for Spanned { value, span } in raw {
        let has_weight = value.has_weight();
        match lower(value, output, &mut names, |config| {
            supply(loader.root, source.folder(), config)?;
            supply_judge(loader, source, span, config, named)
        }) {
            Ok(spec) => {
                specs.push(spec);
                spans.push(span);
                weighed.push(has_weight);
            }
            Err(messages) => loader.problems.extend(
                messages
                    .into_iter()
                    .map(|message| Problem::at(source, span, "bad-scorer", message)),
            ),
        }
    }
    rank_by_wins(&mut specs, &weighed);
    check_layers(loader, source, &specs, &spans);
    (specs, spans)
}

/// Where nothing else counts, candidates are ranked by the comparisons with others that leave their weight open.
fn rank_by_wins(specs: &mut [ScorerSpec], weighed: &[bool]) {
    if specs.iter().any(|spec| spec.weight > 0.0) {
        return;
    }
    let open = specs.iter_mut().zip(weighed).filter(|(_, weighed)| !**weighed);
    for (spec, _) in open {
        if spec.config.judging().is_some_and(Judging::meets_candidates) {
            spec.weight = 1.0;
        }
    }
}

/// The candidates that outputs are compared with are models of the task.
pub fn check_opponents(
    loader: &mut Loader<'_>,
    source: &Arc<Source>,
    specs: &[ScorerSpec],
    spans: &[Span],
    models: &[ModelSelector],
    named: &mut Vec<NamedModel>,
) {
    // Without a list the models come from the command line.
    if models.is_empty() {
        return;
    }
    for (spec, span) in specs.iter().zip(spans) {
        let Some(against) = spec.config.judging().and_then(Judging::opponent) else {
            continue;
        };
        let labels: Vec<String> = models.iter().map(ModelSelector::model_label).collect();
        let fits = |pattern: &str, name: &str| {
            let glob = globset::Glob::new(pattern);
            glob.is_ok_and(|glob| glob.compile_matcher().is_match(name))
        };
        if labels.iter().any(|label| fits(against, label)) {
            continue;
        }
        let mut globs = models.iter().filter(|model| is_glob(&model.pattern));
        if globs.clone().next().is_some() && is_glob(against) {
            // Which models two globs have in common is known when the run is planned.
            continue;
        }
        if globs.any(|model| fits(&model.pattern, against)) {
            named.push(NamedModel {
                pattern: Spanned {
                    value: against.to_owned(),
                    span: *span,
                },
                source: source.clone(),
            });
            continue;
        }
        let message = format!(
            "`{}`: `against: {against}` fits no model of the task, so nothing would be compared",
            spec.name
        );
        let help = advice(against, "models", labels.iter().map(String::as_str));
        let problem = Problem::at(source, *span, "unknown-model", message).help(help);
        loader.problems.push(problem);
    }
}

/// Layers name scorers of the same task that are no layers themselves.
fn check_layers(loader: &mut Loader<'_>, source: &Source, specs: &[ScorerSpec], spans: &[Span]) {
    for (spec, span) in specs.iter().zip(spans) {
        let ScorerConfig::Layers(layers) = &spec.config else {
            continue;
        };
        let scorer = |name: &str| specs.iter().find(|other| &*other.name == name);
        let mut note = |message: String, help: String| {
            let problem = Problem::at(source, *span, "bad-scorer", format!("`layers`: {message}"));
            loader.problems.push(problem.help(help));
        };
        if let Some((layer, unknown)) = layers.unknown_scorer(|name| scorer(name).is_some()) {
            let known = specs.iter().map(|other| &*other.name);
            note(
                format!("the layer `{layer}` is the scorer `{unknown}`, which the task has not"),
                advice(unknown, "scorers", known),
            );
        }
        let nested = specs
            .iter()
            .filter(|other| matches!(other.config, ScorerConfig::Layers(_)))
            .find(|other| layers.names(&other.name));
        if let Some(nested) = nested {
            note(
                format!("the layer `{}` is a scorer that has layers itself", nested.name),
                "name the scorers that it combines, or give the layer a `field`".to_owned(),
            );
        }
    }
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
        match lower(raw, output, &mut names, no_files) {
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

/// Scorers of single cases are written out: a case file is data, and names neither programs nor judges.
fn no_files(config: &mut ScorerConfig) -> Result<(), String> {
    let key = config.key();
    match config {
        ScorerConfig::Judge(_) => Err(format!(
            "`{key}`: a scorer of a single case cannot ask a judge; put it into the task, with a `cases` filter"
        )),
        ScorerConfig::Layers(_) => Err(format!(
            "`{key}`: a scorer of a single case cannot combine others; put it into the task, with a `cases` filter"
        )),
        ScorerConfig::Program(program) if program.file().is_some() => Err(format!(
            "`{}`: a scorer of a single case cannot name a file; put the scorer into the task, with a `cases` filter",
            program.language.key()
        )),
        _ => Ok(()),
    }
}

fn lower(
    raw: RawScorer,
    output: &OutputSpec,
    names: &mut Names,
    supply: impl FnOnce(&mut ScorerConfig) -> Result<(), String>,
) -> Result<ScorerSpec, Vec<String>> {
    let mut lowered = raw.lower()?;
    supply(&mut lowered.config).map_err(|message| vec![message])?;
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
