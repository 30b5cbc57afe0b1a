//! All models that are known: those in provider files and those that were discovered.

use crate::model::{ModelConfig, ModelRef, ModelSelector, Project};

/// A known model.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogModel {
    /// Its name.
    pub model: ModelRef,
    /// What is known of it.
    pub config: ModelConfig,
    /// True if its provider's API listed it, false if a provider file names it.
    pub discovered: bool,
}

/// All known models, configured ones first, each once.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    models: Vec<CatalogModel>,
}

impl Catalog {
    /// The configured models of a project, and those discovered that are not configured. A configured model
    /// without price or context takes them from its discovered twin.
    pub fn new(project: &Project, discovered: Vec<CatalogModel>) -> Self {
        let mut models: Vec<CatalogModel> = Vec::new();
        for provider in &project.providers {
            for (name, config) in &provider.models {
                models.push(CatalogModel {
                    model: provider.model_ref(name),
                    config: config.clone(),
                    discovered: false,
                });
            }
        }
        let mut index: std::collections::HashMap<ModelRef, usize> = models
            .iter()
            .enumerate()
            .map(|(at, known)| (known.model.clone(), at))
            .collect();
        for found in discovered {
            match index.get(&found.model) {
                Some(&at) => {
                    let known = &mut models[at].config;
                    known.price = known.price.take().or(found.config.price);
                    known.context = known.context.or(found.config.context);
                    known.max_output = known.max_output.or(found.config.max_output);
                }
                None => {
                    index.insert(found.model.clone(), models.len());
                    models.push(CatalogModel {
                        discovered: true,
                        ..found
                    });
                }
            }
        }
        Self { models }
    }

    /// All models, in order.
    pub fn models(&self) -> &[CatalogModel] {
        &self.models
    }

    /// What is known of a model: its own entry, else that of its undated name.
    pub fn config(&self, project: &Project, model: &ModelRef) -> ModelConfig {
        let exact = self.models.iter().find(|known| known.model == *model);
        let fallback = || {
            project
                .provider(&model.provider)
                .and_then(|provider| provider.model(&model.name))
        };
        exact
            .map(|known| &known.config)
            .or_else(fallback)
            .cloned()
            .unwrap_or_default()
    }

    /// The models that a selector's glob and filters keep. A filter on something unknown keeps nothing.
    pub fn matching<'a>(
        &'a self,
        selector: &'a ModelSelector,
        glob: &'a globset::GlobMatcher,
    ) -> impl Iterator<Item = &'a CatalogModel> {
        self.models.iter().filter(move |known| {
            let price = |of: fn(&crate::model::Rates) -> Option<crate::model::Rate>| {
                known.config.price.as_ref().and_then(|price| of(&price.base))
            };
            let cheap = |most: Option<f64>, rate: Option<crate::model::Rate>| match (most, rate) {
                (None, _) => true,
                (Some(most), Some(rate)) => rate.dollars_per_million() <= most,
                (Some(_), None) => false,
            };
            glob.is_match(known.model.to_string())
                && selector
                    .min_context
                    .is_none_or(|least| known.config.context.is_some_and(|size| size >= least))
                && cheap(selector.max_input_price, price(|rates| rates.input))
                && cheap(selector.max_output_price, price(|rates| rates.output))
        })
    }
}
