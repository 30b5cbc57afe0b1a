//! Who of a panel may judge whom.

use crate::model::{Exclude, Judge, JudgeModel, ModelRef};

/// Positions of the members that are asked about an output of `candidate`, compared with one of `opponent`, and of those
/// that may not judge it.
pub(super) fn panel(
    judge: &Judge,
    candidate: &ModelRef,
    opponent: Option<&ModelRef>,
) -> (Vec<usize>, Vec<usize>) {
    let players = || [Some(candidate), opponent].into_iter().flatten();
    let may_judge = |model: &JudgeModel| match (judge.exclude, model) {
        (Exclude::None, _) => true,
        (_, JudgeModel::Candidate) => false,
        (Exclude::SameProvider, JudgeModel::Named(model)) => {
            !players().any(|player| player.provider == model.provider)
        }
        (Exclude::SameModel, JudgeModel::Named(model)) => !players().any(|player| player == model),
    };
    (0..judge.members.len()).partition(|at| {
        judge
            .members
            .get(*at)
            .is_some_and(|member| may_judge(&member.model))
    })
}
