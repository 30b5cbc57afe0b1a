//! The options of built-in scorers, read from their schemas.

use super::CatalogOption;
use crate::scorer::keys::Family;
use crate::scorer::program::{Language, LimitsOption};
use crate::scorer::{
    ChoiceOptions, ClosedQaOptions, CodeOptions, CountOptions, FactualityOptions, GroundedOptions,
    JsonMatchOptions, JsonOptions, JudgeOptions, LimitOptions, MatchOptions, NumericOptions, PairwiseOptions,
    ProgramOptions, RefusalOptions, RegexOptions, SetMatchOptions, SimilarityOptions, layers,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

/// The options of a scorer.
pub(super) fn options_of(family: Family, generator: &mut SchemaGenerator) -> Vec<CatalogOption> {
    let schema = match family {
        Family::Match(_) => MatchOptions::json_schema(generator),
        Family::Regex { .. } => RegexOptions::json_schema(generator),
        Family::Choice => ChoiceOptions::json_schema(generator),
        Family::Numeric => NumericOptions::json_schema(generator),
        Family::Json => JsonOptions::json_schema(generator),
        // The mapping is the schema itself.
        Family::JsonSchema => return Vec::new(),
        Family::JsonMatch => JsonMatchOptions::json_schema(generator),
        Family::SetMatch => SetMatchOptions::json_schema(generator),
        Family::Similarity(_) => SimilarityOptions::json_schema(generator),
        Family::Count(_) => CountOptions::json_schema(generator),
        Family::Refusal => RefusalOptions::json_schema(generator),
        Family::Latency | Family::Cost => LimitOptions::json_schema(generator),
        Family::Program(language) => return of_program(language, generator),
        Family::Code => CodeOptions::json_schema(generator),
        Family::Judge => JudgeOptions::json_schema(generator),
        Family::Factuality => FactualityOptions::json_schema(generator),
        Family::ClosedQa => ClosedQaOptions::json_schema(generator),
        Family::Grounded(_) => GroundedOptions::json_schema(generator),
        Family::Pairwise => PairwiseOptions::json_schema(generator),
        Family::Layers => layers::LayerFields::json_schema(generator),
    };
    listed(&schema)
}

/// The options of a scorer that is code, with the members of `limits` one by one.
fn of_program(language: Language, generator: &mut SchemaGenerator) -> Vec<CatalogOption> {
    let own = listed(&ProgramOptions::json_schema(generator));
    let limits = listed(&LimitsOption::json_schema(generator));
    let refused = |name: &str| language == Language::Wasm && matches!(name, "code" | "entry");
    let mut options = Vec::new();
    for mut option in own.into_iter().filter(|option| !refused(&option.name)) {
        if option.name == "limits" {
            options.extend(limits.iter().map(|limit| CatalogOption {
                name: format!("limits.{}", limit.name),
                description: limit.description.clone(),
            }));
            continue;
        }
        if language == Language::Wasm && option.name == "file" {
            option.description = "The compiled module, relative to the file that names it.".to_owned();
        }
        options.push(option);
    }
    options
}

/// The members of a mapping.
fn listed(schema: &Schema) -> Vec<CatalogOption> {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Vec::new();
    };
    let option = |(name, schema): (&String, &Value)| CatalogOption {
        name: name.clone(),
        description: schema
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    };
    properties.iter().map(option).collect()
}
