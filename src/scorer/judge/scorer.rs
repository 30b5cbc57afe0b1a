//! A scorer that asks a judge, compiled.

use super::asks::{Asks, Grounding, Judging};
use super::conclude::{Bench, together};
use super::form::Form;
use super::golden::{missing_context, other_of};
use super::options::{Orders, Sampling};
use super::panel::panel;
use super::prompt::{Builtin, Parts, Prompt, Untrusted, field, input_text, plain_text};
use super::read::read;
use super::schema::schema;
use crate::model::{
    Case, Completion, Judge, JudgeFault, MemberVerdict, Message, ModelRef, Opinion, Params, Reads, Score,
    ScorerError, Shown, Task,
};
use crate::scorer::compile::{Grade, ScoreInput};
use camino::Utf8Path;
use globset::{Glob, GlobMatcher};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A scorer that asks a judge, ready: it says who is asked and what, and reads the replies. It asks nobody itself.
pub struct JudgeScorer {
    judge: Arc<Judge>,
    asks: Asks,
    kind: JudgeKind,
    form: Form,
    reads: Reads,
    schema: Option<Arc<Value>>,
    prompt: Prompt,
    at_least: f64,
    reference: Option<GlobMatcher>,
    labels: Option<camino::Utf8PathBuf>,
}

impl fmt::Debug for JudgeScorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JudgeScorer")
            .field("judge", &self.judge.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What a judge is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgeKind {
    /// Whether the output meets a rubric or criteria.
    Rubric,
    /// Whether it says what the golden output says.
    Factuality,
    /// Whether it meets a criterion, yes or no.
    ClosedQa,
    /// A question about retrieved texts.
    Grounded(Grounding),
    /// Whether it is better than another output.
    Pairwise(Against),
}

/// With what an output is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// The golden output.
    Golden,
    /// Candidates that fit a pattern.
    Candidate(String),
    /// Every other candidate.
    All,
}

/// What a judge is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The task.
    pub task: &'a Task,
    /// The case.
    pub case: &'a Case,
    /// What the candidate was sent.
    pub messages: &'a [Message],
    /// The output.
    pub output: &'a str,
    /// The other output of a pair.
    pub other: Option<&'a str>,
}

/// A question to a member of the panel.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is sent.
    pub messages: Vec<Message>,
    /// The form of the reply, where it is to be JSON.
    pub schema: Option<Arc<Value>>,
    /// In which order a pair is shown.
    pub order: Shown,
}

impl JudgeScorer {
    /// Compiles a scorer. The error says what is wrong and what to write instead.
    pub fn new(judging: &Judging) -> Result<Self, String> {
        judging.check()?;
        let judge = judging
            .supplied
            .clone()
            .ok_or_else(|| format!("the judge `{}` was not looked up", judging.by()))?;
        let asks = judging.asks.clone();
        let common = asks.common();
        let form = Form::of(&asks, Some(&judge))?;
        let reads = common.reads.or(judge.reads).unwrap_or_default();
        check_reads(&form, reads)?;
        let own = judge
            .template
            .as_deref()
            .filter(|_| matches!(asks, Asks::Rubric(_) | Asks::Pairwise(_)));
        let none: &[String] = &[];
        let (rubric, steps) = match &asks {
            Asks::Rubric(options) => (
                options.rubric.as_deref(),
                options.steps.as_deref().unwrap_or(none),
            ),
            Asks::ClosedQa(options) => (options.criterion.as_deref(), none),
            Asks::Pairwise(options) => (
                Some(
                    options
                        .rubric
                        .as_deref()
                        .unwrap_or("It does better what the task asks for."),
                ),
                none,
            ),
            Asks::Factuality(_) | Asks::Grounded(..) => (None, none),
        };
        if let Asks::Rubric(_) = &asks
            && own.is_none()
            && rubric.is_none()
            && form.criteria().is_empty()
        {
            return Err("says not what is to be judged; write a `rubric`, or `criteria`".to_owned());
        }
        let prompt = Prompt::compile(&Parts {
            system: judge.system.as_deref(),
            user: own.unwrap_or(Builtin::of(&asks).text()),
            rubric,
            steps,
            form: &form,
            reads,
            lists: &judge.lists,
            encode: common.encode,
        })?;
        let kind = kind(&asks);
        if matches!(kind, JudgeKind::Pairwise(_)) && !prompt.shows("other") {
            return Err(format!(
                "the template of the judge `{}` does not show `other`, so it cannot compare two outputs",
                judge.name
            ));
        }
        let reference = match &kind {
            JudgeKind::Pairwise(Against::Candidate(pattern)) => {
                let glob = Glob::new(pattern).map_err(|error| error.to_string())?;
                Some(glob.compile_matcher())
            }
            _ => None,
        };
        let at_least = common.at_least.map_or(0.5, |least| form.share(least));
        let schema = (reads == Reads::Json).then(|| Arc::new(schema(&form, &judge.lists, prompt.labels())));
        Ok(Self {
            labels: judging.labels.clone().or_else(|| judge.labels.clone()),
            judge,
            kind,
            form,
            reads,
            schema,
            prompt,
            at_least,
            reference,
            asks,
        })
    }

