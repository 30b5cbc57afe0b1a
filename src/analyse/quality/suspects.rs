//! What needs the texts of trials: cases that are the same, and golden outputs that strong candidates contradict.
//!
//! Texts are seen one case at a time and not kept.

use super::{candidate_name, scored_columns};
use crate::analyse::Grid;
use crate::model::Hasher;
use serde_json::Value;
use std::collections::BTreeMap;

/// Candidates whose agreement counts, at most.
const MOST_STRONG: usize = 5;
/// A candidate below this mean score is not strong.
const STRONG_MEAN: f64 = 0.5;
/// Longer answers are no short facts on which models could agree.
const LONGEST_ANSWER: usize = 200;
/// Characters that are kept of an answer or a golden output.
const SHOWN: usize = 80;

/// A case whose golden output may be wrong: strong candidates agree with each other, and not with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// The case's id.
    pub case: String,
    /// What the candidates agree on, shortened.
    pub answer: String,
    /// The golden output, shortened; `None` where there is none.
    pub golden: Option<String>,
    /// The candidates that gave it.
    pub agree: Vec<String>,
    /// Strong candidates that answered.
    pub answered: usize,
}

/// A candidate's answers to the case at hand.
#[derive(Clone, Debug, Default)]
struct SameAnswer {
    /// Counts by normal form, with the text of the first.
    counts: BTreeMap<String, (u32, String)>,
}

/// Reads trials one case after the other.
#[derive(Clone, Debug)]
pub struct CaseReader {
    strong: Vec<usize>,
    names: Vec<String>,
    /// By hash of the variables, the cases that have them.
    same: BTreeMap<[u8; 32], Vec<usize>>,
    open: Option<Open>,
    suspects: Vec<Suspect>,
}

#[derive(Clone, Debug)]
struct Open {
    id: String,
    golden: Option<Value>,
    /// By strong candidate; `None` where one of its trials passes.
    answers: Vec<Option<SameAnswer>>,
}

/// Text as it is compared: small letters, single spaces, no punctuation at its ends.
fn normal(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ").to_lowercase();
    joined
        .trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace())
        .to_owned()
}

fn normal_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(normal(text)),
        Value::Array(values) => values.iter().map(normal_value).collect(),
        Value::Object(map) => {
            let sorted: BTreeMap<&String, Value> = map
                .iter()
                .map(|(name, value)| (name, normal_value(value)))
                .collect();
            serde_json::json!(sorted)
        }
        other => other.clone(),
    }
}

fn shown(text: &str) -> String {
    let mut kept: String = text.chars().take(SHOWN).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

impl CaseReader {
    /// A reader for the cases of a grid, whose strongest candidates are known from it.
    pub fn new(grid: &Grid) -> Self {
        let mut ranked: Vec<(f64, usize)> = scored_columns(grid)
            .into_iter()
            .map(|column| {
                let (mut sum, mut count) = (0.0, 0.0);
                for mean in grid.means(column).flatten() {
                    sum += mean;
                    count += 1.0;
                }
                (sum / f64::max(count, 1.0), column)
            })
            .filter(|(mean, _)| *mean >= STRONG_MEAN)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        // One column a model: prompts of the same model agree because they are the same model.
        let mut strong: Vec<usize> = Vec::new();
        let model = |column: usize| grid.candidates.get(column).map(|candidate| &candidate.model);
        for (_, column) in ranked {
            if strong.len() < MOST_STRONG && strong.iter().all(|known| model(*known) != model(column)) {
                strong.push(column);
            }
        }
        Self {
            names: strong
                .iter()
                .map(|column| candidate_name(grid, *column))
                .collect(),
            strong,
            same: BTreeMap::new(),
            open: None,
            suspects: Vec::new(),
        }
    }

    /// The strong candidates, by column.
    pub fn strong(&self) -> &[usize] {
        &self.strong
    }

    /// Begins a case. `case` is its row in the grid.
    pub fn case(&mut self, case: usize, id: &str, vars: &impl serde::Serialize, golden: Option<&Value>) {
        self.close();
        let vars = serde_json::to_value(vars).unwrap_or_default();
        let hash = Hasher::new("case-vars").json(&normal_value(&vars)).digest();
        self.same.entry(hash.0).or_default().push(case);
        self.open = Some(Open {
            id: id.to_owned(),
            golden: golden.cloned(),
            answers: vec![Some(SameAnswer::default()); self.strong.len()],
        });
    }

    /// Whether the texts of that column are wanted.
    pub fn wants(&self, column: usize) -> bool {
        self.strong.contains(&column)
    }

    /// Adds a trial of a strong candidate: whether it passes, and what it answered.
    pub fn answer(&mut self, column: usize, pass: bool, text: Option<&str>) {
        let at = self.strong.iter().position(|known| *known == column);
        let Some(answers) = self
            .open
            .as_mut()
            .zip(at)
            .and_then(|(open, at)| open.answers.get_mut(at))
        else {
            return;
        };
        if pass {
            *answers = None;
            return;
        }
        let (Some(answers), Some(text)) = (answers, text) else {
            return;
        };
        let normal = normal(text);
        if normal.is_empty() || normal.len() > LONGEST_ANSWER {
            return;
        }
        answers
            .counts
            .entry(normal)
            .or_insert_with(|| (0, shown(text.trim())))
            .0 += 1;
    }

    /// Ends the case at hand.
    pub fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        // One strong candidate that passes speaks for the golden output.
        let answers: Option<Vec<&SameAnswer>> = open.answers.iter().map(Option::as_ref).collect();
        let Some(answers) = answers else { return };
        let usual: Vec<(usize, &str, &str)> = answers
            .iter()
            .enumerate()
            .filter_map(|(at, answers)| {
                let counts = answers.counts.iter();
                let most = counts.max_by(|a, b| a.1.0.cmp(&b.1.0).then(b.0.cmp(a.0)))?;
                Some((at, most.0.as_str(), most.1.1.as_str()))
            })
            .collect();
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, normal, _) in &usual {
            groups.entry(normal).or_default().push(*at);
        }
        let most = groups
            .iter()
            .max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0)));
        let Some((answer, agree)) = most else { return };
        let golden = open.golden.as_ref().map(text_of);
        // At least two, and two thirds of those that answered.
        let enough = agree.len() >= 2 && agree.len() * 3 >= usual.len() * 2;
        if !enough || golden.as_deref().map(normal).as_deref() == Some(*answer) {
            return;
        }
        let text = usual.iter().find(|(_, normal, _)| normal == answer);
        self.suspects.push(Suspect {
            case: open.id,
            answer: text.map_or_else(String::new, |(.., text)| (*text).to_owned()),
            golden: golden.map(|golden| shown(&golden)),
            agree: agree
                .iter()
                .filter_map(|at| self.names.get(*at).cloned())
                .collect(),
            answered: usual.len(),
        });
    }

    /// Groups of cases with the same variables.
    pub(super) fn duplicates(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = self
            .same
            .values()
            .filter(|cases| cases.len() > 1)
            .cloned()
            .collect();
        groups.sort_unstable();
        groups
    }

    /// The suspected cases, the most agreement first.
    pub(super) fn suspects(&self) -> Vec<Suspect> {
        let mut suspects = self.suspects.clone();
        suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.agree.len()));
        suspects
    }
}

/// A golden output as text; the one value of an object with one key stands for itself.
fn text_of(golden: &Value) -> String {
    match golden {
        Value::String(text) => text.clone(),
        Value::Object(map) if map.len() == 1 => map.values().next().map(text_of).unwrap_or_default(),
        other => other.to_string(),
    }
}
