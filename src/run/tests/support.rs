//! A bed to run the engine in: cases, a scripted provider, a sink that remembers.

use crate::gateway::Backoff;
use crate::model::*;
use crate::port::{Provider, SinkError, TrialSink};
use crate::run::*;
use crate::scorer::{RawScorer, ScorerSet};
use crate::template::PromptTemplate;
use async_trait::async_trait;
use indexmap::IndexMap;
use serde_json::json;
use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// What the scripted provider sees of a request.
pub struct CallView<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub case: u64,
    pub attempt: u32,
}

/// What it answers, and after how many milliseconds.
pub type Reply = (u64, Result<&'static str, ProviderError>);

pub fn ok(text: &'static str) -> Reply {
    (0, Ok(text))
}

pub fn ok_after(text: &'static str, ms: u64) -> Reply {
    (ms, Ok(text))
}

pub fn fail(class: ErrorClass) -> Reply {
    (
        0,
        Err(ProviderError {
            status: Some(400),
            ..ProviderError::new(class, "scripted")
        }),
    )
}

pub fn fail_after(class: ErrorClass, retry_after: u64) -> Reply {
    let retry_after = Some(Duration::from_secs(retry_after));
    (
        0,
        Err(ProviderError {
            status: Some(429),
            retry_after,
            ..ProviderError::new(class, "scripted")
        }),
    )
}

type Script = Arc<dyn Fn(CallView<'_>) -> Reply + Send + Sync>;

struct Scripted {
    name: &'static str,
    script: Script,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    sent: Arc<Mutex<Vec<Instant>>>,
}

#[async_trait]
impl Provider for Scripted {
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError> {
        let now = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        self.sent.lock().unwrap().push(Instant::now());
        let (ms, reply) = (self.script)(CallView {
            provider: self.name,
            model: &request.model,
            case: request.subject.case.id.parse().unwrap(),
            attempt: request.subject.attempt,
        });
        if ms > 0 {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        } else {
            tokio::task::yield_now().await;
        }
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        reply.map(|text| Completion {
            text: text.to_owned(),
            stop: StopReason::Stop,
            usage: Some(Usage {
                input: 3,
                output: 1,
                ..Usage::default()
            }),
            ..Completion::default()
        })
    }

    fn identity(&self) -> Digest {
        Digest::of(self.name.as_bytes())
    }
}

struct MemorySink {
    records: Mutex<Vec<TrialRecord>>,
    judgements: Mutex<Vec<JudgementRecord>>,
    most: usize,
}

#[async_trait]
impl TrialSink for MemorySink {
    async fn record(&self, record: TrialRecord) -> Result<(), SinkError> {
        let mut records = self.records.lock().unwrap();
        if records.len() >= self.most {
            return Err(SinkError {
                message: "disk full".to_owned(),
            });
        }
        records.push(record);
        Ok(())
    }

    async fn judgement(&self, record: JudgementRecord) -> Result<(), SinkError> {
        self.judgements.lock().unwrap().push(record);
        Ok(())
    }
}

/// See the module.
pub struct Bed {
    cases: u64,
    models: usize,
    providers: Vec<&'static str>,
    limits: Limits,
    adaptive: (usize, usize),
    budget: Option<Money>,
    price: Option<Price>,
    most_output: Option<u64>,
    deadline: Option<Duration>,
    fail_fast: bool,
    finished: Finished,
    sink: Arc<MemorySink>,
    stopper: Stopper,
    progress: Arc<Progress>,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    sent: Arc<Mutex<Vec<Instant>>>,
}

impl Bed {
    /// That many cases for each of so many models.
    pub fn new(cases: u64, models: usize) -> Self {
        Self {
            cases,
            models,
            providers: vec!["first"],
            limits: Limits {
                concurrency: Some(4),
                ..Limits::default()
            },
            adaptive: (4, 64),
            budget: None,
            price: None,
            most_output: Some(1),
            deadline: None,
            fail_fast: false,
            finished: Arc::new(|_: &TrialKey| false),
            sink: Arc::new(MemorySink {
                records: Mutex::default(),
                judgements: Mutex::default(),
                most: usize::MAX,
            }),
            stopper: Stopper::default(),
            progress: Arc::new(Progress {
                lanes: vec![LaneProgress::new("first".into(), cases * models as u64)],
            }),
            in_flight: Arc::default(),
            most: Arc::default(),
            sent: Arc::default(),
        }
    }

    pub fn concurrency(mut self, jobs: u32) -> Self {
        self.limits.concurrency = Some(jobs);
        self
    }

    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Limits {
            concurrency: limits.concurrency.or(self.limits.concurrency),
            ..limits
        };
        self
    }

    pub fn adaptive(mut self, start: usize, most: usize) -> Self {
        self.limits.concurrency = None;
        self.adaptive = (start, most);
        self
    }

    pub fn second_provider(mut self) -> Self {
        self.providers.push("second");
        let planned = self.cases * self.models as u64;
        let lanes = self
            .providers
            .iter()
            .map(|name| LaneProgress::new((*name).into(), planned));
        self.progress = Arc::new(Progress {
            lanes: lanes.collect(),
        });
        self
    }

    pub fn budget(mut self, budget: Money) -> Self {
        self.budget = Some(budget);
        self
    }

    pub fn price(mut self, input: i64, output: i64) -> Self {
        let base = Rates {
            input: Some(Rate(input)),
            output: Some(Rate(output)),
            ..Rates::default()
        };
        self.price = Some(Price {
            base,
            ..Price::default()
        });
        self
    }

    pub fn most_output(mut self, most: u64) -> Self {
        self.most_output = Some(most);
        self
    }

    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    pub fn finished(mut self, finished: impl Fn(&TrialKey) -> bool + Send + Sync + 'static) -> Self {
        self.finished = Arc::new(finished);
        self
    }

    pub fn sink_fails_after(mut self, most: usize) -> Self {
        self.sink = Arc::new(MemorySink {
            records: Mutex::default(),
            judgements: Mutex::default(),
            most,
        });
        self
    }

    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    pub fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }

    pub fn in_flight(&self) -> Arc<AtomicUsize> {
        self.in_flight.clone()
    }

    pub fn most_in_flight(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    pub fn sent_at(&self) -> Vec<Instant> {
        self.sent.lock().unwrap().clone()
    }

    pub fn records(&self) -> Vec<TrialRecord> {
        self.sink.records.lock().unwrap().clone()
    }

    pub fn recorded(&self, outcome: Outcome) -> usize {
        self.records()
            .iter()
            .filter(|record| record.outcome == outcome)
            .count()
    }

    pub fn keys(&self) -> std::collections::BTreeSet<TrialKey> {
        self.records().iter().map(|record| record.key).collect()
    }

    /// Runs all trials against the script.
    pub async fn run(&self, script: impl Fn(CallView<'_>) -> Reply + Send + Sync + 'static) -> RunEnd {
        let script: Script = Arc::new(script);
        let task = Arc::new(task(self.cases));
        let mut candidate = 0;
        let lanes = self.providers.iter().map(|name| {
            let provider = Arc::new(Scripted {
                name,
                script: script.clone(),
                in_flight: self.in_flight.clone(),
                most: self.most.clone(),
                sent: self.sent.clone(),
            });
            let candidates = (0..self.models).map(|model| {
                let runtime = CandidateRuntime::new(
                    candidate,
                    0,
                    format!("m{model}").into(),
                    Arc::default(),
                    None,
                    self.price.clone(),
                    self.most_output,
                    Hasher::new("test"),
                );
                candidate += 1;
                Arc::new(runtime)
            });
            LaneSpec {
                name: (*name).into(),
                provider,
                local: false,
                free: false,
                limits: self.limits,
                adaptive: self.adaptive,
                max_attempts: Backoff::default().max_attempts,
                asked: false,
                work: vec![(task.clone(), candidates.collect())],
            }
        });
        let lanes: Vec<LaneSpec> = lanes.collect();
        let options = EngineOptions {
            budget: self.budget,
            spent: Money::ZERO,
            deadline: self.deadline,
            seed: 1,
            fail_fast: self.fail_fast,
            finished: self.finished.clone(),
            rounds: None,
            sink: self.sink.clone(),
            cache: None,
        };
        Engine::new(lanes, options, self.progress.clone(), self.stopper.clone())
            .run()
            .await
    }
}

fn task(cases: u64) -> TaskRuntime {
    let prompt = Arc::new(Prompt {
        id: "plain".to_owned(),
        messages: vec![Message {
            role: Role::User,
            content: Cow::Borrowed("say {{ n }}"),
        }],
    });
    let raw: RawScorer = serde_json::from_value(json!({"contains": "yes"})).unwrap();
    let lowered = raw.lower().unwrap();
    let spec = ScorerSpec {
        name: "contains".into(),
        weight: 1.0,
        filter: None,
        config: lowered.config,
    };
    let task = Arc::new(Task {
        name: "t".into(),
        description: String::new(),
        tags: Vec::new(),
        path: "tasks/t.yaml".into(),
        cases: Vec::new(),
        prompts: vec![prompt.clone()],
        models: Vec::new(),
        params: Params::default(),
        epochs: 1,
        output: OutputSpec::default(),
        scorers: vec![spec],
        pass: PassRule::All,
        cluster: None,
        treat: Treatment::default(),
        gate: None,
        prompt_hash: Digest::of(b"p"),
        scorer_hash: Digest::of(b"s"),
    });
    let open_cases = move || -> CaseIter {
        Box::new((0..cases).map(|n| {
            let vars = IndexMap::from([("n".to_owned(), json!(n))]);
            let case = Case {
                id: n.to_string().into(),
                vars,
                golden: None,
                verified: None,
                meta: IndexMap::new(),
                scorers: Vec::new(),
            };
            Ok((n, Arc::new(case)))
        }))
    };
    TaskRuntime {
        index: 0,
        scorers: ScorerSet::new(&task).unwrap(),
        prompts: vec![PromptRuntime {
            id: "plain".into(),
            template: PromptTemplate::compile(&prompt).unwrap(),
        }],
        task,
        open_cases: Box::new(open_cases),
        epochs: 1,
    }
}
