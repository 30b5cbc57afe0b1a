//! Tolerant pieces of wire types: vendors put `null`, floats or numbers where text or counts are promised.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Most tokens that one count can mean; what is above is a fault of the server.
const MOST_TOKENS: u64 = 1_000_000_000;

/// A count of tokens, zero where it is absent or `null`; unknown where it is no count: negative, a fraction, above a
/// thousand million, or no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count(Option<u64>);

impl Default for Count {
    fn default() -> Self {
        Self(Some(0))
    }
}

impl Count {
    /// A count of that many, where so many are possible.
    pub(super) fn new(count: u64) -> Self {
        Self((count <= MOST_TOKENS).then_some(count))
    }

    /// The same for a number with a decimal point or exponent.
    pub(super) fn of_float(count: f64) -> Self {
        let usable = count.fract() == 0.0 && (0.0..=MOST_TOKENS as f64).contains(&count);
        Self(usable.then_some(count as u64))
    }

    /// What is no count.
    pub(super) const UNKNOWN: Self = Self(None);

    /// The count where it is known: for input and output, without which there is no usage.
    pub(super) fn known(self) -> Option<u64> {
        self.0
    }

    /// The count, zero where it is unknown: for parts of another count.
    pub(super) fn part(self) -> u64 {
        self.0.unwrap_or(0)
    }

    /// The sum, unknown where one of the two is.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.zip(other.0).map(|(one, other)| one.saturating_add(other)))
    }
}

/// A text; anything else is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub String);

impl Text {
    /// The text where there is one.
    pub(super) fn some(self) -> Option<String> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

/// `null` is the default, everything else that no other method takes is `$other`.
macro_rules! ignore_nested {
    ($other:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok($other)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($other)
        }
    };
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyCount;
        impl<'de> Visitor<'de> for AnyCount {
            type Value = Count;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a count")
            }
            fn visit_u64<E>(self, count: u64) -> Result<Count, E> {
                Ok(Count::new(count))
            }
            fn visit_i64<E>(self, count: i64) -> Result<Count, E> {
                Ok(u64::try_from(count).map_or(Count::UNKNOWN, Count::new))
            }
            fn visit_f64<E>(self, count: f64) -> Result<Count, E> {
                Ok(Count::of_float(count))
            }
            fn visit_str<E>(self, _: &str) -> Result<Count, E> {
                Ok(Count::UNKNOWN)
            }
            ignore_nested!(Count::UNKNOWN);
        }
        deserializer.deserialize_any(AnyCount)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl<'de> Visitor<'de> for AnyText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Text, E> {
                Ok(Text(text))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text::default())
            }
            ignore_nested!(Text::default());
        }
        deserializer.deserialize_any(AnyText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_texts_take_whatever_comes() {
        let counts: Vec<Count> = serde_json::from_str(
            r#"[3, 3.0, null, 1000000000, -1, 2.5, 1000000001, 99999999999999999999999, "3", {"a": [1]}, [2], true]"#,
        )
        .unwrap();
        let known: Vec<Option<u64>> = counts.iter().map(|count| count.known()).collect();
        assert_eq!(known[..4], [Some(3), Some(3), Some(0), Some(1_000_000_000)]);
        assert!(known[4..].iter().all(Option::is_none), "{known:?}");
        let texts: Vec<Text> =
            serde_json::from_str(r#"["a", 3, null, {"a": 1}, ["b"], 1.5, -2, false]"#).unwrap();
        assert_eq!(
            texts.iter().map(|text| text.0.as_str()).collect::<Vec<_>>(),
            ["a", "", "", "", "", "", "", ""]
        );
    }
}