    /// The judge.
    pub fn judge(&self) -> &Arc<Judge> {
        &self.judge
    }

    /// What is asked.
    pub fn kind(&self) -> &JudgeKind {
        &self.kind
    }

    /// Positions of the members that are asked about an output of that candidate, compared with one of `opponent`, and of
    /// those that may not judge it.
    pub fn panel(&self, candidate: &ModelRef, opponent: Option<&ModelRef>) -> (Vec<usize>, Vec<usize>) {
        panel(&self.judge, candidate, opponent)
    }

    /// The orders in which each member is asked.
    pub fn orders(&self) -> &'static [Shown] {
        match &self.asks {
            Asks::Pairwise(options) => match options.orders.unwrap_or_default() {
                Orders::Both => &[Shown::First, Shown::Second],
                Orders::First => &[Shown::First],
            },
            _ => &[Shown::Alone],
        }
    }

    /// What a member is asked. An error where the case lacks what the question needs.
    pub fn question(&self, member: usize, order: Shown, item: &Item<'_>) -> Result<Question, ScorerError> {
        let failed = |message: String| ScorerError::judge(JudgeFault::Failed, message);
        let case = item.case;
        let mut texts: Vec<Untrusted<'_>> = Vec::with_capacity(5);
        let mut add = |variable, tag, text: Cow<'_, str>| {
            texts.push(Untrusted {
                variable,
                tag,
                text: text.into_owned().into(),
            });
        };
        if let Some(input) = input_text(item.messages) {
            add("input", "input", input.into());
        }
        if let Some(golden) = &case.golden {
            add("golden", "golden", plain_text(golden));
        } else if self.asks.needs_golden() {
            return Err(failed(format!(
                "case `{}` has no golden output to judge by",
                case.id
            )));
        }
        if let Some(name) = self.asks.context() {
            let context = field(case, name)
                .ok_or_else(|| failed(format!("case `{}`: {}", case.id, missing_context(name))))?;
            add("context", "context", plain_text(context));
        }
        match (self.form == Form::Pair, item.other) {
            (true, Some(other)) => {
                let (first, second) = match order {
                    Shown::Second => (other, item.output),
                    Shown::First | Shown::Alone => (item.output, other),
                };
                add("output", "output-1", first.into());
                add("other", "output-2", second.into());
            }
            (true, None) => return Err(failed("there is no other output to compare with".to_owned())),
            (false, _) => add("output", "output", item.output.into()),
        }
        let role = self
            .judge
            .members
            .get(member)
            .and_then(|member| member.role.as_deref());
        let task = match item.task.description.trim() {
            "" => &item.task.name,
            description => description,
        };
        let messages = self
            .prompt
            .messages(task, role, &texts)
            .map_err(|error| failed(format!("the prompt of the judge cannot be written: {error}")))?;
        Ok(Question {
            messages,
            schema: self.schema.clone(),
            order,
        })
    }

    /// Reads a reply of a member. The error says why it is no verdict.
    pub fn read(&self, _member: usize, order: Shown, reply: &Completion) -> Result<Opinion, String> {
        read(&self.form, self.reads, &self.judge.lists, order, reply)
    }

    /// One score of what the panel said of one output, or one pair; an error where too few members gave a verdict.
    pub fn conclude(&self, verdicts: &[MemberVerdict], excluded: &[usize]) -> Result<Score, ScorerError> {
        let bench = Bench {
            judge: &self.judge,
            form: &self.form,
            at_least: self.at_least,
            orders: self.orders().len(),
        };
        bench.conclude(verdicts, excluded)
    }

    /// One score of what was concluded of several pairs with the same output.
    pub fn together(&self, results: Vec<Result<Score, ScorerError>>) -> Result<Score, ScorerError> {
        together(results)
    }

    /// Which outputs it sees, where that is a sample.
    pub fn sample(&self) -> Option<Sampling> {
        self.asks.common().sample
    }

    /// Parameters of a member's requests, those of its model apart.
    pub fn params(&self, member: usize) -> Params {
        match self.judge.members.get(member) {
            Some(member) => self.judge.params.overlaid(&member.params),
            None => self.judge.params.clone(),
        }
    }

    /// The form of the replies, where they are to be JSON.
    pub fn schema(&self) -> Option<Arc<Value>> {
        self.schema.clone()
    }

    /// Lowest and highest verdict.
    pub fn scale(&self) -> (f64, f64) {
        self.form.ends()
    }

    /// The lowest verdict on its scale that passes; `None` where pairs are compared.
    pub fn threshold(&self) -> Option<f64> {
        let (low, high) = self.form.ends();
        match (&self.form, self.asks.common().at_least) {
            (Form::Pair, _) => None,
            (_, Some(least)) => Some(least),
            (_, None) => Some(low + self.at_least * (high - low)),
        }
    }

    /// The other output of a pair, where outputs are compared with the golden one.
    pub fn other_of(&self, case: &Case) -> Option<String> {
        other_of(&self.asks, case)
    }

    /// Whether outputs are compared with those of other candidates.
    pub fn meets_candidates(&self) -> bool {
        matches!(
            self.kind,
            JudgeKind::Pairwise(Against::All | Against::Candidate(_))
        )
    }

    /// Whether a candidate, by its name in leaderboards, is one that all others are compared with; `None` where every
    /// candidate meets every other.
    pub fn reference(&self) -> Option<impl Fn(&str) -> bool + '_> {
        let reference = self.reference.as_ref()?;
        Some(move |name: &str| reference.is_match(name))
    }

    /// Most rounds of a tournament that each case plays.
    pub fn rounds(&self) -> Option<u32> {
        match &self.asks {
            Asks::Pairwise(options) => options.rounds,
            _ => None,
        }
    }

    /// The file with labels of people that its scores are corrected by; absolute.
    pub fn labels(&self) -> Option<&Utf8Path> {
        self.labels.as_deref()
    }
}

