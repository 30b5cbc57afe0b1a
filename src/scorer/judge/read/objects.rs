//! The JSON objects of a reply.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A JSON object as it is written: a key may stand twice.
#[derive(Debug)]
pub(super) struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    /// The value of a key, as JSON text; an error where the key stands twice with different values.
    pub fn get(&self, key: &str) -> Result<Option<&str>, String> {
        let mut found = None;
        for (_, value) in self.0.iter().filter(|(name, _)| name == key) {
            match found {
                Some(earlier) if earlier != value.get() => {
                    return Err(format!("`{key}` stands twice with different values"));
                }
                _ => found = Some(value.get()),
            }
        }
        Ok(found)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// All outermost objects of a reply, in fences or among chatter. An object that is broken makes the whole reply
/// unreadable: what stands inside it may be quoted from the judged output.
pub(super) fn objects(text: &str) -> Result<Vec<Object>, String> {
    let mut objects = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let from = &rest[start..];
        if !begins_object(from) {
            rest = &from[1..];
            continue;
        }
        let mut stream = serde_json::Deserializer::from_str(from).into_iter::<Object>();
        match stream.next() {
            Some(Ok(object)) => {
                objects.push(object);
                rest = from.get(stream.byte_offset()..).unwrap_or_default();
            }
            _ => return Err("the JSON of the reply is broken".to_owned()),
        }
    }
    Ok(objects)
}

/// Whether a brace begins an object, and not a placeholder or a formula.
fn begins_object(text: &str) -> bool {
    let behind = text[1..].trim_start();
    behind.starts_with('"') || behind.starts_with('}')
}
