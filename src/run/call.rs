//! One trial from its prompt to its committed record.

use super::ask::Ask;
use super::feed::Job;
use super::lane::{Lane, Next};
use super::record::{with_answer, without_answer};
use super::runtime::CandidateRuntime;
use super::shared::{Shared, StopCause};
use crate::gateway::{Reservation, Verdict};
use crate::model::{
    Completion, CompletionRecord, Digest, ErrorClass, Failure, Hasher, Message, Money, Outcome,
    ProviderError, Request, Subject, TrialRecord,
};
use crate::plan::most_tokens;
use crate::port::SinkError;
use crate::pricing;
use crate::scorer::Graded;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Tokens that a request is taken to use for the token limit where nobody caps its output.
const BLIND_OUTPUT: u64 = 500;
/// Longest wait for other calls to give back what they reserved of the budget, before looking again.
const BUDGET_POLL: Duration = Duration::from_millis(200);

/// A request under way: of a trial, or a question to a judge.
pub(super) struct Call {
    purpose: Purpose,
    request: Request,
    cache_key: Digest,
    failures: Vec<Failure>,
    failed: u32,
    throttled: u32,
    started: Option<Instant>,
    worst: Money,
    tokens: u64,
}

/// What a request is for.
enum Purpose {
    Trial(Job),
    Ask(Ask),
}

impl Call {
    /// A question to a judge.
    pub fn of_ask(ask: Ask, request: Request, cache_key: Digest) -> Self {
        Self::new(Purpose::Ask(ask), request, cache_key)
    }

    fn new(purpose: Purpose, request: Request, cache_key: Digest) -> Self {
        Self {
            purpose,
            request,
            cache_key,
            failures: Vec::new(),
            failed: 0,
            throttled: 0,
            started: None,
            worst: Money::ZERO,
            tokens: 0,
        }
    }

    /// Whom it is sent to.
    pub fn target(&self) -> &Arc<CandidateRuntime> {
        match &self.purpose {
            Purpose::Trial(job) => &job.candidate,
            Purpose::Ask(ask) => &ask.member,
        }
    }

    /// Ends a question that nobody will take.
    pub fn refuse(self: Box<Self>, failure: &Failure) {
        if let Purpose::Ask(ask) = self.purpose {
            ask.failed(vec![failure.clone()]);
        }
    }

    /// Works out what it may cost, in tokens and money.
    fn reckon(&mut self, lane: &Lane, shared: &Shared) {
        let most_input = most_tokens(&self.request.messages);
        let target = self.target().clone();
        let most_output = target.most_output;
        self.tokens = most_input / 4 + most_output.unwrap_or(BLIND_OUTPUT);
        if shared.budget.is_capped() && !lane.free {
            let worst = target.price.as_ref();
            let worst = worst.and_then(|price| pricing::worst_case(price, most_input, most_output?));
            // Runs with a cap are refused at the start where a price or a limit is unknown.
            self.worst = worst.unwrap_or(Money(i64::MAX));
        }
    }
}

/// A worker: takes trials until there are none.
pub(super) async fn work(lane: Arc<Lane>, shared: Arc<Shared>) {
    while let Some(next) = lane.next(&shared).await {
        let call = match next {
            Next::Again(call) => call,
            Next::Start(job) => match prepare(&lane, &shared, job).await {
                Some(call) => Box::new(call),
                None => continue,
            },
        };
        attempt(&lane, &shared, call).await;
    }
}

/// Starts workers up to the provider's limit.
pub(super) fn recruit(lane: &Arc<Lane>, shared: &Arc<Shared>) {
    for _ in 0..lane.recruit() {
        shared.stopper.spawn(work(lane.clone(), shared.clone()));
    }
}

/// Renders the prompt and looks into the store; `None` if the trial is done with that.
async fn prepare(lane: &Lane, shared: &Shared, job: Job) -> Option<Call> {
    let prompt = &job.task.prompts[job.candidate.prompt];
    let messages = match prompt.template.render(&job.case.vars) {
        Ok(messages) => messages,
        Err(error) => {
            lane.not_sent();
            let failure = Failure {
                class: ErrorClass::BadRequest,
                message: format!("prompt `{}` does not render: {error}", prompt.id),
                status: None,
                request_id: None,
            };
            lane.lost(&job.candidate, &failure);
            let record = without_answer(&job, vec![failure]);
            commit(lane, shared, record).await;
            return None;
        }
    };
    let subject = Subject {
        task: job.task.task.name.clone(),
        prompt: prompt.id.clone(),
        case: job.case.clone(),
        epoch: job.key.epoch,
        attempt: 0,
        seed: shared.seed,
        judged: None,
    };
    let candidate = &job.candidate;
    let request = Request {
        model: candidate.model.clone(),
        messages,
        params: candidate.params.clone(),
        schema: candidate.schema.clone(),
        subject,
    };
    let cache_key = match lane.local {
        true => Digest([0; 32]),
        false => cache_key(&candidate.key, &request.messages, job.key.epoch),
    };
    if !lane.local
        && let Some(cache) = &shared.cache
    {
        match cache.get(&cache_key) {
            Ok(Some(stored)) => {
                lane.not_sent();
                finish(lane, shared, &job, &request.messages, Vec::new(), stored).await;
                return None;
            }
            Ok(None) => {}
            Err(error) => {
                lane.not_sent();
                shared.stopper.drain(StopCause::Store(error.message));
                return None;
            }
        }
    }
    let mut call = Call::new(Purpose::Trial(job), request, cache_key);
    call.reckon(lane, shared);
    Some(call)
}

