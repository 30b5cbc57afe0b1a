//! Reading a value that is a mapping of options or a plain short form, without serde's `untagged`: a mistake in
//! the mapping is reported where it is, not as "did not match any variant".

use serde::de::{DeserializeOwned, Error, SeqAccess, Unexpected, Visitor, value::MapAccessDeserializer};
use serde::{Deserializer, de::MapAccess};
use serde_json::{Number, Value};
use std::fmt;
use std::marker::PhantomData;

/// A value that is not a mapping.
#[derive(Debug)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Value>),
}

impl Plain {
    /// The value as JSON.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text),
            Self::List(list) => Value::Array(list),
        }
    }
}

/// Options that have a short form beside the mapping.
pub(super) trait Shorthand: DeserializeOwned {
    /// What may stand here, in words, for the error of a wrong type.
    const EXPECTS: &'static str;

    /// Reads the short form. `Err` with a text says what is wrong; with an empty text: the type is wrong.
    fn from_plain(plain: Plain) -> Result<Self, String>;
}

/// Reads options in either form.
pub(super) fn shorthand<'de, T: Shorthand, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ShorthandVisitor(PhantomData))
}

struct ShorthandVisitor<T>(PhantomData<T>);

impl<T: Shorthand> ShorthandVisitor<T> {
    fn plain<E: Error>(self, plain: Plain, unexpected: Unexpected<'_>) -> Result<T, E> {
        T::from_plain(plain).map_err(|message| {
            if message.is_empty() {
                E::invalid_type(unexpected, &self)
            } else {
                E::custom(message)
            }
        })
    }
}

impl<'de, T: Shorthand> Visitor<'de> for ShorthandVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTS)
    }
    fn visit_unit<E: Error>(self) -> Result<T, E> {
        self.plain(Plain::Null, Unexpected::Unit)
    }
    fn visit_none<E: Error>(self) -> Result<T, E> {
        self.visit_unit()
    }
    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        self.plain(Plain::Bool(flag), Unexpected::Bool(flag))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.plain(Plain::Number(number.into()), Unexpected::Signed(number))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.plain(Plain::Number(number.into()), Unexpected::Unsigned(number))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        match Number::from_f64(number) {
            Some(finite) => self.plain(Plain::Number(finite), Unexpected::Float(number)),
            None => Err(E::invalid_value(Unexpected::Float(number), &self)),
        }
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.plain(Plain::Text(text.to_owned()), Unexpected::Str(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Value>()? {
            list.push(item);
        }
        self.plain(Plain::List(list), Unexpected::Seq)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Reads a text or a list of texts.
pub(super) fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
    expects: &'static str,
) -> Result<Vec<String>, D::Error> {
    struct Texts(&'static str);
    impl<'de> Visitor<'de> for Texts {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element::<String>()? {
                list.push(item);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_any(Texts(expects))
}
