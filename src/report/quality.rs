//! What `bench cases` says of the quality of cases: one JSON document, or text.

use super::format::Glyphs;
use super::{escape_terminal, wrap};
use crate::analyse::{CaseQuality, SubsetOutcome, TaskQuality};
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the document.
const SCHEMA_VERSION: u32 = 1;
/// Cases that are named of each kind in a text.
const NAMED: usize = 8;
/// Cases in the table of those that tell candidates apart most.
const TABLE: usize = 8;

/// The quality of the cases of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QualityDocument<'a> {
    /// Version of this document.
    schema_version: u32,
    /// The run's id.
    run: &'a str,
    /// Seed of the resamples.
    seed: u64,
    tasks: Vec<TaskEntry<'a>>,
}

/// The cases of a task.
#[derive(Debug, Serialize, JsonSchema)]
struct TaskEntry<'a> {
    task: &'a str,
    /// Candidates with a score.
    candidates: &'a [String],
    /// How many cases are of each kind.
    counts: Counts,
    /// Cases with the same variables (but for case, white space and punctuation at the ends), by id.
    duplicates: Vec<Vec<&'a str>>,
    /// Cases whose golden output may be wrong, the most agreement first.
    suspected_goldens: Vec<SuspectEntry<'a>>,
    /// The candidates whose agreement counts there: the best of each model, at most five, with a mean of at least 0.5.
    strong_candidates: &'a [String],
    subset: SubsetEntry<'a>,
    /// All cases, in their order.
    cases: Vec<CaseEntry<'a>>,
}

/// Counts of cases.
#[derive(Debug, Serialize, JsonSchema)]
struct Counts {
    cases: usize,
    /// Every candidate has the full score, in every epoch.
    saturated: usize,
    /// No candidate has a score above 0.
    dead: usize,
    /// Of at least one candidate the epochs do not agree.
    flaky: usize,
    /// The better candidates fail it, the others do not.
    inverse: usize,
    /// Cases that repeat another one.
    duplicate: usize,
    suspected_golden: usize,
    /// No candidate has a score.
    unscored: usize,
}

/// A case whose golden output may be wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct SuspectEntry<'a> {
    case: &'a str,
    /// What the candidates agree on, shortened.
    answer: &'a str,
    /// The golden output, shortened.
    golden: Option<&'a str>,
    /// The candidates that gave it.
    agree: &'a [String],
    /// Strong candidates with a short answer.
    answered: usize,
}

/// The smallest subset that keeps the ranking.
#[derive(Debug, Serialize, JsonSchema)]
struct SubsetEntry<'a> {
    /// `found`; `no-ranking`: no pair of candidates is told apart; `none-smaller`: less than half of the cases do not keep
    /// the order.
    outcome: &'static str,
    /// The cases, the one that helps most first.
    cases: Vec<&'a str>,
    /// Cases with a score of every candidate, which it was chosen from.
    of: Option<usize>,
    /// Pairs that all cases together tell apart (Holm, 5 %), and that the subset alone tells apart too.
    pairs: Option<usize>,
    /// Kendall's tau-b of the means over the subset and over all cases.
    tau: Option<f64>,
    /// The same in resamples of the subset: mean and 5 % quantile.
    tau_resampled_mean: Option<f64>,
    tau_resampled_p5: Option<f64>,
    /// Share of the resamples in which all those pairs keep their order; at least 0.95.
    order_kept: Option<f64>,
    resamples: Option<u64>,
    /// Random subsets of the same size: mean tau, and share in which all those pairs keep their order.
    random_tau: Option<f64>,
    random_order_kept: Option<f64>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
struct CaseEntry<'a> {
    case: &'a str,
    /// Candidates with a score.
    candidates: u32,
    /// Mean score over them.
    mean: Option<f64>,
    /// Correlation, over candidates, of the score of this case with the mean of all other cases; null with fewer than
    /// three candidates, or where a side does not vary.
    discrimination: Option<f64>,
    saturated: bool,
    dead: bool,
    /// Candidates whose epochs do not agree.
    flaky_candidates: u32,
    /// Candidates with at least two epochs.
    repeated_candidates: u32,
    inverse: bool,
}

impl<'a> QualityDocument<'a> {
    /// The document of a run's tasks.
    pub fn new(run: &'a str, seed: u64, tasks: &'a [TaskQuality]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            run,
            seed,
            tasks: tasks.iter().map(TaskEntry::of).collect(),
        }
    }
}

