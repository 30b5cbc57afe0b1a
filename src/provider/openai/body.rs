//! Request bodies: our fields first, the user's own over them.

use crate::model::{ErrorClass, ProviderError, Request, ResponseFormat};
use serde_json::Value;

/// The form that the answer is constrained to.
pub(crate) enum Format<'a> {
    /// Any JSON.
    Json,
    /// JSON that fits a schema.
    Schema(&'a Value),
}

impl<'a> Format<'a> {
    /// What the request asks for; free text is the vendors' default and not sent.
    pub(crate) fn of(request: &'a Request) -> Result<Option<Self>, ProviderError> {
        match request.params.response_format {
            None | Some(ResponseFormat::Text) => Ok(None),
            Some(ResponseFormat::Json) => Ok(Some(Self::Json)),
            Some(ResponseFormat::JsonSchema) => match &request.schema {
                Some(schema) => Ok(Some(Self::Schema(schema))),
                None => Err(ProviderError::new(
                    ErrorClass::BadRequest,
                    "`response_format: json-schema` needs the task's `output.schema`, which is not set",
                )),
            },
        }
    }
}

/// Whether a schema keeps to the rules of OpenAI's strict mode (every object closed, every property required), which
/// guarantees the form. Other schemas are sent without `strict`, which the API would refuse.
pub(crate) fn strict_schema(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => {
            let properties = map.get("properties").and_then(Value::as_object);
            let required = map.get("required").and_then(Value::as_array);
            let is_object = properties.is_some() || map.get("type").is_some_and(|kind| kind == "object");
            let complete = properties.is_none_or(|properties| {
                properties
                    .keys()
                    .all(|key| required.is_some_and(|list| list.iter().any(|name| name == key.as_str())))
            });
            let closed = map.get("additionalProperties") == Some(&Value::Bool(false));
            (!is_object || closed && complete) && map.values().all(strict_schema)
        }
        Value::Array(list) => list.iter().all(strict_schema),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::strict_schema;
    use serde_json::json;

    #[test]
    fn strict_mode_needs_closed_objects_with_all_properties_required() {
        let inner = json!({"type": "object", "properties": {"b": {"type": "string"}}});
        let closed = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false});
        assert!(strict_schema(&closed));
        assert!(strict_schema(&json!({"type": "string"})));
        assert!(!strict_schema(&inner));
        let nested = json!({"type": "object", "properties": {"a": inner}, "required": ["a"], "additionalProperties": false});
        assert!(!strict_schema(&nested));
    }
}
