//! What judges will be asked, and what that will cost, from the rendered cases and the expected lengths of answers.

use super::anchors::Anchors;
use super::members::{Judges, Wiring};
use super::pairs::all_rounds;
use super::sample::share_of;
use super::schedule::{schedule, told};
use crate::cli::failure::Failure;
use crate::model::{Case, Manifest, Message, Shown};
use crate::plan::{
    EstimateRow, JudgeEstimate, Plan, PlannedTask, QuestionTally, ReplyTerms, estimate_messages,
};
use crate::run::{JudgeRuntime, LaneSpec, Reached, TaskRuntime};
use crate::scorer::Item;
use std::sync::Arc;

/// What a judge will be asked.
pub struct JudgeRow {
    /// The task and the name of its scorer; `None` for the anchors of a judge.
    pub asked_by: Option<(Arc<str>, Arc<str>)>,
    /// The judge.
    pub judge: String,
    /// What it will use.
    pub estimate: JudgeEstimate,
    /// Whether the length of its replies is known from earlier runs.
    pub from_past: bool,
}

/// Output tokens of a verdict in earlier runs, by names of task and scorer.
pub type PastReplies<'a> = &'a dyn Fn(&str, &str) -> Option<f64>;

/// All judges of a plan with what they will use, and what tournaments leave out. `answers` are the estimates of the
/// candidates.
pub fn estimate(
    wiring: &Wiring<'_>,
    manifest: &Manifest,
    answers: &[EstimateRow],
    past: PastReplies<'_>,
) -> Result<(Vec<JudgeRow>, Vec<String>), Failure> {
    let mut rows = Vec::new();
    if let Some(anchors) = Anchors::of(wiring)? {
        rows.extend(anchors.estimate());
    }
    let judges = Judges::connect(wiring)?;
    let (schedule, tournaments) = schedule(manifest, &judges, manifest.budget, &judges.lanes);
    let left_out = tournaments.iter().map(|entry| told(manifest, entry)).collect();
    for (at, (task, planned)) in wiring.tasks.iter().zip(&wiring.plan.tasks).enumerate() {
        let of_task = judges.tasks.get(at).map_or(&[][..], |judges| judges);
        let mut asked: Vec<Asked<'_>> = (0..)
            .zip(of_task)
            .map(|(position, judge)| {
                let mut asked = Asked::new(judge);
                if judge.scorer.meets_candidates() {
                    let weight = match all_rounds(planned.candidates.len()) {
                        0 => 0.0,
                        all => f64::from(schedule.rounds_of(at as u32, position)) / all as f64,
                    };
                    let references = schedule.references.get(&(at as u32, position));
                    for (a, b) in games(wiring.plan, planned, references.map(Vec::as_slice)) {
                        let weight = references.map_or(weight, |_| 1.0);
                        asked.expect(wiring, planned, answers, weight, a, Some(b));
                    }
                } else {
                    for candidate in planned.candidates.clone() {
                        asked.expect(wiring, planned, answers, 1.0, candidate, None);
                    }
                }
                asked
            })
            .collect();
        if asked.is_empty() {
            continue;
        }
        for case in (task.open_cases)() {
            let (_, case) = case.map_err(Failure::Usage)?;
            let messages: Vec<Vec<Message>> = task
                .prompts
                .iter()
                .map(|prompt| prompt.template.render(&case.vars).unwrap_or_default())
                .collect();
            for (judge, asked) in task.scorers.judges().zip(&mut asked) {
                if judge.applies_to(&case) {
                    asked.add(task, &case, &messages);
                }
            }
        }
        for asked in asked {
            let name = &asked.judge.name;
            let past = past(&task.task.name, name);
            rows.push(JudgeRow {
                asked_by: Some((task.task.name.clone(), name.clone())),
                judge: asked.judge.scorer.judge().name.clone(),
                estimate: asked.estimate(&judges.lanes, u64::from(planned.epochs), past),
                from_past: past.is_some(),
            });
        }
    }
    Ok((rows, left_out))
}

/// Who meets whom: every pair, or everybody each reference with the same prompt.
fn games(plan: &Plan, planned: &PlannedTask, references: Option<&[u32]>) -> Vec<(usize, usize)> {
    let prompt = |at: usize| plan.candidates.get(at).map(|candidate| candidate.prompt);
    let all = planned.candidates.clone();
    let is_reference = |at: usize| references.is_some_and(|some| some.contains(&(at as u32)));
    all.clone()
        .flat_map(|a| all.clone().map(move |b| (a, b)))
        .filter(|(a, b)| match references {
            Some(_) => !is_reference(*a) && is_reference(*b) && prompt(*a) == prompt(*b),
            None => a < b,
        })
        .collect()
}

/// What one judge scorer of a task is asked.
struct Asked<'a> {
    judge: &'a JudgeRuntime,
    groups: Vec<Group<'a>>,
    /// Cases that it looks at.
    cases: u64,
}

/// Questions to one member about answers to one prompt.
struct Group<'a> {
    member: usize,
    reached: &'a Arc<Reached>,
    prompt: usize,
    /// Questions about each case.
    times: f64,
    /// Tokens of the outputs in all of them, expected and at most.
    output: f64,
    most_output: Option<f64>,
    tally: QuestionTally,
}

