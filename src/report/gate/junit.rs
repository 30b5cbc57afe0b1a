//! A gate as JUnit XML: one suite a task, one case a check. What stays open is an error, which no reader takes for a pass.

use super::{Gated, advice, rule_words, scope, seen};
use crate::analyse::gate::{Check, GateVerdict};
use crate::report::escape_html;
use crate::stats::Decision;
use std::io::{self, Write};

/// Writes the file.
pub fn junit(verdict: &GateVerdict, gated: &Gated<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"bench gate {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        attribute(gated.run_id),
        verdict.checks.len(),
        verdict.count(Decision::Fail),
        verdict.count(Decision::Inconclusive)
    )?;
    let mut scopes: Vec<&str> = Vec::new();
    for check in &verdict.checks {
        if !scopes.contains(&scope(check)) {
            scopes.push(scope(check));
        }
    }
    for name in scopes {
        let checks: Vec<&Check> = verdict
            .checks
            .iter()
            .filter(|check| scope(check) == name)
            .collect();
        let count = |decision| checks.iter().filter(|check| check.decision == decision).count();
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
            attribute(name),
            checks.len(),
            count(Decision::Fail),
            count(Decision::Inconclusive)
        )?;
        for check in checks {
            test_case(check, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn attribute(text: &str) -> String {
    escape_html(text).replace('\n', " ")
}

fn test_case(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    let head = format!(
        "    <testcase classname=\"{}.{}\" name=\"{}\"",
        attribute(scope(check)),
        attribute(&check.candidate),
        attribute(&rule_words(check.rule))
    );
    let element = match check.decision {
        Decision::Pass => return writeln!(out, "{head}/>"),
        Decision::Fail => "failure",
        Decision::Inconclusive => "error",
    };
    let advice = advice(check, &str::to_owned).unwrap_or_default();
    writeln!(
        out,
        "{head}>\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>",
        check.decision.name(),
        attribute(&seen(check)),
        escape_html(&advice)
    )
}
