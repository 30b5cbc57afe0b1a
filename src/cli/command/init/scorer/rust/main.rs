//! A scorer: how many words of the golden text does the output have?
//!
//! Reads one request from stdin and writes one score to stdout.

use serde_json::{json, Value};
use std::io::{self, Write};

fn grade(output: &str, context: &Value) -> Result<Value, String> {
    let golden = context["golden"].as_str().unwrap_or_default();
    let wanted: Vec<&str> = golden.split_whitespace().collect();
    if wanted.is_empty() {
        return Err("the golden must be a text with words in it".to_owned());
    }
    let words = output.split_whitespace().count();
    eprintln!("{words} words");
    let found = wanted.iter().filter(|word| output.contains(**word)).count();
    let score = found as f64 / wanted.len() as f64;
    let least = context["config"]["least"].as_f64().unwrap_or(1.0);
    let brief = wanted.len() as f64 / words.max(1) as f64;
    Ok(json!({
        "score": score,
        "pass": score >= least,
        "reason": format!("{found} of {} words of the golden are there", wanted.len()),
        "named": {"brief": brief.min(1.0)},
    }))
}

fn run() -> Result<(), String> {
    let request: Value = serde_json::from_reader(io::stdin()).map_err(|error| error.to_string())?;
    let output = request["output"].as_str().unwrap_or_default();
    let score = grade(output, &request["context"])?;
    writeln!(io::stdout(), "{score}").map_err(|error| error.to_string())
}

fn main() {
    if let Err(message) = run() {
        // A failure of the scorer: the outcome is scorer-error, never a score. The last line of stderr says why.
        eprintln!("{message}");
        std::process::exit(1);
    }
}