impl<'a> Asked<'a> {
    fn new(judge: &'a JudgeRuntime) -> Self {
        Self {
            judge,
            groups: Vec::new(),
            cases: 0,
        }
    }

    /// Adds the questions about one candidate's answer to each case, or about a pair.
    fn expect(
        &mut self,
        wiring: &Wiring<'_>,
        planned: &PlannedTask,
        answers: &[EstimateRow],
        weight: f64,
        candidate: usize,
        opponent: Option<usize>,
    ) {
        let candidates = &wiring.plan.candidates;
        let Some(judged) = candidates.get(candidate) else {
            return;
        };
        let against = opponent.and_then(|at| candidates.get(at));
        let against = against.map(|planned| &planned.entry.candidate.model);
        let (asked, _) = self.judge.scorer.panel(&judged.entry.candidate.model, against);
        let times = weight * f64::from(planned.epochs) * self.judge.scorer.orders().len() as f64;
        let (mut output, mut most_output) = (0.0, Some(0.0));
        for at in std::iter::once(candidate).chain(opponent) {
            let (expected, most) = answers.get(at).map_or((0, None), |row| row.answer_tokens);
            output += expected as f64;
            most_output = most_output.zip(most).map(|(sum, most)| sum + most as f64);
        }
        for member in asked {
            let reached = self.judge.members.get(member);
            let Some(reached) = reached.and_then(|member| member.reached(candidate as u32)) else {
                continue;
            };
            let same = |group: &&mut Group<'_>| {
                group.member == member && group.prompt == judged.prompt && Arc::ptr_eq(group.reached, reached)
            };
            match self.groups.iter_mut().find(same) {
                Some(group) => {
                    group.times += times;
                    group.output += times * output;
                    group.most_output = group
                        .most_output
                        .zip(most_output)
                        .map(|(sum, most)| sum + times * most);
                }
                None => self.groups.push(Group {
                    member,
                    reached,
                    prompt: judged.prompt,
                    times,
                    output: times * output,
                    most_output: most_output.map(|most| times * most),
                    tally: QuestionTally {
                        most_input: Some(0.0),
                        ..QuestionTally::default()
                    },
                }),
            }
        }
    }

    /// Adds a case.
    fn add(&mut self, task: &TaskRuntime, case: &Case, messages: &[Vec<Message>]) {
        self.cases += 1;
        let scorer = &self.judge.scorer;
        let golden = scorer.other_of(case);
        let order = scorer.orders().first().copied().unwrap_or(Shown::Alone);
        let other = match scorer.meets_candidates() {
            true => Some(""),
            false => golden.as_deref(),
        };
        // Members with the same role are asked in the same words.
        let mut known: Vec<(usize, Option<&str>, Option<u64>)> = Vec::new();
        for group in &mut self.groups {
            let member = self.judge.members.get(group.member);
            let role = member.and_then(|member| member.role.as_deref());
            let found = known
                .iter()
                .find(|(prompt, as_role, _)| (*prompt, *as_role) == (group.prompt, role));
            let tokens = match found {
                Some((.., tokens)) => *tokens,
                None => {
                    let item = Item {
                        task: &task.task,
                        case,
                        messages: messages.get(group.prompt).map_or(&[], Vec::as_slice),
                        output: "",
                        other,
                    };
                    // A case that lacks what the question needs is not asked about.
                    let question = scorer.question(group.member, order, &item).ok();
                    let tokens = question.map(|question| estimate_messages(&question.messages));
                    known.push((group.prompt, role, tokens));
                    tokens
                }
            };
            if let Some(tokens) = tokens {
                let tally = &mut group.tally;
                tally.questions += group.times;
                tally.input += tokens as f64 * group.times + group.output;
                let most = group.most_output.map(|most| tokens as f64 * group.times + most);
                tally.most_input = tally.most_input.zip(most).map(|(sum, most)| sum + most);
            }
        }
    }

    fn estimate(&self, lanes: &[LaneSpec], epochs: u64, past_output: Option<f64>) -> JudgeEstimate {
        let trials = (self.cases * epochs) as usize;
        let share = self.judge.scorer.sample().map_or(1.0, |sample| {
            let certain = share_of(trials, sample.top);
            let drawn = share_of(trials - certain, sample.rest);
            (certain + drawn) as f64 / trials.max(1) as f64
        });
        self.groups.iter().fold(JudgeEstimate::NONE, |sum, group| {
            let terms = terms(group.reached, lanes, past_output);
            sum.plus(&JudgeEstimate::of(&group.tally, share, &terms))
        })
    }
}

/// How a model answers.
pub(super) fn terms(reached: &Reached, lanes: &[LaneSpec], past_output: Option<f64>) -> ReplyTerms {
    ReplyTerms {
        price: reached.runtime.price.clone(),
        most_output: reached.runtime.most_output,
        past_output,
        free: lanes.get(reached.lane).is_some_and(|lane| lane.free),
    }
}
