//! What is known of a judge.

use super::{Gap, Questions};
use crate::model::{CorrectedMean, Corrections, TournamentEntry};
use crate::stats::Estimate;
use std::sync::Arc;

/// What is known of a judge scorer of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgeSummary {
    /// The scorer's name.
    pub scorer: Arc<str>,
    /// Trials that it had to look at.
    pub trials: JudgedTrials,
    /// What came of its questions.
    pub questions: Questions,
    /// Questions that were put before, word for word, to the same model: their replies tell nothing new.
    pub identical: u64,
    /// Models that may not judge some candidate, with how often they were left out; most often first.
    pub excluded: Vec<(Arc<str>, u64)>,
    /// Its members, in the order of the judge's file.
    pub members: Vec<MemberSummary>,
    /// Agreement between members.
    pub agreement: Agreement,
    /// Both orders of pairs; `None` where nothing was compared.
    pub swaps: Option<Swaps>,
    /// Whether longer outputs get better verdicts.
    pub verbosity: Verbosity,
    /// Whether members prefer candidates of their own family.
    pub self_preference: SelfPreference,
    /// Lowest and highest verdict, as far as verdicts and values show it.
    pub scale: Option<(f64, f64)>,
    /// What it said of each candidate, in the order of the manifest.
    pub candidates: Vec<JudgedCandidate>,
    /// Who won the pairs; `None` where nothing was compared.
    pub pairwise: Option<Pairwise>,
    /// What its tournament leaves out; `None` where everybody meets everybody, or nothing is compared.
    pub tournament: Option<TournamentEntry>,
    /// The same means, corrected by labels of people; `None` where its judge names no labels.
    pub corrections: Option<Corrections>,
}

impl JudgeSummary {
    /// A candidate's mean, corrected by labels.
    pub fn corrected(&self, candidate: u32) -> Option<&CorrectedMean> {
        let means = self.corrections.iter().flat_map(|corrections| &corrections.means);
        means.into_iter().find(|mean| mean.candidate == candidate)
    }
}

/// Trials with an entry of a judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JudgedTrials {
    /// Those with a score.
    pub scored: u64,
    /// Those it gave no score for: too few of its members said something.
    pub failed: u64,
    /// Those it was not asked about yet.
    pub waiting: u64,
    /// Those that are not in its sample.
    pub not_sampled: u64,
}

/// A member of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberSummary {
    /// Position in the judge's file.
    pub member: u32,
    /// Its models, `provider/model`: one, unless each candidate judges itself.
    pub models: Vec<Arc<str>>,
    /// What it is asked to look at.
    pub role: Option<String>,
    /// Weight in the aggregate.
    pub weight: f64,
    /// What came of its questions.
    pub questions: Questions,
    /// Mean of its verdicts in 0..=1; of pairs, what judged outputs got.
    pub mean: Option<f64>,
}

/// A figure with its two-sided 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranged {
    /// The figure.
    pub value: f64,
    /// Both bounds; `None` where the data give no interval.
    pub interval: Option<(f64, f64)>,
    /// Cases behind it.
    pub cases: u64,
}

impl Ranged {
    /// A mean in 0..=1 as a figure on another scale.
    pub(super) fn of(estimate: &Estimate, scale: f64, shift: f64) -> Result<Self, Gap> {
        let moved = |value: f64| value * scale + shift;
        Ok(Self {
            value: moved(estimate.mean.ok_or(Gap::NoVerdicts)?),
            interval: estimate.interval().map(|(low, high)| (moved(low), moved(high))),
            cases: estimate.n,
        })
    }
}

/// Agreement between the members of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Outputs, or pairs, of which at least two members said something.
    pub units: u64,
    /// Krippendorff's alpha of their verdicts as numbers.
    pub alpha: Result<Ranged, Gap>,
    /// The share of pairs of members that said exactly the same.
    pub exact: Result<Ranged, Gap>,
    /// The same for each pair of members.
    pub pairs: Vec<MemberAgreement>,
}

/// Agreement of two members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberAgreement {
    /// Position of one in the judge's file.
    pub a: u32,
    /// Position of the other.
    pub b: u32,
    /// Outputs, or pairs, of which both said something.
    pub units: u64,
    /// Those of which both said exactly the same.
    pub same: u64,
}

