//! From a tree to any `serde` type, with all faults.
//!
//! serde stops at the first error. Here each error is noted, the value at fault is left out, and the tree is read
//! again, until it can be read or nothing more can be left out. Keys that a struct does not know never reach serde.

use super::error::{Fault, FaultKind, ReadError, nearest};
use super::node::{Entry, Kind, Node, Span};
use super::spanned::MARKER;
use serde::de::value::{StrDeserializer, UsizeDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::collections::HashSet;

/// Most faults of one document; a file with more is not the kind of file that it should be.
const MAX_FAULTS: usize = 50;

/// Reads a tree as `T`, without the values that are at fault; `None` where those cannot be left out. Faults are added
/// to `faults`, in file order.
pub fn read<T: DeserializeOwned>(node: &Node, faults: &mut Vec<Fault>) -> Option<T> {
    let context = Context::default();
    let value = loop {
        match T::deserialize(Reader {
            node,
            context: &context,
        }) {
            Ok(value) => break Some(value),
            Err(error) => {
                let culprit = error.culprit;
                context.note(error, node.span);
                let progress = culprit.is_some_and(|culprit| context.skipped.borrow_mut().insert(culprit));
                if !progress || context.faults.borrow().len() >= MAX_FAULTS {
                    break None;
                }
            }
        }
    };
    let mut found = context.faults.into_inner();
    found.sort_by_key(|fault| fault.span);
    faults.append(&mut found);
    value
}

#[derive(Default)]
struct Context {
    faults: RefCell<Vec<Fault>>,
    /// Addresses of values that are left out.
    skipped: RefCell<HashSet<usize>>,
}

impl Context {
    fn note(&self, error: ReadError, fallback: Span) {
        if error.silent {
            return;
        }
        let fault = Fault {
            kind: error.kind,
            span: error.span.unwrap_or(fallback),
            message: error.message,
            help: error.help,
            other: None,
        };
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    fn is_skipped(&self, node: &Node) -> bool {
        let skipped = self.skipped.borrow();
        !skipped.is_empty() && skipped.contains(&address(node))
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    node: &'a Node,
    context: &'a Context,
}

impl<'a> Reader<'a> {
    /// Gives an error without a place this node's.
    fn place<T>(self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|mut error| {
            if error.span.is_none() {
                if let Some(key) = &error.key {
                    match error.kind {
                        FaultKind::UnknownKey => {
                            if let Some(entry) = self.node.entry(key) {
                                error.span = Some(entry.key_span);
                                error.culprit = Some(address(&entry.value));
                            }
                        }
                        FaultKind::MissingKey => {
                            error.silent |= self.left_out(key);
                        }
                        _ => {}
                    }
                }
                error.span.get_or_insert(self.node.span);
            }
            error
        })
    }

    /// True where the key is missing only because its value, or a misspelt key, was found at fault before.
    fn left_out(self, key: &str) -> bool {
        let Kind::Map(entries) = &self.node.kind else {
            return false;
        };
        entries.iter().any(|entry| {
            self.context.is_skipped(&entry.value)
                && (entry.key == key || nearest(&entry.key, std::iter::once(key)).is_some())
        })
    }

    fn map<V: Visitor<'a>>(self, entries: &'a [Entry], visitor: V) -> Result<V::Value, ReadError> {
        let mut access = Entries {
            entries: entries.iter(),
            value: None,
            context: self.context,
        };
        visitor.visit_map(&mut access)
    }

    fn list<V: Visitor<'a>>(self, items: &'a [Node], visitor: V) -> Result<V::Value, ReadError> {
        let mut access = Items {
            items: items.iter(),
            context: self.context,
        };
        let value = visitor.visit_seq(&mut access)?;
        let rest = access.items.len();
        if rest > 0 {
            let expected = items.len() - rest;
            return Err(ReadError::custom(format!(
                "expected {expected} elements, found {}",
                items.len()
            )));
        }
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let result = match &self.node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(flag) => visitor.visit_bool(*flag),
            Kind::Int(number) => match u64::try_from(*number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(*number),
            },
            Kind::UInt(number) => visitor.visit_u64(*number),
            Kind::Float(number) => visitor.visit_f64(*number),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::List(items) => self.list(items, visitor),
            Kind::Map(entries) => self.map(entries, visitor),
        };
        self.place(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.node.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = if name == MARKER {
            visitor.visit_seq(Place {
                reader: self,
                step: 0,
            })
        } else {
            visitor.visit_newtype_struct(self)
        };
        self.place(result)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if let Kind::Map(entries) = &self.node.kind {
            for entry in entries
                .iter()
                .filter(|entry| !fields.contains(&entry.key.as_str()))
            {
                let mut error = ReadError::unknown_key(&entry.key, fields);
                error.span = Some(entry.key_span);
                if self.context.skipped.borrow_mut().insert(address(&entry.value)) {
                    self.context.note(error, entry.key_span);
                }
            }
        }
        match &self.node.kind {
            Kind::List(_) => self.place(Err(ReadError::invalid_type(Unexpected::Seq, &"a map"))),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = match &self.node.kind {
            Kind::Text(text) => visitor.visit_enum(StrDeserializer::<ReadError>::new(text)),
            Kind::Map(entries) => match entries.as_slice() {
                [entry] if variants.contains(&entry.key.as_str()) => visitor.visit_enum(Variant {
                    entry,
                    context: self.context,
                }),
                [entry] => {
                    let mut error = ReadError::unknown_key(&entry.key, variants);
                    error.span = Some(entry.key_span);
                    Err(error)
                }
                _ => Err(ReadError::custom(format!(
                    "expected a mapping with one of the keys {}",
                    quoted(variants)
                ))),
            },
            _ => self.deserialize_any(visitor),
        };
        self.place(result)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}

fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, Entry>,
    value: Option<&'a Entry>,
    context: &'a Context,
}

impl<'a> MapAccess<'a> for &mut Entries<'a> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let context = self.context;
        let Some(entry) = self
            .entries
            .by_ref()
            .find(|entry| !context.is_skipped(&entry.value))
        else {
            return Ok(None);
        };
        self.value = Some(entry);
        let key: StrDeserializer<'_, ReadError> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|mut error| {
            error.span.get_or_insert(entry.key_span);
            error.culprit.get_or_insert(address(&entry.value));
            error
        })
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let entry = self
            .value
            .take()
            .ok_or_else(|| ReadError::custom("value without a key"))?;
        let reader = Reader {
            node: &entry.value,
            context: self.context,
        };
        reader.place(seed.deserialize(reader)).map_err(|mut error| {
            error.culprit.get_or_insert(address(&entry.value));
            error
        })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    context: &'a Context,
}

