//! Verdicts of a stored run, found for the labels.

use super::gather::Gather;
use super::sides::{Opponent, opponents, order};
use crate::analyse::calibrate::{Input, JudgedOutput, Said, Unit, band, mirrored};
use crate::cli::failure::Failure;
use crate::model::{Digest, JudgeFault, Label, Manifest, Mark, ScoreEntry, Shown, TrialKey};
use crate::plan::known_names;
use crate::store::{Order, RunRef, Store, TrialRow};
use camino::Utf8Path;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Lines of labels that are named where they match nothing.
const MOST_NAMED: usize = 5;

/// Which verdicts are looked for.
pub struct Wanted<'a> {
    pub store: &'a Store,
    pub run: &'a RunRef,
    pub manifest: &'a Manifest,
    /// Name of the scorer.
    pub scorer: &'a str,
    /// Ends of its scale.
    pub range: (f64, f64),
    /// Positions of the tasks that are looked at; all where absent.
    pub tasks: Option<&'a [u32]>,
}

/// What was found.
pub struct Found {
    pub input: Input,
    /// Labels that say again what the same rater said of the same output.
    pub repeated: u64,
    /// Labels that no trial of the run fits, in words.
    pub unmatched: Option<String>,
    /// All outputs that the scorer scored, with what was said of them; none where it judges pairs.
    pub outputs: Vec<JudgedOutput>,
    /// Whether the scorer saw a sample of the outputs.
    pub sampled: bool,
}

/// What was judged: an output, or a pair of them.
type Judged = (TrialKey, Option<Option<u32>>);

struct Matching<'a> {
    wanted: &'a Wanted<'a>,
    labels: &'a [Label],
    file: &'a Utf8Path,
    by_case: HashMap<&'a str, Vec<usize>>,
    by_output: HashMap<Digest, Vec<usize>>,
    /// Units that each label speaks of.
    hits: Vec<Vec<usize>>,
    gather: Gather<Judged>,
    outputs: Vec<JudgedOutput>,
    /// The labelled unit of each output, where it is one.
    unit_of: Vec<Option<usize>>,
    /// Whether pairs are judged.
    pairs: bool,
    /// Whether outputs were left out of the sample that the scorer saw.
    sampled: bool,
}

