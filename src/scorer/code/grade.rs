//! Runs the tests of a case against a program.

use super::blame::{broken_test, name_of_nobody, needs_proof, same_mistake};
use super::end::{Step, TestEnd, judged, passed, verdict_of};
use super::exercise::{Action, Exercise, Test, read};
use super::extract;
use super::options::CodeOptions;
use super::runner::{Runner, runner};
use crate::model::{Score, ScorerError, TestResult, Verdict};
use crate::sandbox::{Limits, Sandbox, Session, Stopped};
use crate::scorer::compile::{Grade, Needs, Observed, ScoreInput};
use crate::scorer::program::{Fault, Reply, Texts, no_sandbox, reply};
use crate::scorer::quote::visible;
use serde_json::json;

/// Characters of what a program printed that are kept, over all tests.
const MOST_PRINTED: usize = 2000;

/// Builds the scorer.
pub(in crate::scorer) fn compile(options: &CodeOptions) -> Result<Box<dyn Grade>, String> {
    let language = options.check()?;
    let runner = runner(language);
    let guest = runner.guest();
    if !guest.is_built_in() {
        return Err(format!(
            "this build of bench has no {guest} interpreter, which `code` needs for that language"
        ));
    }
    Ok(Box::new(Code {
        runner,
        limits: options.limits()?,
        threshold: options.threshold.unwrap_or(1.0),
        options: options.clone(),
    }))
}

struct Code {
    runner: &'static dyn Runner,
    limits: Limits,
    threshold: f64,
    options: CodeOptions,
}

impl Grade for Code {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        self.grade(input, &self.limits).result
    }

    fn observe(&self, input: &ScoreInput<'_>) -> Observed {
        self.grade(input, &self.limits.counted())
    }

    fn needs(&self) -> Needs {
        Needs {
            sandbox: true,
            guest: Some((self.runner.guest(), self.limits)),
        }
    }
}

impl Code {
    fn grade(&self, input: &ScoreInput<'_>, limits: &Limits) -> Observed {
        let Some(sandbox) = input.sandbox else {
            return Observed::from(Err(no_sandbox()));
        };
        let exercise = match read(&self.options, input.case) {
            Ok(exercise) => exercise,
            Err(problem) => return Observed::from(Err(ScorerError::failed(problem))),
        };
        let Some(program) = extract::program(input.output.raw(), self.runner, &exercise) else {
            return Observed::from(Err(ScorerError::unparseable("no code in the answer")));
        };
        let mut attempt = Attempt::new(self.runner, sandbox, limits);
        let tests = match attempt.all(&program, &exercise, input) {
            Ok(tests) => tests,
            Err(error) => return Observed::from(Err(error)),
        };
        Observed {
            result: Ok(verdict(tests, &attempt.printed, self.threshold)),
            fuel: attempt.fuel,
            stdout: attempt.printed,
            stderr: String::new(),
            fault: attempt.fault,
        }
    }
}

/// The score: the share of tests that pass, and beside it the shares of the ways to fail.
fn verdict(tests: Vec<TestResult>, printed: &str, threshold: f64) -> Score {
    let count = |verdict: Verdict| tests.iter().filter(|test| test.verdict == verdict).count();
    let all = tests.len();
    let share = |verdict: Verdict| count(verdict) as f64 / all as f64;
    let value = share(Verdict::Passed);
    let failed = tests.iter().find(|test| test.verdict != Verdict::Passed);
    let noun = if all == 1 { "test passes" } else { "tests pass" };
    let mut explanation = format!("{} of {all} {noun}", count(Verdict::Passed));
    if let Some(test) = failed {
        let numbered = test.name.bytes().all(|byte| byte.is_ascii_digit());
        explanation = format!(
            "{explanation}; {}{} ({}): {}",
            if numbered { "test " } else { "" },
            visible(&test.name, 60),
            test.verdict.name(),
            test.message
        );
    }
    let mut score = Score::graded(value, value >= threshold - 1e-9, explanation);
    for verdict in Verdict::FAILED {
        score = score.with_named(verdict.name(), share(verdict));
    }
    score.tests = tests;
    score.printed = visible_lines(printed);
    score
}

