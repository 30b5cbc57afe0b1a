//! One score of the verdicts of a panel.

use super::form::Form;
use crate::model::{Aggregate, Judge, JudgeFault, MemberVerdict, Opinion, Score, ScorerError};
use crate::scorer::quote::visible;
use std::collections::BTreeMap;

/// Room for rounding where a mean is compared with a threshold.
const SLACK: f64 = 1e-9;
/// Characters of a reason in an explanation.
const REASON: usize = 200;
/// Name of the figure that says how many members decided by the order of a pair.
const FLIPPED: &str = "flipped";

/// A panel that said something.
pub(super) struct Bench<'a> {
    pub judge: &'a Judge,
    pub form: &'a Form,
    /// The share of the scale from which on a score passes.
    pub at_least: f64,
    /// Questions that each member is asked.
    pub orders: usize,
}

/// What one member says, over all orders of a pair.
struct Voice<'a> {
    weight: f64,
    value: f64,
    raw: f64,
    flipped: bool,
    opinion: &'a Opinion,
}

impl Bench<'_> {
    /// The panel's score; an error where too few members gave a verdict.
    pub fn conclude(&self, verdicts: &[MemberVerdict], excluded: &[usize]) -> Result<Score, ScorerError> {
        let mut by_member: BTreeMap<u32, Vec<&MemberVerdict>> = BTreeMap::new();
        for verdict in verdicts {
            by_member.entry(verdict.member).or_default().push(verdict);
        }
        let mut voices = Vec::with_capacity(by_member.len());
        let mut failures = Vec::new();
        for said in by_member.values() {
            match self.voice(said) {
                Ok(voice) => voices.push(voice),
                Err(why) => failures.extend(why),
            }
        }
        if by_member.is_empty() && !excluded.is_empty() {
            return Err(failed(format!(
                "no member may judge this candidate: {}; add a member of another provider or change `exclude`",
                self.names(excluded)
            )));
        }
        let least = self.judge.least_verdicts();
        if voices.len() < least {
            return Err(failed(self.too_few(voices.len(), least, &failures, excluded)));
        }
        let Some(value) = aggregate(self.judge.aggregate, &voices, self.at_least) else {
            return Err(failed(
                "the members that gave a verdict all have the weight 0".to_owned(),
            ));
        };
        let pass = match self.judge.aggregate {
            Aggregate::Majority => value > 0.5,
            _ => value >= self.at_least - SLACK,
        };
        let mut score = Score::graded(value, pass, self.explanation(&voices, value));
        for (at, criterion) in self.form.criteria().iter().enumerate() {
            let of = |voice: &Voice<'_>| {
                let value = voice.opinion.criteria.get(at).map(|(_, value)| *value);
                value.map(|value| (self.weight(voice), value))
            };
            if let Some(mean) = mean(voices.iter().filter_map(of)) {
                score = score.with_named(criterion.name.to_string(), mean);
            }
        }
        if self.orders > 1 {
            let flipped = voices.iter().filter(|voice| voice.flipped).count();
            score = score.with_named(FLIPPED, flipped as f64 / voices.len() as f64);
        }
        Ok(score)
    }

    /// What a member says; where it gave no verdict, why.
    fn voice<'v>(&self, said: &[&'v MemberVerdict]) -> Result<Voice<'v>, Vec<String>> {
        let mut opinions = Vec::with_capacity(said.len());
        let mut why = Vec::new();
        for verdict in said {
            match &verdict.said {
                Ok(opinion) => opinions.push(opinion),
                Err(fault) => why.push(format!("{}: {}", verdict.model, visible(&fault.message, REASON))),
            }
        }
        let (Some(first), Some(verdict)) = (opinions.first(), said.first()) else {
            return Err(why);
        };
        if opinions.len() < self.orders.max(said.len()) {
            if why.is_empty() {
                why.push(format!("{}: it saw the pair in one order only", verdict.model));
            }
            return Err(why);
        }
        let count = opinions.len() as f64;
        let mean = opinions.iter().map(|opinion| opinion.value).sum::<f64>() / count;
        let wins = opinions.iter().any(|opinion| opinion.value > 0.5);
        let loses = opinions.iter().any(|opinion| opinion.value < 0.5);
        let flipped = matches!(self.form, Form::Pair) && wins && loses;
        Ok(Voice {
            weight: verdict.weight,
            value: if flipped { 0.5 } else { mean },
            raw: opinions.iter().map(|opinion| opinion.raw).sum::<f64>() / count,
            flipped,
            opinion: first,
        })
    }

    /// What a member counts in means.
    fn weight(&self, voice: &Voice<'_>) -> f64 {
        match self.judge.aggregate {
            Aggregate::WeightedMean => voice.weight,
            _ => 1.0,
        }
    }

    fn names(&self, members: &[usize]) -> String {
        let name = |at: &usize| self.judge.members.get(*at).map(|member| member.model.to_string());
        members.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }

    fn too_few(&self, got: usize, least: usize, failures: &[String], excluded: &[usize]) -> String {
        let members = self.judge.members.len();
        let mut message = if members == 1 {
            "no verdict".to_owned()
        } else {
            format!("{got} of {members} members gave a verdict, and {least} must")
        };
        for failure in failures {
            message.push_str("; ");
            message.push_str(failure);
        }
        if !excluded.is_empty() {
            message.push_str(&format!(
                "; may not judge this candidate: {}",
                self.names(excluded)
            ));
        }
        message
    }

    fn explanation(&self, voices: &[Voice<'_>], value: f64) -> String {
        let (low, high) = self.form.ends();
        let on_scale = short(low + value * (high - low));
        match (self.form, voices) {
            (Form::Pair, [voice]) if voice.flipped => "decided by the order: a tie".to_owned(),
            (Form::Pair, [voice]) => format!("{}{}", outcome(voice.value), because(voice.opinion)),
            (Form::Pair, voices) => {
                let count = |f: &dyn Fn(&Voice<'_>) -> bool| voices.iter().filter(|voice| f(voice)).count();
                format!(
                    "{} of {} members prefer it, {} the other, {} decided by the order",
                    count(&|voice| voice.value > 0.5),
                    voices.len(),
                    count(&|voice| voice.value < 0.5),
                    count(&|voice| voice.flipped),
                )
            }
            (_, [voice]) => format!("{}{}", self.said(voice, &on_scale), because(voice.opinion)),
            (_, voices) => {
                let each: Vec<String> = voices.iter().map(|voice| short(voice.raw)).collect();
                format!(
                    "{on_scale} of {} by {} members ({})",
                    short(high),
                    voices.len(),
                    each.join(", ")
                )
            }
        }
    }

    fn said(&self, voice: &Voice<'_>, on_scale: &str) -> String {
        match self.form {
            Form::Pass { criteria } if criteria.is_empty() => {
                if voice.value >= 0.5 { "pass" } else { "fail" }.to_owned()
            }
            Form::Choice(choices) => {
                let same = |choice: &&super::form::Choice| choice.value == voice.value;
                let letters: Vec<&str> = choices
                    .iter()
                    .filter(same)
                    .map(|choice| choice.letter.as_str())
                    .collect();
                match letters.as_slice() {
                    [] => on_scale.to_owned(),
                    letters => letters.join(" or "),
                }
            }
            form => format!("{on_scale} of {}", short(form.ends().1)),
        }
    }
}

fn failed(message: String) -> ScorerError {
    ScorerError::judge(JudgeFault::Failed, message)
}

fn outcome(value: f64) -> &'static str {
    if value > 0.5 {
        "better"
    } else if value < 0.5 {
        "worse"
    } else {
        "a tie"
    }
}

