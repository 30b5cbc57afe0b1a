//! Hand-made verdicts for tests.

use crate::analyse::sample::{Trial, manifest};
use crate::analyse::{Analysis, JudgeSummary};
use crate::model::*;
use serde_json::json;
use std::sync::Arc;

/// A run of one task whose candidates are these models, with one judge scorer, `careful`.
pub(crate) struct JudgedRun {
    pub manifest: Manifest,
    pub trials: Vec<Trial>,
}

impl JudgedRun {
    pub(crate) fn new(models: &[&str], cases: u64, cluster: Option<&str>) -> Self {
        let mut manifest = manifest(&[("t", cases, 1, cluster)], models.len().min(5));
        let first = manifest.candidates[0].clone();
        manifest.candidates = models
            .iter()
            .map(|model| {
                let mut entry = first.clone();
                entry.candidate.model = ModelRef::parse(model).unwrap_or(entry.candidate.model);
                entry.simulated = false;
                entry
            })
            .collect();
        manifest.trials = cases * models.len() as u64;
        manifest.tasks[0].scorers = vec![("careful".into(), 1.0)];
        Self {
            manifest,
            trials: Vec::new(),
        }
    }

    /// Adds a judged trial whose score is the mean of what was said of it.
    pub(crate) fn judged(&mut self, case: u64, candidate: u32, verdicts: Vec<MemberVerdict>) -> &mut Judged {
        let said: Vec<f64> = verdicts
            .iter()
            .filter_map(|verdict| verdict.said.as_ref().ok())
            .map(|opinion| opinion.value)
            .collect();
        let result = if said.is_empty() && !verdicts.is_empty() {
            Err(ScorerError::judge(JudgeFault::Failed, "too few members"))
        } else {
            // What was not asked itself was the other of pairs.
            let mean = if said.is_empty() {
                0.5
            } else {
                said.iter().sum::<f64>() / said.len() as f64
            };
            Ok(Score::graded(mean, mean >= 0.5, "said the judge"))
        };
        let judged = Judged {
            verdicts,
            length: 100,
            ..Judged::default()
        };
        self.entry(case, candidate, result, Some(judged));
        let entry = self.trials.last_mut().and_then(|trial| trial.scores.last_mut());
        entry
            .and_then(|entry| entry.judged.as_deref_mut())
            .expect("the entry was added")
    }

    /// Adds a trial that the judge gave no score for.
    pub(crate) fn left_out(&mut self, case: u64, candidate: u32, fault: JudgeFault) {
        self.entry(case, candidate, Err(ScorerError::judge(fault, "no score")), None);
    }

    fn entry(
        &mut self,
        case: u64,
        candidate: u32,
        result: Result<Score, ScorerError>,
        judged: Option<Judged>,
    ) {
        let score = result.as_ref().ok().map(|score| score.value);
        self.trials.push(Trial {
            key: TrialKey {
                task: 0,
                case,
                candidate,
                epoch: 0,
            },
            case: format!("c-{case}"),
            cluster: self.manifest.tasks[0]
                .cluster
                .as_ref()
                .map(|_| format!("g-{}", case / 2)),
            outcome: if score.is_some() {
                Outcome::Scored
            } else {
                Outcome::JudgeError
            },
            score,
            scores: vec![ScoreEntry {
                scorer: Arc::from("careful"),
                weight: 1.0,
                result,
                judged: judged.map(Box::new),
            }],
            output: Some("an answer".to_owned()),
            cost: Some(Money(1_000_000)),
            cached: false,
            latency_us: 1_000,
            golden: json!("x".repeat(100)),
            failure: None,
        });
    }

    pub(crate) fn analysis(&self) -> Analysis {
        crate::analyse::sample::analyse(&self.manifest, &self.trials)
    }

    /// What is known of the judge.
    pub(crate) fn summary(&self) -> JudgeSummary {
        self.analysis().tasks.remove(0).judges.remove(0)
    }
}

/// A verdict of a member on a scale from 1 to 10; its value is that in 0..=1.
pub(crate) fn graded(member: u32, model: &str, raw: f64) -> MemberVerdict {
    said(member, model, raw, (raw - 1.0) / 9.0)
}

/// A verdict of a member on a pair in one order.
pub(crate) fn compared(
    member: u32,
    model: &str,
    order: Shown,
    opponent: Option<u32>,
    raw: f64,
) -> MemberVerdict {
    MemberVerdict {
        order,
        opponent,
        ..said(member, model, raw, raw)
    }
}

/// The verdicts of a member on both orders of a pair.
pub(crate) fn both(
    member: u32,
    model: &str,
    opponent: Option<u32>,
    first: f64,
    second: f64,
) -> [MemberVerdict; 2] {
    [
        compared(member, model, Shown::First, opponent, first),
        compared(member, model, Shown::Second, opponent, second),
    ]
}

/// A question that gave no verdict: without a reply, or with two that could not be read.
pub(crate) fn unsaid(member: u32, model: &str, class: Option<ErrorClass>, asked: u32) -> MemberVerdict {
    MemberVerdict {
        said: Err(MemberFault {
            message: "no\u{1b}[31m <b>verdict</b> | `".to_owned(),
            class,
        }),
        asked,
        ..said(member, model, 0.0, 0.0)
    }
}

fn said(member: u32, model: &str, raw: f64, value: f64) -> MemberVerdict {
    MemberVerdict {
        member,
        model: model.into(),
        role: None,
        weight: 1.0,
        opponent: None,
        order: Shown::Alone,
        said: Ok(Opinion {
            raw,
            value,
            pass: None,
            reasoning: "because </details> of \u{202e}".to_owned(),
            criteria: Vec::new(),
        }),
        asked: 1,
        request: Digest::of(format!("{member}{model}{raw}").as_bytes()),
        reused: false,
        cost: Some(Money(2_000_000)),
        input_tokens: Some(100),
        output_tokens: Some(10),
    }
}