impl<'a> SeqAccess<'a> for &mut Items<'a> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let context = self.context;
        let Some(node) = self.items.by_ref().find(|node| !context.is_skipped(node)) else {
            return Ok(None);
        };
        let reader = Reader { node, context };
        reader
            .place(seed.deserialize(reader))
            .map(Some)
            .map_err(|mut error| {
                error.culprit.get_or_insert(address(node));
                error
            })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// What [`super::Spanned`] asks for: start, end, value.
struct Place<'a> {
    reader: Reader<'a>,
    step: u8,
}

impl<'a> SeqAccess<'a> for Place<'a> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        self.step += 1;
        let span = self.reader.node.span;
        match self.step {
            1 => seed.deserialize(UsizeDeserializer::new(span.start)).map(Some),
            2 => seed.deserialize(UsizeDeserializer::new(span.end)).map(Some),
            3 => seed.deserialize(self.reader).map(Some),
            _ => Ok(None),
        }
    }
}

struct Variant<'a> {
    entry: &'a Entry,
    context: &'a Context,
}

impl<'a> EnumAccess<'a> for Variant<'a> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let key: StrDeserializer<'_, ReadError> = self.entry.key.as_str().into_deserializer();
        Ok((seed.deserialize(key)?, self))
    }
}

impl<'a> Variant<'a> {
    fn reader(&self) -> Reader<'a> {
        Reader {
            node: &self.entry.value,
            context: self.context,
        }
    }
}

impl<'a> VariantAccess<'a> for Variant<'a> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        match self.entry.value.kind {
            Kind::Null | Kind::Bool(true) => Ok(()),
            _ => self.reader().place(Err(ReadError::custom("takes no value"))),
        }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, ReadError> {
        let reader = self.reader();
        reader.place(seed.deserialize(reader))
    }
    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.reader().deserialize_any(visitor)
    }
    fn struct_variant<V: Visitor<'a>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.reader().deserialize_struct("", fields, visitor)
    }
}
