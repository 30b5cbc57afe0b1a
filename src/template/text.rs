//! One template, compiled.

use super::environment::{environment, is_global};
use super::error::TemplateError;
use super::stack::with_room;
use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Serde, Value};
use minijinja::{Environment, ErrorKind};
use serde_json::Value as Json;
use std::sync::Arc;

/// The name under which each environment holds its only template.
const NAME: &str = "template";

/// Names of variables, sorted.
type Names = Arc<[Arc<str>]>;

/// One compiled template.
#[derive(Clone, Debug)]
pub struct Template {
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    /// Nothing to render.
    Plain(Arc<str>),
    /// A minijinja template.
    Compiled {
        environment: Arc<Environment<'static>>,
        source: Arc<str>,
        uses: Names,
    },
}

impl Template {
    /// Compiles a template; text without `{{`, `{%` and `{#` is passed through unrendered.
    pub fn compile(source: &str) -> Result<Self, TemplateError> {
        if !["{{", "{%", "{#"].iter().any(|mark| source.contains(mark)) {
            return Ok(Self {
                body: Body::Plain(without_last_newline(source).into()),
            });
        }
        let (environment, uses) = with_room(source, || compile(source))??;
        Ok(Self {
            body: Body::Compiled {
                environment: Arc::new(environment),
                source: source.into(),
                uses,
            },
        })
    }

    /// Names of the variables that the template reads, sorted; some may be optional (`{% if x is defined %}`).
    pub fn undeclared(&self) -> impl Iterator<Item = &str> {
        let uses: &[Arc<str>] = match &self.body {
            Body::Plain(_) => &[],
            Body::Compiled { uses, .. } => uses,
        };
        uses.iter().map(AsRef::as_ref).filter(|name| !is_global(name))
    }

    /// Renders with those variables. Only the ones that the template names are looked at.
    pub fn render(&self, vars: &IndexMap<String, Json>) -> Result<String, TemplateError> {
        let (environment, source, uses) = match &self.body {
            Body::Plain(text) => return Ok(text.as_ref().to_owned()),
            Body::Compiled {
                environment,
                source,
                uses,
            } => (environment, source, uses),
        };
        let values = uses.iter().map(|name| vars.get(&**name).map(value)).collect();
        let context = Value::from_object(Context {
            names: uses.clone(),
            values,
        });
        environment
            .get_template(NAME)
            .and_then(|template| template.render(&context))
            .map_err(|error| explain(&error, source, &context, uses, vars))
    }
}

/// The environment with the template, and the names that it reads.
fn compile(source: &str) -> Result<(Environment<'static>, Names), TemplateError> {
    let with_template = |debug| {
        let mut environment = environment(debug);
        environment
            .add_template_owned(NAME, source.to_owned())
            .map(|()| environment)
    };
    let environment = with_template(false).map_err(|error| {
        let error = with_template(true).err().unwrap_or(error);
        TemplateError::read(&error, source)
    })?;
    let mut uses: Vec<Arc<str>> = environment
        .get_template(NAME)
        .map(|template| template.undeclared_variables(false))
        .unwrap_or_default()
        .into_iter()
        .map(Arc::from)
        .collect();
    uses.sort();
    Ok((environment, uses.into()))
}

/// The same failure once more with the engine's debug mode on, which knows the place.
#[cold]
fn explain(
    error: &minijinja::Error,
    source: &str,
    context: &Value,
    uses: &[Arc<str>],
    vars: &IndexMap<String, Json>,
) -> TemplateError {
    let again = with_room(source, || {
        let debug = environment(true);
        debug
            .template_from_named_str(NAME, source)
            .and_then(|template| template.render(context))
            .err()
    });
    let again = again.ok().flatten();
    let error = again.as_ref().unwrap_or(error);
    let mut explained = TemplateError::read(error, source);
    if error.kind() == ErrorKind::UndefinedError {
        let place = error
            .range()
            .and_then(|range| source.get(range))
            .unwrap_or_default();
        let missing = |name: &&Arc<str>| !vars.contains_key(&***name) && !is_global(name);
        // The place is an expression, or only a filter's name where a filter was given nothing.
        let named = |name: &&Arc<str>| words_of(place).any(|word| word == &***name);
        let culprit = uses.iter().filter(missing).find(named);
        let culprit = culprit.or_else(|| uses.iter().find(missing).filter(|_| !place.contains('.')));
        if let Some(name) = culprit {
            explained.message = TemplateError::undefined(name, vars.keys().map(String::as_str));
        } else if !place.is_empty() {
            explained.message = format!("`{place}` is not defined");
        }
    }
    explained
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// As Jinja does with templates.
fn without_last_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// A JSON value for the engine; text is the common kind and is copied once.
fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => Value::from(text.as_str()),
        other => Value::from(Serde(other)),
    }
}

/// The variables that a template names, in place of a whole map.
#[derive(Debug)]
struct Context {
    names: Names,
    values: Vec<Option<Value>>,
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let position = self.names.iter().position(|name| &**name == key)?;
        self.values.get(position)?.clone()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
