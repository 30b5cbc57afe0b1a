//! Which scorers of a task cannot judge a case without a golden output.

use super::config::ScorerConfig;
use super::filter::Filter;
use super::refusal::Expect;
use super::{code, judge};
use crate::model::{Case, ScorerSpec};

impl ScorerConfig {
    /// True where the scorer compares with the case's golden output, since the task gives it no value.
    pub fn needs_golden(&self) -> bool {
        match self {
            Self::Match { options, .. } => options.value.is_none() && options.values.is_none(),
            // Without a group only the pattern is looked for.
            Self::Regex { options, .. } => {
                options.group.is_some() && options.value.is_none() && options.values.is_none()
            }
            Self::Choice(options) => options.value.is_none() && options.values.is_none(),
            Self::Numeric(options) => options.value.is_none() && options.values.is_none(),
            Self::JsonMatch(options) => options.value.is_none(),
            Self::SetMatch(options) => options.value.is_none() && options.values.is_none(),
            Self::Similarity { options, .. } => options.value.is_none() && options.values.is_none(),
            Self::Refusal(options) => options.expect == Expect::Golden,
            Self::Json(_)
            | Self::JsonSchema(_)
            | Self::Count { .. }
            | Self::Latency(_)
            | Self::Cost(_)
            | Self::Program(_) => false,
            Self::Code(options) => options.tests.is_none(),
            Self::Judge(judging) => judging.needs_golden(),
            Self::Layers(_) => false,
        }
    }
}

impl ScorerConfig {
    /// Whether an option `value` of the task can stand in for a golden output.
    pub fn takes_value(&self) -> bool {
        !matches!(
            self,
            Self::Code(_) | Self::Judge(_) | Self::Refusal(_) | Self::Layers(_) | Self::Program(_)
        )
    }
}

/// What the verdict of a scorer rests on, beside the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestsOn {
    /// Nothing else: whoever has the output can tell.
    Output,
    /// What the case brings: a golden output, tests, numbers.
    Case,
    /// Code, of which nobody knows whether it looks at the golden output.
    Code,
    /// The reply of a judge, which costs a call.
    Judge,
    /// The latency or the cost of the answer.
    Measurement,
}

impl ScorerConfig {
    /// What its verdict rests on.
    pub fn rests_on(&self) -> RestsOn {
        match self {
            Self::Judge(_) => RestsOn::Judge,
            Self::Program(_) => RestsOn::Code,
            Self::Code(_) | Self::Layers(_) => RestsOn::Case,
            Self::Latency(_) | Self::Cost(_) => RestsOn::Measurement,
            _ if self.needs_golden() => RestsOn::Case,
            _ => RestsOn::Output,
        }
    }
}

/// The scorers of a task that want something of a case (a golden output, tests), with the cases that they look at.
#[derive(Debug)]
pub struct GoldenNeeds(Vec<(ScorerSpec, Option<Filter>)>);

impl GoldenNeeds {
    /// Those of the scorers that want something of a case.
    pub fn new(scorers: &[ScorerSpec]) -> Self {
        let wants = |spec: &&ScorerSpec| {
            spec.config.needs_golden()
                || matches!(
                    spec.config,
                    ScorerConfig::Code(_) | ScorerConfig::Judge(_) | ScorerConfig::Program(_)
                )
        };
        let needy = scorers.iter().filter(wants);
        Self(
            needy
                .filter_map(|spec| match spec.filter.as_ref().map(Filter::new) {
                    None => Some((spec.clone(), None)),
                    Some(Ok(filter)) => Some((spec.clone(), Some(filter))),
                    // A filter that cannot be built is a problem of its own.
                    Some(Err(_)) => None,
                })
                .collect(),
        )
    }

    /// The first scorer that cannot judge that case, among these and the case's own.
    pub fn unmet<'a>(&'a self, case: &'a Case) -> Option<&'a ScorerSpec> {
        if case.golden.is_some() {
            return None;
        }
        self.looking_at(case).find(|spec| spec.config.needs_golden())
    }

    /// The first scorer that cannot use what the case has for it (tests of another form, say), and why.
    pub fn misfit<'a>(&'a self, case: &'a Case) -> Option<(&'a ScorerSpec, String)> {
        self.looking_at(case).find_map(|spec| match &spec.config {
            ScorerConfig::Code(options) => Some((spec, code::problem_with(options, case)?)),
            ScorerConfig::Judge(judging) => Some((spec, judge::problem_with(judging, case)?)),
            ScorerConfig::Program(program) => Some((spec, program.problem_with(case)?)),
            _ => None,
        })
    }

    /// Those of these scorers, and of the case's own, that look at that case.
    fn looking_at<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a ScorerSpec> {
        let task = self
            .0
            .iter()
            .filter(|(_, filter)| filter.as_ref().is_none_or(|filter| filter.admits(case)));
        let own = case.scorers.iter().filter(|spec| {
            let filter = spec.filter.as_ref().map(Filter::new);
            filter.is_none_or(|filter| filter.is_ok_and(|filter| filter.admits(case)))
        });
        task.map(|(spec, _)| spec).chain(own)
    }
}
