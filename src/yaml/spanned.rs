//! A value with the place it was read from.

use super::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Name of the newtype by which [`super::read`] recognises a value that wants its place.
pub(super) const MARKER: &str = "$bench::Spanned";

/// A value with the place it was read from. Its JSON Schema is the value's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands; empty where it was not read by [`super::read`].
    pub span: Span,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Both<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Both<T> {
            type Value = Spanned<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
                T::deserialize(inner).map(|value| Spanned {
                    value,
                    span: Span::default(),
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let mut next = || {
                    parts
                        .next_element::<usize>()?
                        .ok_or_else(|| A::Error::custom("no place"))
                };
                let span = Span::new(next()?, next()?);
                let value = parts
                    .next_element()?
                    .ok_or_else(|| A::Error::custom("no value"))?;
                Ok(Spanned { value, span })
            }
        }
        deserializer.deserialize_newtype_struct(MARKER, Both(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
