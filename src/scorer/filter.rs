//! Which cases a scorer looks at.

use super::options::OneOrMany;
use super::visitor::{Plain, Shorthand};
use crate::model::{Case, CaseFilter};
use globset::{Glob, GlobSet, GlobSetBuilder};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A filter as a task file writes it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(super) struct RawFilter {
    /// Globs over case ids.
    id: OneOrMany,
    /// Metadata or variables and the value they must have; a list means any of its items.
    meta: IndexMap<String, Value>,
}

impl Shorthand for RawFilter {
    const EXPECTS: &'static str = "a glob over case ids, a list of them, or a mapping with `id` and `meta`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        let globs = match plain {
            Plain::Text(glob) => vec![glob],
            Plain::List(globs) => {
                let text = |glob: Value| match glob {
                    Value::String(glob) => Ok(glob),
                    Value::Number(id) => Ok(id.to_string()),
                    _ => Err("a glob over case ids must be a text such as `easy-*`".to_owned()),
                };
                globs.into_iter().map(text).collect::<Result<_, _>>()?
            }
            Plain::Number(id) => vec![id.to_string()],
            _ => return Err(String::new()),
        };
        Ok(Self {
            id: OneOrMany(globs),
            meta: IndexMap::new(),
        })
    }
}

impl From<RawFilter> for CaseFilter {
    fn from(raw: RawFilter) -> Self {
        Self {
            id: raw.id.0,
            meta: raw.meta,
        }
    }
}

/// A filter with its globs built.
#[derive(Debug)]
pub(super) struct Filter {
    ids: Option<GlobSet>,
    meta: Vec<(String, Value)>,
}

impl Filter {
    pub(super) fn new(filter: &CaseFilter) -> Result<Self, String> {
        let mut globs = GlobSetBuilder::new();
        for pattern in &filter.id {
            let glob = Glob::new(pattern).map_err(|error| {
                format!("the glob `{pattern}` of `cases` cannot be used: {}", error.kind())
            })?;
            globs.add(glob);
        }
        let built = globs
            .build()
            .map_err(|error| format!("the globs of `cases` cannot be used: {error}"))?;
        Ok(Self {
            ids: (!filter.id.is_empty()).then_some(built),
            meta: filter
                .meta
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        })
    }

    pub(super) fn admits(&self, case: &Case) -> bool {
        self.ids.as_ref().is_none_or(|globs| globs.is_match(&*case.id))
            && self.meta.iter().all(|(name, wanted)| {
                let actual = case.meta.get(name).or_else(|| case.vars.get(name));
                actual.is_some_and(|actual| match wanted {
                    Value::Array(any) => actual == wanted || any.contains(actual),
                    single => actual == single,
                })
            })
    }
}
