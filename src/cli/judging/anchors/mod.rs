//! Judges asked again about cases whose verdicts are known, before a run: have they changed?

mod cases;
mod estimate;

use super::members::{Judges, Wiring};
use super::{judges_of, paid, spent};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::progress::{ProgressLine, counted};
use crate::model::{AnchorsEntry, Judge, JudgementRecord, Manifest, OnShift, TrialRecord};
use crate::plan::Catalog;
use crate::port::{SinkError, TrialSink};
use crate::report::{escape_terminal, shift_in_words};
use crate::run::{
    JudgeRuntime, JudgingEngine, JudgingJob, JudgingOptions, LaneProgress, Matter, Progress, RunEnd, Stopper,
    TaskRuntime,
};
use crate::scorer::JudgeScorer;
use crate::stats::paired_difference;
use crate::store::{RunRef, RunWriter, Store};
use async_trait::async_trait;
use cases::{cases_of, judgeable, record, task};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// One minus the confidence of the interval.
const ALPHA: f64 = 0.05;
/// Fewest verdicts that say anything of a shift.
const FEWEST: u64 = 2;

/// The questions about all anchors of a run's judges, ready to be asked.
pub struct Anchors {
    judges: Vec<Arc<Judge>>,
    ways: Judges,
    jobs: Vec<JudgingJob>,
    /// Questions, by position of the lane.
    questions: Vec<u64>,
}

/// What came of them.
pub struct Anchored {
    /// Why it stopped early, and who was given up.
    pub end: RunEnd,
    /// One entry for each judge; none where it stopped early.
    pub entries: Vec<AnchorsEntry>,
    /// Why the run is not to go on.
    pub refused: Option<String>,
    /// Judging models, by the number in [`RunEnd::losses`] less the number of candidates.
    pub models: Vec<String>,
}

/// What asking takes, beside the questions.
pub struct Asking<'a> {
    /// The store.
    pub store: &'a Store,
    /// The run.
    pub run: &'a RunRef,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// Takes replies to disk.
    pub writer: Arc<RunWriter>,
    /// Time that is left.
    pub deadline: Option<Duration>,
}

impl Anchors {
    /// Prepares the questions to all judges of the plan that have anchors; `None` where none has.
    pub fn of(wiring: &Wiring<'_>) -> Result<Option<Self>, Failure> {
        let mut anchors = Self {
            judges: judges_of(wiring.plan)
                .into_iter()
                .filter(|judge| judge.anchors.is_some())
                .collect(),
            ways: Judges::none(wiring),
            jobs: Vec::new(),
            questions: Vec::new(),
        };
        if anchors.judges.is_empty() {
            return Ok(None);
        }
        let catalog = Catalog::new(wiring.project, Vec::new());
        let mut tasks: HashMap<Option<String>, Arc<TaskRuntime>> = HashMap::new();
        for judge in anchors.judges.clone() {
            let judgeable = [false, true].map(|with_input| Arc::new(judgeable(&judge, with_input)));
            let mut asked: HashMap<(&str, bool), Arc<[JudgeRuntime]>> = HashMap::new();
            for (position, anchor) in (0..).zip(cases_of(&judge)) {
                let by = (anchor.rubric.as_str(), anchor.other.is_some());
                let judges = match asked.get(&by) {
                    Some(judges) => judges.clone(),
                    None => {
                        let scorer = JudgeScorer::of_anchor(&judge, anchor).map_err(Failure::Usage)?;
                        let judges: Arc<[JudgeRuntime]> = Arc::new([JudgeRuntime {
                            name: judge.name.as_str().into(),
                            weight: 1.0,
                            members: anchors.ways.members(wiring, &catalog, &scorer, 0..0)?,
                            scorer: Arc::new(scorer),
                        }]);
                        asked.insert(by, judges.clone());
                        judges
                    }
                };
                anchors.count(&judges);
                let task = match tasks.get(&anchor.task) {
                    Some(task) => task.clone(),
                    None => {
                        let task = Arc::new(task(anchor.task.as_deref())?);
                        tasks.insert(anchor.task.clone(), task.clone());
                        task
                    }
                };
                let judgeable = judgeable[usize::from(anchor.input.is_some())].clone();
                anchors.jobs.push(JudgingJob {
                    task,
                    judges,
                    trials: vec![(record(anchor, position), judgeable)],
                    matters: vec![Matter {
                        judge: 0,
                        trial: 0,
                        opponent: None,
                        probability: None,
                    }],
                    left_out: Vec::new(),
                });
            }
        }
        Ok(Some(anchors))
    }

    fn count(&mut self, judges: &[JudgeRuntime]) {
        for judge in judges {
            for reached in judge.members.iter().filter_map(|member| member.reached(0)) {
                if self.questions.len() <= reached.lane {
                    self.questions.resize(reached.lane + 1, 0);
                }
                self.questions[reached.lane] += judge.scorer.orders().len() as u64;
            }
        }
    }
}