/// Printed text as it is kept: short, line breaks as they are, everything else that is dangerous written as escapes.
fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().take(40).map(|line| visible(line, 200)).collect();
    let joined = lines.join("\n");
    match joined.char_indices().nth(MOST_PRINTED) {
        Some((end, _)) => format!("{}…", joined.get(..end).unwrap_or_default()),
        None => joined,
    }
}

/// A program on its way through its tests.
struct Attempt<'a> {
    runner: &'a dyn Runner,
    sandbox: &'a Sandbox,
    limits: &'a Limits,
    texts: Texts,
    printed: String,
    /// Instructions so far.
    fuel: Option<u64>,
    /// Whether time ended a call: what the instructions came to until then says nothing.
    cut_off: bool,
    fault: Option<Fault>,
}

/// A test that is code, as it was run.
struct Told<'t> {
    file: &'t str,
    text: &'t str,
    request: &'t str,
}

impl<'a> Attempt<'a> {
    fn new(runner: &'a dyn Runner, sandbox: &'a Sandbox, limits: &'a Limits) -> Self {
        Self {
            runner,
            sandbox,
            limits,
            texts: Texts::default(),
            printed: String::new(),
            fuel: None,
            cut_off: false,
            fault: None,
        }
    }

    /// Runs all tests, each in an instance of its own: what one does to the program is not there for the next. `Err` is a
    /// failure of the scorer, not of the program.
    fn all(
        &mut self,
        program: &str,
        exercise: &Exercise,
        input: &ScoreInput<'_>,
    ) -> Result<Vec<TestResult>, ScorerError> {
        let runner = self.runner;
        let load = match runner.program(program, &mut self.texts) {
            Ok(text) => load(runner, &text),
            Err(fault) => return Ok(alike(exercise, &self.failed(*fault))),
        };
        let mut results = Vec::with_capacity(exercise.tests.len());
        for (at, test) in exercise.tests.iter().enumerate() {
            let request = self.request(at + 1, test, exercise)?;
            let mut session = match self.sandbox.open(runner.guest(), self.limits) {
                Ok(session) => session,
                Err(stopped) => return Err(ScorerError::failed(stopped.to_string())),
            };
            let loaded = self.step(&mut session, &load)?;
            if let Step::Failed(end) = loaded {
                self.used(&session);
                // It will not start for the other tests either: it has seen none of them yet.
                return Ok(alike(exercise, &end));
            }
            let step = self.step(&mut session, &request)?;
            self.used(&session);
            drop(session);
            if let (Action::Text(text), Step::Failed(end)) = (&test.action, &step) {
                let told = Told {
                    file: &runner.test_file(at + 1),
                    text,
                    request: &request,
                };
                self.blame_test(end, &told, exercise, input)?;
            }
            let end = match (&test.action, step) {
                (Action::Text(_), Step::Value(_)) => passed(),
                (Action::Text(_), Step::Failed(end)) => end,
                (Action::Call { wanted, .. }, step) => judged(wanted, step),
            };
            results.push(TestResult {
                name: test.name.clone(),
                verdict: end.verdict,
                message: end.message,
            });
        }
        Ok(results)
    }

    fn request(&mut self, number: usize, test: &Test, exercise: &Exercise) -> Result<String, ScorerError> {
        let entry = exercise.entry.as_deref();
        Ok(match &test.action {
            Action::Call { args, .. } => json!({"do": "call", "entry": entry, "args": args}).to_string(),
            Action::Text(text) => {
                let file = self.runner.test_file(number);
                let whole = if exercise.setup.is_empty() {
                    text.clone()
                } else {
                    format!("{}\n{text}", exercise.setup)
                };
                let source = self
                    .runner
                    .test(&file, &whole, entry, &mut self.texts)
                    .map_err(|fault| broken_test(&fault))?;
                json!({"do": "test", "file": file, "source": source, "entry": entry}).to_string()
            }
        })
    }

