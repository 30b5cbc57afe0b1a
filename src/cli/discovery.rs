//! Asks the configured providers for their models, and keeps the answers for a while.
//!
//! The lists are kept in `runs/discovered/PROVIDER.json`, one file a provider, with the time they were fetched.

use super::console::Console;
use super::failure::Failure;
use super::wire;
use crate::model::{ModelConfig, ModelRef, ModelSelector, Price, Project, ProviderConfig, Task};
use crate::plan::{CatalogModel, glob};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A provider's list as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    fetched: jiff::Timestamp,
    models: Vec<KeptModel>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptModel {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_output: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
}

/// What asking a provider gave.
pub struct Discovered {
    /// The provider.
    pub provider: Arc<ProviderConfig>,
    /// Its models, or why there are none.
    pub models: Result<Vec<CatalogModel>, String>,
    /// When they were fetched.
    pub fetched: jiff::Timestamp,
}

fn path(project: &Project, provider: &ProviderConfig) -> Utf8PathBuf {
    let safe: String = provider
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    project.root.join("runs/discovered").join(format!("{safe}.json"))
}

/// The lists that are kept, whatever their age.
pub fn kept(project: &Project) -> Vec<Discovered> {
    let kept = project
        .providers
        .iter()
        .filter_map(|provider| read(project, provider));
    kept.collect()
}

fn read(project: &Project, provider: &Arc<ProviderConfig>) -> Option<Discovered> {
    let text = std::fs::read_to_string(path(project, provider)).ok()?;
    // A list that cannot be read is asked for again; it is a cache, nothing is lost.
    let kept: Kept = serde_json::from_str(&text).ok()?;
    let models = kept.models.into_iter().map(|model| CatalogModel {
        model: provider.model_ref(&model.id),
        config: ModelConfig {
            price: model.price,
            context: model.context,
            max_output: model.max_output,
            ..ModelConfig::default()
        },
        discovered: true,
    });
    Some(Discovered {
        provider: provider.clone(),
        models: Ok(models.collect()),
        fetched: kept.fetched,
    })
}

fn is_fresh(project: &Project, kept: &Discovered) -> bool {
    let age = jiff::Timestamp::now().duration_since(kept.fetched).as_secs_f64();
    (0.0..project.workspace.discovery_ttl_hours * 3600.0).contains(&age)
}

/// Lists of the providers, fetched where the kept one is old (or `refresh`); one provider's failure is its own.
pub fn discover(
    project: &Project,
    providers: &[Arc<ProviderConfig>],
    refresh: bool,
) -> Result<Vec<Discovered>, Failure> {
    let mut lists = Vec::new();
    let mut asked = Vec::new();
    for provider in providers {
        match read(project, provider).filter(|kept| !refresh && is_fresh(project, kept)) {
            Some(kept) => lists.push(kept),
            None => asked.push((provider.clone(), wire::connect(provider, &project.root))),
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::System(format!("cannot start the runtime: {error}")))?;
    let answers = runtime.block_on(futures_util::future::join_all(asked.into_iter().map(
        |(provider, connection)| async move {
            let models = match connection {
                Ok(connection) => connection.list_models().await.map_err(|error| error.to_string()),
                Err(failure) => Err(failure.message().unwrap_or_default().to_owned()),
            };
            (provider, models)
        },
    )));
    for (provider, models) in answers {
        let fetched = jiff::Timestamp::now();
        let models = match models {
            // Providers without a list (local programs, described endpoints) have only what their file names.
            Ok(None) => continue,
            Ok(Some(models)) => Ok(models),
            Err(message) => Err(message),
        };
        let models = models.map(|listed| {
            let entry = |model: crate::port::ListedModel| CatalogModel {
                model: provider.model_ref(&model.id),
                config: model.config,
                discovered: true,
            };
            listed.into_iter().map(entry).collect::<Vec<_>>()
        });
        if let Ok(models) = &models {
            keep(project, &provider, models, fetched)?;
        }
        lists.push(Discovered {
            provider,
            models,
            fetched,
        });
    }
    lists.sort_by(|a, b| a.provider.name.cmp(&b.provider.name));
    Ok(lists)
}

fn keep(
    project: &Project,
    provider: &ProviderConfig,
    models: &[CatalogModel],
    fetched: jiff::Timestamp,
) -> Result<(), Failure> {
    let models = models.iter().map(|known| KeptModel {
        id: known.model.name.to_string(),
        context: known.config.context,
        max_output: known.config.max_output,
        price: known.config.price.clone(),
    });
    let kept = Kept {
        fetched,
        models: models.collect(),
    };
    let path = path(project, provider);
    let failed =
        |error: std::io::Error| Failure::System(format!("cannot keep the model list in {path}: {error}"));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let text = serde_json::to_vec_pretty(&kept).map_err(|error| failed(error.into()))?;
    super::documents::write_atomically(&path, &text)
}

/// The models that globs of these tasks may mean: asks the providers that a glob names, unless a fresh list is kept.
pub fn needed(
    project: &Project,
    tasks: &[Arc<Task>],
    globs: &[String],
    console: &Console,
) -> Result<Vec<CatalogModel>, Failure> {
    let patterns = tasks
        .iter()
        .flat_map(|task| task.models.iter().map(|selector| selector.pattern.as_str()));
    let patterns: Vec<&str> = patterns
        .filter(|pattern| ModelSelector::is_glob(pattern))
        .collect();
    let mut providers = Vec::new();
    for provider in project
        .providers
        .iter()
        .filter(|provider| provider.discover && !provider.api.is_local())
    {
        for pattern in &patterns {
            // Only the part before the slash names a provider.
            let head = pattern.split('/').next().unwrap_or(pattern);
            if glob(head)?.is_match(&*provider.name)
                && providers.iter().all(|known| !Arc::ptr_eq(known, provider))
            {
                providers.push(provider.clone());
            }
        }
    }
    let mut models = Vec::new();
    if !providers.is_empty() {
        for list in discover(project, &providers, false)? {
            match list.models {
                Ok(found) => models.extend(found),
                Err(message) => console.warn(&format!(
                    "{}: cannot list its models: {message}",
                    list.provider.name
                )),
            }
        }
    }
    if !globs.is_empty() {
        for list in kept(project) {
            models.extend(list.models.unwrap_or_default());
        }
    }
    let mut seen = std::collections::HashSet::<ModelRef>::new();
    models.retain(|known| seen.insert(known.model.clone()));
    Ok(models)
}
