//! A made-up run for tests: 3 tasks, 2 prompts, 5 models, hostile outputs and every outcome.

use super::{Analysis, TrialView};
use crate::model::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// Outputs that try to break out of whatever shows them.
pub(crate) const HOSTILE: [&str; 6] = [
    "</pre><script>alert(1)</script><!-- | --> `code` ```\n# heading\n| a | b |",
    "\u{1b}[31mred\u{1b}[0m \u{202e}reversed\u{2066} \u{0}\u{7}\r\nnext",
    "=HYPERLINK(\"http://evil\") @everyone https://evil.example ![x](http://t/p.png)",
    "--> </details></summary> <img src=x onerror=y>",
    "```\n~~~\n</code>\n---\n***",
    "plain wrong answer",
];

const MODELS: [(&str, &str, bool); 5] = [
    ("sim", "careful-and-large", true),
    ("sim", "quick", true),
    (
        "openrouter",
        "vendor-with-a-long-name/model-with-an-even-longer-name-2026-10-01:free",
        false,
    ),
    ("local", "odd|name`<b>\u{202e}", false),
    ("dead", "never-answers", false),
];

/// An owned trial.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub key: TrialKey,
    pub case: String,
    pub cluster: Option<String>,
    pub outcome: Outcome,
    pub score: Option<f64>,
    pub scores: Vec<ScoreEntry>,
    pub output: Option<String>,
    pub cost: Option<Money>,
    pub cached: bool,
    pub latency_us: u64,
    pub golden: Value,
    pub failure: Option<Failure>,
}

impl Trial {
    pub(crate) fn view(&self) -> TrialView<'_> {
        let answered = self.output.is_some();
        TrialView {
            cluster: self.cluster.as_deref(),
            score: self.score,
            pass: self.score.map(|score| score >= 0.999),
            scores: &self.scores,
            output: self.output.as_deref(),
            stop: answered.then_some(StopReason::Stop),
            usage: answered.then(|| Usage {
                input: 120,
                output: 30,
                ..Usage::default()
            }),
            cost: if self.cached { Some(Money::ZERO) } else { self.cost },
            original_cost: self.cost,
            latency_us: answered.then_some(self.latency_us),
            first_token_us: answered.then_some(self.latency_us / 4),
            from_cache: self.cached,
            attempts_failed: if self.failure.is_some() { 3 } else { 0 },
            failure: self.failure.as_ref(),
            golden: Some(&self.golden),
            ..TrialView::new(self.key, &self.case, self.outcome)
        }
    }
}

/// A manifest of tasks with that many cases and epochs, for all models and both prompts.
pub(crate) fn manifest(tasks: &[(&str, u64, u32, Option<&str>)], models: usize) -> Manifest {
    let digest = |text: &str| Digest::of(text.as_bytes());
    let mut candidates = Vec::new();
    for (task, (name, ..)) in tasks.iter().enumerate() {
        for prompt in ["plain", "steps"] {
            for (provider, model, simulated) in MODELS.iter().take(models) {
                candidates.push(CandidateEntry {
                    task: task as u32,
                    candidate: Candidate {
                        model: ModelRef {
                            provider: (*provider).into(),
                            name: (*model).into(),
                        },
                        label: None,
                        params: Params {
                            temperature: Some(0.0),
                            ..Params::default()
                        },
                        prompt: prompt.into(),
                    },
                    hash: digest(&format!("{name}{prompt}{model}")),
                    price: simulated.then(|| Price {
                        base: Rates {
                            input: Some(Rate(250_000)),
                            output: Some(Rate(2_000_000)),
                            ..Rates::default()
                        },
                        ..Price::default()
                    }),
                    simulated: *simulated,
                });
            }
        }
    }
    Manifest {
        schema_version: 1,
        run: "0193-sample".to_owned(),
        bench_version: "0.1.0".to_owned(),
        started: "2026-11-21T00:00:00Z".to_owned(),
        seed: 7,
        budget: None,
        cache: true,
        tasks: tasks
            .iter()
            .map(|(name, cases, epochs, cluster)| TaskEntry {
                name: (*name).into(),
                description: "Sort a support ticket into one of five queues".to_owned(),
                path: format!("tasks/{name}.yaml"),
                prompt_hash: digest("prompts"),
                scorer_hash: digest("scorers"),
                cases_hash: digest(name),
                scorers: vec![("equals".into(), 1.0)],
                cases: *cases,
                case_globs: Vec::new(),
                limit: None,
                epochs: *epochs,
                cluster: cluster.map(str::to_owned),
                grading: None,
            })
            .collect(),
        trials: tasks
            .iter()
            .map(|(_, cases, epochs, _)| cases * u64::from(*epochs) * 2 * models as u64)
            .sum(),
        candidates,
        providers: vec![ProviderEntry {
            name: "sim".into(),
            api: "sim".to_owned(),
            base_url: None,
            hash: digest("sim"),
        }],
        until: None,
        escalations: Vec::new(),
        anchors: Vec::new(),
        judges: Vec::new(),
        tournaments: Vec::new(),
        corrections: Vec::new(),
    }
}