/// Hash of the exact request and epoch: `key` holds everything but the messages.
pub fn cache_key(key: &Hasher, messages: &[Message], epoch: u32) -> Digest {
    let mut hasher = key.clone();
    for message in messages {
        hasher.field(&[message.role as u8]).text(&message.content);
    }
    hasher.number(u64::from(epoch)).digest()
}

/// Hands a question to the judge's provider; where nobody will take it, it is answered with why.
pub(super) fn ask(lane: &Lane, shared: &Shared, mut call: Box<Call>) {
    call.reckon(lane, shared);
    if let Err((call, given_up)) = lane.ask(call, shared) {
        match given_up {
            Some(failure) => call.refuse(&failure),
            // The run stops: whoever waits sees the answer's way closed.
            None => drop(call),
        }
    }
}

/// Makes one attempt, and whatever follows from it.
async fn attempt(lane: &Arc<Lane>, shared: &Arc<Shared>, mut call: Box<Call>) {
    if !may_send(lane, shared, &call).await {
        lane.not_sent();
        return;
    }
    let started = *call.started.get_or_insert_with(Instant::now);
    let progress = lane.progress(shared);
    progress.sent();
    let result = lane.provider.complete(&call.request).await;
    progress.returned();
    match result {
        Ok(completion) => {
            let more = lane.succeeded(&call);
            let record = priced(&call, completion);
            let used = record
                .completion
                .usage
                .map_or(call.tokens, |usage| usage.input + usage.output);
            lane.limiter.settle(call.tokens, used);
            let paid = if lane.free {
                Money::ZERO
            } else {
                record.cost.unwrap_or(call.worst)
            };
            shared.budget.settle(call.worst, paid);
            shared.budget_freed.notify_waiters();
            if more {
                recruit(lane, shared);
            }
            let failures = std::mem::take(&mut call.failures);
            match call.purpose {
                Purpose::Trial(job) => {
                    finish(lane, shared, &job, &call.request.messages, failures, record).await;
                }
                Purpose::Ask(ask) => answered(lane, shared, ask, record).await,
            }
        }
        Err(error) => failed(lane, shared, call, error, started.elapsed()).await,
    }
}

/// Waits for the limits and reserves the money; false if the run stops meanwhile.
async fn may_send(lane: &Lane, shared: &Shared, call: &Call) -> bool {
    let wait = lane.limiter.reserve(call.tokens, Instant::now());
    if !wait.is_zero() {
        shared.stopper.sleep(wait).await;
    }
    loop {
        if shared.stopper.is_stopped() {
            return false;
        }
        let freed = shared.budget_freed.notified();
        match shared.budget.reserve(call.worst) {
            Reservation::Granted => return true,
            Reservation::Exhausted => {
                let candidate = call.target().index;
                shared.stopper.drain(StopCause::Budget {
                    candidate,
                    worst: call.worst,
                });
            }
            Reservation::Wait => {
                tokio::select! {
                    () = freed => {}
                    () = shared.stopper.sleep(BUDGET_POLL) => {}
                }
            }
        }
    }
}

fn priced(call: &Call, completion: Completion) -> CompletionRecord {
    let by_table = || pricing::cost(call.target().price.as_ref()?, &completion.usage?);
    let cost = by_table().or(completion.reported_cost);
    CompletionRecord {
        cache_key: call.cache_key,
        cost,
        completion: Arc::new(completion),
        from_cache: false,
        stored_id: None,
    }
}

async fn failed(
    lane: &Arc<Lane>,
    shared: &Arc<Shared>,
    mut call: Box<Call>,
    error: ProviderError,
    elapsed: Duration,
) {
    // A request that reached the vendor may be billed though no answer came: its worst case stays spent.
    let answered = error.status.is_some_and(|status| status >= 400);
    let paid = if answered || lane.free {
        Money::ZERO
    } else {
        call.worst
    };
    shared.budget.settle(call.worst, paid);
    shared.budget_freed.notify_waiters();
    lane.limiter.settle(call.tokens, 0);
    if error.class == ErrorClass::Throttled {
        call.throttled += 1;
    } else {
        call.failed += 1;
    }
    let draw = jitter(&call);
    let verdict = lane
        .backoff
        .verdict(&error, call.failed, call.throttled, elapsed, draw);
    let wait = match verdict {
        Verdict::Retry(wait) => Some(wait),
        Verdict::GiveUp => None,
    };
    lane.failed(&error, wait, shared);
    let failure = Failure {
        class: error.class,
        message: error.message,
        status: error.status,
        request_id: error.request_id,
    };
    call.failures.push(failure);
    if let Some(wait) = wait {
        lane.progress(shared).retried();
        call.request.subject.attempt += 1;
        lane.again(call, wait, shared);
        return;
    }
    if let Some(last) = call.failures.last() {
        lane.lost(call.target(), last);
    }
    let failures = std::mem::take(&mut call.failures);
    match call.purpose {
        Purpose::Trial(job) => commit(lane, shared, without_answer(&job, failures)).await,
        Purpose::Ask(ask) => {
            lane.progress(shared).committed(Outcome::JudgeError);
            ask.failed(failures);
        }
    }
}