/// Finds the verdicts that the labels speak of.
pub fn gather(wanted: &Wanted<'_>, labels: &[Label], file: &Utf8Path) -> Result<Found, Failure> {
    let mut matching = Matching {
        wanted,
        labels,
        file,
        by_case: HashMap::new(),
        by_output: HashMap::new(),
        hits: vec![Vec::new(); labels.len()],
        gather: Gather::new(),
        outputs: Vec::new(),
        unit_of: Vec::new(),
        pairs: false,
        sampled: false,
    };
    let mut considered = vec![false; labels.len()];
    for (number, label) in labels.iter().enumerate() {
        if label
            .scorer
            .as_deref()
            .is_some_and(|scorer| scorer != wanted.scorer)
        {
            continue;
        }
        if let Some(seen) = considered.get_mut(number) {
            *seen = true;
        }
        match (&label.case, label.output) {
            (Some(case), _) => matching.by_case.entry(case).or_default().push(number),
            (None, Some(output)) => matching.by_output.entry(output).or_default().push(number),
            (None, None) => {}
        }
    }
    let broken = wanted
        .store
        .stream_trials(wanted.run, Order::Case, |row| match matching.row(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    matching.check()?;
    let unmatched = matching.unmatched(&considered);
    if matching.hits.iter().all(Vec::is_empty) {
        return Err(Failure::Usage(unmatched.unwrap_or_else(|| {
            format!("{file} has no label for the scorer `{}`", wanted.scorer)
        })));
    }
    let repeated = matching.gather.repeated;
    let mut input = matching.gather.finish();
    weigh(&mut input, &matching.outputs, &matching.unit_of);
    let mut outputs = matching.outputs;
    if matching.pairs {
        outputs.clear();
    }
    Ok(Found {
        sampled: matching.sampled,
        outputs,
        input,
        repeated,
        unmatched,
    })
}

impl Matching<'_> {
    fn row(&mut self, row: &TrialRow<'_>) -> Result<(), Failure> {
        if self
            .wanted
            .tasks
            .is_some_and(|tasks| !tasks.contains(&row.key.task))
        {
            return Ok(());
        }
        let mut numbers = self.by_case.get(row.case_id).cloned().unwrap_or_default();
        let mut output = None;
        let mut hash = |row: &TrialRow<'_>| -> Result<Option<Digest>, Failure> {
            if output.is_none() {
                output = Some(row.output()?.map(|text| Digest::of(text.as_bytes())));
            }
            Ok(output.flatten())
        };
        if !self.by_output.is_empty()
            && let Some(hash) = hash(row)?
        {
            numbers.extend(self.by_output.get(&hash).into_iter().flatten());
        }
        let scores = row.scores()?;
        let Some(entry) = scores.iter().find(|entry| *entry.scorer == *self.wanted.scorer) else {
            return Ok(());
        };
        let fault = entry.result.as_ref().err().and_then(|error| error.judge);
        self.sampled |= fault == Some(JudgeFault::NotSampled);
        let cluster = match row.cluster {
            Some(name) => format!("cluster {} {name}", row.key.task),
            None => format!("case {} {}", row.key.task, row.case_id),
        };
        let cluster = self.gather.cluster(&cluster);
        if entry
            .judged
            .as_ref()
            .is_some_and(|judged| judged.verdicts.is_empty())
        {
            // The verdicts on its pairs stand with the other outputs.
            return Ok(());
        }
        let opponents = opponents(entry);
        self.pairs |= !opponents.is_empty();
        let output_at = entry.result.as_ref().ok().map(|score| {
            self.outputs.push(JudgedOutput {
                candidate: row.key.candidate,
                cluster,
                score: score.value,
                pass: score.pass,
                ..JudgedOutput::default()
            });
            self.unit_of.push(None);
            self.outputs.len() - 1
        });
        for number in numbers {
            let Some(label) = self.labels.get(number) else {
                continue;
            };
            if !self.names_trial(label, row.key) {
                continue;
            }
            let same_text = match label.output {
                Some(wanted) => hash(row)? == Some(wanted),
                None => true,
            };
            if opponents.is_empty() {
                if same_text && self.is_candidate(label.candidate.as_deref(), row.key.candidate) {
                    let said = self.said(entry);
                    let unit = self.gather.unit((row.key, None), || Unit {
                        cluster,
                        alone: said,
                        ..Unit::default()
                    });
                    self.hit(number, unit, label.human.clone())?;
                    if let Some(known) = output_at.and_then(|at| self.unit_of.get_mut(at)) {
                        *known = Some(unit);
                    }
                    let output = output_at.and_then(|at| self.outputs.get_mut(at));
                    if let (Some(output), Some(mark)) = (output, &label.human) {
                        output.human.push((mark.clone(), label.line));
                        output.drawn_in_band |= label.stratum.is_some();
                    }
                }
                continue;
            }
            for opponent in &opponents {
                let fits = |own: &Option<Arc<str>>, other: &Option<Arc<str>>| {
                    let against = match (other.as_deref(), opponent) {
                        (None, _) => true,
                        (Some(name), Opponent::Golden) => name.eq_ignore_ascii_case("golden"),
                        (Some(name), Opponent::Candidate(position)) => {
                            self.is_candidate(Some(name), *position)
                        }
                    };
                    against && self.is_candidate(own.as_deref(), row.key.candidate)
                };
                // A label may see the pair from the other side.
                let mark = if same_text && fits(&label.candidate, &label.against) {
                    // The same word for the same outcome, from whichever side it was written.
                    label.human.as_ref().map(|mark| mirrored(&mirrored(mark)))
                } else if label.output.is_none()
                    && label.against.is_some()
                    && *opponent != Opponent::Golden
                    && fits(&label.against, &label.candidate)
                {
                    label.human.as_ref().map(mirrored)
                } else {
                    continue;
                };
                let other = match opponent {
                    Opponent::Golden => None,
                    Opponent::Candidate(position) => Some(*position),
                };
                let (first, second) = (
                    order(entry, other, Shown::First),
                    order(entry, other, Shown::Second),
                );
                let unit = self.gather.unit((row.key, Some(other)), || Unit {
                    cluster,
                    first,
                    second,
                    ..Unit::default()
                });
                self.hit(number, unit, mark)?;
            }
        }
        Ok(())
    }

    fn hit(&mut self, number: usize, unit: usize, mark: Option<Mark>) -> Result<(), Failure> {
        if let Some(hits) = self.hits.get_mut(number) {
            hits.push(unit);
        }
        match (self.labels.get(number), mark) {
            (Some(label), Some(mark)) => self.gather.label(unit, label, mark, self.file),
            _ => Ok(()),
        }
    }

    /// What the scorer said of one output, on its own scale.
    fn said(&self, entry: &ScoreEntry) -> Option<Said> {
        let score = entry.result.as_ref().ok()?;
        let (low, high) = self.wanted.range;
        // Scores are kept in 0..=1; going back to the scale must not turn 7 into 7.000000000000001.
        let raw = ((low + score.value * (high - low)) * 1e9).round() / 1e9;
        Some(Said {
            mark: Mark::Number(raw),
            pass: Some(score.pass),
            category: score.answer.as_deref().map(Arc::from),
        })
    }

    fn names_trial(&self, label: &Label, key: TrialKey) -> bool {
        let manifest = self.wanted.manifest;
        let task = manifest.tasks.get(key.task as usize);
        let prompt = manifest
            .candidates
            .get(key.candidate as usize)
            .map(|entry| &entry.candidate.prompt);
        label.epoch.is_none_or(|epoch| epoch == key.epoch)
            && label
                .task
                .as_ref()
                .is_none_or(|name| task.is_some_and(|task| task.name == *name))
            && label.prompt.as_ref().is_none_or(|name| prompt == Some(name))
    }

    fn is_candidate(&self, name: Option<&str>, position: u32) -> bool {
        let entry = self.wanted.manifest.candidates.get(position as usize);
        name.is_none_or(|name| entry.is_some_and(|entry| is_called(&entry.candidate, name)))
    }

    /// A label without an output speaks of one output.
    fn check(&self) -> Result<(), Failure> {
        for (label, hits) in self.labels.iter().zip(&self.hits) {
            if label.output.is_some() || hits.len() < 2 {
                continue;
            }
            return Err(Failure::Usage(format!(
                "{}:{}: this label fits {} outputs of the run; say which by `candidate`, `prompt`, `epoch`, `task`, \
                 `against` or `output`",
                self.file,
                label.line,
                hits.len()
            )));
        }
        Ok(())
    }

    /// What there is to say of labels that no trial fits.
    fn unmatched(&self, considered: &[bool]) -> Option<String> {
        let lost: Vec<&Label> = self
            .labels
            .iter()
            .zip(self.hits.iter().zip(considered))
            .filter(|(_, (hits, considered))| hits.is_empty() && **considered)
            .map(|(label, _)| label)
            .collect();
        let first = lost.first()?;
        let lines: Vec<String> = lost
            .iter()
            .take(MOST_NAMED)
            .map(|label| label.line.to_string())
            .collect();
        let more = lost.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let manifest = self.wanted.manifest;
        let names: BTreeSet<String> = manifest
            .candidates
            .iter()
            .map(|entry| entry.candidate.model_label())
            .collect();
        let unknown = first.candidate.as_deref().filter(|name| {
            !manifest
                .candidates
                .iter()
                .any(|entry| is_called(&entry.candidate, name))
        });
        let reason = match (unknown, first.task.as_deref()) {
            (Some(name), _) => format!(
                "the run has no candidate `{name}`{}",
                known_names(name, names.iter().map(String::as_str))
            ),
            (None, Some(task)) if manifest.tasks.iter().all(|entry| *entry.name != *task) => format!(
                "the run has no task `{task}`{}",
                known_names(task, manifest.tasks.iter().map(|entry| &*entry.name))
            ),
            _ => format!(
                "the run has no output of case `{}` that `{}` looked at",
                first.case.as_deref().unwrap_or("?"),
                self.wanted.scorer
            ),
        };
        Some(format!(
            "{} of {} labels fit no output of run {} ({} line {}{more}); line {}: {reason}",
            lost.len(),
            self.labels.len(),
            self.wanted.run.id,
            self.file,
            lines.join(", "),
            first.line
        ))
    }
}

/// Tells each labelled output how likely it was to be labelled, where labels were drawn by bands of judge scores: the
/// share of the labelled in its band.
fn weigh(input: &mut Input, outputs: &[JudgedOutput], unit_of: &[Option<usize>]) {
    if !outputs.iter().any(|output| output.drawn_in_band) {
        return;
    }
    let mut shares: HashMap<(u32, u32), (f64, f64)> = HashMap::new();
    for output in outputs {
        let (labelled, all) = shares.entry((output.candidate, band(output.score))).or_default();
        *all += 1.0;
        *labelled += f64::from(u8::from(!output.human.is_empty()));
    }
    for (output, unit) in outputs.iter().zip(unit_of) {
        let share = shares.get(&(output.candidate, band(output.score)));
        let unit = unit.and_then(|unit| input.units.get_mut(unit));
        if let (Some((labelled, all)), Some(unit)) = (share, unit) {
            unit.probability = labelled / all;
        }
    }
}

/// Whether that is the candidate's name, or its model's.
pub fn is_called(candidate: &crate::model::Candidate, name: &str) -> bool {
    candidate.model_label() == name || candidate.model.to_string() == name
}