/// The run with everything in it.
pub(crate) fn full() -> (Manifest, Vec<Trial>) {
    let tasks = [
        ("ticket-triage", 40, 1, None),
        ("extract", 12, 2, Some("customer")),
        ("sums", 60, 1, None),
    ];
    let manifest = manifest(&tasks, MODELS.len());
    let trials = trials(&manifest);
    (manifest, trials)
}

/// Trials of a manifest in key order, drawn from a fixed sequence. The last model never answers, and its last trials
/// were never recorded.
pub(crate) fn trials(manifest: &Manifest) -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut state = manifest.seed;
    for (task, entry) in manifest.tasks.iter().enumerate() {
        for case in 0..entry.cases {
            for (candidate, candidate_entry) in manifest.candidates.iter().enumerate() {
                if candidate_entry.task as usize != task {
                    continue;
                }
                for epoch in 0..entry.epochs {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let key = TrialKey {
                        task: task as u32,
                        case,
                        candidate: candidate as u32,
                        epoch,
                    };
                    let model = MODELS
                        .iter()
                        .position(|(_, name, _)| **name == *candidate_entry.candidate.model.name);
                    let model = model.unwrap_or(0);
                    if model == 4 && case >= 10 {
                        continue;
                    }
                    trials.push(trial(key, model, state >> 33, entry.cluster.is_some()));
                }
            }
        }
    }
    trials
}

fn trial(key: TrialKey, model: usize, draw: u64, clustered: bool) -> Trial {
    let outcome = match (model, draw % 40) {
        (4, _) => Outcome::ProviderError,
        (3, rest @ 0..=8) => Outcome::ALL[1 + rest as usize],
        (1, 0) => Outcome::Refused,
        (2, 0) => Outcome::Truncated,
        _ => Outcome::Scored,
    };
    let right = (draw / 40) % 100 < [93, 85, 88, 60, 0][model];
    let answered = !matches!(outcome, Outcome::ProviderError | Outcome::Skipped);
    let score = (outcome == Outcome::Scored).then_some(if right { 1.0 } else { (draw % 4) as f64 / 5.0 });
    let hostile = HOSTILE[(draw % 6) as usize];
    let result = match (outcome, score) {
        (Outcome::Scored, Some(value)) => {
            Ok(
                Score::graded(value, right, format!("expected \"billing\", found {hostile}"))
                    .with_answer("billing")
                    .with_named("recall", value / 2.0),
            )
        }
        (Outcome::Unparseable, _) => Err(ScorerError::unparseable("the output is not JSON")),
        _ => Err(ScorerError::failed("the scorer ran out of fuel")),
    };
    let scored = matches!(
        outcome,
        Outcome::Scored | Outcome::Unparseable | Outcome::ScorerError
    );
    Trial {
        key,
        case: format!("c-{:03}", key.case),
        cluster: clustered.then(|| format!("customer-{}", key.case % 4)),
        outcome,
        score,
        scores: if scored {
            vec![ScoreEntry {
                scorer: Arc::from("equals"),
                weight: 1.0,
                result,
                judged: None,
            }]
        } else {
            Vec::new()
        },
        output: answered.then(|| {
            if outcome == Outcome::Empty {
                String::new()
            } else {
                hostile.to_owned()
            }
        }),
        cost: match model {
            0 => Some(Money(1_230_000_000)),
            1 => Some(Money(90_000_000)),
            2 => draw.is_multiple_of(2).then_some(Money(500_000_000)),
            _ => None,
        }
        .filter(|_| answered),
        cached: answered && draw.is_multiple_of(9),
        latency_us: 200_000 * (model as u64 + 1) + draw % 100_000,
        golden: json!({"queue": "billing"}),
        failure: (!answered && outcome == Outcome::ProviderError).then(|| Failure {
            class: ErrorClass::Timeout,
            message: "no answer within 60 s <b>".to_owned(),
            status: None,
            request_id: None,
        }),
    }
}

/// The analysis of these trials.
pub(crate) fn analyse(manifest: &Manifest, trials: &[Trial]) -> Analysis {
    let mut builder = Analysis::builder(manifest);
    trials.iter().for_each(|trial| builder.add(&trial.view()));
    builder.finish()
}
