//! How fast the figures on judges come: 10,000 trials with three members each, in one case a trial and in few cases, and a
//! tournament of 10,000 games, both orders each, with three members.

use bench::analyse::{Analysis, TrialView};
use bench::model::*;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const TRIALS: u64 = 10_000;
const MEMBERS: [&str; 3] = ["openai/gpt-5", "anthropic/claude-5", "google/gemini-3"];

fn manifest(candidates: u32, cases: u64) -> Manifest {
    let digest = Digest::of(b"bench");
    Manifest {
        schema_version: 1,
        run: "bench".to_owned(),
        bench_version: "0.1.0".to_owned(),
        started: "2026-11-24T10:00:00Z".to_owned(),
        seed: 7,
        budget: None,
        cache: true,
        tasks: vec![TaskEntry {
            name: "task".into(),
            description: String::new(),
            path: "tasks/task.yaml".to_owned(),
            prompt_hash: digest,
            scorer_hash: digest,
            cases_hash: digest,
            scorers: vec![("careful".into(), 1.0)],
            cases,
            case_globs: Vec::new(),
            limit: None,
            epochs: 1,
            cluster: None,
            grading: None,
        }],
        candidates: (0..candidates)
            .map(|number| CandidateEntry {
                task: 0,
                candidate: Candidate {
                    model: ModelRef {
                        provider: ["openai", "local"][number as usize % 2].into(),
                        name: format!("model-{number}").into(),
                    },
                    label: None,
                    params: Params::default(),
                    prompt: "plain".into(),
                },
                hash: digest,
                price: None,
                simulated: false,
            })
            .collect(),
        judges: Vec::new(),
        providers: Vec::new(),
        trials: cases * u64::from(candidates),
        until: None,
        escalations: Vec::new(),
        anchors: Vec::new(),
        tournaments: Vec::new(),
        corrections: Vec::new(),
    }
}

fn verdict(member: usize, order: Shown, opponent: Option<u32>, draw: u64) -> MemberVerdict {
    let value = match order {
        Shown::Alone => (draw % 10) as f64 / 9.0,
        _ => (draw % 3) as f64 / 2.0,
    };
    MemberVerdict {
        member: member as u32,
        model: MEMBERS[member].into(),
        role: None,
        weight: 1.0,
        opponent,
        order,
        said: Ok(Opinion {
            raw: value,
            value,
            pass: None,
            reasoning: "as it should be".to_owned(),
            criteria: Vec::new(),
        }),
        asked: 1,
        request: Digest::of(&draw.to_le_bytes()),
        reused: false,
        cost: Some(Money(1_000)),
        input_tokens: Some(1_000),
        output_tokens: Some(100),
    }
}

fn entries(candidates: u32, cases: u64, pairs: bool) -> Vec<(TrialKey, Vec<ScoreEntry>)> {
    let mut state = 7_u64;
    let mut draw = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut trials = Vec::new();
    for case in 0..cases {
        for candidate in 0..candidates {
            let opponent = pairs.then(|| (candidate + 1) % candidates);
            let orders: &[Shown] = if pairs {
                &[Shown::First, Shown::Second]
            } else {
                &[Shown::Alone]
            };
            let members =
                (0..MEMBERS.len()).flat_map(|member| orders.iter().map(move |order| (member, *order)));
            let verdicts = members
                .map(|(member, order)| verdict(member, order, opponent, draw()))
                .collect();
            let key = TrialKey {
                task: 0,
                case,
                candidate,
                epoch: 0,
            };
            let entry = ScoreEntry {
                scorer: "careful".into(),
                weight: 1.0,
                result: Ok(Score::graded(0.5, true, "")),
                judged: Some(Box::new(Judged {
                    verdicts,
                    length: draw() % 2_000,
                    ..Judged::default()
                })),
            };
            trials.push((key, vec![entry]));
        }
    }
    trials
}

fn judging(c: &mut Criterion) {
    let mut group = c.benchmark_group("judges");
    group.sample_size(10).throughput(Throughput::Elements(TRIALS));
    for (name, candidates, pairs) in [
        ("10,000 cases", 1, false),
        ("1,000 cases", 10, false),
        ("games", 10, true),
    ] {
        let cases = TRIALS / u64::from(candidates);
        let manifest = manifest(candidates, cases);
        let trials = entries(candidates, cases, pairs);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut builder = Analysis::builder(&manifest);
                for (key, scores) in &trials {
                    builder.add(&TrialView {
                        scores,
                        score: Some(0.5),
                        output: Some("an answer"),
                        ..TrialView::new(*key, "case", Outcome::Scored)
                    });
                }
                black_box(builder.finish())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, judging);
criterion_main!(benches);
