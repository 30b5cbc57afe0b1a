//! How fast the store takes trials: records of short answers from 256 callers, each waiting for its commit.
//!
//! Beside criterion's time for a batch it reports records/s and the CPU time that the writer's thread and the whole
//! process spend on each record (Linux only: read from `/proc/self/task`).

use bench::model::*;
use bench::port::TrialSink;
use bench::store::Store;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CALLERS: usize = 256;
const RECORDS: u64 = 20_000;

fn manifest(run: String) -> Manifest {
    let model = ModelRef {
        provider: "openai".into(),
        name: "small".into(),
    };
    let candidate = Candidate {
        model,
        label: None,
        params: Params::default(),
        prompt: "plain".into(),
    };
    Manifest {
        schema_version: 1,
        run,
        bench_version: "0.1.0".to_owned(),
        started: "2026-11-20T10:00:00Z".to_owned(),
        seed: 7,
        budget: None,
        cache: true,
        tasks: Vec::new(),
        candidates: vec![CandidateEntry {
            task: 0,
            candidate,
            hash: Digest::of(b"candidate"),
            price: None,
            simulated: false,
        }],
        judges: Vec::new(),
        providers: Vec::new(),
        trials: RECORDS,
        corrections: Vec::new(),
        until: None,
        escalations: Vec::new(),
        tournaments: Vec::new(),
        anchors: Vec::new(),
    }
}

/// Record `n`: a short answer with usage and one score. Every case is another one, the dearest kind of run.
fn record(n: u64) -> TrialRecord {
    TrialRecord {
        key: TrialKey {
            task: 0,
            case: n,
            candidate: 0,
            epoch: 0,
        },
        case: Arc::new(Case {
            id: format!("case-{n}").into(),
            vars: [(
                "ticket".to_owned(),
                format!("Ticket {n}: the invoice of last month is wrong").into(),
            )]
            .into(),
            golden: Some("billing".into()),
            verified: None,
            meta: Default::default(),
            scorers: Vec::new(),
        }),
        cluster: None,
        outcome: Outcome::Scored,
        score: Some(1.0),
        pass: Some(true),
        scores: vec![ScoreEntry {
            scorer: "contains".into(),
            weight: 1.0,
            result: Ok(Score::binary(true, "contains `billing`")),
            judged: None,
        }],
        completion: Some(CompletionRecord {
            cache_key: Digest::of(&n.to_le_bytes()),
            completion: Arc::new(Completion {
                text: "The queue for this ticket is billing.".to_owned(),
                stop: StopReason::Stop,
                stop_raw: Some("stop".to_owned()),
                usage: Some(Usage {
                    input: 52,
                    output: 9,
                    ..Usage::default()
                }),
                served_model: Some("small-2026-08-06".to_owned()),
                request_id: Some(format!("chatcmpl-{n}")),
                latency_us: 350_000,
                ..Completion::default()
            }),
            cost: Some(Money(31_000_000)),
            from_cache: false,
            stored_id: None,
        }),
        failures: Vec::new(),
    }
}

/// CPU time of this process's threads whose name starts with `prefix`.
fn cpu(prefix: &str) -> Duration {
    let threads = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanos = threads.filter_map(|thread| {
        let read = |file: &str| std::fs::read_to_string(thread.path().join(file)).ok();
        let nanos: u64 = read("schedstat")?.split(' ').next()?.parse().ok()?;
        read("comm")?.starts_with(prefix).then_some(nanos)
    });
    Duration::from_nanos(nanos.sum())
}

struct Spent {
    wall: Duration,
    writer: Duration,
    all: Duration,
}

fn write(store: &Store, run: String, first: u64, count: u64) -> Spent {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let writer = store.start(&manifest(run), None).expect("a new run");
    let records: Vec<Cell<Option<TrialRecord>>> = (first..first + count)
        .map(|n| Cell::new(Some(record(n))))
        .collect();
    let (start, all) = (Instant::now(), cpu(""));
    let next = Cell::new(0);
    runtime.block_on(futures_util::future::join_all((0..CALLERS).map(|_| async {
        while let Some(record) = records.get(next.replace(next.get() + 1)).and_then(Cell::take) {
            writer.record(record).await.expect("a commit");
        }
    })));
    // The writer's thread is gone after this; it is a new one for each run.
    Spent {
        wall: start.elapsed(),
        writer: cpu("bench-store"),
        all: cpu("") - all,
    }
}

fn store_writer(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path().join("bench.db")).expect("a store");
    let spent = write(&store, "figures".to_owned(), 0, RECORDS);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / RECORDS as f64;
    #[expect(clippy::print_stdout, reason = "the figures are what the benchmark is for")]
    {
        println!(
            "{RECORDS} records from {CALLERS} callers: {:.0} records/s",
            1e6 / each(spent.wall)
        );
        println!(
            "CPU per record: writer {:.2} us, process {:.2} us",
            each(spent.writer),
            each(spent.all)
        );
    }

    let mut round = 0;
    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Elements(2000)).sample_size(10);
    group.bench_function("record 2000 trials", |bencher| {
        bencher.iter_custom(|times| {
            (0..times)
                .map(|_| {
                    round += 1;
                    write(&store, format!("run-{round}"), RECORDS + round * 2000, 2000).wall
                })
                .sum()
        });
    });
    group.finish();
}

criterion_group!(benches, store_writer);
criterion_main!(benches);
