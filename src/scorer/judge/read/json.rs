//! Verdicts as JSON: alone, in a fence, or among chatter.

use super::super::form::Form;
use super::objects::{Object, objects};
use super::words::{on_scale, verdict};
use super::{Said, contradiction};
use crate::scorer::output::escape_bare_controls;
use serde_json::Value;

/// Keys under which models write their reasons.
const REASONS: [&str; 3] = ["reasoning", "reason", "explanation"];

/// Reads the verdict and its reasons.
pub(super) fn read(form: &Form, lists: &[String], text: &str) -> Result<(Said, String), String> {
    // Models write line breaks bare into JSON texts, which JSON forbids.
    let found = objects(text).or_else(|broken| {
        escape_bare_controls(text).map_or(Err(broken.clone()), |escaped| {
            objects(&escaped).map_err(|_| broken)
        })
    })?;
    if found.is_empty() {
        return Err("the reply holds no JSON object".to_owned());
    }
    let key = key(form);
    let mut read: Option<(Said, String)> = None;
    for object in &found {
        let Some(raw) = object.get(key)? else { continue };
        let said = said(form, raw)?;
        match &read {
            Some((earlier, _)) if *earlier != said => return Err(contradiction()),
            Some(_) => {}
            None => read = Some((said, reasons(object, lists)?)),
        }
    }
    read.ok_or_else(|| format!("the verdict has no `{key}`"))
}

fn key(form: &Form) -> &'static str {
    match form {
        _ if !form.criteria().is_empty() => "scores",
        Form::Number { .. } => "score",
        Form::Pass { .. } => "pass",
        Form::Choice(_) => "choice",
        Form::Pair => "winner",
    }
}

fn said(form: &Form, raw: &str) -> Result<Said, String> {
    if form.criteria().is_empty() {
        return one(form, raw).map(Said::One);
    }
    let scores: Object =
        serde_json::from_str(raw).map_err(|_| "`scores` is not an object with a score for each criterion")?;
    let mut each = Vec::with_capacity(form.criteria().len());
    for criterion in form.criteria() {
        let name = &*criterion.name;
        let raw = scores
            .get(name)?
            .ok_or_else(|| format!("the criterion `{name}` has no score"))?;
        each.push(one(form, raw).map_err(|problem| format!("`{name}`: {problem}"))?);
    }
    Ok(Said::Each(each))
}

fn one(form: &Form, raw: &str) -> Result<f64, String> {
    let value: Value = serde_json::from_str(raw).map_err(|_| "the verdict is no value".to_owned())?;
    match (&value, form) {
        (Value::String(word), _) => verdict(form, word),
        (Value::Number(number), Form::Number { .. }) => on_scale(form, number.as_f64().unwrap_or(f64::NAN)),
        (Value::Bool(pass), Form::Pass { .. }) => Ok(f64::from(u8::from(*pass))),
        (Value::Bool(word), Form::Choice(_)) => verdict(form, &word.to_string()),
        (Value::Number(word), Form::Pair | Form::Choice(_)) => verdict(form, &word.to_string()),
        _ => Err(match form {
            Form::Number { .. } => "the score is no number",
            Form::Pass { .. } => "`pass` is neither true nor false",
            Form::Choice(_) => "the choice is no text",
            Form::Pair => "the winner is no text",
        }
        .to_owned()),
    }
}

/// The reasons, and behind them what the judge was asked to list.
fn reasons(object: &Object, lists: &[String]) -> Result<String, String> {
    let mut text = String::new();
    for key in REASONS {
        if let Some(raw) = object.get(key)?
            && let Ok(Value::String(reasons)) = serde_json::from_str(raw)
        {
            text = reasons;
            break;
        }
    }
    for list in lists {
        // The verdict stands without them.
        let items = match object.get(list)?.map(serde_json::from_str) {
            Some(Ok(Value::Array(items))) => items,
            Some(Ok(Value::Null) | Err(_)) | None => continue,
            Some(Ok(single)) => vec![single],
        };
        if !items.is_empty() {
            text.push_str(&format!("\n{list}:"));
        }
        for item in items {
            let item = match item {
                Value::String(item) => item,
                other => other.to_string(),
            };
            text.push_str(&format!("\n- {item}"));
        }
    }
    Ok(text)
}
