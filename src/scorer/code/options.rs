//! What a task may say of a program that is graded by tests.

use crate::model::Case;
use crate::sandbox::Limits;
use crate::scorer::pick::Path;
use crate::scorer::program::LimitsOption;
use crate::scorer::visitor::{Plain, Shorthand};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// The language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CodeLanguage {
    /// Python.
    Python,
    /// JavaScript.
    JavaScript,
    /// TypeScript; its types are taken away, not checked.
    TypeScript,
}

impl CodeLanguage {
    const ALL: [(&str, Self); 3] = [
        ("python", Self::Python),
        ("javascript", Self::JavaScript),
        ("typescript", Self::TypeScript),
    ];
}

/// Options of `code`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CodeOptions {
    /// What the program is written in: `python`, `javascript` or `typescript`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<CodeLanguage>,
    /// The tests: a text, or a list of texts and of `{args, expected}`; or `{path: ..}`, where the case has them. By
    /// default the golden output, or its field `tests`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tests: Option<Given>,
    /// The function that is tested; or `{path: ..}`. By default the golden output's field `entry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Given>,
    /// Text that the model was given to go on from, and that its answer may leave out; or `{path: ..}`. By default the
    /// golden output's field `prefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<Given>,
    /// Code that runs before each test (imports, helpers): a text or a list of lines; or `{path: ..}`. By default the
    /// golden output's field `setup`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<Given>,
    /// Seconds for each test, time slept included; 5 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<f64>,
    /// Megabytes for each test; 256 by default, 1024 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Instructions for each test: a limit that strikes at the same place on every machine. None by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// The share of tests from which on the trial passes; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
}

impl CodeOptions {
    /// The limits of a test, or what is wrong with them.
    pub(super) fn limits(&self) -> Result<Limits, String> {
        let option = LimitsOption {
            time: self.timeout,
            memory: self.memory,
            fuel: self.fuel,
        };
        let limits = option
            .limits()
            .map_err(|problem| problem.replace("limits.time", "timeout").replace("limits.", ""))?;
        Ok(Limits {
            slept: Some(limits.time),
            ..limits
        })
    }

    /// What can be said without a case.
    pub(super) fn check(&self) -> Result<CodeLanguage, String> {
        let Some(language) = self.language else {
            return Err("needs the language; write `{language: python}`".to_owned());
        };
        if let Some(least) = self.threshold.filter(|least| !(0.0..=1.0).contains(least)) {
            return Err(format!("`threshold: {least}` must be from 0 to 1"));
        }
        self.limits()?;
        for (name, given) in [
            ("tests", &self.tests),
            ("entry", &self.entry),
            ("prefix", &self.prefix),
            ("setup", &self.setup),
        ] {
            if let Some(given) = given {
                given.path().map_err(|problem| format!("`{name}`: {problem}"))?;
            }
        }
        Ok(language)
    }
}

impl Shorthand for CodeOptions {
    const EXPECTS: &'static str = "a language (`python`, `javascript`, `typescript`) or a mapping of options";

    fn from_plain(plain: Plain) -> Result<Self, String> {
        let Plain::Text(text) = plain else {
            return Err(String::new());
        };
        let known = CodeLanguage::ALL.iter().find(|(name, _)| *name == text);
        match known {
            Some((_, language)) => Ok(Self {
                language: Some(*language),
                ..Self::default()
            }),
            None => Err(format!(
                "`{}` is no language that can be run; write `python`, `javascript` or `typescript`",
                text.chars().take(40).collect::<String>()
            )),
        }
    }
}

/// A value that stands in the task, or `{path: ..}`: where a case has it. A path begins with `golden`, `vars` or `meta`;
/// any other first part is a field of the golden output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Given(pub Value);

impl Given {
    fn path(&self) -> Result<Option<Path>, String> {
        match self.0.as_object() {
            Some(fields) if fields.len() == 1 => match fields.get("path") {
                Some(Value::String(path)) => Path::parse(path).map(Some),
                Some(_) => Err("`path` must be a text, such as `golden.tests`".to_owned()),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// The value for a case; an error where the case has nothing at the path.
    pub(super) fn value<'v>(&'v self, case: &'v Case) -> Result<&'v Value, String> {
        let Some(path) = self.path()? else {
            return Ok(&self.0);
        };
        let golden = case.golden.as_ref();
        let (root, rest) = path.split_first();
        let found = match (root, &rest) {
            ("vars" | "meta", None) => {
                return Err(format!(
                    "`path: {root}` needs a name behind it, such as `{root}.tests`"
                ));
            }
            ("vars", Some(rest)) => in_fields(&case.vars, rest),
            ("meta", Some(rest)) => in_fields(&case.meta, rest),
            ("golden", None) => golden,
            ("golden", Some(rest)) => golden.and_then(|golden| rest.follow(golden)),
            _ => golden.and_then(|golden| path.follow(golden)),
        };
        found.ok_or_else(|| format!("the case has nothing at `{path}`"))
    }
}

fn in_fields<'v>(fields: &'v IndexMap<String, Value>, path: &Path) -> Option<&'v Value> {
    let (name, rest) = path.split_first();
    let value = fields.get(name)?;
    match rest {
        Some(rest) => rest.follow(value),
        None => Some(value),
    }
}

impl JsonSchema for Given {
    fn schema_name() -> Cow<'static, str> {
        "Given".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "array", "object"]})
    }
}