fn because(opinion: &Opinion) -> String {
    let reasons = opinion.reasoning.split_whitespace().collect::<Vec<_>>().join(" ");
    if reasons.is_empty() {
        String::new()
    } else {
        format!(": {}", visible(&reasons, REASON))
    }
}

/// At most two decimals.
fn short(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // Not `-0`.
    format!("{}", rounded + 0.0)
}

fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) = values.fold((0.0, 0.0), |(sum, weights), (weight, value)| {
        (sum + weight * value, weights + weight)
    });
    (weights > 0.0).then(|| sum / weights)
}

/// The members' values as one; nothing where all weights are 0.
fn aggregate(how: Aggregate, voices: &[Voice<'_>], at_least: f64) -> Option<f64> {
    let values = || voices.iter().map(|voice| voice.value);
    match how {
        Aggregate::Mean => mean(values().map(|value| (1.0, value))),
        Aggregate::WeightedMean => mean(voices.iter().map(|voice| (voice.weight, voice.value))),
        Aggregate::Min => values().min_by(f64::total_cmp),
        Aggregate::Median => {
            let mut sorted: Vec<f64> = values().collect();
            sorted.sort_by(f64::total_cmp);
            let low = sorted.get(sorted.len().checked_sub(1)? / 2)?;
            let high = sorted.get(sorted.len() / 2)?;
            Some(low / 2.0 + high / 2.0)
        }
        Aggregate::Majority => {
            let passed = values().filter(|value| *value >= at_least - SLACK).count();
            Some(match (2 * passed).cmp(&voices.len()) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 0.5,
            })
        }
    }
}

/// One score of the games of an output against several others: the share that it won, ties counting half. Games without
/// a verdict are left out, up to half of them.
pub(super) fn together(results: Vec<Result<Score, ScorerError>>) -> Result<Score, ScorerError> {
    let games = results.len();
    let mut scores = Vec::with_capacity(games);
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(score) => scores.push(score),
            Err(error) => failures.push(error),
        }
    }
    if games <= 1 {
        return match (scores.pop(), failures.pop()) {
            (Some(score), _) => Ok(score),
            (None, Some(error)) => Err(error),
            (None, None) => Err(failed("it was compared with nothing".to_owned())),
        };
    }
    if 2 * scores.len() < games {
        let why = failures.first().map_or("", |error| error.message.as_str());
        return Err(failed(format!(
            "{} of {games} games have no verdict: {why}",
            failures.len()
        )));
    }
    let count = |f: &dyn Fn(f64) -> bool| scores.iter().filter(|score| f(score.value)).count();
    let mut explanation = format!(
        "{} won, {} tied, {} lost",
        count(&|value| value > 0.5),
        count(&|value| value == 0.5),
        count(&|value| value < 0.5)
    );
    if !failures.is_empty() {
        explanation.push_str(&format!(", {} without a verdict", failures.len()));
    }
    let value = scores.iter().map(|score| score.value).sum::<f64>() / scores.len() as f64;
    let mut score = Score::graded(value, value >= 0.5 - SLACK, explanation);
    let flips = scores
        .iter()
        .flat_map(|score| &score.named)
        .filter(|(name, _)| name == FLIPPED)
        .map(|(_, share)| (1.0, *share));
    if let Some(share) = mean(flips) {
        score = score.with_named(FLIPPED, share);
    }
    Ok(score)
}
