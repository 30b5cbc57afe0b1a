//! Values with a short form: a plain text in place of a mapping.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A mapping that may be written as a plain text.
pub trait Short: DeserializeOwned {
    /// What may stand here, in words.
    const EXPECTS: &'static str;
    /// Reads the plain text.
    fn from_text(text: &str) -> Self;
}

/// Reads either form.
pub fn text_or_map<'de, T: Short, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Either<T>(PhantomData<T>);
    impl<'de, T: Short> Visitor<'de> for Either<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTS)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            Ok(T::from_text(text))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(Either(PhantomData))
}

/// The schema of a plain text or that mapping.
pub fn text_or<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mapping = generator.subschema_for::<T>();
    json_schema!({"anyOf": [{"type": "string"}, mapping]})
}