impl Anchors {
    /// Asks everything, and compares. What an earlier session of the run was answered is not asked again.
    pub async fn ask(
        self,
        asking: Asking<'_>,
        stopper: &Stopper,
        console: &Console,
    ) -> Result<Anchored, Failure> {
        let Self {
            judges,
            mut ways,
            jobs,
            questions,
        } = self;
        let lanes = std::mem::take(&mut ways.lanes);
        let progress = Arc::new(Progress {
            lanes: lanes
                .iter()
                .zip(questions)
                .map(|(lane, questions)| LaneProgress::new(lane.name.clone(), questions))
                .collect(),
        });
        let (anchors, to) = (jobs.len() as u64, judges.len() as u64);
        console.note(&format!(
            "Asking {} again about {}: {}",
            counted(to, "judge"),
            counted(anchors, "anchor"),
            counted(progress.planned(), "question"),
        ));
        let (out, receiver) = mpsc::channel(jobs.len().max(1));
        for job in jobs {
            // There is room for all of them.
            let _ = out.try_send(Ok(job));
        }
        drop(out);
        let said = Arc::new(Sink {
            writer: asking.writer,
            said: Mutex::default(),
        });
        let options = JudgingOptions {
            budget: asking.manifest.budget,
            spent: spent(asking.store, asking.run)?,
            deadline: asking.deadline,
            seed: asking.manifest.seed,
            fail_fast: false,
            sink: said.clone(),
            // A reply of an earlier run would say what is known already.
            cache: Arc::new(asking.store.cache_of(asking.run)?),
            jobs: receiver,
            paid: paid(asking.store, asking.run)?,
        };
        let line = ProgressLine::start(console, progress.clone());
        let end = JudgingEngine::new(lanes, options, progress, stopper.clone())
            .run()
            .await;
        line.finish().await;
        let mut anchored = Anchored {
            end,
            entries: Vec::new(),
            refused: None,
            models: ways.model_names(),
        };
        if anchored.end.cause.is_none() {
            let said = said.said.lock().unwrap_or_else(PoisonError::into_inner);
            for judge in &judges {
                anchored
                    .entries
                    .push(entry(judge, &said, asking.store, asking.run)?);
            }
        }
        anchored.refused = refusal(&judges, &anchored.entries);
        Ok(anchored)
    }
}

/// Why the run is not to go on: a judge moved, or nobody knows whether it did, whose file asks for an error then.
fn refusal(judges: &[Arc<Judge>], entries: &[AnchorsEntry]) -> Option<String> {
    let strict = |judge: &Judge| {
        let anchors = judge.anchors.as_ref();
        anchors.is_some_and(|anchors| anchors.on_shift == OnShift::Error)
    };
    let told: Vec<String> = judges
        .iter()
        .zip(entries)
        .filter(|(judge, entry)| strict(judge) && (entry.moved || entry.low.is_none()))
        .map(|(_, entry)| shift_in_words(entry, &|name| escape_terminal(name).into_owned()))
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "{}. No candidate was asked, since the file of the judge says `on_shift: error`",
            told.join("; ")
        )
    })
}

/// What the judge says of its anchors now, compared with what is known.
fn entry(judge: &Judge, said: &Said, store: &Store, run: &RunRef) -> Result<AnchorsEntry, Failure> {
    let differences: Vec<Option<f64>> = (0..)
        .zip(cases_of(judge))
        .map(|(position, anchor)| {
            let now = said.get(&(judge.name.as_str().into(), position))?;
            Some(now - anchor.verdict)
        })
        .collect();
    let paired = paired_difference(&differences, None, false, ALPHA);
    // One that happens to agree is no evidence.
    let interval = paired.interval().filter(|_| paired.n >= FEWEST);
    let totals = store.judge_totals(run)?;
    let totals = totals
        .into_iter()
        .find(|totals| totals.is_of_anchors() && totals.scorer == judge.name)
        .unwrap_or_default();
    Ok(AnchorsEntry {
        judge: judge.name.clone(),
        n: paired.n,
        failed: paired.missing,
        shift: paired.difference,
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        moved: interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0),
        replies: totals.replies,
        input_tokens: totals.input_tokens,
        output_tokens: totals.output_tokens,
        cost: (totals.unknown_cost == 0).then_some(totals.cost),
    })
}

/// Verdicts in 0..=1, by judge and position of the anchor.
type Said = HashMap<(Arc<str>, u64), f64>;

/// Takes replies to disk like those about trials, and keeps the verdicts: anchors are no trials.
struct Sink {
    writer: Arc<RunWriter>,
    said: Mutex<Said>,
}

#[async_trait]
impl TrialSink for Sink {
    async fn record(&self, record: TrialRecord) -> Result<(), SinkError> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in record.scores {
            if let Ok(score) = entry.result {
                said.insert((entry.scorer, record.key.case), score.value);
            }
        }
        Ok(())
    }

    async fn judgement(&self, record: JudgementRecord) -> Result<(), SinkError> {
        self.writer.judgement(record).await
    }
}
