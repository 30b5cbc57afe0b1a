//! From a line as it is written to a label.

use crate::load::raw::{RawId, RawLabel, RawMark};
use crate::model::{Digest, Label};
use crate::yaml::{Span, Spanned};
use std::sync::Arc;

/// What is wrong with a line: where in it, what, and what to do.
pub(super) struct Wrong {
    pub span: Span,
    pub message: String,
    pub help: Option<&'static str>,
}

impl Wrong {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }
}

/// The label of a line; `whole` is the place of the line.
pub(super) fn lower(raw: RawLabel, line: usize, whole: Span) -> Result<Label, Wrong> {
    let skipped = raw.skipped.is_some_and(|skipped| skipped.value);
    let judged = raw.judge.is_some() || raw.judge_first.is_some() || raw.judge_second.is_some();
    if raw.human.is_none() && !skipped && !judged {
        return Err(Wrong {
            span: whole,
            message: "this label has no verdict of a person".to_owned(),
            help: Some("write it as `human` (or `score`, or `label`): a number, or a word such as `pass`"),
        });
    }
    if let (Some(_), Some(ordered)) = (&raw.judge, raw.judge_first.as_ref().or(raw.judge_second.as_ref())) {
        return Err(Wrong {
            span: ordered.span,
            message: "a label has either `judge`, or `judge_first` and `judge_second`".to_owned(),
            help: Some(
                "`judge_first` and `judge_second` are the verdicts on a pair, by the place of the judged output",
            ),
        });
    }
    if raw.case.is_none() && raw.output.is_none() && !judged {
        return Err(Wrong {
            span: whole,
            message: "this label does not say what it is about".to_owned(),
            help: Some("write the `case`, and the `candidate` or the `output`"),
        });
    }
    let text = |text: Option<Spanned<String>>| text.map(|text| Arc::from(text.value.trim()));
    let id = |id: Option<Spanned<RawId>>| id.map(|id| id.value.0);
    let mark = |mark: Option<Spanned<RawMark>>| mark.map(|mark| mark.value.0);
    Ok(Label {
        line,
        task: text(raw.task),
        case: id(raw.case),
        candidate: text(raw.candidate),
        prompt: text(raw.prompt),
        epoch: raw.epoch.map(|epoch| epoch.value),
        against: text(raw.against),
        // A hash stands for the text, so that files need not repeat long outputs.
        output: raw.output.map(|output| {
            Digest::parse(&output.value).unwrap_or_else(|| Digest::of(output.value.as_bytes()))
        }),
        scorer: text(raw.scorer),
        cluster: id(raw.cluster),
        rater: id(raw.rater).unwrap_or_default(),
        human: mark(raw.human),
        judge: mark(raw.judge),
        judge_first: mark(raw.judge_first),
        judge_second: mark(raw.judge_second),
        stratum: raw.stratum.map(|stratum| stratum.value),
    })
}
