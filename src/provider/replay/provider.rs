//! The provider of recorded completions.

use super::answer::Answer;
use super::index::{Found, Index, case_key};
use crate::model::{Completion, Digest, ErrorClass, Hasher, ProviderConfig, ProviderError, Request};
use crate::port::Provider;
use crate::provider::error::without_lone_surrogates;
use async_trait::async_trait;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Answers from recorded completions. Files are read once, on the first request that needs them.
pub struct ReplayProvider {
    name: Arc<str>,
    default: Option<Arc<Source>>,
    models: HashMap<String, Arc<Source>>,
    identity: Digest,
}

/// A file or glob, indexed on first use.
struct Source {
    pattern: Utf8PathBuf,
    index: OnceCell<Result<Index, ProviderError>>,
}

impl ReplayProvider {
    /// The recordings of a provider file; relative paths start at `base`, its folder. A model's own `file` goes over
    /// the provider's.
    pub fn new(config: &ProviderConfig, base: &Utf8Path) -> Self {
        let mut sources: HashMap<Utf8PathBuf, Arc<Source>> = HashMap::new();
        let mut hasher = Hasher::new("replay provider");
        let mut source = |file: &Utf8Path| {
            let pattern = base.join(file);
            hasher.text(file.as_str());
            let fresh = || {
                Arc::new(Source {
                    pattern: pattern.clone(),
                    index: OnceCell::new(),
                })
            };
            sources.entry(pattern.clone()).or_insert_with(fresh).clone()
        };
        let default = config.replay.as_ref().map(|spec| source(&spec.file));
        let mut models = HashMap::new();
        for (key, entry) in &config.models {
            if let Some(file) = &entry.file {
                let source = source(file);
                models.insert(entry.name.clone().unwrap_or_else(|| key.clone()), source.clone());
                models.insert(key.clone(), source);
            }
        }
        Self {
            name: config.name.clone(),
            default,
            models,
            identity: hasher.digest(),
        }
    }
}

/// What is wrong with the recordings of a model, without answering from them. `base` is the folder of the provider's file.
pub fn problem_with(config: &ProviderConfig, base: &Utf8Path, model: &str) -> Option<String> {
    let own = config.models.get(model).and_then(|entry| entry.file.as_ref());
    let shared = config.replay.as_ref().map(|spec| &spec.file);
    match own.or(shared) {
        Some(file) => Index::build(&base.join(file)).err(),
        None => Some(format!(
            "{} has no recordings of `{model}`: give `replay.file` or the model's `file`",
            config.name
        )),
    }
}

impl Source {
    async fn index(&self) -> Result<&Index, ProviderError> {
        let build = || async {
            let pattern = self.pattern.clone();
            match tokio::task::spawn_blocking(move || Index::build(&pattern)).await {
                Ok(built) => built.map_err(unavailable),
                Err(stopped) => Err(unavailable(stopped.to_string())),
            }
        };
        self.index.get_or_init(build).await.as_ref().map_err(Clone::clone)
    }
}

#[async_trait]
impl Provider for ReplayProvider {
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError> {
        let source = self
            .models
            .get(&*request.model)
            .or(self.default.as_ref())
            .ok_or_else(|| {
                let message = format!(
                    "{} has no recordings of `{}`: give `replay.file` or the model's `file`",
                    self.name, request.model
                );
                ProviderError::new(ErrorClass::NotFound, message)
            })?;
        let index = source.index().await?;
        let subject = &request.subject;
        let mut found = Found::Nothing(0);
        if index.by_request {
            let key = request_hash(request).as_u64();
            found = index.find(key, &request.model, subject).map_err(unavailable)?;
        }
        let mut others = 0;
        if let Found::Nothing(_) = found {
            found = index
                .find(case_key(&subject.case.id), &request.model, subject)
                .map_err(unavailable)?;
        }
        if let Found::Nothing(count) = found {
            others = count;
        }
        match found {
            Found::Line(bytes, path) => {
                let changed = |error: serde_json::Error| {
                    unavailable(format!("{path}: {error}; has it changed since the run started?"))
                };
                match serde_json::from_slice::<Answer<'_>>(&bytes) {
                    Ok(answer) => answer.into_completion(),
                    Err(error) => {
                        let whole = without_lone_surrogates(&bytes).ok_or_else(|| changed(error))?;
                        let answer: Answer<'_> = serde_json::from_slice(&whole).map_err(changed)?;
                        answer.into_completion()
                    }
                }
            }
            Found::Nothing(_) => Err(unavailable(missing(request, &source.pattern, others))),
        }
    }

    fn identity(&self) -> Digest {
        self.identity
    }
}

/// Identity of a request for `request` keys of recordings: BLAKE3 over its messages, parameters and output schema
/// (not the model, which a line names apart).
pub fn request_hash(request: &Request) -> Digest {
    Hasher::new("replay request")
        .json(&request.messages)
        .json(&*request.params)
        .json(&request.schema)
        .digest()
}

fn missing(request: &Request, pattern: &Utf8Path, others: usize) -> String {
    let subject = &request.subject;
    let hint = match others {
        0 => String::new(),
        1 => "; the one of that case is of another task, prompt, model or epoch".to_owned(),
        many => format!("; none of the {many} of that case is of this task, prompt, model and epoch"),
    };
    format!(
        "no recording of case `{}` (task {}, prompt {}, model {}, epoch {}) in {pattern}{hint}",
        subject.case.id, subject.task, subject.prompt, request.model, subject.epoch
    )
}

fn unavailable(message: impl Into<String>) -> ProviderError {
    ProviderError::new(ErrorClass::Unavailable, message)
}
