//! The protocol that a provider file describes.

use super::{error, reply};
use crate::model::{Completion, ErrorClass, HttpSpec, ProviderConfig, ProviderError, Request, Role};
use crate::port::ListedModel;
use crate::provider::{Framing, HttpCall, Protocol, StreamDecoder};
use crate::template::{Template, TemplateError};
use indexmap::IndexMap;
use reqwest::header::HeaderMap;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::sync::Arc;

/// An endpoint described in YAML.
#[derive(Clone, Debug)]
pub struct Generic {
    spec: Arc<HttpSpec>,
    path: Template,
    body: Template,
}

/// What is wrong in the description of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: {message}")]
pub struct SpecError {
    /// The key in the `http` section.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// Line in the template, from 1; 0 where it is not known or there is none.
    pub line: usize,
    /// Column in that line, from 1.
    pub column: Option<usize>,
}

impl SpecError {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
            line: 0,
            column: None,
        }
    }

    fn of_template(field: &'static str) -> impl Fn(TemplateError) -> Self {
        move |error| Self {
            line: error.line,
            column: error.column,
            ..Self::new(field, error.message)
        }
    }
}

/// Variables that templates see.
const VARIABLES: [&str; 6] = ["model", "messages", "prompt", "system", "params", "schema"];

impl Generic {
    /// Compiles the templates and checks pointers and method.
    pub fn new(spec: &HttpSpec) -> Result<Self, SpecError> {
        if let Some(other) = spec
            .method
            .as_deref()
            .filter(|name| !["POST", "PUT"].contains(name))
        {
            return Err(SpecError::new(
                "method",
                format!("`{other}` is neither POST nor PUT"),
            ));
        }
        let pointers = [
            ("text", Some(&spec.text)),
            ("stop", spec.stop.as_ref()),
            ("input_tokens", spec.input_tokens.as_ref()),
            ("output_tokens", spec.output_tokens.as_ref()),
            ("model", spec.model.as_ref()),
            ("error", spec.error.as_ref()),
        ];
        for (field, pointer) in pointers {
            if pointer.is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
                return Err(SpecError::new(
                    field,
                    "a JSON pointer starts with `/`, as in `/choices/0/text`",
                ));
            }
        }
        let path = Template::compile(&spec.path).map_err(SpecError::of_template("path"))?;
        let body = Template::compile(&spec.body).map_err(SpecError::of_template("body"))?;
        if let Some(name) = path.undeclared().find(|name| *name != "model") {
            return Err(SpecError::new(
                "path",
                format!("the path sees only `model`, not `{name}`"),
            ));
        }
        if let Some(name) = body.undeclared().find(|name| !VARIABLES.contains(name)) {
            let known = VARIABLES.join("`, `");
            return Err(SpecError::new(
                "body",
                format!("the body sees no `{name}`, only `{known}`"),
            ));
        }
        Ok(Self {
            spec: Arc::new(spec.clone()),
            path,
            body,
        })
    }

    /// The variables that the body names.
    fn variables(&self, request: &Request) -> IndexMap<String, Value> {
        let last = |role: Role| {
            let message = request.messages.iter().rfind(|message| message.role == role);
            message.map_or("", |message| message.content.as_ref())
        };
        let value = |name: &str| match name {
            "model" => json!(&*request.model),
            "messages" => json!(request.messages),
            "prompt" => json!(last(Role::User)),
            "system" => json!(last(Role::System)),
            "params" => json!(&*request.params),
            _ => json!(request.schema),
        };
        self.body
            .undeclared()
            .map(|name| (name.to_owned(), value(name)))
            .collect()
    }
}

impl Protocol for Generic {
    fn default_base_url(&self) -> Option<&'static str> {
        None
    }

    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        _stream: bool,
    ) -> Result<HttpCall, ProviderError> {
        let wrong = |what: &str, why: String| {
            let message = format!("{}: the {what} {why}", config.name);
            ProviderError::new(ErrorClass::BadRequest, message)
        };
        let name = IndexMap::from([("model".to_owned(), Value::from(in_path(&request.model)))]);
        let path = self
            .path
            .render(&name)
            .map_err(|error| wrong("path", error.message))?;
        let path = match path.as_str() {
            "" => path,
            given if given.starts_with(['/', '?']) => path,
            _ => format!("/{path}"),
        };
        let body = self
            .body
            .render(&self.variables(request))
            .map_err(|error| wrong("body", error.message))?;
        serde_json::from_str::<IgnoredAny>(&body).map_err(|error| {
            wrong(
                "body",
                format!("does not render to JSON: {error}; embed values with `| tojson`"),
            )
        })?;
        Ok(HttpCall {
            path,
            headers: Vec::new(),
            body: body.into_bytes(),
        })
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {key}"))]
    }

    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError> {
        reply::decode(&self.spec, body)
    }

    fn decoder(&self) -> Box<dyn StreamDecoder> {
        Box::new(reply::Gathered {
            spec: self.spec.clone(),
            body: Vec::new(),
        })
    }

    fn framing(&self) -> Framing {
        Framing::JsonLines
    }

    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        error::read(self.spec.error.as_deref(), status, headers, body)
    }

    fn list_call(&self, _config: &ProviderConfig, _page: Option<&str>) -> Option<HttpCall> {
        None
    }

    fn decode_models(&self, _body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        Ok((Vec::new(), None))
    }
}

/// A model's name as part of a path (RFC 3986, section 3.3; slashes stay, because such names are paths).
fn in_path(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}