fn kind(asks: &Asks) -> JudgeKind {
    match asks {
        Asks::Rubric(_) => JudgeKind::Rubric,
        Asks::Factuality(_) => JudgeKind::Factuality,
        Asks::ClosedQa(_) => JudgeKind::ClosedQa,
        Asks::Grounded(grounding, _) => JudgeKind::Grounded(*grounding),
        Asks::Pairwise(options) => JudgeKind::Pairwise(match options.against.as_deref() {
            Some("golden") => Against::Golden,
            None | Some("all") => Against::All,
            Some(pattern) => Against::Candidate(pattern.to_owned()),
        }),
    }
}

/// Whether verdicts of that form can be read that way.
fn check_reads(form: &Form, reads: Reads) -> Result<(), String> {
    let name = reads.name();
    if reads == Reads::Json {
        return Ok(());
    }
    if !form.criteria().is_empty() {
        return Err(format!(
            "several `criteria` are read as `json` only, not as `{name}`"
        ));
    }
    let fits = match form {
        Form::Number { .. } => reads != Reads::Letter,
        Form::Pass { .. } => matches!(reads, Reads::Rating | Reads::Letter | Reads::Logprobs),
        Form::Choice(_) => matches!(reads, Reads::Rating | Reads::Letter | Reads::Logprobs),
        Form::Pair => reads != Reads::Percent,
    };
    if fits {
        return Ok(());
    }
    let what = match form {
        Form::Number { .. } => "a number on a scale",
        Form::Pass { .. } => "`pass` or `fail`",
        Form::Choice(_) => "one of several choices",
        Form::Pair => "the better of two outputs",
    };
    Err(format!("a verdict that is {what} cannot be read as `{name}`"))
}

/// The scorer's place among those that grade at once: it waits.
struct Waiting;

impl Grade for Waiting {
    fn score(&self, _: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        Err(ScorerError::judge(
            JudgeFault::Waiting,
            "not asked yet: judges are asked when everything else is graded",
        ))
    }
}

/// Builds the scorer, and its place among those that grade at once.
pub(in crate::scorer) fn compile(judging: &Judging) -> Result<(Box<dyn Grade>, Arc<JudgeScorer>), String> {
    Ok((Box::new(Waiting), Arc::new(JudgeScorer::new(judging)?)))
}
