//! The minijinja environment that every template shares: strict, without a loader, with a bound on work.

use minijinja::value::{Kwargs, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use std::sync::LazyLock;

/// Instructions that one render may take: loops over any realistic case fit, endless ones end within a second.
const FUEL: u64 = 5_000_000;

static BASE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("tojson", tojson);
    environment.remove_global("debug");
    environment
});

/// A fresh environment; its tables of filters and tests are shared. With `debug`, errors know their place, which
/// costs time on every render.
pub(super) fn environment(debug: bool) -> Environment<'static> {
    let mut environment = BASE.clone();
    environment.set_debug(debug);
    environment
}

/// True where a template uses the name without the case having to define it.
pub(super) fn is_global(name: &str) -> bool {
    BASE.globals().any(|(global, _)| global == name)
}

/// `{{ value | tojson }}` or `tojson(indent=2)`: JSON without the HTML escapes of the usual filter, which would
/// change what a model reads.
fn tojson(value: &Value, indent: Option<Value>, options: Kwargs) -> Result<String, Error> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => options.get("indent")?,
    };
    options.assert_all_used()?;
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let width = match indent {
        None => None,
        Some(value) if value.is_none() => None,
        Some(value) => match bool::try_from(value.clone()) {
            Ok(yes) if value.kind() == minijinja::value::ValueKind::Bool => yes.then_some(2),
            _ => Some(usize::try_from(value)?.min(16)),
        },
    };
    let written = match width {
        None => serde_json::to_string(value),
        Some(width) => pretty(value, width),
    };
    written.map_err(|error| {
        Error::new(ErrorKind::BadSerialization, "cannot be written as JSON").with_source(error)
    })
}

fn pretty(value: &Value, width: usize) -> Result<String, serde_json::Error> {
    use serde::Serialize;
    let indent = " ".repeat(width);
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}
