//! Who judges, of scorers that ask a judge.

use super::judge::single;
use crate::load::check::{NamedModel, is_glob};
use crate::load::files::{Source, display_path, join};
use crate::load::names::advice;
use crate::load::workspace::Loader;
use crate::model::ModelRef;
use crate::scorer::{Judging, ScorerConfig};
use crate::yaml::{Span, Spanned};
use std::sync::Arc;

/// Looks up the judge that a scorer names, and the file of labels. A model in place of a judge is added to `named`, to
/// be checked against the providers.
pub fn supply_judge(
    loader: &Loader<'_>,
    source: &Arc<Source>,
    span: Span,
    config: &mut ScorerConfig,
    named: &mut Vec<NamedModel>,
) -> Result<(), String> {
    let key = config.key();
    let ScorerConfig::Judge(judging) = config else {
        return Ok(());
    };
    find(loader, judging).map_err(|message| format!("`{key}`: {message}"))?;
    if judging.by().contains('/') {
        let pattern = Spanned {
            value: judging.by().to_owned(),
            span,
        };
        named.push(NamedModel {
            pattern,
            source: source.clone(),
        });
    }
    if let Some(labels) = judging.labels_named() {
        let path = join(source.folder(), labels);
        if !path.is_file() {
            let shown = display_path(loader.root, &path);
            return Err(format!(
                "`{key}`: the file of labels {shown} does not exist; the path is relative to the file of the task"
            ));
        }
        judging.labels = Some(path);
    }
    Ok(())
}

fn find(loader: &Loader<'_>, judging: &mut Judging) -> Result<(), String> {
    let by = judging.by();
    let judge = match loader.judges.iter().find(|judge| judge.name == by) {
        Some(judge) => judge.clone(),
        None if is_glob(by) => return Err(format!("`by: {by}` is a pattern; name one judge, or one model")),
        None => match ModelRef::parse(by) {
            Some(model) => Arc::new(single(model)),
            None => {
                let known = loader.judges.iter().map(|judge| judge.name.as_str());
                return Err(format!(
                    "no judge is called `{by}`; {}. Judges are files in `judges/`; `by: provider/model` needs none",
                    advice(by, "judges", known)
                ));
            }
        },
    };
    judging.supplied = Some(judge);
    Ok(())
}
