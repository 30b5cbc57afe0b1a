//! Prices.
use crate::model::ModelConfig;
use indexmap::IndexMap;
/// Entry of a model.
pub fn lookup<'a>(models: &'a IndexMap<String, ModelConfig>, name: &str) -> Option<&'a ModelConfig> {
    models.get(name)
}
