//! Which models are run.

use crate::load::check::{NamedModel, is_glob};
use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::RawModel;
use crate::load::workspace::Loader;
use crate::model::ModelSelector;
use crate::yaml::Spanned;
use std::collections::HashMap;
use std::sync::Arc;

/// Selectors of a list of models; each is also added to `named`, to be checked against the providers.
pub fn selectors(
    loader: &mut Loader<'_>,
    source: &Arc<Source>,
    models: Vec<Spanned<RawModel>>,
    named: &mut Vec<NamedModel>,
) -> Vec<ModelSelector> {
    let mut selectors: Vec<ModelSelector> = Vec::with_capacity(models.len());
    let mut seen: HashMap<(String, Option<String>), Spanned<()>> = HashMap::new();
    for Spanned {
        value: RawModel(raw),
        span,
    } in models
    {
        let at = |code, message: &str| Problem::at(source, span, code, message);
        let filtered =
            raw.min_context.is_some() || raw.max_input_price.is_some() || raw.max_output_price.is_some();
        if filtered && !is_glob(&raw.model) {
            loader.problems.push(
                at(
                    "bad-value",
                    "min_context, max_input_price and max_output_price filter globs only",
                )
                .help("remove them, or write a glob such as `openrouter/*`"),
            );
        }
        for price in [raw.max_input_price, raw.max_output_price].into_iter().flatten() {
            if !(price >= 0.0 && price.is_finite()) {
                loader
                    .problems
                    .push(at("bad-value", "a price is a number of US dollars, zero or more"));
            }
        }
        let key = (raw.model.clone(), raw.label.clone());
        if let Some(first) = seen.insert(key, Spanned { value: (), span }) {
            loader.problems.push(
                at("duplicate-name", "this model is listed twice")
                    .first_at(source, first.span)
                    .help("remove one, or give each a `label` where they differ in `params`"),
            );
        }
        let pattern = Spanned {
            value: raw.model.clone(),
            span,
        };
        named.push(NamedModel {
            pattern,
            source: source.clone(),
        });
        selectors.push(ModelSelector {
            pattern: raw.model,
            params: raw.params,
            label: raw.label,
            min_context: raw.min_context,
            max_input_price: raw.max_input_price,
            max_output_price: raw.max_output_price,
        });
    }
    selectors
}