/// Both orders of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Swaps {
    /// Pairs of which a member said something in both orders, member by member.
    pub pairs: u64,
    /// Those whose orders agree on who wins, or that it is a tie.
    pub agree: u64,
    /// Those whose orders name different winners.
    pub flips: u64,
    /// The share that agrees.
    pub consistency: Result<Ranged, Gap>,
    /// How much more than half of the pairs, judged in both orders, what is shown first wins.
    pub position_bias: Result<Ranged, Gap>,
    /// What judged outputs got where they came first.
    pub shown_first: Option<f64>,
    /// What judged outputs got where they came second.
    pub shown_second: Option<f64>,
}

/// Whether longer outputs get better verdicts. By how much the value in 0..=1 rises where an output is twice as long; of
/// pairs, where it is twice as long as the other. Not all of it need be the judge's fault: longer may be better.
#[derive(Clone, Debug, PartialEq)]
pub struct Verbosity {
    /// Over all outputs.
    pub slope: Result<Ranged, Gap>,
    /// Within candidates: what a candidate gets and writes on the whole is taken out.
    pub within: Result<Ranged, Gap>,
}

/// Whether members prefer candidates of their own family: how much better members of a family value its candidates than
/// other candidates, minus how much better other members do, in values of 0..=1 and on the same cases.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfPreference {
    /// Over all families.
    pub contrast: Result<Ranged, Gap>,
    /// For each family that has members and candidates.
    pub families: Vec<FamilyPreference>,
}

/// Preference of one family for itself.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyPreference {
    /// The family's name.
    pub family: String,
    /// Its contrast.
    pub contrast: Result<Ranged, Gap>,
}

/// What a judge said of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedCandidate {
    /// Position in the manifest.
    pub candidate: u32,
    /// Mean over the cases that it judged, as it is, in 0..=1.
    pub score: Estimate,
    /// The same on the judge's own scale, where that is a straight line.
    pub raw: Option<Ranged>,
    /// Where it sees a sample only: the mean over all trials, estimated from the sample by its design.
    pub weighted: Option<Weighted>,
}

/// An estimate from a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// The mean in 0..=1 over all trials; `None` where the sample cannot tell, since only the best were judged.
    pub mean: Option<f64>,
    /// Both bounds.
    pub interval: Option<(f64, f64)>,
    /// Trials in the sample with a score.
    pub judged: u64,
    /// Trials that could have been in it.
    pub of: u64,
}

/// Who won the pairs. A game is a pair of outputs of one case. A member that names different winners in the two orders says
/// that it is a tie.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairwise {
    /// Games.
    pub games: u64,
    /// Games without a winner: ties, and flips where one member decides.
    pub draws: u64,
    /// Games of which a member named different winners in the two orders.
    pub flips: u64,
    /// How each candidate did, in the order of the manifest.
    pub standings: Vec<Standing>,
    /// Bradley-Terry ratings, the best first.
    pub ratings: Result<Vec<RatedPlayer>, Gap>,
}

/// How a candidate did.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Position in the manifest.
    pub candidate: u32,
    /// Its games.
    pub games: u64,
    /// Those it won.
    pub wins: u64,
    /// Those it lost.
    pub losses: u64,
    /// Those without a winner.
    pub draws: u64,
    /// Games of which a member named different winners in the two orders.
    pub flips: u64,
    /// What it got, over cases: 1 for a win, 0.5 for a draw, or the preference where judges give one.
    pub win_rate: Estimate,
    /// The same if all outputs were as long as the others.
    pub length_controlled: Result<Ranged, Gap>,
}

/// Who plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Player {
    /// A candidate, by its position in the manifest.
    Candidate(u32),
    /// The golden outputs.
    Golden,
}

/// A Bradley-Terry rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatedPlayer {
    /// Whose.
    pub player: Player,
    /// On the natural scale, with mean zero.
    pub theta: f64,
    /// Standard error, robust to games about the same case.
    pub se: f64,
    /// On the Elo scale with its interval: 1000 plus 400 for each factor of ten in the odds.
    pub elo: f64,
    /// Bounds of `elo`.
    pub elo_interval: (f64, f64),
}
