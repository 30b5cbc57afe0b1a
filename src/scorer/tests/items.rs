//! What an item of a `scorers:` list may say, and what is said of mistakes.

use super::super::{SCORER_KEYS, catalog};
use super::*;

#[test]
fn the_catalog_lists_every_scorer_and_its_examples_pass() {
    let names: Vec<&str> = catalog().iter().map(|entry| entry.name).collect();
    assert_eq!(names, *SCORER_KEYS);
    for entry in catalog() {
        let config = spec(entry.example).config;
        assert_eq!(config.key(), entry.name);
        // The user brings a module; judges and layers say nothing of an output alone.
        if entry.name == "wasm" || config.judging().is_some() || entry.name == "layers" {
            continue;
        }
        let golden: Value = serde_json::from_str(entry.golden).unwrap();
        let score = judge(entry.example, golden, entry.passes).unwrap();
        assert!(score.pass, "{}: {}", entry.name, score.explanation);
        assert!(
            entry.options.iter().all(|option| !option.description.is_empty()),
            "{}",
            entry.name
        );
    }
}

#[test]
fn json_and_yaml_mean_the_same() {
    let yaml =
        lowered("contains: Paris\nweight: 2\nname: capital\ncases: {id: easy-*, meta: {lang: en}}").unwrap();
    let json = r#"{"contains": {"value": "Paris"}, "weight": 2, "name": "capital",
                   "cases": {"id": ["easy-*"], "meta": {"lang": "en"}}}"#;
    let json: RawScorer = serde_json::from_str(json).unwrap();
    assert_eq!(json.lower(), Ok(yaml.clone()));
    assert_eq!(yaml.weight, 2.0);
    assert_eq!(yaml.name.as_deref(), Some("capital"));
}

/// Asserts that reading or checking an item fails with all of these words.
#[track_caller]
fn mistake(yaml: &str, words: &[&str]) {
    let problem = lowered(yaml).expect_err(yaml);
    for word in words {
        assert!(problem.contains(word), "{yaml}\n{problem}\nlacks {word}");
    }
}

#[test]
fn an_unknown_key_is_told_with_the_known_ones() {
    mistake("contians: Paris", &["contians", "contains", "weight"]);
    mistake("equals: {pth: queue}", &["pth", "path", "ignore-case"]);
    mistake("numeric: {marker: A, tolerence: 1}", &["tolerence", "tolerance"]);
}

#[test]
fn an_item_has_exactly_one_scorer() {
    mistake("weight: 2", &["no scorer in this item"]);
    mistake("contains: a\nequals: b", &["2 scorers", "`contains`, `equals`"]);
}

#[test]
fn options_that_cannot_work_are_errors() {
    mistake("contains: a\nweight: -1", &["weight", "from 0 to 1000000"]);
    mistake("regex: '('", &["regular expression", "`(`"]);
    mistake("regex: {pattern: a, group: 1}", &["group: 1", "0 groups"]);
    mistake("json-schema: {type: objekt}", &["JSON Schema", "objekt"]);
    mistake("json-schema: 3", &["output.schema"]);
    mistake("contains: a\ncases: 'x[' ", &["glob", "x["]);
    mistake("word-count: {min: 9, max: 3}", &["above"]);
    mistake("word-count: {}", &["bound"]);
    mistake("word-count: -3", &["whole number"]);
    mistake("numeric: {tolerance: -1}", &["tolerance"]);
    mistake("numeric: none", &["holds no number"]);
    mistake("choice: {letters: A}", &["at least two letters"]);
    mistake("choice: {value: Z}", &["none of the letters"]);
    mistake("token-f1: {min: 1.5}", &["between 0 and 1"]);
    mistake("bleu: {stem: true}", &["`stem`", "rouge"]);
    mistake("bleu: 0.5", &["{min: 0.5}"]);
    mistake("set-match: f2", &["f1"]);
    mistake("contains: ''", &["empty"]);
    mistake("one-of: []", &["empty"]);
    mistake("equals: {value: a, values: [b]}", &["either"]);
    mistake("equals: {path: a..b}", &["empty part"]);
    mistake("equals: {after: {text: a, regex: b}}", &["not both"]);
    mistake("equals: {after: {txt: a}}", &["txt", "text"]);
    mistake("refusal: maybe", &["`true`, `false` or `golden`"]);
    mistake("refusal: {expect: {a: 1}}", &["golden"]);
    mistake("json-match: {unordered: {a: 1}}", &["path"]);
    mistake("latency: {max: 0}", &["seconds"]);
    mistake("cost: {max: -1}", &["US dollars"]);
    mistake("latency: fast", &["seconds"]);
    mistake("json: false", &["true"]);
}

#[test]
fn json_schema_true_needs_the_schema_of_the_task() {
    let spec = spec("json-schema: true");
    let problem = compile(&spec, &OutputSpec::default()).unwrap_err();
    assert!(problem.contains("output.schema"), "{problem}");
    let output = OutputSpec {
        schema: Some(Arc::new(serde_json::json!({"type": "object"}))),
        ..OutputSpec::default()
    };
    assert!(compile(&spec, &output).is_ok());
}

#[test]
fn the_schema_of_an_item_accepts_every_example_and_rejects_unknown_keys() {
    let schema = serde_json::to_value(schemars::schema_for!(RawScorer)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for entry in catalog() {
        let item: Value = read(entry.example).unwrap();
        assert!(validator.is_valid(&item), "{}", entry.example);
    }
    assert!(!validator.is_valid(&serde_json::json!({"contians": "a"})));
    assert!(!validator.is_valid(&serde_json::json!({"equals": {"pth": "a"}})));
    assert!(!validator.is_valid(&serde_json::json!({"contains": "a", "equals": "b"})));
}

#[test]
fn a_filter_looks_at_ids_metadata_and_variables() {
    let mut case = case(Value::Null);
    case.meta.insert("lang".into(), "en".into());
    case.vars.insert("n".into(), 3.into());
    let applies = |yaml: &str| scorer(yaml).applies_to(&case);
    assert!(applies("contains: a\ncases: c-*"));
    assert!(applies("contains: a\ncases: [x, c-1]"));
    assert!(!applies("contains: a\ncases: d-*"));
    assert!(applies("contains: a\ncases: {meta: {lang: [de, en], n: 3}}"));
    assert!(!applies("contains: a\ncases: {id: c-*, meta: {lang: de}}"));
    assert!(!applies("contains: a\ncases: {meta: {missing: 1}}"));
}

#[test]
fn a_plain_true_under_equals_is_refused_with_what_to_write() {
    for key in ["equals", "iequals"] {
        let error = read::<RawScorer>(&format!("{key}: true")).unwrap_err();
        assert!(
            error.contains("write `{}` to compare with the golden output"),
            "{error}"
        );
        assert!(lowered(&format!("{key}: {{value: true}}")).is_ok());
        assert!(lowered(&format!("{key}: {{}}")).is_ok());
    }
    assert!(lowered("exact-match: true").is_ok());
}