/// What a reply costs this run: one that was recorded was paid for by whoever made it.
fn paid(lane: &Lane, record: &CompletionRecord) -> Option<Money> {
    match lane.free {
        true => Some(Money::ZERO),
        false => record.cost,
    }
}

/// Commits the reply of a judge, and hands it to whoever asked.
async fn answered(lane: &Lane, shared: &Shared, ask: Ask, record: CompletionRecord) {
    let usage = record.completion.usage.unwrap_or_default();
    lane.progress(shared).answered(
        (usage.input, usage.output),
        paid(lane, &record),
        record.from_cache,
    );
    match shared.sink.judgement(ask.record(record.clone())).await {
        Ok(()) => {
            lane.progress(shared).committed(Outcome::Scored);
            ask.answered(record);
        }
        Err(error) => shared.stopper.drain(StopCause::Store(error.message)),
    }
}

/// Uniform in 0..1, the same for the same trial and attempt (SplitMix64's finaliser).
fn jitter(call: &Call) -> f64 {
    let (case, other) = match &call.purpose {
        Purpose::Trial(Job { key, .. }) => (key.case, u64::from(key.candidate)),
        Purpose::Ask(ask) => (
            ask.key.trial.case,
            u64::from(ask.key.trial.candidate) << 4 | u64::from(ask.key.member),
        ),
    };
    let mut bits = call.request.subject.seed
        ^ (case << 20)
        ^ (other << 8)
        ^ (u64::from(call.request.subject.epoch) << 44)
        ^ (u64::from(call.failed + call.throttled) << 56);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Grades a completion and commits the record.
async fn finish(
    lane: &Lane,
    shared: &Shared,
    job: &Job,
    messages: &[Message],
    failures: Vec<Failure>,
    record: CompletionRecord,
) {
    // Code takes its time, and may be dropped with the run: what was paid for is on disk before it starts.
    let safe = !lane.local && !record.from_cache && job.task.scorers.runs_code(&job.case);
    if safe {
        let waiting = Graded::failed("the answer is stored and not graded yet; `bench score` grades it");
        let interim = with_answer(job, waiting, record.clone(), failures.clone());
        if let Err(error) = shared.sink.record(interim).await {
            shared.stopper.drain(StopCause::Store(error.message));
            return;
        }
    }
    let graded = grade(shared, job, messages, &record).await;
    let usage = record.completion.usage.unwrap_or_default();
    lane.progress(shared).answered(
        (usage.input, usage.output),
        paid(lane, &record),
        record.from_cache,
    );
    let record = with_answer(job, graded, record, failures);
    let outcome = record.outcome;
    let recorded = if safe {
        shared.sink.record_again(record).await
    } else {
        shared.sink.record(record).await
    };
    committed(lane, shared, outcome, recorded);
}

/// Grades a completion: at once, or, where the scorers run code, on a thread that may be blocked.
async fn grade(shared: &Shared, job: &Job, messages: &[Message], record: &CompletionRecord) -> Graded {
    if !job.task.scorers.runs_code(&job.case) {
        return job
            .task
            .scorers
            .grade(&job.case, &record.completion, record.cost, None);
    }
    let (task, case, messages) = (job.task.clone(), job.case.clone(), messages.to_vec());
    let (completion, cost) = (record.completion.clone(), record.cost);
    // As many threads as the sandbox has places; the others wait here, where waiting costs nothing.
    let _turn = shared.grading.acquire().await;
    let graded =
        tokio::task::spawn_blocking(move || task.scorers.grade(&case, &completion, cost, Some(&messages)));
    graded
        .await
        .unwrap_or_else(|error| Graded::failed(format!("grading stopped: {error}")))
}

async fn commit(lane: &Lane, shared: &Shared, record: TrialRecord) {
    let outcome = record.outcome;
    let recorded = shared.sink.record(record).await;
    committed(lane, shared, outcome, recorded);
}

fn committed(lane: &Lane, shared: &Shared, outcome: Outcome, recorded: Result<(), SinkError>) {
    match recorded {
        Ok(()) => lane.progress(shared).committed(outcome),
        Err(error) => shared.stopper.drain(StopCause::Store(error.message)),
    }
    let is_error = matches!(
        outcome,
        Outcome::ProviderError | Outcome::ScorerError | Outcome::JudgeError
    );
    if shared.fail_fast && is_error {
        shared.stopper.drain(StopCause::FailFast);
    }
}
