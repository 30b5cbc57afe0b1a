//! Do the models that tasks name exist?

use super::files::Source;
use super::names::{advice, nearest};
use super::problem::Problem;
use crate::model::{Api, ProviderConfig};
use crate::yaml::Spanned;
use std::sync::Arc;

/// A model pattern and the file that names it.
#[derive(Clone, Debug)]
pub(super) struct NamedModel {
    pub pattern: Spanned<String>,
    pub source: Arc<Source>,
}

/// True where the text is a glob.
pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Checks the models against the configured providers.
pub(super) fn check_models<'a>(
    problems: &mut Vec<Problem>,
    models: impl Iterator<Item = &'a NamedModel>,
    providers: &[Arc<ProviderConfig>],
) {
    for model in models {
        problems.extend(check_model(model, providers));
    }
}

fn check_model(model: &NamedModel, providers: &[Arc<ProviderConfig>]) -> Option<Problem> {
    let pattern = model.pattern.value.as_str();
    let at = |code, message: String| Problem::at(&model.source, model.pattern.span, code, message);
    if let Err(error) = globset::Glob::new(pattern) {
        return Some(at(
            "bad-glob",
            format!("`{pattern}` is not a valid glob: {}", error.kind()),
        ));
    }
    let Some((provider_name, name)) = pattern
        .split_once('/')
        .filter(|(a, b)| !a.is_empty() && !b.is_empty())
    else {
        if is_glob(pattern) {
            return None;
        }
        let all = providers.iter().flat_map(|provider| {
            provider
                .models
                .keys()
                .map(|model| (model.as_str(), format!("{}/{model}", provider.name)))
        });
        let known = all
            .filter(|(name, _)| *name == pattern)
            .map(|(_, full)| full)
            .next();
        let help = known.map_or("write `provider/model`".to_owned(), |full| {
            format!("did you mean `{full}`?")
        });
        return Some(at("bad-model", format!("`{pattern}` names no provider")).help(help));
    };
    if is_glob(provider_name) {
        return None;
    }
    let Some(provider) = providers.iter().find(|provider| &*provider.name == provider_name) else {
        let names = providers.iter().map(|provider| &*provider.name);
        return Some(
            at(
                "unknown-provider",
                format!("no provider is called `{provider_name}`"),
            )
            .help(advice(provider_name, "providers", names)),
        );
    };
    if is_glob(name) || provider.model(name).is_some() {
        return None;
    }
    let known = provider.models.keys().map(String::as_str);
    if provider.api == Api::Sim {
        return Some(
            at(
                "unknown-model",
                format!("provider `{provider_name}` has no model `{name}`"),
            )
            .help(advice(name, "models", known)),
        );
    }
    let near = nearest(name, known)?;
    let message = format!("provider `{provider_name}` lists no model `{name}`, so its price is unknown");
    Some(
        at("unknown-model", message)
            .warning()
            .help(format!("did you mean `{provider_name}/{near}`?")),
    )
}