    fn step(&mut self, session: &mut Session, request: &str) -> Result<Step, ScorerError> {
        let stopped = match session.call(request) {
            Ok(answer) => match reply(&answer) {
                Ok(reply) => return Ok(self.replied(reply, session)),
                Err(problem) => (Verdict::Raises, problem),
            },
            Err(Stopped::Unavailable(problem) | Stopped::Invalid(problem)) => {
                return Err(ScorerError::failed(problem));
            }
            Err(stopped) => {
                self.cut_off |= matches!(stopped, Stopped::Time(_));
                (verdict_of(&stopped), stopped.to_string())
            }
        };
        Ok(Step::Failed(TestEnd::new(stopped.0, stopped.1)))
    }

    fn replied(&mut self, reply: Reply, session: &Session) -> Step {
        if self.printed.len() < MOST_PRINTED * 4 {
            self.printed.push_str(&reply.stdout);
            self.printed.push_str(&reply.stderr);
        }
        let slept = session.slept().as_secs_f64().max(reply.slept / 1e3);
        if let Some(most) = self.limits.slept.filter(|most| slept > most.as_secs_f64()) {
            let message = format!(
                "it slept {slept:.3} s, longer than its time limit of {} s",
                most.as_secs_f64()
            );
            return Step::Failed(TestEnd::new(Verdict::Time, message));
        }
        if reply.cut {
            let stopped = Stopped::Output(self.limits.output);
            return Step::Failed(TestEnd::new(verdict_of(&stopped), stopped.to_string()));
        }
        match reply.error {
            None => Step::Value(reply.value),
            Some(fault) => Step::Failed(self.failed(fault)),
        }
    }

    fn failed(&mut self, mut fault: Fault) -> TestEnd {
        self.texts.relocate(&mut fault);
        let in_program = fault.file.as_deref() == Some(self.runner.file());
        let verdict = match fault.kind.as_str() {
            // Of text that the program itself compiles while it runs it is an error like any other.
            "syntax" if in_program => Verdict::Syntax,
            // The tests assert; a program that does so fails at its own claim.
            "assertion" if !in_program => Verdict::Wrong,
            "memory" => Verdict::Memory,
            _ => Verdict::Raises,
        };
        self.fault.get_or_insert_with(|| fault.clone());
        TestEnd {
            verdict,
            message: fault.summary(),
            fault: Some(fault),
        }
    }

    /// Whether a test failed by a mistake of its own, which is one of the task, not of the program. A program can raise an
    /// error that looks like one, so the test is tried without it.
    fn blame_test(
        &mut self,
        end: &TestEnd,
        told: &Told<'_>,
        exercise: &Exercise,
        input: &ScoreInput<'_>,
    ) -> Result<(), ScorerError> {
        let Some(fault) = end
            .fault
            .as_ref()
            .filter(|fault| fault.file.as_deref() == Some(told.file))
        else {
            return Ok(());
        };
        if let Some(name) = name_of_nobody(fault, told.text, exercise, input) {
            return Err(ScorerError::failed(format!(
                "the test uses `{}`, which neither it nor the task defines: {}",
                visible(name, 60),
                fault.summary()
            )));
        }
        if !needs_proof(fault) {
            return Ok(());
        }
        let alone = self.sandbox.open(self.runner.guest(), self.limits);
        let mut alone = alone.map_err(|stopped| ScorerError::failed(stopped.to_string()))?;
        match self.step(&mut alone, told.request)? {
            Step::Failed(TestEnd {
                fault: Some(same), ..
            }) if same_mistake(fault, &same) => Err(broken_test(&same)),
            _ => Ok(()),
        }
    }

    fn used(&mut self, session: &Session) {
        if self.cut_off {
            self.fuel = None;
        } else if let Some(fuel) = session.fuel() {
            *self.fuel.get_or_insert(0) += fuel;
        }
    }
}

fn load(runner: &dyn Runner, source: &str) -> String {
    json!({
        "do": "load",
        "program": {"file": runner.file(), "source": source, "form": "module", "entry": null},
        "modules": {},
    })
    .to_string()
}

/// Every test ends like this.
fn alike(exercise: &Exercise, end: &TestEnd) -> Vec<TestResult> {
    let result = |test: &Test| TestResult {
        name: test.name.clone(),
        verdict: end.verdict,
        message: end.message.clone(),
    };
    exercise.tests.iter().map(result).collect()
}
