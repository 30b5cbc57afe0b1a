//! A gate in Markdown: for a pull request, and for the summary of a CI step.

use super::{Gated, advice, gate_headline, rule_words, scope, seen};
use crate::analyse::gate::{Check, GateVerdict};
use crate::report::escape_markdown;
use crate::stats::Decision;
use std::io::{self, Write};

/// Writes the verdict. What did not pass comes first.
pub fn gate_markdown(verdict: &GateVerdict, gated: &Gated<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sign = match verdict.decision() {
        Decision::Pass => "✅",
        Decision::Fail => "❌",
        Decision::Inconclusive => "❔",
    };
    writeln!(out, "## {sign} Gate: {}\n", gate_headline(verdict))?;
    write!(out, "Held: {}", escape_markdown(gated.run))?;
    match gated.baseline {
        Some(baseline) => writeln!(out, " against {}.\n", escape_markdown(baseline))?,
        None => writeln!(out, ".\n")?,
    }
    writeln!(out, "| | task | candidate | rule | seen |\n|---|---|---|---|--:|")?;
    for check in ordered(verdict) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            check.decision.name(),
            escape_markdown(scope(check)),
            escape_markdown(&check.candidate),
            escape_markdown(&rule_words(check.rule)),
            seen(check).replace('<', "&lt;"),
        )?;
    }
    writeln!(out)?;
    for check in ordered(verdict) {
        if let Some(advice) = advice(check, &escape_markdown) {
            writeln!(
                out,
                "- **{}**, {}, {}, {}: {}",
                check.decision.name(),
                escape_markdown(scope(check)),
                escape_markdown(&check.candidate),
                escape_markdown(&rule_words(check.rule)),
                advice.replace('<', "&lt;")
            )?;
        }
    }
    for change in gated.changes {
        writeln!(out, "- changed: {}", escape_markdown(change))?;
    }
    writeln!(
        out,
        "\n<sub>Differences are candidate minus baseline over the same cases; each bound holds with {:.0} % confidence, \
         one-sided. A check passes or fails only where it is proven; `no regression` passes where no drop is.</sub>",
        verdict.confidence * 100.0
    )
}

/// Failed checks first, then open ones, then those that passed.
pub(super) fn ordered(verdict: &GateVerdict) -> impl Iterator<Item = &Check> {
    [Decision::Fail, Decision::Inconclusive, Decision::Pass]
        .into_iter()
        .flat_map(|decision| {
            verdict
                .checks
                .iter()
                .filter(move |check| check.decision == decision)
        })
}
