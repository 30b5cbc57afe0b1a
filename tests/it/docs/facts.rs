//! The reference pages name everything that the code knows.

use super::{read, root};
use bench::load::{SchemaKind, schema};
use bench::model::{ErrorClass, Outcome};
use bench::report::{self, Exported};
use serde_json::Value;
use std::collections::BTreeSet;

/// Names of all properties of a JSON Schema, at any depth.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("properties", Value::Object(fields)) => {
                        names.extend(fields.keys().cloned());
                        fields.values().for_each(|field| properties(field, names));
                    }
                    (_, value) => properties(value, names),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, names)),
        _ => {}
    }
}

/// Those that the page does not have in backticks.
fn missing(page: &str, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let text = read(&root().join(page));
    names
        .into_iter()
        .filter(|name| !text.contains(&format!("`{name}`")))
        .collect()
}

#[test]
fn the_reference_of_formats_names_every_key_of_every_file() {
    let mut names = BTreeSet::new();
    for kind in SchemaKind::ALL {
        properties(&schema(kind), &mut names);
    }
    // Scorers have a page of their own.
    let scorers = bench::scorer::catalog();
    let of_scorers = |name: &str| {
        let option =
            |entry: &bench::scorer::CatalogEntry| entry.options.iter().any(|option| option.name == name);
        scorers.iter().any(|entry| entry.name == name || option(entry))
    };
    names.retain(|name| !of_scorers(name));
    let missing = missing("docs/formats.md", names);
    assert!(
        missing.is_empty(),
        "docs/formats.md does not name: {}",
        missing.join(", ")
    );
}

#[test]
fn the_reference_of_formats_names_every_field_of_every_document() {
    let mut names = BTreeSet::new();
    for kind in Exported::ALL {
        properties(&report::schema(kind), &mut names);
    }
    let missing = missing("docs/formats.md", names);
    assert!(
        missing.is_empty(),
        "docs/formats.md does not name: {}",
        missing.join(", ")
    );
}

#[test]
fn the_page_of_scorers_names_every_scorer_and_option() {
    let entries = bench::scorer::catalog();
    let names: BTreeSet<String> = entries
        .iter()
        .flat_map(|entry| {
            entry
                .options
                .iter()
                .map(|option| option.name.clone())
                .chain([entry.name.to_owned()])
        })
        .chain(Outcome::ALL.map(|outcome| outcome.name().to_owned()))
        .collect();
    let missing = missing("docs/scoring.md", names);
    assert!(
        missing.is_empty(),
        "docs/scoring.md does not name: {}",
        missing.join(", ")
    );
}

#[test]
fn the_page_of_providers_names_every_class_of_errors() {
    let missing = missing(
        "docs/providers.md",
        ErrorClass::ALL.map(|class| class.name().to_owned()),
    );
    assert!(
        missing.is_empty(),
        "docs/providers.md does not name: {}",
        missing.join(", ")
    );
}
