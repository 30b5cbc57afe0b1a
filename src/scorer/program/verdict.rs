//! From what a scorer returned to a score.

use crate::model::{Score, ScorerError};
use crate::scorer::quote::quote;
use serde_json::{Map, Value};

/// Forms that a scorer may return, for messages.
const FORMS: &str = "return true or false, a number from 0 to 1, or {score, pass, reason, named}";
/// Further figures that a scorer may give.
const MOST_NAMED: usize = 100;
/// Room for rounding at the ends of the range.
const SLACK: f64 = 1e-9;

/// Reads what the code returned. `threshold` is the least score that passes where it does not say.
pub(super) fn verdict(value: &Value, threshold: f64) -> Result<Score, ScorerError> {
    match value {
        Value::Bool(pass) => Ok(Score::binary(
            *pass,
            if *pass { "it says true" } else { "it says false" },
        )),
        Value::Number(_) => {
            let value = in_range("score", value)?;
            let pass = value >= threshold - SLACK;
            Ok(Score::graded(value, pass, format!("it says {value}")))
        }
        Value::Object(fields) => detailed(fields, threshold),
        Value::Null => Err(ScorerError::failed(format!("it returned nothing; {FORMS}"))),
        other => Err(ScorerError::failed(format!(
            "it returned {}; {FORMS}",
            quote(&other.to_string())
        ))),
    }
}

fn detailed(fields: &Map<String, Value>, threshold: f64) -> Result<Score, ScorerError> {
    let get = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| fields.get(*name))
            .filter(|value| !value.is_null())
    };
    let pass = match get(&["pass", "pass_"]) {
        None => None,
        Some(Value::Bool(pass)) => Some(*pass),
        Some(other) => {
            return Err(ScorerError::failed(format!(
                "its `pass` is {}, not true or false",
                quote(&other.to_string())
            )));
        }
    };
    // A score that is there and null is one that is missing: `pass` must not stand for it.
    let score = match fields.get("score") {
        None => None,
        Some(Value::Null) => {
            return Err(ScorerError::failed(format!(
                "its `score` is null; give a number, or leave it out; {FORMS}"
            )));
        }
        Some(Value::Bool(score)) => Some(f64::from(u8::from(*score))),
        Some(value) => Some(in_range("score", value)?),
    };
    let (value, pass) = match (score, pass) {
        (Some(score), Some(pass)) => (score, pass),
        (Some(score), None) => (score, score >= threshold - SLACK),
        (None, Some(pass)) => (f64::from(u8::from(pass)), pass),
        (None, None) => {
            return Err(ScorerError::failed(format!(
                "it returned a mapping without `score` and `pass`; {FORMS}"
            )));
        }
    };
    let reason = match get(&["reason"]) {
        None => String::new(),
        Some(Value::String(reason)) => reason.clone(),
        Some(other) => other.to_string(),
    };
    let mut result = Score::graded(value, pass, reason);
    match get(&["named", "namedScores", "named_scores"]) {
        None => {}
        Some(Value::Object(named)) if named.len() > MOST_NAMED => {
            return Err(ScorerError::failed(format!(
                "its `named` has {} figures; {MOST_NAMED} are the most",
                named.len()
            )));
        }
        Some(Value::Object(named)) => {
            for (name, value) in named {
                result = result.with_named(name.clone(), in_range(name, value)?);
            }
        }
        Some(other) => {
            return Err(ScorerError::failed(format!(
                "its `named` is {}, not a mapping of names to numbers",
                quote(&other.to_string())
            )));
        }
    }
    Ok(result)
}

/// A number from 0 to 1; up to rounding, which is put right.
pub(super) fn in_range(name: &str, value: &Value) -> Result<f64, ScorerError> {
    let number = match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        other => other.as_f64(),
    };
    match number {
        Some(number) if (-SLACK..=1.0 + SLACK).contains(&number) => Ok(positive(number.clamp(0.0, 1.0))),
        Some(number) => Err(ScorerError::failed(format!(
            "its `{name}` is {number}; scores are from 0 to 1"
        ))),
        None => Err(ScorerError::failed(format!(
            "its `{name}` is {}, not a number",
            quote(&value.to_string())
        ))),
    }
}

/// The same number, but for -0, which is 0.
fn positive(number: f64) -> f64 {
    number + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<(f64, bool), String> {
        verdict(&value, 0.5)
            .map(|score| (score.value, score.pass))
            .map_err(|error| error.message)
    }

    #[test]
    fn every_allowed_form_is_read() {
        assert_eq!(read(json!(true)), Ok((1.0, true)));
        assert_eq!(read(json!(false)), Ok((0.0, false)));
        assert_eq!(read(json!(0.5)), Ok((0.5, true)));
        assert_eq!(read(json!(1)), Ok((1.0, true)));
        assert_eq!(read(json!({"score": 0.9, "pass": false})), Ok((0.9, false)));
        assert_eq!(read(json!({"pass": true})), Ok((1.0, true)));
        assert_eq!(read(json!({"score": 1, "pass": null})), Ok((1.0, true)));
        let zero = read(json!(-0.0)).expect("a score").0;
        assert!(zero == 0.0 && zero.is_sign_positive());
        assert_eq!(read(json!({"score": 0.4})), Ok((0.4, false)));
        assert_eq!(read(json!({"score": 1.000_000_000_1})), Ok((1.0, true)));
    }

    #[test]
    fn nothing_else_becomes_a_score() {
        let many: Map<String, Value> = (0..=MOST_NAMED)
            .map(|number| (number.to_string(), json!(1)))
            .collect();
        for (value, word) in [
            (json!(null), "nothing"),
            (json!("yes"), "yes"),
            (json!([1]), "[1]"),
            (json!(1.5), "1.5"),
            (json!(-1), "-1"),
            (json!({}), "without `score`"),
            (json!({"score": "high"}), "not a number"),
            (json!({"score": null, "pass": true}), "`score` is null"),
            (json!({"score": null}), "`score` is null"),
            (json!({"pass": "yes"}), "not true or false"),
            (json!({"score": 1, "named": {"recall": 7}}), "`recall` is 7"),
            (json!({"score": 1, "named": 3}), "not a mapping"),
            (json!({"score": 1, "named": many}), "101 figures"),
        ] {
            let message = read(value.clone()).expect_err("an error");
            assert!(message.contains(word), "{value}: {message}");
        }
    }

    #[test]
    fn named_figures_are_kept_in_both_spellings() {
        for key in ["named", "namedScores"] {
            let score = verdict(&json!({"score": 1, key: {"recall": 0.25}}), 1.0).expect("a score");
            assert_eq!(score.named, vec![("recall".into(), 0.25)]);
        }
    }
}
