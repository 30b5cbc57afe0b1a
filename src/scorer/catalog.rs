//! Every built-in scorer in words, for people and for the reference pages.

mod options;

use super::keys::FAMILIES;
use options::options_of;
use schemars::SchemaGenerator;
use serde::Serialize;

/// A built-in scorer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CatalogEntry {
    /// Its key in a `scorers:` list.
    pub name: &'static str,
    /// What it says, in one line.
    pub summary: &'static str,
    /// What may stand in its mapping.
    pub options: Vec<CatalogOption>,
    /// An item of a `scorers:` list (YAML).
    pub example: &'static str,
    /// A golden output (JSON) that goes with the example; `null` where it needs none.
    pub golden: &'static str,
    /// An output that passes the example.
    pub passes: &'static str,
}

/// An option of a scorer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CatalogOption {
    /// Its key.
    pub name: String,
    /// What it does.
    pub description: String,
}

/// Summary, example, golden output and an output that passes, by key.
pub(super) type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const ROWS: [Row; 47] = [
    (
        "equals",
        "The answer is the expected one.",
        "equals: {path: queue}",
        r#"{"queue": "billing"}"#,
        r#"{"queue": "billing"}"#,
    ),
    (
        "iequals",
        "The answer is the expected one, case aside.",
        "iequals: Paris",
        "null",
        "PARIS",
    ),
    (
        "not-equals",
        "The answer is not the given one.",
        "not-equals: unknown",
        "null",
        "Paris",
    ),
    (
        "not-iequals",
        "The answer is not the given one, case aside.",
        "not-iequals: unknown",
        "null",
        "Paris",
    ),
    (
        "one-of",
        "The answer is one of several.",
        "one-of: [yes, no]",
        "null",
        "yes",
    ),
    (
        "not-one-of",
        "The answer is none of several.",
        "not-one-of: [maybe, unknown]",
        "null",
        "yes",
    ),
    (
        "contains",
        "The output holds a text.",
        "contains: Paris",
        "null",
        "It is Paris.",
    ),
    (
        "icontains",
        "The output holds a text, case aside.",
        "icontains: paris",
        "null",
        "It is PARIS.",
    ),
    (
        "contains-all",
        "The output holds all of the texts.",
        "contains-all: [Paris, France]",
        "null",
        "Paris in France",
    ),
    (
        "icontains-all",
        "The output holds all of the texts, case aside.",
        "icontains-all: [paris, france]",
        "null",
        "Paris in France",
    ),
    (
        "contains-any",
        "The output holds at least one of the texts.",
        "contains-any: [Paris, Lyon]",
        "null",
        "in Lyon",
    ),
    (
        "icontains-any",
        "The output holds at least one of the texts, case aside.",
        "icontains-any: [paris, lyon]",
        "null",
        "in Lyon",
    ),
    (
        "not-contains",
        "The output holds none of the texts.",
        "not-contains: TODO",
        "null",
        "Done.",
    ),
    (
        "not-icontains",
        "The output holds none of the texts, case aside.",
        "not-icontains: todo",
        "null",
        "Done.",
    ),
    (
        "not-contains-all",
        "The output does not hold all of the texts.",
        "not-contains-all: [foo, bar]",
        "null",
        "only foo",
    ),
    (
        "not-icontains-all",
        "The output does not hold all of the texts, case aside.",
        "not-icontains-all: [foo, bar]",
        "null",
        "only Foo",
    ),
    (
        "not-contains-any",
        "The output holds none of the texts.",
        "not-contains-any: [foo, bar]",
        "null",
        "neither",
    ),
    (
        "not-icontains-any",
        "The output holds none of the texts, case aside.",
        "not-icontains-any: [foo, bar]",
        "null",
        "neither",
    ),
    (
        "starts-with",
        "The output starts with a text.",
        "starts-with: Dear",
        "null",
        "Dear Ms Li,",
    ),
    (
        "not-starts-with",
        "The output does not start with a text.",
        "not-starts-with: Sure",
        "null",
        "Paris",
    ),
    (
        "ends-with",
        "The output ends with a text.",
        "ends-with: Regards",
        "null",
        "Bye. Regards",
    ),
    (
        "not-ends-with",
        "The output does not end with a text.",
        "not-ends-with: '?'",
        "null",
        "Done.",
    ),
    (
        "regex",
        "A regular expression is found, or captures the expected answer.",
        r"regex: {pattern: 'total: (\d+)', group: 1}",
        "\"42\"",
        "the total: 42",
    ),
    (
        "not-regex",
        "A regular expression is not found.",
        r"not-regex: '\d'",
        "null",
        "none",
    ),
    (
        "choice",
        "The letter of a multiple-choice answer, found in free text.",
        "choice: ABCD",
        "\"B\"",
        "The answer is (B).",
    ),
    (
        "numeric",
        "A number in free text is the expected one.",
        "numeric: {marker: '####', tolerance: 0.5}",
        "1250",
        "So it is #### $1,250",
    ),
    (
        "json",
        "The output holds valid JSON.",
        "json: true",
        "null",
        "{\"a\": 1}",
    ),
    (
        "json-schema",
        "The JSON of the output meets a JSON Schema.",
        "json-schema: {type: object, required: [queue]}",
        "null",
        r#"{"queue": 1}"#,
    ),
    (
        "json-match",
        "The share of the golden output's fields that are right.",
        "json-match: {unordered: true, ignore: id}",
        r#"{"tags": ["a", "b"], "id": 1}"#,
        r#"{"tags": ["b", "a"], "id": 2}"#,
    ),
    (
        "set-match",
        "Precision, recall or F1 of a list of items, in any order.",
        "set-match: f1",
        r#"["red", "green"]"#,
        "- green\n- red",
    ),
    (
        "token-f1",
        "Shared words with the reference (SQuAD F1).",
        "token-f1: {min: 0.5}",
        "\"the cat sat\"",
        "A cat sat.",
    ),
    (
        "exact-match",
        "The answer is the expected one, case, articles and punctuation aside (SQuAD).",
        "exact-match: true",
        "\"The Beatles\"",
        "beatles!",
    ),
    (
        "levenshtein",
        "1 - edit distance / longer length.",
        "levenshtein: {min: 0.8}",
        "\"kitten food\"",
        "kitten foot",
    ),
    (
        "rouge-1",
        "Shared words (ROUGE-1).",
        "rouge-1: {min: 0.5, score: recall}",
        "\"the cat sat\"",
        "the cat sat down",
    ),
    (
        "rouge-2",
        "Shared pairs of words (ROUGE-2).",
        "rouge-2: {min: 0.5}",
        "\"the cat sat\"",
        "the cat sat",
    ),
    (
        "rouge-l",
        "Longest common subsequence of words (ROUGE-L).",
        "rouge-l: {min: 0.5, stem: true}",
        "\"the cat sat\"",
        "the cats sat",
    ),
    (
        "bleu",
        "Sentence BLEU.",
        "bleu: {min: 0.3}",
        "\"the cat sat on the mat\"",
        "the cat sat on the mat",
    ),
    (
        "chrf",
        "Shared character n-grams (chrF, chrF++).",
        "chrf: {min: 0.5, words: true}",
        "\"the cat sat\"",
        "the cat sat",
    ),
    (
        "word-count",
        "How many words.",
        "word-count: {max: 40}",
        "null",
        "Short enough.",
    ),
    (
        "length",
        "How many characters.",
        "length: {min: 1, max: 280}",
        "null",
        "Short enough.",
    ),
    (
        "refusal",
        "The model declines, or answers, as it should.",
        "refusal: {expect: golden}",
        "\"refuse\"",
        "I'm sorry, but I can't help with that.",
    ),
    (
        "latency",
        "Answered within that many seconds.",
        "latency: {max: 2.5}",
        "null",
        "Fast.",
    ),
    (
        "cost",
        "Cost at most that many US dollars.",
        "cost: {max: 0.01}",
        "null",
        "Cheap.",
    ),
    (
        "python",
        "What your Python code says: in the sandbox, with the standard library and the files beside it.",
        r#"python: "{'score': float(output == golden), 'reason': 'exact'}""#,
        r#""42""#,
        "42",
    ),
    (
        "javascript",
        "What your JavaScript or TypeScript code says: in the sandbox, with the files beside it.",
        r#"javascript: {code: "output.length <= config.most", config: {most: 80}}"#,
        "null",
        "short",
    ),
    (
        "wasm",
        "What your WebAssembly module says: a component, or a WASI program.",
        "wasm: {file: scorers/overlap.wasm}",
        "null",
        "any",
    ),
    (
        "code",
        "The share of tests that a program passes: taken out of the answer and run in the sandbox.",
        "code: python",
        r#"{"entry": "square", "tests": ["assert square(-2) == 4"]}"#,
        "Sure:\n```python\ndef square(x):\n    return x * x\n```",
    ),
];

/// Every built-in scorer, in the order in which they are listed for people.
pub fn catalog() -> Vec<CatalogEntry> {
    let mut generator = SchemaGenerator::default();
    let entry = |(name, summary, example, golden, passes): Row| {
        let known = FAMILIES.iter().find(|(key, _)| *key == name);
        CatalogEntry {
            name,
            summary,
            options: known
                .map(|(_, family)| options_of(*family, &mut generator))
                .unwrap_or_default(),
            example,
            golden,
            passes,
        }
    };
    let judges = super::judge::ROWS;
    ROWS.into_iter()
        .chain(judges)
        .chain([super::layers::ROW])
        .map(entry)
        .collect()
}
