//! `judges/*.yaml`.

use super::{Lowered, check_name, lowered, tree};
use crate::load::anchors::anchors;
use crate::load::check::{NamedModel, is_glob};
use crate::load::files::{Source, display_path};
use crate::load::names::advice;
use crate::load::problem::Problem;
use crate::load::raw::{RawAnchors, RawJudge, RawMember, RawQuorum};
use crate::load::workspace::Loader;
use crate::model::{
    Aggregate, Anchor, Anchors, Exclude, Judge, JudgeMember, JudgeModel, MOST_WEIGHT, ModelRef, Params,
    Quorum, ResponseFormat,
};
use crate::scorer::{JudgeScorer, TEMPLATE_VARIABLES};
use crate::template::Template;
use crate::yaml::{Span, Spanned};
use camino::Utf8PathBuf;
use std::sync::Arc;

/// The scale of judges that state none.
const SCALE: (f64, f64) = (0.0, 10.0);
/// Whom a member is, where it is the candidate's own model.
const CANDIDATE: &str = "candidate";

/// Reads a judge file.
pub fn judge(loader: &mut Loader<'_>, source: Source) -> Option<Lowered<Judge>> {
    let source = Arc::new(source);
    let node = tree(loader, &source)?;
    lowered(loader, &source, &node, |loader, raw| lower(loader, &source, raw))
}

/// A model as a judge of its own, for scorers that name one in place of a judge.
pub fn single(model: ModelRef) -> Judge {
    Judge {
        name: model.to_string(),
        path: None,
        members: vec![JudgeMember {
            model: JudgeModel::Named(model),
            weight: 1.0,
            role: None,
            params: Params::default(),
        }],
        scale: SCALE,
        aggregate: Aggregate::default(),
        quorum: Quorum::default(),
        exclude: Exclude::None,
        template: None,
        system: None,
        params: Params::default(),
        structured: Default::default(),
        reads: None,
        lists: Vec::new(),
        anchors: None,
        labels: None,
    }
}

fn lower(loader: &mut Loader<'_>, source: &Arc<Source>, raw: RawJudge) -> Lowered<Judge> {
    let mut noted = Noted { loader, source };
    check_name(noted.loader, source, "judge", &raw.judge);
    if raw.members.value.is_empty() {
        noted.bad(
            raw.members.span,
            "missing-key",
            "a judge needs at least one member",
        );
    }
    let scale = raw.scale.map_or(SCALE, |scale| noted.scale(scale));
    noted.template("template", raw.template.as_ref());
    noted.template("system message", raw.system.as_ref());
    noted.params(&raw.params);
    let mut named = Vec::new();
    let mut members = Vec::new();
    let span = raw.members.span;
    for member in raw.members.value {
        members.extend(noted.member(member, &mut named));
    }
    let aggregate = raw
        .aggregate
        .map_or(Aggregate::default(), |aggregate| aggregate.value);
    noted.weights(
        &members,
        aggregate,
        raw.aggregate.map_or(span, |aggregate| aggregate.span),
    );
    let alone = members.len() == 1;
    let exclude = match raw.exclude {
        Some(exclude) => exclude.value,
        None if alone => Exclude::None,
        None => Exclude::SameProvider,
    };
    let itself = members.iter().any(|member| member.model == JudgeModel::Candidate);
    if itself && exclude != Exclude::None {
        let at = raw.exclude.map_or(span, |exclude| exclude.span);
        let problem = Problem::at(
            source,
            at,
            "bad-value",
            "a member that is the candidate's own model would never be asked",
        );
        let problem = problem.help("write `exclude: none` to let models judge themselves");
        noted.loader.problems.push(problem);
    }
    let quorum = raw
        .quorum
        .map_or(Quorum::default(), |quorum| noted.quorum(quorum, members.len()));
    for list in &raw.lists.value {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if list.is_empty() || !list.chars().all(plain) || TAKEN.contains(&list.as_str()) {
            noted.bad(
                raw.lists.span,
                "bad-value",
                &format!("`{list}` cannot be the name of a list; use letters, digits, `_` and `-`"),
            );
        }
    }
    let mut judge = Judge {
        name: raw.judge.value.clone(),
        path: Some(source.file.clone()),
        members,
        scale,
        aggregate,
        quorum,
        exclude,
        template: raw.template.map(|template| template.value),
        system: raw.system.map(|system| system.value),
        params: raw.params.value,
        structured: raw.structured,
        reads: raw.reads,
        lists: raw.lists.value,
        anchors: None,
        labels: raw.labels.and_then(|labels| noted.file(&labels)),
    };
    if let Some(anchors) = raw.anchors {
        judge.anchors = noted.anchors(&judge, &anchors);
    }
    Lowered {
        value: Arc::new(judge),
        name: raw.judge,
        source: source.clone(),
        models: named,
    }
}

