//! The outputs of a run that a scorer scored, in the order in which labels are wanted.

use super::answer::Answers;
use crate::analyse::calibrate::{Choice, band};
use crate::cli::failure::Failure;
use crate::cli::labelled::is_called;
use crate::model::{Case, Digest, Hasher, Label, Manifest, Shown, TrialKey};
use crate::store::{Order, RunRef, Store, TrialRow};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The outputs that may be labelled.
pub struct Pool<'a> {
    manifest: &'a Manifest,
    choice: Choice,
    units: Vec<(TrialKey, Arc<str>, u32)>,
    by_case: HashMap<Arc<str>, Vec<usize>>,
}

/// An output with all that is shown, and with what is not.
pub struct Trial {
    /// Which trial.
    pub key: TrialKey,
    /// The task's name.
    pub task: Arc<str>,
    /// What the task is, in one line.
    pub description: String,
    /// The case's id.
    pub case_id: Arc<str>,
    /// The candidate; not shown.
    pub candidate: String,
    /// Its prompt; not shown.
    pub prompt: Arc<str>,
    /// The case.
    pub case: Case,
    /// The output.
    pub output: String,
    /// Hash of its text.
    pub hash: Digest,
    /// Band of the judge's score; not shown.
    pub band: u32,
}

impl<'a> Pool<'a> {
    /// Reads which outputs the scorer scored.
    pub fn read(store: &Store, run: &RunRef, manifest: &'a Manifest, scorer: &str) -> Result<Self, Failure> {
        let mut pool = Self {
            manifest,
            choice: Choice::default(),
            units: Vec::new(),
            by_case: HashMap::new(),
        };
        let broken = store.stream_trials(run, Order::Case, |row| match pool.add(row, scorer) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        })?;
        if let Some(failure) = broken {
            return Err(failure);
        }
        match pool.units.is_empty() {
            true => Err(Failure::Usage(format!(
                "run {} has no output that `{scorer}` scored: nothing to label",
                run.id
            ))),
            false => Ok(pool),
        }
    }

    fn add(&mut self, row: &TrialRow<'_>, scorer: &str) -> Result<(), Failure> {
        let scores = row.scores()?;
        let Some(entry) = scores.iter().find(|entry| *entry.scorer == *scorer) else {
            return Ok(());
        };
        let verdicts = entry.judged.iter().flat_map(|judged| &judged.verdicts);
        if verdicts.into_iter().any(|verdict| verdict.order != Shown::Alone) {
            return Err(Failure::Usage(format!(
                "`{scorer}` judges pairs, and labels are taken of single outputs; write labels of pairs into a file and \
                 give it to `bench judge calibrate`"
            )));
        }
        let (Ok(score), Some(_)) = (&entry.result, row.completion_id) else {
            return Ok(());
        };
        // What is drawn first hangs on names alone, so that a run that goes on keeps its order.
        let chance = Hasher::new("label")
            .number(self.manifest.seed)
            .text(scorer)
            .text(
                self.manifest
                    .tasks
                    .get(row.key.task as usize)
                    .map_or("", |task| &*task.name),
            )
            .text(row.case_id)
            .number(u64::from(row.key.candidate))
            .number(u64::from(row.key.epoch))
            .digest()
            .as_u64();
        let unit = self.choice.add(row.key.candidate, score.value, chance);
        let id: Arc<str> = row.case_id.into();
        self.by_case.entry(id.clone()).or_default().push(unit);
        self.units.push((row.key, id, band(score.value)));
        Ok(())
    }

    /// Notes the labels that the rater gave before; returns how many there are. Labels of outputs that the run no longer
    /// has do not count.
    pub fn take(
        &mut self,
        labels: &[Label],
        rater: &str,
        answers: &Answers,
        store: &Store,
        run: &RunRef,
    ) -> Result<u64, Failure> {
        let mut known = 0;
        for label in labels.iter().filter(|label| *label.rater == *rater) {
            let Some(units) = label.case.as_ref().and_then(|case| self.by_case.get(case)) else {
                continue;
            };
            for unit in units.clone() {
                let Some((key, _, _)) = self.units.get(unit).cloned() else {
                    continue;
                };
                if !self.is_of(label, key) {
                    continue;
                }
                let same = match label.output {
                    Some(hash) => self.trial(unit, store, run)?.hash == hash,
                    None => true,
                };
                if same {
                    let value = label.human.as_ref().and_then(|mark| answers.share(mark));
                    self.choice.shown(unit, value);
                    known += u64::from(label.human.is_some());
                }
            }
        }
        Ok(known)
    }

    fn is_of(&self, label: &Label, key: TrialKey) -> bool {
        let task = self.manifest.tasks.get(key.task as usize);
        let entry = self.manifest.candidates.get(key.candidate as usize);
        let same = |wanted: &Option<Arc<str>>, name: Option<&Arc<str>>| {
            wanted.as_ref().is_none_or(|wanted| Some(wanted) == name)
        };
        same(&label.task, task.map(|task| &task.name))
            && same(&label.prompt, entry.map(|entry| &entry.candidate.prompt))
            && label.epoch.is_none_or(|epoch| epoch == key.epoch)
            && label
                .candidate
                .as_ref()
                .is_none_or(|name| entry.is_some_and(|entry| is_called(&entry.candidate, name)))
    }

    /// The output whose label is worth most.
    pub fn next(&self) -> Option<usize> {
        self.choice.next()
    }

    /// Notes what was said of an output.
    pub fn note(&mut self, unit: usize, value: Option<f64>) {
        self.choice.shown(unit, value);
    }

    /// Outputs that were not shown yet.
    pub fn left(&self) -> u64 {
        self.choice.left() as u64
    }

    /// Everything of an output.
    pub fn trial(&self, unit: usize, store: &Store, run: &RunRef) -> Result<Trial, Failure> {
        let gone = || Failure::System("the run changed while labels were taken; start again".to_owned());
        let (key, id, band) = self.units.get(unit).cloned().ok_or_else(gone)?;
        let entry = self
            .manifest
            .candidates
            .get(key.candidate as usize)
            .ok_or_else(gone)?;
        let task = self.manifest.tasks.get(key.task as usize).ok_or_else(gone)?;
        let found = store.stream_case(run, key.task, &id, |row| match row.key == key {
            true => ControlFlow::Break(
                row.case()
                    .and_then(|case| Ok((case, row.output()?.map(String::from)))),
            ),
            false => ControlFlow::Continue(()),
        })?;
        let (case, output) = found.ok_or_else(gone)??;
        let output = output.unwrap_or_default();
        Ok(Trial {
            key,
            task: task.name.clone(),
            description: task.description.clone(),
            case_id: id,
            candidate: entry.candidate.model_label(),
            prompt: entry.candidate.prompt.clone(),
            hash: Digest::of(output.as_bytes()),
            case,
            output,
            band,
        })
    }
}
