//! Labels in JSONL and CSV.

use super::RawId;
use crate::model::Mark;
use crate::yaml::Spanned;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;

/// A line of a file of labels.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLabel {
    pub task: Option<Spanned<String>>,
    pub case: Option<Spanned<RawId>>,
    #[serde(alias = "model")]
    pub candidate: Option<Spanned<String>>,
    pub prompt: Option<Spanned<String>>,
    pub epoch: Option<Spanned<u32>>,
    pub against: Option<Spanned<String>>,
    pub output: Option<Spanned<String>>,
    pub scorer: Option<Spanned<String>>,
    pub cluster: Option<Spanned<RawId>>,
    pub rater: Option<Spanned<RawId>>,
    #[serde(alias = "score", alias = "label")]
    pub human: Option<Spanned<RawMark>>,
    pub judge: Option<Spanned<RawMark>>,
    pub judge_first: Option<Spanned<RawMark>>,
    pub judge_second: Option<Spanned<RawMark>>,
    pub stratum: Option<Spanned<u32>>,
    pub skipped: Option<Spanned<bool>>,
    pub note: Option<Spanned<String>>,
}

/// A verdict: a number, a word, true or false.
#[derive(Clone, Debug, PartialEq)]
pub struct RawMark(pub Mark);

impl<'de> Deserialize<'de> for RawMark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = RawMark;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a word")
            }
            fn visit_bool<E: Error>(self, pass: bool) -> Result<RawMark, E> {
                self.visit_str(if pass { "true" } else { "false" })
            }
            fn visit_u64<E>(self, number: u64) -> Result<RawMark, E> {
                Ok(RawMark(Mark::Number(number as f64)))
            }
            fn visit_i64<E>(self, number: i64) -> Result<RawMark, E> {
                Ok(RawMark(Mark::Number(number as f64)))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<RawMark, E> {
                match number.is_finite() {
                    true => Ok(RawMark(Mark::Number(number))),
                    false => Err(E::custom("a verdict is a finite number or a word")),
                }
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawMark, E> {
                match text.trim().is_empty() {
                    true => Err(E::custom(
                        "the verdict is empty; leave the key out where there is none",
                    )),
                    false => Ok(RawMark(Mark::of_text(text))),
                }
            }
        }
        deserializer.deserialize_any(Written)
    }
}