impl QualityDocument<'_> {
    /// One JSON object for each case, with its task.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.tasks.iter().flat_map(|task| {
            task.cases.iter().map(|case| {
                let mut value = serde_json::json!(case);
                if let Some(map) = value.as_object_mut() {
                    map.insert("task".to_owned(), task.task.into());
                }
                value.to_string()
            })
        })
    }
}

fn id(task: &TaskQuality, case: usize) -> &str {
    task.cases.get(case).map_or("", |case| case.id.as_str())
}

impl Counts {
    fn of(task: &TaskQuality) -> Self {
        let count = |fits: fn(&CaseQuality) -> bool| task.cases.iter().filter(|case| fits(case)).count();
        Self {
            cases: task.cases.len(),
            saturated: count(|case| case.saturated),
            dead: count(|case| case.dead),
            flaky: count(|case| case.flaky > 0),
            inverse: count(|case| case.inverse),
            duplicate: task.duplicates.iter().map(|group| group.len() - 1).sum(),
            suspected_golden: task.suspects.len(),
            unscored: count(|case| case.candidates == 0),
        }
    }
}

impl<'a> TaskEntry<'a> {
    fn of(task: &'a TaskQuality) -> Self {
        let group = |cases: &Vec<usize>| cases.iter().map(|case| id(task, *case)).collect();
        Self {
            task: &task.task,
            candidates: &task.candidates,
            counts: Counts::of(task),
            duplicates: task.duplicates.iter().map(group).collect(),
            suspected_goldens: task
                .suspects
                .iter()
                .map(|suspect| SuspectEntry {
                    case: &suspect.case,
                    answer: &suspect.answer,
                    golden: suspect.golden.as_deref(),
                    agree: &suspect.agree,
                    answered: suspect.answered,
                })
                .collect(),
            strong_candidates: &task.strong,
            subset: SubsetEntry::of(task),
            cases: task.cases.iter().map(CaseEntry::of).collect(),
        }
    }
}

impl<'a> CaseEntry<'a> {
    fn of(case: &'a CaseQuality) -> Self {
        Self {
            case: &case.id,
            candidates: case.candidates,
            mean: case.mean,
            discrimination: case.discrimination,
            saturated: case.saturated,
            dead: case.dead,
            flaky_candidates: case.flaky,
            repeated_candidates: case.repeated,
            inverse: case.inverse,
        }
    }
}

impl<'a> SubsetEntry<'a> {
    fn of(task: &'a TaskQuality) -> Self {
        let found = match &task.subset {
            SubsetOutcome::Found(subset) => Some(subset),
            _ => None,
        };
        Self {
            outcome: match &task.subset {
                SubsetOutcome::Found(_) => "found",
                SubsetOutcome::NoRanking => "no-ranking",
                SubsetOutcome::NoneSmaller => "none-smaller",
            },
            cases: found
                .iter()
                .flat_map(|subset| &subset.cases)
                .map(|case| id(task, *case))
                .collect(),
            of: found.map(|subset| subset.of),
            pairs: found.map(|subset| subset.pairs),
            tau: found.and_then(|subset| subset.tau),
            tau_resampled_mean: found
                .and_then(|subset| subset.tau_resampled)
                .map(|(mean, _)| mean),
            tau_resampled_p5: found.and_then(|subset| subset.tau_resampled).map(|(_, low)| low),
            order_kept: found.map(|subset| subset.held),
            resamples: found.map(|subset| subset.resamples),
            random_tau: found.and_then(|subset| subset.random.0),
            random_order_kept: found.map(|subset| subset.random.1),
        }
    }
}

