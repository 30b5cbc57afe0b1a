//! `judges/*.yaml`.

use super::{Lowered, check_name, lowered, tree};
use crate::load::check::NamedModel;
use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::RawJudge;
use crate::load::workspace::Loader;
use crate::model::{Judge, JudgeMember, ModelRef};
use crate::template::Template;
use std::sync::Arc;

/// Reads a judge file.
pub fn judge(loader: &mut Loader<'_>, source: Source) -> Option<Lowered<Judge>> {
    let source = Arc::new(source);
    let node = tree(loader, &source)?;
    lowered(loader, &source, &node, |loader, raw| lower(loader, &source, raw))
}

fn lower(loader: &mut Loader<'_>, source: &Arc<Source>, raw: RawJudge) -> Lowered<Judge> {
    check_name(loader, source, "judge", &raw.judge);
    if raw.members.value.is_empty() {
        loader.problems.push(Problem::at(
            source,
            raw.members.span,
            "missing-key",
            "a judge needs at least one member",
        ));
    }
    let scale = raw.scale.map_or((0.0, 10.0), |scale| {
        let (low, high) = scale.value;
        if !(low.is_finite() && high.is_finite() && low < high) {
            loader.problems.push(Problem::at(
                source,
                scale.span,
                "bad-value",
                "a scale is `[lowest, highest]`",
            ));
        }
        scale.value
    });
    if let Some(template) = &raw.template
        && let Err(error) = Template::compile(&template.value)
    {
        let message = format!("the template cannot be read: {}", error.message);
        loader
            .problems
            .push(Problem::at(source, template.span, "bad-template", message));
    }
    let mut named = Vec::new();
    let mut members = Vec::new();
    for member in raw.members.value {
        let weight = member.weight.map_or(1.0, |weight| {
            if !(weight.value >= 0.0 && weight.value.is_finite()) {
                loader.problems.push(Problem::at(
                    source,
                    weight.span,
                    "bad-value",
                    "a weight is a number of 0 or more",
                ));
            }
            weight.value
        });
        if let Some(model) = ModelRef::parse(&member.model.value) {
            members.push(JudgeMember {
                model,
                weight,
                role: member.role,
            });
        }
        named.push(NamedModel {
            pattern: member.model,
            source: source.clone(),
        });
    }
    let judge = Judge {
        name: raw.judge.value.clone(),
        members,
        scale,
        aggregate: raw.aggregate,
        exclude: raw.exclude,
        template: raw.template.map(|template| template.value),
    };
    Lowered {
        value: Arc::new(judge),
        name: raw.judge,
        source: source.clone(),
        models: named,
    }
}
