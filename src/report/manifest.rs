//! The manifest as the last part of the Markdown report: what was run, so that it can be run again.

use super::escape_markdown;
use crate::model::{Manifest, Price, Rate};
use std::io::{self, Write};

/// Writes versions, seed, hashes and prices.
pub(super) fn manifest_section(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Manifest\n")?;
    writeln!(out, "| | |\n|---|---|")?;
    let budget = manifest
        .budget
        .map_or_else(|| "none".to_owned(), |budget| budget.to_string());
    let facts = [
        ("run", escape_markdown(&manifest.run)),
        ("bench", escape_markdown(&manifest.bench_version)),
        ("started", escape_markdown(&manifest.started)),
        ("seed", manifest.seed.to_string()),
        ("budget", budget),
        (
            "cache",
            if manifest.cache { "used" } else { "not used" }.to_owned(),
        ),
        ("trials", manifest.trials.to_string()),
    ];
    for (label, text) in facts {
        writeln!(out, "| {label} | {text} |")?;
    }
    writeln!(
        out,
        "\n| task | file | cases | prompts hash | cases hash | scorers hash |"
    )?;
    writeln!(out, "|---|---|--:|---|---|---|")?;
    for task in &manifest.tasks {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            escape_markdown(&task.name),
            escape_markdown(&task.path),
            task.cases,
            task.prompt_hash.short(),
            task.cases_hash.short(),
            task.scorer_hash.short()
        )?;
    }
    writeln!(
        out,
        "\n| candidate | prompt | params | hash | $ per million tokens |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    for entry in &manifest.candidates {
        let params = serde_json::to_string(&entry.candidate.params).unwrap_or_default();
        let mark = if entry.simulated { " (simulated)" } else { "" };
        writeln!(
            out,
            "| {}{mark} | {} | {} | {} | {} |",
            escape_markdown(&entry.candidate.model_label()),
            escape_markdown(&entry.candidate.prompt),
            escape_markdown(&params),
            entry.hash.short(),
            entry.price.as_ref().map_or_else(|| "unknown".to_owned(), price)
        )?;
    }
    if !manifest.judges.is_empty() {
        writeln!(out, "\n| judging model | $ per million tokens |")?;
        writeln!(out, "|---|---|")?;
    }
    for judge in &manifest.judges {
        let mark = if judge.simulated { " (simulated)" } else { "" };
        writeln!(
            out,
            "| {}{mark} | {} |",
            escape_markdown(&judge.model.to_string()),
            judge.price.as_ref().map_or_else(|| "unknown".to_owned(), price)
        )?;
    }
    writeln!(out, "\n| provider | api | address | hash |")?;
    writeln!(out, "|---|---|---|---|")?;
    for provider in &manifest.providers {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            escape_markdown(&provider.name),
            escape_markdown(&provider.api),
            escape_markdown(provider.base_url.as_deref().unwrap_or("")),
            provider.hash.short()
        )?;
    }
    Ok(())
}

/// The rates of the first tier: `input 0.25, cached 0.025, output 2`.
fn price(price: &Price) -> String {
    let rates = price.base;
    let mut parts: Vec<String> = [
        ("input", rates.input),
        ("cached", rates.cached_input),
        ("cache write", rates.cache_write),
        ("output", rates.output),
        ("reasoning", rates.reasoning),
    ]
    .into_iter()
    .filter_map(|(label, rate): (_, Option<Rate>)| Some(format!("{label} {}", rate?.dollars_per_million())))
    .collect();
    if let Some(request) = price.request {
        parts.push(format!("request {request}"));
    }
    if !price.tiers.is_empty() {
        parts.push(format!("{} tiers", price.tiers.len()));
    }
    parts.join(", ")
}
