//! `bench scorer list`: every built-in scorer with an example.

use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::report::wrap;
use crate::scorer::{CatalogEntry, catalog};
use crate::yaml::nearest;
use serde_json::{Value, json};

/// Flags of `bench scorer list`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench scorer list             all, with their options by name\n  \
                        bench scorer list equals      one, with what its options do"
)]
pub struct List {
    /// Show this scorer whole
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Width of the column of names.
const NAMES: usize = 20;

/// Prints the scorers.
pub fn run(args: &List, console: &Console) -> Result<u8, Failure> {
    let mut entries = catalog();
    if let Some(name) = &args.name {
        let known: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        if !known.contains(&name.as_str()) {
            let advice = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`bench scorer list` shows them all".to_owned(),
            };
            return Err(Failure::Usage(format!(
                "no built-in scorer is called `{name}`; {advice}"
            )));
        }
        entries.retain(|entry| entry.name == name.as_str());
    }
    if console.json() {
        let scorers: Vec<Value> = entries.iter().map(document).collect();
        console.document(&json!({"scorers": scorers}))?;
        return Ok(exit::DONE);
    }
    let width = console.text_width();
    let text: String = match args.name {
        Some(_) => entries.iter().map(|entry| whole(entry, width)).collect(),
        None => entries.iter().map(|entry| short(entry, width)).collect(),
    };
    console.out(&text)?;
    if args.name.is_none() {
        console.note(
            "\n`bench scorer list NAME` tells what the options of one do; docs/scoring.md has the rest.",
        );
    }
    Ok(exit::DONE)
}

/// The golden output of an example; `None` where it needs none.
fn golden(entry: &CatalogEntry) -> Option<&'static str> {
    (entry.golden != "null").then_some(entry.golden)
}

fn document(entry: &CatalogEntry) -> Value {
    let golden: Value = serde_json::from_str(entry.golden).unwrap_or_default();
    json!({
        "name": entry.name, "summary": entry.summary, "options": entry.options,
        "example": entry.example, "golden": golden, "passes": entry.passes,
    })
}

/// A text in the second column, below what stands in the first.
fn beside(first: &str, text: &str, width: usize) -> String {
    let room = width.saturating_sub(NAMES);
    let mut out = String::new();
    for (position, line) in wrap(text, room, 2).iter().enumerate() {
        let head = if position == 0 { first } else { "" };
        out += format!("{head:<NAMES$}{line}").trim_end();
        out.push('\n');
    }
    out
}

/// Name, what it says, an example, and the names of its options.
fn short(entry: &CatalogEntry, width: usize) -> String {
    let mut text = beside(entry.name, entry.summary, width);
    text += &beside("", &format!("- {}", entry.example), width);
    if !entry.options.is_empty() {
        let names: Vec<&str> = entry.options.iter().map(|option| option.name.as_str()).collect();
        text += &beside("", &format!("options: {}", names.join(", ")), width);
    }
    text
}

/// Everything that is known of it.
fn whole(entry: &CatalogEntry, width: usize) -> String {
    let mut text = format!("{}\n", entry.name);
    for line in wrap(entry.summary, width.saturating_sub(2), 0) {
        text += &format!("  {line}\n");
    }
    text += "\nOptions:\n";
    if entry.options.is_empty() {
        text += "  none: the value is all there is to say\n";
    }
    for option in &entry.options {
        text += &beside(&format!("  {}", option.name), &option.description, width);
    }
    text += "  name, weight and cases stand beside every scorer\n";
    text += &format!("\nExample:\n  scorers:\n    - {}\n", entry.example);
    if let Some(golden) = golden(entry) {
        text += &format!("  golden output: {golden}\n");
    }
    let mut lines = entry.passes.lines();
    text += &format!("  passes:        {}\n", lines.next().unwrap_or_default());
    for line in lines {
        text += &format!("                 {line}\n");
    }
    text
}