/// Keys of a verdict that no list may have.
const TAKEN: [&str; 6] = ["reasoning", "score", "scores", "pass", "choice", "winner"];

/// Checks of one file; problems are noted.
struct Noted<'a, 'b> {
    loader: &'a mut Loader<'b>,
    source: &'a Arc<Source>,
}

impl Noted<'_, '_> {
    fn bad(&mut self, span: Span, code: &'static str, message: &str) {
        self.loader
            .problems
            .push(Problem::at(self.source, span, code, message));
    }

    fn scale(&mut self, scale: Spanned<(f64, f64)>) -> (f64, f64) {
        let (low, high) = scale.value;
        if !(low.is_finite() && high.is_finite() && low < high) {
            self.bad(scale.span, "bad-value", "a scale is `[lowest, highest]`");
            return SCALE;
        }
        scale.value
    }

    /// A template shows nothing that is not there, and the output.
    fn template(&mut self, what: &str, template: Option<&Spanned<String>>) {
        let Some(template) = template else { return };
        let compiled = match Template::compile(&template.value) {
            Ok(compiled) => compiled,
            Err(error) => {
                let message = format!("the {what} cannot be read: {}", error.message);
                return self.bad(template.span, "bad-template", &message);
            }
        };
        for name in compiled.undeclared() {
            if !TEMPLATE_VARIABLES.contains(&name) {
                let problem = Problem::at(
                    self.source,
                    template.span,
                    "bad-template",
                    format!("the {what} of a judge has no variable `{name}`"),
                );
                let known = TEMPLATE_VARIABLES.iter().copied();
                self.loader
                    .problems
                    .push(problem.help(advice(name, "variables", known)));
            }
        }
        if what == "template" && !compiled.undeclared().any(|name| name == "output") {
            self.bad(
                template.span,
                "bad-template",
                "the template does not show the `output` that is to be judged",
            );
        }
    }

    fn params(&mut self, params: &Spanned<Params>) {
        if params.value.max_tokens == Some(0) {
            self.bad(params.span, "bad-value", "max_tokens must be at least 1");
        }
        self.temperature(params.value.temperature, params.span);
        if params.value.response_format == Some(ResponseFormat::JsonSchema) {
            let problem = Problem::at(
                self.source,
                params.span,
                "bad-value",
                "the form of a verdict is asked for by `structured`, not by `response_format: json-schema`",
            );
            self.loader.problems.push(problem);
        }
    }

    fn temperature(&mut self, temperature: Option<f64>, span: Span) {
        if temperature.is_some_and(|value| !(value.is_finite() && value >= 0.0)) {
            self.bad(span, "bad-value", "a temperature is a number of 0 or more");
        }
    }

    fn member(&mut self, member: RawMember, named: &mut Vec<NamedModel>) -> Option<JudgeMember> {
        let weight = member.weight.map_or(1.0, |weight| {
            if !(0.0..=MOST_WEIGHT).contains(&weight.value) {
                let wrong = format!("a weight is a number from 0 to {MOST_WEIGHT}");
                self.bad(weight.span, "bad-value", &wrong);
            }
            weight.value
        });
        self.params(&member.params);
        let mut params = member.params.value;
        if let Some(temperature) = member.temperature {
            self.temperature(Some(temperature.value), temperature.span);
            if params.temperature.is_some() {
                self.bad(
                    temperature.span,
                    "bad-value",
                    "`temperature` stands here and in `params`; remove one",
                );
            }
            params.temperature = Some(temperature.value);
        }
        let name = member.model.value.as_str();
        let model = if name == CANDIDATE {
            JudgeModel::Candidate
        } else {
            if is_glob(name) {
                let message = format!("`{name}` is a pattern; a member is one model");
                self.bad(member.model.span, "bad-model", &message);
                return None;
            }
            let model = ModelRef::parse(name).map(JudgeModel::Named);
            named.push(NamedModel {
                pattern: member.model,
                source: self.source.clone(),
            });
            model?
        };
        Some(JudgeMember {
            model,
            weight,
            role: member.role,
            params,
        })
    }

