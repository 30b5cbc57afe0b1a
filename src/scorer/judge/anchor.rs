//! The question behind an anchor: what its verdict was given by.

use super::asks::{Asks, Judging};
use super::options::{JudgeOptions, PairwiseOptions};
use super::scorer::JudgeScorer;
use crate::model::{Anchor, Judge};
use std::sync::Arc;

impl JudgeScorer {
    /// A scorer that asks the judge by the rubric of an anchor; its pairs are compared with the golden output of the case
    /// that they are asked as. The error says why the judge cannot be asked so.
    pub fn of_anchor(judge: &Arc<Judge>, anchor: &Anchor) -> Result<Self, String> {
        let (by, rubric) = (judge.name.clone(), Some(anchor.rubric.clone()));
        let asks = match anchor.other {
            Some(_) => Asks::Pairwise(PairwiseOptions {
                by,
                rubric,
                against: Some("golden".to_owned()),
                ..PairwiseOptions::default()
            }),
            None => Asks::Rubric(JudgeOptions {
                by,
                rubric,
                ..JudgeOptions::default()
            }),
        };
        let mut judging = Judging::new(asks);
        judging.supplied = Some(judge.clone());
        Self::new(&judging)
    }
}