/// The quality of a task's cases for people, in lines of that width. Names are escaped.
pub fn quality_text(task: &TaskQuality, width: usize) -> String {
    let counts = Counts::of(task);
    let mut text = format!(
        "{}: {} cases, {} candidate{}\n",
        escape_terminal(&task.task),
        counts.cases,
        task.candidates.len(),
        if task.candidates.len() == 1 { "" } else { "s" }
    );
    let mut put = |line: String| {
        for line in wrap(&line, width.saturating_sub(2), 2) {
            text.push_str("  ");
            text.push_str(&line);
            text.push('\n');
        }
    };
    let named = |fits: fn(&CaseQuality) -> bool| -> String {
        let found = task
            .cases
            .iter()
            .filter(|case| fits(case))
            .map(|case| case.id.as_str());
        listed(found.collect())
    };
    if counts.saturated > 0 {
        put(format!(
            "saturated {}: every candidate has the full score; they cost, and decide nothing",
            counts.saturated
        ));
    }
    if counts.dead > 0 {
        put(format!(
            "dead {}: no candidate scores: {}",
            counts.dead,
            named(|case| case.dead)
        ));
    }
    if counts.flaky > 0 {
        put(format!(
            "flaky {}: the epochs of a candidate do not agree: {}",
            counts.flaky,
            named(|case| case.flaky > 0)
        ));
    }
    if counts.inverse > 0 {
        put(format!(
            "inverse {}: the better candidates fail, the others do not: {}",
            counts.inverse,
            named(|case| case.inverse)
        ));
    }
    for group in task.duplicates.iter().take(NAMED) {
        put(format!(
            "the same variables: {}",
            listed(group.iter().map(|case| id(task, *case)).collect())
        ));
    }
    if task.duplicates.len() > NAMED {
        put(format!(
            "and {} more groups of the same variables",
            task.duplicates.len() - NAMED
        ));
    }
    for suspect in task.suspects.iter().take(NAMED) {
        put(format!(
            "suspected golden: {}: {} of {} strong candidates answer \"{}\"{}",
            escape_terminal(&suspect.case),
            suspect.agree.len(),
            suspect.answered,
            escape_terminal(&suspect.answer),
            suspect.golden.as_ref().map_or_else(String::new, |golden| format!(
                ", the golden output is \"{}\"",
                escape_terminal(golden)
            ))
        ));
    }
    if task.suspects.len() > NAMED {
        put(format!(
            "and {} more suspected goldens",
            task.suspects.len() - NAMED
        ));
    }
    if counts.unscored > 0 {
        put(format!("without a score {}", counts.unscored));
    }
    put(subset_sentence(task));
    most_telling(task, &mut text);
    text.push('\n');
    text
}

/// The first names; how many more there are.
fn listed(names: Vec<&str>) -> String {
    let mut text: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| escape_terminal(name).into_owned())
        .collect();
    if names.len() > NAMED {
        text.push(format!("and {} more", names.len() - NAMED));
    }
    text.join(", ")
}

fn subset_sentence(task: &TaskQuality) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let tau = |tau: Option<f64>| tau.map_or_else(|| "undefined".to_owned(), |tau| format!("{tau:.2}"));
    match &task.subset {
        SubsetOutcome::NoRanking => {
            "subset: these cases tell no pair of candidates apart, so there is no ranking to keep".to_owned()
        }
        SubsetOutcome::NoneSmaller => {
            "subset: no half of the cases keeps the ranking; all of them are needed".to_owned()
        }
        SubsetOutcome::Found(subset) => format!(
            "subset: {} of {} cases, chosen to do so, tell apart {} (tau {}; in {} of {} resamples the order holds, mean tau {}, 5 % \
             below {}; {} cases drawn at random keep it in {}). For quick checks, no evidence of its own: {}",
            subset.cases.len(),
            subset.of,
            match subset.pairs {
                1 => "the pair that all cases tell apart".to_owned(),
                pairs => format!("the {pairs} pairs that all cases tell apart"),
            },
            tau(subset.tau),
            percent(subset.held),
            subset.resamples,
            tau(subset.tau_resampled.map(|(mean, _)| mean)),
            tau(subset.tau_resampled.map(|(_, low)| low)),
            subset.cases.len(),
            percent(subset.random.1),
            listed(subset.cases.iter().map(|case| id(task, *case)).collect())
        ),
    }
}

/// The cases with the highest discrimination.
fn most_telling(task: &TaskQuality, text: &mut String) {
    let mut telling: Vec<(&CaseQuality, f64)> = task
        .cases
        .iter()
        .filter_map(|case| Some((case, case.discrimination?)))
        .filter(|(_, value)| *value > 0.0)
        .collect();
    telling.sort_by(|a, b| b.1.total_cmp(&a.1));
    if telling.is_empty() {
        return;
    }
    let names: Vec<String> = telling
        .iter()
        .take(TABLE)
        .map(|(case, _)| Glyphs::ASCII.shorten(&escape_terminal(&case.id), 40))
        .collect();
    let longest = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0)
        .max(4);
    text.push_str("  the cases that tell most, by discrimination:\n");
    text.push_str(&format!("    {:<longest$}  discrimination   mean\n", "case"));
    for ((case, value), name) in telling.iter().zip(&names) {
        let mean = case.mean.unwrap_or(0.0);
        text.push_str(&format!("    {name:<longest$}  {value:>14.2}  {mean:>5.2}\n"));
    }
}