    /// Weights that nothing reads are a mistake.
    fn weights(&mut self, members: &[JudgeMember], aggregate: Aggregate, span: Span) {
        let Some(first) = members.first() else { return };
        if aggregate == Aggregate::WeightedMean {
            if members.iter().all(|member| member.weight == 0.0) {
                self.bad(span, "bad-value", "at least one member needs a weight above 0");
            }
        } else if members.iter().any(|member| member.weight != first.weight) {
            let problem = Problem::at(
                self.source,
                span,
                "bad-value",
                "the members have different weights, which only `weighted-mean` looks at",
            );
            let problem = problem.help("write `aggregate: weighted-mean`, or remove the weights");
            self.loader.problems.push(problem);
        }
    }

    fn quorum(&mut self, quorum: Spanned<RawQuorum>, members: usize) -> Quorum {
        let share = |share: f64| (share > 0.0 && share <= 1.0).then_some(Quorum::Share(share));
        let checked = match quorum.value {
            RawQuorum::Count(0) => None,
            RawQuorum::Count(count) => u32::try_from(count).ok().map(Quorum::Count),
            // A number without a fraction is a count, also where it is written as `2.0`.
            RawQuorum::Share(number) if number >= 1.0 => {
                (number.fract() == 0.0 && number < 1e6).then_some(Quorum::Count(number as u32))
            }
            RawQuorum::Share(number) => share(number),
            RawQuorum::Percent(number) => share(number / 100.0),
        };
        match checked {
            Some(Quorum::Count(count)) if members > 0 && count as usize > members => {
                let message = format!("a quorum of {count}, but the panel has {members} in all");
                self.bad(quorum.span, "bad-value", &message);
            }
            Some(_) => {}
            None => self.bad(
                quorum.span,
                "bad-value",
                "a quorum is a whole number from 1 on, or a share above 0 such as `0.75` or `75%`",
            ),
        }
        checked.unwrap_or_default()
    }

    /// The cases with known verdicts, if the judge can be asked about them.
    fn anchors(&mut self, judge: &Judge, raw: &RawAnchors) -> Option<Anchors> {
        let file = self.file(&raw.file)?;
        let span = raw.file.span;
        if judge
            .members
            .iter()
            .any(|member| member.model == JudgeModel::Candidate)
        {
            let message =
                "a judge with the member `candidate` has no anchors: these are outputs of no candidate";
            self.bad(span, "bad-value", message);
            return None;
        }
        let (cases, problems) = anchors(self.loader.root, &file, judge.scale);
        self.loader.problems.extend(problems);
        let asked = Arc::new(judge.clone());
        let forms: [fn(&&Anchor) -> bool; 2] =
            [|anchor| anchor.other.is_none(), |anchor| anchor.other.is_some()];
        for anchor in forms.iter().filter_map(|of_form| cases.iter().find(of_form)) {
            if let Err(why) = JudgeScorer::of_anchor(&asked, anchor) {
                let message = format!(
                    "the judge cannot be asked about the anchor `{}`: {why}",
                    anchor.id
                );
                self.bad(span, "bad-value", &message);
            }
        }
        Some(Anchors {
            file,
            on_shift: raw.on_shift,
            cases,
        })
    }

    /// A file that must be there, as an absolute path.
    fn file(&mut self, name: &Spanned<String>) -> Option<Utf8PathBuf> {
        let path = self.loader.relative(self.source, &name.value);
        if path.is_file() {
            return Some(path);
        }
        let shown = display_path(self.loader.root, &path);
        let problem = Problem::at(
            self.source,
            name.span,
            "missing-file",
            format!("{shown} does not exist, or is not a file"),
        );
        self.loader
            .problems
            .push(problem.help("the path is relative to the file of the judge"));
        None
    }
}
