//! How a test ended, and whether that is what it wants.

use super::exercise::Wanted;
use crate::model::Verdict;
use crate::sandbox::Stopped;
use crate::scorer::program::Fault;
use crate::scorer::quote::visible;
use serde_json::Value;

/// Characters of a value that a message shows.
const MOST_VALUE: usize = 100;

/// What came of one request.
pub(super) enum Step {
    Value(Value),
    Failed(TestEnd),
}

/// How a test ended, and why.
pub(super) struct TestEnd {
    pub(super) verdict: Verdict,
    pub(super) message: String,
    /// The error, where it was one in the sandbox.
    pub(super) fault: Option<Fault>,
}

impl TestEnd {
    pub(super) fn new(verdict: Verdict, message: String) -> Self {
        Self {
            verdict,
            message,
            fault: None,
        }
    }

    /// The error, where it is an exception that a test could want: neither a name that is not there nor an exit.
    fn raised(&self) -> Option<&Fault> {
        let fault = self.fault.as_ref()?;
        (!matches!(fault.kind.as_str(), "missing" | "exit")).then_some(fault)
    }

    /// Whether something came back, only that it is nothing that JSON can say.
    fn is_unsendable(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.kind == "value")
    }
}

/// Whether an exception is of a class, itself or by inheritance. Of `json.JSONDecodeError` the last name counts.
fn is_of(fault: &Fault, class: &str) -> bool {
    let class = class.rsplit('.').next().unwrap_or(class);
    fault.class == class || fault.bases.iter().any(|base| base == class)
}

pub(super) fn passed() -> TestEnd {
    TestEnd::new(Verdict::Passed, String::new())
}

/// What a test that got no answer counts as.
pub(super) fn verdict_of(stopped: &Stopped) -> Verdict {
    match stopped {
        Stopped::Time(_) | Stopped::Fuel(_) => Verdict::Time,
        Stopped::Memory(_) => Verdict::Memory,
        _ => Verdict::Raises,
    }
}

/// Compares what a call did with what it has to do: out here, where the program cannot reach.
pub(super) fn judged(wanted: &Wanted, step: Step) -> TestEnd {
    let wrong = |message: String| TestEnd::new(Verdict::Wrong, message);
    let short = |value: &Value| visible(&value.to_string(), MOST_VALUE);
    match (wanted, step) {
        (Wanted::Value { value, tolerance }, Step::Value(got)) => {
            if same(value, &got, *tolerance) {
                passed()
            } else {
                wrong(format!("returned {}, not {}", short(&got), short(value)))
            }
        }
        (Wanted::Value { .. }, Step::Failed(end)) if end.is_unsendable() => {
            wrong(format!("returned something else: {}", end.message))
        }
        (Wanted::Value { .. }, Step::Failed(end)) => end,
        (Wanted::Raises(class), Step::Value(got)) => wrong(format!(
            "returned {} and raised no {}",
            short(&got),
            class.as_deref().unwrap_or("error")
        )),
        (Wanted::Raises(class), Step::Failed(end)) if end.is_unsendable() => wrong(format!(
            "returned a value and raised no {} ({})",
            class.as_deref().unwrap_or("error"),
            end.message
        )),
        (Wanted::Raises(wanted), Step::Failed(end)) if end.verdict == Verdict::Raises => {
            match (wanted.as_deref(), end.raised()) {
                (_, None) => end,
                (Some(class), Some(got)) if !is_of(got, class) => {
                    wrong(format!("raised no {class} but: {}", end.message))
                }
                _ => passed(),
            }
        }
        (Wanted::Raises(_), Step::Failed(end)) => end,
    }
}

/// Whether two JSON values are the same; numbers are compared by value, whatever they are written like.
fn same(wanted: &Value, got: &Value, tolerance: f64) -> bool {
    match (wanted, got) {
        (Value::Number(a), Value::Number(b)) => {
            if tolerance == 0.0
                && let (Some(a), Some(b)) = (a.as_i64(), b.as_i64())
            {
                return a == b;
            }
            match (a.as_f64(), b.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= tolerance,
                _ => a == b,
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, tolerance))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b, tolerance)))
        }
        _ => wanted == got,
    }
}
