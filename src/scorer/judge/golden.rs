//! What a judge needs of a case.

use super::asks::{Asks, Judging};
use super::prompt::{field, plain_text};
use crate::model::Case;

/// What a case lacks for that scorer (the golden output apart), in words.
pub(in crate::scorer) fn problem_with(judging: &Judging, case: &Case) -> Option<String> {
    let name = judging.asks.context()?;
    field(case, name).is_none().then(|| missing_context(name))
}

pub(super) fn missing_context(name: &str) -> String {
    format!(
        "there is no variable or metadata field `{name}` with the retrieved texts; `context: NAME` says where they are"
    )
}

/// The other output of a pair, where outputs are compared with the golden one.
pub(super) fn other_of(asks: &Asks, case: &Case) -> Option<String> {
    match asks {
        Asks::Pairwise(options) if options.against.as_deref() == Some("golden") => {
            case.golden.as_ref().map(|golden| plain_text(golden).into_owned())
        }
        _ => None,
    }
}
