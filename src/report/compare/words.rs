//! The words of a comparison, the same on the terminal and in Markdown.

use crate::analyse::compare::{Overall, PairComparison, Ratio, TaskComparison, Verdict};
use crate::model::Outcome;
use crate::report::format::percent;

/// `+0.125 [+0.02, +0.23]`.
pub fn difference(difference: Option<f64>, interval: Option<(f64, f64)>) -> String {
    match (difference, interval) {
        (None, _) => "-".to_owned(),
        (Some(difference), None) => format!("{difference:+.3}"),
        (Some(difference), Some((low, high))) => {
            format!(
                "{:+.3} [{:+.2}, {:+.2}]",
                whole(difference),
                whole(low),
                whole(high)
            )
        }
    }
}

/// Rounding must not leave a minus before a zero.
fn whole(value: f64) -> f64 {
    if value.abs() < 5e-4 { 0.0 } else { value }
}

/// `0.019`, `<0.001`.
pub fn p_value(p: Option<f64>) -> String {
    match p {
        None => "-".to_owned(),
        Some(p) if p < 0.0005 => "<0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    }
}

/// `0.42 [0.40, 0.44]`.
pub fn ratio(ratio: &Ratio) -> String {
    let digits = |value: f64| match value {
        v if v >= 99.5 => format!("{v:.0}"),
        v if v >= 9.95 => format!("{v:.1}"),
        v if v >= 0.0995 => format!("{v:.2}"),
        v => format!("{v:.4}"),
    };
    let value = digits(ratio.ratio.value);
    match ratio.ratio.low.zip(ratio.ratio.high) {
        Some((low, high)) => format!("{value} [{}, {}]", digits(low), digits(high)),
        None => value,
    }
}

/// What a verdict rests on.
struct Basis {
    verdict: Verdict,
    difference: Option<f64>,
    interval: Option<(f64, f64)>,
    p: Option<f64>,
    cases: u64,
    smallest: Option<f64>,
    needed: Option<u64>,
    /// What missing scores could change.
    open: Option<&'static str>,
}

impl Basis {
    fn of_task(task: &TaskComparison) -> Self {
        Self {
            verdict: task.verdict,
            difference: task.estimate.difference,
            interval: task.estimate.interval(),
            p: task.estimate.p,
            cases: task.estimate.n,
            smallest: task.smallest_difference,
            needed: task.cases_for_margin,
            open: task.could_flip.then_some("missing scores could change that"),
        }
    }

    fn of_overall(overall: &Overall) -> Self {
        let average = &overall.average;
        Self {
            verdict: overall.verdict,
            difference: Some(average.mean),
            interval: average.low.zip(average.high),
            p: average.p,
            cases: overall.cases,
            smallest: overall.smallest_difference,
            needed: overall.cases_for_margin,
            open: overall
                .could_flip
                .then_some("missing scores could change the verdicts of single tasks"),
        }
    }
}

/// `40 cases see a difference of 0.13; about 320 would see one of 0.05`.
fn power(basis: &Basis, margin: f64) -> Option<String> {
    let needed = basis.needed?;
    let now = basis.smallest.map_or_else(String::new, |smallest| {
        format!(
            "{} cases see a difference of {smallest:.3} (power 80 %); ",
            basis.cases
        )
    });
    Some(if needed > basis.cases {
        format!("{now}about {needed} cases would see one of {margin}")
    } else {
        format!("{now}more cases would narrow the interval")
    })
}

/// The answer in one sentence.
pub fn compare_headline(pair: &PairComparison, margin: f64, name: &dyn Fn(&str) -> String) -> String {
    let (basis, what) = match (&pair.overall, pair.tasks.as_slice()) {
        (Some(overall), tasks) => (
            Basis::of_overall(overall),
            format!(", averaged over {} tasks", tasks.len()),
        ),
        (None, [task]) => (Basis::of_task(task), String::new()),
        (None, _) => return "No task has scores of both sides.".to_owned(),
    };
    let (a, b) = if pair.a == pair.b {
        ("A".to_owned(), "B".to_owned())
    } else {
        (name(&pair.a), name(&pair.b))
    };
    let p = p_value(basis.p);
    let p = if p.starts_with('<') {
        format!("p {p}")
    } else {
        format!("p = {p}")
    };
    let shown = difference(basis.difference, basis.interval);
    let open = basis.open.map_or_else(String::new, |open| format!("; {open}"));
    match basis.verdict {
        Verdict::Better => format!("{b} is better than {a}{what}: {shown}, {p}{open}."),
        Verdict::Worse => format!("{b} is worse than {a}{what}: {shown}, {p}{open}."),
        Verdict::Same => format!("{b} is as good as {a} within {margin}{what}: {shown}, {p}{open}."),
        Verdict::NotEnoughData => {
            let power = power(&basis, margin).map_or_else(String::new, |power| format!(" {power}."));
            format!(
                "Not enough data to tell {b} from {a}{what}: {shown}, {p}.{}",
                capital(&power)
            )
        }
        Verdict::NoData => {
            format!("There is no interval for {b} against {a}{what}: too few cases with both scores.")
        }
    }
}

fn capital(text: &str) -> String {
    // Sentences begin with a number here, or with "about".
    text.replacen(" about", " About", usize::from(text.starts_with(" about")))
}

/// What stands under the table: task by task, then overall.
pub fn compare_notes(pair: &PairComparison, margin: f64, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut notes = Vec::new();
    for task in &pair.tasks {
        let before = if pair.tasks.len() > 1 {
            format!("{}: ", name(&task.task))
        } else {
            String::new()
        };
        notes.extend(
            task_notes(task, margin, pair.overall.is_some(), name)
                .into_iter()
                .map(|note| format!("{before}{note}")),
        );
    }
    if let Some(overall) = &pair.overall {
        notes.extend(
            costs(overall.cost.as_ref(), overall.latency.as_ref()).map(|note| format!("overall: {note}")),
        );
        if let Some((task, share)) = &overall.rests_on {
            notes.push(format!(
                "overall: the interval rests on {} above all ({:.0} % of its variance): more cases there narrow it",
                name(task),
                share * 100.0
            ));
        }
        if overall.could_flip {
            notes.push("overall: missing scores of single tasks could change their verdicts".to_owned());
        }
    }
    notes
}

fn task_notes(
    task: &TaskComparison,
    margin: f64,
    of_many: bool,
    name: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(exact) = &task.exact {
        notes.push(format!(
            "A alone is right in {}, B alone in {}; McNemar mid-p {}, exact {}",
            exact.only_a,
            exact.only_b,
            p_value(Some(exact.p.mid)),
            p_value(Some(exact.p.exact)),
        ));
    }
    if task.verdict == Verdict::NotEnoughData && of_many {
        notes.extend(power(&Basis::of_task(task), margin));
    }
    notes.extend(costs(task.cost.as_ref(), task.latency.as_ref()));
    if task.lost + task.gained > 0 {
        notes.push(format!(
            "{} {} less often with B, {} more often",
            counted(task.lost, "case"),
            if task.lost == 1 { "passes" } else { "pass" },
            task.gained
        ));
    }
    let outcome = |outcome: Option<Outcome>| outcome.map_or("not recorded", Outcome::name);
    let changed: Vec<String> = task
        .outcomes
        .iter()
        .map(|change| {
            let first = if change.cases == 1 {
                format!(" ({})", name(&change.first))
            } else {
                format!(" (first {})", name(&change.first))
            };
            format!(
                "{} -> {} {}{first}",
                outcome(change.from),
                outcome(change.to),
                change.cases
            )
        })
        .collect();
    if !changed.is_empty() {
        notes.push(format!("outcomes that changed: {}", changed.join(", ")));
    }
    if let Some((low, high)) = task.bounds {
        let could = if task.could_flip {
            "; that could change the verdict"
        } else {
            ""
        };
        notes.push(format!(
            "{} without both scores: the difference is {low:+.3} to {high:+.3}, whatever they are{could}",
            counted(task.estimate.missing, "case")
        ));
    }
    if task.only_a + task.only_b > 0 {
        notes.push(format!(
            "only on one side, not compared: {} of A, {} of B",
            counted(task.only_a, "case"),
            task.only_b
        ));
    }
    notes.extend(task.estimate.warnings.iter().map(|warning| warning.to_string()));
    notes
}

fn costs(cost: Option<&Ratio>, latency: Option<&Ratio>) -> impl Iterator<Item = String> {
    let told = |what: &str, of: Option<&Ratio>| {
        of.map(|of| {
            let unknown = if of.unknown > 0 {
                format!(" ({} of unknown {what})", counted(of.unknown, "case"))
            } else {
                String::new()
            };
            format!("{what} {}{unknown}", ratio(of))
        })
    };
    let parts: Vec<String> = [told("cost", cost), told("latency", latency)]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty())
        .then(|| format!("B in terms of A: {}", parts.join(", ")))
        .into_iter()
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Share of missing scores, for tables.
pub(in crate::report) fn pass_share(share: f64) -> String {
    if share == 0.0 || share == 1.0 {
        (if share == 1.0 { "passes" } else { "fails" }).to_owned()
    } else {
        format!("passes {}", percent(share))
    }
}
